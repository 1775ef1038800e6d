/** Owns the screening fit of media response: validated input in, contributions, curves, intervals and identification out. Pure. */
import { digestOf } from '../kernel/canonicalJson.ts';
import { AppError } from '../kernel/errors.ts';
import { seededRandom } from '../kernel/random.ts';
import { backtestOf } from './backtest.ts';
import {
  correlatedPairs,
  demandChasing,
  modelReasons,
  resultReasons,
  spendReasons,
  totalSpend,
} from './identification.ts';
import { marginalOf, presentLevels } from './responseCurve.ts';
import type {
  ChannelDraws,
  ChannelFit,
  CorrelatedPair,
  FitDiagnostics,
  Reason,
  ResponseFit,
  ResponseInput,
} from './responseTypes.ts';
import { buildDesign, shapes, type Design } from './screeningDesign.ts';
import { fitPoint, noiseInflation, pooledResiduals, type PointFit } from './screeningFit.ts';
import { sampleChoices } from './screeningSampler.ts';
import type { Choice } from './screeningSearch.ts';
import { durbinWatson } from './series.ts';
import {
  estimateOf,
  meanOf,
  momentsOf,
  requireFinite,
  requireNonNegative,
  sumOf,
  type Estimate,
} from './statistics.ts';

/** Defaults and limits. */
const DEFAULT_DRAWS = 200;
const DEFAULT_INTERVAL = 0.9;
/** Rows below which nothing can be fitted at all. */
const MIN_ROWS = 8;
const MAX_CHANNELS = 24;
/** Standard deviation of a half-normal of scale 1. */
const HALF_NORMAL_SD = Math.sqrt(1 - 2 / Math.PI);
/** Scale of an effect at saturation that is plausible before any data, whatever the number of channels: the yardstick of "mostly prior". */
const REFERENCE_SCALE = 0.3;

/**
 * Fits adstock and saturation of every channel by the quick path: a grid of shapes, effects non-negative with a half-normal prior
 * (which is a ridge penalty), intervals from a few thousand sweeps over the grid. Call `fitScreening` where a server must stay free.
 * @throws BAD_USER_INPUT for series that are missing, negative, not finite, of unequal length, or shorter than 8 rows.
 */
export function screenResponse(input: ResponseInput): ResponseFit {
  checkInput(input);
  const rows = input.periods.length;
  const seed = input.seed ?? 1;
  const design = buildDesign(input);
  const point = fitPoint(design);
  const random = seededRandom(seed).split('screening');
  const choices = sampleChoices(design, point, {
    draws: input.draws ?? DEFAULT_DRAWS,
    inflation: noiseInflation(design, point),
    random,
  });
  const draws = input.channels.map((channel, m) => channelDraws(input, design, { channel, m, choices }));
  const diagnostics = diagnose(input, design, point);
  const pairs = jointPairs(input, draws);
  const kpiTotal = sumOf(input.series.map((series) => sumOf(series.kpi)));
  const context: ReportContext = {
    input,
    draws,
    diagnostics,
    pairs,
    kpiTotal,
    shrinkage: draws.map((channel) => shrinkageOf(design, channel, kpiTotal)),
    residuals: pooledResiduals(design, point),
    freedom: 1 - (design.geos[0]?.baseline.length ?? 0) / rows,
  };
  return {
    method: 'screening',
    seed,
    dataHash: digestOf({ ...input, seed: null }),
    interval: input.interval ?? DEFAULT_INTERVAL,
    rows,
    geos: input.series.length,
    kpiTotal,
    kpiMean: kpiTotal / rows,
    diagnostics,
    channels: input.channels.map((_, m) => channelReport(context, m)),
    pairs,
    draws,
  };
}

/** Latest periods that count as present. */
export function recentPeriodsOf(input: Pick<ResponseInput, 'recentPeriods' | 'periodsPerYear' | 'periods'>): number {
  return Math.min(
    input.periods.length,
    input.recentPeriods ?? Math.max(1, Math.round((input.periodsPerYear ?? 52) / 4)),
  );
}

function checkInput(input: ResponseInput): void {
  const rows = input.periods.length;
  const refuse = (message: string, hint: string): never => {
    throw new AppError('BAD_USER_INPUT', message, { hint });
  };
  if (rows < MIN_ROWS)
    refuse(
      `${rows} periods are too few to fit anything.`,
      `Give at least ${MIN_ROWS}; a usable curve needs a year of weeks.`,
    );
  if (input.channels.length < 1 || input.channels.length > MAX_CHANNELS)
    refuse(`${input.channels.length} channels cannot be fitted.`, `Give 1 to ${MAX_CHANNELS}.`);
  if (input.series.length < 1)
    refuse('There is no series.', 'Give one entry for each place, or one for the whole market.');
  if (new Set(input.channels).size !== input.channels.length)
    refuse('A channel is named twice.', 'Name each channel once.');
  for (const series of input.series) {
    requireLength(series.kpi, rows, `The KPI of "${series.geo}"`);
    requireFinite(series.kpi, `The KPI of "${series.geo}"`);
    for (const channel of input.channels) {
      const spend =
        series.spend[channel] ??
        refuse(`"${series.geo}" has no spend series for ${channel}.`, 'Give zeros where nothing was spent.');
      requireLength(spend, rows, `Spend of ${channel} in "${series.geo}"`);
      requireNonNegative(spend, `Spend of ${channel} in "${series.geo}"`);
    }
    for (const [name, values] of Object.entries(series.controls ?? {})) {
      requireLength(values, rows, `Control ${name} of "${series.geo}"`);
      requireFinite(values, `Control ${name} of "${series.geo}"`);
    }
  }
}

function requireLength(values: readonly number[], rows: number, what: string): void {
  if (values.length !== rows) {
    throw new AppError('BAD_USER_INPUT', `${what} has ${values.length} rows, and there are ${rows} periods.`, {
      hint: 'Every series needs one number for each period.',
    });
  }
}

function channelDraws(
  input: ResponseInput,
  design: Design,
  options: { channel: string; m: number; choices: readonly Choice[] },
): ChannelDraws {
  const { channel, m, choices } = options;
  const recent = recentPeriodsOf(input);
  const totals = shapes.map((_, s) =>
    design.geos.reduce((sum, geo) => sum + geo.kpiMean * sumOf(geo.columns[m * shapes.length + s] as Float64Array), 0),
  );
  const shapeOf = (choice: Choice): number => (choice.candidate[m] as number) - m * shapes.length;
  const field = (name: 'decay' | 'halfSaturation' | 'slope'): number[] =>
    choices.map((choice) => shapes[shapeOf(choice)]?.[name] ?? 0);
  return {
    channel,
    currentSpend: meanOf(totalSpend(input, channel).slice(-recent)),
    effect: choices.map((choice) => choice.effect[m] as number),
    decay: field('decay'),
    halfSaturation: field('halfSaturation'),
    slope: field('slope'),
    contribution: choices.map((choice) => (choice.effect[m] as number) * (totals[shapeOf(choice)] ?? 0)),
    levels: presentLevels(input, design.geos, { channel, recent }),
  };
}

interface ReportContext {
  readonly input: ResponseInput;
  readonly draws: readonly ChannelDraws[];
  readonly diagnostics: FitDiagnostics;
  readonly pairs: readonly CorrelatedPair[];
  readonly kpiTotal: number;
  readonly shrinkage: readonly number[];
  readonly residuals: Float64Array;
  /** Share of rows that the baseline leaves. */
  readonly freedom: number;
}

function channelReport(context: ReportContext, m: number): ChannelFit {
  const { input, kpiTotal } = context;
  const channel = input.channels[m] as string;
  const draws = context.draws[m] as ChannelDraws;
  const level = input.interval ?? DEFAULT_INTERVAL;
  const spend = sumOf(totalSpend(input, channel));
  const isMoney = !(input.notMoney ?? []).includes(channel);
  const contribution = estimateOf(draws.contribution, level);
  const marginal = draws.effect.map((_, j) => marginalOf(draws, j, 1));
  const reasons = reasonsOf(context, { m, channel, contribution });
  return {
    channel,
    contribution,
    share: scaled(contribution, 1 / kpiTotal),
    roas: isMoney && spend > 0 ? scaled(contribution, 1 / spend) : null,
    marginalRoas: isMoney && draws.currentSpend > 0 ? estimateOf(marginal, level) : null,
    adstockDecay: estimateOf(draws.decay, level),
    halfSaturation: estimateOf(draws.halfSaturation, level),
    slope: estimateOf(draws.slope, level),
    totalSpend: spend,
    currentSpend: draws.currentSpend,
    identified: reasons.length === 0,
    reasons,
  };
}

function reasonsOf(context: ReportContext, result: { m: number; channel: string; contribution: Estimate }): Reason[] {
  const { input, pairs } = context;
  const { channel } = result;
  const reasons = spendReasons(input, channel, recentPeriodsOf(input));
  for (const pair of pairs) {
    if (!pair.channels.includes(channel)) continue;
    const other = pair.channels[0] === channel ? pair.channels[1] : pair.channels[0];
    reasons.push({
      code: 'CORRELATED_CHANNELS',
      text: `${channel} moves with ${other} (correlation ${pair.correlation.toFixed(2)}): only the two together can be read.`,
    });
  }
  const chasing = demandChasing(input, channel, context.residuals);
  if (chasing) reasons.push(chasing);
  if (!reasons.some((reason) => reason.code === 'NO_SPEND')) {
    reasons.push(
      ...resultReasons(channel, {
        contribution: result.contribution,
        kpiTotal: context.kpiTotal,
        shrinkage: context.shrinkage[result.m] ?? 0,
      }),
    );
  }
  return [...reasons, ...modelReasons(context.diagnostics, context.freedom)];
}

function jointPairs(input: ResponseInput, draws: readonly ChannelDraws[]): CorrelatedPair[] {
  return correlatedPairs(input).map(({ first, second, correlation }) => {
    const a = draws[first] as ChannelDraws;
    const b = draws[second] as ChannelDraws;
    const joint = a.contribution.map((value, j) => value + (b.contribution[j] ?? 0));
    return {
      channels: [a.channel, b.channel],
      correlation,
      contribution: estimateOf(joint, input.interval ?? DEFAULT_INTERVAL),
    };
  });
}

function diagnose(input: ResponseInput, design: Design, point: PointFit): FitDiagnostics {
  const residuals = pooledResiduals(design, point);
  const kpi = Float64Array.from(input.periods, (_, t) => sumOf(input.series.map((series) => series.kpi[t] ?? 0)));
  const squares = sumOf(residuals.map((value) => value * value));
  const total = momentsOf(kpi).variance * (kpi.length - 1);
  return {
    rSquared: total > 0 ? 1 - squares / total : 0,
    durbinWatson: durbinWatson(residuals),
    residualSd: Math.sqrt(
      squares / Math.max(1, residuals.length - (design.geos[0]?.baseline.length ?? 0) - design.channels.length),
    ),
    backtest: backtestOf(design, input.periodsPerYear ?? 52),
    priorScale: point.priorScale,
    rHatMax: null,
    essMin: null,
    converged: null,
  };
}

/** Share of the prior's spread of a contribution that the data took away; the prior is half-normal at the mean shape found. */
function shrinkageOf(design: Design, channel: ChannelDraws, kpiTotal: number): number {
  const ratios = channel.contribution
    .map((value, j) => ((channel.effect[j] ?? 0) > 0 ? value / (channel.effect[j] ?? 1) : 0))
    .filter((ratio) => ratio > 0);
  const prior = HALF_NORMAL_SD * REFERENCE_SCALE * (ratios.length > 0 ? meanOf(ratios) : kpiTotal / design.geos.length);
  return prior > 0 ? 1 - Math.sqrt(momentsOf(channel.contribution).variance) / prior : 0;
}

function scaled(estimate: Estimate, factor: number): Estimate {
  return { mean: estimate.mean * factor, lower: estimate.lower * factor, upper: estimate.upper * factor };
}

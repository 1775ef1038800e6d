/** Owns the returns of channels as evidence: what platforms credit, what is booked, and what the fit says is added and would be added. */
import type { ChannelReturn } from '../../domain/artifacts/paidMediaAnalysis.ts';
import { responseOf } from '../../brain/responseCurve.ts';
import { probabilityAbove, type Estimate } from '../../brain/statistics.ts';
import { marginalOf } from '../../brain/responseCurve.ts';
import type { ChannelFit, ResponseFit } from '../../brain/responseTypes.ts';
import { daysInclusive } from '../../kernel/calendar.ts';
import type { SpecialistContext } from '../contract.ts';
import type { Evidence, EvidenceBook } from '../evidence.ts';
import { hurdleOf, returnBase, type Hurdle } from '../hurdle.ts';
import { channelTitle, kpiUnit, kpiWords } from '../labels.ts';
import type { FittedPanel } from '../responseFit.ts';
import type { MetricRow } from '../tools.ts';
import { weeksOf } from '../windows.ts';
import type { MediaMaterial } from './gather.ts';

/** Rows of a panel up to which its series stand in the evidence; larger ones are named by their hash and their loads. */
const SERIES_KEPT = 1_000;
const THOUSAND = 1_000;
/** Level of intervals where nothing was fitted, and of forecasts. */
const ESTIMATE_LEVEL = 0.9;
export const FORECAST_LEVEL = 0.8;

/** Why a next unit adds more than the average one: a response on its steep part, spend below its mean in the fitted window, or bursts. */
export type Rising = 'S_SHAPE' | 'LOWER_SPEND' | 'BURSTS';

/** One channel as the evidence holds it; intervals at the fit's level. */
interface ChannelLine {
  readonly channel: string;
  readonly spend: number;
  readonly spendPerWeek: number;
  readonly attributedReturn: number | null;
  readonly incrementalReturn: Estimate | null;
  readonly marginalReturn: Estimate | null;
  /** Why the next unit adds more than the average one; null where it adds less, as is usual. */
  readonly rising: Rising | null;
  readonly aboveHurdle: number | null;
  readonly contribution: Estimate | null;
  readonly share: Estimate | null;
  readonly saturation: number | null;
  readonly halfLifeDays: number | null;
  readonly identified: boolean;
  readonly reasons: readonly string[];
  readonly platformConversions: number | null;
  readonly booked: number | null;
  readonly overclaim: number | null;
}

/** Returns with the evidence they stand in; `lines` and `channels` are parallel. */
export interface Returns {
  readonly evidence: Evidence;
  readonly fitEvidence: Evidence | null;
  readonly hurdle: Hurdle;
  /** Level of the intervals of estimates. */
  readonly level: number;
  readonly lines: readonly ChannelLine[];
  readonly channels: readonly ChannelReturn[];
}

/** Puts attributed beside incremental for every channel that spends. */
export function returnsOf(context: SpecialistContext, book: EvidenceBook, material: MediaMaterial): Returns {
  const { fitted } = material;
  const hurdle = hurdleOf(context.goal, material.totals);
  const fitEvidence = fitted ? keepFit(book, fitted, material) : null;
  const lines = material.channels
    .filter((row) => (row.values.SPEND ?? 0) > 0 || fitOf(fitted, row.channel) !== null)
    .map((row) => lineOf(context, { row, material, hurdle }));
  const unlisted = (fitted?.fit.channels ?? []).filter((fit) => !lines.some((line) => line.channel === fit.channel));
  const all = [
    ...lines,
    ...unlisted.map((fit) => lineOf(context, { row: emptyRow(fit.channel), material, hurdle })),
  ].toSorted((a, b) => b.spend - a.spend || a.channel.localeCompare(b.channel));
  const evidence = book.add({
    kind: 'media.returns',
    tier: 'OBSERVED',
    input: {
      kpi: context.goal.kpi,
      window: material.window,
      fitEvidenceId: fitEvidence?.draft.id ?? null,
      returnPer: returnBase(context.goal),
    },
    output: {
      hurdle,
      totals: material.totals,
      valuePerThousand: hurdle.valuePerKpi === null ? null : hurdle.valuePerKpi * THOUSAND,
      channels: all,
    },
    loadIds: material.coverage.loadIds,
    asOf: material.window.to,
    ...(fitted ? { seed: fitted.fit.seed } : {}),
  });
  const level = fitted?.fit.interval ?? ESTIMATE_LEVEL;
  return {
    evidence,
    fitEvidence,
    level,
    hurdle,
    lines: all,
    channels: all.map((line, index) => channelReturn(context, evidence, { line, index, level })),
  };
}

function keepFit(book: EvidenceBook, { panel, fit }: FittedPanel, material: MediaMaterial): Evidence {
  return book.add({
    kind: 'brain.screening',
    tier: 'OBSERVED',
    input: {
      dataHash: fit.dataHash,
      kpi: panel.kpi,
      window: panel.window,
      channels: panel.channels,
      ...(panel.series.length * panel.periods.length <= SERIES_KEPT
        ? { periods: panel.periods, series: panel.series }
        : {}),
    },
    output: fit,
    seed: fit.seed,
    loadIds: material.coverage.loadIds,
    asOf: panel.window.to,
  });
}

function lineOf(
  context: SpecialistContext,
  input: { row: MetricRow; material: MediaMaterial; hurdle: Hurdle },
): ChannelLine {
  const { row, material, hurdle } = input;
  const channel = row.channel ?? '';
  const base = returnBase(context.goal);
  const { values } = row;
  const fit = fitOf(material.fitted, channel);
  const draws = material.fitted?.fit.draws.find((entry) => entry.channel === channel);
  const present = draws?.effect.map((_, draw) => marginalOf(draws, draw, 1)) ?? [];
  const spend = values.SPEND ?? fittedSpend(material.fitted, fit);
  // Platforms credit themselves with conversions and revenue, never with pipeline.
  const platform =
    context.goal.kpi === 'REVENUE'
      ? values.PLATFORM_REVENUE
      : context.goal.kpi === 'PIPELINE'
        ? null
        : values.PLATFORM_CONVERSIONS;
  const booked = values.CONVERSIONS ?? null;
  return {
    channel,
    spend,
    spendPerWeek: spend / weeksOf(material.window),
    attributedReturn: spend > 0 && platform !== null && platform !== undefined ? (platform / spend) * base : null,
    incrementalReturn: times(fit?.roas ?? null, base),
    marginalReturn: times(fit?.marginalRoas ?? null, base),
    rising: risingOf(material.fitted, fit),
    aboveHurdle:
      hurdle.marginalReturn !== null && fit?.marginalRoas ? probabilityAbove(present, hurdle.marginalReturn) : null,
    contribution: fit?.contribution ?? null,
    share: fit?.share ?? null,
    saturation: saturationOf(material.fitted?.fit ?? null, channel),
    halfLifeDays: fit ? halfLife(fit, material.fitted?.panel.periodsPerYear ?? 52) : null,
    identified: fit?.identified ?? false,
    reasons: fit
      ? fit.reasons.map((reason) => reason.text)
      : ['The data hold no series long enough for a fit of this channel.'],
    platformConversions: values.PLATFORM_CONVERSIONS ?? null,
    booked,
    overclaim:
      booked !== null && booked > 0 && values.PLATFORM_CONVERSIONS ? values.PLATFORM_CONVERSIONS / booked : null,
  };
}

function channelReturn(
  context: SpecialistContext,
  evidence: Evidence,
  input: { line: ChannelLine; index: number; level: number },
): ChannelReturn {
  const { line, index, level } = input;
  const { currency } = context.workspace;
  const name = channelTitle(line.channel);
  const at = `channels.${index}`;
  const base = returnBase(context.goal);
  const unit = kpiUnit(context.goal);
  const per = base === 1 ? '' : ` per ${currency} 1,000`;
  const ranged = (path: string) => ({ lower: `${at}.${path}.lower`, upper: `${at}.${path}.upper`, level });
  const words = kpiWords(context.goal.kpi);
  return {
    channel: line.channel,
    spend: evidence.need({ label: `spend of ${name}`, path: `${at}.spend`, unit: currency }),
    spendPerWeek: evidence.need({ label: `weekly spend of ${name}`, path: `${at}.spendPerWeek`, unit: currency }),
    attributedReturn: evidence.figure({
      label: `platform-credited return of ${name}${per}`,
      path: `${at}.attributedReturn`,
      unit,
    }),
    incrementalReturn: evidence.figure({
      label: `added ${words} of ${name}${per}`,
      path: `${at}.incrementalReturn.mean`,
      unit,
      interval: ranged('incrementalReturn'),
    }),
    marginalReturn: evidence.figure({
      label: `${words} of the next unit of spend at ${name}${per}`,
      path: `${at}.marginalReturn.mean`,
      unit,
      interval: ranged('marginalReturn'),
    }),
    contribution: evidence.figure({
      label: `${words} that ${name} added over the fitted window`,
      path: `${at}.contribution.mean`,
      unit: kpiUnit(context.goal),
      interval: ranged('contribution'),
    }),
    identified: line.identified,
    reasons: [...line.reasons],
    saturation: evidence.figure({
      label: `share of its full effect that ${name} reaches now`,
      path: `${at}.saturation`,
      unit: 'SHARE',
    }),
    halfLifeDays: evidence.figure({
      label: `half-life of the carry-over of ${name}`,
      path: `${at}.halfLifeDays`,
      unit: 'DAYS',
    }),
    tier: 'OBSERVED',
  };
}

/** Compares the next unit with the average one of the fitted window, and with the average one at present spend. */
function risingOf(fitted: FittedPanel | null, fit: ChannelFit | null): Rising | null {
  const draws = fitted?.fit.draws.find((entry) => entry.channel === fit?.channel);
  const average = fit?.roas?.mean;
  const next = fit?.marginalRoas?.mean;
  if (!draws || average === undefined || next === undefined || next <= average || !(draws.currentSpend > 0))
    return null;
  const responses = draws.effect.map((_, draw) => responseOf(draws, draw, 1));
  const atPresent = responses.reduce((sum, value) => sum + value, 0) / responses.length / draws.currentSpend;
  if (next > atPresent) return 'S_SHAPE';
  const { series = [], periods = [] } = fitted?.panel ?? {};
  const spent = series.flatMap((place) => place.spend[draws.channel] ?? []).reduce((sum, value) => sum + value, 0);
  return draws.currentSpend * periods.length < spent ? 'LOWER_SPEND' : 'BURSTS';
}

function fitOf(fitted: FittedPanel | null, channel: string | null): ChannelFit | null {
  return fitted?.fit.channels.find((fit) => fit.channel === channel) ?? null;
}

/** Spend over the present window of a channel that metrics hold no spend for (inputs of a mix model in another unit have none). */
function fittedSpend(fitted: FittedPanel | null, fit: ChannelFit | null): number {
  if (!fitted || !fit || fitted.panel.notMoney.includes(fit.channel)) return 0;
  const perDay = daysInclusive(fitted.panel.window.from, fitted.panel.window.to) / fitted.panel.periods.length;
  return fit.currentSpend * (56 / perDay);
}

/** Mean over draws of the response at present by the response without limit. */
function saturationOf(fit: ResponseFit | null, channel: string): number | null {
  const draws = fit?.draws.find((entry) => entry.channel === channel);
  if (!draws || !(draws.currentSpend > 0)) return null;
  const weight = Object.values(draws.levels)[0]?.weight.reduce((sum, value) => sum + value, 0) ?? 0;
  const shares = draws.effect.flatMap((effect, draw) =>
    effect > 0 && weight > 0 ? [responseOf(draws, draw, 1) / (effect * weight)] : [],
  );
  return shares.length > 0 ? shares.reduce((sum, value) => sum + value, 0) / shares.length : null;
}

function halfLife(fit: ChannelFit, periodsPerYear: number): number {
  const decay = fit.adstockDecay.mean;
  return decay > 0 && decay < 1 ? (Math.log(0.5) / Math.log(decay)) * (365.25 / periodsPerYear) : 0;
}

function times(estimate: Estimate | null, factor: number): Estimate | null {
  return estimate && { mean: estimate.mean * factor, lower: estimate.lower * factor, upper: estimate.upper * factor };
}

function emptyRow(channel: string): MetricRow {
  return { period: null, channel, campaign: null, audience: null, message: null, geo: null, values: {} };
}

/** Owns the checks that decide whether a channel's effect is identified. It judges a finished fit; it computes no effect. */
import type { FitDiagnostics, Reason, ResponseInput } from './responseTypes.ts';
import {
  correlationOf,
  meanOf,
  momentsOf,
  quantileSorted,
  sortedOf,
  type Estimate,
  type Numbers,
} from './statistics.ts';

/** Limits of the checks. */
export const CHECKS = {
  /** Rows below which no curve is read. */
  minRows: 30,
  /** Rows for each channel. */
  rowsPerChannel: 5,
  /** Coefficient of variation of spend below which the data hold no curve. */
  minVariation: 0.15,
  maxCorrelation: 0.9,
  /** t value of next period's spend on this period's residual (one-sided 0.5 %). */
  demandChasingT: 2.6,
  /** Multiple of the 95th percentile at which a single period's spend is taken for a typing error. */
  outlierMultiple: 4,
  /** Share of the prior's spread that the data must take away. */
  minShrinkage: 0.3,
  /** Width of the interval over its mean, and over the KPI's total, above which both say: too wide. */
  maxRelativeWidth: 1.6,
  maxShareWidth: 0.05,
  durbinWatson: [1.5, 2.5] as const,
} as const;

/** Durbin-Watson above which residuals alternate, however many parameters were taken out. */
const MAX_DURBIN_WATSON = 3.2;

const percent = (value: number): string => `${(100 * value).toFixed(1)}%`;

/** Spend of a channel, all places together, by row. */
export function totalSpend(input: ResponseInput, channel: string): Float64Array {
  return Float64Array.from(input.periods, (_, t) =>
    input.series.reduce((sum, series) => sum + (series.spend[channel]?.[t] ?? 0), 0),
  );
}

/** Checks of a channel's spend alone. */
export function spendReasons(input: ResponseInput, channel: string, recent: number): Reason[] {
  const spend = totalSpend(input, channel);
  const rows = input.periods.length;
  const reasons: Reason[] = [];
  const needed = Math.max(CHECKS.minRows, CHECKS.rowsPerChannel * input.channels.length);
  if (rows * Math.min(4, input.series.length) < needed) {
    reasons.push({
      code: 'TOO_FEW_ROWS',
      text: `${rows} periods are too few for ${input.channels.length} channels; ${needed} are needed.`,
    });
  }
  const { mean, variance } = momentsOf(spend);
  if (!(mean > 0)) return [...reasons, { code: 'NO_SPEND', text: `${channel} has no spend in these periods.` }];
  const variation = Math.max(Math.sqrt(variance) / mean, acrossPlaces(input, channel));
  if (variation < CHECKS.minVariation) {
    reasons.push({
      code: 'SPEND_TOO_STEADY',
      text: `Spend of ${channel} varies by ${percent(variation)} only; below ${percent(CHECKS.minVariation)} there is no curve to be read.`,
    });
  }
  const outlier = outlierOf(spend);
  if (outlier !== null) {
    reasons.push({
      code: 'SPEND_OUTLIER',
      text: `${channel} spent ${spend[outlier]?.toFixed(0)} in the period ${input.periods[outlier]}, far above its other periods: check it for a typing error.`,
    });
  }
  if (meanOf(spend.slice(-recent)) <= 0)
    reasons.push({ code: 'NOT_RUNNING_NOW', text: `${channel} had no spend in the latest ${recent} periods.` });
  return reasons;
}

/** Pairs of channels whose spend moves together. */
export function correlatedPairs(input: ResponseInput): { first: number; second: number; correlation: number }[] {
  const spends = input.channels.map((channel) => totalSpend(input, channel));
  const pairs: { first: number; second: number; correlation: number }[] = [];
  spends.forEach((a, first) =>
    spends.slice(first + 1).forEach((b, offset) => {
      const correlation = correlationOf(a, b);
      if (Math.abs(correlation) > CHECKS.maxCorrelation) pairs.push({ first, second: first + 1 + offset, correlation });
    }),
  );
  return pairs;
}

/** Whether next period's spend follows this period's residual: the sign of a planner who chases demand. */
export function demandChasing(input: ResponseInput, channel: string, residuals: Numbers): Reason | null {
  const spend = totalSpend(input, channel);
  const rows = spend.length - 1;
  if (rows < 20) return null;
  const now = spend.slice(0, rows);
  const next = spend.slice(1);
  const today = Array.from(residuals).slice(0, rows);
  // Partial correlation: what next period's spend adds to this period's own.
  const a = correlationOf(today, next);
  const b = correlationOf(today, now);
  const c = correlationOf(next, now);
  const scale = Math.sqrt(Math.max(0, (1 - b * b) * (1 - c * c)));
  const partial = scale > 1e-9 ? Math.max(-0.999, Math.min(0.999, (a - b * c) / scale)) : 0;
  const t = partial * Math.sqrt((rows - 3) / (1 - partial * partial));
  if (t < CHECKS.demandChasingT) return null;
  return {
    code: 'DEMAND_CHASING',
    text: `Spend of ${channel} rises after unexplained good periods (t = ${t.toFixed(1)}): part of its effect may be demand that it follows.`,
  };
}

/** Checks of a channel's result. */
export function resultReasons(
  channel: string,
  result: { contribution: Estimate; kpiTotal: number; shrinkage: number },
): Reason[] {
  const reasons: Reason[] = [];
  if (result.shrinkage < CHECKS.minShrinkage) {
    reasons.push({
      code: 'MOSTLY_PRIOR',
      text: `The data narrowed the effect of ${channel} by ${percent(result.shrinkage)} only; below ${percent(CHECKS.minShrinkage)} it is mostly assumption.`,
    });
  }
  const width = result.contribution.upper - result.contribution.lower;
  if (width > CHECKS.maxRelativeWidth * result.contribution.mean && width > CHECKS.maxShareWidth * result.kpiTotal) {
    reasons.push({
      code: 'INTERVAL_TOO_WIDE',
      text: `The interval of ${channel} spans ${percent(width / result.kpiTotal)} of the KPI around ${percent(result.contribution.mean / result.kpiTotal)}: too wide to act on.`,
    });
  }
  return reasons;
}

/**
 * Checks of the model as a whole; they bind every channel. `freedom` is the share of rows that the baseline leaves: taking parameters
 * out of residuals makes neighbours differ more, so the upper limit of Durbin-Watson rises with them.
 */
export function modelReasons(diagnostics: Pick<FitDiagnostics, 'durbinWatson' | 'backtest'>, freedom = 1): Reason[] {
  const reasons: Reason[] = [];
  const low = CHECKS.durbinWatson[0];
  const high = Math.min(CHECKS.durbinWatson[1] / Math.max(freedom, 0.1), MAX_DURBIN_WATSON);
  if (diagnostics.durbinWatson < low || diagnostics.durbinWatson > high) {
    reasons.push({
      code: 'RESIDUALS_AUTOCORRELATED',
      text: `Residuals are autocorrelated (Durbin-Watson ${diagnostics.durbinWatson.toFixed(2)}, expected ${low} to ${high.toFixed(2)}): something that moves the KPI is missing.`,
    });
  }
  const backtest = diagnostics.backtest;
  if (backtest && backtest.crps > backtest.naiveCrps) {
    const ratio = (backtest.crps / backtest.naiveCrps).toFixed(2);
    reasons.push({
      code: 'BACKTEST_WORSE_THAN_NAIVE',
      text: `Over the last ${backtest.periods} periods, held out, the model's error is ${ratio} times that of repeating last year.`,
    });
  }
  return reasons;
}

/** Variation of spend between places, relative to their size: a panel identifies a steady channel through it. */
function acrossPlaces(input: ResponseInput, channel: string): number {
  if (input.series.length < 4) return 0;
  const variations = input.series.map((series) => {
    const { mean, variance } = momentsOf(series.spend[channel] ?? []);
    return mean > 0 ? Math.sqrt(variance) / mean : 0;
  });
  return meanOf(variations);
}

function outlierOf(spend: Float64Array): number | null {
  const used = sortedOf(Array.from(spend).filter((value) => value > 0));
  if (used.length < 10) return null;
  const limit = CHECKS.outlierMultiple * quantileSorted(used, 0.95);
  const at = spend.findIndex((value) => value > limit);
  return at < 0 ? null : at;
}

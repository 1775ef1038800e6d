/** Owns the scoring of one forecast against one observation: interval hits, pinball loss, CRPS, Brier. Pure. */
import { normalQuantile } from '../brain/distributions.ts';
import type { Forecast } from '../domain/recommendations.ts';

/** Levels whose hits are counted. */
const LEVELS = { inside50: 0.5, inside80: 0.8, inside95: 0.95 } as const;
/** Two levels closer than this are the same. */
const LEVEL_TOLERANCE = 0.005;

/** What a forecast is scored against. */
export interface Observation {
  /** In the forecast's quantity: the change for DELTA, the level for LEVEL. */
  readonly observed: number;
  /** Standard deviation of the error of the level without a change; widens the intervals of a DELTA. 0 where nothing was subtracted. */
  readonly baselineSd: number;
  /** What a forecast without any model would have said: no change for DELTA, the level before for LEVEL; null where it is not known. */
  readonly naive: number | null;
}

/** How good a forecast was. Losses are in KPI units, lower is better. */
export interface ForecastScore {
  readonly observed: number;
  /** Observed less forecast mean. */
  readonly error: number;
  /** Absolute error by the larger of observed and forecast; 0 to 2, null where both are 0. */
  readonly absoluteErrorShare: number | null;
  /** Whether it lies in the forecast's own interval, by which coverage is counted; null where the forecast has none of that level. */
  readonly inside50: boolean | null;
  readonly inside80: boolean | null;
  readonly inside95: boolean | null;
  /** Whether it agrees with the 80 % interval once that carries the error of the comparison (`judged80`); null where there is none. */
  readonly agrees80: boolean | null;
  /** Whether `judged80` and the losses carry the error of a level that was subtracted. */
  readonly widened: boolean;
  /** The 80 % interval that the verdict was read from: the forecast's, with the error of the comparison; null where there is none. */
  readonly judged80: { readonly lower: number; readonly upper: number } | null;
  /** What the error of the comparison alone reaches to either side, at 80 %; 0 where nothing was subtracted. */
  readonly comparisonError80: number;
  /** Whether the comparison can tell the forecast from no effect: its judged interval leaves out 0. Null for LEVEL and without interval. */
  readonly tellsFromNothing: boolean | null;
  /** Loss of each quantile of the judged forecast, by its level as text. */
  readonly pinball: Readonly<Record<string, number>>;
  /** Continuous ranked probability score, from the quantiles. */
  readonly crps: number;
  /** Squared error of the probability of gain; null for LEVEL. */
  readonly brier: number | null;
  readonly naiveAbsoluteError: number | null;
}

/** Scores a forecast. Quantiles come from its intervals, with the mean as the median. */
export function scoreAgainst(
  forecast: Pick<Forecast, 'quantity' | 'mean' | 'intervals' | 'probabilityOfGain'>,
  observation: Observation,
): ForecastScore {
  const { observed, baselineSd, naive } = observation;
  const intervals = forecast.intervals.map((interval) => judgedInterval(interval, forecast.mean, baselineSd));
  const error = observed - forecast.mean;
  const scale = Math.max(Math.abs(observed), Math.abs(forecast.mean));
  const quantiles = quantilesOf(forecast.mean, intervals);
  const gained = forecast.probabilityOfGain;
  const judged = intervals.find((entry) => Math.abs(entry.level - LEVELS.inside80) < LEVEL_TOLERANCE);
  return {
    observed,
    error,
    absoluteErrorShare: scale > 0 ? Math.abs(error) / scale : null,
    inside50: inside(forecast.intervals, LEVELS.inside50, observed),
    inside80: inside(forecast.intervals, LEVELS.inside80, observed),
    inside95: inside(forecast.intervals, LEVELS.inside95, observed),
    agrees80: inside(intervals, LEVELS.inside80, observed),
    widened: baselineSd > 0,
    judged80: judged ? { lower: judged.lower, upper: judged.upper } : null,
    comparisonError80: normalQuantile((1 + LEVELS.inside80) / 2) * baselineSd,
    tellsFromNothing: forecast.quantity === 'DELTA' && judged ? judged.lower > 0 || judged.upper < 0 : null,
    pinball: Object.fromEntries(
      quantiles.map(({ level, value }) => [level.toFixed(3), pinballLoss(level, value, observed)]),
    ),
    crps: crpsOf(quantiles, observed),
    brier: forecast.quantity === 'DELTA' && gained !== null ? (gained - (observed > 0 ? 1 : 0)) ** 2 : null,
    naiveAbsoluteError: naive === null ? null : Math.abs(observed - naive),
  };
}

interface Interval {
  readonly level: number;
  readonly lower: number;
  readonly upper: number;
}

interface Quantile {
  readonly level: number;
  readonly value: number;
}

/**
 * The interval that a verdict is given with: what can be observed of a change carries the error of the level it is taken from, and
 * independent errors add in squares. `sd` is that error's standard deviation in the forecast's unit.
 */
export function judgedInterval(interval: Interval, mean: number, sd: number): Interval {
  if (sd === 0) return interval;
  const reach = normalQuantile((1 + interval.level) / 2) * sd;
  return {
    level: interval.level,
    lower: mean - Math.hypot(Math.max(0, mean - interval.lower), reach),
    upper: mean + Math.hypot(Math.max(0, interval.upper - mean), reach),
  };
}

function inside(intervals: readonly Interval[], level: number, observed: number): boolean | null {
  const found = intervals.find((interval) => Math.abs(interval.level - level) < LEVEL_TOLERANCE);
  return found ? observed >= found.lower && observed <= found.upper : null;
}

function quantilesOf(mean: number, intervals: readonly Interval[]): Quantile[] {
  const quantiles = [{ level: 0.5, value: mean }];
  for (const { level, lower, upper } of intervals)
    quantiles.push({ level: (1 - level) / 2, value: lower }, { level: (1 + level) / 2, value: upper });
  return quantiles.sort((a, b) => a.level - b.level);
}

function pinballLoss(level: number, value: number, observed: number): number {
  return observed >= value ? level * (observed - value) : (1 - level) * (value - observed);
}

/** Twice the integral of the pinball loss over the levels, each quantile standing for the levels nearest to it. */
function crpsOf(quantiles: readonly Quantile[], observed: number): number {
  return quantiles.reduce((sum, { level, value }, index) => {
    const before = index === 0 ? 0 : (level + (quantiles[index - 1]?.level ?? 0)) / 2;
    const after = index === quantiles.length - 1 ? 1 : (level + (quantiles[index + 1]?.level ?? 1)) / 2;
    return sum + 2 * (after - before) * pinballLoss(level, value, observed);
  }, 0);
}

/** Owns forecasts of evenly spaced series: a mix of methods weighted by how they did before, with conformal intervals by horizon. */
import { AppError } from '../kernel/errors.ts';
import { normalQuantile } from './distributions.ts';
import { forecastMethods } from './forecastMethods.ts';
import { seasonalScale, smape } from './series.ts';
import { meanOf, quantileOf, requireFinite, sumOf } from './statistics.ts';

/** Origins that the methods are tried from, at the most, and values that an origin needs before it. */
const MAX_ORIGINS = 12;
const MIN_HISTORY = 10;
/** Values below which nothing is forecast. */
const MIN_VALUES = 8;
/** Levels that a total is told at. */
const TOTAL_LEVELS = [0.5, 0.8, 0.95] as const;

/** A series to be forecast. */
export interface ForecastInput {
  readonly values: readonly number[];
  readonly horizon: number;
  /** Periods of a season: 52 for weeks, 7 or 365 for days, 12 for months; 1 for none. @default 52 */
  readonly season?: number;
  /** Level of the points' intervals. @default 0.95 */
  readonly interval?: number;
}

/** A forecast, or why there is none. Plain JSON. */
export type ForecastResult =
  | {
      readonly identified: true;
      readonly points: readonly {
        readonly step: number;
        readonly mean: number;
        readonly lower: number;
        readonly upper: number;
      }[];
      /** Sum over the horizon. */
      readonly total: {
        readonly mean: number;
        readonly intervals: readonly { readonly level: number; readonly lower: number; readonly upper: number }[];
      };
      /** Methods and weights, such as `ets 0.52, theta 0.31, naive 0.17`. */
      readonly method: string;
      readonly weights: Readonly<Record<string, number>>;
      /** sMAPE in percent and MASE of the mix over the origins; coverage of the interval, each origin judged by the others. */
      readonly backtest: {
        readonly origins: number;
        readonly smape: number;
        readonly mase: number;
        readonly coverage: number;
      };
    }
  | { readonly identified: false; readonly reasons: readonly string[] };

/**
 * Forecasts a series. Deterministic. A series without negative values gets no negative forecast.
 * @throws BAD_USER_INPUT for a value that is no number, or a horizon outside 1 to 400.
 */
export function forecastSeries(input: ForecastInput): ForecastResult {
  const { values, horizon } = input;
  const season = input.season ?? 52;
  requireFinite(values, 'The series');
  if (!Number.isInteger(horizon) || horizon < 1 || horizon > 400)
    throw new AppError('BAD_USER_INPUT', `A horizon of ${horizon} is none.`, { hint: 'Give 1 to 400 whole periods.' });
  if (values.length < MIN_VALUES)
    return {
      identified: false,
      reasons: [`${values.length} values are too few to forecast from; ${MIN_VALUES} are needed.`],
    };
  const trials = trialsOf(values, season, horizon);
  const weights = weightsOf(trials);
  const floor = values.every((value) => value >= 0) ? 0 : Number.NEGATIVE_INFINITY;
  const means = mixOf(allMethods(values, season, horizon), weights, horizon).map((value) => Math.max(floor, value));
  const mixed = trials.map((trial) => ({
    actual: trial.actual,
    forecast: mixOf(trial.forecasts, weights, trial.actual.length),
  }));
  const spread = spreadOf(mixed, horizon, values);
  const level = input.interval ?? 0.95;
  const width = conformalWidth(mixed, spread, level);
  return {
    identified: true,
    points: means.map((mean, h) => ({
      step: h + 1,
      mean,
      lower: Math.max(floor, mean - width * (spread[h] ?? 0)),
      upper: mean + width * (spread[h] ?? 0),
    })),
    total: totalOf(means, mixed, { spread, floor }),
    method: Object.entries(weights)
      .sort((a, b) => b[1] - a[1])
      .map(([name, weight]) => `${name} ${weight.toFixed(2)}`)
      .join(', '),
    weights,
    backtest: backtestOf(mixed, { level, values, season, horizon }),
  };
}

interface Trial {
  readonly actual: readonly number[];
  readonly forecasts: Readonly<Record<string, readonly number[]>>;
}

interface Mixed {
  readonly actual: readonly number[];
  readonly forecast: readonly number[];
}

function allMethods(values: readonly number[], season: number, horizon: number): Record<string, readonly number[]> {
  const forecasts: Record<string, readonly number[]> = {};
  for (const [name, method] of Object.entries(forecastMethods)) {
    const points = method(values, season, horizon);
    if (points && points.every(Number.isFinite)) forecasts[name] = points;
  }
  return forecasts;
}

/** Forecasts from earlier origins, evenly spread over the last year or what there is; late origins see less than the whole horizon. */
function trialsOf(values: readonly number[], season: number, horizon: number): Trial[] {
  const first = Math.max(
    MIN_HISTORY,
    Math.min(values.length - 3, values.length - Math.max(season, 2 * horizon, MAX_ORIGINS)),
  );
  const last = values.length - 1;
  const count = Math.max(1, Math.min(MAX_ORIGINS, last - first + 1));
  const origins = new Set(
    Array.from({ length: count }, (_, i) =>
      Math.min(last, Math.max(4, Math.round(first + ((last - first) * i) / Math.max(1, count - 1)))),
    ),
  );
  return [...origins].map((origin) => {
    const actual = values.slice(origin, origin + horizon);
    return { actual, forecasts: allMethods(values.slice(0, origin), season, actual.length) };
  });
}

/** Weights by 1 / sMAPE^2 over the origins at which a method could be tried; a method tried at fewer than half of them is left out. */
function weightsOf(trials: readonly Trial[]): Record<string, number> {
  const raw: Record<string, number> = {};
  for (const name of Object.keys(forecastMethods)) {
    const tried = trials.filter((trial) => trial.forecasts[name]);
    if (tried.length < Math.max(1, trials.length / 2)) continue;
    const error = meanOf(tried.map((trial) => smape(trial.actual, trial.forecasts[name] ?? [])));
    raw[name] = 1 / Math.max(error, 0.05) ** 2;
  }
  const total = sumOf(Object.values(raw));
  return Object.fromEntries(Object.entries(raw).map(([name, weight]) => [name, weight / total]));
}

function mixOf(
  forecasts: Readonly<Record<string, readonly number[]>>,
  weights: Readonly<Record<string, number>>,
  horizon: number,
): number[] {
  const used = Object.entries(weights).filter(([name]) => forecasts[name]);
  const total = sumOf(used.map(([, weight]) => weight));
  return Array.from({ length: horizon }, (_, h) =>
    total > 0 ? sumOf(used.map(([name, weight]) => weight * (forecasts[name]?.[h] ?? 0))) / total : 0,
  );
}

/** Typical absolute error by horizon: each step's own mean, smoothed with its neighbours and never falling with the horizon. */
function spreadOf(mixed: readonly Mixed[], horizon: number, values: readonly number[]): number[] {
  const floor = 1e-9 * (1 + Math.abs(meanOf(values)));
  const byStep = Array.from({ length: horizon }, (_, h) =>
    mixed
      .filter((trial) => h < trial.actual.length)
      .map((trial) => Math.abs((trial.actual[h] ?? 0) - (trial.forecast[h] ?? 0))),
  );
  const spread: number[] = [];
  for (let h = 0; h < horizon; h += 1) {
    const near = byStep.slice(Math.max(0, h - 2), h + 3).flat();
    const before = spread[h - 1] ?? floor;
    // Beyond the steps that were tried, errors grow with the square root of the step.
    spread.push(near.length > 0 ? Math.max(before, meanOf(near), floor) : before * Math.sqrt((h + 1) / h));
  }
  return spread;
}

/** Quantile of the scaled errors with the finite-sample correction of split conformal prediction. */
function conformalWidth(mixed: readonly Mixed[], spread: readonly number[], level: number): number {
  const scores = mixed.flatMap((trial) =>
    trial.actual.map((value, h) => Math.abs(value - (trial.forecast[h] ?? 0)) / (spread[h] ?? 1)),
  );
  // Errors of one origin hang together: the correction counts origins as well as errors.
  const count = Math.max(2, Math.min(scores.length, 3 * mixed.length));
  return quantileOf(scores, Math.min(1, (level * (count + 1)) / count));
}

/** Sum over the horizon, with normal intervals from the sums that were forecast before (scaled to the horizon where they were shorter). */
function totalOf(
  means: readonly number[],
  mixed: readonly Mixed[],
  options: { spread: readonly number[]; floor: number },
): { mean: number; intervals: { level: number; lower: number; upper: number }[] } {
  const mean = sumOf(means);
  const errors = mixed.map((trial) => {
    const error = sumOf(trial.actual.map((value, h) => value - (trial.forecast[h] ?? 0)));
    return (error * sumOf(options.spread)) / sumOf(options.spread.slice(0, trial.actual.length));
  });
  const whole = errors.filter((_, i) => (mixed[i]?.actual.length ?? 0) >= means.length / 2);
  const used = whole.length >= 3 ? whole : errors;
  const sd = Math.sqrt(meanOf(used.map((error) => error * error)));
  return {
    mean,
    intervals: TOTAL_LEVELS.map((level) => {
      const half = normalQuantile((1 + level) / 2) * sd;
      return { level, lower: Math.max(options.floor, mean - half), upper: mean + half };
    }),
  };
}

function backtestOf(
  mixed: readonly Mixed[],
  options: { level: number; values: readonly number[]; season: number; horizon: number },
): { origins: number; smape: number; mase: number; coverage: number } {
  const scale = Math.max(seasonalScale(options.values, options.season), 1e-12);
  const absolute = meanOf(
    mixed.map((trial) => meanOf(trial.actual.map((value, h) => Math.abs(value - (trial.forecast[h] ?? 0))))),
  );
  let inside = 0;
  let total = 0;
  mixed.forEach((trial, i) => {
    const others = mixed.filter((_, at) => at !== i);
    if (others.length < 2) return;
    const spread = spreadOf(others, options.horizon, options.values);
    const width = conformalWidth(others, spread, options.level);
    trial.actual.forEach((value, h) => {
      total += 1;
      if (Math.abs(value - (trial.forecast[h] ?? 0)) <= width * (spread[h] ?? 0)) inside += 1;
    });
  });
  return {
    origins: mixed.length,
    smape: meanOf(mixed.map((trial) => smape(trial.actual, trial.forecast))),
    mase: absolute / scale,
    coverage: total > 0 ? inside / total : 0,
  };
}

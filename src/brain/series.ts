/** Owns shared arithmetic of evenly spaced series: differences, autocorrelation, seasonal naive, scaled errors. */
import { meanOf, type Numbers } from './statistics.ts';

/** Durbin-Watson statistic of residuals: 2 means no first-order autocorrelation, 0 or 4 complete. 2 when all are zero. */
export function durbinWatson(residuals: Numbers): number {
  let differences = 0;
  let squares = 0;
  for (let i = 0; i < residuals.length; i += 1) {
    const now = residuals[i] ?? 0;
    squares += now * now;
    if (i > 0) differences += (now - (residuals[i - 1] ?? 0)) ** 2;
  }
  return squares > 0 ? differences / squares : 2;
}

/** Autocorrelation at a lag; 0 when the series does not vary. */
export function autocorrelation(values: Numbers, lag: number): number {
  const mean = meanOf(values);
  let cross = 0;
  let squares = 0;
  for (let i = 0; i < values.length; i += 1) {
    const now = (values[i] ?? 0) - mean;
    squares += now * now;
    if (i >= lag) cross += now * ((values[i - lag] ?? 0) - mean);
  }
  return squares > 0 ? cross / squares : 0;
}

/** Forecast that repeats the last season, or the last value where there is less than one season. */
export function seasonalNaive(values: Numbers, season: number, horizon: number): number[] {
  const step = values.length >= season && season > 1 ? season : 1;
  return Array.from({ length: horizon }, (_, h) => values[values.length - step + (h % step)] ?? 0);
}

/** Mean absolute seasonal difference: the scale of MASE. Uses lag 1 where there is less than one season and a period. */
export function seasonalScale(values: Numbers, season: number): number {
  const lag = values.length > season ? season : 1;
  let sum = 0;
  for (let i = lag; i < values.length; i += 1) sum += Math.abs((values[i] ?? 0) - (values[i - lag] ?? 0));
  return values.length > lag ? sum / (values.length - lag) : 0;
}

/** Symmetric mean absolute percentage error in percent (0 to 200); a pair of zeros counts as no error. */
export function smape(actual: Numbers, forecast: Numbers): number {
  let sum = 0;
  for (let i = 0; i < actual.length; i += 1) {
    const a = actual[i] ?? 0;
    const f = forecast[i] ?? 0;
    const scale = Math.abs(a) + Math.abs(f);
    sum += scale > 0 ? (2 * Math.abs(a - f)) / scale : 0;
  }
  return actual.length === 0 ? 0 : (100 * sum) / actual.length;
}

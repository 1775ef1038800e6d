/** Owns the single forecasting methods of the mix: naive, smoothed, theta, and year-ago scaled by growth. */
import { smoothedForecast, seasonalForecast } from './augurs.ts';
import { baselineColumns } from './baseline.ts';
import { choleskyOf, solveBaseline } from './screeningDesign.ts';
import { meanOf, sumOf } from './statistics.ts';

/** A method: history and horizon in, point forecasts out; null where the history does not carry it. */
export type ForecastMethod = (values: readonly number[], season: number, horizon: number) => number[] | null;

/** Latest periods whose sum over that of a year before is the growth; its bounds. */
const GROWTH_PERIODS = 13;
const GROWTH_BOUNDS = { min: 0.5, max: 2 } as const;
/** Seasons of history from which a season is estimated at all. */
const MIN_SEASONS = 1.25;
const SMOOTHING_GRID = [0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8] as const;

/** The methods of the mix, by name. */
export const forecastMethods: Readonly<Record<string, ForecastMethod>> = {
  naive: (values, _, horizon) => Array.from({ length: horizon }, () => values[values.length - 1] ?? 0),
  ets: etsForecast,
  theta: thetaForecast,
  yearAgo: yearAgoForecast,
};

function etsForecast(values: readonly number[], season: number, horizon: number): number[] | null {
  const decomposed = season > 1 ? seasonalForecast(values, season, horizon) : null;
  if (decomposed) return decomposed;
  const { adjusted, ahead } = seasonOf(values, season, horizon);
  return smoothedForecast(adjusted, horizon)?.map((value, h) => value + (ahead[h] ?? 0)) ?? null;
}

/** Theta (Assimakopoulos and Nikolopoulos 2000): simple smoothing plus half the trend, on the seasonally adjusted series. */
function thetaForecast(values: readonly number[], season: number, horizon: number): number[] | null {
  if (values.length < 6) return null;
  const { adjusted, ahead } = seasonOf(values, season, horizon);
  const n = adjusted.length;
  const centre = (n - 1) / 2;
  const mean = meanOf(adjusted);
  const slope =
    sumOf(adjusted.map((value, t) => (t - centre) * (value - mean))) / sumOf(adjusted.map((_, t) => (t - centre) ** 2));
  const { level, alpha } = smoothed(adjusted);
  const lag = (1 - (1 - alpha) ** n) / alpha;
  return Array.from({ length: horizon }, (_, h) => level + 0.5 * slope * (h + lag) + (ahead[h] ?? 0));
}

function yearAgoForecast(values: readonly number[], season: number, horizon: number): number[] | null {
  if (season <= 1 || values.length < season + GROWTH_PERIODS) return null;
  const now = sumOf(values.slice(-GROWTH_PERIODS));
  const before = sumOf(values.slice(-season - GROWTH_PERIODS, -season));
  const growth = before > 0 && now > 0 ? Math.min(GROWTH_BOUNDS.max, Math.max(GROWTH_BOUNDS.min, now / before)) : 1;
  return Array.from({ length: horizon }, (_, h) => growth * (values[values.length - season + (h % season)] ?? 0));
}

/** Two harmonics of the season, estimated beside level and trend; zero where the history is too short to tell. */
function seasonOf(values: readonly number[], season: number, horizon: number): { adjusted: number[]; ahead: number[] } {
  if (season < 4 || values.length < MIN_SEASONS * season)
    return { adjusted: [...values], ahead: Array.from({ length: horizon }, () => 0) };
  const scale = Math.max(1e-12, Math.abs(meanOf(values)));
  const rows = values.length;
  const { columns, priorSd } = baselineColumns({
    rows: rows + horizon,
    periodsPerYear: season,
    controls: [],
    launches: [],
  });
  const known = columns.map((column) => column.slice(0, rows));
  const factor = choleskyOf(
    known,
    priorSd.map((sd) => 0.01 / sd ** 2),
  );
  const coefficients = solveBaseline(
    { baseline: known, factor },
    Float64Array.from(values, (value) => value / scale),
  );
  const isSeason = (p: number): boolean => p >= columns.length - 4;
  const part = (t: number): number =>
    scale * columns.reduce((sum, column, p) => sum + (isSeason(p) ? (coefficients[p] ?? 0) * (column[t] ?? 0) : 0), 0);
  return {
    adjusted: values.map((value, t) => value - part(t)),
    ahead: Array.from({ length: horizon }, (_, h) => part(rows + h)),
  };
}

function smoothed(values: readonly number[]): { level: number; alpha: number } {
  let best = { level: values[values.length - 1] ?? 0, alpha: 0.3, error: Number.POSITIVE_INFINITY };
  for (const alpha of SMOOTHING_GRID) {
    let level = meanOf(values.slice(0, 4));
    let error = 0;
    for (const value of values) {
      error += (value - level) ** 2;
      level += alpha * (value - level);
    }
    if (error < best.error) best = { level, alpha, error };
  }
  return best;
}

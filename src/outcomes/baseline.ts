/**
 * Owns the level that a KPI would have had without a change, told from its own past. Pure.
 * It is no causal model: whatever else changes in the same weeks lands in the difference, and the name of the method says what was done.
 */

/** The level of a horizon without a change. */
export interface BaselineLevel {
  /** KPI units over the whole horizon. */
  readonly level: number;
  /** Standard deviation of the error that the method made on the weeks before; KPI units over the horizon. */
  readonly sd: number;
  /** `recent-level`: mean of the last weeks; `recent-level-seasonal`: moved by how the same weeks of last year stood to theirs. */
  readonly method: 'recent-level' | 'recent-level-seasonal';
}

/** Weeks whose mean is the recent level. */
const RECENT_WEEKS = 8;
const WEEKS_PER_YEAR = 52;
/** Origins over which the error of a method is measured, at the most. */
const BACKTEST_ORIGINS = 26;
/** A season never moves the level by more than this factor, either way. */
const SEASON_LIMIT = 1.5;

/** Tells the level over a horizon that begins right after the weeks; null with fewer than eight weeks. */
export function baselineLevel(weekly: readonly number[], horizonDays: number): BaselineLevel | null {
  if (weekly.length < RECENT_WEEKS) return null;
  const weeks = Math.max(1, Math.round(horizonDays / 7));
  const plain = { method: 'recent-level', at: recentLevel } as const;
  const seasonal = { method: 'recent-level-seasonal', at: seasonalLevel } as const;
  const rated = [plain, seasonal].flatMap(({ method, at }) => {
    const level = at(weekly, weekly.length, weeks);
    return level === null ? [] : [{ method, level, error: backtestError(weekly, weeks, at) }];
  });
  const best = rated.reduce<(typeof rated)[number] | null>(
    (kept, entry) => (kept === null || entry.error < kept.error ? entry : kept),
    null,
  );
  if (!best) return null;
  return {
    level: (best.level * horizonDays) / (7 * weeks),
    sd: (best.error * horizonDays) / (7 * weeks),
    method: best.method,
  };
}

type LevelAt = (weekly: readonly number[], origin: number, weeks: number) => number | null;

/** Level of the weeks from `origin` on, from those before it. */
function recentLevel(weekly: readonly number[], origin: number, weeks: number): number | null {
  return origin < RECENT_WEEKS ? null : mean(weekly.slice(origin - RECENT_WEEKS, origin)) * weeks;
}

function seasonalLevel(weekly: readonly number[], origin: number, weeks: number): number | null {
  const lastYear = origin - WEEKS_PER_YEAR;
  const level = recentLevel(weekly, origin, weeks);
  if (level === null || lastYear < RECENT_WEEKS) return null;
  const before = mean(weekly.slice(lastYear - RECENT_WEEKS, lastYear));
  if (before <= 0) return null;
  const season = mean(weekly.slice(lastYear, lastYear + weeks)) / before;
  return level * Math.min(SEASON_LIMIT, Math.max(1 / SEASON_LIMIT, season));
}

/** Root mean square error over the latest origins; the spread of single weeks where there is no full horizon to test on. */
function backtestError(weekly: readonly number[], weeks: number, at: LevelAt): number {
  const errors: number[] = [];
  for (let origin = weekly.length - weeks; origin >= RECENT_WEEKS && errors.length < BACKTEST_ORIGINS; origin -= 1) {
    const level = at(weekly, origin, weeks);
    if (level === null) break;
    errors.push(level - mean(weekly.slice(origin, origin + weeks)) * weeks);
  }
  if (errors.length > 0) return Math.sqrt(mean(errors.map((error) => error ** 2)));
  const recent = weekly.slice(-RECENT_WEEKS);
  const centre = mean(recent);
  return Math.sqrt(mean(recent.map((value) => (value - centre) ** 2)) * weeks);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

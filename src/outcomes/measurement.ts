/** Owns the measuring of a forecast: what happened over its days, and its score. What was learned from it is written elsewhere. */
import type { Forecast } from '../domain/recommendations.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import { AppError } from '../kernel/errors.ts';
import { derivedId } from '../kernel/ids.ts';
import { endForecasts } from './forecasts.ts';
import { observedKpi, type Scope } from './observed.ts';
import { scoreAgainst, type ForecastScore } from './score.ts';

/** What happened over a forecast's days. */
export interface CollectedOutcome {
  /** In the forecast's quantity: the change against the registered baseline for DELTA, the level for LEVEL. */
  readonly observed: number;
  /** The KPI's level over the days. */
  readonly level: number;
  /** Share of the days that the data cover. */
  readonly completeness: number;
  /** Kind of source, or who recorded it. */
  readonly source: string;
}

/** A forecast that was held against what happened. */
export interface ScoredForecast {
  readonly forecastId: string;
  readonly recommendationId: string | null;
  readonly forecast: Forecast;
  readonly observed: number;
  /** Whether it lies in the forecast's own 80 % interval; null where there is none. */
  readonly inside80: boolean | null;
  /** Tier of the evidence that it stood on. */
  readonly tier: string;
  readonly score: ForecastScore;
  /** How the level without a change was told, for DELTA. */
  readonly baselineMethod: string | null;
}

/** Share of a window's days below which nothing is scored. */
export const MIN_COMPLETENESS = 0.95;

interface StoredForecast {
  id: string;
  goal_id: string;
  recommendation_id: string | null;
  evidence_id: string;
  kpi: string;
  unit: string;
  quantity: 'DELTA' | 'LEVEL';
  mean: number;
  intervals: Forecast['intervals'];
  probability_of_gain: number | null;
  method: string;
  from_day: string;
  to_day: string;
  horizon_days: number;
  baseline: number | null;
  baseline_method: string | null;
  baseline_sd: number | null;
  scope: Scope;
  state: string;
  observed: number | null;
  score: ForecastScore | null;
  tier: string;
  carried_out: boolean;
}

/**
 * Records what happened over a forecast's days; an outcome that a person recorded for it counts before the facts. Null while the data
 * do not cover the days, and for a forecast that was ended. A forecast of a change that nobody carried out is ended here: what came is
 * no test of it. Collecting again gives the same.
 * @throws NOT_FOUND for an unknown forecast
 */
export async function collectOutcome(unit: UnitOfWork, forecastId: string): Promise<CollectedOutcome | null> {
  const stored = await loadForecast(unit, forecastId);
  if (stored.state !== 'OPEN' && stored.state !== 'SCORED') return null;
  const found = (await recordedOutcome(unit, stored)) ?? (await observe(unit, stored));
  if (!found || found.completeness < MIN_COMPLETENESS) return null;
  if (stored.quantity === 'LEVEL') return { ...found, observed: found.level };
  if (stored.baseline === null) return null;
  if (stored.state === 'OPEN' && stored.recommendation_id !== null && !stored.carried_out) {
    await endForecasts(unit, stored.recommendation_id, 'NEVER_DUE');
    return null;
  }
  return { ...found, observed: found.level - stored.baseline };
}

/** Scores a collected forecast and closes it; scoring again gives the same. @throws CONFLICT when its days are not covered yet */
export async function scoreForecast(unit: UnitOfWork, forecastId: string): Promise<ScoredForecast> {
  const stored = await loadForecast(unit, forecastId);
  if (stored.state === 'SCORED' && stored.score) return scored(stored, stored.score);
  const outcome = await collectOutcome(unit, forecastId);
  if (!outcome) {
    throw new AppError(
      'CONFLICT',
      `Forecast ${forecastId} cannot be scored: the data do not cover ${stored.from_day} to ${stored.to_day}.`,
      {
        hint: 'Import the missing days, or record the outcome.',
      },
    );
  }
  const score = scoreAgainst(toForecast(stored), {
    observed: outcome.observed,
    baselineSd: stored.quantity === 'DELTA' ? (stored.baseline_sd ?? 0) : 0,
    naive: stored.quantity === 'DELTA' ? 0 : stored.baseline,
  });
  await unit.em.execute(
    "update forecast set state = 'SCORED', observed = ?, score = ?::jsonb, scored_at = ?::timestamptz where id = ?::uuid and state = 'OPEN'",
    [outcome.observed, JSON.stringify(score), unit.clock.now().toISOString(), forecastId],
  );
  return scored(stored, score);
}

async function loadForecast(unit: UnitOfWork, id: string): Promise<StoredForecast> {
  const rows = await unit.em.execute<StoredForecast[]>(
    `select f.id, f.goal_id, f.recommendation_id, f.evidence_id, f.kpi, f.unit, f.quantity, f.mean, f.intervals, f.probability_of_gain, f.method,
       f.from_day::text as from_day, f.to_day::text as to_day, f.to_day - f.from_day + 1 as horizon_days, f.baseline, f.baseline_method, f.baseline_sd,
       f.scope, f.state, f.observed, f.score, e.tier,
       exists (select 1 from change_set c where c.recommendation_id = f.recommendation_id and c.state in ('EXECUTED', 'EXECUTION_UNKNOWN')) as carried_out
     from forecast f join evidence e on e.id = f.evidence_id where f.id = ?::uuid`,
    [id],
  );
  const stored = rows[0];
  if (!stored)
    throw new AppError('NOT_FOUND', `Forecast ${id} was not found.`, {
      hint: 'Use the id of a forecast of this workspace.',
    });
  return stored;
}

type Level = Omit<CollectedOutcome, 'observed'>;

/** The newest outcome that someone recorded for this forecast, or for its goal, KPI and days as a whole. */
async function recordedOutcome(unit: UnitOfWork, stored: StoredForecast): Promise<Level | null> {
  const whole = stored.scope.type === 'TOTAL';
  const rows = await unit.em.execute<{ value: number; completeness: number; source: string }[]>(
    `select value, completeness, source from outcome
     where forecast_id = ?::uuid or (? and forecast_id is null and goal_id = ?::uuid and kpi = ? and from_day = ?::date and to_day = ?::date)
     order by forecast_id is null, created_at desc limit 1`,
    [stored.id, whole, stored.goal_id, stored.kpi, stored.from_day, stored.to_day],
  );
  const row = rows[0];
  return row ? { level: row.value, completeness: row.completeness, source: row.source } : null;
}

/** Reads the facts and, where they cover the days, keeps what they said, so that a later restatement does not change a score. */
async function observe(unit: UnitOfWork, stored: StoredForecast): Promise<Level | null> {
  const seen = await observedKpi(unit, {
    kpi: stored.kpi,
    scope: stored.scope,
    from: stored.from_day,
    to: stored.to_day,
  });
  if (seen.source === null) return null;
  const level: Level = { level: seen.value ?? 0, completeness: seen.completeness, source: seen.source };
  if (level.completeness < MIN_COMPLETENESS) return level;
  await unit.em.execute(
    `insert into outcome (id, workspace_id, goal_id, forecast_id, kpi, unit, value, from_day, to_day, source, completeness, recorded_by)
     values (?::uuid, ?::uuid, ?::uuid, ?::uuid, ?, ?, ?, ?::date, ?::date, ?, ?, 'metrics') on conflict (id) do nothing`,
    [
      derivedId('outcome', stored.id),
      unit.workspace.id,
      stored.goal_id,
      stored.id,
      stored.kpi,
      stored.unit,
      level.level,
      stored.from_day,
      stored.to_day,
      level.source,
      level.completeness,
    ],
  );
  return level;
}

function toForecast(stored: StoredForecast): Forecast {
  return {
    kpi: stored.kpi,
    unit: stored.unit,
    quantity: stored.quantity,
    mean: stored.mean,
    intervals: stored.intervals,
    probabilityOfGain: stored.probability_of_gain,
    horizonDays: stored.horizon_days,
    from: stored.from_day,
    to: stored.to_day,
    method: stored.method,
    evidenceId: stored.evidence_id,
  };
}

function scored(stored: StoredForecast, score: ForecastScore): ScoredForecast {
  return {
    forecastId: stored.id,
    recommendationId: stored.recommendation_id,
    forecast: toForecast(stored),
    observed: score.observed,
    inside80: score.inside80,
    tier: stored.tier,
    score,
    baselineMethod: stored.quantity === 'DELTA' ? stored.baseline_method : null,
  };
}

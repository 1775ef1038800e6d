/** Owns the ledger's entries: registering a forecast with what it will be held against, and ending those that never will be. */
import type { UnitOfWork } from '../domain/unit.ts';
import type { Forecast } from '../domain/recommendations.ts';
import { addDays, daysInclusive, type CalendarDay } from '../kernel/calendar.ts';
import { AppError } from '../kernel/errors.ts';
import { isId } from '../kernel/ids.ts';
import { baselineLevel, type BaselineLevel } from './baseline.ts';
import { weeklyKpi, type Scope } from './observed.ts';

/** A forecast on its way into the ledger; `id` is the same in every try. */
export interface ForecastEntry {
  readonly id: string;
  readonly runId: string;
  readonly goalId: string;
  readonly recommendationId: string | null;
  readonly forecast: Forecast;
}

/** What was registered. `baseline` is what the outcome will be compared with; null where the past is too short to tell. */
export interface RegisteredForecast {
  readonly id: string;
  /** The first day on which it can be scored. */
  readonly dueOn: CalendarDay;
  readonly baseline: BaselineLevel | null;
  readonly scope: Scope;
}

/** Weeks of past that the level without a change is told from: two years and the weeks before. */
const PAST_WEEKS = 120;

/** Registers a forecast; registering the same id again changes nothing. @throws BAD_USER_INPUT when its days or KPI make no sense */
export async function registerForecast(unit: UnitOfWork, entry: ForecastEntry): Promise<RegisteredForecast> {
  const { forecast } = entry;
  if (forecast.to < forecast.from) {
    throw new AppError('BAD_USER_INPUT', `The forecast ends on ${forecast.to}, before it begins on ${forecast.from}.`, {
      hint: 'Both days are counted; from comes first.',
    });
  }
  const scope = forecast.quantity === 'DELTA' ? await scopeOf(unit, entry) : TOTAL;
  const baseline = await baselineOf(unit, forecast, scope);
  const dueOn = addDays(forecast.to, 1);
  const state = forecast.quantity === 'DELTA' && baseline === null ? 'NEVER_DUE' : 'OPEN';
  await unit.em.execute(
    `insert into forecast (id, workspace_id, run_id, goal_id, recommendation_id, evidence_id, kpi, unit, quantity, mean, intervals, probability_of_gain, method,
       from_day, to_day, due_on, baseline, baseline_method, baseline_sd, scope, state)
     values (?::uuid, ?::uuid, ?::uuid, ?::uuid, ?::uuid, ?::uuid, ?, ?, ?, ?, ?::jsonb, ?, ?, ?::date, ?::date, ?::date, ?, ?, ?, ?::jsonb, ?) on conflict (id) do nothing`,
    [
      entry.id,
      unit.workspace.id,
      entry.runId,
      entry.goalId,
      entry.recommendationId,
      forecast.evidenceId,
      forecast.kpi,
      forecast.unit,
      forecast.quantity,
      forecast.mean,
      JSON.stringify(forecast.intervals),
      forecast.probabilityOfGain,
      forecast.method,
      forecast.from,
      forecast.to,
      dueOn,
      baseline?.level ?? null,
      baseline?.method ?? null,
      baseline?.sd ?? null,
      JSON.stringify(scope),
      state,
    ],
  );
  return { id: entry.id, dueOn, baseline, scope };
}

/** Ends the open forecasts of a card that will not come true: it was rejected (`NEVER_DUE`) or replaced (`SUPERSEDED`). Gives how many. */
export async function endForecasts(
  { em }: UnitOfWork,
  recommendationId: string,
  state: 'NEVER_DUE' | 'SUPERSEDED',
): Promise<number> {
  const rows = await em.execute<{ id: string }[]>(
    "update forecast set state = ? where recommendation_id = ?::uuid and state = 'OPEN' returning id",
    [state, recommendationId],
  );
  return rows.length;
}

const TOTAL: Scope = { type: 'TOTAL', id: null };

/** The part of the KPI that a card changes, where the outcome source can tell it apart; else the whole. */
async function scopeOf(unit: UnitOfWork, { recommendationId, forecast }: ForecastEntry): Promise<Scope> {
  if (recommendationId === null) return TOTAL;
  const rows = await unit.em.execute<{ target_type: string; target_id: string }[]>(
    'select target_type, target_id from recommendation where id = ?::uuid',
    [recommendationId],
  );
  const target = rows[0];
  const type = target?.target_type.toUpperCase();
  if (!target || (type !== 'CHANNEL' && type !== 'CAMPAIGN' && type !== 'AUDIENCE' && type !== 'MESSAGE')) return TOTAL;
  if (type !== 'CHANNEL' && !isId(target.target_id)) return TOTAL;
  const scope: Scope = { type, id: type === 'CHANNEL' ? await channelKey(unit, target.target_id) : target.target_id };
  const weekly = await weeklyKpi(unit, { kpi: forecast.kpi, scope, before: forecast.from, weeks: PAST_WEEKS });
  return weekly.some((value) => value !== 0) ? scope : TOTAL;
}

async function channelKey({ em }: UnitOfWork, idOrKey: string): Promise<string> {
  const rows = await em.execute<{ key: string }[]>('select key from channel where id::text = ?', [idOrKey]);
  return rows[0]?.key ?? idOrKey;
}

/** The level without a change for DELTA; for LEVEL the level of the same number of days before, which a forecast must beat. */
async function baselineOf(unit: UnitOfWork, forecast: Forecast, scope: Scope): Promise<BaselineLevel | null> {
  const weekly = await weeklyKpi(unit, { kpi: forecast.kpi, scope, before: forecast.from, weeks: PAST_WEEKS });
  return baselineLevel(weekly, daysInclusive(forecast.from, forecast.to));
}

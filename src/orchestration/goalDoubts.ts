/** Owns what people should know of a goal before they decide on its strategy: old data, a KPI that the data lack, a budget below present spend. */
import { kpiWords } from '../agents/labels.ts';
import { staleText, stalenessOf } from '../agents/staleness.ts';
import { lastWeeks } from '../agents/windows.ts';
import { goalKpis, type Goal, type GoalKpi } from '../domain/goals.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import { daysInclusive } from '../kernel/calendar.ts';
import { queryMetrics } from '../metrics/query.ts';
import type { MetricName } from '../domain/metrics.ts';
import { listText, numberText } from '../models/phrases.ts';
import { loadWorkspaceFacts } from './goalContext.ts';

/** Weeks that present spend is read from: the quarter of a year that the response fit calls present, so that cards name the same amount. */
const RECENT_WEEKS = 13;
/** First day that a KPI is looked for. */
const EVER = '1990-01-01';

/** Each doubt as sentences; empty where there is none. `through` is the last day of the data. */
export async function goalDoubts(unit: UnitOfWork, goal: Goal, through: string): Promise<string[]> {
  const workspace = { ...(await loadWorkspaceFacts(unit)), dataThrough: through };
  const held = await heldMetrics(unit, goalKpis, through);
  const spend = await totals(unit, ['SPEND'], lastWeeks(through, RECENT_WEEKS));
  return [
    staleText(stalenessOf({ workspace })),
    kpiDoubt(goal.kpi, held),
    budgetDoubt(goal, (spend.get('SPEND') ?? 0) / RECENT_WEEKS),
  ].filter((text) => text !== '');
}

/** Those of the measures that the loaded data hold at all. @param through last day of the data */
export async function heldMetrics<M extends MetricName>(
  unit: UnitOfWork,
  metrics: readonly M[],
  through: string,
): Promise<ReadonlySet<M>> {
  const known = await totals(unit, [...metrics], { from: EVER, to: through });
  return new Set(metrics.filter((metric) => (known.get(metric) ?? 0) > 0));
}

function kpiDoubt(kpi: GoalKpi, held: ReadonlySet<GoalKpi>): string {
  if (held.has(kpi)) return '';
  const others = [...held].map((other) => kpiWords(other));
  const instead =
    others.length > 0 ? ` They do hold ${listText(others)}: state the goal in one of them, or load` : ' Load';
  return `The loaded data hold no ${kpiWords(kpi)}, so no effect of spend on it can be told.${instead} a file with a column of ${kpiWords(kpi)} by week (units and value per unit apart are not multiplied).`;
}

function budgetDoubt(goal: Goal, presentPerWeek: number): string {
  const perWeek = (Number(goal.budgetMicros) / 1e6 / daysInclusive(goal.from, goal.to)) * 7;
  const money = (units: number): string => numberText(Math.round(units), goal.currency);
  return presentPerWeek > perWeek
    ? `Media cost ${money(presentPerWeek)} a week in the last ${RECENT_WEEKS} weeks of the data, and the goal's budget comes to ${money(perWeek)} a week: it is read as a limit, so nothing is added, and whoever decides should say whether it is meant for all media.`
    : '';
}

async function totals(
  unit: UnitOfWork,
  metrics: Parameters<typeof queryMetrics>[1]['metrics'],
  window: { from: string; to: string },
): Promise<Map<string, number>> {
  const { rows } = await queryMetrics(unit, { metrics, ...window, grain: 'TOTAL' });
  const series = await unit.em.execute<{ kpi: string; value: number }[]>(
    'select kpi, sum(value)::float8 as value from kpi_fact_live where start_day >= ?::date and end_day <= ?::date group by kpi',
    [window.from, window.to],
  );
  const own = new Map(series.map((row) => [row.kpi, row.value]));
  return new Map(metrics.map((metric, index) => [metric, own.get(metric) ?? Number(rows[0]?.[index] ?? 0)]));
}

/** Owns what was observed of a KPI, as a whole or of one channel, campaign, audience or message, over days and by week. */
import type { UnitOfWork } from '../domain/unit.ts';
import { metricNameSchema } from '../domain/metrics.ts';
import { addDays, daysInclusive, type CalendarDay } from '../kernel/calendar.ts';
import { AppError } from '../kernel/errors.ts';
import { metricDefinition } from '../metrics/catalogue.ts';
import { readCoverage, recordSource, type RecordSource } from '../metrics/coverage.ts';

/** The part of a KPI that is looked at. */
export interface Scope {
  readonly type: 'TOTAL' | 'CHANNEL' | 'CAMPAIGN' | 'AUDIENCE' | 'MESSAGE';
  /** Channel key or entity id; null for TOTAL. */
  readonly id: string | null;
}

/** What was observed over a window. */
export interface Observed {
  /** KPI units; money in whole units of the workspace's currency. Null where no row was found. */
  readonly value: number | null;
  /** Share of the window's days that the source covers. */
  readonly completeness: number;
  /** Kind of source, such as `CRM`. */
  readonly source: string | null;
}

/** A question about a KPI. */
export interface KpiAsk {
  readonly kpi: string;
  readonly scope: Scope;
  readonly from: CalendarDay;
  readonly to: CalendarDay;
}

/** The KPI over a window, with how much of the window its source covers. @throws BAD_USER_INPUT when the KPI is no sum */
export async function observedKpi(unit: UnitOfWork, ask: KpiAsk): Promise<Observed> {
  const read = await readable(unit, ask.kpi);
  if (!read) return { value: null, completeness: 0, source: null };
  const { record, perUnit } = read;
  const rows = await unit.em.execute<{ value: number | null; weeks: number }[]>(
    `select sum(f.${record.column})::float8 * ? as value, (count(distinct f.start_day) filter (where f.grain = 'WEEK'))::int as weeks ${rowsOf(ask.scope)}`,
    [perUnit, ...paramsOf(ask, record)],
  );
  const days = daysInclusive(ask.from, ask.to);
  const last = record.lastDay < ask.to ? record.lastDay : ask.to;
  const first = record.firstDay > ask.from ? record.firstDay : ask.from;
  const covered = record.coarse ? 7 * (rows[0]?.weeks ?? 0) : first > last ? 0 : daysInclusive(first, last);
  return { value: rows[0]?.value ?? null, completeness: Math.min(1, covered / days), source: record.kind };
}

/** The KPI by week for the weeks that end the day before `before`, oldest first; weeks without a row inside are zero. */
export async function weeklyKpi(
  unit: UnitOfWork,
  ask: { kpi: string; scope: Scope; before: CalendarDay; weeks: number },
): Promise<number[]> {
  const read = await readable(unit, ask.kpi);
  if (!read) return [];
  const { record, perUnit } = read;
  const end = record.lastDay < addDays(ask.before, -1) ? record.lastDay : addDays(ask.before, -1);
  const earliest = addDays(end, 1 - 7 * ask.weeks);
  const from =
    record.firstDay > earliest ? addDays(end, 1 - 7 * Math.floor(daysInclusive(record.firstDay, end) / 7)) : earliest;
  if (from > end) return [];
  const rows = await unit.em.execute<{ week: number; value: number }[]>(
    `select (f.end_day - ?::date) / 7 as week, sum(f.${record.column})::float8 * ? as value ${rowsOf(ask.scope)} and f.grain <> 'PERIOD' group by 1`,
    [from, perUnit, ...paramsOf({ ...ask, from, to: end }, record)],
  );
  const byWeek = new Map(rows.map((row) => [row.week, row.value]));
  return Array.from({ length: Math.floor(daysInclusive(from, end) / 7) }, (_, week) => byWeek.get(week) ?? 0);
}

async function readable(unit: UnitOfWork, kpi: string): Promise<{ record: RecordSource; perUnit: number } | null> {
  const name = metricNameSchema.safeParse(kpi);
  const definition = name.success ? metricDefinition(name.data) : null;
  if (definition?.formula.kind !== 'SUM') {
    throw new AppError('BAD_USER_INPUT', `"${kpi}" is no KPI that can be observed.`, {
      hint: 'Use REVENUE, PIPELINE, QUALIFIED_LEADS, CONVERSIONS or SESSIONS.',
    });
  }
  const { coverage } = await readCoverage(unit);
  const record = recordSource(coverage, definition.formula.of);
  return record && { record, perUnit: definition.unit === 'MONEY' ? 1e-6 : 1 };
}

const scopeSql: Readonly<Record<Scope['type'], { table: string; condition: string }>> = {
  TOTAL: { table: 'metric_rollup', condition: '' },
  CHANNEL: { table: 'metric_rollup', condition: ' and f.channel = ?' },
  CAMPAIGN: { table: 'metric_rollup', condition: ' and f.campaign_id = ?::uuid' },
  AUDIENCE: {
    table: 'metric_fact',
    condition: ' and (f.shadow = 0 or (f.shadow >> 1) & 1 = 0) and f.audience_id = ?::uuid',
  },
  MESSAGE: {
    table: 'metric_fact',
    condition: ' and (f.shadow = 0 or (f.shadow >> 2) & 1 = 0) and f.message_id = ?::uuid',
  },
};

function rowsOf(scope: Scope): string {
  const { table, condition } = scopeSql[scope.type];
  return `from ${table} f where f.start_day >= ?::date and f.start_day <= ?::date and f.end_day <= ?::date and f.source_kind = ? and f.source in (?)${condition}`;
}

function paramsOf(ask: { scope: Scope; from: CalendarDay; to: CalendarDay }, record: RecordSource): unknown[] {
  return [
    ask.from,
    ask.to,
    ask.to,
    record.kind,
    [...record.sources],
    ...(ask.scope.type === 'TOTAL' ? [] : [ask.scope.id]),
  ];
}

/** Owns sums of facts below campaigns, by source, and the choice of one source for each measure: what funnels are made of. */
import type { SourceKind } from '../domain/facts.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import type { CalendarDay } from '../kernel/calendar.ts';
import { recordOrder, recordRule, type Measure } from './catalogue.ts';
import { periodSql } from './compile.ts';

/** Both days are counted. */
export interface Window {
  readonly from: CalendarDay;
  readonly to: CalendarDay;
}

/** What sums are cut by. */
export type CutKey = 'channel' | 'campaign' | 'audience' | 'message';

/** What to add up, by what. */
export interface CutRequest {
  readonly window: Window;
  readonly by: readonly CutKey[];
  /** Keys that must be known; rows without them are left out. */
  readonly known: readonly CutKey[];
  readonly measures: readonly Measure[];
  readonly grain?: 'TOTAL' | 'WEEK' | 'DAY';
  readonly channel?: string;
}

/** Sums of one combination of keys: of each measure, from its source of record; null where that source does not know. */
export interface CutRow {
  readonly period: CalendarDay | null;
  readonly keys: Readonly<Partial<Record<CutKey, string | null>>>;
  /** Names of the entities by key. */
  readonly names: Readonly<Partial<Record<CutKey, string>>>;
  readonly sums: Readonly<Partial<Record<Measure, number | null>>>;
}

const cutBits: Readonly<Record<CutKey, number>> = { channel: 0, campaign: 0, audience: 1, message: 2 };
const keyColumns: Readonly<Record<CutKey, string>> = {
  channel: 'channel',
  campaign: 'campaign_id',
  audience: 'audience_id',
  message: 'message_id',
};

type SqlRow = Record<string, string | number | null> & { source_kind: SourceKind; source: string };

/** Adds up facts by keys. One row a combination, sorted by keys; money in micros. */
export async function sumsByCut(unit: UnitOfWork, request: CutRequest): Promise<CutRow[]> {
  const grain = request.grain ?? 'TOTAL';
  const bits = request.by.reduce((sum, key) => sum | cutBits[key], 0);
  const params: unknown[] = [request.window.from, request.window.to, request.window.to];
  const conditions = [
    'f.start_day >= ?::date',
    'f.start_day <= ?::date',
    'f.end_day <= ?::date',
    `(f.shadow = 0 or (f.shadow >> ${bits}) & 1 = 0)`,
  ];
  for (const key of request.known) conditions.push(`f.${keyColumns[key]} is not null`);
  if (request.channel !== undefined) {
    conditions.push('f.channel = ?');
    params.push(request.channel);
  }
  const keys = request.by.map((key) => `f.${keyColumns[key]} as ${key}`);
  const named = request.by.filter((key) => key !== 'channel');
  const period = grain === 'TOTAL' ? "''" : `(${periodSql[grain]})::text`;
  const sums = request.measures.map((measure) => `sum(f.${measure}) as ${measure}`);
  const grouped = Array.from({ length: request.by.length + 3 }, (_, index) => index + 1).join(', ');
  const rows = await unit.em.execute<SqlRow[]>(
    `with cut as (
       select f.source_kind, f.source, ${[`${period} as period`, ...keys, ...sums, 'count(*) as n'].join(', ')}
       from metric_fact f where ${conditions.join(' and ')} group by ${grouped})
     select cut.*${named.map((key) => `, ${key}_named.name as ${key}_name`).join('')}
     from cut ${named.map((key) => `left join ${key} as ${key}_named on ${key}_named.id = cut.${key}`).join(' ')}`,
    params,
  );
  return combine(rows, request);
}

interface Combined {
  readonly row: CutRow;
  readonly sums: Partial<Record<Measure, number | null>>;
  /** Sources that have a row for these keys. */
  readonly seen: Set<string>;
}

/** Puts the sources of record of each measure side by side. */
function combine(rows: readonly SqlRow[], request: CutRequest): CutRow[] {
  const records = new Map(request.measures.map((measure) => [measure, chooseSources(rows, measure)]));
  const combined = new Map<string, Combined>();
  for (const row of rows) {
    const id = [row.period, ...request.by.map((key) => row[key])].join('|');
    const entry = combined.get(id) ?? emptyEntry(row, request);
    combined.set(id, entry);
    entry.seen.add(sourceId(row));
    for (const measure of request.measures) {
      const value = row[measure];
      if (value === null || value === undefined || !records.get(measure)?.has(sourceId(row))) continue;
      entry.sums[measure] = (entry.sums[measure] ?? 0) + Number(value);
    }
  }
  for (const entry of combined.values()) fillZeros(entry, records);
  return [...combined].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { row }]) => row);
}

function emptyEntry(row: SqlRow, request: CutRequest): Combined {
  const sums: Combined['sums'] = Object.fromEntries(request.measures.map((measure) => [measure, null]));
  return { row: { period: textOf(row.period) || null, ...keysOf(row, request.by), sums }, sums, seen: new Set() };
}

/** A CRM or an analytics tool that tells these keys apart sees all of them: where it has no row, there was nothing. */
function fillZeros(entry: Combined, records: ReadonlyMap<Measure, ReadonlySet<string>>): void {
  for (const [measure, sources] of records) {
    const seesAll = [...sources].every((source) => source.startsWith('CRM|') || source.startsWith('ANALYTICS|'));
    const unseen = ![...sources].some((source) => entry.seen.has(source));
    if (sources.size > 0 && seesAll && unseen) entry.sums[measure] = 0;
  }
}

function keysOf(row: SqlRow, by: readonly CutKey[]): Pick<CutRow, 'keys' | 'names'> {
  const named = by.flatMap((key) => (textOf(row[`${key}_name`]) === '' ? [] : [[key, textOf(row[`${key}_name`])]]));
  return {
    keys: Object.fromEntries(by.map((key) => [key, textOf(row[key]) || null])),
    names: Object.fromEntries(named) as CutRow['names'],
  };
}

/** The sources whose rows count for a measure at this cut: of the first kind that knows it, one CRM or analytics tool, all platforms. */
function chooseSources(rows: readonly SqlRow[], measure: Measure): Set<string> {
  for (const kind of recordOrder[recordRule(measure)]) {
    const counts = new Map<string, number>();
    for (const row of rows) {
      if (row.source_kind !== kind || row[measure] === null || row[measure] === undefined) continue;
      counts.set(sourceId(row), (counts.get(sourceId(row)) ?? 0) + Number(row.n));
    }
    const ranked = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([source]) => source);
    if (ranked.length > 0) return new Set(kind === 'CRM' || kind === 'ANALYTICS' ? ranked.slice(0, 1) : ranked);
  }
  return new Set();
}

function sourceId(row: SqlRow): string {
  return `${row.source_kind}|${row.source}`;
}

function textOf(value: string | number | null | undefined): string {
  return value === null || value === undefined ? '' : String(value);
}

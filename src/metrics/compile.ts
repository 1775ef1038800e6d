/**
 * Owns the one SQL text that answers a planned metric query: sums by period and dimension, the calendar spine, ratios from parts.
 * Sends nothing. Column order of a row: period (unless TOTAL), then key and name of each dimension, then the metrics.
 */
import type { MetricDimension, MetricGrain } from '../domain/metrics.ts';
import type { Measure, MetricDefinition } from './catalogue.ts';
import type { MetricPlan, PlannedMeasure } from './plan.ts';

/** A statement with `?` placeholders. */
export interface CompiledQuery {
  readonly text: string;
  readonly params: readonly unknown[];
}

interface DimensionSql {
  /** Column of the fact `f`. */
  readonly column: string;
  /** Table whose name column tells what the key is called. */
  readonly named?: 'campaign' | 'audience' | 'message';
}

const dimensionSql: Readonly<Record<MetricDimension, DimensionSql>> = {
  CHANNEL: { column: 'f.channel' },
  CAMPAIGN: { column: 'f.campaign_id', named: 'campaign' },
  AUDIENCE: { column: 'f.audience_id', named: 'audience' },
  MESSAGE: { column: 'f.message_id', named: 'message' },
  GEO: { column: 'f.geo' },
  SOURCE: { column: 'f.source' },
};

/** Name of the second column of a dimension, or null where the key says all. */
export function detailColumn(dimension: MetricDimension): string | null {
  if (dimensionSql[dimension].named) return `${dimension}_NAME`;
  return dimension === 'SOURCE' ? 'SOURCE_KIND' : null;
}

/** The day that tells which period a fact counts in: of a week its middle, so that a week keeps whole to one ISO week, month or quarter. */
const PLACING_DAY = "(case when f.grain = 'WEEK' then f.start_day + 3 else f.start_day end)";

/** The first day of the period that a fact counts in, by grain; weeks are ISO weeks (1900-01-01 was a Monday). */
export const periodSql: Readonly<Record<MetricGrain, string>> = {
  TOTAL: 'f.start_day',
  DAY: 'f.start_day',
  WEEK: `${PLACING_DAY} - (${PLACING_DAY} - date '1900-01-01') % 7`,
  MONTH: `date_trunc('month', ${PLACING_DAY}::timestamp)::date`,
  QUARTER: `date_trunc('quarter', ${PLACING_DAY}::timestamp)::date`,
};

/** The first day of the period that a placeholder's day falls into, by grain. */
const givenPeriodSql: Readonly<Record<MetricGrain, string>> = {
  TOTAL: '?::date',
  DAY: '?::date',
  WEEK: "date_trunc('week', ?::date::timestamp)::date",
  MONTH: "date_trunc('month', ?::date::timestamp)::date",
  QUARTER: "date_trunc('quarter', ?::date::timestamp)::date",
};

/** Compiles a plan; asks for one row more than the limit, so that the caller sees whether there are more. */
export function compileMetricQuery(plan: MetricPlan): CompiledQuery {
  const { query } = plan;
  const params: unknown[] = [];
  const spine = query.grain !== 'TOTAL';
  const parts = [
    `with base as (\n${base(plan, params)}\n)`,
    `, agg as (\n${aggregate(plan, params)}\n)`,
    ...(spine ? [`, spine as (\n${spineSql(plan, params)}\n)`] : []),
    `, filled as (\n${filled(plan, params)}\n)`,
    presented(plan, params),
  ];
  return { text: parts.join('\n'), params };
}

/** Where the rows come from and which of them the question is about; shared with the check of the grain. */
export function sourceSql(plan: MetricPlan, params: unknown[]): string {
  const { query, cut } = plan;
  params.push(query.from, query.to, query.to);
  const conditions = ['f.start_day >= ?::date', 'f.start_day <= ?::date', 'f.end_day <= ?::date'];
  if (!plan.bySource) {
    const kinds = [...new Set(plan.measures.flatMap(({ record }) => (record ? [record.kind] : [])))];
    conditions.push(kinds.length > 0 ? `f.source_kind in (${kinds.map((kind) => `'${kind}'`).join(', ')})` : 'false');
  }
  if (cut > 0) conditions.push(`(f.shadow = 0 or (f.shadow >> ${cut}) & 1 = 0)`);
  for (const filter of query.filters) {
    conditions.push(filterSql(filter.dimension, filter.in, params));
  }
  return `from ${cut > 0 ? 'metric_fact' : 'metric_rollup'} f where ${conditions.join(' and ')}`;
}

function filterSql(dimension: MetricDimension, values: readonly string[], params: unknown[]): string {
  const { column, named } = dimensionSql[dimension];
  params.push([...values]);
  if (!named) return `${column} in (?)`;
  params.push([...values]);
  return `${column} in (select id from ${named} where id::text in (?) or name in (?))`;
}

/** Sums by period, raw keys and source: the one pass over many rows, so it compares and converts as little as it can. */
function base(plan: MetricPlan, params: unknown[]): string {
  const { query } = plan;
  const keys = [
    'f.source_kind',
    'f.source',
    ...(query.grain === 'TOTAL' ? [] : [`${periodSql[query.grain]} as period`]),
    ...query.dimensions.map((dimension, index) => `${dimensionSql[dimension].column} as k${index}`),
  ];
  const columns = [...new Set(plan.measures.flatMap((entry) => columnsRead(plan, entry)))];
  const sums = columns.map((column) => `sum(f.${column}) as ${column}`);
  const grouped = keys.map((_, index) => index + 1).join(', ');
  return `  select ${[...keys, ...sums, 'count(*) as n'].join(',\n    ')}\n  ${sourceSql(plan, params)}\n  group by ${grouped}`;
}

/** Sums of the sources of record by period and dimension, and how many rows of the record stand behind each. */
function aggregate(plan: MetricPlan, params: unknown[]): string {
  const { query } = plan;
  const keys = [
    ...(query.grain === 'TOTAL' ? [] : ['b.period']),
    ...query.dimensions.flatMap((dimension, index) => [
      `coalesce(b.k${index}::text, '') as d${index}`,
      ...(dimension === 'SOURCE' ? [`b.source_kind as x${index}`] : []),
    ]),
  ];
  const sums = plan.measures.flatMap((entry, index) => measureSql(plan, entry, index, params));
  const grouped = keys.length > 0 ? ` group by ${keys.map((_, index) => index + 1).join(', ')}` : '';
  return `  select ${[...keys, ...sums].join(',\n    ')}\n  from base b${grouped}`;
}

/** What platforms claim where they are asked by source and have no outcome of their own. */
const claims: Partial<Record<Measure, Measure>> = {
  conversions: 'platform_conversions',
  revenue_micros: 'platform_revenue_micros',
};

function columnsRead(plan: MetricPlan, { measure, record }: PlannedMeasure): Measure[] {
  if (!plan.bySource) return record ? [record.column] : [];
  const claim = claims[measure];
  return claim ? [measure, claim] : [measure];
}

function measureSql(plan: MetricPlan, { measure, record }: PlannedMeasure, index: number, params: unknown[]): string[] {
  if (plan.bySource) {
    const claim = claims[measure];
    const column = claim
      ? `coalesce(b.${measure}, case when b.source_kind = 'PLATFORM' then b.${claim} end)`
      : `b.${measure}`;
    return [`sum(${column}) as m${index}`, `sum(b.n) as n${index}`];
  }
  if (!record) return [`sum(b.n) filter (where false) as m${index}`, `0 as n${index}`];
  const isRecord = `b.source_kind = '${record.kind}' and b.source in (?)`;
  params.push([...record.sources], [...record.sources]);
  return [
    `sum(b.${record.column}) filter (where ${isRecord}) as m${index}`,
    `sum(b.n) filter (where ${isRecord}) as n${index}`,
  ];
}

/** Every period of the window for every combination of keys that occurs in it. */
function spineSql(plan: MetricPlan, params: unknown[]): string {
  const step = { DAY: '1 day', WEEK: '7 days', MONTH: '1 month', QUARTER: '3 months', TOTAL: '1 day' }[
    plan.query.grain
  ];
  params.push(plan.firstPeriod, plan.lastPeriod);
  const keys = tupleKeys(plan);
  const tuples = keys.length > 0 ? `(select distinct ${keys.join(', ')} from agg) t` : '(select 1 as one) t';
  return `  select p::date as period${keys.map((key) => `, t.${key}`).join('')}
  from generate_series(?::date::timestamp, ?::date::timestamp, interval '${step}') as p cross join ${tuples}`;
}

/** The sums on the spine. A missing sum is zero where its source covers the period and knows the keys; else it stays unknown. */
function filled(plan: MetricPlan, params: unknown[]): string {
  const spine = plan.query.grain !== 'TOTAL';
  const keys = tupleKeys(plan);
  const from = spine
    ? `spine s left join agg a on a.period = s.period${keys.map((key) => ` and a.${key} = s.${key}`).join('')}`
    : 'agg a';
  const base = spine ? 's' : 'a';
  const columns = [
    ...(spine ? ['s.period'] : []),
    ...keys.map((key) => `${base}.${key}`),
    ...plan.measures.map((entry, index) => fillSql(plan, { entry, index, base, params })),
  ];
  return `  select ${columns.join(',\n    ')}\n  from ${from}`;
}

function fillSql(
  plan: MetricPlan,
  input: { entry: PlannedMeasure; index: number; base: string; params: unknown[] },
): string {
  const { entry, index, base, params } = input;
  const value = `a.m${index}`;
  const record = entry.record;
  if (plan.bySource || !record) return `${value} as m${index}`;
  const keys = tupleKeys(plan).map((key) => `${base}.${key}`);
  const partition = keys.length > 0 ? `partition by ${keys.join(', ')}` : '';
  const known = [`bool_or(${value} is not null) over (${partition})`];
  // A CRM or an analytics tool sees every campaign: one without a row there had none. A platform says nothing of what it does not run.
  if (keys.length > 0 && (record.kind === 'CRM' || record.kind === 'ANALYTICS')) {
    const named = keys.map((key) => `${key} <> ''`).join(' and ');
    known.push(
      `(coalesce(max(a.n${index}) over (${partition}), 0) = 0 and bool_or(${value} is not null and ${named}) over ())`,
    );
  }
  params.push(record.firstDay, record.lastDay);
  const [start, end] =
    base === 's' ? ['s.period', 's.period'] : [`date '${plan.query.from}'`, `date '${plan.query.to}'`];
  return `case when ${value} is not null then ${value}
      when ${end} >= ${givenPeriodSql[plan.query.grain]} and ${start} <= ?::date and (${known.join(' or ')}) then 0 end as m${index}`;
}

/** Keys, names, and metrics from their parts, ordered and cut to the page. */
function presented(plan: MetricPlan, params: unknown[]): string {
  const { query } = plan;
  const joins: string[] = [];
  const columns = query.grain === 'TOTAL' ? [] : ['f.period::text as period'];
  query.dimensions.forEach((dimension, index) => {
    const { named } = dimensionSql[dimension];
    columns.push(`nullif(f.d${index}, '') as d${index}`);
    if (dimension === 'SOURCE') columns.push(`f.x${index}`);
    if (!named) return;
    columns.push(`e${index}.name as e${index}`);
    joins.push(`left join ${named} e${index} on e${index}.id = nullif(f.d${index}, '')::uuid`);
  });
  const place = new Map(plan.measures.map(({ measure }, index) => [measure as string, `f.m${index}`]));
  const values = plan.metrics.map((metric) => metricSql(metric, place));
  plan.metrics.forEach((metric, index) =>
    columns.push(`${metric.formula.kind === 'SUM' ? `(${values[index]})::text` : values[index]} as v${index}`),
  );
  const anything =
    query.dimensions.length > 0
      ? `where ${plan.measures.map((_, index) => `f.m${index} is not null`).join(' or ')}`
      : '';
  params.push(query.limit + 1, query.offset);
  return `select ${columns.join(', ')}\nfrom filled f ${joins.join(' ')}\n${anything}${orderSql(plan, values)}\nlimit ? offset ?`;
}

function metricSql(metric: MetricDefinition, place: ReadonlyMap<string, string>): string {
  const { formula } = metric;
  if (formula.kind === 'SUM') return place.get(formula.of) ?? 'null';
  const numerator = place.get(formula.numerator) ?? 'null';
  const denominator = place.get(formula.denominator) ?? 'null';
  const scaled = formula.factor === 1 ? '' : ` * ${formula.factor}`;
  return `(${numerator})::float8 / nullif(${denominator}, 0)::float8${scaled}`;
}

function orderSql(plan: MetricPlan, values: readonly string[]): string {
  const { query } = plan;
  const order: string[] = [];
  if (query.orderBy) {
    const value = values[query.metrics.indexOf(query.orderBy.metric)] ?? 'null';
    order.push(`${value} ${query.orderBy.descending ? 'desc' : 'asc'} nulls last`);
  }
  if (query.grain !== 'TOTAL') order.push('f.period');
  order.push(...tupleKeys(plan).map((key) => `f.${key}`));
  return order.length > 0 ? `\norder by ${order.join(', ')}` : '';
}

function tupleKeys(plan: MetricPlan): string[] {
  return plan.query.dimensions.flatMap((dimension, index) => [
    `d${index}`,
    ...(dimension === 'SOURCE' ? [`x${index}`] : []),
  ]);
}

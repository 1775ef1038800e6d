/** Owns the answering of metric queries: parses, checks the grain, runs the compiled SQL and shapes the result. */
import { AppError } from '../kernel/errors.ts';
import type { CalendarDay } from '../kernel/calendar.ts';
import type { MetricCell, MetricColumn, MetricGrain, MetricQueryInput, MetricResult } from '../domain/metrics.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import type { MetricDefinition } from './catalogue.ts';
import { compileMetricQuery, detailColumn, periodSql, sourceSql } from './compile.ts';
import { readCoverage, type WorkspaceCoverage } from './coverage.ts';
import { decimalText } from './decimals.ts';
import { parseMetricQuery, planMetricQuery, totalsPlan, type MetricPlan } from './plan.ts';

/**
 * Answers a metric query. Sums are exact decimal text (money in units of the workspace's currency), ratios are numbers computed from their
 * parts at each level; null means not known. Coverage that the caller has read already is not read again.
 * @throws BAD_USER_INPUT for a query that makes no sense; GRAIN_TOO_FINE when the rows cover longer spans than the question
 */
export async function queryMetrics(
  unit: UnitOfWork,
  input: MetricQueryInput,
  known?: WorkspaceCoverage,
): Promise<MetricResult> {
  const query = parseMetricQuery(input);
  const workspace = known ?? (await readCoverage(unit));
  const plan = planMetricQuery(query, workspace.coverage);
  await refuseTooFine(unit, plan);
  const found = await run(unit, plan);
  const totals = query.includeTotals ? ((await run(unit, totalsPlan(plan)))[0] ?? null) : null;
  return {
    columns: columnsOf(plan, workspace.currency),
    rows: found.slice(0, query.limit),
    totals: totals && [...Array.from({ length: keyColumns(plan).length }, () => null), ...totals],
    hasMore: found.length > query.limit,
    currency: workspace.currency,
    timeZone: workspace.timeZone,
    freshness: freshnessOf(plan),
  };
}

async function run(unit: UnitOfWork, plan: MetricPlan): Promise<MetricCell[][]> {
  const { text, params } = compileMetricQuery(plan);
  const rows = await unit.em.execute<Record<string, unknown>[]>(text, [...params]);
  const keys = sqlKeys(plan);
  return rows.map((row) => [
    ...keys.map((key) => textCell(row[key])),
    ...plan.metrics.map((metric, index) => valueCell(metric, row[`v${index}`])),
  ]);
}

function textCell(value: unknown): MetricCell {
  return typeof value === 'string' ? value : null;
}

function valueCell(metric: MetricDefinition, value: unknown): MetricCell {
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? decimalText(value, metric.unit === 'MONEY') : null;
}

function sqlKeys(plan: MetricPlan): string[] {
  const keys = plan.query.grain === 'TOTAL' ? [] : ['period'];
  plan.query.dimensions.forEach((dimension, index) => {
    keys.push(`d${index}`);
    const detail = detailColumn(dimension);
    if (detail) keys.push(detail.endsWith('_NAME') ? `e${index}` : `x${index}`);
  });
  return keys;
}

function keyColumns(plan: MetricPlan): MetricColumn[] {
  const columns: MetricColumn[] = plan.query.grain === 'TOTAL' ? [] : [{ name: 'PERIOD', kind: 'PERIOD', unit: 'DAY' }];
  for (const dimension of plan.query.dimensions) {
    columns.push({ name: dimension, kind: 'DIMENSION', unit: 'TEXT' });
    const detail = detailColumn(dimension);
    if (detail) columns.push({ name: detail, kind: 'DIMENSION', unit: 'TEXT' });
  }
  return columns;
}

function columnsOf(plan: MetricPlan, currency: string): MetricColumn[] {
  const metrics = plan.metrics.map((metric): MetricColumn => ({
    name: metric.name,
    kind: 'METRIC',
    unit: metric.unit === 'MONEY' ? currency : metric.unit,
  }));
  return [...keyColumns(plan), ...metrics];
}

function freshnessOf(plan: MetricPlan): MetricResult['freshness'] {
  const records = plan.measures.flatMap(({ record }) => (record ? [record] : []));
  const outcome = plan.metrics.find((metric) => metric.record === 'OUTCOME');
  const part =
    outcome &&
    plan.measures.find(
      ({ measure }) => measure === (outcome.formula.kind === 'SUM' ? outcome.formula.of : outcomePart(outcome)),
    );
  return {
    loadedThrough: records.reduce<CalendarDay | null>(
      (day, record) => (day === null || record.lastDay < day ? record.lastDay : day),
      null,
    ),
    outcomeSource: part?.record?.kind ?? null,
  };
}

function outcomePart({ formula }: MetricDefinition): string {
  if (formula.kind === 'SUM') return formula.of;
  return formula.numerator === 'spend_micros' ? formula.denominator : formula.numerator;
}

/** A week or a period that does not fall into one period of the question is never spread over several. */
async function refuseTooFine(unit: UnitOfWork, plan: MetricPlan): Promise<void> {
  const { grain } = plan.query;
  if (grain === 'TOTAL' || !plan.measures.some(({ record }) => record?.coarse)) return;
  const params: unknown[] = [];
  const source = sourceSql(
    {
      ...plan,
      cut: 0,
      query: {
        ...plan.query,
        filters: plan.query.filters.filter((filter) => ['CHANNEL', 'CAMPAIGN', 'SOURCE'].includes(filter.dimension)),
      },
    },
    params,
  );
  const columns = [
    ...new Set(plan.measures.flatMap(({ record }) => (record ? [`f.${record.column} is not null`] : []))),
  ].join(' or ');
  const straddles =
    grain === 'DAY'
      ? "f.grain <> 'DAY'"
      : `f.grain = 'PERIOD' and ${periodSql[grain]} <> ${periodSql[grain].replaceAll('f.start_day', 'f.end_day')}`;
  const rows = await unit.em.execute<{ grain: string; source: string; start_day: string; end_day: string }[]>(
    `select f.grain, f.source, f.start_day::text as start_day, f.end_day::text as end_day ${source} and (${columns}) and ${straddles} order by f.start_day limit 1`,
    params,
  );
  const found = rows[0];
  if (found) throw tooFine(grain, found);
}

function tooFine(
  grain: MetricGrain,
  found: { grain: string; source: string; start_day: string; end_day: string },
): AppError {
  const rows = found.grain === 'WEEK' ? 'weeks' : `one row for ${found.start_day} to ${found.end_day}`;
  const coarser = found.grain === 'WEEK' ? 'WEEK, MONTH, QUARTER or TOTAL' : 'TOTAL';
  return new AppError(
    'GRAIN_TOO_FINE',
    `Asked by ${grain}, but ${found.source} was loaded as ${rows}, which is never spread over days.`,
    {
      hint: `Ask with grain ${coarser}, or export ${found.source} again with "segment by Day" and import that file.`,
    },
  );
}

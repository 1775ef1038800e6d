/** Owns the reading of a metric query: refuses what makes no sense and settles what each metric is computed from. Holds no SQL. */
import { AppError } from '../kernel/errors.ts';
import { addDays, daysInclusive, isDay, startOf, type CalendarDay } from '../kernel/calendar.ts';
import { metricQuerySchema, type MetricDimension, type MetricQuery, type MetricQueryInput } from '../domain/metrics.ts';
import { metricDefinition, partsOf, type Measure, type MetricDefinition } from './catalogue.ts';
import { recordSource, type Coverage, type RecordSource } from './coverage.ts';

/** Periods that one query may ask for. */
const PERIOD_LIMIT = 4000;

/** One measure of a query with where it is read; `record` is null where nothing was loaded for it. */
export interface PlannedMeasure {
  readonly measure: Measure;
  readonly record: RecordSource | null;
}

/** A query that makes sense, with the definitions and sources that answer it. */
export interface MetricPlan {
  readonly query: MetricQuery;
  readonly metrics: readonly MetricDefinition[];
  readonly measures: readonly PlannedMeasure[];
  /** Whether each row tells of one source: then nothing is chosen between sources. */
  readonly bySource: boolean;
  /** Bits of what is cut below campaigns: 1 audience, 2 message, 4 geo. 0 is answered from the rollup. */
  readonly cut: number;
  /** First days of the first and the last period; the window itself for TOTAL. */
  readonly firstPeriod: CalendarDay;
  readonly lastPeriod: CalendarDay;
}

const cutBits: Partial<Record<MetricDimension, number>> = { AUDIENCE: 1, MESSAGE: 2, GEO: 4 };

/** Parses a query document. @throws BAD_USER_INPUT that names the field, what was found and what is expected */
export function parseMetricQuery(input: MetricQueryInput): MetricQuery {
  const parsed = metricQuerySchema.safeParse(input);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const where = issue?.path.join('.') ?? 'query';
    throw new AppError(
      'BAD_USER_INPUT',
      `The metric query is not valid at ${where}: ${issue?.message ?? 'unknown problem'}.`,
      {
        hint: 'See metricCatalogue for metrics and dimensions; write days as 2026-01-31.',
      },
    );
  }
  const query = parsed.data;
  for (const [field, day] of [
    ['from', query.from],
    ['to', query.to],
  ] as const) {
    if (!isDay(day))
      throw new AppError('BAD_USER_INPUT', `${field} is "${day}", which is not a day.`, {
        hint: 'Write it as 2026-01-31.',
      });
  }
  if (query.from > query.to) {
    throw new AppError('BAD_USER_INPUT', `from (${query.from}) is after to (${query.to}).`, {
      hint: 'Both days are counted; from comes first.',
    });
  }
  refuseRepeats('metrics', query.metrics);
  refuseRepeats('dimensions', query.dimensions);
  const order = query.orderBy?.metric;
  if (order && !query.metrics.includes(order)) {
    throw new AppError('BAD_USER_INPUT', `orderBy names ${order}, which is not among the metrics asked for.`, {
      hint: `Add ${order} to metrics, or order by ${query.metrics.join(' or ')}.`,
    });
  }
  return query;
}

/** Settles what answers a query. @throws BAD_USER_INPUT when it asks for too many periods */
export function planMetricQuery(query: MetricQuery, coverage: readonly Coverage[]): MetricPlan {
  const metrics = query.metrics.map(metricDefinition);
  const only = query.filters.find((filter) => filter.dimension === 'SOURCE');
  const sources = only ? new Set(only.in) : undefined;
  const needed = [...new Set(metrics.flatMap((metric) => partsOf(metric.formula)))];
  const cuts = [...query.dimensions, ...query.filters.map((filter) => filter.dimension)];
  const grain = query.grain;
  const firstPeriod = grain === 'TOTAL' ? query.from : startOf(grain, query.from);
  const lastPeriod = grain === 'TOTAL' ? query.from : startOf(grain, query.to);
  refuseManyPeriods(query, firstPeriod);
  return {
    query,
    metrics,
    measures: needed.map((measure) => ({ measure, record: recordSource(coverage, measure, sources) })),
    bySource: query.dimensions.includes('SOURCE'),
    cut: cuts.reduce((bits, dimension) => bits | (cutBits[dimension] ?? 0), 0),
    firstPeriod,
    lastPeriod,
  };
}

/** The same question without its breakdown: what `totals` answers. Ratios are computed anew from their parts. */
export function totalsPlan(plan: MetricPlan): MetricPlan {
  const { query } = plan;
  return {
    ...plan,
    query: { ...query, dimensions: [], grain: 'TOTAL', orderBy: null, limit: 1, offset: 0 },
    bySource: false,
    firstPeriod: query.from,
    lastPeriod: query.from,
  };
}

function refuseRepeats(field: string, values: readonly string[]): void {
  const repeated = values.find((value, index) => values.indexOf(value) !== index);
  if (repeated) throw new AppError('BAD_USER_INPUT', `${field} names ${repeated} twice.`, { hint: 'Name each once.' });
}

function refuseManyPeriods(query: MetricQuery, firstPeriod: CalendarDay): void {
  if (query.grain === 'TOTAL') return;
  const step = { DAY: 1, WEEK: 7, MONTH: 28, QUARTER: 90 }[query.grain];
  const periods = Math.ceil(daysInclusive(firstPeriod, addDays(query.to, 1)) / step);
  if (periods > PERIOD_LIMIT) {
    throw new AppError(
      'BAD_USER_INPUT',
      `${query.from} to ${query.to} holds more than ${PERIOD_LIMIT} periods of grain ${query.grain}.`,
      {
        hint: 'Ask for a shorter window or a coarser grain.',
      },
    );
  }
}

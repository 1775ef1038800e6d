/** Owns the metric query document: what GraphQL, the command line and BI doors all ask with. */
import { z } from 'zod';
import { textLimits, writtenText } from './text.ts';

export const metricNames = [
  'SPEND',
  'IMPRESSIONS',
  'CLICKS',
  'SESSIONS',
  'SENDS',
  'DELIVERED',
  'OPENS',
  'EMAIL_CLICKS',
  'UNSUBSCRIBES',
  'COMPLAINTS',
  'PLATFORM_CONVERSIONS',
  'PLATFORM_REVENUE',
  'CONVERSIONS',
  'QUALIFIED_LEADS',
  'PIPELINE',
  'REVENUE',
  'CTR',
  'CVR',
  'CPC',
  'CPM',
  'CPA',
  'COST_PER_QUALIFIED_LEAD',
  'QUALIFIED_RATE',
  'ROAS',
  'PLATFORM_ROAS',
] as const;
export const metricNameSchema = z.enum(metricNames);
export type MetricName = z.infer<typeof metricNameSchema>;

export const metricDimensions = ['CHANNEL', 'CAMPAIGN', 'AUDIENCE', 'MESSAGE', 'GEO', 'SOURCE'] as const;
export const metricDimensionSchema = z.enum(metricDimensions);
export type MetricDimension = z.infer<typeof metricDimensionSchema>;

export const metricGrains = ['DAY', 'WEEK', 'MONTH', 'QUARTER', 'TOTAL'] as const;
export const metricGrainSchema = z.enum(metricGrains);
export type MetricGrain = z.infer<typeof metricGrainSchema>;

/** Rows that one query returns at the most. */
export const METRIC_ROW_LIMIT = 50_000;

/** What to compute, by what, over which days, filtered how. */
export const metricQuerySchema = z.object({
  metrics: z.array(metricNameSchema).min(1).max(12),
  dimensions: z.array(metricDimensionSchema).max(3).default([]),
  from: z.string(),
  to: z.string(),
  grain: metricGrainSchema.default('TOTAL'),
  filters: z
    .array(z.object({ dimension: metricDimensionSchema, in: z.array(writtenText(textLimits.cell)).min(1).max(500) }))
    .max(6)
    .default([]),
  orderBy: z
    .object({ metric: metricNameSchema, descending: z.boolean().default(true) })
    .nullable()
    .default(null),
  limit: z.number().int().min(1).max(METRIC_ROW_LIMIT).default(1000),
  offset: z.number().int().min(0).default(0),
  includeTotals: z.boolean().default(false),
});
export type MetricQuery = z.infer<typeof metricQuerySchema>;
export type MetricQueryInput = z.input<typeof metricQuerySchema>;

/** A column of a result; `kind` says whether it is a key or a value. */
export interface MetricColumn {
  readonly name: string;
  readonly kind: 'PERIOD' | 'DIMENSION' | 'METRIC';
  /** `DAY`, `TEXT`, `COUNT`, `SHARE`, `RATIO`, or a currency code. */
  readonly unit: string;
}

/** A cell: text for keys, decimal text for sums (exact), number for ratios, null where it is not known. */
export type MetricCell = string | number | null;

/** Rows in column order. Ratios are recomputed from their parts at each level, also in `totals`. */
export interface MetricResult {
  readonly columns: readonly MetricColumn[];
  readonly rows: readonly (readonly MetricCell[])[];
  readonly totals: readonly MetricCell[] | null;
  readonly hasMore: boolean;
  readonly currency: string;
  readonly timeZone: string;
  /** Last day that the facts reach, by source kind. */
  readonly freshness: { readonly loadedThrough: string | null; readonly outcomeSource: string | null };
}

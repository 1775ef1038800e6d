/** Owns metric queries for every door: GraphQL, the BI files, the command line. */
import { metricCatalogue } from '../metrics/catalogue.ts';
import { queryMetrics } from '../metrics/query.ts';
import { metricQuerySchema, type MetricResult } from '../domain/metrics.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import { AppError } from '../kernel/errors.ts';
import { csvText } from './report/valueText.ts';

export { metricCatalogue };

/** Answers a query document. @throws BAD_USER_INPUT naming each part that is wrong; GRAIN_TOO_FINE */
export async function answerMetrics(unit: UnitOfWork, document: unknown): Promise<MetricResult> {
  const parsed = metricQuerySchema.safeParse(document);
  if (!parsed.success) {
    const complaints = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'query'}: ${issue.message}`);
    throw new AppError('BAD_USER_INPUT', `The metric query cannot be read: ${complaints.join('; ')}.`, {
      hint: 'The query metricCatalogue lists metrics and dimensions.',
    });
  }
  return queryMetrics(unit, parsed.data);
}

/** A result as CSV (RFC 4180) with a header row; text that a spreadsheet would run as a formula is quoted. */
export function metricsCsv(result: MetricResult): string {
  const header = result.columns.map((column) => column.name.toLowerCase());
  return csvText([header, ...result.rows]);
}

/** A result as a flat array of objects, one a row. */
export function metricsObjects(result: MetricResult): Record<string, string | number | null>[] {
  return result.rows.map((row) =>
    Object.fromEntries(result.columns.map((column, i) => [column.name.toLowerCase(), row[i] ?? null])),
  );
}

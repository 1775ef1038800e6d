/** Owns one KPI over time, whole periods only: what forecasts and anomaly checks read. */
import type { UnitOfWork } from '../domain/unit.ts';
import { addDays, startOf, type CalendarDay } from '../kernel/calendar.ts';
import { AppError } from '../kernel/errors.ts';
import { metricNameSchema } from '../domain/metrics.ts';
import { metricDefinition } from './catalogue.ts';
import { readCoverage, recordSource } from './coverage.ts';
import { queryMetrics } from './query.ts';

/** A KPI by period; sums as numbers in KPI units (whole currency units for money). */
export interface KpiSeries {
  readonly periods: readonly CalendarDay[];
  readonly values: readonly number[];
  /** A currency code or `COUNT`. */
  readonly unit: string;
  /** Kind of source that it comes from. */
  readonly source: string;
}

/** The KPI over everything loaded, from the first whole period to the last; null where no source knows it, or only in longer spans. */
export async function kpiSeries(
  unit: UnitOfWork,
  request: { kpi: string; grain: 'DAY' | 'WEEK' },
): Promise<KpiSeries | null> {
  const name = metricNameSchema.safeParse(request.kpi);
  if (!name.success) return null;
  const { formula, unit: metricUnit } = metricDefinition(name.data);
  const workspace = await readCoverage(unit);
  const record = formula.kind === 'SUM' ? recordSource(workspace.coverage, formula.of) : null;
  if (!record) return null;
  const { grain } = request;
  const from = grain === 'DAY' ? record.firstDay : startOf('WEEK', addDays(record.firstDay, 6));
  const to = grain === 'DAY' ? record.lastDay : addDays(startOf('WEEK', addDays(record.lastDay, 1)), -1);
  if (from > to) return null;
  try {
    const { rows } = await queryMetrics(unit, { metrics: [name.data], from, to, grain, limit: 50_000 });
    return {
      periods: rows.map((row) => String(row[0])),
      values: rows.map((row) => Number(row[1] ?? 0)),
      unit: metricUnit === 'MONEY' ? workspace.currency : 'COUNT',
      source: record.kind,
    };
  } catch (error) {
    if (error instanceof AppError && error.code === 'GRAIN_TOO_FINE') return null;
    throw error;
  }
}

/** Owns what reporting reads: the KPI by week, its parts in two windows, channels, and the ledger of forecasts. No text from outside, no action. */
import type { Span } from '../../domain/artifacts/shape.ts';
import type { GoalKpi } from '../../domain/goals.ts';
import type { MetricName } from '../../domain/metrics.ts';
import type { SpecialistContext } from '../contract.ts';
import type { Allowed, DataCoverage, LedgerEntry } from '../tools.ts';
import { COMPARED_WEEKS, coveredPart, lastWeeks, windowBefore } from '../windows.ts';

/** Tools of this specialist. */
export const REPORTING_TOOLS = ['metrics.coverage', 'metrics.query', 'metrics.series', 'outcomes.ledger'] as const;
type ReportingTools = Allowed<(typeof REPORTING_TOOLS)[number]>;

/** Steps from a first touch to the KPI, in order; steps that the data do not know are left out. */
export const KPI_CHAIN: Readonly<Record<GoalKpi, readonly MetricName[]>> = {
  REVENUE: ['SESSIONS', 'QUALIFIED_LEADS', 'CONVERSIONS', 'REVENUE'],
  PIPELINE: ['SESSIONS', 'QUALIFIED_LEADS', 'PIPELINE'],
  QUALIFIED_LEADS: ['SESSIONS', 'QUALIFIED_LEADS'],
  CONVERSIONS: ['SESSIONS', 'QUALIFIED_LEADS', 'CONVERSIONS'],
  SESSIONS: ['CLICKS', 'SESSIONS'],
};

/** Totals of one window by metric. */
export type WindowTotals = Partial<Record<MetricName, number | null>>;

/** What the report works on. */
export interface ReportingMaterial {
  readonly coverage: DataCoverage;
  readonly windows: { readonly now: Span; readonly before: Span };
  readonly totals: { readonly now: WindowTotals; readonly before: WindowTotals };
  readonly channels: { readonly now: ReadonlyMap<string, number>; readonly before: ReadonlyMap<string, number> };
  readonly series: {
    readonly periods: readonly string[];
    readonly values: readonly number[];
    readonly unit: string;
  } | null;
  /** KPI in the part of the goal's window that the data cover; null before it begins. */
  readonly actual: { readonly window: Span; readonly value: number } | null;
  readonly ledger: readonly LedgerEntry[];
}

/** Reads it all; null where no facts are loaded. */
export async function gatherReporting(
  context: SpecialistContext,
  tools: ReportingTools,
): Promise<ReportingMaterial | null> {
  const coverage = await tools['metrics.coverage']();
  if (!coverage.span) return null;
  const now = lastWeeks(coverage.span.to, COMPARED_WEEKS);
  const windows = { now, before: windowBefore(now) };
  const { kpi } = context.goal;
  const metrics = [...new Set<MetricName>([...KPI_CHAIN[kpi], 'SPEND'])];
  context.signal.throwIfAborted();
  const totalsOf = async (window: Span): Promise<WindowTotals> =>
    (await tools['metrics.query']({ metrics, ...window })).rows[0]?.values ?? {};
  const channelsOf = async (window: Span): Promise<Map<string, number>> => {
    const { rows } = await tools['metrics.query']({ metrics: [kpi], dimensions: ['CHANNEL'], ...window });
    const named = rows.some((row) => row.channel !== null && row.values[kpi] != null);
    return new Map(
      named
        ? rows
            .filter((row) => row.values[kpi] != null)
            .map((row) => [row.channel ?? 'WITHOUT_CHANNEL', row.values[kpi] ?? 0])
        : [],
    );
  };
  return {
    coverage,
    windows,
    totals: { now: await totalsOf(windows.now), before: await totalsOf(windows.before) },
    channels: { now: await channelsOf(windows.now), before: await channelsOf(windows.before) },
    series: await tools['metrics.series']({ kpi, grain: 'WEEK' }),
    actual: await actualOf(context, tools, coverage.span.to),
    ledger: await tools['outcomes.ledger'](),
  };
}

async function actualOf(
  context: SpecialistContext,
  tools: ReportingTools,
  dataThrough: string,
): Promise<ReportingMaterial['actual']> {
  const window = coveredPart({ from: context.goal.from, to: context.goal.to }, dataThrough);
  if (!window) return null;
  const { rows } = await tools['metrics.query']({ metrics: [context.goal.kpi], ...window });
  const value = rows[0]?.values[context.goal.kpi];
  return value === null || value === undefined ? null : { window, value };
}

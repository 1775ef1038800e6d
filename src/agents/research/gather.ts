/** Owns what research reads: brand memory and learnings by queries drawn from the goal, and the KPI by channel and campaign in two windows. */
import type { Span } from '../../domain/artifacts/shape.ts';
import type { MemoryHit } from '../../domain/memory.ts';
import type { MetricName } from '../../domain/metrics.ts';
import type { SpecialistContext } from '../contract.ts';
import type { Allowed, DataCoverage, MetricRow } from '../tools.ts';
import { COMPARED_WEEKS, lastWeeks, windowBefore } from '../windows.ts';

/** Tools of this specialist. It reads material from outside, holds no personal data, and cannot act. */
export const RESEARCH_TOOLS = ['metrics.coverage', 'metrics.query', 'memory.search', 'memory.claims'] as const;
type ResearchTools = Allowed<(typeof RESEARCH_TOOLS)[number]>;

const HITS_PER_QUERY = 4;
const QUERY_LIMIT = 8;

/** A hit with the query that found it. */
export interface FoundHit {
  readonly query: string;
  readonly hit: MemoryHit;
}

/** KPI and spend of one entity in a window. */
export interface EntityResult {
  readonly level: 'CHANNEL' | 'CAMPAIGN';
  readonly id: string;
  readonly name: string;
  readonly result: number;
  readonly spend: number;
}

/** What research worked on. */
export interface ResearchMaterial {
  readonly coverage: DataCoverage;
  readonly queries: readonly string[];
  readonly hits: readonly FoundHit[];
  /** Queries that nothing answered. */
  readonly unanswered: readonly string[];
  readonly claims: readonly {
    readonly id: string;
    readonly text: string;
    readonly evidenceCount: number;
    readonly expiresOn: string | null;
  }[];
  readonly windows: { readonly now: Span; readonly before: Span } | null;
  readonly now: readonly EntityResult[];
  readonly before: readonly EntityResult[];
  /** The KPI as a whole in each window; null where no source knows it. */
  readonly totals: { readonly now: number | null; readonly before: number | null };
  /** What platforms credit to themselves and what the outcome source books for the same channels, in the present window. */
  readonly credited: { readonly platform: number | null; readonly booked: number | null };
}

/** Reads it all; searches run one after the other so that a cancelled task stops between them. */
export async function gatherResearch(context: SpecialistContext, tools: ResearchTools): Promise<ResearchMaterial> {
  const coverage = await tools['metrics.coverage']();
  const queries = queriesOf(context);
  const hits: FoundHit[] = [];
  const unanswered: string[] = [];
  for (const query of queries) {
    context.signal.throwIfAborted();
    const found = await tools['memory.search'](query, HITS_PER_QUERY);
    if (found.length === 0) unanswered.push(query);
    for (const hit of found) if (!hits.some((other) => other.hit.id === hit.id)) hits.push({ query, hit });
  }
  const claims = await tools['memory.claims']();
  if (!coverage.span)
    return {
      coverage,
      queries,
      hits,
      unanswered,
      claims,
      windows: null,
      now: [],
      before: [],
      totals: { now: null, before: null },
      credited: { platform: null, booked: null },
    };
  const now = lastWeeks(coverage.span.to, COMPARED_WEEKS);
  const before = windowBefore(now);
  return {
    coverage,
    queries,
    hits,
    unanswered,
    claims,
    windows: { now, before },
    now: await resultsIn(context, tools, { window: now, coverage }),
    before: await resultsIn(context, tools, { window: before, coverage }),
    totals: { now: await totalIn(context, tools, now), before: await totalIn(context, tools, before) },
    credited: await creditIn(tools, now),
  };
}

/** Queries from the trusted request alone: the goal's words, its constraints, and the strategy's needs and offers. */
export function queriesOf(context: Pick<SpecialistContext, 'goal' | 'strategy' | 'task'>): string[] {
  const sentences = context.goal.text.split(/(?<=[.!?;])\s+|\n+/).map((part) => part.trim());
  const strategy = context.strategy?.document;
  const wanted = [
    ...sentences,
    ...context.goal.constraints,
    ...(strategy?.personas ?? []).slice(0, 2).map((persona) => `${persona.name}: ${persona.need}`),
    ...(strategy?.offers ?? []).slice(0, 2),
    context.task.question,
    `${context.goal.kpi.toLowerCase().replaceAll('_', ' ')} what worked`,
  ];
  return [...new Set(wanted.filter((query) => query.length > 8))].slice(0, QUERY_LIMIT);
}

async function resultsIn(
  context: SpecialistContext,
  tools: ResearchTools,
  at: { window: Span; coverage: DataCoverage },
): Promise<EntityResult[]> {
  const metrics: MetricName[] = [context.goal.kpi, 'SPEND'];
  const byChannel = await tools['metrics.query']({ metrics, dimensions: ['CHANNEL'], ...at.window });
  const found = byChannel.rows
    .filter((row) => row.values[context.goal.kpi] != null)
    .map((row) => entityOf('CHANNEL', row, context.goal.kpi));
  if (!at.coverage.hasCampaigns) return found.filter((entity) => entity.id !== '');
  const byCampaign = await tools['metrics.query']({ metrics, dimensions: ['CAMPAIGN'], ...at.window });
  return [...found, ...byCampaign.rows.map((row) => entityOf('CAMPAIGN', row, context.goal.kpi))].filter(
    (entity) => entity.id !== '',
  );
}

async function totalIn(context: SpecialistContext, tools: ResearchTools, window: Span): Promise<number | null> {
  const { rows } = await tools['metrics.query']({ metrics: [context.goal.kpi], ...window });
  return rows[0]?.values[context.goal.kpi] ?? null;
}

async function creditIn(tools: ResearchTools, window: Span): Promise<ResearchMaterial['credited']> {
  const { rows } = await tools['metrics.query']({
    metrics: ['PLATFORM_CONVERSIONS', 'CONVERSIONS', 'SPEND'],
    dimensions: ['CHANNEL'],
    ...window,
  });
  const paid = rows.filter((row) => (row.values.SPEND ?? 0) > 0 && row.values.PLATFORM_CONVERSIONS !== null);
  const sumOf = (metric: 'PLATFORM_CONVERSIONS' | 'CONVERSIONS'): number | null =>
    paid.every((row) => row.values[metric] == null)
      ? null
      : paid.reduce((sum, row) => sum + (row.values[metric] ?? 0), 0);
  return { platform: sumOf('PLATFORM_CONVERSIONS'), booked: sumOf('CONVERSIONS') };
}

function entityOf(level: EntityResult['level'], row: MetricRow, kpi: MetricName): EntityResult {
  const id = level === 'CHANNEL' ? (row.channel ?? '') : (row.campaign?.id ?? '');
  const name = level === 'CHANNEL' ? (row.channel ?? '') : (row.campaign?.name ?? '');
  return { level, id, name, result: row.values[kpi] ?? 0, spend: row.values.SPEND ?? 0 };
}

/**
 * Owns the tools that specialists read with, and the allow-list: a specialist reaches the tools it names and no other.
 * Every tool reads; none writes, sends or decides. What carries them out stands in toolbox.ts.
 */
import type { BrandRule, ClaimRecord } from '../domain/compliance.ts';
import type { Span } from '../domain/artifacts/shape.ts';
import type { MemoryHit } from '../domain/memory.ts';
import type { MetricName, MetricQueryInput } from '../domain/metrics.ts';
import type { Specialist } from '../domain/specialists.ts';
import type { GeoSeries } from '../brain/responseTypes.ts';
import { AppError } from '../kernel/errors.ts';

/** What the workspace's data hold: which questions they can feed. */
export interface DataCoverage {
  /** First and last day of the facts; null where nothing is loaded. */
  readonly span: Span | null;
  /** Finest grain that every fact has. */
  readonly grain: 'DAY' | 'WEEK' | 'PERIOD';
  readonly channels: readonly string[];
  readonly hasCampaigns: boolean;
  readonly hasAudiences: boolean;
  readonly hasMessages: boolean;
  readonly hasEmail: boolean;
  readonly geos: number;
  /** Last day by source kind. */
  readonly freshness: readonly { readonly source: string; readonly through: string }[];
  /** Loads behind the facts. */
  readonly loadIds: readonly string[];
}

/** One row of a metric query, keys by name. Entities have id and name; sums are numbers in whole units. */
export interface MetricRow {
  readonly period: string | null;
  readonly channel: string | null;
  readonly campaign: { readonly id: string; readonly name: string } | null;
  readonly audience: { readonly id: string; readonly name: string } | null;
  readonly message: { readonly id: string; readonly name: string } | null;
  readonly geo: string | null;
  readonly values: Partial<Record<MetricName, number | null>>;
}

/** Rows with what they stand on. */
export interface MetricRows {
  readonly rows: readonly MetricRow[];
  readonly currency: string;
  readonly dataThrough: string | null;
  readonly outcomeSource: string | null;
}

/** A campaign as it is known. */
export interface CampaignFact {
  readonly id: string;
  readonly name: string;
  readonly channel: string;
  readonly status: string;
  readonly objective: string | null;
  readonly launchedOn: string | null;
  /** Current budget, or null where none is known. */
  readonly budget: { readonly amountMicros: bigint; readonly period: 'DAY' | 'WEEK'; readonly status: string } | null;
}

/** A message (creative) as it is known; copy is null where the import had none. */
export interface MessageFact {
  readonly id: string;
  readonly name: string;
  readonly channel: string | null;
  readonly campaignId: string | null;
  readonly status: string;
  readonly headline: string | null;
  readonly body: string | null;
  readonly callToAction: string | null;
}

/** An audience as it is known. */
export interface AudienceFact {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly version: number;
  readonly definition: Readonly<Record<string, unknown>>;
  readonly parentName: string | null;
}

/** Series for a response fit, with what they were taken from. */
export interface ResponsePanel {
  readonly periods: readonly string[];
  readonly periodsPerYear: number;
  readonly series: readonly GeoSeries[];
  readonly channels: readonly string[];
  readonly notMoney: readonly string[];
  readonly launches: readonly number[];
  readonly kpi: string;
  readonly unit: string;
  readonly window: Span;
}

/** Counts of an audience, message or their parent, by stage; null is a stage that no source knows. */
export interface FunnelRow {
  readonly id: string;
  readonly name: string;
  readonly reach: number | null;
  readonly clicks: number | null;
  readonly engaged: number | null;
  readonly qualified: number | null;
  readonly sales: number | null;
  /** Whole currency units. */
  readonly spend: number | null;
}

/** E-mail counts of one campaign and message over a window. */
export interface EmailRow {
  readonly campaign: { readonly id: string; readonly name: string };
  readonly message: { readonly id: string; readonly name: string } | null;
  readonly period: string | null;
  readonly sends: number;
  readonly delivered: number | null;
  readonly opens: number | null;
  readonly machineOpens: number | null;
  readonly clicks: number | null;
  readonly unsubscribes: number | null;
  readonly complaints: number | null;
  readonly bounces: number | null;
  readonly conversions: number | null;
  readonly revenue: number | null;
}

/** How earlier advice of one kind did. */
export interface AdviceRecord {
  readonly scored: number;
  readonly inside80: number;
  readonly coverage80: number | null;
}

/** One forecast that has been scored. */
export interface ScoredForecast {
  readonly id: string;
  readonly kpi: string;
  readonly unit: string;
  readonly from: string;
  readonly to: string;
  readonly mean: number;
  readonly lower80: number | null;
  readonly upper80: number | null;
  readonly observed: number;
  readonly inside80: boolean;
}

/** Brand material as a whole text, for term statistics. */
export interface BrandText {
  readonly documentId: string;
  readonly title: string;
  readonly source: string;
  readonly trust: 'OWNED' | 'IMPORTED' | 'UNTRUSTED';
  readonly addedAt: string;
  readonly headingPath: readonly string[];
  readonly text: string;
}

/** All tools there are. */
export interface Tools {
  'metrics.coverage': () => Promise<DataCoverage>;
  'metrics.query': (query: MetricQueryInput) => Promise<MetricRows>;
  'metrics.panel': (request: { kpi: string }) => Promise<ResponsePanel | null>;
  'metrics.series': (request: { kpi: string; grain: 'DAY' | 'WEEK' }) => Promise<{ periods: readonly string[]; values: readonly number[]; unit: string } | null>;
  'metrics.audienceFunnels': (window: Span) => Promise<readonly FunnelRow[]>;
  'metrics.messageFunnels': (window: Span) => Promise<readonly (FunnelRow & { channel: string | null; audienceId: string | null })[]>;
  'metrics.email': (request: { window: Span; grain: 'TOTAL' | 'WEEK' | 'DAY'; byMessage: boolean }) => Promise<readonly EmailRow[]>;
  'catalogue.campaigns': () => Promise<readonly CampaignFact[]>;
  'catalogue.messages': () => Promise<readonly MessageFact[]>;
  'catalogue.audiences': () => Promise<readonly AudienceFact[]>;
  'catalogue.channelBudgets': () => Promise<ReadonlyMap<string, { amountMicros: bigint; period: 'DAY' | 'WEEK' }>>;
  'memory.search': (query: string, limit: number) => Promise<readonly MemoryHit[]>;
  'memory.learnings': (query: string, limit: number) => Promise<readonly MemoryHit[]>;
  'memory.brandTexts': () => Promise<readonly BrandText[]>;
  'memory.brandRules': () => Promise<readonly BrandRule[]>;
  'memory.claims': () => Promise<readonly ClaimRecord[]>;
  'outcomes.recordOfKind': (verb: string) => Promise<AdviceRecord>;
  'outcomes.ledger': () => Promise<readonly ScoredForecast[]>;
}
export type ToolName = keyof Tools;

/** The tools of one specialist. */
export type Allowed<N extends ToolName> = Pick<Tools, N>;

/** Narrows all tools to an allow-list. A name outside it is refused at run time as well. @throws FORBIDDEN when it is called */
export function allow<N extends ToolName>(specialist: Specialist, tools: Tools, names: readonly N[]): Allowed<N> {
  const allowed = new Set<string>(names);
  return new Proxy(tools, {
    get(target, name) {
      if (typeof name === 'string' && Object.hasOwn(target, name) && !allowed.has(name)) {
        throw new AppError('FORBIDDEN', `${specialist} called the tool ${name}, which is not on its list.`, { hint: `It may use ${[...allowed].join(', ')}.` });
      }
      return Reflect.get(target, name) as unknown;
    },
  });
}

/**
 * Owns the tools that specialists read with, and the allow-list: a specialist reaches the tools it names and no other.
 * Every tool reads; none writes, sends or decides. What carries them out stands in toolbox.ts.
 */
import type { BrandRule, ClaimRecord } from '../domain/compliance.ts';
import type { Span } from '../domain/artifacts/shape.ts';
import type { MemoryHit } from '../domain/memory.ts';
import type { MetricName, MetricQueryInput } from '../domain/metrics.ts';
import type { Specialist } from '../domain/specialists.ts';
import type { BrandText } from '../memory/brandDocuments.ts';
import type { LearningQuery, RecalledLearning } from '../memory/performanceMemory.ts';
import type { DataCoverage } from '../metrics/dataCoverage.ts';
import type { AudienceFact, CampaignFact, CurrentBudget, MessageFact } from '../metrics/entities.ts';
import type { EmailFunnelRow as EmailRow, FunnelRow, MessageFunnelRow } from '../metrics/funnels.ts';
import type { ResponsePanel } from '../metrics/panel.ts';
import type { ChangeInMeasurement } from '../outcomes/inMeasurement.ts';
import type { AdviceRecord, LedgerEntry } from '../outcomes/ledger.ts';
import { AppError } from '../kernel/errors.ts';

export type {
  AdviceRecord,
  AudienceFact,
  BrandText,
  CampaignFact,
  ChangeInMeasurement,
  DataCoverage,
  EmailRow,
  FunnelRow,
  LedgerEntry,
  MessageFact,
  MessageFunnelRow,
  RecalledLearning,
  ResponsePanel,
};

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

/** All tools there are. */
export interface Tools {
  'metrics.coverage': () => Promise<DataCoverage>;
  'metrics.query': (query: MetricQueryInput) => Promise<MetricRows>;
  'metrics.panel': (request: { kpi: string }) => Promise<ResponsePanel | null>;
  'metrics.series': (request: {
    kpi: string;
    grain: 'DAY' | 'WEEK';
  }) => Promise<{ periods: readonly string[]; values: readonly number[]; unit: string } | null>;
  'metrics.audienceFunnels': (window: Span) => Promise<readonly FunnelRow[]>;
  'metrics.messageFunnels': (window: Span) => Promise<readonly MessageFunnelRow[]>;
  'metrics.email': (request: {
    window: Span;
    grain: 'TOTAL' | 'WEEK' | 'DAY';
    byMessage: boolean;
  }) => Promise<readonly EmailRow[]>;
  'catalogue.campaigns': () => Promise<readonly CampaignFact[]>;
  'catalogue.messages': () => Promise<readonly MessageFact[]>;
  'catalogue.audiences': () => Promise<readonly AudienceFact[]>;
  'catalogue.channelBudgets': () => Promise<ReadonlyMap<string, CurrentBudget>>;
  'memory.search': (query: string, limit: number) => Promise<readonly MemoryHit[]>;
  'memory.recall': (query: LearningQuery) => Promise<readonly RecalledLearning[]>;
  'memory.brandTexts': () => Promise<readonly BrandText[]>;
  'memory.brandRules': () => Promise<readonly BrandRule[]>;
  'memory.claims': () => Promise<readonly ClaimRecord[]>;
  'outcomes.recordOfKind': (verb: string) => Promise<AdviceRecord>;
  'outcomes.inMeasurement': (today: string) => Promise<readonly ChangeInMeasurement[]>;
  'outcomes.ledger': () => Promise<readonly LedgerEntry[]>;
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
        throw new AppError('FORBIDDEN', `${specialist} called the tool ${name}, which is not on its list.`, {
          hint: `It may use ${[...allowed].join(', ')}.`,
        });
      }
      return Reflect.get(target, name) as unknown;
    },
  });
}

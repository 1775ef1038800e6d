/** Owns what content production reads: own facts, claims and rules, the copy that runs with its results, and what earlier tasks found. */
import { audienceInsightSchema, type AudienceInsight } from '../../domain/artifacts/audienceInsight.ts';
import { seoGeoBriefSchema, type SeoGeoBrief } from '../../domain/artifacts/seoGeoBrief.ts';
import type { Span } from '../../domain/artifacts/shape.ts';
import type { BrandRule, ClaimRecord } from '../../domain/compliance.ts';
import type { SpecialistContext } from '../contract.ts';
import { weeksOfMessages } from '../paidMedia/gather.ts';
import { upstreamOf } from '../upstream.ts';
import type {
  Allowed,
  BrandText,
  CampaignFact,
  DataCoverage,
  MessageFact,
  MessageFunnelRow,
  MetricRow,
} from '../tools.ts';
import { lastWeeks } from '../windows.ts';

/** Tools of this specialist. */
export const CONTENT_TOOLS = [
  'metrics.coverage',
  'metrics.query',
  'metrics.messageFunnels',
  'catalogue.campaigns',
  'catalogue.messages',
  'memory.brandTexts',
  'memory.brandRules',
  'memory.claims',
] as const;
type ContentTools = Allowed<(typeof CONTENT_TOOLS)[number]>;

/** Weeks over which messages are compared. */
const MESSAGE_WEEKS = 26;

/** What content is made from. */
export interface ContentMaterial {
  readonly coverage: DataCoverage;
  readonly window: Span | null;
  readonly texts: readonly BrandText[];
  readonly rules: readonly BrandRule[];
  readonly claims: readonly ClaimRecord[];
  readonly campaigns: readonly CampaignFact[];
  readonly messages: readonly MessageFact[];
  readonly funnels: readonly MessageFunnelRow[];
  readonly messageWeeks: readonly MetricRow[];
  /** Clicks and impressions of social channels by day, for the hour of a post. */
  readonly socialDays: readonly MetricRow[];
  readonly channelSpend: readonly { readonly channel: string; readonly spend: number }[];
  readonly baseline: number | null;
  readonly audience: AudienceInsight | null;
  readonly search: SeoGeoBrief | null;
}

/** Reads it all. */
export async function gatherContent(context: SpecialistContext, tools: ContentTools): Promise<ContentMaterial> {
  const coverage = await tools['metrics.coverage']();
  const window = coverage.span ? lastWeeks(coverage.span.to, MESSAGE_WEEKS) : null;
  const hasMessages = coverage.hasMessages && window !== null;
  context.signal.throwIfAborted();
  return {
    coverage,
    window,
    texts: await tools['memory.brandTexts'](),
    rules: await tools['memory.brandRules'](),
    claims: await tools['memory.claims'](),
    campaigns: coverage.hasCampaigns ? await tools['catalogue.campaigns']() : [],
    messages: await tools['catalogue.messages'](),
    funnels: hasMessages ? await tools['metrics.messageFunnels'](window) : [],
    messageWeeks: hasMessages && coverage.grain === 'DAY' ? await weeksOfMessages(tools, window.to) : [],
    ...(await mediaOf(context, tools, { coverage, window })),
    audience: upstreamOf(context, 'AUDIENCE_INSIGHT', (content) => audienceInsightSchema.parse(content)),
    search: upstreamOf(context, 'SEO_GEO_BRIEF', (content) => seoGeoBriefSchema.parse(content)),
  };
}

async function mediaOf(
  context: SpecialistContext,
  tools: ContentTools,
  at: { coverage: DataCoverage; window: Span | null },
): Promise<Pick<ContentMaterial, 'socialDays' | 'channelSpend' | 'baseline'>> {
  if (!at.window) return { socialDays: [], channelSpend: [], baseline: null };
  const byChannel = await tools['metrics.query']({
    metrics: ['SPEND', context.goal.kpi],
    dimensions: ['CHANNEL'],
    ...at.window,
  });
  const social = at.coverage.channels.filter((channel) => channel.includes('SOCIAL'));
  const days =
    at.coverage.grain === 'DAY' && social.length > 0
      ? await tools['metrics.query']({
          metrics: ['IMPRESSIONS', 'CLICKS'],
          grain: 'DAY',
          filters: [{ dimension: 'CHANNEL', in: social }],
          ...at.window,
        })
      : null;
  return {
    socialDays: days?.rows ?? [],
    channelSpend: byChannel.rows
      .flatMap((row) =>
        row.channel !== null && (row.values.SPEND ?? 0) > 0
          ? [{ channel: row.channel, spend: row.values.SPEND ?? 0 }]
          : [],
      )
      .toSorted((a, b) => b.spend - a.spend),
    baseline: byChannel.rows.reduce((sum, row) => sum + (row.values[context.goal.kpi] ?? 0), 0),
  };
}

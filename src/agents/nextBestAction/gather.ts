/** Owns what next-best action reads: what the other specialists found, the fit, budgets in force, and results by campaign and week. */
import { audienceInsightSchema, type AudienceInsight } from '../../domain/artifacts/audienceInsight.ts';
import { complianceReviewSchema, type ComplianceReview } from '../../domain/artifacts/complianceReview.ts';
import { contentDraftSchema, type ContentDraft } from '../../domain/artifacts/contentDraft.ts';
import { paidMediaAnalysisSchema, type PaidMediaAnalysis } from '../../domain/artifacts/paidMediaAnalysis.ts';
import type { Span } from '../../domain/artifacts/shape.ts';
import type { SpecialistContext } from '../contract.ts';
import { upstreamOf } from '../upstream.ts';
import { hurdleOf, statedTotals, type Hurdle } from '../hurdle.ts';
import { fitResponse, type FittedPanel } from '../responseFit.ts';
import type { Allowed, CampaignFact, ChangeInMeasurement, DataCoverage, MetricRow } from '../tools.ts';
import { lastWeeks } from '../windows.ts';

/** Tools of this specialist. It proposes; it carries out nothing. */
export const ACTION_TOOLS = [
  'metrics.coverage',
  'metrics.query',
  'metrics.panel',
  'catalogue.campaigns',
  'catalogue.channelBudgets',
  'memory.recall',
  'outcomes.recordOfKind',
  'outcomes.inMeasurement',
] as const;
export type ActionTools = Allowed<(typeof ACTION_TOOLS)[number]>;

/** Weeks of results that campaign forecasts start from. */
export const RECENT_WEEKS = 8;

/** What cards are made from. */
export interface ActionMaterial {
  readonly coverage: DataCoverage;
  readonly recent: Span | null;
  readonly fitted: FittedPanel | null;
  readonly hurdle: Hurdle;
  /** The KPI over all data; null where they do not hold it. */
  readonly kpiTotal: number | null;
  readonly campaigns: readonly CampaignFact[];
  readonly channelBudgets: Awaited<ReturnType<ActionTools['catalogue.channelBudgets']>>;
  /** KPI and spend by campaign and week. */
  readonly campaignWeeks: readonly MetricRow[];
  /** Spend by campaign and audience over the recent weeks. */
  readonly campaignAudiences: readonly MetricRow[];
  /** KPI by message over the recent weeks. */
  readonly messageTotals: readonly MetricRow[];
  /** Carried-out changes that are still being measured: what they changed is left alone. */
  readonly inMeasurement: readonly ChangeInMeasurement[];
  readonly media: PaidMediaAnalysis | null;
  readonly audience: AudienceInsight | null;
  readonly content: ContentDraft | null;
  readonly compliance: ComplianceReview | null;
}

/** Reads it all. */
export async function gatherActions(context: SpecialistContext, tools: ActionTools): Promise<ActionMaterial> {
  const coverage = await tools['metrics.coverage']();
  const recent = coverage.span ? lastWeeks(coverage.span.to, RECENT_WEEKS) : null;
  context.signal.throwIfAborted();
  return {
    coverage,
    recent,
    ...(await mediaOf(context, tools, { coverage, recent })),
    inMeasurement: await tools['outcomes.inMeasurement'](context.workspace.businessDate),
    media: upstreamOf(context, 'PAID_MEDIA_ANALYSIS', (content) => paidMediaAnalysisSchema.parse(content)),
    audience: upstreamOf(context, 'AUDIENCE_INSIGHT', (content) => audienceInsightSchema.parse(content)),
    content: upstreamOf(context, 'CONTENT_DRAFT', (content) => contentDraftSchema.parse(content)),
    compliance: upstreamOf(context, 'COMPLIANCE_REVIEW', (content) => complianceReviewSchema.parse(content)),
  };
}

type MediaPart = Pick<
  ActionMaterial,
  | 'fitted'
  | 'hurdle'
  | 'kpiTotal'
  | 'campaigns'
  | 'channelBudgets'
  | 'campaignWeeks'
  | 'campaignAudiences'
  | 'messageTotals'
>;

async function mediaOf(
  context: SpecialistContext,
  tools: ActionTools,
  at: { coverage: DataCoverage; recent: Span | null },
): Promise<MediaPart> {
  const { coverage, recent } = at;
  const { kpi } = context.goal;
  if (!recent || !coverage.span)
    return {
      fitted: null,
      hurdle: hurdleOf(context.goal, { kpi: null, revenue: null }),
      kpiTotal: null,
      campaigns: [],
      channelBudgets: new Map(),
      campaignWeeks: [],
      campaignAudiences: [],
      messageTotals: [],
    };
  const totals = await tools['metrics.query']({
    metrics: kpi === 'REVENUE' ? ['REVENUE'] : [kpi, 'REVENUE'],
    from: coverage.span.from,
    to: coverage.span.to,
  });
  const weekly = coverage.hasCampaigns && coverage.grain !== 'PERIOD';
  const fitted = await fitResponse(context, tools);
  const booked = { kpi: totals.rows[0]?.values[kpi] ?? null, revenue: totals.rows[0]?.values.REVENUE ?? null };
  const stated = booked.revenue === null && fitted !== null ? statedTotals(context.goal, fitted.panel) : null;
  return {
    fitted,
    hurdle: hurdleOf(context.goal, stated ?? booked),
    kpiTotal: totals.rows[0]?.values[kpi] ?? null,
    campaigns: coverage.hasCampaigns ? await tools['catalogue.campaigns']() : [],
    channelBudgets: await tools['catalogue.channelBudgets'](),
    campaignWeeks: weekly
      ? (
          await tools['metrics.query']({
            metrics: [kpi, 'SPEND'],
            dimensions: ['CHANNEL', 'CAMPAIGN'],
            grain: 'WEEK',
            limit: 5000,
            ...recent,
          })
        ).rows.filter((row) => row.campaign !== null)
      : [],
    campaignAudiences:
      coverage.hasCampaigns && coverage.hasAudiences
        ? (
            await tools['metrics.query']({
              metrics: ['SPEND'],
              dimensions: ['CAMPAIGN', 'AUDIENCE'],
              limit: 5000,
              ...recent,
            })
          ).rows.filter((row) => row.campaign !== null)
        : [],
    messageTotals: coverage.hasMessages
      ? (await tools['metrics.query']({ metrics: [kpi], dimensions: ['MESSAGE'], limit: 5000, ...recent })).rows.filter(
          (row) => row.message !== null,
        )
      : [],
  };
}

/** Owns what the paid-media analysis reads: media figures by channel and campaign, creatives by week, and the fitted response. */
import type { Span } from '../../domain/artifacts/shape.ts';
import type { MetricName } from '../../domain/metrics.ts';
import type { SpecialistContext } from '../contract.ts';
import { statedTotals } from '../hurdle.ts';
import { fitResponse, type FittedPanel } from '../responseFit.ts';
import type { Allowed, CampaignFact, DataCoverage, MessageFact, MetricRow } from '../tools.ts';
import { lastWeeks } from '../windows.ts';

/** Tools of this specialist. */
export const MEDIA_TOOLS = [
  'metrics.coverage',
  'metrics.query',
  'metrics.panel',
  'catalogue.campaigns',
  'catalogue.messages',
] as const;
type MediaTools = Allowed<(typeof MEDIA_TOOLS)[number]>;

/** Weeks that "at present" means for spend and returns. */
export const PRESENT_WEEKS = 8;
/** Weeks over which creatives are followed for wear-out. */
const FATIGUE_WEEKS = 16;

/** What the analysis works on. */
export interface MediaMaterial {
  readonly coverage: DataCoverage;
  readonly window: Span;
  readonly channels: readonly MetricRow[];
  readonly campaigns: readonly MetricRow[];
  /** Campaign rows with their channel. */
  readonly messageWeeks: readonly MetricRow[];
  readonly campaignFacts: readonly CampaignFact[];
  readonly messageFacts: readonly MessageFact[];
  /** KPI and revenue over everything loaded, for the value of a KPI unit; `control` names the series that stated the value instead. */
  readonly totals: { readonly kpi: number | null; readonly revenue: number | null; readonly control: string | null };
  readonly fitted: FittedPanel | null;
}

/** Reads it all; null where no facts are loaded. */
export async function gatherMedia(context: SpecialistContext, tools: MediaTools): Promise<MediaMaterial | null> {
  const coverage = await tools['metrics.coverage']();
  if (!coverage.span || coverage.channels.length === 0) return null;
  const window = lastWeeks(coverage.span.to, PRESENT_WEEKS);
  const { kpi } = context.goal;
  const metrics: MetricName[] = [
    ...new Set<MetricName>([
      kpi,
      'SPEND',
      'IMPRESSIONS',
      'CLICKS',
      'SESSIONS',
      'PLATFORM_CONVERSIONS',
      'PLATFORM_REVENUE',
      'CONVERSIONS',
      'REVENUE',
      'QUALIFIED_LEADS',
    ]),
  ];
  context.signal.throwIfAborted();
  const channels = await tools['metrics.query']({ metrics, dimensions: ['CHANNEL'], ...window });
  const campaigns = coverage.hasCampaigns
    ? (await tools['metrics.query']({ metrics, dimensions: ['CHANNEL', 'CAMPAIGN'], ...window })).rows
    : [];
  const totals = await tools['metrics.query']({
    metrics: [...new Set<MetricName>([kpi, 'REVENUE'])],
    from: coverage.span.from,
    to: coverage.span.to,
  });
  const messageWeeks =
    coverage.hasMessages && coverage.grain === 'DAY' ? await weeksOfMessages(tools, coverage.span.to) : [];
  await context.progress('Fitting the response of each channel.');
  context.signal.throwIfAborted();
  const fitted = await fitResponse(context, tools);
  return {
    coverage,
    window,
    channels: channels.rows.filter((row) => row.channel !== null),
    campaigns: campaigns.filter((row) => row.campaign !== null),
    messageWeeks,
    campaignFacts: coverage.hasCampaigns ? await tools['catalogue.campaigns']() : [],
    messageFacts: coverage.hasMessages ? await tools['catalogue.messages']() : [],
    totals: valueTotals(context, totals.rows[0], fitted),
    fitted,
  };
}

/** Booked revenue where it is known, else what a control of the panel says a KPI unit is worth. */
function valueTotals(
  { goal }: SpecialistContext,
  row: MetricRow | undefined,
  fitted: FittedPanel | null,
): MediaMaterial['totals'] {
  const booked = { kpi: row?.values[goal.kpi] ?? null, revenue: row?.values.REVENUE ?? null, control: null };
  if ((booked.revenue ?? 0) > 0 || !fitted) return booked;
  return statedTotals(goal, fitted.panel) ?? booked;
}

/** Impressions and clicks of each creative by week and campaign: what wear-out is read from. */
export async function weeksOfMessages(
  tools: Allowed<'metrics.query'>,
  dataThrough: string,
): Promise<readonly MetricRow[]> {
  const { rows } = await tools['metrics.query']({
    metrics: ['IMPRESSIONS', 'CLICKS', 'SPEND'],
    dimensions: ['CHANNEL', 'CAMPAIGN', 'MESSAGE'],
    grain: 'WEEK',
    limit: 5000,
    ...lastWeeks(dataThrough, FATIGUE_WEEKS),
  });
  return rows.filter((row) => row.message !== null);
}

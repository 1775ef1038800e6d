/** Owns reading campaigns, audiences and messages, with what they did over a window. None of them is written here: each change is a change set. */
import { CampaignEntity, type BudgetInForce, type CampaignRow } from '../database/entities/campaign.ts';
import { AudienceEntity, MessageEntity, type AudienceRow, type MessageRow } from '../database/entities/message.ts';
import type { MetricDimension, MetricName, MetricResult } from '../domain/metrics.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import { addDays, type CalendarDay } from '../kernel/calendar.ts';
import { keyBy } from '../kernel/grouping.ts';
import { readCoverage } from '../metrics/coverage.ts';
import { queryMetrics } from '../metrics/query.ts';
import { pageRows, type PageRequest } from './pages.ts';

export type CampaignView = CampaignRow;
export type AudienceView = AudienceRow;
export type MessageView = MessageRow;
export type BudgetView = BudgetInForce;

/** Days that performance covers when no window is asked for. */
export const PERFORMANCE_DEFAULT_DAYS = 28;

/** What an entity did over a window; null where no source knows. Sums are decimal text, money in currency units. */
export interface PerformanceView {
  readonly from: CalendarDay;
  readonly to: CalendarDay;
  readonly currency: string;
  readonly values: Readonly<Partial<Record<MetricName, string | number | null>>>;
}

/** Metrics of a performance block. */
export const performanceMetrics: readonly MetricName[] = [
  'SPEND',
  'IMPRESSIONS',
  'CLICKS',
  'CONVERSIONS',
  'QUALIFIED_LEADS',
  'PIPELINE',
  'REVENUE',
  'CTR',
  'CVR',
  'CPA',
  'ROAS',
];

/** What is read with a campaign. */
const CAMPAIGN_PARTS = ['budgetInForce', 'reportedStatus'] as const;

/** Campaigns with the budget in force, newest first; of one channel when it is named. */
export function listCampaigns(unit: UnitOfWork, page: PageRequest, channel?: string): Promise<CampaignView[]> {
  return pageRows(unit, CampaignEntity, {
    time: 'createdAt',
    page,
    with: CAMPAIGN_PARTS,
    ...(channel === undefined ? {} : { where: { channel } }),
  });
}

/** Audiences, newest first. */
export function listAudiences(unit: UnitOfWork, page: PageRequest): Promise<AudienceView[]> {
  return pageRows(unit, AudienceEntity, { time: 'createdAt', page });
}

/** Messages, newest first. */
export function listMessages(unit: UnitOfWork, page: PageRequest): Promise<MessageView[]> {
  return pageRows(unit, MessageEntity, { time: 'createdAt', page });
}

/** Campaigns by id, with the budget in force. */
export async function campaignsById({ em }: UnitOfWork, ids: readonly string[]): Promise<Map<string, CampaignView>> {
  const found = await em.find(CampaignEntity, { id: { $in: [...ids] } }, { populate: CAMPAIGN_PARTS });
  return keyBy(found, (campaign) => campaign.id);
}

/** What each entity of a dimension did over a window, by entity id; without a window over the 28 days up to the business date. Entities without rows are left out. */
export async function performanceOf(
  unit: UnitOfWork,
  dimension: Extract<MetricDimension, 'CAMPAIGN' | 'AUDIENCE' | 'MESSAGE'>,
  ids: readonly string[],
  asked: { from: CalendarDay; to: CalendarDay } | null,
): Promise<Map<string, PerformanceView>> {
  const coverage = await readCoverage(unit);
  const window = asked ?? { from: addDays(coverage.today, 1 - PERFORMANCE_DEFAULT_DAYS), to: coverage.today };
  const query = {
    metrics: [...performanceMetrics],
    dimensions: [dimension],
    ...window,
    filters: [{ dimension, in: [...ids] }],
    limit: ids.length,
  };
  return viewsOf(await queryMetrics(unit, query, coverage), dimension, window);
}

function viewsOf(
  result: MetricResult,
  dimension: string,
  window: { from: CalendarDay; to: CalendarDay },
): Map<string, PerformanceView> {
  const key = result.columns.findIndex((column) => column.name === dimension);
  return new Map(
    result.rows.map((row) => {
      const values = Object.fromEntries(
        result.columns.flatMap((column, i) => (column.kind === 'METRIC' ? [[column.name, row[i] ?? null]] : [])),
      );
      return [String(row[key]), { ...window, currency: result.currency, values }];
    }),
  );
}

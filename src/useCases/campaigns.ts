/** Owns reading campaigns, audiences and messages, with what they did over a window. None of them is written here: each change is a change set. */
import { BudgetEntity, CampaignEntity, type BudgetRow, type CampaignRow } from '../database/entities/campaign.ts';
import { AudienceEntity, MessageEntity, type AudienceRow, type MessageRow } from '../database/entities/message.ts';
import type { MetricDimension, MetricName, MetricResult } from '../domain/metrics.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import { addDays, type CalendarDay } from '../kernel/calendar.ts';
import { groupBy, keyBy } from '../kernel/grouping.ts';
import { queryMetrics } from '../metrics/query.ts';
import { pageRows, type PageRequest } from './pages.ts';

export type CampaignView = CampaignRow;
export type AudienceView = AudienceRow;
export type MessageView = MessageRow;
export type BudgetView = BudgetRow;

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

/** Campaigns, newest first; of one channel when it is named. */
export function listCampaigns(unit: UnitOfWork, page: PageRequest, channel?: string): Promise<CampaignView[]> {
  return pageRows(unit, CampaignEntity, {
    time: 'createdAt',
    page,
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

/** Campaigns by id. */
export async function campaignsById({ em }: UnitOfWork, ids: readonly string[]): Promise<Map<string, CampaignView>> {
  return keyBy(await em.find(CampaignEntity, { id: { $in: [...ids] } }), (campaign) => campaign.id);
}

/** The budget in force of each campaign: the newest approved one, else the newest observed one. */
export async function budgetsOfCampaigns({ em }: UnitOfWork, ids: readonly string[]): Promise<Map<string, BudgetView>> {
  const rows = await em.find(
    BudgetEntity,
    { campaignId: { $in: [...ids] }, status: { $in: ['APPROVED', 'OBSERVED'] } },
    { orderBy: { validFrom: 'desc' } },
  );
  const byCampaign = groupBy(rows, (row) => row.campaignId ?? '');
  return new Map(
    [...byCampaign].flatMap(([id, own]) => {
      const current = own.find((row) => row.status === 'APPROVED') ?? own[0];
      return current ? [[id, current] as const] : [];
    }),
  );
}

/** What each entity of a dimension did over a window, by entity id; entities without rows are left out. */
export async function performanceOf(
  unit: UnitOfWork,
  dimension: Extract<MetricDimension, 'CAMPAIGN' | 'AUDIENCE' | 'MESSAGE'>,
  ids: readonly string[],
  window: { from: CalendarDay; to: CalendarDay },
): Promise<Map<string, PerformanceView>> {
  const query = {
    metrics: [...performanceMetrics],
    dimensions: [dimension],
    ...window,
    filters: [{ dimension, in: [...ids] }],
    limit: ids.length,
  };
  return viewsOf(await queryMetrics(unit, query), dimension, window);
}

/** The default window: 28 days up to the business date. */
export function defaultWindow(today: CalendarDay): { from: CalendarDay; to: CalendarDay } {
  return { from: addDays(today, 1 - PERFORMANCE_DEFAULT_DAYS), to: today };
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

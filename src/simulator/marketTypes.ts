/** Owns the shapes of the simulated market: its state, which is plain JSON, what may be changed from outside, and its answers. */
import type { CalendarDay } from '../kernel/calendar.ts';
import type { ControlFact, PerformanceFact } from '../domain/facts.ts';

/** A creative that was published into a campaign while the market ran; it replaces or joins the pairs shown. */
export interface PairState {
  readonly audienceId: string;
  readonly messageId: string;
  readonly share: number;
  /** Day from which it is shown, or null for ever. */
  readonly from: CalendarDay | null;
  /** Last day on which it is shown, or null. */
  readonly until: CalendarDay | null;
}

/** What a channel manager can see and change of one campaign. */
export interface CampaignState {
  readonly id: string;
  readonly name: string;
  readonly channel: string;
  /** Budget a day in micros of EUR as decimal text; null while the campaign follows the historical plan. */
  readonly dailyBudgetMicros: string | null;
  readonly paused: boolean;
  readonly pairs: readonly PairState[];
}

/** A message that did not exist when the market began. Its true effect is drawn from the market's seed and its id. */
export interface AddedMessage {
  readonly id: string;
  readonly name: string;
  readonly channel: string;
}

/** Everything that the next day depends on. JSON in, JSON out; same state and same changes give the same days. */
export interface MarketState {
  readonly version: 1;
  readonly seed: number;
  readonly startDay: CalendarDay;
  /** Days of history that were made with the planned spend. */
  readonly historyDays: number;
  /** Last day that has happened; the day before `startDay` at the beginning. */
  readonly day: CalendarDay;
  readonly campaigns: readonly CampaignState[];
  readonly addedMessages: readonly AddedMessage[];
  /** Latent demand (log scale, mean 0). */
  readonly demand: number;
  /** Carry-over of quality-weighted spend in EUR, by pair key. */
  readonly carryOver: Readonly<Record<string, number>>;
  /** Impressions so far, by message id. */
  readonly exposure: Readonly<Record<string, number>>;
  /** Leads still open, by pair key; `ORGANIC` for those without a campaign. */
  readonly openLeads: Readonly<Record<string, number>>;
  /** Expected open leads by channel, without noise: for the truth. */
  readonly expectedOpen: Readonly<Record<string, number>>;
}

/** Noiseless truth of one channel on one day: what would be missing without its spend. */
export interface TruthRow {
  readonly day: CalendarDay;
  readonly channel: string;
  /** Spend in EUR. */
  readonly spend: number;
  readonly qualifiedLeads: number;
  readonly sales: number;
  /** EUR. */
  readonly revenue: number;
}

/** KPIs that the truth is told in. */
export type TruthKpi = 'QUALIFIED_LEADS' | 'CONVERSIONS' | 'REVENUE';

/** What is true, for scoring advice and tests; never shown to the app's users. */
export interface MarketTruth {
  /** Rows: one per (day, channel), by day. */
  readonly rows: readonly TruthRow[];
  /** KPI units that the channel's spend brought between two days, both counted. */
  contribution(channel: string, kpi: TruthKpi, window?: { from: CalendarDay; to: CalendarDay }): number;
  /** Qualified leads a day at a constant spend (EUR a day), with the present mix of audiences and messages. */
  response(channel: string, dailySpend: number): number;
  /** Revenue (EUR) of one qualified lead in expectation. */
  readonly revenuePerLead: number;
}

/** Facts and truth of a stretch of days, and the state after it. */
export interface Market {
  readonly state: MarketState;
  readonly from: CalendarDay;
  readonly to: CalendarDay;
  /** Rows for the import path: performance by source and the daily controls, by day. */
  rows(from?: CalendarDay, to?: CalendarDay): readonly (PerformanceFact | ControlFact)[];
  readonly truth: MarketTruth;
}

/** Key of a campaign's pair in the state. */
export function pairKey(campaignId: string, pair: { readonly audienceId: string; readonly messageId: string }): string {
  return `${campaignId}|${pair.audienceId}|${pair.messageId}`;
}

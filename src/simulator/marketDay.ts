/** Owns one simulated day: spend, carry-over, response and sales in expectation. The rows that tools would show are marketRows.ts. */
import { seededRandom, type Random } from '../kernel/random.ts';
import type { CalendarDay } from '../kernel/calendar.ts';
import {
  audienceTruth,
  channelTruth,
  marketTruth,
  messageTruth,
  type AudienceTruth,
  type ChannelTruth,
  type MessageTruth,
} from './demoTruth.ts';
import { demoAudiences } from './demoAudiences.ts';
import { nextConditions, type DayConditions } from './marketCalendar.ts';
import { campaignSpend, weeklyPlan } from './spendPlan.ts';
import { pairKey, type AddedMessage, type CampaignState, type PairState, type TruthRow } from './marketTypes.ts';

/** Truths of a market, looked up once for a stretch of days. */
export interface MarketTruths {
  readonly channels: Readonly<Record<string, ChannelTruth>>;
  readonly audiences: Readonly<Record<string, AudienceTruth>>;
  readonly messages: Readonly<Record<string, MessageTruth>>;
  readonly audienceSize: Readonly<Record<string, number>>;
  readonly messageNames: Readonly<Record<string, string>>;
}

/** The state while days are being made: the same content as MarketState, in place. */
export interface WorkingMarket {
  readonly seed: number;
  readonly startDay: CalendarDay;
  readonly historyDays: number;
  day: CalendarDay;
  readonly campaigns: readonly CampaignState[];
  demand: number;
  readonly carryOver: Map<string, number>;
  readonly exposure: Map<string, number>;
  readonly openLeads: Map<string, number>;
  readonly expectedOpen: Map<string, number>;
}

/** One pair on one day, in expectation. */
export interface PairDay {
  readonly key: string;
  readonly campaign: CampaignState;
  readonly pair: PairState;
  readonly spend: number;
  /** Multiplies click rate and effect; 1 is a fresh creative. */
  readonly freshness: number;
  /** Qualified leads and sales that the channel causes through this pair. */
  readonly leads: number;
  readonly sales: number;
  /** Share of all organic credit that tools give to this pair. */
  readonly poachShare: number;
  /** The campaign's own stream of this day, shared by its pairs. */
  readonly random: Random;
}

/** One day in expectation. */
export interface MarketDay {
  readonly conditions: DayConditions;
  readonly pairs: readonly PairDay[];
  /** Organic qualified leads and sales in expectation. */
  readonly organicLeads: number;
  readonly organicSales: number;
  readonly truth: readonly TruthRow[];
}

const ORGANIC = 'ORGANIC';

/** Revenue in EUR of one won order in expectation. */
export const expectedOrder = marketTruth.orderValue;

/** Truths for a seed, with those of messages that were added later. */
export function truthsOf(seed: number, added: readonly AddedMessage[]): MarketTruths {
  const messages: Record<string, MessageTruth> = { ...messageTruth(seed) };
  for (const message of added) {
    const random = seededRandom(seed).split(`message:${message.id}`);
    messages[message.id] = {
      clickRate: Math.exp(random.normal(0, 0.15)),
      quality: Math.exp(random.normal(0, 0.1)),
      fatigue: 0.00015,
    };
  }
  return {
    channels: channelTruth,
    audiences: audienceTruth,
    messages,
    audienceSize: Object.fromEntries(demoAudiences.map((audience) => [audience.id, audience.size])),
    messageNames: Object.fromEntries(added.map((message) => [message.id, message.name])),
  };
}

/** Moves the market by one day and tells what happened in expectation. Draws spend noise, nothing else. */
export function stepDay(market: WorkingMarket, truths: MarketTruths, weekly: Map<string, number>): MarketDay {
  const conditions = nextConditions(market);
  const spends = spendsOf(market, conditions, weekly);
  const drafts = spends.map((spend) => carryForward(market, truths, spend));
  const totals = channelTotals(drafts);
  const pairs = drafts.map((draft) => respond(market, truths, { draft, totals }));
  const organicLeads = marketTruth.organicLeads * conditions.organicFactor;
  const open = market.expectedOpen.get(ORGANIC) ?? 0;
  const organicSales = open * marketTruth.winHazard;
  market.expectedOpen.set(ORGANIC, open * (1 - marketTruth.winHazard - marketTruth.loseHazard) + organicLeads);
  market.day = conditions.day;
  market.demand = conditions.demand;
  return { conditions, pairs, organicLeads, organicSales, truth: truthRows(conditions.day, pairs) };
}

/** Qualified leads a day of a channel at a level of quality-weighted, carried-over spend (EUR a day). */
export function responseAt(truth: ChannelTruth, level: number): number {
  if (level <= 0) return 0;
  return truth.saturationLeads / (1 + (truth.halfSaturation / level) ** truth.slope);
}

interface PairSpend {
  readonly campaign: CampaignState;
  readonly pair: PairState;
  readonly spend: number;
  readonly random: Random;
}

interface PairDraft extends PairSpend {
  readonly key: string;
  readonly level: number;
  readonly freshness: number;
}

function spendsOf(market: WorkingMarket, conditions: DayConditions, weekly: Map<string, number>): PairSpend[] {
  const root = seededRandom(market.seed);
  const weeks = Math.ceil(market.historyDays / 7);
  return market.campaigns.flatMap((campaign) => {
    const random = root.split(`${campaign.id}:${conditions.day}`);
    const weekKey = `${campaign.channel}:${conditions.week}`;
    if (!weekly.has(weekKey))
      weekly.set(weekKey, weeklyPlan(market.seed, campaign.channel, { week: conditions.week, weeks }));
    const spend = campaignSpend(campaign, conditions, { weekly: weekly.get(weekKey) ?? 0, random });
    const shown = campaign.pairs.filter((pair) => isShown(pair, conditions.day));
    const shares = shown.reduce((sum, pair) => sum + pair.share, 0);
    return campaign.pairs.map((pair) => ({
      campaign,
      pair,
      random,
      spend: shares > 0 && isShown(pair, conditions.day) ? (spend * pair.share) / shares : 0,
    }));
  });
}

/** Whether a pair is shown on a day. */
export function isShown(pair: PairState, day: CalendarDay): boolean {
  return (pair.from === null || day >= pair.from) && (pair.until === null || day <= pair.until);
}

function carryForward(market: WorkingMarket, truths: MarketTruths, spent: PairSpend): PairDraft {
  const { campaign, pair, spend } = spent;
  const key = pairKey(campaign.id, pair);
  const channel = truths.channels[campaign.channel];
  const seen =
    (market.exposure.get(`${pair.audienceId}|${pair.messageId}`) ?? 0) / (truths.audienceSize[pair.audienceId] ?? 1e6);
  const message = truths.messages[pair.messageId];
  const freshness = Math.exp(-(message?.fatigue ?? 0) * seen);
  const quality = (truths.audiences[pair.audienceId]?.quality ?? 1) * (message?.quality ?? 1) * freshness;
  const decay = 0.5 ** (1 / (channel?.halfLifeDays ?? 1));
  const level = decay * (market.carryOver.get(key) ?? 0) + (1 - decay) * spend * quality;
  market.carryOver.set(key, level < 1e-9 ? 0 : level);
  return { ...spent, key, level, freshness };
}

interface Totals {
  readonly level: Map<string, number>;
  readonly poach: number;
}

function channelTotals(drafts: readonly PairDraft[]): Totals {
  const level = new Map<string, number>();
  let poach = 0;
  for (const draft of drafts) {
    level.set(draft.campaign.channel, (level.get(draft.campaign.channel) ?? 0) + draft.level);
    poach += poachWeight(draft);
  }
  return { level, poach };
}

function poachWeight(draft: Pick<PairDraft, 'campaign' | 'pair' | 'level'>): number {
  return (
    draft.level *
    (channelTruth[draft.campaign.channel]?.poaching ?? 0) *
    (audienceTruth[draft.pair.audienceId]?.poaching ?? 1)
  );
}

function respond(market: WorkingMarket, truths: MarketTruths, input: { draft: PairDraft; totals: Totals }): PairDay {
  const { draft, totals } = input;
  const channel = truths.channels[draft.campaign.channel];
  const total = totals.level.get(draft.campaign.channel) ?? 0;
  const leads = channel && total > 0 ? (responseAt(channel, total) * draft.level) / total : 0;
  const win = winHazard(truths, draft.pair.audienceId);
  const open = market.expectedOpen.get(draft.key) ?? 0;
  market.expectedOpen.set(draft.key, open * (1 - win - marketTruth.loseHazard) + leads);
  const { key, campaign, pair, spend, freshness, random } = draft;
  return {
    key,
    campaign,
    pair,
    spend,
    freshness,
    random,
    leads,
    sales: open * win,
    poachShare: totals.poach > 0 ? poachWeight(draft) / totals.poach : 0,
  };
}

/** Chance a day that an open lead of this audience is won. */
export function winHazard(truths: MarketTruths, audienceId: string): number {
  return marketTruth.winHazard * (truths.audiences[audienceId]?.closeRate ?? 1);
}

function truthRows(day: CalendarDay, pairs: readonly PairDay[]): TruthRow[] {
  const byChannel = new Map<string, { spend: number; leads: number; sales: number }>();
  for (const pair of pairs) {
    const sum = byChannel.get(pair.campaign.channel) ?? { spend: 0, leads: 0, sales: 0 };
    sum.spend += pair.spend;
    sum.leads += pair.leads;
    sum.sales += pair.sales;
    byChannel.set(pair.campaign.channel, sum);
  }
  return [...byChannel].map(([channel, sum]) => ({
    day,
    channel,
    spend: sum.spend,
    qualifiedLeads: sum.leads,
    sales: sum.sales,
    revenue: sum.sales * expectedOrder,
  }));
}

/** Owns what the tools show of a simulated day: rows of the ad platforms, of web analytics and of the CRM, and the controls. */
import type { ControlFact, CountMeasure, FactSource, PerformanceFact, SourceKind } from '../domain/facts.ts';
import type { CalendarDay } from '../kernel/calendar.ts';
import { seededRandom, type Random } from '../kernel/random.ts';
import { demoAudiences } from './demoAudiences.ts';
import { demoMessages } from './demoMessages.ts';
import { marketTruth } from './demoTruth.ts';
import { drawCount, drawSuccesses } from './counts.ts';
import {
  expectedOrder,
  winHazard,
  type MarketDay,
  type MarketTruths,
  type PairDay,
  type WorkingMarket,
} from './marketDay.ts';

/** Currency of the demo's money. */
export const MARKET_CURRENCY = 'EUR';
/** Source name of all rows of the simulator; `sourceKind` and `account` tell the tools apart. */
const SOURCE: FactSource = 'simulator';
/** Share of clicks that analytics sees as sessions, and of CRM sales that it books as key events. */
const SESSIONS_PER_CLICK = 0.83;
const ANALYTICS_SALES_SHARE = 0.87;
/** Organic sessions for one organic qualified lead. */
const ORGANIC_SESSIONS_PER_LEAD = 21;

const audienceNames = new Map(demoAudiences.map((audience) => [audience.id, audience.name]));
const messageNames = new Map(demoMessages.map((message) => [message.id, message.name]));

type Row = PerformanceFact | ControlFact;
type Counts = Partial<Record<CountMeasure, bigint>>;

/** All rows of one day; draws the noise and moves exposure and open leads. */
export function rowsOfDay(market: WorkingMarket, truths: MarketTruths, day: MarketDay): Row[] {
  const rows: Row[] = controlRows(day);
  const analytics = new Map<string, AnalyticsSum>();
  for (const pair of day.pairs) {
    if (pair.spend > 0) rows.push(platformRow({ market, truths, day, pair, analytics }));
    const sold = crmRow({ market, truths, day, pair });
    if (sold) rows.push(sold.row);
    if (sold && sold.sales > 0) analyticsSum(analytics, pair).sales += sold.sales;
  }
  for (const sum of analytics.values()) rows.push(analyticsRow(day.conditions.day, sum));
  rows.push(...organicRows(market, day));
  return rows;
}

interface AnalyticsSum {
  readonly pair: PairDay;
  sessions: number;
  engaged: number;
  sales: number;
}

interface PairInput {
  readonly market: WorkingMarket;
  readonly truths: MarketTruths;
  readonly day: MarketDay;
  readonly pair: PairDay;
}

function platformRow(input: PairInput & { analytics: Map<string, AnalyticsSum> }): PerformanceFact {
  const { market, truths, day, pair } = input;
  const channel = truths.channels[pair.campaign.channel];
  const audience = truths.audiences[pair.pair.audienceId];
  const message = truths.messages[pair.pair.messageId];
  const { random } = pair;
  const shown = Math.round((pair.spend / (channel?.costPerThousand ?? 10)) * 1000 * Math.exp(random.normal(0, 0.05)));
  const clickRate = (channel?.clickRate ?? 0) * (audience?.clickRate ?? 1) * (message?.clickRate ?? 1) * pair.freshness;
  const clicks = drawSuccesses(random, shown, clickRate * Math.exp(random.normal(0, 0.04)));
  const exposureKey = `${pair.pair.audienceId}|${pair.pair.messageId}`;
  market.exposure.set(exposureKey, (market.exposure.get(exposureKey) ?? 0) + shown);
  const sessions = drawSuccesses(random, clicks, SESSIONS_PER_CLICK);
  const sum = analyticsSum(input.analytics, pair);
  sum.sessions += sessions;
  sum.engaged += drawSuccesses(random, sessions, (channel?.engagedRate ?? 0.4) * (audience?.engagedRate ?? 1));
  const claimed = drawCount(
    random,
    (channel?.overReporting ?? 1) * pair.sales + (channel?.poaching ?? 0) * day.organicSales * pair.poachShare,
  );
  const isEmail = pair.campaign.channel === 'EMAIL';
  return performance(day.conditions.day, {
    kind: 'PLATFORM',
    account: isEmail ? 'email' : 'ads',
    pair,
    addedNames: truths.messageNames,
    counts: isEmail
      ? emailCounts(random, shown, clicks)
      : { impressions: BigInt(shown), reach: BigInt(Math.round(shown / 1.4)), clicks: BigInt(clicks) },
    money: { spendMicros: micros(pair.spend), platformRevenueMicros: micros(claimed * expectedOrder) },
    fractional: { platformConversions: claimed },
    attribution: isEmail ? '5-day click' : '7-day click, 1-day view',
  });
}

function emailCounts(random: Random, sends: number, clicks: number): Counts {
  const bounces = drawSuccesses(random, sends, 0.012);
  const delivered = sends - bounces;
  const machineOpens = drawSuccesses(random, delivered, 0.34);
  return {
    sends: BigInt(sends),
    bounces: BigInt(bounces),
    delivered: BigInt(delivered),
    reach: BigInt(delivered),
    machineOpens: BigInt(machineOpens),
    opens: BigInt(machineOpens + drawSuccesses(random, delivered - machineOpens, 0.24)),
    emailClicks: BigInt(Math.min(clicks, delivered)),
    unsubscribes: BigInt(drawSuccesses(random, delivered, 0.0011)),
    complaints: BigInt(drawSuccesses(random, delivered, 0.00025)),
  };
}

function crmRow(input: PairInput): { row: PerformanceFact; sales: number } | null {
  const { market, truths, day, pair } = input;
  const booked = pair.leads + marketTruth.crmPoaching * day.organicLeads * pair.poachShare;
  const leads = drawCount(pair.random, booked);
  const { sales, revenue } = closeLeads(market, {
    key: pair.key,
    leads,
    win: winHazard(truths, pair.pair.audienceId),
    random: pair.random,
  });
  if (leads === 0 && sales === 0) return null;
  return {
    row: performance(day.conditions.day, {
      kind: 'CRM',
      account: 'crm',
      pair,
      addedNames: truths.messageNames,
      ...crmMeasures({ leads, sales, revenue, random: pair.random }),
    }),
    sales,
  };
}

function organicRows(market: WorkingMarket, day: MarketDay): PerformanceFact[] {
  const random = seededRandom(market.seed).split(`organic:${day.conditions.day}`);
  const credited = day.pairs.some((pair) => pair.poachShare > 0) ? marketTruth.crmPoaching : 0;
  const leads = drawCount(random, day.organicLeads * (1 - credited));
  const { sales, revenue } = closeLeads(market, { key: 'ORGANIC', leads, win: marketTruth.winHazard, random });
  const sessions = drawCount(random, day.organicLeads * ORGANIC_SESSIONS_PER_LEAD);
  const counts = { sessions: BigInt(sessions), engagedSessions: BigInt(drawSuccesses(random, sessions, 0.57)) };
  return [
    performance(day.conditions.day, {
      kind: 'ANALYTICS',
      account: 'web',
      pair: null,
      counts,
      money: {},
      fractional: { conversions: drawSuccesses(random, sales, ANALYTICS_SALES_SHARE) },
    }),
    performance(day.conditions.day, {
      kind: 'CRM',
      account: 'crm',
      pair: null,
      ...crmMeasures({ leads, sales, revenue, random }),
    }),
  ];
}

/** Wins and losses of a day among the open leads, then the day's new ones join. */
function closeLeads(
  market: WorkingMarket,
  input: { key: string; leads: number; win: number; random: Random },
): { sales: number; revenue: number } {
  const open = market.openLeads.get(input.key) ?? 0;
  const sales = drawSuccesses(input.random, open, input.win);
  const lost = drawSuccesses(input.random, open - sales, marketTruth.loseHazard / (1 - input.win));
  market.openLeads.set(input.key, open - sales - lost + input.leads);
  if (sales === 0) return { sales, revenue: 0 };
  const spread = marketTruth.orderSpread / Math.sqrt(sales);
  return { sales, revenue: sales * expectedOrder * Math.exp(input.random.normal(-(spread ** 2) / 2, spread)) };
}

function crmMeasures(input: {
  leads: number;
  sales: number;
  revenue: number;
  random: Random;
}): Pick<RowInput, 'counts' | 'money' | 'fractional'> {
  const pipeline =
    input.leads * expectedOrder * 1.25 * Math.exp(input.random.normal(0, 0.3 / Math.sqrt(Math.max(1, input.leads))));
  return {
    counts: { qualifiedLeads: BigInt(input.leads), sales: BigInt(input.sales) },
    money: { pipelineMicros: micros(pipeline), revenueMicros: micros(input.revenue) },
    fractional: { conversions: input.sales },
  };
}

function analyticsSum(sums: Map<string, AnalyticsSum>, pair: PairDay): AnalyticsSum {
  const key = `${pair.campaign.id}|${pair.pair.audienceId}`;
  const sum = sums.get(key) ?? { pair, sessions: 0, engaged: 0, sales: 0 };
  sums.set(key, sum);
  return sum;
}

function analyticsRow(day: CalendarDay, sum: AnalyticsSum): PerformanceFact {
  const conversions = drawSuccesses(sum.pair.random, sum.sales, ANALYTICS_SALES_SHARE);
  return performance(day, {
    kind: 'ANALYTICS',
    account: 'web',
    pair: sum.pair,
    withoutMessage: true,
    counts: { sessions: BigInt(sum.sessions), engagedSessions: BigInt(sum.engaged) },
    money: {},
    fractional: { conversions },
  });
}

interface RowInput {
  readonly kind: SourceKind;
  readonly account: string;
  /** Null for traffic without a campaign. */
  readonly pair: PairDay | null;
  readonly withoutMessage?: boolean;
  /** Names of messages that were added to the market, by id. */
  readonly addedNames?: Readonly<Record<string, string>>;
  readonly attribution?: string;
  readonly counts: Counts;
  readonly money: PerformanceFact['money'];
  readonly fractional: PerformanceFact['fractional'];
}

function performance(day: CalendarDay, input: RowInput): PerformanceFact {
  const shown = input.pair?.pair;
  return {
    table: 'performance',
    source: SOURCE,
    sourceKind: input.kind,
    account: input.account,
    grain: 'DAY',
    start: day,
    end: day,
    geo: null,
    channel: input.pair?.campaign.channel ?? 'ORGANIC',
    campaign: input.pair ? { id: input.pair.campaign.id, name: input.pair.campaign.name } : null,
    audience: shown ? { id: shown.audienceId, name: audienceNames.get(shown.audienceId) ?? shown.audienceId } : null,
    message:
      shown && !input.withoutMessage
        ? {
            id: shown.messageId,
            name: messageNames.get(shown.messageId) ?? input.addedNames?.[shown.messageId] ?? shown.messageId,
          }
        : null,
    attribution: input.attribution ?? null,
    currency: Object.keys(input.money).length > 0 ? MARKET_CURRENCY : null,
    counts: input.counts,
    money: input.money,
    fractional: input.fractional,
  };
}

function controlRows(day: MarketDay): ControlFact[] {
  return Object.entries(day.conditions.controls).map(([name, value]) => ({
    table: 'control',
    source: SOURCE,
    grain: 'DAY',
    start: day.conditions.day,
    end: day.conditions.day,
    geo: null,
    name,
    value,
    category: null,
  }));
}

/** Whole cents as micros, so that exported amounts are exact. */
function micros(units: number): bigint {
  return BigInt(Math.round(units * 100)) * 10_000n;
}

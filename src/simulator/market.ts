/** Owns the simulated market as a whole: two years of history, and going on from a stored state. No I/O, no clock. */
import { addDays, dayNumber, parseDay, type CalendarDay } from '../kernel/calendar.ts';
import { AppError } from '../kernel/errors.ts';
import type { ControlFact, PerformanceFact } from '../domain/facts.ts';
import { demoCampaigns } from './demoCampaigns.ts';
import { marketTruth } from './demoTruth.ts';
import {
  expectedOrder,
  isShown,
  responseAt,
  stepDay,
  truthsOf,
  type MarketTruths,
  type WorkingMarket,
} from './marketDay.ts';
import { rowsOfDay } from './marketRows.ts';
import type { Market, MarketState, MarketTruth, TruthKpi, TruthRow } from './marketTypes.ts';

/** Longest stretch that one call simulates. */
const DAYS_LIMIT = 2000;
/** Days whose mean spend becomes a campaign's budget when the history ends. */
const HANDOVER_DAYS = 28;

type Row = PerformanceFact | ControlFact;

/**
 * A new market with its history: `days` days from `startDay`. The same seed, day and length give the same bytes.
 * At the end each campaign's daily budget is its mean spend of the last 28 days, and stays so until it is changed.
 * @throws BAD_USER_INPUT for a length outside 1 to 2,000 days.
 */
export function createMarket(options: { seed: number; startDay: CalendarDay; days: number }): Market {
  const { seed, days } = options;
  const startDay = parseDay(options.startDay);
  const end = addDays(startDay, days);
  const openAtRest = marketTruth.organicLeads / (marketTruth.winHazard + marketTruth.loseHazard);
  const state: MarketState = {
    version: 1,
    seed,
    startDay,
    historyDays: days,
    day: addDays(startDay, -1),
    campaigns: demoCampaigns.map(({ id, name, channel, pairs }) => ({
      id,
      name,
      channel,
      dailyBudgetMicros: null,
      paused: false,
      pairs: pairs.map(({ audienceId, messageId, share, fromWeeksBeforeEnd }) => ({
        audienceId,
        messageId,
        share,
        from: fromWeeksBeforeEnd === undefined ? null : addDays(end, -7 * fromWeeksBeforeEnd),
        until: null,
      })),
    })),
    addedMessages: [],
    demand: 0,
    carryOver: {},
    exposure: {},
    // Organic business went on before; advertising begins with the history, so its carry-in is zero.
    openLeads: { ORGANIC: Math.round(openAtRest) },
    expectedOpen: { ORGANIC: openAtRest },
  };
  const market = advanceMarket(state, { fromDay: startDay, days });
  return handOver(market);
}

/**
 * The next days of a market under the campaign state that it holds. Answers a new market with those days alone; the given state is
 * not changed, so a caller that fails to store the answer can ask again and gets the same.
 * @throws BAD_USER_INPUT when `fromDay` is not the day after the state's last one.
 */
export function advanceMarket(state: MarketState, options: { fromDay: CalendarDay; days: number }): Market {
  checkAdvance(state, options);
  const truths = truthsOf(state.seed, state.addedMessages);
  const working: WorkingMarket = {
    ...state,
    carryOver: new Map(Object.entries(state.carryOver)),
    exposure: new Map(Object.entries(state.exposure)),
    openLeads: new Map(Object.entries(state.openLeads)),
    expectedOpen: new Map(Object.entries(state.expectedOpen)),
  };
  const rows: Row[] = [];
  const truthRows: TruthRow[] = [];
  const weekly = new Map<string, number>();
  for (let i = 0; i < options.days; i += 1) {
    const day = stepDay(working, truths, weekly);
    truthRows.push(...day.truth);
    rows.push(...rowsOfDay(working, truths, day));
  }
  const after: MarketState = {
    ...state,
    day: working.day,
    demand: working.demand,
    carryOver: Object.fromEntries(working.carryOver),
    exposure: Object.fromEntries(working.exposure),
    openLeads: Object.fromEntries(working.openLeads),
    expectedOpen: Object.fromEntries(working.expectedOpen),
  };
  return marketOf(after, { from: options.fromDay, rows, truth: truthOf(after, truths, truthRows) });
}

function checkAdvance(state: MarketState, options: { fromDay: CalendarDay; days: number }): void {
  if (!Number.isInteger(options.days) || options.days < 1 || options.days > DAYS_LIMIT) {
    throw new AppError('BAD_USER_INPUT', `A market cannot be simulated for ${options.days} days.`, {
      hint: `Ask for 1 to ${DAYS_LIMIT} whole days.`,
    });
  }
  const expected = addDays(state.day, 1);
  if (parseDay(options.fromDay) !== expected) {
    throw new AppError(
      'BAD_USER_INPUT',
      `The market stands at ${state.day}, so it can go on from ${expected} and not from ${options.fromDay}.`,
      {
        hint: 'Days that have happened are not made a second time: read their rows, or go on from the stored state.',
      },
    );
  }
}

function marketOf(state: MarketState, made: { from: CalendarDay; rows: readonly Row[]; truth: MarketTruth }): Market {
  return {
    state,
    from: made.from,
    to: state.day,
    rows: (from = made.from, to = state.day) => made.rows.filter((row) => row.start >= from && row.start <= to),
    truth: made.truth,
  };
}

function handOver(market: Market): Market {
  const days = Math.min(HANDOVER_DAYS, dayNumber(market.to) - dayNumber(market.from) + 1);
  const sums = new Map<string, bigint>();
  for (const row of market.rows(addDays(market.to, 1 - days))) {
    if (row.table !== 'performance' || row.sourceKind !== 'PLATFORM' || !row.campaign?.id) continue;
    sums.set(row.campaign.id, (sums.get(row.campaign.id) ?? 0n) + (row.money.spendMicros ?? 0n));
  }
  const campaigns = market.state.campaigns.map((campaign) => ({
    ...campaign,
    dailyBudgetMicros: wholeCents((sums.get(campaign.id) ?? 0n) / BigInt(days)),
  }));
  return { ...market, state: { ...market.state, campaigns } };
}

function wholeCents(micros: bigint): string {
  return (((micros + 5_000n) / 10_000n) * 10_000n).toString();
}

function truthOf(state: MarketState, truths: MarketTruths, rows: readonly TruthRow[]): MarketTruth {
  return {
    rows,
    revenuePerLead: (marketTruth.winHazard / (marketTruth.winHazard + marketTruth.loseHazard)) * expectedOrder,
    contribution: (channel, kpi, window) =>
      rows.reduce(
        (sum, row) =>
          row.channel === channel && (!window || (row.day >= window.from && row.day <= window.to))
            ? sum + kpiOf(row, kpi)
            : sum,
        0,
      ),
    response: (channel, dailySpend) => {
      const truth = truths.channels[channel];
      return truth ? responseAt(truth, dailySpend * presentQuality(state, truths, channel)) : 0;
    },
  };
}

const KPI_FIELDS = {
  QUALIFIED_LEADS: 'qualifiedLeads',
  CONVERSIONS: 'sales',
  REVENUE: 'revenue',
} as const satisfies Record<TruthKpi, keyof TruthRow>;

function kpiOf(row: TruthRow, kpi: TruthKpi): number {
  return row[KPI_FIELDS[kpi]];
}

/** Quality of a EUR in a channel with its present campaigns, weighted by budget (equally where budgets follow the plan). */
function presentQuality(state: MarketState, truths: MarketTruths, channel: string): number {
  let weights = 0;
  let sum = 0;
  for (const campaign of state.campaigns) {
    if (campaign.channel !== channel || campaign.paused) continue;
    const shown = campaign.pairs.filter((pair) => isShown(pair, state.day));
    const shares = shown.reduce((total, pair) => total + pair.share, 0);
    for (const pair of shown) {
      const weight = (Number(campaign.dailyBudgetMicros ?? '1000000') * pair.share) / shares;
      const message = truths.messages[pair.messageId];
      const seen =
        (state.exposure[`${pair.audienceId}|${pair.messageId}`] ?? 0) / (truths.audienceSize[pair.audienceId] ?? 1e6);
      weights += weight;
      sum +=
        weight *
        (truths.audiences[pair.audienceId]?.quality ?? 1) *
        (message?.quality ?? 1) *
        Math.exp(-(message?.fatigue ?? 0) * seen);
    }
  }
  return weights > 0 ? sum / weights : 0;
}

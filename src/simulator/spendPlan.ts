/** Owns what a campaign spends on a day: the historical plan with its flights, or the budget that was set. */
import { seededRandom, type Random } from '../kernel/random.ts';
import { demoCampaigns, demoChannels } from './demoCampaigns.ts';
import { channelTruth } from './demoTruth.ts';
import type { DayConditions } from './marketCalendar.ts';
import type { CampaignState } from './marketTypes.ts';

/** Log-sd of a channel's spend from week to week, and of a campaign's from day to day. */
const WEEKLY_SPREAD = 0.25;
/** Log-sd of the level that a channel is planned at for some weeks, and how many weeks that is. */
const PLAN_SPREAD = 0.45;
const PLAN_WEEKS = 7;
const DAILY_SPREAD = 0.06;
/** Weeks before the end of the history in which every channel runs, so that each has a present budget. */
const LAST_WEEKS_ON = 5;
/** Channels that were pushed while Noonward Arc was launched. */
const LAUNCH_CHANNELS: ReadonlySet<string> = new Set(['PAID_SOCIAL', 'VIDEO', 'CTV']);

const plannedShare = new Map(demoCampaigns.map((campaign) => [campaign.id, campaign.share]));

/** Planned spend of a channel in a week relative to its ordinary day; 0 between flights. */
export function weeklyPlan(seed: number, channel: string, at: { week: number; weeks: number }): number {
  const plan = demoChannels.find((candidate) => candidate.key === channel);
  if (!plan) return 0;
  const offset = seededRandom(seed)
    .split(`flight:${channel}`)
    .integer(plan.onWeeks + plan.offWeeks + PLAN_WEEKS);
  const on = (at.week + offset) % (plan.onWeeks + plan.offWeeks) < plan.onWeeks || at.week >= at.weeks - LAST_WEEKS_ON;
  if (!on) return 0;
  const planned = seededRandom(seed)
    .split(`plan:${channel}:${Math.floor((at.week + offset) / PLAN_WEEKS)}`)
    .normal(0, PLAN_SPREAD);
  const level = at.week >= at.weeks - LAST_WEEKS_ON ? 0 : planned;
  return (
    plan.dailySpend *
    Math.exp(
      level - 0.5 * PLAN_SPREAD ** 2 + seededRandom(seed).split(`week:${channel}:${at.week}`).normal(0, WEEKLY_SPREAD),
    )
  );
}

/** Spend of a campaign on a day in EUR. `weekly` is the channel's plan of the week. */
export function campaignSpend(
  campaign: CampaignState,
  conditions: DayConditions,
  options: { weekly: number; random: Random },
): number {
  if (campaign.paused) return 0;
  const delivery = Math.exp(options.random.normal(0, DAILY_SPREAD));
  if (campaign.dailyBudgetMicros !== null) return (Number(campaign.dailyBudgetMicros) / 1e6) * delivery;
  const chasing = channelTruth[campaign.channel]?.demandChasing ?? 0;
  const launch = LAUNCH_CHANNELS.has(campaign.channel) ? conditions.launchSpendFactor : 1;
  return (
    options.weekly *
    (plannedShare.get(campaign.id) ?? 0) *
    conditions.spendFactor *
    launch *
    Math.exp(chasing * conditions.demand) *
    delivery
  );
}

/** Owns the step from a channel's multiple to budgets: each running campaign is scaled from its budget in force, else the channel as a whole. */
import type { Action } from '../../domain/actions.ts';
import { unitsFromMicros } from '../../kernel/money.ts';
import type { SpecialistContext } from '../contract.ts';
import { channelTitle } from '../labels.ts';
import type { CampaignFact } from '../tools.ts';
import { moneyOf } from './card.ts';
import type { ActionMaterial } from './gather.ts';

/** Change of a budget below which nothing is proposed. */
const LEAST_CHANGE = 0.03;
const RUNNING = new Set(['OBSERVED', 'ACTIVE']);

/** A budget in force or, where none is known, what was spent. */
export interface BudgetNow {
  readonly units: number;
  readonly period: 'DAY' | 'WEEK';
}

/** Budget actions for channels at multiples of their present spend; channels that hardly move are left out. */
export function budgetActions(
  context: SpecialistContext,
  material: ActionMaterial,
  moves: readonly { channel: string; multiple: number; currentPerWeek: number }[],
): Action[] {
  return moves
    .filter((move) => Math.abs(move.multiple - 1) >= LEAST_CHANGE)
    .flatMap((move) => {
      const campaigns = runningCampaigns(material, move.channel);
      return campaigns.length > 0
        ? campaigns.flatMap(
            ({ campaign, now }) =>
              setBudget(
                context,
                { type: 'campaign', id: campaign.id, name: campaign.name },
                { now, multiple: move.multiple },
              ) ?? [],
          )
        : channelAction(context, material, move);
    });
}

/** The budget in force of a campaign, else its mean spend a day over the recent weeks; null where it does not run. */
export function budgetNow(material: ActionMaterial, campaign: CampaignFact): BudgetNow | null {
  if (campaign.budget) return { units: unitsFromMicros(campaign.budget.amountMicros), period: campaign.budget.period };
  const weeks = material.campaignWeeks.filter((row) => row.campaign?.id === campaign.id);
  const spend = weeks.reduce((sum, row) => sum + (row.values.SPEND ?? 0), 0);
  return spend > 0 ? { units: spend / (7 * Math.max(1, weeks.length)), period: 'DAY' } : null;
}

function runningCampaigns(material: ActionMaterial, channel: string): { campaign: CampaignFact; now: BudgetNow }[] {
  return material.campaigns
    .filter((campaign) => campaign.channel === channel && RUNNING.has(campaign.status))
    .flatMap((campaign) => {
      const spends = material.campaignWeeks.some(
        (row) => row.campaign?.id === campaign.id && (row.values.SPEND ?? 0) > 0,
      );
      const now = spends ? budgetNow(material, campaign) : null;
      return now ? [{ campaign, now }] : [];
    });
}

function channelAction(
  context: SpecialistContext,
  material: ActionMaterial,
  move: { channel: string; multiple: number; currentPerWeek: number },
): Action[] {
  const budget = material.channelBudgets.get(move.channel);
  const now: BudgetNow = budget
    ? { units: unitsFromMicros(budget.amountMicros), period: budget.period }
    : { units: move.currentPerWeek, period: 'WEEK' };
  return [
    setBudget(
      context,
      { type: 'channel', id: move.channel, name: channelTitle(move.channel) },
      { now, multiple: move.multiple },
    ),
  ].filter((action) => action !== null);
}

function setBudget(
  context: SpecialistContext,
  target: { type: 'campaign' | 'channel'; id: string; name: string },
  input: { now: BudgetNow; multiple: number },
): Action | null {
  const { currency } = context.goal;
  const before = moneyOf(input.now.units, currency);
  const after = moneyOf(input.now.units * input.multiple, currency);
  return before.minor === after.minor ? null : { kind: 'budget.set', target, before, after, period: input.now.period };
}

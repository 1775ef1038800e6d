/** Owns the step from a channel's multiple to budgets: each running campaign is scaled from its budget in force, else the channel as a whole. */
import type { Action } from '../../domain/actions.ts';
import { sumOf } from '../../brain/statistics.ts';
import { unitsFromMicros } from '../../kernel/money.ts';
import type { SpecialistContext } from '../contract.ts';
import { channelTitle } from '../labels.ts';
import type { CampaignFact } from '../tools.ts';
import { moneyOf } from './card.ts';
import type { ActionMaterial } from './gather.ts';
import { heldChannels } from './inMeasurement.ts';

/** Change of a budget below which nothing is proposed. */
const LEAST_CHANGE = 0.03;
const RUNNING = new Set(['OBSERVED', 'ACTIVE']);

/** A budget in force or, where none is known, what was spent. */
export interface BudgetNow {
  readonly units: number;
  readonly period: 'DAY' | 'WEEK';
  /** Whether it was approved and set after the last day of the data: no result tells of it yet. */
  readonly unseen: boolean;
}

/** A channel's money a week in currency units, in force and as proposed, with the actions that lead there. */
export interface ChannelMove {
  readonly channel: string;
  readonly before: number;
  readonly after: number;
  readonly actions: readonly Action[];
  /** Changes of campaigns that another card stops: not proposed. */
  readonly withheld: readonly Action[];
}

/** A channel at a multiple of its present spend. */
export interface PlannedMove {
  readonly channel: string;
  readonly multiple: number;
  readonly currentPerWeek: number;
}

/**
 * Moves of channels' budgets in force; channels that hardly move, and campaigns that another card stops, keep what they have. So do channels
 * where an earlier change is still being measured, and budgets that no result tells of yet: a multiple of the spend before them would
 * carry the same change out twice.
 */
export function channelMoves(
  context: SpecialistContext,
  material: ActionMaterial,
  planned: { moves: readonly PlannedMove[]; stopped?: ReadonlySet<string> },
): ChannelMove[] {
  const measured = heldChannels(material);
  return planned.moves.map((move) => {
    const moved = !measured.has(move.channel) && Math.abs(move.multiple - 1) >= LEAST_CHANGE ? move.multiple : 1;
    const parts = budgetsOf(material, move).map(({ target, now }) => {
      const multiple = now.unseen ? 1 : moved;
      const held = planned.stopped?.has(target.id) ?? false;
      const action = setBudget(context, target, { now, multiple });
      const before = now.units * (now.period === 'DAY' ? 7 : 1);
      return { before, after: held ? before : before * multiple, held, action };
    });
    const of = (held: boolean): Action[] =>
      parts.flatMap((part) => (part.action && part.held === held ? [part.action] : []));
    return {
      channel: move.channel,
      before: parts.reduce((sum, part) => sum + part.before, 0),
      after: parts.reduce((sum, part) => sum + part.after, 0),
      actions: of(false),
      withheld: of(true),
    };
  });
}

/** Halvings after which a share of the raises is exact to far below a cent. */
const HALVINGS = 40;

/** The largest share of the raises at which the total is at or under the limit; cuts stay as they are. */
export function withinLimit(limit: number, movesAt: (share: number) => readonly ChannelMove[]): readonly ChannelMove[] {
  const fits = (share: number): boolean => sumOf(movesAt(share).map((move) => move.after)) <= limit;
  if (fits(1)) return movesAt(1);
  let low = 0;
  let high = 1;
  for (let step = 0; step < HALVINGS; step += 1) {
    const middle = (low + high) / 2;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return movesAt(low);
}

type BudgetTarget = { readonly type: 'campaign' | 'channel'; readonly id: string; readonly name: string };

/** The budgets that make up a channel: its running campaigns, else the channel as a whole. */
function budgetsOf(material: ActionMaterial, move: PlannedMove): { target: BudgetTarget; now: BudgetNow }[] {
  const campaigns = runningCampaigns(material, move.channel);
  if (campaigns.length > 0)
    return campaigns.map(({ campaign: { id, name }, now }) => ({ target: { type: 'campaign', id, name }, now }));
  const budget = material.channelBudgets.get(move.channel);
  const now = budget
    ? inForce(material, budget)
    : { units: move.currentPerWeek, period: 'WEEK' as const, unseen: false };
  return [{ target: { type: 'channel', id: move.channel, name: channelTitle(move.channel) }, now }];
}

/** The budget in force of a campaign, else its mean spend a day over the recent weeks in which it ran; null where it does not run. */
export function budgetNow(material: ActionMaterial, campaign: CampaignFact): BudgetNow | null {
  if (campaign.budget) return inForce(material, campaign.budget);
  const weeks = material.campaignWeeks.filter((row) => row.campaign?.id === campaign.id && (row.values.SPEND ?? 0) > 0);
  const spend = weeks.reduce((sum, row) => sum + (row.values.SPEND ?? 0), 0);
  return spend > 0 ? { units: spend / (7 * Math.max(1, weeks.length)), period: 'DAY', unseen: false } : null;
}

function inForce({ coverage }: ActionMaterial, budget: NonNullable<CampaignFact['budget']>): BudgetNow {
  const lastDay = coverage.span?.to ?? null;
  return {
    units: unitsFromMicros(budget.amountMicros),
    period: budget.period,
    unseen: budget.status === 'APPROVED' && lastDay !== null && budget.validFrom > lastDay,
  };
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

function setBudget(
  context: SpecialistContext,
  target: BudgetTarget,
  input: { now: BudgetNow; multiple: number },
): Action | null {
  const { currency } = context.goal;
  const before = moneyOf(input.now.units, currency);
  const after = moneyOf(input.now.units * input.multiple, currency);
  return before.minor === after.minor ? null : { kind: 'budget.set', target, before, after, period: input.now.period };
}

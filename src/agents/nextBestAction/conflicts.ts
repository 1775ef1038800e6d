/** Owns conflicts between cards: found by their actions, ruled where a rule exists, with the losing view kept as dissent. Pure. */
import type { Action } from '../../domain/actions.ts';
import type { CardConflict } from '../../domain/artifacts/recommendationSet.ts';
import { microsFromMinor, unitsFromMicros } from '../../kernel/money.ts';
import type { DraftCard } from './card.ts';
import { BUDGET_STAYS } from './creativeCard.ts';
import type { ActionMaterial } from './gather.ts';

/** Cards after the rulings, with the conflicts that were found. */
export interface Settled {
  readonly cards: readonly DraftCard[];
  readonly conflicts: readonly CardConflict[];
}

/** The rule by which a stop and a raise of one campaign are settled. */
const STOP_WINS = 'A stop goes before a raise: money that very probably has no effect gets none on top.';

/** Share of a campaign's spend on one audience from which leaving that audience out stops the campaign. */
const NEARLY_ALL = 0.9;
/** What rounding a daily budget to whole cents can add to a week, in currency units. */
const ROUNDING_PER_ACTION = 0.07;

/** What the goal's budget allows a week, in currency units. */
export interface BudgetLimit {
  readonly perWeek: number;
  readonly presentPerWeek: number;
}

/** What cards are held against. */
export interface Circumstances {
  readonly limit: BudgetLimit | null;
  /** Campaigns that reach next to nobody but one audience, with that audience: leaving it out stops them. */
  readonly emptied: ReadonlyMap<string, string>;
}

/**
 * Finds conflicts and settles those that a rule covers; indexes are those of `cards`. A campaign that one card stops is left out of
 * every other card's budgets: two changes of one budget cannot both stand on what it is now.
 */
export function settleConflicts(cards: readonly DraftCard[], { limit, emptied }: Circumstances): Settled {
  const stops = stopsIn(cards, emptied);
  const opposite = oppositeVerbs(cards, stops);
  const settled = cards.map((card, index) => {
    const withheld = card.withheld ?? [];
    const lost = opposite.filter((conflict) => conflict.raisedBy === index);
    const actions = card.actions.filter(
      (action) =>
        action.kind !== 'budget.set' || !stops.some((stop) => stop.id === action.target.id && stop.index !== index),
    );
    if (actions.length === card.actions.length && withheld.length === 0) return card;
    return {
      ...card,
      actions,
      dissent: [
        ...card.dissent,
        ...lost.map((conflict) => ({
          specialist: 'PAID_MEDIA',
          view: `The allocation would have raised ${conflict.campaignName} with its channel; ${stopWords(cards[conflict.stoppedBy])} goes before it.`,
        })),
      ],
    };
  });
  const conflicts: CardConflict[] = opposite.map((conflict) => ({
    kind: 'OPPOSITE_VERBS',
    cards: [conflict.raisedBy, conflict.stoppedBy],
    statement: `One card raises ${conflict.campaignName}; ${stopWords(cards[conflict.stoppedBy])} takes its money away.`,
    ruling: STOP_WINS,
    dissent:
      'Within its channel the campaign would have shared in a raise that the fit supports for the channel as a whole.',
  }));
  return {
    cards: bothChange(settled),
    conflicts: [...conflicts, ...overspend(settled, limit), ...sameCreative(settled)],
  };
}

/** Says in a card that replaces a creative that another card changes the budget of the same campaign: nobody can tell the two apart afterwards. */
function bothChange(cards: readonly DraftCard[]): DraftCard[] {
  return cards.map((card) => {
    const publish = card.actions.find((action) => action.kind === 'message.publish');
    const other =
      publish &&
      cards.find(
        (entry) =>
          entry !== card &&
          entry.actions.some(
            (action) =>
              (action.kind === 'budget.set' || action.kind === 'budget.reduce' || action.kind === 'campaign.pause') &&
              action.target.id === publish.campaignId,
          ),
      );
    if (!publish || !other) return card;
    const told = `The ${other.verb} card changes the budget of ${publish.campaignName} in the same weeks: if both are carried out, their effects cannot be told apart afterwards.`;
    return {
      ...card,
      assumptions: [...card.assumptions.filter((line) => line !== BUDGET_STAYS), told],
      because: [...card.because, told],
    };
  });
}

/** Campaigns that spend nearly everything on one audience, with that audience. */
export function emptiedBy(material: ActionMaterial): Map<string, string> {
  const campaigns = Map.groupBy(material.campaignAudiences, (row) => row.campaign?.id ?? '');
  return new Map(
    [...campaigns].flatMap(([id, rows]) => {
      const total = rows.reduce((sum, row) => sum + (row.values.SPEND ?? 0), 0);
      const only = rows.find((row) => (row.values.SPEND ?? 0) > NEARLY_ALL * total);
      return total > 0 && only?.audience ? [[id, only.audience.id] as const] : [];
    }),
  );
}

interface Opposite {
  readonly campaignId: string;
  readonly campaignName: string;
  readonly raisedBy: number;
  readonly stoppedBy: number;
}

/** Campaigns that cards stop or cut, directly or by leaving out the only audience they reach. */
export function stoppedCampaigns(cards: readonly DraftCard[], emptied: Circumstances['emptied']): Set<string> {
  return new Set(stopsIn(cards, emptied).map((stop) => stop.id));
}

/** The card that stops a campaign, as a reader finds it: by the audience that it leaves out, where it is about one. */
function stopWords(card: DraftCard | undefined): string {
  return card?.target.type === 'audience'
    ? `the card on ${card.target.name}, nearly the only audience it reaches,`
    : 'the card that stops or reduces it';
}

interface Stop {
  readonly id: string;
  /** Card that stops the campaign. */
  readonly index: number;
}

function stopsIn(cards: readonly DraftCard[], emptied: ReadonlyMap<string, string>): Stop[] {
  return cards.flatMap((card, index) =>
    card.actions.flatMap((action): Stop[] => {
      if (action.kind === 'campaign.pause' || action.kind === 'budget.reduce') return [{ id: action.target.id, index }];
      if (action.kind !== 'audience.define') return [];
      return [...emptied].filter(([, audience]) => audience === action.target.id).map(([id]) => ({ id, index }));
    }),
  );
}

function oppositeVerbs(cards: readonly DraftCard[], stops: readonly Stop[]): Opposite[] {
  return cards.flatMap((card, index) =>
    [...card.actions, ...(card.withheld ?? [])].flatMap((action) => {
      const stop = stops.find((entry) => entry.id === action.target.id && entry.index !== index);
      return stop && isRaise(action)
        ? [{ campaignId: action.target.id, campaignName: action.target.name, raisedBy: index, stoppedBy: stop.index }]
        : [];
    }),
  );
}

/**
 * Whether all cards together spend more a week than the goal's budget allows, what stops free being counted; where present spend is
 * above it already, whether they add to that.
 */
function overspend(cards: readonly DraftCard[], limit: BudgetLimit | null): CardConflict[] {
  if (!limit) return [];
  const spenders = cards.flatMap((card, index) =>
    card.actions.some((action) => weeklyChange(action) > 0) ? [index] : [],
  );
  const actions = cards.flatMap((card) => card.actions);
  const change = actions.reduce((sum, action) => sum + weeklyChange(action), 0);
  const allowed = Math.max(limit.perWeek, limit.presentPerWeek);
  if (spenders.length === 0 || limit.presentPerWeek + change <= allowed + actions.length * ROUNDING_PER_ACTION)
    return [];
  return [
    {
      kind: 'JOINT_OVERSPEND',
      cards: spenders,
      statement:
        limit.presentPerWeek > limit.perWeek
          ? 'Present spend is above what the goal\u2019s budget allows a week, and these cards add to it.'
          : 'Together these cards spend more a week than the goal\u2019s budget allows.',
      ruling: null,
      dissent: 'A person has to choose which of them goes first, or to raise the goal\u2019s budget.',
    },
  ];
}

function sameCreative(cards: readonly DraftCard[]): CardConflict[] {
  const seen = new Map<string, number>();
  return cards.flatMap((card, index) =>
    card.actions.flatMap((action): CardConflict[] => {
      if (action.kind !== 'message.publish' || action.replacesMessageId === null) return [];
      const first = seen.get(action.replacesMessageId);
      seen.set(action.replacesMessageId, first ?? index);
      return first === undefined || first === index
        ? []
        : [
            {
              kind: 'SAME_CREATIVE',
              cards: [first, index],
              statement: `Two cards replace the same creative in ${action.campaignName}.`,
              ruling: null,
              dissent: 'Both at once would teach nothing about either.',
            },
          ];
    }),
  );
}

function isRaise(action: Action): boolean {
  return action.kind === 'budget.set' && BigInt(action.after.minor) > BigInt(action.before.minor);
}

/** Change of spend a week in currency units; 0 for what moves no money. */
function weeklyChange(action: Action): number {
  if (action.kind !== 'budget.set' && action.kind !== 'budget.reduce') return 0;
  const units = (money: { minor: string; currency: string }): number =>
    unitsFromMicros(microsFromMinor(BigInt(money.minor), money.currency));
  return (units(action.after) - units(action.before)) * (action.period === 'DAY' ? 7 : 1);
}

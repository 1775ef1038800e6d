/** Owns what a review concludes: which texts go back, which recommendations contradict each other. Pure: rows in, conclusions out. */
import { derivedId } from '../kernel/ids.ts';
import { daysInclusive } from '../kernel/calendar.ts';
import { formatMoney, microsFromMinor } from '../kernel/money.ts';
import { recommendationSetSchema, type CardConflict } from '../domain/artifacts/recommendationSet.ts';
import type { Action } from '../domain/actions.ts';
import { evidenceTiers } from '../domain/evidence.ts';
import type { Goal } from '../domain/goals.ts';
import type { Recommendation, Verb } from '../domain/recommendations.ts';
import { MAX_REVIEW_ROUNDS } from './state.ts';
import type { StoredResult } from './results.ts';
import type { TaskRow } from './tasks.ts';

/** What a compliance round found, by the task that wrote it. */
export interface ReviewOutcome {
  readonly round: number;
  /** Tasks to do again; empty when nothing is blocked or the rounds are used up. */
  readonly sendBack: readonly TaskRow[];
  readonly blocked: number;
  readonly warned: number;
}

/** Reads the newest compliance findings: texts with a BLOCK go back to their writers, at most twice. */
export function concludeReview(tasks: readonly TaskRow[], results: readonly StoredResult[]): ReviewOutcome {
  const reviews = tasks.filter((task) => task.specialist === 'COMPLIANCE_REVIEW' && task.status === 'SUCCEEDED');
  const round = Math.max(0, ...reviews.map((task) => task.rounds));
  const reviewed = results
    .filter((result) => reviews.some((task) => task.id === result.taskId))
    .flatMap((result) => result.findings);
  const count = (severity: string): number =>
    reviewed.reduce((sum, entry) => sum + entry.findings.filter((finding) => finding.severity === severity).length, 0);
  const blockedArtifacts = reviewed
    .filter((entry) => entry.findings.some((finding) => finding.severity === 'BLOCK'))
    .map((entry) => entry.artifactId);
  const writers = results
    .filter((result) => blockedArtifacts.includes(result.artifactId))
    .map((result) => result.taskId);
  const again = round <= MAX_REVIEW_ROUNDS ? tasks.filter((task) => writers.includes(task.id)) : [];
  return {
    round,
    sendBack: again.length > 0 ? [...again, ...reviews] : [],
    blocked: count('BLOCK'),
    warned: count('WARN'),
  };
}

/** A card with the id of its row, its place in its task's result, and the actions proposed for it. */
export interface Card {
  readonly id: string;
  readonly taskId: string;
  readonly round: number;
  readonly index: number;
  readonly card: Recommendation;
  readonly actions: readonly Action[];
}

/** Two or more cards that cannot all be followed. */
export interface Conflict {
  readonly id: string;
  readonly kind: CardConflict['kind'];
  readonly cardIds: readonly string[];
  readonly rule: string;
  readonly ruling: string | null;
  /** Cards that the ruling sets aside; their actions are not proposed. */
  readonly setAside: readonly string[];
  readonly dissent: string;
}

const raising: readonly Verb[] = ['SCALE'];
const lowering: readonly Verb[] = ['PAUSE', 'REDUCE'];

/** The cards of a run's results, with the ids that their rows will have in every try. */
export function cardsOf(results: readonly StoredResult[]): Card[] {
  return results.flatMap((result) =>
    result.recommendations.map((card, index) => ({
      id: derivedId('recommendation', result.taskId, String(result.round), String(index)),
      taskId: result.taskId,
      round: result.round,
      index,
      card,
      actions: result.proposals
        .filter((proposal) => proposal.recommendation === index)
        .flatMap((proposal) => proposal.actions),
    })),
  );
}

/** Conflicts that a recommendation set tells of, by the ids of its cards; those that its own rules settled carry the ruling. */
export function conflictsTold(
  runId: string,
  cards: readonly Card[],
  set: { taskId: string; content: unknown },
): Conflict[] {
  return recommendationSetSchema.shape.conflicts
    .parse((set.content as { conflicts?: unknown }).conflicts ?? [])
    .map((conflict, index) => ({
      id: derivedId('conflict', runId, set.taskId, String(index)),
      kind: conflict.kind,
      cardIds: cards
        .filter((card) => card.taskId === set.taskId && conflict.cards.includes(card.index))
        .map((card) => card.id),
      rule: conflict.statement,
      ruling: conflict.ruling,
      setAside: [],
      dissent: conflict.dissent,
    }));
}

/** Contradictions among cards, each ruled by a fixed rule or left for people. */
export function findConflicts(
  runId: string,
  cards: readonly Card[],
  goal: Pick<Goal, 'from' | 'to' | 'budgetMicros' | 'currency'>,
): Conflict[] {
  const opposed = cards.flatMap((up) =>
    cards
      .filter(
        (down) => raising.includes(up.card.verb) && lowering.includes(down.card.verb) && sameTarget(up.card, down.card),
      )
      .map((down) => ruleOpposites(runId, up, down)),
  );
  const setAside = new Set(opposed.flatMap((conflict) => conflict.setAside));
  return [
    ...opposed,
    ...overspend(
      runId,
      cards.filter((card) => !setAside.has(card.id)),
      goal,
    ),
  ];
}

function ruleOpposites(runId: string, up: Card, down: Card): Conflict {
  const strength = (card: Card): number =>
    Math.min(...card.card.evidence.map((entry) => evidenceTiers.indexOf(entry.tier)), evidenceTiers.length);
  const difference = strength(up) - strength(down);
  const [kept, lost] = difference <= 0 ? [up, down] : [down, up];
  const base = {
    id: derivedId('conflict', runId, up.id, down.id),
    kind: 'OPPOSITE_VERBS' as const,
    cardIds: [up.id, down.id],
    rule: 'The stronger evidence tier holds; on a tie people decide.',
    dissent: `${lost.card.verb} of ${lost.card.target.name}: ${lost.card.rationale}`,
  };
  return difference === 0
    ? { ...base, ruling: null, setAside: [] }
    : { ...base, ruling: `${kept.card.verb} of ${kept.card.target.name} holds.`, setAside: [lost.id] };
}

/** All raises together against the goal's budget over its window. */
function overspend(
  runId: string,
  cards: readonly Card[],
  goal: Pick<Goal, 'from' | 'to' | 'budgetMicros' | 'currency'>,
): Conflict[] {
  const days = BigInt(daysInclusive(goal.from, goal.to));
  const raises = cards
    .map((card) => ({
      card,
      micros: card.actions.reduce((sum, action) => sum + raiseOf(action, goal.currency, days), 0n),
    }))
    .filter((raise) => raise.micros > 0n);
  const total = raises.reduce((sum, raise) => sum + raise.micros, 0n);
  if (raises.length < 2 || total <= goal.budgetMicros || raises.some((raise) => raise.micros > goal.budgetMicros))
    return [];
  const money = (micros: bigint): string => formatMoney(micros, goal.currency);
  return [
    {
      id: derivedId('conflict', runId, 'overspend'),
      kind: 'JOINT_OVERSPEND',
      cardIds: raises.map((raise) => raise.card.id),
      rule: "Raises that each fit the goal's budget but not together are left to people.",
      ruling: null,
      setAside: [],
      dissent: `Together these raises add ${money(total)} from ${goal.from} to ${goal.to}; the goal's budget is ${money(goal.budgetMicros)}.`,
    },
  ];
}

function raiseOf(action: Action, currency: string, days: bigint): bigint {
  if (action.kind !== 'budget.set' || action.after.currency !== currency) return 0n;
  const delta = microsFromMinor(BigInt(action.after.minor) - BigInt(action.before.minor), currency);
  return (action.period === 'WEEK' ? delta / 7n : delta) * days;
}

function sameTarget(left: Recommendation, right: Recommendation): boolean {
  return left.target.type === right.target.type && left.target.id === right.target.id;
}

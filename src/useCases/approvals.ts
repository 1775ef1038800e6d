/** Owns what people do at gates: the inbox, one approval in full, opening it and deciding it; and reading change sets and effects. */
import {
  approvalCounts,
  approvalDetail,
  approvalEventsAfter,
  approvalInbox,
  approvalsHead,
  decisionsOf,
  decisionsOfAll,
  eligibleDeciders,
  forecastsOfCards,
  loadApproval,
  openApproval,
  type ApprovalEvent,
} from '../governance/approvals.ts';
import { listChangeSets, loadChangeSet, type ChangeSetRow } from '../governance/changeSetRows.ts';
import { decide, type Verdict } from '../governance/decisions.ts';
import { diffOf, diffsOf } from '../governance/diff.ts';
import { effectsOf, effectsOfAll, type EffectRow } from '../governance/effects.ts';
import { refusedText, textLimits } from '../domain/text.ts';
import { done, type Outcome, type UserErrorCode } from '../domain/userErrors.ts';
import { digestOf } from '../kernel/canonicalJson.ts';
import { monotonicMs } from '../kernel/clock.ts';
import { groupBy, keyBy } from '../kernel/grouping.ts';
import { delay } from '../kernel/waiting.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import { requirePerson, type Caller } from './callers.ts';
import { once } from './idempotency.ts';

export type {
  ApprovalCounts,
  ApprovalDetail,
  ApprovalEvent,
  ApprovalRow,
  ApprovalState,
  DecisionRow,
  InboxFilter,
  VerdictKind,
} from '../governance/approvals.ts';
export type { ChangeSetRow, ChangeSetState } from '../governance/changeSetRows.ts';
export type { DiffRow } from '../governance/diff.ts';
export type { EffectRow } from '../governance/effects.ts';
export type { Verdict } from '../governance/decisions.ts';
export { approvalStates } from '../governance/approvals.ts';
export { changeSetStates } from '../governance/changeSetRows.ts';
export {
  approvalCounts,
  approvalDetail,
  approvalInbox,
  approvalsHead,
  decisionsOf,
  decisionsOfAll,
  diffOf,
  diffsOf,
  effectsOf,
  eligibleDeciders,
  forecastsOfCards,
  listChangeSets,
  loadApproval,
  loadChangeSet,
};

/** Input field that each refusal is about. */
const REFUSED_FIELD: Readonly<Partial<Record<string, string>>> = {
  STALE_DIGEST: 'digest',
  REASON_REQUIRED: 'reason',
  VIEW_SESSION_UNKNOWN: 'viewSessionId',
  NOT_FOUND: 'approvalId',
};

/** Notes that a person looks at an approval now; the server measures view time from here. @throws NOT_FOUND, FORBIDDEN */
export function openForDecision(
  caller: Caller,
  approvalId: string,
): Promise<{ viewSessionId: string; openedAt: string }> {
  requirePerson(caller);
  return caller.inUnit('app', (unit) => openApproval(unit, approvalId));
}

/**
 * Records one person's verdict on exactly the bytes that were shown.
 * @throws FORBIDDEN for tokens and agents; CONFLICT for an idempotency key used with another input
 */
export async function decideApproval(
  caller: Caller,
  verdict: Verdict,
  idempotencyKey: string | null = null,
): Promise<Outcome<{ approvalId: string }>> {
  requirePerson(caller);
  const unreadable = refusedText({ reason: { text: verdict.reason, limit: textLimits.reason } });
  if (unreadable) return unreadable;
  return caller.inUnit('decider', (unit) =>
    once(
      unit,
      {
        mutation: 'approvalDecide',
        key: idempotencyKey,
        input: digestOf({ ...verdict, viewSessionId: verdict.viewSessionId ?? null }),
      },
      async () => {
        const { outcome, message } = await decide(unit, verdict);
        if (outcome === 'OK') return done({ approvalId: verdict.approvalId });
        const field = REFUSED_FIELD[outcome];
        return {
          ok: false,
          errors: [{ code: outcome satisfies UserErrorCode, message, path: field === undefined ? [] : [field] }],
        };
      },
    ),
  );
}

/**
 * Approval events after a cursor, then live, in order and without a gap; ends when the caller leaves.
 * An iterator of its own: a parked generator would not notice that its reader left.
 */
export function followApprovals(caller: Caller, after: number): AsyncIterableIterator<ApprovalEvent> {
  const leaving = new AbortController();
  const wakeups = caller.services.approvalWakeups(caller.workspaceId, leaving.signal);
  const buffer: ApprovalEvent[] = [];
  let cursor = after;
  // Whoever iterates does not say that it leaves when reading fails.
  const readOrLeave = (seen: number): Promise<ApprovalEvent[]> =>
    caller
      .inUnit('app', (unit) => approvalEventsAfter(unit, seen))
      .catch((error: unknown) => {
        leaving.abort();
        throw error;
      });
  const iterator: AsyncIterableIterator<ApprovalEvent> = {
    [Symbol.asyncIterator]: () => iterator,
    next: async () => {
      for (;;) {
        const event = buffer.shift();
        if (event) return { done: false, value: event };
        if (leaving.signal.aborted) return { done: true, value: undefined };
        buffer.push(...(await readOrLeave(cursor)));
        cursor = buffer.at(-1)?.seq ?? cursor;
        if (buffer.length === 0 && (await wakeups.next()).done) return { done: true, value: undefined };
      }
    },
    return: async () => {
      leaving.abort();
      await wakeups.return?.();
      return { done: true, value: undefined };
    },
  };
  return iterator;
}

/** Pause before looking again at a change set that is being carried out, ms. */
const LOOK_MS = 200;

/** The change set once it is neither approved nor on its way any more, or as it stands when the time is over: a worker carries it out. */
export async function carriedOutWithin(
  caller: Caller,
  changeSetId: string,
  { ms, signal }: { ms: number; signal: AbortSignal },
): Promise<ChangeSetRow> {
  const until = monotonicMs() + ms;
  for (;;) {
    const change = await caller.inUnit('app', (unit) => loadChangeSet(unit, changeSetId));
    if ((change.state !== 'APPROVED' && change.state !== 'EXECUTING') || monotonicMs() > until) return change;
    await delay(LOOK_MS, signal);
  }
}

/** Change sets of a run, in the order in which they were submitted. */
export async function changeSetsOfRun(unit: UnitOfWork, runId: string): Promise<ChangeSetRow[]> {
  return (await listChangeSets(unit, { runId })).reverse();
}

/** Change sets by id. */
export async function changeSetsById(unit: UnitOfWork, ids: readonly string[]): Promise<Map<string, ChangeSetRow>> {
  return keyBy(await listChangeSets(unit, { ids }), (change) => change.id);
}

/** Effects of change sets, in order of their actions. */
export async function effectsOfChangeSets(unit: UnitOfWork, ids: readonly string[]): Promise<Map<string, EffectRow[]>> {
  return groupBy(await effectsOfAll(unit, ids), (effect) => effect.changeSetId);
}

/** Owns walking beside a run in a terminal or a script: its events as they come, and each approval put to whoever answers. */
import { RunEntity } from '../database/entities/run.ts';
import type { RunEvent } from '../domain/runEvents.ts';
import { AppError } from '../kernel/errors.ts';
import { delay } from '../kernel/waiting.ts';
import { monotonicMs } from '../kernel/clock.ts';
import { settledOf } from '../orchestration/changeStanding.ts';
import {
  approvalDetail,
  approvalInbox,
  changeSetsOfRun,
  decideApproval,
  eligibleDeciders,
  openForDecision,
  type ApprovalDetail,
  type VerdictKind,
} from './approvals.ts';
import type { Caller } from './callers.ts';
import { tasksOfRuns, type TaskView } from './runs.ts';
import { callerAs } from './workspaces.ts';

/** What somebody says to an approval, and as whom. */
export interface Answer {
  readonly verdict: VerdictKind;
  readonly reason: string;
  readonly email: string;
}

/** Whoever walks along. */
export interface Companion {
  /** Called with each event, in order. */
  event(event: RunEvent): void;
  /** Told the plan before its first task begins. */
  plan(tasks: readonly TaskView[]): void;
  /** Asked for each approval that waits; null leaves it waiting, and the walk goes on with what was approved. */
  answer(
    detail: ApprovalDetail,
    deciders: readonly { email: string; roles: readonly string[] }[],
  ): Promise<Answer | null>;
  /** Told what came of an answer. */
  answered(detail: ApprovalDetail, answer: Answer, refusal: string | null): void;
}

/** Milliseconds to wait for a measurement run to be queued after the market ran on. */
const MEASUREMENT_WAIT_MS = 120_000;
const MEASUREMENT_LOOK_MS = 100;

/**
 * Follows a run to its end and puts each waiting approval to the companion.
 * Gives `ENDED`, or `LEFT` when nothing moves any more until somebody decides what was left waiting or sent back.
 */
export async function walkRun(
  caller: Caller,
  runId: string,
  companion: Companion,
  signal: AbortSignal,
): Promise<'ENDED' | 'LEFT'> {
  const { services, workspaceId, principal } = caller;
  const asked = new Set<string>();
  const events = services.followRun({ workspaceId, principal }, runId, 0, signal);
  try {
    for await (const event of events) {
      companion.event(event);
      if (event.type === 'PLAN_PROPOSED') {
        companion.plan((await caller.inUnit('app', (unit) => tasksOfRuns(unit, [runId]))).get(runId) ?? []);
      }
      if (event.type !== 'RUN_WAITING') continue;
      const settled = await answerWaiting(caller, runId, companion, asked);
      if (!settled && (await onlyWaits(caller, runId))) return 'LEFT';
    }
  } finally {
    await events.return?.();
  }
  if (signal.aborted)
    throw new AppError('CANCELLED', 'The walk was stopped; the run goes on in the server, if one is running.');
  return 'ENDED';
}

/** The measurement run that follows a run in a demo; null when none is queued in time. */
export async function measurementRunOf(caller: Caller, runId: string, signal: AbortSignal): Promise<string | null> {
  const began = monotonicMs();
  while (monotonicMs() - began < MEASUREMENT_WAIT_MS) {
    const child = await caller.inUnit('app', ({ em }) =>
      em.findOne(RunEntity, { parentRunId: runId, kind: 'MEASUREMENT' }, { orderBy: { queuedAt: 'desc' } }),
    );
    if (child) return child.id;
    await delay(MEASUREMENT_LOOK_MS, signal);
  }
  return null;
}

/** Whether a run stands still until people decide: none of its approved changes is still to be carried out. */
async function onlyWaits(caller: Caller, runId: string): Promise<boolean> {
  return caller.inUnit('app', async (unit) => {
    const run = await unit.em.findOne(RunEntity, { id: runId });
    if (run?.status !== 'WAITING_APPROVAL') return false;
    const changes = await changeSetsOfRun(unit, runId);
    return !changes.some((change) => change.state === 'APPROVED' || change.state === 'EXECUTING');
  });
}

/**
 * Puts every approval that waits to the companion, also those that an answer brings about; `asked` holds who has spoken on what.
 * Tells whether an answer settled a change set, so that the run goes on.
 */
async function answerWaiting(
  caller: Caller,
  runId: string,
  companion: Companion,
  asked: Set<string>,
): Promise<boolean> {
  let settled = false;
  for (;;) {
    const waiting = await caller.inUnit('app', (unit) => approvalInbox(unit, { runId, states: ['PENDING'] }));
    const next = waiting.reverse().find((approval) => !asked.has(`${approval.id}:${approval.approvals}`));
    if (!next) return settled;
    const { detail, deciders } = await caller.inUnit('app', async (unit) => ({
      detail: await approvalDetail(unit, next.id),
      deciders: await eligibleDeciders(unit, next.id),
    }));
    asked.add(`${next.id}:${next.approvals}`);
    const answer = await companion.answer(detail, deciders);
    if (answer === null) continue;
    companion.answered(detail, answer, await decideAs(caller, detail, answer));
    settled ||= await caller.inUnit('app', async (unit) => (await settledOf(unit, [detail.changeSet.id])).length > 0);
  }
}

/** Decides as a member, on the bytes that were shown; gives the refusal, or null. */
async function decideAs(caller: Caller, { approval }: ApprovalDetail, answer: Answer): Promise<string | null> {
  const person = await callerAs(caller.services, caller.workspaceId, answer.email);
  const { viewSessionId } = await openForDecision(person, approval.id);
  const { verdict, reason } = answer;
  const outcome = await decideApproval(person, {
    approvalId: approval.id,
    verdict,
    reason,
    revision: approval.revision,
    digest: approval.digest,
    viewSessionId,
  });
  return outcome.ok ? null : outcome.errors.map((error) => error.message).join(' ');
}

/** Owns the review node: it always follows the work, by an edge; it sends texts back at most twice and records contradictions. */
import type { UnitOfWork } from '../../domain/unit.ts';
import { appendEvent } from '../events.ts';
import { loadGoal } from '../goalContext.ts';
import { loadArtifacts, loadResults } from '../results.ts';
import { cardsOf, concludeReview, conflictsTold, findConflicts, type Card, type Conflict } from '../review.ts';
import { failRun } from '../runs.ts';
import type { RunWork } from '../services.ts';
import { readRunState, type ReviewRoute } from '../state.ts';
import { loadTasks, readiness, reopenTasks, type TaskRow } from '../tasks.ts';

/** Makes the review node. */
export function reviewNode(work: RunWork) {
  return async (raw: unknown): Promise<{ reviewed: ReviewRoute; reviewedRound: number }> => {
    const state = readRunState(raw);
    return work.inUnit('app', async (unit) => {
      const tasks = await loadTasks(unit, state.runId);
      const outcome = concludeReview(tasks, await loadResults(unit, state.runId));
      if (outcome.round > state.reviewedRound) {
        const back = outcome.sendBack.map((task) => task.key).join(', ');
        await reopenTasks(
          unit,
          outcome.sendBack.map((task) => task.id),
          'the review',
        );
        await appendEvent(unit, state.runId, {
          type: 'REVIEW_COMPLETED',
          message: back
            ? `Review ${outcome.round}: ${outcome.blocked} findings block; back to ${back}.`
            : `Review ${outcome.round}: ${outcome.blocked} findings block, ${outcome.warned} warn.`,
          data: { round: outcome.round, blocked: outcome.blocked, warned: outcome.warned, sentBack: back || null },
          once: true,
        });
        return { reviewed: 'WORK', reviewedRound: outcome.round };
      }
      if (!readiness(tasks).settled) return { reviewed: 'WORK', reviewedRound: state.reviewedRound };
      return { reviewed: await settle(unit, work, tasks), reviewedRound: state.reviewedRound };
    });
  };
}

/** Where the review leads. */
export function afterReview(raw: unknown): 'dispatch' | 'decide' | 'end' {
  const { reviewed } = readRunState(raw);
  return reviewed === 'WORK' ? 'dispatch' : reviewed === 'SETTLED' ? 'decide' : 'end';
}

/** With every task ended: records contradictions, or fails the run when what it was for is missing. */
async function settle(unit: UnitOfWork, work: RunWork, tasks: readonly TaskRow[]): Promise<ReviewRoute> {
  const { id: runId, goalId } = work.run;
  const decisions = tasks.filter((task) => task.specialist === 'NEXT_BEST_ACTION');
  if (decisions.length > 0 && !decisions.some((task) => task.status === 'SUCCEEDED')) {
    const failed = tasks.filter((task) => task.status === 'FAILED').map((task) => task.key);
    await failRun(unit, runId, {
      code: 'MODEL_FAILED',
      message: `No decision could be prepared${failed.length > 0 ? `, because these tasks failed: ${failed.join(', ')}` : ''}.`,
      hint: 'Each failed task names its reason; mend that and start the goal again.',
    });
    return 'FAILED';
  }
  const cards = cardsOf(await loadResults(unit, runId));
  const found = findConflicts(runId, cards, await loadGoal(unit, goalId));
  const told = await toldConflicts(unit, { runId, tasks: decisions, cards });
  // A set that was held against the goal's budget itself knows more of it than the sum of the raises.
  const conflicts = [...told, ...found.filter((one) => !told.some((other) => other.kind === one.kind))];
  for (const conflict of conflicts) await storeConflict(unit, runId, conflict);
  await appendEvent(unit, runId, {
    type: 'REVIEW_COMPLETED',
    message:
      conflicts.length === 0
        ? 'The recommendations do not contradict each other.'
        : conflicts.map((conflict) => `${conflict.rule} ${conflict.ruling ?? 'People have to decide.'}`).join(' '),
    data: { conflicts: conflicts.length },
    once: true,
  });
  return 'SETTLED';
}

/** What the recommendation sets of the run say themselves. */
async function toldConflicts(
  unit: UnitOfWork,
  at: { runId: string; tasks: readonly TaskRow[]; cards: readonly Card[] },
): Promise<Conflict[]> {
  const artifacts = await loadArtifacts(
    unit,
    at.runId,
    at.tasks.map((task) => task.key),
  );
  return artifacts
    .filter((artifact) => artifact.kind === 'RECOMMENDATION_SET')
    .flatMap((artifact) => {
      const task = at.tasks.find((entry) => entry.key === artifact.taskKey);
      return task ? conflictsTold(at.runId, at.cards, { taskId: task.id, content: artifact.content }) : [];
    });
}

async function storeConflict(unit: UnitOfWork, runId: string, conflict: Conflict): Promise<void> {
  await unit.em.execute(
    `insert into conflict (id, workspace_id, run_id, kind, recommendation_ids, rule, ruling, dissent, status)
     values (?::uuid, ?::uuid, ?::uuid, ?, array(select jsonb_array_elements_text(?::jsonb))::uuid[], ?, ?, ?, ?) on conflict (id) do nothing`,
    [
      conflict.id,
      unit.workspace.id,
      runId,
      conflict.kind,
      JSON.stringify(conflict.cardIds),
      conflict.rule,
      conflict.ruling,
      conflict.dissent,
      conflict.ruling === null ? 'ASKED' : 'RULED',
    ],
  );
}

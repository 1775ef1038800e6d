/** Owns running one task: its context, its specialist, its stored result. A failure ends this task and no other. */
import { AppError, toError } from '../../kernel/errors.ts';
import { withTimeout } from '../../kernel/waiting.ts';
import type { SpecialistContext, SpecialistResult } from '../../agents/contract.ts';
import type { UnitOfWork } from '../../domain/unit.ts';
import { loadReadiness } from '../dataReadiness.ts';
import { appendEvent } from '../events.ts';
import { refuseUntraced } from '../figureCheck.ts';
import { loadActiveStrategy, loadGoal, loadWorkspaceFacts } from '../goalContext.ts';
import { chatOf } from '../modelUsage.ts';
import { isStored, loadArtifacts, loadResults, storeResult } from '../results.ts';
import type { RunWork } from '../services.ts';
import { readTaskSend, type TaskSend } from '../state.ts';
import { failTask, loadTasks, plannedTaskOf, startTask, type TaskRow } from '../tasks.ts';
import { textTeller, type TextTeller } from '../textTeller.ts';

/**
 * Time that one task may take, in ms; then it fails with TIMEOUT and the run goes on without it. Two compositions with all
 * their tries take five minutes at the most.
 */
export const SPECIALIST_TIMEOUT_MS = 600_000;

/** Codes of faults that are not the specialist's: the run stops or its job is tried again, and the task is taken up once more. */
const notItsFault = new Set(['LEASE_LOST', 'CANCELLED', 'DATABASE_UNAVAILABLE', 'NESTED_UNIT']);

/** Makes the node that runs one task. A round that was stored before a kill is not run again. */
export function specialistNode(work: RunWork) {
  return async (raw: unknown): Promise<object> => {
    const sent = readTaskSend(raw);
    const begun = await work.inUnit('app', (unit) => begin(unit, work, sent));
    if (begun === null) return {};
    const text = textTeller(work, begun.task);
    try {
      const result = await runSpecialist(work, begun, text);
      work.signal.throwIfAborted();
      await text.end();
      const { task } = begun;
      const at = { runId: sent.runId, task, round: sent.round, codeVersion: work.services.version };
      await work.inUnit('app', async (unit) => {
        await refuseUntraced(unit, result);
        await storeResult(unit, at, result);
      });
    } catch (thrown) {
      await text.end().catch(() => undefined);
      await fail(work, sent, thrown);
    }
    return {};
  };
}

/**
 * Makes the handler of what the node itself throws: the graph goes on with the other tasks of the wave, this one stays
 * RUNNING, and the next dispatch takes it up again a bounded number of times. What a handler itself throws may be swallowed, so it throws nothing.
 */
export function specialistFailed(work: RunWork) {
  return (_: unknown, failure: { error: Error }): object => {
    work.services.log.warn(
      { err: failure.error, runId: work.run.id },
      'A task was interrupted by a fault that is not its own.',
    );
    return {};
  };
}

interface Begun {
  readonly task: TaskRow;
  readonly context: Omit<SpecialistContext, 'inUnit' | 'chat' | 'embedder' | 'signal' | 'progress' | 'onText'>;
}

async function begin(unit: UnitOfWork, work: RunWork, sent: TaskSend): Promise<Begun | null> {
  if (await isStored(unit, sent.taskId, sent.round)) return null;
  const tasks = await loadTasks(unit, sent.runId);
  const task = tasks.find((row) => row.id === sent.taskId);
  if (!task) throw new AppError('INTERNAL', `Run ${sent.runId} has no task ${sent.taskId}.`);
  await startTask(unit, sent.runId, task, sent.round);
  const goal = await loadGoal(unit, sent.goalId);
  return {
    task,
    context: {
      workspace: { ...(await loadWorkspaceFacts(unit)), dataThrough: (await loadReadiness(unit)).through },
      goal,
      strategy: await loadActiveStrategy(unit, goal.market),
      run: { id: sent.runId, seed: work.run.seed },
      task: { ...plannedTaskOf(task), id: task.id },
      upstream: await loadArtifacts(unit, sent.runId, task.dependsOn),
      revision: await revisionOf(unit, sent, task),
    },
  };
}

/** What sent this task back: the findings on its newest artifact, and that artifact. */
async function revisionOf(unit: UnitOfWork, sent: TaskSend, task: TaskRow): Promise<SpecialistContext['revision']> {
  if (sent.round === 1) return null;
  const results = await loadResults(unit, sent.runId);
  const artifactId = results.find((result) => result.taskId === task.id)?.artifactId;
  const findings = results
    .flatMap((result) => result.findings)
    .filter((reviewed) => reviewed.artifactId === artifactId)
    .flatMap((reviewed) => reviewed.findings);
  const previous = (await loadArtifacts(unit, sent.runId, [task.key]))[0]?.content ?? null;
  return { round: sent.round, findings, previous };
}

/**
 * Runs the specialist within its time. What one that was given up on still does in the background ends at its next read, and
 * is no longer told of.
 */
async function runSpecialist(work: RunWork, { task, context }: Begun, text: TextTeller): Promise<SpecialistResult> {
  const { services, run } = work;
  const inUnit = work.agentUnit(task.specialist);
  return withTimeout(
    `The work of ${task.key}`,
    SPECIALIST_TIMEOUT_MS,
    (signal) =>
      services.specialists[task.specialist].run({
        ...context,
        inUnit: async (role, step) => {
          signal.throwIfAborted();
          return inUnit(role, step);
        },
        chat: chatOf(work),
        embedder: services.embedder,
        signal,
        progress: async (message) => {
          signal.throwIfAborted();
          await work.inUnit('app', (unit) =>
            appendEvent(unit, run.id, {
              type: 'TASK_PROGRESSED',
              taskId: task.id,
              message,
              data: { key: task.key },
            }),
          );
        },
        onText: (delta) => {
          if (!signal.aborted) text.add(delta);
        },
      }),
    work.signal,
  );
}

async function fail(work: RunWork, sent: TaskSend, thrown: unknown): Promise<void> {
  const error = toError(thrown);
  work.signal.throwIfAborted();
  if (error instanceof AppError && notItsFault.has(error.code)) throw error;
  work.services.log.warn({ err: error, runId: sent.runId, taskId: sent.taskId }, 'A task failed.');
  const code = error instanceof AppError ? error.code : 'INTERNAL';
  await work.inUnit('app', async (unit) => {
    const task = (await loadTasks(unit, sent.runId)).find((row) => row.id === sent.taskId);
    if (task) await failTask(unit, sent.runId, task, { code, message: error.message });
  });
}

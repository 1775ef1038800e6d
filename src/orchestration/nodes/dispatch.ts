/** Owns which tasks run next: waves from the task rows, never from a model's choice. */
import { Send } from '@langchain/langgraph';
import { appendEvent } from '../events.ts';
import { readRunState, type RunStateValue, type TaskSend, type WaveEntry } from '../state.ts';
import type { RunWork } from '../services.ts';
import { failTask, loadTasks, MAX_TASK_ATTEMPTS, readiness, skipTasks, type TaskRow } from '../tasks.ts';
import type { UnitOfWork } from '../../domain/unit.ts';

/** Makes the node that picks the next wave. An empty wave means that the review is due. */
export function dispatchNode(work: RunWork) {
  return async (raw: unknown): Promise<{ wave: readonly WaveEntry[]; waveNumber: number }> => {
    const state = readRunState(raw);
    return work.inUnit('app', async (unit) => {
      const tasks = await openTasks(unit, state.runId);
      if (
        tasks.some(
          (task) =>
            task.specialist === 'COMPLIANCE_REVIEW' && task.status === 'SUCCEEDED' && task.rounds > state.reviewedRound,
        )
      ) {
        return { wave: [], waveNumber: state.waveNumber };
      }
      const { ready } = readiness(tasks);
      if (ready.length === 0) return { wave: [], waveNumber: state.waveNumber };
      const waveNumber = state.waveNumber + 1;
      const names = ready.map((task) => task.key).join(', ');
      await appendEvent(unit, state.runId, {
        type: 'WAVE_DISPATCHED',
        message: `Wave ${waveNumber}: ${names}.`,
        data: { wave: waveNumber, tasks: names },
        once: true,
      });
      return { wave: ready.map((task) => ({ taskId: task.id, round: task.rounds + 1 })), waveNumber };
    });
  };
}

/** One `Send` per task of the wave; without any, the review. */
export function afterDispatch(raw: unknown): Send[] | 'review' {
  const state = readRunState(raw);
  if (state.wave.length === 0) return 'review';
  return state.wave.map((entry) => new Send('specialist', taskSend(state, entry)));
}

/** The tasks as they stand, after giving up on those whose worker was lost too often and skipping those that can never run. */
async function openTasks(unit: UnitOfWork, runId: string): Promise<TaskRow[]> {
  let tasks = await loadTasks(unit, runId);
  const lost = tasks.filter((task) => task.status === 'RUNNING' && task.attempt >= MAX_TASK_ATTEMPTS);
  for (const task of lost) {
    await failTask(unit, runId, task, {
      code: 'INTERNAL',
      message: `it was begun ${task.attempt} times and never came to an end.`,
    });
  }
  if (lost.length > 0) tasks = await loadTasks(unit, runId);
  for (let { blocked } = readiness(tasks); blocked.length > 0; { blocked } = readiness(tasks)) {
    await skipTasks(unit, runId, blocked, 'a task that it builds on did not succeed.');
    tasks = await loadTasks(unit, runId);
  }
  return tasks;
}

function taskSend(state: RunStateValue, entry: WaveEntry): TaskSend {
  const { runId, workspaceId, goalId, ownerMemberId } = state;
  return { runId, workspaceId, goalId, ownerMemberId, taskId: entry.taskId, round: entry.round };
}

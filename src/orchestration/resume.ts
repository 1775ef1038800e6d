/** Owns answering interrupts: by id only, and strictly. A bare resume value would answer every gate that waits. */
import { Command, type StateSnapshot } from '@langchain/langgraph';

/**
 * Key that makes a resume fail when one of its ids matches no pending interrupt. It is internal to LangGraph, so it stands in
 * this file alone; test/reliability/interrupts.test.ts fails when a new version no longer honours it.
 */
const STRICT_RESUME = '__pregel_strict_resume';

/** What a gate is answered with. It proves nothing: the node reads the verdict from the database. */
export interface GateAnswer {
  readonly changeSetId: string;
}

/** One gate that waits, as its checkpoint tells. */
export interface PendingGate {
  readonly interruptId: string;
  readonly changeSetId: string;
}

/** The input that answers exactly these gates. */
export function answerGates(gates: readonly PendingGate[]): Command {
  return new Command({
    resume: Object.fromEntries(
      gates.map((gate) => [gate.interruptId, { changeSetId: gate.changeSetId } satisfies GateAnswer]),
    ),
  });
}

/** Settings of each call of a run's graph on its thread. */
export function threadConfig(threadId: string): { configurable: Record<string, unknown> } {
  return { configurable: { thread_id: threadId, [STRICT_RESUME]: true } };
}

/**
 * The gates that wait, read from the branches' own checkpoints: a branch that has ended, or that is past its gate, still
 * lists the interrupt that it was answered by on its task.
 */
export function pendingGates(tasks: StateSnapshot['tasks']): PendingGate[] {
  return tasks
    .filter((task) => task.result === undefined)
    .flatMap((task) =>
      task.state !== undefined && 'tasks' in task.state
        ? pendingGates(task.state.tasks)
        : task.interrupts.flatMap(gateOf),
    );
}

function gateOf(pending: StateSnapshot['tasks'][number]['interrupts'][number]): PendingGate[] {
  const changeSetId = (pending.value as Partial<GateAnswer> | undefined)?.changeSetId;
  return pending.id !== undefined && typeof changeSetId === 'string' ? [{ interruptId: pending.id, changeSetId }] : [];
}

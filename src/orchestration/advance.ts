/** Owns walking a run from wherever it stands to where it must wait or end: lease, graph, answers to gates, statuses. */
import type { StateSnapshot } from '@langchain/langgraph';
import type { Logger } from '../kernel/log.ts';
import { AppError, toError } from '../kernel/errors.ts';
import { assertNoUnit } from '../database/currentUnit.ts';
import { listChangeSets } from '../governance/changeSetRows.ts';
import { rememberInterrupt, withdrawChangeSet } from '../governance/changeSets.ts';
import { terminalRunStatuses } from '../domain/specialists.ts';
import type { InUnit, UnitOfWork } from '../domain/unit.ts';
import { settledOf } from './changeStanding.ts';
import { checkpointSaver, deleteThread, pruneThread } from './checkpointer.ts';
import { buildRunGraph, recursionLimit } from './graph.ts';
import { acquireLease, assertFence, holdLease, releaseLease, type HeldLease } from './lease.ts';
import { buildMeasurementGraph } from './measurementGraph.ts';
import { answerGates, pendingGates, threadConfig, type PendingGate } from './resume.ts';
import { addRunJob } from './jobs.ts';
import { failRun, finishCancelled, loadRun, markRunning, markWaiting, type RunFailure, type RunRow } from './runs.ts';
import type { RunServices, RunWork } from './services.ts';
import { GRAPH_VERSION } from './graphVersion.ts';
import type { RunIdentity } from './state.ts';

/** Workers that may be lost in one run before it counts as failed. */
const MAX_TAKEOVERS = 5;

/** What an advance came to. */
export type Advanced = 'ENDED' | 'WAITING' | 'BUSY' | 'LOST' | 'STOPPED';

/** Which run, by which worker, until when. */
export interface AdvanceOrder {
  readonly workspaceId: string;
  readonly runId: string;
  readonly workerId: string;
  /** Aborts when the worker stops; the run is then handed back to the queue. */
  readonly stop: AbortSignal;
  /** No further try follows this one: a fault then ends the run instead of being thrown. */
  readonly lastTry: boolean;
}

/** Carries one run on. Calling it again, or after a kill, goes on where the rows and the checkpoint stand. */
export async function advanceRun(services: RunServices, order: AdvanceOrder): Promise<Advanced> {
  assertNoUnit('Walking a run');
  const { runId, workspaceId } = order;
  const inUnit = services.units({ workspaceId, principal: { kind: 'SYSTEM', service: 'worker' } });
  const taken = await inUnit('app', (unit) => take(unit, order));
  if (typeof taken === 'string') return taken;
  const lease = holdLease(inUnit, { runId, fence: taken.fence }, services.log);
  const unsubscribe = services.wakeups.subscribe('run_cancel', runId, () => lease.check());
  try {
    return await walkOrConclude(services, taken, { order, lease });
  } finally {
    unsubscribe();
    await lease.stop();
    await inUnit('app', (unit) => releaseLease(unit, runId, taken.fence)).catch((error: unknown) =>
      services.log.warn({ err: error, runId }, 'A lease could not be given back; it lapses.'),
    );
  }
}

interface Held {
  readonly order: AdvanceOrder;
  readonly lease: HeldLease;
}

async function walkOrConclude(services: RunServices, taken: Taken, held: Held): Promise<Advanced> {
  const work = workOf(services, taken, AbortSignal.any([held.lease.signal, held.order.stop]));
  try {
    return await walk(work, taken);
  } catch (thrown) {
    return await conclude(work, taken.run, { thrown, ...held });
  }
}

interface Taken {
  readonly run: RunRow;
  readonly fence: bigint;
  readonly afterLoss: boolean;
  readonly ownerMemberId: string;
  readonly workspaceId: string;
}

async function take(unit: UnitOfWork, { runId, workerId }: AdvanceOrder): Promise<Taken | 'ENDED' | 'BUSY'> {
  const run = await loadRun(unit, runId);
  if (terminalRunStatuses.includes(run.status)) return 'ENDED';
  const acquired = await acquireLease(unit, runId, workerId);
  if (acquired === null) return 'BUSY';
  const owner = await unit.em.execute<{ owner_member_id: string }[]>(
    'select owner_member_id from goal where id = ?::uuid',
    [run.goalId],
  );
  return {
    ...acquired,
    run,
    ownerMemberId: owner[0]?.owner_member_id ?? run.requestedBy,
    workspaceId: unit.workspace.id,
  };
}

/** Binds the services to a run whose lease is held: every unit first holds the fence. */
function workOf(
  services: RunServices,
  { run, fence, ownerMemberId, workspaceId }: Taken,
  signal: AbortSignal,
): RunWork {
  const fenced =
    (inUnit: InUnit): InUnit =>
    (role, step) =>
      inUnit(role, async (unit) => {
        await assertFence(unit, run.id, fence);
        return step(unit);
      });
  return {
    services,
    checkpoints: services.checkpointPool({ workspaceId, runId: run.id, fence }),
    run: { id: run.id, workspaceId, goalId: run.goalId, ownerMemberId, seed: run.seed },
    inUnit: fenced(services.units({ workspaceId, principal: { kind: 'SYSTEM', service: 'supervisor' } })),
    agentUnit: (agent) =>
      fenced(
        services.units({ workspaceId, principal: { kind: 'AGENT', agent, runId: run.id, onBehalfOf: ownerMemberId } }),
      ),
    signal,
  };
}

async function walk(work: RunWork, { run, afterLoss }: Taken): Promise<Advanced> {
  const refusal = await work.inUnit('app', (unit) => refusalOf(unit, run));
  if (refusal === 'CANCELLED') return cancel(work, run.threadId);
  if (refusal) return fail(work, refusal);
  const pool = work.checkpoints;
  const saver = checkpointSaver(pool);
  const graph = (run.kind === 'MEASUREMENT' ? buildMeasurementGraph(work, saver) : buildRunGraph(work, saver)) as Graph;
  for (let first = true; ; first = false) {
    const { fresh, finished, gates } = await positionOf(graph, run.threadId);
    if (finished) {
      await deleteThread(pool, run.threadId);
      return 'ENDED';
    }
    const answered = await work.inUnit('app', (unit) => answeredGates(unit, run, { gates, first, afterLoss }));
    if (answered === 'WAIT') {
      await pruneThread(pool, run.threadId);
      return 'WAITING';
    }
    const input = fresh ? identityOf(work, run) : answered.length > 0 ? answerGates(answered) : null;
    await drain(graph, input, work, run);
  }
}

/** Which waiting gates can be answered now; WAIT when the run can do nothing but wait for people. */
async function answeredGates(
  unit: UnitOfWork,
  run: RunRow,
  at: { gates: readonly PendingGate[]; first: boolean; afterLoss: boolean },
): Promise<readonly PendingGate[] | 'WAIT'> {
  const settled = await settledOf(
    unit,
    at.gates.map((gate) => gate.changeSetId),
  );
  const answered = at.gates.filter((gate) => settled.includes(gate.changeSetId));
  // What a worker before left in the middle is carried on first; its other gates then pause again by themselves.
  const leftHalfway = at.first && run.status !== 'WAITING_APPROVAL';
  if (at.gates.length > 0 && answered.length === 0 && !leftHalfway) {
    for (const gate of at.gates) await rememberInterrupt(unit, gate.changeSetId, gate.interruptId);
    await markWaiting(unit, run, at.gates.length);
    return 'WAIT';
  }
  if (at.first) await markRunning(unit, run, at.afterLoss);
  return answered;
}

/** What walking needs of a compiled graph, whichever its state is. */
interface Graph {
  getState(
    config: GraphConfig,
    options: { subgraphs: true },
  ): Promise<Pick<StateSnapshot, 'createdAt' | 'next' | 'tasks'>>;
  stream(
    input: unknown,
    config: GraphConfig & { durability: 'sync'; signal: AbortSignal; recursionLimit: number; streamMode: 'updates' },
  ): Promise<AsyncIterable<unknown>>;
}

type GraphConfig = ReturnType<typeof threadConfig>;

/** Where a thread stands, from its newest checkpoints. */
async function positionOf(
  graph: Graph,
  threadId: string,
): Promise<{ fresh: boolean; finished: boolean; gates: PendingGate[] }> {
  const snapshot = await graph.getState(threadConfig(threadId), { subgraphs: true });
  const fresh = snapshot.createdAt === undefined;
  return { fresh, finished: !fresh && snapshot.next.length === 0, gates: pendingGates(snapshot.tasks) };
}

/** Runs the graph until it pauses or ends. */
async function drain(graph: Graph, input: unknown, work: RunWork, run: RunRow): Promise<void> {
  assertNoUnit('A graph call');
  const tasks = await work.inUnit('app', (unit) =>
    unit.em.execute<{ n: number }[]>('select count(*)::int as n from task where run_id = ?::uuid', [run.id]),
  );
  const limit = recursionLimit(Math.max(tasks[0]?.n ?? 0, 24));
  const stream = await graph.stream(input, {
    ...threadConfig(run.threadId),
    durability: 'sync',
    signal: work.signal,
    recursionLimit: limit,
    streamMode: 'updates',
  });
  for await (const _ of stream) work.signal.throwIfAborted();
  work.signal.throwIfAborted();
}

function identityOf(work: RunWork, run: RunRow): RunIdentity & { parentRunId?: string } {
  const { id: runId, workspaceId, goalId, ownerMemberId } = work.run;
  return {
    runId,
    workspaceId,
    goalId,
    ownerMemberId,
    ...(run.parentRunId === null ? {} : { parentRunId: run.parentRunId }),
  };
}

/** Why a run must not go on: cancelled, of another graph version, or given up on. */
async function refusalOf(unit: UnitOfWork, run: RunRow): Promise<RunFailure | 'CANCELLED' | null> {
  if (run.cancelRequested) return 'CANCELLED';
  if (run.graphVersion !== GRAPH_VERSION) {
    return {
      code: 'GRAPH_VERSION_CHANGED',
      message: `This run was begun by graph version ${run.graphVersion}; this program walks version ${GRAPH_VERSION}.`,
      hint: 'Finish it with the version that began it, or start the goal again.',
    };
  }
  const rows = await unit.em.execute<{ n: number }[]>(
    "select count(*)::int as n from run_event where run_id = ?::uuid and type = 'RUN_RESUMED' and data ->> 'lost' = 'true'",
    [run.id],
  );
  if ((rows[0]?.n ?? 0) < MAX_TAKEOVERS) return null;
  return {
    code: 'INTERNAL',
    message: `${MAX_TAKEOVERS} workers were lost while they worked on this run.`,
    hint: 'Look into the log of the worker for what ends it.',
  };
}

/** What a thrown fault means for the run: another worker has it, it is cancelled, handed back, tried again or failed. */
async function conclude(
  work: RunWork,
  run: RunRow,
  { thrown, order, lease }: Held & { thrown: unknown },
): Promise<Advanced> {
  const error = toError(thrown);
  const ending: unknown = lease.signal.aborted ? lease.signal.reason : null;
  if (codeOf(ending) === 'LEASE_LOST' || codeOf(error) === 'LEASE_LOST') return lost(work.services.log, order.runId);
  if (codeOf(ending) === 'CANCELLED') return cancel(work, run.threadId);
  if (order.stop.aborted) {
    await work.inUnit('app', (unit) => addRunJob(unit, order.runId));
    return 'STOPPED';
  }
  const passing = !(error instanceof AppError) || error.code === 'DATABASE_UNAVAILABLE' || error.code === 'TIMEOUT';
  if (passing && !order.lastTry) throw error;
  work.services.log.error({ err: error, runId: order.runId }, 'A run failed.');
  return fail(work, {
    code: error instanceof AppError ? error.code : 'INTERNAL',
    message: error.message,
    hint: error instanceof AppError ? (error.hint ?? null) : 'This is a fault of the program; its log tells more.',
  });
}

function codeOf(error: unknown): string | null {
  return error instanceof AppError ? error.code : null;
}

function lost(log: Logger, runId: string): 'LOST' {
  log.warn({ runId }, 'Another worker has taken over this run.');
  return 'LOST';
}

async function fail(work: RunWork, failure: RunFailure): Promise<'ENDED'> {
  await work.inUnit('app', async (unit) => {
    await withdrawOpen(unit, work.run.id, failure.message);
    await failRun(unit, work.run.id, failure);
  });
  return 'ENDED';
}

async function cancel(work: RunWork, threadId: string): Promise<'ENDED'> {
  await work.inUnit('app', async (unit) => {
    await withdrawOpen(unit, work.run.id, 'The run was cancelled.');
    await finishCancelled(unit, work.run.id);
  });
  await deleteThread(work.checkpoints, threadId);
  return 'ENDED';
}

/** Takes back what people could still decide on: nothing of an ended run is approved later. */
async function withdrawOpen(unit: UnitOfWork, runId: string, reason: string): Promise<void> {
  for (const change of await listChangeSets(unit, { states: ['NEEDS_APPROVAL', 'APPROVED'], runId }))
    await withdrawChangeSet(unit, change.id, reason);
}

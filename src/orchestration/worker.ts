/** Owns the worker of a process: takes jobs from the queue, stays alive in the eyes of others, drains when told to stop. */
import { EventEmitter } from 'node:events';
import { parseCronItems, run, type JobHelpers, type Runner, type TaskList, type WorkerEvents } from 'graphile-worker';
import { AppError, toError } from '../kernel/errors.ts';
import { delay } from '../kernel/waiting.ts';
import { jobKinds } from './jobs.ts';
import { HEARTBEAT_MS } from './lease.ts';
import { jobHandlers } from './queue.ts';
import { guardPool, queueLog } from './queueLog.ts';
import { sweepLeases, tellAlive, tellGone } from './sweeps.ts';
import type { WorkerServices } from './services.ts';

/** Jobs at a time. */
const CONCURRENCY = 2;
/** A job that has not ended this long after the stop is told to hand its run back. */
const DRAIN_MS = 5_000;
/** The queue is also read this often, in case a notification was lost. */
const POLL_MS = 5_000;

/** How a worker is started. */
export interface WorkerOptions {
  /** Jobs at a time. @default 2 */
  readonly concurrency?: number;
  /**
   * Whether no other worker can be alive on this database, as on an embedded one that this process serves: then runs of a
   * killed process go on at once instead of when their lease lapses. @default false
   */
  readonly alone?: boolean;
}

/** A running worker. */
export interface Worker {
  /** Rejects when the queue itself ends; resolves after `stop`. */
  readonly done: Promise<void>;
  /** Takes no more jobs, waits for those at work, and hands back the runs that take longer. @default drainMs 5000 */
  stop(drainMs?: number): Promise<void>;
}

/** Starts a worker. */
export async function startWorker(services: WorkerServices, options: WorkerOptions = {}): Promise<Worker> {
  const { queuePool, log } = services;
  guardPool(queuePool, log);
  await sweepLeases(services, options.alone ?? false);
  const stop = new AbortController();
  let poolId = '';
  const events: WorkerEvents = new EventEmitter();
  events.once('pool:create', ({ workerPool }) => (poolId = workerPool.id));
  const runner = await run({
    pgPool: queuePool,
    concurrency: options.concurrency ?? CONCURRENCY,
    pollInterval: POLL_MS,
    noPreparedStatements: true,
    noHandleSignals: true,
    logger: queueLog(log),
    events,
    taskList: taskList(services, () => ({ workerId: poolId, stop: stop.signal })),
    parsedCronItems: parseCronItems([
      { task: 'effects_sweep', match: '* * * * *', options: { backfillPeriod: 0, maxAttempts: 1 } },
      { task: 'measurement_due', match: '*/10 * * * *', options: { backfillPeriod: 0, maxAttempts: 1 } },
      { task: 'uploads_sweep', match: '17 * * * *', options: { backfillPeriod: 0, maxAttempts: 1 } },
    ]),
  });
  await tellAlive(queuePool, poolId);
  const heart = startHeart(services, () => poolId);
  return {
    done: runner.promise,
    stop: (drainMs = DRAIN_MS) => drain(runner, { stop, heart, drainMs, gone: () => tellGone(queuePool, poolId) }),
  };
}

function taskList(services: WorkerServices, at: () => { workerId: string; stop: AbortSignal }): TaskList {
  const handlers = jobHandlers(services);
  return Object.fromEntries(
    jobKinds.map((kind) => [
      kind,
      (payload: unknown, { job }: JobHelpers) =>
        handlers[kind](payload, { ...at(), lastTry: job.attempts >= job.max_attempts }),
    ]),
  );
}

/** Says that this worker lives, and looks for others that do not, at every heartbeat. */
function startHeart(services: WorkerServices, poolId: () => string): { stop(): Promise<void> } {
  let beating: Promise<void> = Promise.resolve();
  const beat = async (): Promise<void> => {
    try {
      await tellAlive(services.queuePool, poolId());
      await sweepLeases(services, false);
    } catch (thrown) {
      services.log.warn({ err: toError(thrown) }, 'A heartbeat of the worker failed.');
    }
  };
  const timer = setInterval(() => {
    beating = beating.then(beat);
  }, HEARTBEAT_MS);
  return {
    async stop() {
      clearInterval(timer);
      await beating;
    },
  };
}

interface Draining {
  readonly stop: AbortController;
  readonly heart: { stop(): Promise<void> };
  readonly drainMs: number;
  gone(): Promise<void>;
}

async function drain(runner: Runner, draining: Draining): Promise<void> {
  const { stop, heart, drainMs } = draining;
  const drained = new AbortController();
  const handBack = delay(drainMs, drained.signal).then(
    () => stop.abort(new AppError('CANCELLED', 'The worker is stopping.')),
    () => undefined,
  );
  await runner.stop();
  drained.abort();
  await handBack;
  await heart.stop();
  await draining.gone();
}

/** Owns the lease of a run: who may act on it, proven by a fence number that only grows. The queue carries; this decides. */
import { AppError, toError } from '../kernel/errors.ts';
import type { Logger } from '../kernel/log.ts';
import type { InUnit, UnitOfWork } from '../domain/unit.ts';

/** A lease lapses this long after its last heartbeat. */
export const LEASE_MS = 15_000;
/** A worker renews its lease this often. */
export const HEARTBEAT_MS = 5_000;

/**
 * Takes the lease when it is free or lapsed, raising the fence; null while another worker holds it.
 * `afterLoss` tells that the worker before never gave it back.
 */
export async function acquireLease(
  unit: UnitOfWork,
  runId: string,
  workerId: string,
): Promise<{ fence: bigint; afterLoss: boolean } | null> {
  const rows = await unit.em.execute<{ fence: string; after_loss: boolean }[]>(
    `update run_lease l set fence = l.fence + 1, worker_id = ?, expires_at = baton_now() + ? * interval '1 millisecond'
     from (select run_id, worker_id from run_lease where run_id = ?::uuid for update) before
     where l.run_id = before.run_id and (l.expires_at is null or l.expires_at <= baton_now())
     returning l.fence, before.worker_id is not null as after_loss`,
    [workerId, LEASE_MS, runId],
  );
  return rows[0] ? { fence: BigInt(rows[0].fence), afterLoss: rows[0].after_loss } : null;
}

/** Renews a held lease and reads whether the run is to be cancelled; null when the fence is no longer ours. */
export async function renewLease(
  unit: UnitOfWork,
  runId: string,
  fence: bigint,
): Promise<{ cancelRequested: boolean } | null> {
  const rows = await unit.em.execute<{ cancelled: boolean }[]>(
    `update run_lease l set expires_at = baton_now() + ? * interval '1 millisecond'
     from run r where r.id = l.run_id and l.run_id = ?::uuid and l.fence = ? and l.worker_id is not null
     returning r.cancel_requested_at is not null as cancelled`,
    [LEASE_MS, runId, fence.toString()],
  );
  return rows[0] ? { cancelRequested: rows[0].cancelled } : null;
}

/**
 * Gives the lease back so that the next job need not wait, and raises the fence: what this worker left running in the
 * background can no longer write. Does nothing when the lease is no longer ours.
 */
export async function releaseLease(unit: UnitOfWork, runId: string, fence: bigint): Promise<void> {
  await unit.em.execute(
    'update run_lease set worker_id = null, expires_at = null, fence = fence + 1 where run_id = ?::uuid and fence = ?',
    [runId, fence.toString()],
  );
}

/** Holds the row against a takeover for the length of this unit. @throws LEASE_LOST when the fence is no longer ours */
export async function assertFence(unit: UnitOfWork, runId: string, fence: bigint): Promise<void> {
  const rows = await unit.em.execute<unknown[]>(
    'select 1 from run_lease where run_id = ?::uuid and fence = ? for share',
    [runId, fence.toString()],
  );
  if (rows.length === 0) throw leaseLost(runId);
}

/** A lease that renews itself until it is stopped. */
export interface HeldLease {
  readonly fence: bigint;
  /** Aborts with LEASE_LOST when another worker took over, with CANCELLED when a person asked for it. */
  readonly signal: AbortSignal;
  /** Reads at once whether the run is to be cancelled, instead of at the next heartbeat. */
  check(): void;
  stop(): Promise<void>;
}

/** Keeps an acquired lease alive with a heartbeat. */
export function holdLease(inUnit: InUnit, lease: { runId: string; fence: bigint }, log: Logger): HeldLease {
  const controller = new AbortController();
  let beating: Promise<void> = Promise.resolve();
  const renew = async (): Promise<void> => {
    if (controller.signal.aborted) return;
    try {
      const held = await inUnit('app', (unit) => renewLease(unit, lease.runId, lease.fence));
      if (!held) controller.abort(leaseLost(lease.runId));
      else if (held.cancelRequested) controller.abort(new AppError('CANCELLED', 'The run was cancelled.'));
    } catch (thrown) {
      log.warn(
        { err: toError(thrown), runId: lease.runId },
        'A heartbeat failed; the lease lapses if the next ones do too.',
      );
    }
  };
  const beat = (): void => {
    beating = beating.then(renew);
  };
  const timer = setInterval(beat, HEARTBEAT_MS);
  return {
    fence: lease.fence,
    signal: controller.signal,
    check: beat,
    async stop() {
      clearInterval(timer);
      await beating;
    },
  };
}

function leaseLost(runId: string): AppError {
  return new AppError('LEASE_LOST', `Another worker has taken over run ${runId}.`);
}

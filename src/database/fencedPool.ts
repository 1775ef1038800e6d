/** Owns the pool that a run's checkpointer writes through: each of its transactions holds the run's lease, so a worker that lost it cannot write. */
import type { Pool, PoolClient } from 'pg';
import { AppError } from '../kernel/errors.ts';

/** The lease that a worker holds on a run. */
export interface HeldFence {
  workspaceId: string;
  runId: string;
  fence: bigint;
}

/**
 * A view of a pool whose transactions begin by holding the lease: right after BEGIN the workspace is set and the lease's row is locked for share.
 * Statements outside a transaction pass unchanged; the checkpointer only reads that way. The pool itself is not closed through it.
 * @throws LEASE_LOST from the query that began the transaction, when another worker holds the lease
 */
export function fencedPool(pool: Pool, held: HeldFence): Pool {
  return new Proxy(pool, {
    get(target, property) {
      if (property === 'connect') return async () => fencedClient(await target.connect(), held);
      if (property === 'end') return async () => undefined;
      return bound(target, property);
    },
  });
}

function fencedClient(client: PoolClient, held: HeldFence): PoolClient {
  return new Proxy(client, {
    get(target, property) {
      if (property !== 'query') return bound(target, property);
      const query = target.query.bind(target) as (...args: unknown[]) => Promise<unknown>;
      return async (...args: unknown[]) => {
        const result = await query(...args);
        if (isBegin(args[0])) await holdLease(target, held);
        return result;
      };
    },
  });
}

async function holdLease(client: PoolClient, { workspaceId, runId, fence }: HeldFence): Promise<void> {
  await client.query("select set_config('app.workspace_id', $1, true)", [workspaceId]);
  const { rowCount } = await client.query('select 1 from run_lease where run_id = $1 and fence = $2 for share', [
    runId,
    fence.toString(),
  ]);
  if (rowCount === 1) return;
  throw new AppError('LEASE_LOST', `Another worker has taken over run ${runId}.`);
}

function isBegin(query: unknown): boolean {
  return typeof query === 'string' && /^\s*(begin|start\s+transaction)\b/i.test(query);
}

function bound(target: object, property: string | symbol): unknown {
  const value: unknown = Reflect.get(target, property);
  return typeof value === 'function' ? value.bind(target) : value;
}

/** Owns the saver that runs are checkpointed with: where its tables are, setting them up, pruning. The fence is in the pool it is given. */
import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres';
import type { Pool } from 'pg';

/** Schema of the checkpointer's tables. */
export const CHECKPOINT_SCHEMA = 'checkpoint';

/** A saver over a pool; over a fenced pool a stale worker's writes are refused. */
export function checkpointSaver(pool: Pool): PostgresSaver {
  return new PostgresSaver(pool, undefined, { schema: CHECKPOINT_SCHEMA });
}

/**
 * Creates or updates the checkpointer's tables. Takes a connection of its own and no lock: call it in the migration phase,
 * outside any transaction, as the login that shall own the tables.
 */
export async function setupCheckpoints(pool: Pool): Promise<void> {
  await checkpointSaver(pool).setup();
}

/** Deletes every checkpoint of a thread but the newest of each namespace, with the values that only they used. */
export async function pruneThread(pool: Pool, threadId: string): Promise<void> {
  const newest = `select distinct on (thread_id, checkpoint_ns) thread_id, checkpoint_ns, checkpoint_id, checkpoint
    from ${CHECKPOINT_SCHEMA}.checkpoints where thread_id = $1 order by thread_id, checkpoint_ns, checkpoint_id desc`;
  const inTransaction = await pool.connect();
  try {
    await inTransaction.query('BEGIN');
    await inTransaction.query(
      `delete from ${CHECKPOINT_SCHEMA}.checkpoint_blobs b where b.thread_id = $1 and not exists (
         select 1 from (${newest}) n where n.checkpoint_ns = b.checkpoint_ns and n.checkpoint -> 'channel_versions' ->> b.channel = b.version)`,
      [threadId],
    );
    for (const table of ['checkpoint_writes', 'checkpoints']) {
      await inTransaction.query(
        `delete from ${CHECKPOINT_SCHEMA}.${table} c where c.thread_id = $1
         and not exists (select 1 from (${newest}) n where n.checkpoint_ns = c.checkpoint_ns and n.checkpoint_id = c.checkpoint_id)`,
        [threadId],
      );
    }
    await inTransaction.query('COMMIT');
  } catch (error) {
    await inTransaction.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    inTransaction.release();
  }
}

/** Deletes a thread whose run has ended; the run's own rows stay. */
export async function deleteThread(pool: Pool, threadId: string): Promise<void> {
  await checkpointSaver(pool).deleteThread(threadId);
}

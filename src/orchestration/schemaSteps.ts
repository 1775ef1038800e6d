/** Owns the library schemas that orchestration brings: the checkpointer's and the queue's, applied in the migration phase. */
import type { Pool } from 'pg';
import { silentLog } from '../kernel/log.ts';
import type { SchemaStep } from '../database/migrate.ts';

/** Raise with the library's version: a step runs once for each. */
const CHECKPOINT_VERSION = 'langgraph-checkpoint-postgres 1.0.5';
const QUEUE_VERSION = 'graphile-worker 0.18.0';

/** Steps for `applySteps`, in order; the libraries are loaded where a step is due. */
export const schemaSteps: readonly SchemaStep[] = [
  { name: 'checkpoint', version: CHECKPOINT_VERSION, login: 'baton_owner', apply: migrateCheckpoints },
  { name: 'queue', version: QUEUE_VERSION, login: 'baton_queue', apply: migrateQueue },
];

async function migrateCheckpoints(pool: Pool): Promise<void> {
  const { setupCheckpoints } = await import('./checkpointer.ts');
  await setupCheckpoints(pool);
}

async function migrateQueue(pool: Pool): Promise<void> {
  const [{ runMigrations }, { guardPool, queueLog }] = await Promise.all([
    import('graphile-worker'),
    import('./queueLog.ts'),
  ]);
  guardPool(pool, silentLog);
  await runMigrations({ pgPool: pool, noPreparedStatements: true, logger: queueLog() });
}

/** Owns the library schemas that orchestration brings: the checkpointer's and the queue's, applied in the migration phase. */
import { runMigrations } from 'graphile-worker';
import type { Pool } from 'pg';
import { silentLog } from '../kernel/log.ts';
import type { SchemaStep } from '../database/migrate.ts';
import { setupCheckpoints } from './checkpointer.ts';
import { guardPool, queueLog } from './queueLog.ts';

/** Raise with the library's version: a step runs once for each. */
const CHECKPOINT_VERSION = 'langgraph-checkpoint-postgres 1.0.5';
const QUEUE_VERSION = 'graphile-worker 0.18.0';

/** Steps for `applySteps`, in order. */
export const schemaSteps: readonly SchemaStep[] = [
  { name: 'checkpoint', version: CHECKPOINT_VERSION, login: 'baton_owner', apply: setupCheckpoints },
  { name: 'queue', version: QUEUE_VERSION, login: 'baton_queue', apply: migrateQueue },
];

async function migrateQueue(pool: Pool): Promise<void> {
  guardPool(pool, silentLog);
  await runMigrations({ pgPool: pool, noPreparedStatements: true, logger: queueLog() });
}

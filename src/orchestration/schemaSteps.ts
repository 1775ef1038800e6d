/** Owns the library schemas that orchestration brings: the checkpointer's and the queue's, applied in the migration phase. */
import { makeWorkerUtils } from 'graphile-worker';
import type { Pool } from 'pg';
import type { SchemaStep } from '../database/migrate.ts';
import { setupCheckpoints } from './checkpointer.ts';
import { queueLog } from './queueLog.ts';

/** Raise with the library's version: a step runs once for each. */
const CHECKPOINT_VERSION = 'langgraph-checkpoint-postgres 1.0.5';
const QUEUE_VERSION = 'graphile-worker 0.18.0';

/** Steps for `applySteps`, in order. */
export const schemaSteps: readonly SchemaStep[] = [
  { name: 'checkpoint', version: CHECKPOINT_VERSION, login: 'baton_owner', apply: setupCheckpoints },
  { name: 'queue', version: QUEUE_VERSION, login: 'baton_queue', apply: migrateQueue },
];

async function migrateQueue(pool: Pool): Promise<void> {
  const utils = await makeWorkerUtils({ pgPool: pool, noPreparedStatements: true, logger: queueLog() });
  try {
    await utils.migrate();
  } finally {
    await utils.release();
  }
}

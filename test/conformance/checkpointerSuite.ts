/** Owns running LangGraph's own validation suite for checkpointers, which is written for a runner with globals. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkpointSaver } from '../../src/orchestration/checkpointer.ts';
import type { DatabaseUnderTest } from './databaseSuite.ts';

Object.assign(globalThis, { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi });
const { specTest } = await import('@langchain/langgraph-checkpoint-validation');

/** Runs the suite on savers over the database's own tables; what each test wrote is deleted after it. */
export function describeCheckpointer(name: string, open: () => Promise<DatabaseUnderTest>): void {
  describe(name, () => {
    let database: DatabaseUnderTest | undefined;
    specTest({
      checkpointerName: '@langchain/langgraph-checkpoint-postgres',
      beforeAllTimeout: 60_000,
      beforeAll: async () => {
        database = await open();
      },
      afterAll: () => database?.close(),
      createCheckpointer: () => checkpointSaver((database as DatabaseUnderTest).poolOf('baton_app')),
      destroyCheckpointer: async () => {
        const pool = (database as DatabaseUnderTest).poolOf('baton_app');
        await pool.query(
          'delete from checkpoint.checkpoint_writes; delete from checkpoint.checkpoint_blobs; delete from checkpoint.checkpoints',
        );
      },
    });
  });
}

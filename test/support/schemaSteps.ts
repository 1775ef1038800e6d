/** Owns the library schemas that a test database has: the checkpointer's and the queue's, as main.ts brings them. */
import { runMigrations } from 'graphile-worker';
import type { SchemaStep } from '../../src/database/migrate.ts';
import { setupCheckpoints } from '../../src/orchestration/checkpointer.ts';

/** Both steps. */
export const schemaSteps: readonly SchemaStep[] = [
  { name: 'checkpoint', version: '1.0.5', login: 'baton_owner', apply: setupCheckpoints },
  { name: 'queue', version: '0.18.0', login: 'baton_queue', apply: (pgPool) => runMigrations({ pgPool }) },
];

/** The conformance suite on the embedded database, and the checkpointer's own validation suite on it. */
import { openTestDatabase } from '../support/database.ts';
import { describeCheckpointer } from './checkpointerSuite.ts';
import { describeDatabase, ItemEntity, SUITE_MIGRATIONS, type DatabaseUnderTest } from './databaseSuite.ts';

async function open(): Promise<DatabaseUnderTest> {
  const { database, close } = await openTestDatabase({ migrationsFolder: SUITE_MIGRATIONS, entities: [ItemEntity] });
  return { orm: database.orm, poolOf: database.poolOf, close };
}

describeDatabase('the embedded database', open);
describeCheckpointer('the checkpointer on the embedded database', open);

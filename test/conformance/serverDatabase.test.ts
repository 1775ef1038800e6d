/** The conformance suite on a Postgres server, when TEST_DATABASE_URL names one, and what Baton refuses of a server. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../src/database/connect.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { asAdmin, createScratchDatabase, openServerUnderTest, testServerUrl } from '../support/databaseServer.ts';
import { schemaSteps } from '../../src/orchestration/schemaSteps.ts';
import { describeCheckpointer } from './checkpointerSuite.ts';
import { describeDatabase, ItemEntity, SUITE_MIGRATIONS } from './databaseSuite.ts';

const url = testServerUrl;

if (url === undefined) {
  test.skip('the conformance suite on a server was skipped: TEST_DATABASE_URL is not set', () => undefined);
} else {
  const open = () => openServerUnderTest(url, SUITE_MIGRATIONS, [ItemEntity]);
  describeDatabase('a Postgres server', open);
  describeCheckpointer('the checkpointer on a Postgres server', open);
  describeRefusals(url);
}

function describeRefusals(adminUrl: string): void {
  const openAs = (serverUrl: string) =>
    openDatabase({
      dataDir: '/nowhere',
      server: { app: serverUrl },
      steps: schemaSteps,
      log: silentLog,
      entities: [],
      migrationsFolder: SUITE_MIGRATIONS,
    });

  describe('a server that Baton cannot use', () => {
    test('without pgvector it is refused with what to install; with it, a login that bypasses row-level security is', async () => {
      const scratch = await createScratchDatabase(adminUrl);
      onTestFinished(() => scratch.drop());
      const hasVector = await asAdmin(adminUrl, async (client) => {
        const { rows } = await client.query("select 1 from pg_available_extensions where name = 'vector'");
        return rows.length > 0;
      });
      const found = hasVector ? /bypasses row-level security/ : /pgvector is not installed/;
      await expect(openAs(scratch.url)).rejects.toMatchObject({
        code: 'DATABASE_UNSUITABLE',
        message: expect.stringMatching(found),
      });
    });

    test('when it does not answer, its address is named without the password', async () => {
      await expect(openAs('postgres://someone:secret@127.0.0.1:1/none')).rejects.toMatchObject({
        code: 'DATABASE_UNAVAILABLE',
        message: expect.not.stringContaining('secret'),
      });
    });
  });
}

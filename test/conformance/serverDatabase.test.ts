/** The conformance suite on a Postgres server, when TEST_DATABASE_URL names one, and what Baton refuses of a server. */
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../src/database/connect.ts';
import { IdempotencyKeyEntity } from '../../src/database/entities/workspace.ts';
import { createUnits } from '../../src/database/unitOfWork.ts';
import { done } from '../../src/domain/userErrors.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { newId } from '../../src/kernel/ids.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { once } from '../../src/useCases/idempotency.ts';
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
  describeRepeats(url);
}

function describeRepeats(adminUrl: string): void {
  test('requests that come at once under one idempotency key are one piece of work and get one answer', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'baton-migrations-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await copyFile(new URL('../../migrations/001_workspace.sql', import.meta.url), join(folder, '001_workspace.sql'));
    const at = await openServerUnderTest(adminUrl, folder, [IdempotencyKeyEntity]);
    onTestFinished(() => at.close());
    const workspaceId = newId();
    await at
      .poolOf('baton_owner')
      .query(
        "insert into workspace (id, name, title, time_zone, currency) values ($1, 'repeats', 'Repeats', 'UTC', 'EUR')",
        [workspaceId],
      );
    const inUnit = createUnits(
      { orm: at.orm },
      { clock: systemClock, log: silentLog },
    )({
      workspaceId,
      principal: { kind: 'SYSTEM', service: 'test' },
    });
    const bothBegun = Promise.withResolvers<void>();
    let begun = 0;
    let works = 0;
    const answers = await Promise.all(
      Array.from({ length: 4 }, () =>
        inUnit('app', async (unit) => {
          await unit.em.execute('select 1');
          if (++begun === 4) bothBegun.resolve();
          await bothBegun.promise;
          return once(unit, { mutation: 'runStart', key: 'same', input: {} }, async () => done({ work: ++works }));
        }),
      ),
    );
    expect(answers).toEqual(Array.from({ length: 4 }, () => done({ work: 1 })));
  });
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

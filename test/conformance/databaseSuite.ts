/** Owns the conformance suite: what Baton relies on of a database, the same for the embedded one and for a server. */
import { defineEntity, p, type MikroORM } from '@mikro-orm/postgresql';
import { run } from 'graphile-worker';
import type { Pool, PoolClient } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Login } from '../../src/database/embedded/logins.ts';
import { fencedPool } from '../../src/database/fencedPool.ts';
import { createUnits } from '../../src/database/unitOfWork.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { newId } from '../../src/kernel/ids.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { checkpointSaver } from '../../src/orchestration/checkpointer.ts';
import { queueLog } from '../../src/orchestration/queueLog.ts';

/** Migrations of the suite's own tables. */
export const SUITE_MIGRATIONS = new URL('./migrations/', import.meta.url).pathname;

/** The suite's one entity. */
export const ItemEntity = defineEntity({
  name: 'Item',
  tableName: 'item',
  properties: {
    id: p.bigint().primary().autoincrement(),
    workspaceId: p.uuid(),
    worker: p.integer(),
    position: p.integer(),
  },
});

/** A database that the suite runs on; its tables come from `SUITE_MIGRATIONS`. */
export interface DatabaseUnderTest {
  readonly orm: MikroORM;
  poolOf(login: Login): Pool;
  close(): Promise<void>;
}

const CONNECTIONS = 16;

/** Runs the suite. */
export function describeDatabase(name: string, open: () => Promise<DatabaseUnderTest>): void {
  describe(name, () => {
    let opened: DatabaseUnderTest | undefined;
    const database = (): DatabaseUnderTest => opened as DatabaseUnderTest;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened?.close());

    describeTransactions(database);
    describeMessages(database);
    describeIsolation(database);
    describeLibraries(database);
  });
}

function describeTransactions(database: () => DatabaseUnderTest): void {
  test('transactions interleave on 16 connections without a lost or a crossed row', async () => {
    const pool = database().poolOf('baton_app');
    const workspace = newId();
    const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => pool.connect()));
    const insertTen = async (client: PoolClient, worker: number): Promise<void> => {
      for (let position = 0; position < 10; position += 1) {
        await inTransaction(client, workspace, async () => {
          await client.query('insert into item (workspace_id, worker, position) values ($1, $2, $3)', [
            workspace,
            worker,
            position,
          ]);
          const own = await client.query<{ worker: number; position: number }>(
            'select worker, position from item where xmin = pg_current_xact_id()::xid',
          );
          expect(own.rows).toEqual([{ worker, position }]);
          await client.query("update counter set value = value + 1 where name = 'shared'");
        });
      }
    };
    await Promise.all(clients.map(insertTen)).finally(() => clients.forEach((client) => client.release()));
    const rows = await inUnitOf(
      database(),
      workspace,
      'select worker, count(*)::int as count, count(distinct position)::int as positions from item group by 1',
    );
    expect(rows).toHaveLength(CONNECTIONS);
    expect(rows.every((row) => row['count'] === 10 && row['positions'] === 10)).toBe(true);
    expect((await pool.query('select value from counter')).rows).toEqual([{ value: CONNECTIONS * 10 }]);
  });

  test('a client that disconnects inside a transaction leaves nothing behind', async () => {
    const pool = database().poolOf('baton_app');
    const workspace = newId();
    const client = await pool.connect();
    client.on('error', () => undefined);
    await client.query('begin');
    await client.query("select set_config('app.workspace_id', $1, true)", [workspace]);
    await client.query('insert into item (workspace_id, worker, position) values ($1, 1, 1)', [workspace]);
    streamOf(client).destroy();
    client.release(true);
    expect(await inUnitOf(database(), workspace, 'select * from item')).toEqual([]);
  });

  test('an error inside a transaction fails that transaction and no other', async () => {
    const pool = database().poolOf('baton_app');
    const [failing, other] = [await pool.connect(), await pool.connect()];
    await failing.query('begin');
    await expect(failing.query('select 1 / 0')).rejects.toMatchObject({ code: '22012' });
    await expect(failing.query('select 1')).rejects.toMatchObject({ code: '25P02' });
    const waiting = other.query('select 1 as one');
    await failing.query('rollback');
    expect((await waiting).rows).toEqual([{ one: 1 }]);
    failing.release();
    other.release();
  });

  test('a transaction-scoped advisory lock lets one transaction in at a time', async () => {
    const pool = database().poolOf('baton_app');
    let inside = 0;
    const enter = async (): Promise<void> => {
      const client = await pool.connect();
      await client.query('begin');
      await client.query('select pg_advisory_xact_lock(42)');
      inside += 1;
      await client.query('select 1');
      expect(inside).toBe(1);
      inside -= 1;
      await client.query('commit');
      client.release();
    };
    await Promise.all(Array.from({ length: 8 }, enter));
  });
}

function describeMessages(database: () => DatabaseUnderTest): void {
  test('a notification reaches those that listen to its channel, once its transaction commits', async () => {
    const pool = database().poolOf('baton_app');
    const [first, second, sender] = [await pool.connect(), await pool.connect(), await pool.connect()];
    const heard: string[] = [];
    first.on('notification', ({ channel, payload }) => heard.push(`first ${channel} ${payload}`));
    second.on('notification', ({ channel, payload }) => heard.push(`second ${channel} ${payload}`));
    await first.query('listen "Mixed:Case"; listen plain');
    await second.query('listen plain');
    await sender.query('begin');
    await sender.query("select pg_notify('plain', 'rolled back')");
    await sender.query('rollback');
    const both = Promise.all(
      [first, second].map((client) => new Promise((resolve) => client.once('notification', resolve))),
    );
    await sender.query("select pg_notify('plain', 'kept')");
    await both;
    await second.query('unlisten plain');
    const last = new Promise<void>((resolve) =>
      first.on('notification', ({ payload }) => payload === 'last' && resolve()),
    );
    await sender.query("select pg_notify('plain', 'to one')");
    await sender.query(`select pg_notify('Mixed:Case', 'last')`);
    await last;
    // Who hears first is not promised, what each hears is.
    expect(heard.toSorted()).toEqual([
      'first Mixed:Case last',
      'first plain kept',
      'first plain to one',
      'second plain kept',
    ]);
    for (const client of [first, second, sender]) {
      client.removeAllListeners('notification');
      client.release(true);
    }
  });
}

function describeIsolation(database: () => DatabaseUnderTest): void {
  test('row-level security shows one workspace through the ORM and through raw SQL', async () => {
    const [one, other] = [newId(), newId()];
    const units = createUnits(database(), { clock: systemClock, log: silentLog });
    const of = (workspaceId: string) => units({ workspaceId, principal: { kind: 'SYSTEM', service: 'test' } });
    await of(one)('app', async ({ em }) => void em.create(ItemEntity, { workspaceId: one, worker: 1, position: 1 }));
    await of(other)(
      'app',
      async ({ em }) => void em.create(ItemEntity, { workspaceId: other, worker: 2, position: 2 }),
    );
    const seen = await of(one)('app', async ({ em }) => ({
      orm: (await em.find(ItemEntity, {})).map(({ worker }) => worker),
      builder: await em.qb(ItemEntity).getCount(),
      raw: (await em.execute<{ worker: number }[]>('select worker from item')).map(({ worker }) => worker),
    }));
    expect(seen).toEqual({ orm: [1], builder: 1, raw: [1] });
    const foreign = of(one)(
      'app',
      async ({ em }) => void em.create(ItemEntity, { workspaceId: other, worker: 3, position: 3 }),
    );
    await expect(foreign).rejects.toMatchObject({ code: '42501' });
    const change = await of(one)('app', ({ em }) => em.nativeUpdate(ItemEntity, { workspaceId: other }, { worker: 9 }));
    expect(change).toBe(0);
  });

  test("the checkpointer's, the queue's and every other login see no business row without a session", async () => {
    const workspace = newId();
    const units = createUnits(database(), { clock: systemClock, log: silentLog });
    await units({ workspaceId: workspace, principal: { kind: 'SYSTEM', service: 'test' } })('app', async ({ em }) => {
      em.create(ItemEntity, { workspaceId: workspace, worker: 1, position: 1 });
    });
    for (const login of ['baton_app', 'baton_decider', 'baton_executor'] as const) {
      expect((await database().poolOf(login).query('select * from item')).rows).toEqual([]);
    }
    await expect(database().poolOf('baton_queue').query('select * from item')).rejects.toMatchObject({ code: '42501' });
    await expect(database().poolOf('baton_app').query('select * from graphile_worker.jobs')).rejects.toMatchObject({
      code: '42501',
    });
  });

  test('a setting of one transaction is gone in the next, on every connection', async () => {
    const pool = database().poolOf('baton_app');
    const client = await pool.connect();
    await inTransaction(client, newId(), () => client.query('set local statement_timeout = 1234'));
    const seen =
      "select coalesce(current_setting('app.workspace_id', true), '') as workspace, current_setting('statement_timeout') as timeout";
    const rows = [...(await client.query(seen)).rows, ...(await pool.query(seen)).rows];
    expect(rows).toEqual([
      { workspace: '', timeout: '0' },
      { workspace: '', timeout: '0' },
    ]);
    client.release();
  });
}

function describeLibraries(database: () => DatabaseUnderTest): void {
  test("a stale worker's checkpoint is refused, the holder's is kept", async () => {
    const held = { workspaceId: newId(), runId: newId(), fence: 1n };
    await inUnitOf(
      database(),
      held.workspaceId,
      `insert into run_lease values ('${held.runId}', '${held.workspaceId}', 1) returning fence`,
    );
    const pool = database().poolOf('baton_app');
    const saver = checkpointSaver(fencedPool(pool, held));
    const config = { configurable: { thread_id: held.runId, checkpoint_ns: '' } };
    const checkpoint = {
      v: 4,
      id: newId(),
      ts: '2026-01-31T00:00:00.000Z',
      channel_values: {},
      channel_versions: {},
      versions_seen: {},
    };
    const metadata = { source: 'input' as const, step: -1, parents: {} };
    await saver.put(config, checkpoint, metadata, {});
    await inUnitOf(database(), held.workspaceId, 'update run_lease set fence = 2 returning fence');
    await expect(saver.put(config, { ...checkpoint, id: newId() }, metadata, {})).rejects.toMatchObject({
      code: 'LEASE_LOST',
    });
    expect((await checkpointSaver(pool).getTuple(config))?.checkpoint.id).toBe(checkpoint.id);
  });

  test('a job that is added in a transaction runs after its commit, and never after a rollback', async () => {
    const app = database().poolOf('baton_app');
    const client = await app.connect();
    const done: unknown[] = [];
    const finished = Promise.withResolvers<void>();
    const worker = await run({
      pgPool: database().poolOf('baton_queue'),
      noPreparedStatements: true,
      noHandleSignals: true,
      concurrency: 2,
      logger: queueLog(),
      parsedCronItems: [],
      taskList: {
        note: async (payload) => {
          done.push(payload);
          if (done.length === 2) finished.resolve();
        },
      },
    });
    try {
      await client.query('begin');
      await client.query("select job_add('note', '{\"n\": 0}')");
      await client.query('rollback');
      await client.query("select job_add('note', '{\"n\": 1}')");
      await client.query("select job_add('note', '{\"n\": 2}')");
      await finished.promise;
    } finally {
      client.release();
      await worker.stop();
    }
    expect(done).toHaveLength(2);
    expect(done).toEqual(expect.arrayContaining([{ n: 1 }, { n: 2 }]));
  });
}

/** One transaction in a workspace. */
async function inTransaction(client: PoolClient, workspace: string, work: () => Promise<unknown>): Promise<void> {
  await client.query('begin');
  await client.query("select set_config('app.workspace_id', $1, true)", [workspace]);
  await work();
  await client.query('commit');
}

async function inUnitOf(
  database: DatabaseUnderTest,
  workspaceId: string,
  sql: string,
): Promise<Record<string, unknown>[]> {
  const units = createUnits(database, { clock: systemClock, log: silentLog });
  return units({ workspaceId, principal: { kind: 'SYSTEM', service: 'test' } })('app', ({ em }) => em.execute(sql));
}

/** The socket under a client, to cut it as a crash would. */
function streamOf(client: PoolClient): { destroy(): void } {
  return (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream;
}

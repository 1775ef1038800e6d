/** What the embedded database refuses, and how it survives clients that hang, crash or ask for too much. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Client, type PoolClient } from 'pg';
import { describe, expect, test } from 'vitest';
import { newId } from '../../src/kernel/ids.ts';
import { useTestDatabase } from '../support/database.ts';
import { ItemEntity, SUITE_MIGRATIONS } from './databaseSuite.ts';

/** Short limits, so that the tests are quick; the order of magnitude between them is that of production. */
const LIMITS = { waitMs: 600, idleInTransactionMs: 300, batchMs: 1_500, silentOwnerMs: 500 };

const opened = useTestDatabase({ migrationsFolder: SUITE_MIGRATIONS, entities: [ItemEntity], limits: LIMITS });
const app = () => opened().database.poolOf('baton_app');
const host = () => app().options.host ?? '';

describe('statements', () => {
  test.each([
    'copy item from stdin',
    'COPY "item" (worker) /* in */ FROM STDIN with (format csv)',
    "set idle_in_transaction_session_timeout = '1s'",
    "set local idle_in_transaction_session_timeout = '1s'",
    "select set_config('idle_in_transaction_session_timeout', '1000', true)",
    "set search_path = 'other'",
    'select 1; set statement_timeout = 5',
    "select set_config('app.workspace_id', 'x', false)",
    'set role baton_owner',
    'set local role "baton_owner"',
    "select set_config('role', 'baton_owner', true)",
    'set session authorization postgres',
    'reset session authorization',
    'reset all',
    'discard all',
    'select pg_advisory_lock(1)',
    'select pg_try_advisory_lock_shared(1, 2)',
    'select pg_advisory_unlock_all()',
    'do $body$ begin perform pg_advisory_lock(1); end $body$',
    'prepare one as select 1',
    'create temp table passing (n int)',
    'create temporary view passing as select 1',
    'select 1 as n into temp passing',
    'declare outliving cursor with hold for select 1',
  ])('%s is refused with a hint', async (sql) => {
    await expect(app().query(sql)).rejects.toMatchObject({ code: '0A000', hint: expect.stringMatching(/\w+/) });
  });

  test.each([
    "select 'set role baton_owner; select pg_advisory_lock(1)' as text",
    'select 1 as "copy item from stdin" -- ; set role baton_owner',
    'select $$ ; reset all $$ as body',
    'set local hnsw.ef_search = 40',
    "select set_config('app.workspace_id', '', true)",
    'select pg_advisory_xact_lock(1), pg_try_advisory_xact_lock(2)',
    "update counter set name = 'set idle_in_transaction_session_timeout' where false",
    'copy (select 1) to stdout',
    "set client_encoding to 'UTF8'",
    'set timezone = UTC',
  ])('%s is not', async (sql) => {
    await expect(app().query(sql)).resolves.toBeDefined();
  });

  test('a refusal inside a transaction fails the transaction, as an error on a server does', async () => {
    const client = await app().connect();
    await client.query('begin');
    await expect(client.query('set role baton_owner')).rejects.toMatchObject({ code: '0A000' });
    await expect(client.query('select 1')).rejects.toMatchObject({ code: '25P02' });
    expect(((await client.query('rollback; select 1 as one')) as unknown as { rows: unknown[] }[])[1]?.rows).toEqual([
      { one: 1 },
    ]);
    client.release();
  });

  test('a named prepared statement is refused', async () => {
    await expect(app().query({ name: 'one', text: 'select 1' })).rejects.toMatchObject({ code: '0A000' });
  });

  test('what dynamic SQL slips through ends with its transaction', async () => {
    await app().query(
      "do $$ begin execute 'set session author' || 'ization postgres'; execute 'set app' || '.workspace_id = ''x'''; end $$",
    );
    const { rows } = await app().query(
      "select session_user as login, coalesce(current_setting('app.workspace_id', true), '') as workspace",
    );
    expect(rows).toEqual([{ login: 'baton_app', workspace: '' }]);
  });
});

describe('connecting', () => {
  const as = (settings: object) =>
    new Client({ host: host(), port: 5432, user: 'baton_app', database: 'postgres', ...settings });

  test.each([
    ['an unknown user', { user: 'postgres' }, '28000'],
    ['an unknown database', { database: 'other' }, '3D000'],
    ['a session timer', { idle_in_transaction_session_timeout: 1_000 }, '0A000'],
    ['settings', { options: '-c search_path=other' }, '0A000'],
  ])('%s is refused', async (_name, settings, code) => {
    const client = as(settings);
    client.on('error', () => undefined);
    await expect(client.connect()).rejects.toMatchObject({ code });
  });

  test('TLS is declined', async () => {
    const client = as({ ssl: true });
    client.on('error', () => undefined);
    await expect(client.connect()).rejects.toThrow(/does not support SSL/);
  });
});

describe('clients that misbehave', () => {
  test('a client that hangs inside a transaction is rolled back and closed, and the next one goes on', async () => {
    const client = await app().connect();
    const lost = once(client, 'error');
    await client.query('begin');
    await client.query("update counter set value = 99 where name = 'shared'");
    const next = app().query('select value from counter');
    expect((await next).rows).toEqual([{ value: 0 }]);
    expect((await lost)[0]).toMatchObject({ code: '25P03' });
    client.release(true);
  });

  test('a client that waits for too long is told who holds the database', async () => {
    const holder = await connectAs('a slow import');
    const busy = keepBusy(holder);
    await expect(app().query('select 1')).rejects.toMatchObject({
      code: '55P03',
      message: expect.stringContaining('baton_app (a slow import)'),
    });
    await busy.stop();
    await expect(app().query('select 1 as one')).resolves.toMatchObject({ rows: [{ one: 1 }] });
    await holder.end();
  });

  test('a waiting client can be cancelled', async () => {
    const holder = await connectAs('a holder');
    const busy = keepBusy(holder);
    const waiter = await app().connect();
    const waiting = expect(waiter.query('select 1')).rejects.toMatchObject({ code: '57014' });
    await cancel(waiter);
    await waiting;
    await busy.stop();
    waiter.release();
    await holder.end();
  });

  test('half a message and a message without end hurt nobody else', async () => {
    const half = await rawClient();
    half.write(Buffer.from([0x51, 0, 0, 0, 100, 0x73]));
    const endless = await rawClient();
    const told = readAll(endless);
    endless.write(Buffer.from([0x51, 0x7f, 0xff, 0xff, 0xff]));
    expect(await told).toMatch(/C08P01.*over the limit of/);
    expect((await app().query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    half.destroy();
  });

  test('a batch over the time limit ends the thread, which is opened again with all that was committed', async () => {
    await app().query("insert into counter values ('kept', 1)");
    const other = await app().connect();
    other.on('error', () => undefined);
    await expect(app().query('select pg_sleep(60)')).rejects.toThrow();
    // A unit asks again while the database is opened again.
    const rows = await opened().units(newId())('app', ({ em }) =>
      em.execute("select value from counter where name = 'kept'"),
    );
    expect(rows).toEqual([{ value: 1 }]);
    other.release(true);
  });
});

async function connectAs(program: string): Promise<Client> {
  const client = new Client({
    host: host(),
    port: 5432,
    user: 'baton_app',
    database: 'postgres',
    application_name: program,
  });
  await client.connect();
  return client;
}

/** Holds the backend in a transaction, never idle, until stopped. */
function keepBusy(client: Client): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const working = (async () => {
    await client.query('begin');
    while (!stopping.signal.aborted) await client.query('select pg_sleep(0.05)');
    await client.query('rollback');
  })();
  return {
    stop() {
      stopping.abort();
      return working;
    },
  };
}

/** Sends the request that a driver sends on a second connection to cancel what the first one does. */
async function cancel(client: PoolClient): Promise<void> {
  const { processID, secretKey } = client as unknown as { processID: number; secretKey: number };
  const request = Buffer.alloc(16);
  request.writeInt32BE(16, 0);
  request.writeInt32BE(80_877_102, 4);
  request.writeInt32BE(processID, 8);
  request.writeInt32BE(secretKey, 12);
  const socket = connect(`${host()}/.s.PGSQL.5432`);
  socket.resume().end(request);
  await once(socket, 'close');
}

/** A connection that has said who it is and speaks bytes from then on. */
async function rawClient(): Promise<Socket> {
  const socket = connect(`${host()}/.s.PGSQL.5432`);
  const body = Buffer.from('user\0baton_app\0database\0postgres\0\0');
  const head = Buffer.alloc(8);
  head.writeInt32BE(8 + body.length, 0);
  head.writeInt32BE(196_608, 4);
  socket.write(Buffer.concat([head, body]));
  await once(socket, 'data');
  return socket;
}

async function readAll(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('latin1');
}

/** The data folder of the embedded database: kill -9, second openers, commands beside a server, versions, and what is not served. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openDatabase, type Database, type DatabaseOptions } from '../../src/database/connect.ts';
import { EMBEDDED_LIMITS } from '../../src/database/embedded/limits.ts';
import { takeLock } from '../../src/database/embedded/lockFile.ts';
import { describeOwner, type LockOwner } from '../../src/database/embedded/lockOwner.ts';
import type { AppError } from '../../src/kernel/errors.ts';
import { createLog, silentLog } from '../../src/kernel/log.ts';
import { schemaSteps } from '../../src/orchestration/schemaSteps.ts';
import { SUITE_MIGRATIONS } from './databaseSuite.ts';

const WRITER = new URL('../support/writingServer.ts', import.meta.url).pathname;

test('after kill -9 in the middle of writing, the folder opens again with every acknowledged row', async () => {
  const dataDir = await temporaryFolder();
  const writer = spawn(process.execPath, [WRITER, dataDir, SUITE_MIGRATIONS], { stdio: ['ignore', 'pipe', 'inherit'] });
  let acknowledged = 0;
  for await (const line of createInterface({ input: writer.stdout })) {
    acknowledged = Number(line);
    if (acknowledged === 200) writer.kill('SIGKILL');
  }
  const database = await open({ dataDir });
  const { rows } = await database
    .poolOf('baton_app')
    .query<{ rows: number; twins: number; last: number }>(
      "select count(*) filter (where name like 'row %')::int as rows, count(*) filter (where name like 'twin %')::int as twins, max(value) as last from counter",
    );
  const found = rows[0] ?? { rows: 0, twins: -1, last: 0 };
  expect(found.last).toBeGreaterThanOrEqual(acknowledged);
  expect(found).toMatchObject({ rows: found.last, twins: found.last });
  expect(JSON.parse(await readFile(join(dataDir, 'baton.lock'), 'utf8'))).toMatchObject({ pid: process.pid });
});

test('a second server is refused with the process that serves; a command works through it and leaves it running', async () => {
  const dataDir = await temporaryFolder();
  const server = await open({ dataDir, exclusive: true });
  await expect(open({ dataDir, exclusive: true })).rejects.toMatchObject({
    code: 'DATA_DIR_IN_USE',
    message: expect.stringContaining(String(process.pid)),
  });
  const command = await open({ dataDir });
  await command.poolOf('baton_app').query("insert into counter values ('by the command', 1)");
  await command.close();
  const { rows } = await server.poolOf('baton_app').query("select value from counter where name = 'by the command'");
  expect(rows).toEqual([{ value: 1 }]);
});

test('of two processes that start at once, one serves and the other is told so', async () => {
  const dataDir = await temporaryFolder();
  const both = await Promise.allSettled([open({ dataDir, exclusive: true }), open({ dataDir, exclusive: true })]);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(both.find((result) => result.status === 'rejected')?.reason).toMatchObject({ code: 'DATA_DIR_IN_USE' });
});

test('an owner that is paused before it serves keeps the folder: another is refused with its pid, and every acknowledged row stays', async () => {
  const dataDir = await temporaryFolder();
  const owner = spawn(process.execPath, [WRITER, dataDir, SUITE_MIGRATIONS], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void owner.kill('SIGKILL'));
  const lock = join(dataDir, 'baton.lock');
  await vi.waitUntil(() => existsSync(lock), { timeout: 10_000, interval: 1 });
  owner.kill('SIGSTOP');
  expect(existsSync((JSON.parse(readFileSync(lock, 'utf8')) as { socket: string }).socket)).toBe(false);
  const before = readFileSync(lock, 'utf8');
  await expect(open({ dataDir, limits: { ...EMBEDDED_LIMITS, silentOwnerMs: 300 } })).rejects.toMatchObject({
    code: 'DATA_DIR_IN_USE',
    message: expect.stringContaining(`process ${owner.pid}`),
    hint: expect.stringContaining(`kill ${owner.pid}`),
  });
  expect(readFileSync(lock, 'utf8')).toBe(before);
  owner.kill('SIGCONT');
  let acknowledged = 0;
  for await (const line of createInterface({ input: owner.stdout })) {
    acknowledged = Number(line);
    if (acknowledged === 50) owner.kill('SIGKILL');
  }
  const { rows } = await (
    await open({ dataDir })
  )
    .poolOf('baton_app')
    .query<{ last: number }>('select max(value) as last from counter');
  expect(rows[0]?.last).toBeGreaterThanOrEqual(acknowledged);
});

test('of many that find the lock of a dead process at once, one takes it', async () => {
  const dataDir = await temporaryFolder();
  for (let round = 0; round < 20; round += 1) {
    const dead = await endedChild();
    await writeLock(dataDir, { ...(await describeOwner({ pid: process.pid, socket: '/nowhere' })), pid: dead });
    const socket = (number: number): string => join(dataDir, `socket-${number}`);
    const takers = await Promise.allSettled(
      Array.from({ length: 12 }, (_, number) =>
        takeLock(dataDir, { pid: process.pid, socket: socket(number), patienceMs: 0 }),
      ),
    );
    const taken = takers.flatMap((taker) =>
      taker.status === 'fulfilled' && taker.value.kind === 'taken' ? [taker.value] : [],
    );
    expect(taken).toHaveLength(1);
    await taken[0]?.assertHeld();
    await taken[0]?.release();
    expect(readdirSync(dataDir)).toEqual([]);
  }
});

test('a lock is dead with its process, its number taken by another or its machine started anew, and never for what cannot be seen', async () => {
  const dataDir = await temporaryFolder();
  const living = await describeOwner({ pid: process.pid, socket: '/nowhere' });
  const attempt = async (owner: LockOwner): Promise<string> => {
    await writeLock(dataDir, owner);
    const outcome = await takeLock(dataDir, { pid: process.pid, socket: '/mine', patienceMs: 0 }).catch(
      (error: unknown) => error as AppError,
    );
    return 'message' in outcome ? outcome.message : outcome.kind;
  };
  expect(await attempt({ ...living, started: 'before' })).toBe('taken');
  expect(await attempt({ ...living, boot: 'an earlier one' })).toBe('taken');
  expect(await attempt(living)).toContain(`process ${process.pid}, which lives`);
  expect(await attempt({ ...living, boot: 'another', host: 'build-7', pid: 4 })).toContain(
    'process 4 of another machine or container, build-7',
  );
  await writeFile(join(dataDir, 'baton.lock'), '');
  await expect(takeLock(dataDir, { pid: process.pid, socket: '/mine', patienceMs: 0 })).rejects.toMatchObject({
    code: 'DATA_DIR_IN_USE',
    message: expect.stringContaining('does not say which process'),
  });
});

test('an owner whose lock is another by now does not open the folder', async () => {
  const dataDir = await temporaryFolder();
  const lock = await takeLock(dataDir, { pid: process.pid, socket: '/mine', patienceMs: 0 });
  if (lock.kind !== 'taken') throw new Error('The lock was not taken.');
  await lock.assertHeld();
  await writeLock(dataDir, await describeOwner({ pid: 1, socket: '/theirs' }));
  await expect(lock.assertHeld()).rejects.toMatchObject({
    code: 'DATA_DIR_IN_USE',
    message: expect.stringContaining('process 1 has it now'),
  });
  await lock.release();
  expect(existsSync(join(dataDir, 'baton.lock'))).toBe(true);
});

test('a closed folder keeps its rows, loses its lock, and opens again', async () => {
  const dataDir = await temporaryFolder();
  const first = await open({ dataDir });
  await first.poolOf('baton_app').query("insert into counter values ('kept', 1)");
  await first.checkpoint();
  await first.close();
  await expect(readFile(join(dataDir, 'baton.lock'))).rejects.toMatchObject({ code: 'ENOENT' });
  const again = await open({ dataDir });
  expect((await again.poolOf('baton_app').query("select value from counter where name = 'kept'")).rows).toEqual([
    { value: 1 },
  ]);
});

test('closing ends although the database could not be opened again after a batch that took too long', async () => {
  const dataDir = await temporaryFolder();
  const told = Promise.withResolvers<unknown>();
  const log = createLog('silent');
  log.fatal = (_: unknown, text?: unknown) => told.resolve(text);
  const database = await open({ dataDir, log, limits: { ...EMBEDDED_LIMITS, batchMs: 1_500 } });
  await rm(join(dataDir, 'baton.lock'));
  await expect(database.poolOf('baton_app').query('select pg_sleep(60)')).rejects.toThrow();
  expect(await told.promise).toBe('the embedded database could not be opened again');
  await database.close();
});

test('a folder that cannot be written is named', async () => {
  const file = join(await temporaryFolder(), 'file');
  await writeFile(file, '');
  await expect(open({ dataDir: join(file, 'data') })).rejects.toMatchObject({
    code: 'DATA_DIR_UNWRITABLE',
    message: expect.stringContaining(file),
  });
});

test('a migration is applied to a folder that lacks it, a failing one leaves nothing, and an older version refuses the folder', async () => {
  const dataDir = await temporaryFolder();
  await (await open({ dataDir })).close();
  const newer = await copyOfMigrations();
  await writeFile(join(newer, '002_more.sql'), 'create table more (n int);\ngrant select on more to baton_app;');
  await writeFile(join(newer, '003_wrong.sql'), 'create table third (n int);\nselect no_such_column;');
  await expect(open({ dataDir, migrationsFolder: newer })).rejects.toMatchObject({
    code: 'DATABASE_UNSUITABLE',
    message: expect.stringMatching(/003_wrong\.sql failed at line 2/),
  });
  await rm(join(newer, '003_wrong.sql'));
  const opened = await open({ dataDir, migrationsFolder: newer });
  expect(opened.migrated).toEqual(['002_more.sql']);
  await opened.close();
  await expect(open({ dataDir })).rejects.toMatchObject({
    code: 'DATABASE_TOO_NEW',
    message: expect.stringContaining('002_more.sql'),
  });
  await writeFile(join(newer, '002_more.sql'), 'create table other (n int);');
  await expect(open({ dataDir, migrationsFolder: newer })).rejects.toMatchObject({
    code: 'DATABASE_UNSUITABLE',
    message: expect.stringContaining('changed'),
  });
});

test('a database that would show rows across workspaces is not served', async () => {
  const dataDir = await temporaryFolder();
  const leaky = await copyOfMigrations();
  await writeFile(join(leaky, '002_leaky.sql'), 'create table leaky (workspace_id uuid);');
  await expect(open({ dataDir, migrationsFolder: leaky })).rejects.toMatchObject({
    code: 'DATABASE_UNSUITABLE',
    message: expect.stringContaining('leaky'),
  });
  const opensAllRows =
    'alter table leaky enable row level security; alter table leaky force row level security; create policy all_rows on leaky using (true); grant select on leaky to baton_app; alter table leaky no force row level security; insert into leaky values (gen_random_uuid()); alter table leaky force row level security;';
  await writeFile(join(leaky, '003_open.sql'), opensAllRows);
  await expect(open({ dataDir, migrationsFolder: leaky })).rejects.toMatchObject({
    code: 'DATABASE_UNSUITABLE',
    message: expect.stringMatching(/can be read.*leaky/),
  });
});

async function open(options: Partial<DatabaseOptions> & { dataDir: string }): Promise<Database> {
  const database = await openDatabase({
    migrationsFolder: SUITE_MIGRATIONS,
    entities: [],
    steps: schemaSteps,
    log: silentLog,
    ...options,
  });
  onTestFinished(() => database.close());
  return database;
}

async function copyOfMigrations(): Promise<string> {
  const folder = await temporaryFolder();
  await cp(SUITE_MIGRATIONS, folder, { recursive: true });
  return folder;
}

async function writeLock(dataDir: string, owner: LockOwner): Promise<void> {
  await writeFile(join(dataDir, 'baton.lock'), JSON.stringify(owner));
}

/** Number of a process that has ended. */
async function endedChild(): Promise<number> {
  const child = spawn('true');
  await once(child, 'exit');
  return child.pid ?? -1;
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-folder-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

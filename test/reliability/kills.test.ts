/** kill -9 of a worker in the middle of a task, at a gate, and between an effect and its record: the run goes on, nothing is done twice. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { startWorker, type Worker } from '../../src/orchestration/worker.ts';
import { setClockOffset } from '../governance/house.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import type { Orders } from './killedWorker.ts';
import { outsideChannel } from './outside.ts';
import { buildRunHouse, type RunHouse } from './runHouse.ts';
import { artifact } from './smallSpecialists.ts';

const PROGRAM = fileURLToPath(new URL('./killedWorker.ts', import.meta.url));

/** Starts the process and waits until it says that word. */
async function startChild(
  database: TestDatabase,
  runs: RunHouse,
  stopAt: Orders['stopAt'],
): Promise<{ child: ChildProcess; readonly said: (word: string) => Promise<void> }> {
  const orders: Orders = { dataDir: database.dataDir, campaigns: runs.house.campaigns, stopAt };
  const child = fork(PROGRAM, [JSON.stringify(orders)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [],
  });
  const words: unknown[] = [];
  child.on('message', (word) => words.push(word));
  const said = async (word: string): Promise<void> => {
    while (!words.includes(word))
      await Promise.race([
        once(child, 'message'),
        once(child, 'exit').then(() => Promise.reject(new Error('The process ended by itself.'))),
      ]);
  };
  await said('READY');
  return { child, said };
}

/** Ends the process without a chance to tidy up, and lets its leases and claims lapse. */
async function kill(database: TestDatabase, child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  await setClockOffset(database, '20 seconds');
}

async function waitFor(runs: RunHouse, runId: string, seen: (type: string, key: unknown) => boolean): Promise<void> {
  for await (const event of runs.follow(runId, 0)) if (seen(event.type, event.data['key'])) return;
}

async function finish(
  database: TestDatabase,
  runs: RunHouse,
  runId: string,
): Promise<{ sends: string[]; calls: number }> {
  const sends: string[] = [];
  const channel = outsideChannel(
    (workspaceId) => database.units(workspaceId),
    async (key) => void sends.push(key),
  );
  let worker: Worker | undefined;
  try {
    worker = await startWorker({ ...runs.services, channels: [channel] });
    await waitFor(runs, runId, (type) => type === 'RUN_WAITING' || type === 'RUN_SUCCEEDED');
    await runs.approveAll(runId);
    await waitFor(runs, runId, (type) => type === 'RUN_SUCCEEDED' || type === 'RUN_FAILED');
  } finally {
    await worker?.stop();
  }
  expect(await runs.status(runId)).toBe('SUCCEEDED');
  const calls = await database.units(runs.house.workspaceId)('app', (unit) =>
    unit.em.execute<unknown[]>('select 1 from sandbox_call'),
  );
  const events = await runs.events(runId);
  expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
  expect(events.filter((event) => event.type === 'EFFECT_EXECUTED')).toHaveLength(2);
  const stored = events.filter((event) => event.type === 'ARTIFACT_STORED').map((event) => event.data['key']);
  expect(stored).toHaveLength(new Set(stored).size);
  return { sends, calls: calls.length };
}

describe('kill -9', () => {
  test('in the middle of a task: its siblings are not run again, it is', async () => {
    const ran: string[] = [];
    await using database = await openTestDatabase();
    const counted = (specialist: string) => ({
      run: async (context: Parameters<typeof artifact>[0]) => (ran.push(specialist), artifact(context)),
    });
    await using runs = await buildRunHouse(database, {
      specialists: {
        RESEARCH: counted('RESEARCH'),
        PAID_MEDIA: counted('PAID_MEDIA'),
        AUDIENCE_INSIGHT: counted('AUDIENCE_INSIGHT'),
      },
    });
    const { child, said } = await startChild(database, runs, 'TASK');
    const runId = await runs.start();
    await said('TASK');
    await waitFor(runs, runId, (type, key) => type === 'ARTIFACT_STORED' && key === 'paid-media');
    await waitFor(runs, runId, (type, key) => type === 'ARTIFACT_STORED' && key === 'audience-insight');
    await kill(database, child);
    expect(await finish(database, runs, runId)).toMatchObject({ calls: 2 });
    expect(ran).toEqual(['RESEARCH']);
    const started = (await runs.events(runId)).filter(
      (event) => event.type === 'TASK_STARTED' && event.data['key'] === 'research',
    );
    expect(started.map((event) => event.data['attempt'])).toEqual([1, 2]);
  });

  test('at a gate: the verdict is found in the rows by the next worker', async () => {
    await using database = await openTestDatabase();
    await using runs = await buildRunHouse(database);
    const { child } = await startChild(database, runs, 'GATE');
    const runId = await runs.start();
    await waitFor(runs, runId, (type) => type === 'RUN_WAITING');
    await kill(database, child);
    const { sends, calls } = await finish(database, runs, runId);
    expect([sends.length, calls]).toEqual([2, 2]);
  });

  test('between an effect and its record: the outside is asked first and carries nothing out again', async () => {
    await using database = await openTestDatabase();
    await using runs = await buildRunHouse(database);
    const { child, said } = await startChild(database, runs, 'EFFECT');
    const runId = await runs.start();
    await waitFor(runs, runId, (type) => type === 'RUN_WAITING');
    await runs.approveAll(runId);
    await said('EFFECT');
    await kill(database, child);
    const arrivedBefore = await database.units(runs.house.workspaceId)('app', (unit) =>
      unit.em.execute<unknown[]>('select 1 from sandbox_call'),
    );
    const { sends, calls } = await finish(database, runs, runId);
    expect(calls).toBe(2);
    expect(sends.length).toBe(2 - arrivedBefore.length);
  });
});

/** Leases, fences, checkpoints and events: one worker at a time, a stale one cannot write, readers miss nothing. */
import { getEventListeners } from 'node:events';
import type { Client } from 'pg';
import { describe, expect, test } from 'vitest';
import { fencedPool } from '../../src/database/fencedPool.ts';
import { checkpointSaver, pruneThread } from '../../src/orchestration/checkpointer.ts';
import { appendEvent } from '../../src/orchestration/events.ts';
import { openWakeups } from '../../src/orchestration/wakeups.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { acquireLease, assertFence, renewLease } from '../../src/orchestration/lease.ts';
import { asOwner } from '../governance/house.ts';
import { useTestDatabase } from '../support/database.ts';
import { buildRunHouse } from './runHouse.ts';
import { artifact } from './smallSpecialists.ts';

const database = useTestDatabase();

describe('a lease', () => {
  test('hazard 2: of two workers that carry on one run at once, one does and the other finds it busy', async () => {
    let ran = 0;
    await using runs = await buildRunHouse(database(), {
      specialists: { PAID_MEDIA: { run: async (context) => ((ran += 1), artifact(context)) } },
    });
    const runId = await runs.start();
    const outcomes = await Promise.all([
      runs.advance(runId, { workerId: 'one' }),
      runs.advance(runId, { workerId: 'two' }),
    ]);
    expect(outcomes.sort()).toEqual(['BUSY', 'WAITING']);
    expect(ran).toBe(1);
  });

  test('a worker that lost it stops, and neither its rows nor its checkpoints are written', async () => {
    const begun = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    await using runs = await buildRunHouse(database(), {
      specialists: { PAID_MEDIA: { run: async (context) => (begun.resolve(), await goOn.promise, artifact(context)) } },
    });
    const runId = await runs.start();
    const stale = runs.advance(runId);
    await begun.promise;
    await asOwner(database(), runs.house.workspaceId, [
      "update run_lease set fence = fence + 1, worker_id = 'other', expires_at = now() + interval '1 minute' where run_id = $1",
      [runId],
    ]);
    goOn.resolve();
    expect(await stale).toBe('LOST');
    expect(
      (await runs.events(runId)).filter(
        (event) => event.type === 'ARTIFACT_STORED' && event.data['key'] === 'paid-media',
      ),
    ).toEqual([]);
    await asOwner(database(), runs.house.workspaceId, [
      'update run_lease set worker_id = null, expires_at = null where run_id = $1',
      [runId],
    ]);
    expect(await runs.advance(runId)).toBe('WAITING');
  });

  test('a fence that was passed on renews nothing and holds nothing', async () => {
    await using runs = await buildRunHouse(database());
    const runId = await runs.start();
    const unit = database().units(runs.house.workspaceId);
    const fence = (await unit('app', (open) => acquireLease(open, runId, 'one')))?.fence ?? 0n;
    expect(await unit('app', (open) => acquireLease(open, runId, 'two'))).toBeNull();
    expect(await unit('app', (open) => renewLease(open, runId, fence))).toEqual({ cancelRequested: false });
    await asOwner(database(), runs.house.workspaceId, [
      "update run_lease set expires_at = now() - interval '1 second' where run_id = $1",
      [runId],
    ]);
    expect(await unit('app', (open) => acquireLease(open, runId, 'two'))).toEqual({
      fence: fence + 1n,
      afterLoss: true,
    });
    expect(await unit('app', (open) => renewLease(open, runId, fence))).toBeNull();
    await expect(unit('app', (open) => assertFence(open, runId, fence))).rejects.toMatchObject({ code: 'LEASE_LOST' });
    const saver = checkpointSaver(
      fencedPool(database().database.checkpointPool, { workspaceId: runs.house.workspaceId, runId, fence }),
    );
    await expect(saver.deleteThread('any')).rejects.toMatchObject({ code: 'LEASE_LOST' });
  });
});

describe('checkpoints', () => {
  test('hazard 14: pruning keeps the newest of each namespace, from which the run goes on', async () => {
    await using runs = await buildRunHouse(database());
    const runId = await runs.start();
    await runs.advance(runId);
    const pool = database().database.checkpointPool;
    const thread = (
      await pool.query<{ thread_id: string; n: string }>(
        "select thread_id, count(*) as n from checkpoint.checkpoints where checkpoint_ns = '' group by 1",
      )
    ).rows;
    expect(thread.every((row) => Number(row.n) === 1)).toBe(true);
    const saver = checkpointSaver(pool);
    for (const { thread_id: id } of thread) await pruneThread(pool, id);
    const kept = await saver.getTuple({ configurable: { thread_id: thread[0]?.thread_id, checkpoint_ns: '' } });
    expect(kept?.checkpoint.channel_values).toMatchObject({ runId: expect.any(String) });
    await runs.approveAll(runId);
    expect(await runs.advance(runId)).toBe('ENDED');
  });
});

describe('events', () => {
  test('every reader sees each event once and in order, from any cursor, while they are written by many at once', async () => {
    await using runs = await buildRunHouse(database());
    const runId = await runs.start();
    const unit = database().units(runs.house.workspaceId);
    const read = async (after: number): Promise<number[]> => {
      const seen: number[] = [];
      for await (const event of runs.follow(runId, after)) {
        seen.push(event.seq);
        if (event.seq === 41) break;
      }
      return seen;
    };
    const readers = [read(0), read(0), read(7)];
    await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        unit('app', (open) =>
          appendEvent(open, runId, { type: 'TASK_PROGRESSED', message: `Step ${n}.`, data: { n } }),
        ),
      ),
    );
    const all = Array.from({ length: 41 }, (_, n) => n + 1);
    expect(await Promise.all(readers)).toEqual([all, all, all.slice(7)]);
  });

  test('the stream ends after the last event, at once for a late reader, and takes no more events', async () => {
    await using runs = await buildRunHouse(database());
    const runId = await runs.start();
    const unit = database().units(runs.house.workspaceId);
    const tell = (type: 'RUN_SUCCEEDED' | 'TASK_PROGRESSED', once = false) =>
      unit('app', (open) => appendEvent(open, runId, { type, message: 'x', once }));
    expect(await tell('TASK_PROGRESSED', true)).toBe(2);
    expect(await tell('TASK_PROGRESSED', true)).toBeNull();
    await tell('RUN_SUCCEEDED');
    expect(await tell('TASK_PROGRESSED')).toBeNull();
    const types: string[] = [];
    for await (const event of runs.follow(runId, 0)) types.push(event.type);
    expect(types).toEqual(['RUN_QUEUED', 'TASK_PROGRESSED', 'RUN_SUCCEEDED']);
    for await (const event of runs.follow(runId, 3)) types.push(event.type);
    expect(types).toHaveLength(3);
    await expect(runs.follow('01a207c7-0000-7000-8000-000000000000', 0).next()).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  test('hazard 17: a reader that leaves while it waits is gone at once', async () => {
    await using runs = await buildRunHouse(database());
    const runId = await runs.start();
    const byReturn = runs.follow(runId, 1);
    const bySignal = new AbortController();
    const aborted = runs.follow(runId, 1, bySignal.signal);
    const parked = [byReturn.next(), aborted.next()];
    expect(runs.wakeups.count()).toBe(2);
    await byReturn.return?.();
    bySignal.abort();
    expect(runs.wakeups.count()).toBe(0);
    const longLived = new AbortController();
    await runs.follow(runId, 1, longLived.signal).return?.();
    expect(getEventListeners(longLived.signal, 'abort')).toEqual([]);
    expect(await Promise.all(parked)).toEqual([
      { done: true, value: undefined },
      { done: true, value: undefined },
    ]);
  });

  test('a listening connection that is lost before it ever listened fails the opening, and nothing else', async () => {
    const lost = openWakeups(async () => {
      const client = await database().database.connectListener();
      (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
      return client;
    }, silentLog);
    await expect(lost).rejects.toThrow(/Connection terminated|not queryable/);
  });

  test('a lost listening connection is opened again and wakes its readers, who may have missed something', async () => {
    const opened: Client[] = [];
    const wakeups = await openWakeups(async () => {
      const client = await database().database.connectListener();
      opened.push(client);
      return client;
    }, silentLog);
    const woken = Promise.withResolvers<void>();
    wakeups.subscribe('run_event', 'any', () => woken.resolve());
    (opened[0] as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    await woken.promise;
    expect(opened).toHaveLength(2);
    const again = Promise.withResolvers<void>();
    wakeups.subscribe('run_event', 'other', () => again.resolve());
    await database().database.poolOf('baton_owner').query("select pg_notify('run_event', 'other')");
    await again.promise;
    await wakeups.close();
  });
});

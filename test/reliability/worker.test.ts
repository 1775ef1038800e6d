/** The worker and its queue: a whole demo run driven by jobs alone, draining, dead workers, final failures. */
import type { Pool } from 'pg';
import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../src/domain/runEvents.ts';
import { AppError } from '../../src/kernel/errors.ts';
import { derivedId, newId } from '../../src/kernel/ids.ts';
import { jobHandlers } from '../../src/orchestration/queue.ts';
import { sweepLeases, tellAlive } from '../../src/orchestration/sweeps.ts';
import { startWorker } from '../../src/orchestration/worker.ts';
import { asOwner, setClockOffset } from '../governance/house.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { buildRunHouse, type RunHouse } from './runHouse.ts';

async function until(runs: RunHouse, runId: string, type: RunEvent['type']): Promise<RunEvent[]> {
  const seen: RunEvent[] = [];
  for await (const event of runs.follow(runId, 0)) {
    seen.push(event);
    if (event.type === type) break;
  }
  return seen;
}

/** Four weeks of pipeline as a CRM tells it. */
async function importWeeks(database: TestDatabase, workspaceId: string, through: string): Promise<void> {
  const load = newId();
  await asOwner(
    database,
    workspaceId,
    [
      `insert into import_load (id, workspace_id, file_name, file_sha256, options_sha256, preset, source, status, imported_by, from_day, to_day)
       values ($1, $2, 'm', $3, 'o', 'long', 'long', 'ACTIVE', 'test', '2026-01-01', $4)`,
      [load, workspaceId, load, through],
    ],
    [
      `insert into performance_fact (workspace_id, load_id, identity, content, source, source_kind, account, grain, start_day, end_day, channel, currency, pipeline_micros)
       select $2, $1, md5(d::text)::uuid, md5(d::text)::uuid, 'long', 'CRM', 'a', 'DAY', d, d, 'PAID_SEARCH', 'EUR', 3000000
       from generate_series(date '2026-01-01', $3::date, interval '1 day') d`,
      [load, workspaceId, through],
    ],
    ["select rollup_refresh('2026-01-01', $1::date)", [through]],
    ['update workspace set business_date = $1::date + 1 where id = $2', [through, workspaceId]],
  );
}

describe('the worker', () => {
  test('carries a demo goal from its first job to a learning that the follow-up card cites', async () => {
    await using database = await openTestDatabase();
    await using runs = await buildRunHouse(database, { isDemo: true });
    const advanced: string[] = [];
    const services = {
      ...runs.services,
      advanceMarket: async (market: { workspaceId: string; through: string }) => (
        advanced.push(market.through),
        importWeeks(database, market.workspaceId, market.through)
      ),
    };
    const worker = await startWorker(services, { alone: true });
    try {
      const runId = await runs.start();
      await until(runs, runId, 'RUN_WAITING');
      await runs.approveAll(runId);
      const events = await until(runs, runId, 'RUN_SUCCEEDED');
      expect(events.filter((event) => event.type === 'EFFECT_EXECUTED')).toHaveLength(2);
      expect([...runs.sent.values()].map((calls) => calls.length)).toEqual([1, 1]);
      const measurement = derivedId('measurement', runId, '2026-01-29');
      await expect.poll(() => runs.types(measurement), { timeout: 20_000 }).toContain('RUN_SUCCEEDED');
      expect(advanced).toEqual(['2026-01-29']);
      const types = await runs.types(measurement);
      expect(types.filter((type) => type === 'FORECAST_SCORED')).toHaveLength(2);
      expect(types.filter((type) => type === 'LEARNING_WRITTEN')).toHaveLength(2);
      const rows = await database.units(runs.house.workspaceId)('app', (unit) =>
        unit.em.execute<{ cited: string; statement: string; verb: string }[]>(
          "select r.card -> 'citedLearningIds' ->> 0 as cited, l.content ->> 'statement' as statement, r.verb from recommendation r left join learning l on l.id::text = r.card -> 'citedLearningIds' ->> 0 where r.run_id = ?::uuid order by r.target_name",
          [measurement],
        ),
      );
      expect(rows).toHaveLength(2);
      expect(rows[0]?.statement).toContain(
        'Scaling alpha did what was forecast: it brought pipeline value to EUR 84 from 2026-01-02 to 2026-01-29, where EUR 100 was forecast',
      );
    } finally {
      await worker.stop();
    }
  });

  test('hands a long run back when it is told to stop, and the next worker goes on', async () => {
    const begun = Promise.withResolvers<void>();
    let calls = 0;
    await using database = await openTestDatabase();
    await using runs = await buildRunHouse(database, {
      specialists: {
        RESEARCH: {
          run: async (context) => {
            calls += 1;
            if (calls > 1)
              return {
                kind: 'RESEARCH',
                content: {},
                model: 'test',
                embeddedModel: true,
                evidence: [],
                recommendations: [],
                proposals: [],
                findings: [],
              };
            begun.resolve();
            return new Promise((_, reject) =>
              context.signal.addEventListener('abort', () => reject(context.signal.reason as Error), { once: true }),
            );
          },
        },
      },
    });
    const first = await startWorker(runs.services, { alone: true });
    const runId = await runs.start();
    await begun.promise;
    await first.stop(50);
    expect(await runs.status(runId)).toBe('RUNNING');
    const second = await startWorker(runs.services);
    try {
      const events = await until(runs, runId, 'RUN_WAITING');
      expect(calls).toBe(2);
      expect(
        events.filter((event) => event.type === 'ARTIFACT_STORED' && event.data['key'] === 'paid-media'),
      ).toHaveLength(1);
    } finally {
      await second.stop();
    }
  });

  test('frees the jobs and runs of a worker that died once its lease lapses, and not before', async () => {
    await using database = await openTestDatabase();
    await using runs = await buildRunHouse(database);
    const runId = await runs.start();
    const queue = runs.services.queuePool;
    await tellAlive(queue, 'pool-dead');
    await queue.query("update graphile_worker._private_jobs set locked_at = now(), locked_by = 'pool-dead'");
    await queue.query("update graphile_worker._private_job_queues set locked_at = now(), locked_by = 'pool-dead'");
    await asOwner(database, runs.house.workspaceId, [
      "update run_lease set worker_id = 'pool-dead', fence = 7, expires_at = now() + interval '15 seconds' where run_id = $1",
      [runId],
    ]);
    expect(await runs.advance(runId)).toBe('BUSY');
    await sweepLeases(runs.services, false);
    const locked = async (): Promise<number> =>
      (await queue.query("select 1 from graphile_worker.jobs where locked_by = 'pool-dead'")).rowCount ?? 0;
    expect(await locked()).toBe(1);
    await setClockOffset(database, '20 seconds');
    await sweepLeases(runs.services, false);
    expect(await locked()).toBe(0);
    expect(await runs.advance(runId)).toBe('WAITING');
  });

  test('a sweep that fails in one workspace goes on to the others and then tells of the fault', async () => {
    await using database = await openTestDatabase();
    await using runs = await buildRunHouse(database);
    const failing = await database.addWorkspace();
    const swept: string[] = [];
    const services = {
      ...runs.services,
      units: (scope: Parameters<typeof runs.services.units>[0]) => {
        if (scope.workspaceId === failing) throw new AppError('INTERNAL', 'This workspace cannot be swept.');
        swept.push(scope.workspaceId);
        return runs.services.units(scope);
      },
    };
    const job = { workerId: 'pool', stop: new AbortController().signal, lastTry: true };
    const others = [runs.house.workspaceId, await database.addWorkspace()].toSorted();
    for (const kind of ['effects_sweep', 'measurement_due'] as const) {
      swept.length = 0;
      await expect(jobHandlers(services)[kind]({}, job)).rejects.toThrow('This workspace cannot be swept.');
      expect([...new Set(swept)].toSorted()).toEqual(others);
    }
  });

  test('a job can be added only for the workspace of the session, and only of a known kind', async () => {
    await using database = await openTestDatabase();
    const [mine, theirs] = [await database.addWorkspace(), await database.addWorkspace()];
    const add = (kind: string, workspaceId: string) =>
      database.units(mine)('app', (unit) =>
        unit.em.execute('select job_add(?, ?::jsonb)', [kind, JSON.stringify({ workspaceId })]),
      );
    await expect(add('effects_sweep', theirs)).rejects.toThrow(/only be added for the workspace of the session/);
    await expect(add('anything', mine)).rejects.toThrow(/Unknown job kind/);
    await expect(
      database.units(mine)('app', (unit) => unit.em.execute('select 1 from graphile_worker.jobs')),
    ).rejects.toThrow(/permission denied/);
  });

  test('a fault that no retry mends ends the run with a reason that people can read', async () => {
    await using database = await openTestDatabase();
    await using runs = await buildRunHouse(database);
    const runId = await runs.start();
    const broken = (pool: Pool): Pool =>
      new Proxy(pool, {
        get: (target, key) =>
          key === 'query'
            ? () => Promise.reject(new AppError('INTERNAL', 'The checkpoints cannot be read.'))
            : Reflect.get(target, key),
      });
    const services = { ...runs.services, checkpointPool: () => broken(database.database.checkpointPool) };
    const worker = await startWorker(services, { alone: true });
    try {
      const events = await until(runs, runId, 'RUN_FAILED');
      expect(events.at(-1)?.message).toBe('The checkpoints cannot be read.');
    } finally {
      await worker.stop();
    }
  });
});

/** An import whose process was killed: who opens the folder next need not wait for it, and a demo's market waits for one that lives. */
import { describe, expect, test } from 'vitest';
import { loadFacts } from '../../src/connectors/imports/loadFacts.ts';
import { madeOrigin } from '../../src/connectors/imports/loadResult.ts';
import { derivedId, newId } from '../../src/kernel/ids.ts';
import { AppError } from '../../src/kernel/errors.ts';
import { jobHandlers } from '../../src/orchestration/queue.ts';
import { abandonImports } from '../../src/orchestration/sweeps.ts';
import { asOwner } from '../governance/house.ts';
import { openTestDatabase } from '../support/database.ts';
import { buildRunHouse } from './runHouse.ts';

const ORIGIN = madeOrigin({ fileName: 'b.csv', fileDigest: 'b', optionsDigest: 'o', source: 'long', rows: 0 });

describe('an import that was killed', () => {
  test('holds up the next one until the folder is opened anew', async () => {
    await using database = await openTestDatabase();
    const workspaceId = await database.addWorkspace();
    await asOwner(database, workspaceId, [
      `insert into import_load (id, workspace_id, file_name, file_sha256, options_sha256, preset, source, status, imported_by, rows)
       values ($1, $2, 'a.csv', 'a', 'o', 'long', 'long', 'STAGING', 'test', jsonb_build_object('beatAt', now()))`,
      [newId(), workspaceId],
    ]);
    const load = () => loadFacts(database.units(workspaceId), ORIGIN, { batches: [] });
    await expect(load()).rejects.toThrow('Another import is running: a.csv.');
    await abandonImports({
      units: ({ workspaceId: id }) => database.units(id),
      queuePool: database.database.queuePool,
    });
    await load();
    const loads = await database.units(workspaceId)('app', (unit) =>
      unit.em.execute<{ file_name: string }[]>("select file_name from import_load where status <> 'FAILED'"),
    );
    expect(loads.map((one) => one.file_name)).not.toContain('a.csv');
  });

  test('never makes a measurement fail: the market asks again for as long as an import is under way', async () => {
    await using database = await openTestDatabase();
    await using runs = await buildRunHouse(database, { isDemo: true });
    const runId = await runs.start();
    const busy = new AppError('CONFLICT', 'Another import is running: a.csv.');
    const handlers = jobHandlers({ ...runs.services, advanceMarket: () => Promise.reject(busy) });
    const at = { workspaceId: runs.house.workspaceId, runId, through: '2026-01-29' };
    const job = { workerId: 'pool', stop: new AbortController().signal };
    await expect(handlers.simulator_advance(at, { ...job, lastTry: false })).rejects.toThrow('Another import');
    await handlers.simulator_advance(at, { ...job, lastTry: true });
    const { rows } = await runs.services.queuePool.query<{ key: string }>(
      "select key from graphile_worker.jobs where task_identifier = 'simulator_advance'",
    );
    expect(rows).toEqual([{ key: `simulator:${runId}` }]);
    await expect(runs.status(derivedId('measurement', runId, at.through))).rejects.toThrow('has no run');
  });

  test('leaves no failed measurement when the worker is stopped during the last try', async () => {
    await using database = await openTestDatabase();
    await using runs = await buildRunHouse(database, { isDemo: true });
    const runId = await runs.start();
    const stop = AbortSignal.abort(new Error('the worker stops'));
    const handlers = jobHandlers({ ...runs.services, advanceMarket: (_, signal) => Promise.reject(signal.reason) });
    const at = { workspaceId: runs.house.workspaceId, runId, through: '2026-01-29' };
    await handlers.simulator_advance(at, { workerId: 'pool', stop, lastTry: true });
    await expect(runs.status(derivedId('measurement', runId, at.through))).rejects.toThrow('has no run');
  });
});

/** Owns what is looked after across workspaces: workers that died, runs they held, effects left half-way, forecasts that became due, uploads that grew old. */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pool } from 'pg';
import type { UnitOfWork } from '../domain/unit.ts';
import { expireChangeSets } from '../governance/changeSets.ts';
import { sweepOrphanedEffects } from '../governance/execution.ts';
import { derivedId } from '../kernel/ids.ts';
import { addRunJob } from './jobs.ts';
import { LEASE_MS } from './lease.ts';
import { loadWorkspaceFacts } from './goalContext.ts';
import { MEASURABLE } from './measurable.ts';
import { createRun } from './runs.ts';
import type { RunServices, WorkerServices } from './services.ts';

/** Milliseconds that an upload is kept for: a day. */
const UPLOAD_KEPT_MS = 24 * 60 * 60 * 1000;

/** Every workspace's id, by the one read that the queue's login has across them. */
export async function workspaceIds(queuePool: Pool): Promise<string[]> {
  const { rows } = await queuePool.query<{ id: string }>('select queue_workspaces() as id');
  return rows.map((row) => row.id);
}

/** Tells the other workers that this one is alive. */
export async function tellAlive(queuePool: Pool, poolId: string): Promise<void> {
  await queuePool.query(
    `insert into queue_worker (pool_id, expires_at) values ($1, baton_now() + $2 * interval '1 millisecond')
     on conflict (pool_id) do update set expires_at = excluded.expires_at`,
    [poolId, LEASE_MS],
  );
}

/** Takes this worker off the list of the living. */
export async function tellGone(queuePool: Pool, poolId: string): Promise<void> {
  await queuePool.query('delete from queue_worker where pool_id = $1', [poolId]);
}

/**
 * Frees the jobs of workers that died and puts the runs they held back into the queue.
 * @param alone whether no other process can be at work on this database, so that every lease found is a dead one's
 */
export async function sweepLeases(services: WorkerServices, alone: boolean): Promise<void> {
  const { rows } = await services.queuePool.query<{ dead: string[] }>(
    `with gone as (delete from queue_worker where expires_at <= baton_now() or $1 returning pool_id),
       unknown as (select distinct locked_by from graphile_worker.jobs
         where locked_by is not null and (locked_at < now() - $2 * interval '1 millisecond' or $1) and locked_by not in (select pool_id from queue_worker))
     select array(select pool_id from gone union select locked_by from unknown) as dead`,
    [alone, 4 * LEASE_MS],
  );
  const dead = rows[0]?.dead ?? [];
  if (dead.length > 0)
    await services.queuePool.query('select graphile_worker.force_unlock_workers($1::text[])', [dead]);
  for (const workspaceId of await workspaceIds(services.queuePool)) {
    await systemUnit(services, workspaceId)('app', (unit) => freeLapsedRuns(unit, alone));
  }
}

async function freeLapsedRuns(unit: UnitOfWork, alone: boolean): Promise<void> {
  const rows = await unit.em.execute<{ run_id: string }[]>(
    `update run_lease l set expires_at = null, fence = fence + 1
     from run r where r.id = l.run_id and l.worker_id is not null and l.expires_at is not null and (l.expires_at <= baton_now() or ?)
       and r.status in ('QUEUED', 'RUNNING', 'WAITING_APPROVAL')
     returning l.run_id`,
    [alone],
  );
  for (const row of rows) await addRunJob(unit, row.run_id);
}

/**
 * Says of every import that was under way that its process is gone, so that the next import need not wait for its last sign of
 * life to grow old. Only for a process that has just begun to serve an embedded database: nobody else can be at work there.
 */
export async function abandonImports(services: Pick<WorkerServices, 'units' | 'queuePool'>): Promise<void> {
  for (const workspaceId of await workspaceIds(services.queuePool)) {
    await systemUnit(services, workspaceId)('app', (unit) =>
      unit.em.execute(
        `update import_load set rows = rows || '{"beatAt": "-infinity"}'::jsonb where status = 'STAGING'`,
      ),
    );
  }
}

/** Ends what has expired and settles what an executor left half-way, in one workspace. */
export async function sweepEffects(services: RunServices, workspaceId: string, signal: AbortSignal): Promise<void> {
  const inUnit = systemUnit(services, workspaceId, 'executor');
  await inUnit('app', expireChangeSets);
  await sweepOrphanedEffects({ inUnit, channels: services.channels, signal });
}

/**
 * Starts a measurement run for each run whose open forecasts are due and covered by data; the others go on waiting.
 * Gives the ids of the runs that were started.
 */
export async function startDueMeasurements(unit: UnitOfWork): Promise<string[]> {
  const { businessDate } = await loadWorkspaceFacts(unit);
  const rows = await unit.em.execute<{ run_id: string; goal_id: string; requested_by: string }[]>(
    `select distinct f.run_id, r.goal_id, r.requested_by from forecast f join run r on r.id = f.run_id
     where ${MEASURABLE} and f.due_on <= ?::date and r.kind = 'PLAN_AND_EXECUTE' and r.status = 'SUCCEEDED'
       and f.to_day <= greatest((select max(end_day) from performance_fact_live), (select max(end_day) from kpi_fact_live))
       and not exists (select 1 from run m where m.parent_run_id = r.id and m.status in ('QUEUED', 'RUNNING'))`,
    [businessDate],
  );
  const started: string[] = [];
  for (const row of rows) {
    const { runId, created } = await createRun(unit, {
      id: derivedId('measurement', row.run_id, businessDate),
      goalId: row.goal_id,
      requestedBy: row.requested_by,
      kind: 'MEASUREMENT',
      parentRunId: row.run_id,
    });
    if (created) started.push(runId);
  }
  return started;
}

/**
 * Removes what was uploaded more than a day ago, files before rows: one that breaks off goes on where it stopped, and a file without a row goes
 * too. An import that reads a file has it open, so it reads to the end.
 */
export async function sweepUploads(
  services: Pick<WorkerServices, 'units' | 'dataDir'>,
  workspaceId: string,
): Promise<void> {
  const inUnit = systemUnit(services, workspaceId);
  const [{ before } = { before: 0 }] = await inUnit('app', ({ em }) =>
    em.execute<{ before: number }[]>('select (extract(epoch from baton_now()) * 1000 - ?)::float8 as before', [
      UPLOAD_KEPT_MS,
    ]),
  );
  const folder = join(services.dataDir, 'uploads', workspaceId);
  for (const name of await readdir(folder).catch(noneIfMissing)) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found && found.mtimeMs <= before) await rm(path, { force: true });
  }
  await inUnit('app', ({ em }) =>
    em.execute('delete from upload where created_at <= to_timestamp(?::float8 / 1000)', [before]),
  );
}

function noneIfMissing(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}

/** Units of the program itself in one workspace. */
export function systemUnit(services: Pick<RunServices, 'units'>, workspaceId: string, service = 'worker') {
  return services.units({ workspaceId, principal: { kind: 'SYSTEM', service } });
}

/** Owns the taking back of a load: of one that failed, and of one that a person undoes. */
import type { InUnit, UnitOfWork } from '../../domain/unit.ts';
import { AppError } from '../../kernel/errors.ts';
import { isId } from '../../kernel/ids.ts';
import { takeTurn } from './importTurn.ts';
import { forgetCampaigns } from './observedCampaigns.ts';
import { lockRollup, prepareRollup, settleRollup, sweepRollup, voidBuilds, type LoadChange } from './rollups.ts';
import { identityRanges } from './settleLoad.ts';

const TABLES = ['performance_fact', 'kpi_fact', 'control_fact', 'media_input'] as const;

/** Rows removed in one transaction. */
const CHUNK_ROWS = 20_000;
/** The window of a load without facts. */
const EMPTY_DAY = '1970-01-01';

/** Marks a load that never became active as FAILED and removes its rows; what it had marked as restated stays in force, since marks of inactive loads do not count. */
export async function discardLoad(inUnit: InUnit, loadId: string): Promise<void> {
  await inUnit('app', async ({ em }) => {
    await em.execute(`update import_load set status = 'FAILED' where id = ? and status = 'STAGING'`, [loadId]);
  });
  for (const table of [...TABLES, 'import_personal']) {
    for (let removed = CHUNK_ROWS; removed === CHUNK_ROWS;) {
      removed = await inUnit('app', async ({ em }) => {
        const rows: { count: string }[] = await em.execute(
          `with gone as (delete from ${table} where ctid in (
             select f.ctid from ${table} f join import_load l on l.id = f.load_id and l.status = 'FAILED' where f.load_id = ? limit ${CHUNK_ROWS}) returning 1)
           select count(*) as count from gone`,
          [loadId],
        );
        return Number(rows[0]?.count ?? 0);
      });
    }
  }
  await voidBuilds(inUnit, loadId);
}

/** What an undo did. */
export interface UndoResult {
  readonly load: string;
  /** Rows of the load that no longer count, and rows of earlier loads that count again. */
  readonly removed: number;
  readonly restored: number;
  readonly from: string | null;
  readonly to: string | null;
}

/**
 * Takes back one active load: its rows no longer count, and what it had restated counts again, unless a later load restated that too.
 * @throws NOT_FOUND for an unknown load, CONFLICT for one that is not active and while an import of the workspace runs
 */
export async function undoLoad(inUnit: InUnit, loadId: string): Promise<UndoResult> {
  if (!isId(loadId)) throw unknownLoad(loadId);
  // What an import marks as restated, and what an undo hands on to later loads, must not pass each other unseen.
  for (const dead of await inUnit('app', takeTurn)) await discardLoad(inUnit, dead);
  const { facts, from, to } = await inUnit('app', (unit) => activeLoad(unit, loadId));
  const ranges = identityRanges(facts);
  await passBack(inUnit, loadId, ranges);
  for (const range of ranges)
    await inUnit('app', ({ em }) => passOn((sql, params) => em.execute(sql, params), loadId, range));
  const change = { loadId, to: 'UNDONE', from: from ?? EMPTY_DAY, through: to ?? EMPTY_DAY } as const;
  const build = await prepareRollup(inUnit, change);
  try {
    await inUnit('app', (unit) => takeBack(unit, build, change));
  } catch (error) {
    if (build !== null) await voidBuilds(inUnit, loadId);
    throw error;
  }
  if (build !== null) await sweepRollup(inUnit);
  const restored = await release(inUnit, loadId);
  return { load: loadId, removed: facts, restored, from, to };
}

/** Days and facts of an active load. @throws NOT_FOUND, CONFLICT when it is not active */
async function activeLoad(
  { em }: UnitOfWork,
  loadId: string,
): Promise<{ facts: number; from: string | null; to: string | null }> {
  const [found]: { status: string; from_day: string | null; to_day: string | null; facts: string }[] = await em.execute(
    `select status, from_day::text, to_day::text, (${TABLES.map((table) => `(select count(*) from ${table} where load_id = l.id)`).join(' + ')}) as facts from import_load l where id = ?`,
    [loadId],
  );
  if (!found) throw unknownLoad(loadId);
  if (found.status !== 'ACTIVE')
    throw new AppError('CONFLICT', `The load is ${found.status}, and only an active one can be undone.`);
  return { facts: Number(found.facts), from: found.from_day, to: found.to_day };
}

/** The change itself. @throws CONFLICT when another undo or an import came first */
async function takeBack(unit: UnitOfWork, build: string | null, change: LoadChange): Promise<void> {
  const { loadId } = change;
  if ((await takeTurn(unit)).length > 0)
    throw new AppError('CONFLICT', 'An import began while the load was being undone.', {
      hint: 'Undo the load again.',
    });
  await lockRollup(unit);
  const rows: unknown[] = await unit.em.execute(
    `update import_load set status = 'UNDONE', undone_at = clock_timestamp() where id = ? and status = 'ACTIVE' returning id`,
    [loadId],
  );
  if (rows.length === 0) throw new AppError('CONFLICT', 'The load was undone by someone else meanwhile.');
  await unit.em.execute('delete from import_personal where load_id = ?', [loadId]);
  await forgetCampaigns(unit, loadId);
  await settleRollup(unit, build, change);
}

function unknownLoad(loadId: string): AppError {
  return new AppError('NOT_FOUND', `There is no load "${loadId}".`, {
    hint: 'Loads are listed by the query imports.',
  });
}

/** Takes the marks of a load that no longer counts off the rows that it had restated; gives how many. They count already: its marks do not. */
async function release(inUnit: InUnit, loadId: string): Promise<number> {
  let released = 0;
  for (const table of TABLES) {
    for (let freed = CHUNK_ROWS; freed === CHUNK_ROWS; released += freed) {
      freed = await inUnit('app', async ({ em }) => {
        const rows: { count: string }[] = await em.execute(
          `with freed as (update ${table} set superseded_by = null where ctid = any (array(
             select ctid from ${table} where superseded_by = ? limit ${CHUNK_ROWS})) returning 1)
           select count(*) as count from freed`,
          [loadId],
        );
        return Number(rows[0]?.count ?? 0);
      });
    }
  }
  return released;
}

/**
 * Mends what an undo that broke off before its end had passed on to this load: a row is restated by the load after it that still counts, or
 * both would count once this load does not.
 */
async function passBack(inUnit: InUnit, loadId: string, ranges: ReturnType<typeof identityRanges>): Promise<void> {
  const active = "(select id from import_load where status = 'ACTIVE')";
  for (const table of TABLES) {
    const twice = await inUnit('app', ({ em }) =>
      em.execute<unknown[]>(
        `select 1 from ${table} where superseded_by = ? and load_id in ${active} group by identity having count(*) > 1 limit 1`,
        [loadId],
      ),
    );
    if (twice.length === 0) continue;
    for (const { from, to } of ranges)
      await inUnit('app', ({ em }) =>
        em.execute(
          `update ${table} o set superseded_by = u.load_id from ${table} u
           where u.superseded_by = ? and u.load_id in ${active} and u.identity >= ?::uuid and u.identity <= ?::uuid
           and o.workspace_id = u.workspace_id and o.identity = u.identity and o.superseded_by = u.superseded_by and o.load_id < u.load_id`,
          [loadId, from, to],
        ),
      );
  }
}

/** Where a later load restated the same row, the earlier row is restated by that one from now on. */
async function passOn(
  run: (sql: string, params: unknown[]) => Promise<unknown>,
  loadId: string,
  range: { from: string; to: string },
): Promise<void> {
  for (const table of TABLES) {
    await run(
      `update ${table} o set superseded_by = u.superseded_by from ${table} u
       where u.load_id = ? and u.identity >= ?::uuid and u.identity <= ?::uuid and u.superseded_by is not null
       and o.workspace_id = u.workspace_id and o.identity = u.identity and o.load_id <> u.load_id and o.superseded_by = u.load_id`,
      [loadId, range.from, range.to],
    );
  }
}

/** Owns bringing the rollup up to date with a load: prepared in short transactions, in force with the load's new status, swept after it. */
import type { InUnit, UnitOfWork } from '../../domain/unit.ts';
import { addDays } from '../../kernel/calendar.ts';
import { newId } from '../../kernel/ids.ts';

/** Facts whose rollup one transaction makes: a few tenths of a second on the embedded database. */
const WINDOW_FACTS = 20_000;
/** Rows that nobody sees any more, removed in one transaction. */
const SWEPT_ROWS = 10_000;
const ANALYZED = ['metric_rollup_row', 'performance_fact', 'import_load'] as const;

/** The change of a load that the rollup follows; days in which its facts lie. */
export interface LoadChange {
  readonly loadId: string;
  readonly to: 'ACTIVE' | 'UNDONE';
  readonly from: string;
  readonly through: string;
}

/**
 * Makes the rollup that will hold once the load has its new status, out of readers' sight. Gives the build, or null where the change is small
 * or rows give way to one another, so that the whole must be counted in the transaction of the change itself.
 */
export async function prepareRollup(inUnit: InUnit, change: LoadChange): Promise<string | null> {
  const windows = await inUnit('app', (unit) => windowsOf(unit, change));
  if (windows.length <= 1) return null;
  const build = newId();
  await inUnit('app', ({ em }) => em.execute('select rollup_begin(?, ?)', [build, change.loadId]));
  for (const { from, to } of windows) {
    const [made] = await inUnit('app', ({ em }) =>
      em.execute<{ made: boolean }[]>('select rollup_prepare(?, ?, ?, ?::date, ?::date) as made', [
        build,
        change.loadId,
        change.to,
        from,
        to,
      ]),
    );
    if (made?.made === true) continue;
    await voidBuilds(inUnit, change.loadId);
    return null;
  }
  await inUnit('app', ({ em }) =>
    em.execute('select coverage_add(?, ?::date, ?::date, true)', [build, change.from, change.through]),
  );
  for (const table of ANALYZED) await inUnit('app', ({ em }) => em.execute('select facts_analyze(?)', [table]));
  return build;
}

/** Brings the rollup into force in the unit that changes the load's status, after `lockRollup` and the change. */
export async function settleRollup({ em }: UnitOfWork, build: string | null, change: LoadChange): Promise<void> {
  await em.execute('select rollup_settle(?::uuid, ?::date, ?::date)', [build, change.from, change.through]);
}

/** Lets one change of a load at a time decide what counts, to the end of the unit. */
export async function lockRollup({ em }: UnitOfWork): Promise<void> {
  await em.execute('select rollup_lock()');
}

/** Ends the builds of a load that did not come into force, and removes what they made. */
export async function voidBuilds(inUnit: InUnit, loadId: string): Promise<void> {
  await inUnit('app', ({ em }) => em.execute('delete from rollup_build where load_id = ? and not in_force', [loadId]));
  await sweepRollup(inUnit);
}

/** Removes rollup rows that no reader sees any more, in short transactions. */
export async function sweepRollup(inUnit: InUnit): Promise<void> {
  for (let gone = 1; gone > 0;) {
    const [swept] = await inUnit('app', ({ em }) =>
      em.execute<{ gone: number }[]>('select rollup_sweep(?) as gone', [SWEPT_ROWS]),
    );
    gone = swept?.gone ?? 0;
  }
}

/** Windows of whole days that tile the change, each with about as many facts (of all loads) as one transaction takes. */
async function windowsOf({ em }: UnitOfWork, { from, through }: LoadChange): Promise<{ from: string; to: string }[]> {
  const days = await em.execute<{ day: string; facts: number }[]>(
    `select start_day::text as day, count(*)::int as facts from performance_fact where start_day between ?::date and ?::date group by start_day order by start_day`,
    [from, through],
  );
  const starts = [from];
  let held = 0;
  for (const { day, facts } of days) {
    if (held > 0 && held + facts > WINDOW_FACTS) {
      starts.push(day);
      held = 0;
    }
    held += facts;
  }
  return starts.map((start, at) => {
    const next = starts[at + 1];
    return { from: start, to: next === undefined ? through : addDays(next, -1) };
  });
}

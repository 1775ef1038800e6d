/** Owns the comparison of a staged load with what is live: what is unchanged, what it restates, what it takes back; in short transactions. */
import type { InUnit } from '../../domain/unit.ts';
import { showAlive } from './importTurn.ts';
import { contentSql, MEASURE_COLUMNS } from './stageFacts.ts';

/** Rows that one transaction looks at; it stays well under a second on the embedded database. */
const CHUNK_ROWS = 10_000;
const MAX_CHUNKS = 256;

const ACTIVE = `(select id from import_load where status = 'ACTIVE')`;

/** Condition that a row of an earlier load counts: its load is active and no active load has restated it. */
export function liveSql(alias: string): string {
  return `${alias}.load_id in ${ACTIVE} and (${alias}.superseded_by is null or ${alias}.superseded_by not in ${ACTIVE})`;
}

/** Tables of facts, with the condition under which a restated row says the same. */
const SERIES = [
  { table: 'kpi_fact', same: 'o.value = n.value and o.unit = n.unit' },
  {
    table: 'control_fact',
    same: 'o.value is not distinct from n.value and o.category is not distinct from n.category',
  },
  { table: 'media_input', same: 'o.value = n.value and o.unit = n.unit' },
] as const;

/** Marks live rows of the same source and account in the window that the load no longer has: a record moved to another day or was deleted. */
const TAKEN_BACK = `update performance_fact o set superseded_by = ?
  where o.start_day between ?::date and ?::date and o.identity >= ?::uuid and o.identity <= ?::uuid and ${liveSql('o')}
  and exists (select 1 from performance_fact s where s.load_id = ? and s.source = o.source and s.account = o.account)
  and not exists (select 1 from performance_fact n where n.workspace_id = o.workspace_id and n.identity = o.identity and n.load_id = ?)`;

/** What settling a load needs to know. */
export interface Settling {
  readonly loadId: string;
  readonly staged: number;
  readonly from: string;
  readonly to: string;
  /** Measures that the file has a column for; others keep what an earlier load said. */
  readonly measures: ReadonlySet<string> | null;
  /** Whether measures were added up across rows, so that the digests of their content must be made anew. */
  readonly combined: boolean;
  /** Whether the load stands for all rows of its source and account in its window. */
  readonly restatesWindow: boolean;
}

/**
 * Marks what the load says again (in force once the load is active), and counts what differs and what is the same. A row that says the same
 * takes over too, so that undoing the earlier load does not take away what the later one said.
 */
export async function settleLoad(inUnit: InUnit, settling: Settling): Promise<{ restated: number; unchanged: number }> {
  const counts = { restated: 0, unchanged: 0 };
  const earlier = await inUnit('app', async ({ em }) => {
    const rows: unknown[] = await em.execute(
      `select 1 from import_load where status = 'ACTIVE' and id <> ? and to_day >= ?::date and from_day <= ?::date limit 1`,
      [settling.loadId, settling.from, settling.to],
    );
    return rows.length > 0;
  });
  if (!earlier) return counts;
  const ranges = identityRanges(settling.staged);
  for (const range of ranges) {
    const { restated, unchanged } = await inUnit('app', async (unit) => {
      await showAlive(unit, settling.loadId);
      return settleRange((sql, params) => unit.em.execute(sql, params), settling, range);
    });
    counts.restated += restated;
    counts.unchanged += unchanged;
  }
  return counts;
}

/** Bounds of identities that part them into chunks of about 10,000 rows. */
export function identityRanges(rows: number): { from: string; to: string }[] {
  const chunks = Math.min(MAX_CHUNKS, Math.max(1, Math.ceil(rows / CHUNK_ROWS)));
  const bound = (at: number): string =>
    `${Math.floor((at * 65_536) / chunks)
      .toString(16)
      .padStart(4, '0')}0000-0000-0000-0000-000000000000`;
  return Array.from({ length: chunks }, (_, at) => ({
    from: bound(at),
    to: at + 1 === chunks ? 'ffffffff-ffff-ffff-ffff-ffffffffffff' : bound(at + 1),
  }));
}

type Run = (sql: string, params: unknown[]) => Promise<{ count: string; same?: string }[]>;

async function settleRange(
  run: Run,
  settling: Settling,
  range: { from: string; to: string },
): Promise<{ restated: number; unchanged: number }> {
  const load = settling.loadId;
  const within = 'n.load_id = ? and n.identity >= ?::uuid and n.identity <= ?::uuid';
  const params = [load, range.from, range.to];
  const pair = (table: string): string =>
    `from ${table} o where ${within} and o.workspace_id = n.workspace_id and o.identity = n.identity and o.load_id <> n.load_id and ${liveSql('o')}`;
  const count = async (sql: string, values: unknown[]): Promise<number> =>
    Number((await run(`with done as (${sql} returning 1) select count(*) as count from done`, values))[0]?.count ?? 0);
  let restated = 0;
  let unchanged = 0;

  if (settling.combined)
    await count(`update performance_fact n set content = ${contentSql('n')} where ${within}`, params);
  const carried =
    settling.measures === null
      ? []
      : MEASURE_COLUMNS.filter(({ measure }) => settling.measures?.has(measure) === false);
  if (carried.length > 0) {
    const sets = carried.map(({ column }) => `${column} = o.${column}`).join(', ');
    const some = carried.map(({ column }) => `o.${column} is not null`).join(' or ');
    const digest = carried.map(({ column }) => `coalesce(o.${column}::text, '')`).join(', ');
    await count(
      `update performance_fact n set ${sets}, currency = coalesce(n.currency, o.currency), content = md5(concat_ws('|', n.content, ${digest}))::uuid ${pair('performance_fact')} and (${some})`,
      params,
    );
  }
  if (settling.restatesWindow)
    restated += await count(TAKEN_BACK, [load, settling.from, settling.to, range.from, range.to, load, load]);
  for (const { table, same } of [{ table: 'performance_fact', same: 'o.content = n.content' }, ...SERIES]) {
    const [marked] = await run(
      `with done as (update ${table} o set superseded_by = n.load_id from ${table} n
         where ${within} and o.workspace_id = n.workspace_id and o.identity = n.identity and o.load_id <> n.load_id and ${liveSql('o')}
         returning (${same}) as same)
       select count(*) as count, count(*) filter (where same) as same from done`,
      params,
    );
    unchanged += Number(marked?.same ?? 0);
    restated += Number(marked?.count ?? 0) - Number(marked?.same ?? 0);
  }
  return { restated, unchanged };
}

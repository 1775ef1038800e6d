/** Owns facts for tests of metrics and outcomes: loads written as an import leaves them, restated and undone as an import does it. */
import { newId } from '../../src/kernel/ids.ts';
import type { InUnit, UnitOfWork } from '../../src/domain/unit.ts';

/** A performance row of a test; what is left out is a day's row of one account without entities. */
export interface TestFact {
  readonly source?: string;
  readonly kind?: 'PLATFORM' | 'ANALYTICS' | 'CRM' | 'MODEL_INPUT';
  readonly account?: string;
  readonly grain?: 'DAY' | 'WEEK' | 'PERIOD';
  readonly start: string;
  readonly end?: string;
  readonly geo?: string | null;
  readonly channel?: string;
  readonly campaign?: string | null;
  readonly audience?: string | null;
  readonly message?: string | null;
  readonly attribution?: string | null;
  /** Columns of performance_fact with their values; money in micros. */
  readonly values: Readonly<Record<string, number | bigint>>;
}

/** Writes facts under an active load and refreshes the rollup; rows of the same identity in `restates` are superseded. Gives the load. */
export async function loadFacts(inUnit: InUnit, facts: readonly TestFact[], restates?: string): Promise<string> {
  const loadId = newId();
  await inUnit('app', async (unit) => {
    await insertLoad(unit, loadId);
    for (const fact of facts) await insertFact(unit, loadId, fact);
    if (restates !== undefined) {
      await unit.em.execute(
        `update performance_fact old set superseded_by = ?::uuid from performance_fact new
         where new.load_id = ?::uuid and old.load_id = ?::uuid and old.identity = new.identity`,
        [loadId, loadId, restates],
      );
    }
    await refresh(unit, facts);
  });
  return loadId;
}

/** Takes a load back: its rows stop counting, and those it restated count again. */
export async function undoLoad(inUnit: InUnit, loadId: string): Promise<void> {
  await inUnit('app', async (unit) => {
    const rows = await unit.em.execute<{ from_day: string; to_day: string }[]>(
      'select min(start_day)::text as from_day, max(end_day)::text as to_day from performance_fact where load_id = ?::uuid',
      [loadId],
    );
    await unit.em.execute("update import_load set status = 'UNDONE' where id = ?::uuid", [loadId]);
    await unit.em.execute('update performance_fact set superseded_by = null where superseded_by = ?::uuid', [loadId]);
    await unit.em.execute('select rollup_refresh(?::date, ?::date)', [rows[0]?.from_day, rows[0]?.to_day]);
  });
}

/** Adds an entity and gives its id. */
export async function addEntity(
  inUnit: InUnit,
  type: 'campaign' | 'audience' | 'message',
  name: string,
): Promise<string> {
  const id = newId();
  const channel = type === 'campaign' ? ', channel' : '';
  await inUnit('app', ({ em, workspace }) =>
    em.execute(
      `insert into ${type} (id, workspace_id, name${channel}) values (?::uuid, ?::uuid, ?${channel === '' ? '' : ", 'PAID_SEARCH'"})`,
      [id, workspace.id, name],
    ),
  );
  return id;
}

/** Adds a load without rows. */
export async function insertLoad({ em, workspace }: UnitOfWork, loadId: string): Promise<void> {
  await em.execute(
    `insert into import_load (id, workspace_id, file_name, file_sha256, options_sha256, preset, source, status, imported_by)
     values (?::uuid, ?::uuid, 'test.csv', ?, 'none', 'long', 'long', 'ACTIVE', 'test')`,
    [loadId, workspace.id, loadId],
  );
}

async function insertFact({ em, workspace }: UnitOfWork, loadId: string, fact: TestFact): Promise<void> {
  const {
    source = 'long',
    kind = 'PLATFORM',
    account = 'a',
    grain = 'DAY',
    start,
    end = start,
    geo = null,
    channel = 'PAID_SEARCH',
  } = fact;
  const { campaign = null, audience = null, message = null, attribution = null } = fact;
  const identity = [
    source,
    kind,
    account,
    grain,
    start,
    end,
    geo,
    channel,
    campaign,
    audience,
    message,
    attribution,
  ].join('|');
  const columns = Object.keys(fact.values);
  await em.execute(
    `insert into performance_fact (workspace_id, load_id, identity, content, source, source_kind, account, grain, start_day, end_day, geo, channel,
       campaign_id, audience_id, message_id, attribution, currency${columns.map((column) => `, ${column}`).join('')})
     values (?::uuid, ?::uuid, md5(?)::uuid, gen_random_uuid(), ?, ?, ?, ?, ?::date, ?::date, ?, ?, ?::uuid, ?::uuid, ?::uuid, ?, 'EUR'${columns.map(() => ', ?').join('')})`,
    [
      workspace.id,
      loadId,
      identity,
      source,
      kind,
      account,
      grain,
      start,
      end,
      geo,
      channel,
      campaign,
      audience,
      message,
      attribution,
      ...columns.map((column) => String(fact.values[column])),
    ],
  );
}

async function refresh({ em }: UnitOfWork, facts: readonly TestFact[]): Promise<void> {
  const starts = facts.map((fact) => fact.start).sort();
  const ends = facts.map((fact) => fact.end ?? fact.start).sort();
  if (facts.length > 0) await em.execute('select rollup_refresh(?::date, ?::date)', [starts[0], ends.at(-1)]);
}

/** Owns a load from its first batch to its activation: one file, one load, visible at once or not at all. */
import type { Fact, ImportResult } from '../../domain/facts.ts';
import { principalId } from '../../domain/principal.ts';
import type { InUnit, UnitOfWork } from '../../domain/unit.ts';
import { AppError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import { discardLoad } from './discardLoad.ts';
import { recordCampaigns } from './observedCampaigns.ts';
import { emptyEntityIds, mergeEntityIds, newNames, observeEntities } from './observedEntities.ts';
import { resultOf, sameResult, type LoadOrigin, type Staged } from './loadResult.ts';
import { lockRollup, prepareRollup, settleRollup, sweepRollup } from './rollups.ts';
import { storePersonalCells, type PersonalRow } from './personalCells.ts';
import { settleLoad } from './settleLoad.ts';
import { rowsOfFacts, writeRows, type FactRows } from './stageFacts.ts';

/** Minutes without a sign of life after which a load that is still staging counts as dead. */
const DEAD_AFTER_MINUTES = 2;

/** How far a load has come. */
export interface LoadProgress {
  readonly stage: 'READING' | 'COMPARING' | 'ACTIVATING';
  readonly facts: number;
}

/**
 * Loads facts: batches go in under a load that readers ignore, each in a transaction of its own; then what they restate is
 * marked, the rollups are prepared, and the last transaction makes both count. On a failure nothing is left.
 * @throws CONFLICT while another import of the workspace runs
 */
export async function loadFacts(
  inUnit: InUnit,
  origin: LoadOrigin,
  of: {
    batches: AsyncIterable<readonly Fact[]> | Iterable<readonly Fact[]>;
    /** Personal cells that an approved change set allows to keep. */
    personal?: AsyncIterable<readonly PersonalRow[]>;
    progress?: (at: LoadProgress) => void;
    /** Ends the load between two steps; nothing of it is left then. */
    signal?: AbortSignal;
    /** Done in the transaction that makes the load visible; when it throws, nothing of the load is left. */
    along?: (unit: UnitOfWork) => Promise<void>;
  },
): Promise<ImportResult> {
  const begun = await inUnit('app', (unit) => begin(unit, origin));
  for (const dead of begun.dead) await discardLoad(inUnit, dead);
  if (begun.sameAs !== null) {
    if (of.along) await inUnit('app', of.along);
    return sameResult(origin, begun.sameAs);
  }
  const { id } = begun;
  try {
    const staged = await stageAll(inUnit, id, of);
    for await (const rows of of.personal ?? []) await inUnit('app', (unit) => storePersonalCells(unit, id, rows));
    of.signal?.throwIfAborted();
    of.progress?.({ stage: 'COMPARING', facts: staged.facts });
    const window = { from: staged.from ?? '1970-01-01', to: staged.to ?? '1970-01-01' };
    const { restated, unchanged } = await settleLoad(inUnit, {
      loadId: id,
      staged: staged.rows,
      ...window,
      measures: origin.measures,
      combined: origin.combined,
      restatesWindow: origin.restatesWindow,
    });
    of.signal?.throwIfAborted();
    of.progress?.({ stage: 'ACTIVATING', facts: staged.facts });
    const result = resultOf(origin, { id, staged, restated, unchanged });
    const change = { loadId: id, to: 'ACTIVE', from: window.from, through: window.to } as const;
    const build = await prepareRollup(inUnit, change);
    of.signal?.throwIfAborted();
    await inUnit('app', async (unit) => {
      await of.along?.(unit);
      await recordCampaigns(unit, id, { states: origin.campaigns ?? [], entities: staged.entities });
      await activate(unit, result);
      await settleRollup(unit, build, change);
    });
    if (build !== null) await sweepRollup(inUnit);
    return result;
  } catch (error) {
    await discardLoad(inUnit, id);
    throw error;
  }
}

interface Begun {
  readonly id: string;
  readonly sameAs: string | null;
  readonly dead: readonly string[];
}

async function begin({ em, workspace, principal }: UnitOfWork, origin: LoadOrigin): Promise<Begun> {
  await em.execute(`select pg_advisory_xact_lock(hashtextextended('import ' || ?, 0))`, [workspace.id]);
  const running: { id: string; dead: boolean; file_name: string }[] = await em.execute(
    `select id, file_name, coalesce((rows ->> 'beatAt')::timestamptz, created_at) < now() - make_interval(mins => ?) as dead from import_load where status = 'STAGING'`,
    [DEAD_AFTER_MINUTES],
  );
  const alive = running.find(({ dead }) => !dead);
  if (alive)
    throw new AppError('CONFLICT', `Another import is running: ${alive.file_name}.`, {
      hint: 'Wait for it to end, then import again.',
    });
  const dead = running.map(({ id }) => id);
  const same: { id: string }[] = await em.execute(
    `select id from import_load where status = 'ACTIVE' and file_sha256 = ? and options_sha256 = ? limit 1`,
    [origin.fileDigest, origin.optionsDigest],
  );
  const id = newId();
  if (same[0]) return { id, sameAs: same[0].id, dead };
  await em.execute(
    `insert into import_load (id, workspace_id, file_name, file_sha256, options_sha256, preset, source, status, rows, imported_by)
     values (?, ?, ?, ?, ?, ?, ?, 'STAGING', jsonb_build_object('beatAt', now()), ?)`,
    [
      id,
      workspace.id,
      origin.fileName,
      origin.fileDigest,
      origin.optionsDigest,
      origin.preset,
      origin.source,
      principalId(principal),
    ],
  );
  return { id, sameAs: null, dead };
}

/** Stages all batches. While the database writes one, the next is read and its rows are worked out: they use different cores. */
async function stageAll(
  inUnit: InUnit,
  loadId: string,
  of: {
    batches: AsyncIterable<readonly Fact[]> | Iterable<readonly Fact[]>;
    progress?: (at: LoadProgress) => void;
    signal?: AbortSignal;
  },
): Promise<Staged> {
  const staged: Staged = { facts: 0, rows: 0, from: null, to: null, entities: emptyEntityIds() };
  let writing = Promise.resolve();
  const write = async (facts: readonly Fact[], rows: FactRows): Promise<void> => {
    staged.rows += await inUnit('app', (unit) => writeBatch(unit, loadId, { staged, facts, rows }));
    staged.facts += facts.length;
    of.progress?.({ stage: 'READING', facts: staged.facts });
  };
  try {
    for await (const facts of ahead(of.batches)) {
      of.signal?.throwIfAborted();
      const names = newNames(facts, staged.entities);
      if (names !== null) {
        await writing;
        mergeEntityIds(staged.entities, await inUnit('app', (unit) => observeEntities(unit, names, staged.entities)));
      }
      const rows = rowsOfFacts(facts, staged.entities);
      for (const { start, end } of facts) {
        if (staged.from === null || start < staged.from) staged.from = start;
        if (staged.to === null || end > staged.to) staged.to = end;
      }
      await writing;
      writing = write(facts, rows);
      // Its failure is told where it is awaited.
      writing.catch(() => undefined);
    }
    await writing;
  } finally {
    await writing.catch(() => undefined);
  }
  return staged;
}

/** Writes one batch and a sign of life. Gives the rows written. */
async function writeBatch(
  { em, workspace }: UnitOfWork,
  loadId: string,
  of: { staged: Staged; facts: readonly Fact[]; rows: FactRows },
): Promise<number> {
  const written = await writeRows(em, { id: loadId, workspaceId: workspace.id }, of.rows);
  await em.execute(
    `update import_load set rows = jsonb_build_object('beatAt', now(), 'facts', ?::int), has_performance = has_performance or ? where id = ?`,
    [of.staged.facts + of.facts.length, of.rows.performance.length > 0, loadId],
  );
  return written;
}

/** Asks for the next batch while the present one is written: reading and the database work on different cores. */
async function* ahead<T>(batches: AsyncIterable<T> | Iterable<T>): AsyncGenerator<T> {
  const iterator = Symbol.asyncIterator in batches ? batches[Symbol.asyncIterator]() : batches[Symbol.iterator]();
  const next = async (): Promise<IteratorResult<T>> => iterator.next();
  let coming = next();
  coming.catch(() => undefined);
  try {
    for (;;) {
      const { done, value } = await coming;
      if (done) return;
      coming = next();
      coming.catch(() => undefined);
      yield value;
    }
  } finally {
    await coming.catch(() => undefined);
    await iterator.return?.();
  }
}

/** Makes the load active; the moment is taken under the lock, so that no build of another change overlooks it. */
async function activate(unit: UnitOfWork, result: ImportResult): Promise<void> {
  await lockRollup(unit);
  await unit.em.execute(
    `update import_load set status = 'ACTIVE', activated_at = clock_timestamp(), rows = ?::jsonb, result = ?::jsonb, from_day = ?::date, to_day = ?::date where id = ? and status = 'STAGING'`,
    [JSON.stringify(result.rows), JSON.stringify(result), result.from, result.to, result.load],
  );
}

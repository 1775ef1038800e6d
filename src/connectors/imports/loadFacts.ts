/** Owns a load from its first batch to its activation: one file, one load, visible at once or not at all. */
import type { Fact, ImportResult } from '../../domain/facts.ts';
import { principalId } from '../../domain/principal.ts';
import type { InUnit, UnitOfWork } from '../../domain/unit.ts';
import { newId } from '../../kernel/ids.ts';
import { discardLoad } from './discardLoad.ts';
import { showAlive, takenForDead, takeTurn } from './importTurn.ts';
import { recordCampaigns } from './observedCampaigns.ts';
import { emptyEntityIds, mergeEntityIds, newNames, observeEntities } from './observedEntities.ts';
import { resultOf, sameResult, type LoadOrigin, type Staged } from './loadResult.ts';
import { lockRollup, prepareRollup, settleRollup, sweepRollup } from './rollups.ts';
import { storePersonalCells, type PersonalRow } from './personalCells.ts';
import { settleLoad } from './settleLoad.ts';
import { batchOf, writeBatch, type FactBatch } from './stageFacts.ts';

/** The window of a load without facts. */
const NO_DAY = '1970-01-01';

/** How far a load has come. */
export interface LoadProgress {
  readonly stage: 'READING' | 'COMPARING' | 'ACTIVATING';
  readonly facts: number;
}

/** What is loaded, and what is to happen meanwhile. */
interface Loading {
  readonly batches: AsyncIterable<readonly Fact[]> | Iterable<readonly Fact[]>;
  /** Personal cells that an approved change set allows to keep. */
  readonly personal?: AsyncIterable<readonly PersonalRow[]>;
  readonly progress?: (at: LoadProgress) => void;
  /** Ends the load between two steps; nothing of it is left then. */
  readonly signal?: AbortSignal;
  /** Done in the transaction that makes the load visible; when it throws, nothing of the load is left. */
  readonly along?: (unit: UnitOfWork) => Promise<void>;
}

/**
 * Loads facts: batches go in under a load that readers ignore, each in a transaction of its own; then what they restate is
 * marked, the rollups are prepared, and the last transaction makes both count. On a failure nothing is left.
 * @throws CONFLICT while another import of the workspace runs, or when one took this one for dead
 */
export async function loadFacts(inUnit: InUnit, origin: LoadOrigin, of: Loading): Promise<ImportResult> {
  const begun = await inUnit('app', (unit) => begin(unit, origin));
  for (const dead of begun.dead) await discardLoad(inUnit, dead);
  if (begun.sameAs !== null) {
    if (of.along) await inUnit('app', of.along);
    return sameResult(origin, begun.sameAs);
  }
  const { result, build } = await bringIn(inUnit, { id: begun.id, origin }, of).catch(async (error: unknown) => {
    await discardLoad(inUnit, begun.id);
    throw error;
  });
  if (build !== null) await sweepRollup(inUnit);
  return result;
}

/** Stages, compares and activates one load that has begun; gives the build of the rollup that came with it. */
async function bringIn(
  inUnit: InUnit,
  { id, origin }: { id: string; origin: LoadOrigin },
  of: Loading,
): Promise<{ result: ImportResult; build: string | null }> {
  const staged = await stageAll(inUnit, id, of);
  for await (const rows of of.personal ?? [])
    await inUnit('app', async (unit) => {
      await showAlive(unit, id);
      await storePersonalCells(unit, id, rows);
    });
  of.signal?.throwIfAborted();
  of.progress?.({ stage: 'COMPARING', facts: staged.facts });
  const window = { from: staged.from ?? NO_DAY, to: staged.to ?? NO_DAY };
  const { measures, combined, restatesWindow } = origin;
  const settling = { loadId: id, staged: staged.rows, ...window, measures, combined, restatesWindow };
  const { restated, unchanged } = await settleLoad(inUnit, settling);
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
  return { result, build };
}

interface Begun {
  readonly id: string;
  readonly sameAs: string | null;
  readonly dead: readonly string[];
}

async function begin(unit: UnitOfWork, origin: LoadOrigin): Promise<Begun> {
  const { em, workspace, principal } = unit;
  const dead = await takeTurn(unit);
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
  of: Pick<Loading, 'batches' | 'progress' | 'signal'>,
): Promise<Staged> {
  const staged: Staged = { facts: 0, rows: 0, from: null, to: null, entities: emptyEntityIds() };
  let writing = Promise.resolve();
  const write = async (batch: FactBatch, facts: number): Promise<void> => {
    await inUnit('app', (unit) => writeAlive(unit, loadId, { batch, facts: staged.facts + facts }));
    staged.rows += batch.rows;
    staged.facts += facts;
    of.progress?.({ stage: 'READING', facts: staged.facts });
  };
  try {
    for await (const facts of of.batches) {
      of.signal?.throwIfAborted();
      const names = newNames(facts, staged.entities);
      if (names !== null) {
        await writing;
        mergeEntityIds(staged.entities, await inUnit('app', (unit) => observeEntities(unit, names, staged.entities)));
      }
      const batch = batchOf(facts, staged.entities);
      for (const { start, end } of facts) {
        if (staged.from === null || start < staged.from) staged.from = start;
        if (staged.to === null || end > staged.to) staged.to = end;
      }
      await writing;
      writing = write(batch, facts.length);
      // Its failure is told where it is awaited.
      writing.catch(() => undefined);
    }
    await writing;
  } finally {
    await writing.catch(() => undefined);
  }
  return staged;
}

/** Writes one batch with a sign of life; `facts` counts those of the load up to and with it. */
async function writeAlive(unit: UnitOfWork, loadId: string, of: { batch: FactBatch; facts: number }): Promise<void> {
  const { em, workspace } = unit;
  await showAlive(unit, loadId);
  await writeBatch(em, { id: loadId, workspaceId: workspace.id }, of.batch);
  await em.execute(
    `update import_load set rows = rows || jsonb_build_object('facts', ?::int), has_performance = has_performance or ? where id = ?`,
    [of.facts, of.batch.hasPerformance, loadId],
  );
}

/** Makes the load active; the moment is taken under the lock, so that no build of another change overlooks it. @throws CONFLICT when it was taken for dead */
async function activate(unit: UnitOfWork, result: ImportResult): Promise<void> {
  await lockRollup(unit);
  const activated: unknown[] = await unit.em.execute(
    `update import_load set status = 'ACTIVE', activated_at = clock_timestamp(), rows = ?::jsonb, result = ?::jsonb, from_day = ?::date, to_day = ?::date where id = ? and status = 'STAGING' returning id`,
    [JSON.stringify(result.rows), JSON.stringify(result), result.from, result.to, result.load],
  );
  if (activated.length === 0) throw takenForDead();
}

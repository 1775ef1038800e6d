/** Owns a load from its first batch to its activation: one file, one load, visible at once or not at all. */
import type { Fact, ImportResult } from '../../domain/facts.ts';
import { principalId } from '../../domain/principal.ts';
import type { InUnit, UnitOfWork } from '../../domain/unit.ts';
import { AppError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import { discardLoad } from './discardLoad.ts';
import { emptyEntityIds, mergeEntityIds, observeEntities, type EntityIds } from './observedEntities.ts';
import type { ImportPlan } from './importPlan.ts';
import { countFields, fractionalFields, moneyFields } from './fields.ts';
import { settleLoad } from './settleLoad.ts';
import { stageFacts } from './stageFacts.ts';

/** Minutes without a sign of life after which a load that is still staging counts as dead. */
const DEAD_AFTER_MINUTES = 2;
const NEW_CAMPAIGNS_LISTED = 20;

/** What a load is made from: a planned file, or rows that the program itself made. */
export interface LoadOrigin {
  readonly fileName: string;
  /** Digests of the bytes and of the options; the same pair is never loaded twice. */
  readonly fileDigest: string;
  readonly optionsDigest: string;
  readonly preset: string;
  readonly source: string;
  /** Rows of the file, and those of them that became nothing. */
  readonly rows: { readonly read: number; readonly skipped: number };
  readonly skipped: ImportResult['skipped'];
  readonly columns: ImportResult['columns'];
  readonly dropped: ImportResult['dropped'];
  readonly notes: readonly string[];
  /** Measures that the file has columns for; null when every row states all that it knows. */
  readonly measures: ReadonlySet<string> | null;
  readonly combined: boolean;
  readonly restatesWindow: boolean;
}

/** How far a load has come. */
export interface LoadProgress {
  readonly stage: 'READING' | 'COMPARING' | 'ACTIVATING';
  readonly facts: number;
}

/** The origin of a load from a plan. */
export function originOf(plan: ImportPlan, fileName: string): LoadOrigin {
  return {
    fileName,
    fileDigest: plan.fileDigest,
    optionsDigest: plan.optionsDigest,
    preset: plan.preset,
    source: plan.reading.layout.preset.source,
    rows: plan.rows,
    skipped: [...plan.skipped],
    columns: [...plan.columns],
    dropped: [...plan.dropped],
    notes: plan.notes,
    measures: statedMeasures(plan),
    combined: plan.restatesWindow || plan.columns.some(({ field }) => field === 'breakdown' || field === 'variation'),
    restatesWindow: plan.restatesWindow,
  };
}

/**
 * Loads facts: batches go in under a load that readers ignore, each in a transaction of its own; then what they restate is
 * marked, and the last transaction makes the load active and brings the rollups up to date. On a failure nothing is left.
 * @throws CONFLICT while another import of the workspace runs
 */
export async function loadFacts(
  inUnit: InUnit,
  origin: LoadOrigin,
  of: {
    batches: AsyncIterable<readonly Fact[]> | Iterable<readonly Fact[]>;
    progress?: (at: LoadProgress) => void;
    signal?: AbortSignal;
  },
): Promise<ImportResult> {
  const begun = await inUnit('app', (unit) => begin(unit, origin));
  for (const dead of begun.dead) await discardLoad(inUnit, dead);
  if (begun.sameAs !== null) return sameResult(origin, begun.sameAs);
  const { id } = begun;
  try {
    const staged = await stageAll(inUnit, id, of);
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
    of.progress?.({ stage: 'ACTIVATING', facts: staged.facts });
    const result = resultOf(origin, { id, staged, restated, unchanged });
    await inUnit('app', (unit) => activate(unit, result, window));
    return result;
  } catch (error) {
    await discardLoad(inUnit, id);
    throw error;
  }
}

/** Measures that the columns of the plan can fill; those of records are all that their source has. */
function statedMeasures(plan: ImportPlan): ReadonlySet<string> | null {
  if (plan.restatesWindow) return null;
  return new Set(
    plan.columns.flatMap(({ field }) =>
      [countFields[field], moneyFields[field], fractionalFields[field]].filter((measure) => measure !== undefined),
    ),
  );
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

interface Staged {
  facts: number;
  rows: number;
  from: string | null;
  to: string | null;
  entities: EntityIds;
}

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
  for await (const facts of ahead(of.batches)) {
    of.signal?.throwIfAborted();
    const { found, rows } = await inUnit('app', async ({ em, workspace }) => {
      const found = await observeEntities(em, workspace.id, { facts, known: staged.entities });
      const entities: EntityIds = {
        channels: found.channels,
        newCampaigns: [],
        ids: new Map([...staged.entities.ids, ...found.ids]),
      };
      const rows = await stageFacts(
        em,
        { id: loadId, workspaceId: workspace.id },
        { facts, entities: found.ids.size === 0 ? staged.entities : entities },
      );
      await em.execute(
        `update import_load set rows = jsonb_build_object('beatAt', now(), 'facts', ?::int) where id = ?`,
        [staged.facts + facts.length, loadId],
      );
      return { found, rows };
    });
    mergeEntityIds(staged.entities, found);
    staged.facts += facts.length;
    staged.rows += rows;
    for (const { start, end } of facts) {
      if (staged.from === null || start < staged.from) staged.from = start;
      if (staged.to === null || end > staged.to) staged.to = end;
    }
    of.progress?.({ stage: 'READING', facts: staged.facts });
  }
  return staged;
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

async function activate({ em }: UnitOfWork, result: ImportResult, window: { from: string; to: string }): Promise<void> {
  await em.execute(
    `update import_load set status = 'ACTIVE', activated_at = now(), rows = ?::jsonb, result = ?::jsonb, from_day = ?::date, to_day = ?::date where id = ? and status = 'STAGING'`,
    [JSON.stringify(result.rows), JSON.stringify(result), result.from, result.to, result.load],
  );
  await em.execute('select rollup_refresh(?::date, ?::date)', [window.from, window.to]);
}

function resultOf(
  origin: LoadOrigin,
  of: { id: string; staged: Staged; restated: number; unchanged: number },
): ImportResult {
  const { staged, restated, unchanged } = of;
  const fresh = staged.entities.newCampaigns;
  const listed = fresh.slice(0, NEW_CAMPAIGNS_LISTED).join(', ');
  const observed =
    fresh.length === 0
      ? []
      : [
          `Campaigns seen for the first time (${fresh.length}), to be matched by a person where another tool names them differently: ${listed}${fresh.length > NEW_CAMPAIGNS_LISTED ? ', …' : ''}.`,
        ];
  return {
    load: of.id,
    sameAs: null,
    preset: origin.preset,
    rows: {
      read: origin.rows.read,
      added: Math.max(0, staged.rows - restated - unchanged),
      restated,
      unchanged,
      skipped: origin.rows.skipped,
    },
    skipped: [...origin.skipped],
    columns: [...origin.columns],
    dropped: [...origin.dropped],
    from: staged.from,
    to: staged.to,
    notes: [...origin.notes, ...observed],
    status: 'LOADED',
  };
}

function sameResult(origin: LoadOrigin, sameAs: string): ImportResult {
  return {
    load: null,
    sameAs,
    preset: origin.preset,
    rows: {
      read: origin.rows.read,
      added: 0,
      restated: 0,
      unchanged: origin.rows.read - origin.rows.skipped,
      skipped: origin.rows.skipped,
    },
    skipped: [...origin.skipped],
    columns: [...origin.columns],
    dropped: [...origin.dropped],
    from: null,
    to: null,
    notes: ['This file was loaded before with the same options; nothing changed.'],
    status: 'UNCHANGED',
  };
}

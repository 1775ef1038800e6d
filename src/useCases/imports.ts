/** Owns bringing performance files in and taking loads back: planned first, then loaded whole or not at all. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { undoLoad, type UndoResult } from '../connectors/imports/discardLoad.ts';
import { withFrugalHeap } from '../connectors/imports/frugalHeap.ts';
import { loadFacts, type LoadProgress } from '../connectors/imports/loadFacts.ts';
import { originOf, sameResult } from '../connectors/imports/loadResult.ts';
import { dryRunResult, refuseProblems, type ReadProgress } from '../connectors/imports/importPlan.ts';
import { planImport } from '../connectors/imports/planImport.ts';
import { readPersonalCells } from '../connectors/imports/personalCells.ts';
import { presetNames, type PresetName } from '../connectors/imports/presets/preset.ts';
import { readFacts } from '../connectors/imports/readFacts.ts';
import type { ImportOptions } from '../connectors/imports/rowContext.ts';
import { ImportLoadEntity, type ImportLoadRow } from '../database/entities/importLoad.ts';
import type { ImportResult } from '../domain/facts.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import { digestOf } from '../kernel/canonicalJson.ts';
import { AppError, toError } from '../kernel/errors.ts';
import { keyBy } from '../kernel/grouping.ts';
import { requirePerson, requireScope, type Caller } from './callers.ts';
import { pageRows, type PageRequest } from './pages.ts';
import { keptOrigin, permissionToKeep } from './personalColumns.ts';
import { consumeUpload, findUpload, openUpload } from './uploads.ts';
import { currentWorkspace } from './workspaces.ts';

export type ImportView = ImportLoadRow;
export { presetNames };

/** What a person may choose; everything else is read from the file. */
export interface ImportChoices {
  readonly preset?: string | undefined;
  readonly map?: Readonly<Record<string, string>> | undefined;
  readonly currency?: string | undefined;
  readonly rates?: Readonly<Record<string, string>> | undefined;
  readonly locale?: string | undefined;
  readonly account?: string | undefined;
  readonly keepPersonal?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
}

/** Whoever watches a long import, and may stop it: its signal leaves nothing loaded. */
export interface ImportWatcher {
  readonly signal?: AbortSignal | undefined;
  reading?(at: ReadProgress & { readonly totalBytes: number | null }): void;
  loading?(at: LoadProgress & { readonly totalFacts: number }): void;
}

/** A file that can be read from its start more than once. */
interface ImportSource {
  readonly fileName: string;
  readonly totalBytes: number | null;
  readonly open: () => AsyncIterable<Uint8Array>;
}

/** Imports a file of this machine. @throws BAD_USER_INPUT naming line and column of each bad row, CANCELLED when it is stopped; nothing is loaded then */
export async function importFile(
  caller: Caller,
  path: string,
  choices: ImportChoices,
  watcher: ImportWatcher = {},
): Promise<ImportResult> {
  const found = await stat(path).catch((error: unknown) => {
    throw new AppError('BAD_USER_INPUT', `${path} cannot be read: ${toError(error).message}.`, { cause: error });
  });
  if (!found.isFile())
    throw new AppError('BAD_USER_INPUT', `${path} is no file.`, { hint: 'Import one file at a time.' });
  return importSource(
    caller,
    { fileName: basename(path), totalBytes: found.size, open: () => createReadStream(path) },
    choices,
    watcher,
  );
}

/**
 * Imports an upload, whose file is removed once it was taken in; importing it again with the same choices changes nothing.
 * @throws as `importFile`; NOT_FOUND for an unknown upload
 */
export async function importUpload(caller: Caller, uploadId: string, choices: ImportChoices): Promise<ImportResult> {
  requireScope(caller, 'imports:write');
  const choicesSha256 = digestOf(JSON.parse(JSON.stringify(choices)));
  const row = await findUpload(caller, uploadId);
  if (row.loadId !== null) return takenInBefore(caller, row.loadId, row.choicesSha256 === choicesSha256);
  await using upload = await openUpload(caller, row);
  const { fileName, bytes } = row;
  const source = { fileName, open: upload.open, totalBytes: Number(bytes) };
  const result = await importSource(caller, source, choices, {});
  const loadId = result.load ?? result.sameAs;
  if (loadId !== null) await consumeUpload(caller, row, { loadId, choicesSha256 });
  return result;
}

/** The answer to who sends an import again, in doubt whether it arrived. */
async function takenInBefore(caller: Caller, loadId: string, sameChoices: boolean): Promise<ImportResult> {
  const load = await caller.inUnit('app', ({ em }) => em.findOne(ImportLoadEntity, { id: loadId }));
  if (load?.status === 'ACTIVE' && load.result && sameChoices) return sameResult(load.result, loadId);
  throw new AppError('BAD_USER_INPUT', 'This upload was imported before, and its file was removed then.', {
    hint: 'Upload the file again to import it anew.',
  });
}

/** Takes back one load and what derives from it. @throws NOT_FOUND, CONFLICT, FORBIDDEN for callers that are no person */
export async function undoImport(caller: Caller, loadId: string): Promise<UndoResult> {
  requirePerson(caller);
  const undone = await undoLoad(caller.inUnit, loadId);
  await caller.services.owner.checkpoint();
  return undone;
}

/** Loads, newest first. */
export function listImports(unit: UnitOfWork, page: PageRequest): Promise<ImportView[]> {
  return pageRows(unit, ImportLoadEntity, { time: 'createdAt', page });
}

/** Loads by id. */
export async function importsById({ em }: UnitOfWork, ids: readonly string[]): Promise<Map<string, ImportView>> {
  return keyBy(await em.find(ImportLoadEntity, { id: { $in: [...ids] } }), (load) => load.id);
}

function importSource(
  caller: Caller,
  source: ImportSource,
  choices: ImportChoices,
  watcher: ImportWatcher,
): Promise<ImportResult> {
  requireScope(caller, 'imports:write');
  return withFrugalHeap(() => planAndLoad(caller, source, choices, watcher)).catch((error: unknown) => {
    if (!watcher.signal?.aborted || error !== watcher.signal.reason) throw error;
    throw new AppError('CANCELLED', 'The import was stopped: nothing of this file was loaded.', {
      hint: 'Run the same command again to load it.',
    });
  });
}

async function planAndLoad(
  caller: Caller,
  source: ImportSource,
  choices: ImportChoices,
  watcher: ImportWatcher,
): Promise<ImportResult> {
  const options = await optionsOf(caller, choices);
  const { signal } = watcher;
  const plan = await planImport(source.open, options, (at) => {
    signal?.throwIfAborted();
    watcher.reading?.({ ...at, totalBytes: source.totalBytes });
  });
  refuseProblems(plan, source.fileName);
  if (choices.dryRun) return dryRunResult(plan);
  const totalFacts = Object.values(plan.facts).reduce((sum, count) => sum + count, 0);
  const origin = originOf(plan, source.fileName);
  const loading = {
    progress: (at: LoadProgress): void => watcher.loading?.({ ...at, totalFacts }),
    ...(signal ? { signal } : {}),
  };
  if (!plan.needsPersonalDataApproval) {
    const batches = readFacts(source.open, plan);
    return settled(caller, await loadFacts(caller.inUnit, origin, { batches, ...loading }));
  }
  const keeping = await permissionToKeep(caller, source.fileName, plan);
  if (!keeping.approved) return { ...dryRunResult(plan), notes: [...plan.notes, keeping.note] };
  const allowed = { ...plan, needsPersonalDataApproval: false };
  const result = await loadFacts(caller.inUnit, keptOrigin(origin, plan, keeping), {
    batches: readFacts(source.open, allowed),
    personal: readPersonalCells(source.open, plan),
    ...loading,
  });
  return settled(caller, result);
}

async function settled(caller: Caller, result: ImportResult): Promise<ImportResult> {
  if (result.status === 'LOADED') await caller.services.owner.checkpoint();
  return result;
}

async function optionsOf(caller: Caller, choices: ImportChoices): Promise<ImportOptions> {
  const { currency: reportingCurrency, today: businessDate, timeZone } = await caller.inUnit('app', currentWorkspace);
  const { preset, dryRun: _dryRun, ...rest } = choices;
  if (preset !== undefined && preset !== 'auto' && !(presetNames as readonly string[]).includes(preset)) {
    throw new AppError(
      'BAD_USER_INPUT',
      `The preset "${preset}" is not known; there is auto, ${presetNames.join(', ')}.`,
    );
  }
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return { ...given, preset: (preset ?? 'auto') as PresetName | 'auto', reportingCurrency, businessDate, timeZone };
}

/** Owns bringing performance files in and taking loads back: planned first, then loaded whole or not at all. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { undoLoad, type UndoResult } from '../connectors/imports/discardLoad.ts';
import { loadFacts, originOf, type LoadProgress } from '../connectors/imports/loadFacts.ts';
import { dryRunResult, refuseProblems, type ImportPlan, type ReadProgress } from '../connectors/imports/importPlan.ts';
import { planImport } from '../connectors/imports/planImport.ts';
import { presetNames, type PresetName } from '../connectors/imports/presets/preset.ts';
import { readFacts } from '../connectors/imports/readFacts.ts';
import type { ImportOptions } from '../connectors/imports/rowContext.ts';
import { ImportLoadEntity, type ImportLoadRow } from '../database/entities/importLoad.ts';
import type { ImportResult } from '../domain/facts.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import { AppError, toError } from '../kernel/errors.ts';
import { keyBy } from '../kernel/grouping.ts';
import { submitChangeSet } from '../governance/changeSets.ts';
import { requirePerson, requireScope, type Caller } from './callers.ts';
import { pageRows, type PageRequest } from './pages.ts';
import { openUpload } from './uploads.ts';
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

/** Whoever watches a long import. */
export interface ImportWatcher {
  reading?(at: ReadProgress & { readonly totalBytes: number | null }): void;
  loading?(at: LoadProgress & { readonly totalFacts: number }): void;
}

/** A file that can be read from its start more than once. */
interface ImportSource {
  readonly fileName: string;
  readonly totalBytes: number | null;
  readonly open: () => AsyncIterable<Uint8Array>;
}

/** Imports a file of this machine. @throws BAD_USER_INPUT naming line and column of each bad row; nothing is loaded then */
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

/** Imports an upload. @throws as `importFile`; NOT_FOUND for an unknown upload */
export async function importUpload(caller: Caller, uploadId: string, choices: ImportChoices): Promise<ImportResult> {
  const upload = await openUpload(caller, uploadId);
  return importSource(caller, { ...upload, totalBytes: null }, choices, {});
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

async function importSource(
  caller: Caller,
  source: ImportSource,
  choices: ImportChoices,
  watcher: ImportWatcher,
): Promise<ImportResult> {
  requireScope(caller, 'imports:write');
  const options = await optionsOf(caller, choices);
  const plan = await planImport(source.open, options, (at) =>
    watcher.reading?.({ ...at, totalBytes: source.totalBytes }),
  );
  refuseProblems(plan, source.fileName);
  if (choices.dryRun) return dryRunResult(plan);
  if (plan.needsPersonalDataApproval) return askForPersonalData(caller, source.fileName, plan);
  const totalFacts = Object.values(plan.facts).reduce((sum, count) => sum + count, 0);
  const result = await loadFacts(caller.inUnit, originOf(plan, source.fileName), {
    batches: readFacts(source.open, plan),
    progress: (at) => watcher.loading?.({ ...at, totalFacts }),
  });
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

/** Keeping personal columns is a decision of the privacy officer: nothing is loaded until it is made. */
async function askForPersonalData(caller: Caller, fileName: string, plan: ImportPlan): Promise<ImportResult> {
  requirePerson(caller);
  await caller.inUnit('app', (unit) =>
    submitChangeSet(unit, {
      title: `Keep personal columns of ${fileName}`,
      reason: `Somebody asked to keep ${plan.personalColumns.join(', ')} of ${fileName}.`,
      ifRejected: 'The file can still be imported without these columns.',
      actions: [
        {
          kind: 'import.personal',
          target: { type: 'upload', id: plan.fileDigest, name: fileName },
          columns: [...plan.personalColumns],
        },
      ],
      evidenceIds: [],
    }),
  );
  return dryRunResult(plan);
}

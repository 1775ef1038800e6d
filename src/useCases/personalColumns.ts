/** Owns the permission to keep the personal columns of one file: asked for with a change set, used up by one load. */
import type { ImportPlan } from '../connectors/imports/importPlan.ts';
import type { LoadOrigin } from '../connectors/imports/loadResult.ts';
import { ImportLoadEntity } from '../database/entities/importLoad.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import { findChangeSet, loadChangeSet, type ChangeSetRow } from '../governance/changeSetRows.ts';
import { submitChangeSet } from '../governance/changeSets.ts';
import { executeChangeSet } from '../governance/execution.ts';
import { digestOf } from '../kernel/canonicalJson.ts';
import { derivedId } from '../kernel/ids.ts';
import { requirePerson, systemCaller, type Caller } from './callers.ts';

/** Whether the columns may be kept, by which change set; `note` says what to do where they may not yet. */
export interface Permission {
  readonly approved: boolean;
  readonly changeSetId: string;
  readonly note: string;
}

/** Verdicts and withdrawals after which a person may ask anew. */
const CLOSED: ReadonlySet<string> = new Set(['REJECTED', 'EXPIRED', 'SUPERSEDED', 'WITHDRAWN', 'FAILED']);
/** How long carrying out an approved change may take, ms: it changes nothing outside. */
const EXECUTE_MS = 30_000;

/**
 * Finds the decision on keeping these columns of this very file, or asks for one. Asking again while it waits changes nothing; an approval
 * holds for one load, so after an undo it is asked for anew.
 * @throws FORBIDDEN for callers that are no person
 */
export async function permissionToKeep(caller: Caller, fileName: string, plan: ImportPlan): Promise<Permission> {
  requirePerson(caller);
  const asked = await caller.inUnit('app', (unit) => openRequest(unit, fileName, plan));
  const change = asked.state === 'APPROVED' ? await carryOut(caller, asked.id) : asked;
  return {
    approved: change.state === 'EXECUTED',
    changeSetId: change.id,
    note: `Change set ${change.id} asks a privacy officer to keep ${plan.personalColumns.join(', ')} (baton approvals list). Once it is approved, import the same file with the same options again; without --keep-personal it loads now, without these columns.`,
  };
}

/** The origin of a load that keeps what the change set allows; its identity names the change set, so that the permission is used once. */
export function keptOrigin(origin: LoadOrigin, plan: ImportPlan, { changeSetId }: Permission): LoadOrigin {
  const kept = new Set(plan.personalColumns);
  return {
    ...origin,
    optionsDigest: keptDigest(plan, changeSetId),
    dropped: origin.dropped.filter(({ column }) => !kept.has(column)),
    notes: [
      ...origin.notes,
      `Kept by change set ${changeSetId}: ${[...kept].join(', ')}. No metric, model or agent reads these cells; undoing the load deletes them.`,
    ],
  };
}

/** The newest request for this file and these columns; a first or a new one where none is open or unused. */
async function openRequest(unit: UnitOfWork, fileName: string, plan: ImportPlan): Promise<ChangeSetRow> {
  for (let round = 0; ; round += 1) {
    const id = derivedId('import.personal', unit.workspace.id, plan.fileDigest, plan.optionsDigest, String(round));
    const known = await findChangeSet(unit, id);
    if (!known) {
      await submitChangeSet(unit, requestOf(id, fileName, plan));
      return loadChangeSet(unit, id);
    }
    if (CLOSED.has(known.state)) continue;
    const used = await unit.em.count(ImportLoadEntity, { optionsSha256: keptDigest(plan, id), status: 'UNDONE' });
    if (used === 0) return known;
  }
}

function requestOf(id: string, fileName: string, plan: ImportPlan): Parameters<typeof submitChangeSet>[1] {
  return {
    id,
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
  };
}

/** Carries out an approved request at once; the worker, which may do so too, finds it done. */
async function carryOut(caller: Caller, changeSetId: string): Promise<ChangeSetRow> {
  const { inUnit } = systemCaller(caller.services, caller.workspaceId, 'import');
  const { change } = await executeChangeSet(
    { inUnit, channels: [], signal: AbortSignal.timeout(EXECUTE_MS) },
    changeSetId,
  );
  return change;
}

function keptDigest(plan: ImportPlan, changeSetId: string): string {
  return digestOf({ options: plan.optionsDigest, keptBy: changeSetId });
}

/** Owns how a run reads the state of a change set: open, approved, or over. */
import { loadChangeSet, type ChangeSetState } from '../governance/changeSetRows.ts';
import { assertNever } from '../kernel/errors.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import type { ChangeStanding } from './state.ts';

/** The standing of one change set. @throws NOT_FOUND */
export async function standingOf(unit: UnitOfWork, changeSetId: string): Promise<ChangeStanding> {
  return standing((await loadChangeSet(unit, changeSetId)).state);
}

/** Those of the change sets that no longer wait for people. */
export async function settledOf(unit: UnitOfWork, changeSetIds: readonly string[]): Promise<string[]> {
  const settled: string[] = [];
  for (const id of changeSetIds) if ((await standingOf(unit, id)) !== 'OPEN') settled.push(id);
  return settled;
}

function standing(state: ChangeSetState): ChangeStanding {
  switch (state) {
    case 'NEEDS_APPROVAL':
      return 'OPEN';
    case 'APPROVED':
    case 'EXECUTING':
      return 'APPROVED';
    case 'EXECUTION_UNKNOWN':
    case 'EXECUTED':
    case 'FAILED':
    case 'REJECTED':
    case 'EXPIRED':
    case 'SUPERSEDED':
    case 'WITHDRAWN':
      return 'ENDED';
    default:
      return assertNever(state);
  }
}

/** Owns carrying out one approved change set: governance's executor decides anew and does it; the graph only sees what came of it. */
import { executeChangeSet } from '../../governance/execution.ts';
import { AppError } from '../../kernel/errors.ts';
import { delay } from '../../kernel/waiting.ts';
import { standingOf } from '../changeStanding.ts';
import { readChangeState, type ChangeStanding } from '../state.ts';
import type { RunWork } from '../services.ts';

/** Tries while another change set works on the same thing, or while an outside answer is unknown, and the pause between them. */
const TRIES = 20;
const PAUSE_MS = 500;

/** Makes the node that executes. It may run again after a kill: the effect ledger keeps each action to once. */
export function executeNode(work: RunWork) {
  return async (raw: unknown): Promise<{ standing: ChangeStanding; endedChangeSetIds: readonly string[] }> => {
    const { changeSetId, workspaceId } = readChangeState(raw);
    await execute(work, { changeSetId, workspaceId });
    const standing = await work.inUnit('app', (unit) => standingOf(unit, changeSetId));
    return { standing, endedChangeSetIds: standing === 'ENDED' ? [changeSetId] : [] };
  };
}

/** @throws TIMEOUT when something else keeps holding what the change set is about; the run's job is then tried again */
async function execute(work: RunWork, at: { changeSetId: string; workspaceId: string }): Promise<void> {
  const { services, signal } = work;
  const inUnit = services.units({ workspaceId: at.workspaceId, principal: { kind: 'SYSTEM', service: 'executor' } });
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const { change, refusal } = await executeChangeSet(inUnit, services.channels, { changeSetId: at.changeSetId, signal });
    if (refusal !== 'BUSY' && change.state !== 'EXECUTION_UNKNOWN') return;
    if (change.state === 'EXECUTION_UNKNOWN' && tries >= 3) return;
    await delay(PAUSE_MS, signal);
  }
  throw new AppError('TIMEOUT', `Change set ${at.changeSetId} waited ${(TRIES * PAUSE_MS) / 1000} s for another one on the same campaign.`);
}

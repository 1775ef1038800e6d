/** Owns carrying out one approved change set: governance's executor decides anew and does it; the graph only sees what came of it. */
import { executeChangeSet } from '../../governance/execution.ts';
import { AppError } from '../../kernel/errors.ts';
import { delay } from '../../kernel/waiting.ts';
import { standingOf } from '../changeStanding.ts';
import { readChangeState, type ChangeStanding } from '../state.ts';
import type { RunWork } from '../services.ts';

/** Times that an unknown outside answer is asked for before the sweep goes on asking, and the pause between them. */
const TRIES = 3;
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

/** @throws TIMEOUT when another change set keeps holding what this one is about; the run's job is then tried again */
async function execute(work: RunWork, at: { changeSetId: string; workspaceId: string }): Promise<void> {
  const { services, signal } = work;
  const inUnit = services.units({ workspaceId: at.workspaceId, principal: { kind: 'SYSTEM', service: 'executor' } });
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const { change, refusal } = await executeChangeSet({ inUnit, channels: services.channels, signal }, at.changeSetId);
    if (refusal === 'BUSY')
      throw new AppError(
        'TIMEOUT',
        `Change set ${at.changeSetId} waited too long for another one on the same campaign.`,
      );
    if (change.state !== 'EXECUTION_UNKNOWN') return;
    if (tries < TRIES) await delay(PAUSE_MS, signal);
  }
}

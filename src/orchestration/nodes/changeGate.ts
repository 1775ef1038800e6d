/** Owns the gate of one change set: it reads, pauses, and reads again. The verdict is in the rows; the answer that resumes it proves nothing. */
import { interrupt } from '@langchain/langgraph';
import { z } from 'zod';
import type { ChangeStanding } from '../state.ts';
import { readChangeState } from '../state.ts';
import { standingOf } from '../changeStanding.ts';
import type { RunWork } from '../services.ts';

/** What a gate can be answered with; without it a malformed answer would poison the thread. */
const answerSchema = z.object({ changeSetId: z.uuid() });

/** Makes the gate node. Whatever stands before `interrupt` runs again on resume, so there is only a read. */
export function gateNode(work: RunWork) {
  return async (raw: unknown): Promise<{ standing: ChangeStanding; endedChangeSetIds: readonly string[] }> => {
    const { changeSetId } = readChangeState(raw);
    const before = await work.inUnit('app', (unit) => standingOf(unit, changeSetId));
    if (before === 'OPEN') interrupt({ changeSetId }, { responseSchema: answerSchema });
    const standing = before === 'OPEN' ? await work.inUnit('app', (unit) => standingOf(unit, changeSetId)) : before;
    return { standing, endedChangeSetIds: standing === 'ENDED' ? [changeSetId] : [] };
  };
}

/** Where a branch goes: executed when approved, back to the gate while it is still open, and to its end otherwise. */
export function afterStanding(raw: unknown): 'gate' | 'execute' | 'end' {
  const { standing } = readChangeState(raw);
  return standing === 'OPEN' ? 'gate' : standing === 'APPROVED' ? 'execute' : 'end';
}

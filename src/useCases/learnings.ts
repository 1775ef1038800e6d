/** Owns reading what finished decisions taught, and how right and how fast decisions were. */
import { learningsOf, type StoredLearning } from '../memory/performanceMemory.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import { AppError } from '../kernel/errors.ts';

export { playbooksOf as listPlaybooks, type Playbook } from '../memory/playbooks.ts';
export { scorecard, type Scorecard } from '../outcomes/scorecard.ts';
export type { StoredLearning };

/** Learnings that one answer holds at the most. */
const LEARNING_LIMIT = 100;

/** Learnings, newest first. @throws BAD_USER_INPUT unless `first` is 1 to 100 */
export function listLearnings(unit: UnitOfWork, first: number): Promise<StoredLearning[]> {
  if (first < 1 || first > LEARNING_LIMIT)
    throw new AppError('BAD_USER_INPUT', `first is ${first}; 1 to ${LEARNING_LIMIT} are allowed.`);
  return learningsOf(unit, { limit: first });
}

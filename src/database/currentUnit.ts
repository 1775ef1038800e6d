/** Owns the knowledge of whether a unit of work is open in this asynchronous context, and refuses what must not happen inside one. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { UnitRole } from '../domain/unit.ts';
import { AppError } from '../kernel/errors.ts';

/** The unit that is open; its connection is counted, because a unit has exactly one. */
export interface CurrentUnit {
  readonly role: UnitRole;
  connections: number;
}

const storage = new AsyncLocalStorage<CurrentUnit>();

/** The unit of this asynchronous context, if one is open. */
export function currentUnit(): CurrentUnit | undefined {
  return storage.getStore();
}

/** Runs work with that unit as the current one. */
export function runAsUnit<T>(unit: CurrentUnit, work: () => Promise<T>): Promise<T> {
  return storage.run(unit, work);
}

/**
 * Refuses what takes long or reaches outside while a transaction is open. Models, channels and graphs call it first.
 * @param what is about to happen, such as `A model call`
 * @throws NESTED_UNIT inside a unit
 */
export function assertNoUnit(what: string): void {
  if (storage.getStore() === undefined) return;
  throw new AppError('NESTED_UNIT', `${what} was tried inside a unit of work, while its transaction is open.`, {
    hint: 'Read first, end the unit, do the work, and write in a unit of its own.',
  });
}

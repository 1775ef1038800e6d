/** Owns the one read unit that the resolvers of an operation share, opened when first needed and closed with the answer. */
import type { UnitOfWork } from '../domain/unit.ts';
import { AppError } from '../kernel/errors.ts';
import type { Caller } from './callers.ts';

/** Milliseconds without work after which the unit is closed early, so that no transaction idles. */
const IDLE_CLOSE_MS = 20;

/** A transaction for reading that several callers share. */
export interface ReadUnit {
  /** Runs a read in the shared unit; opens it when there is none. */
  read<T>(work: (unit: UnitOfWork) => Promise<T>): Promise<T>;
  /** Ends the transaction, if one is open, once the reads in it are done; a later read opens a new one. */
  close(): Promise<void>;
}

/** One open transaction: how many reads are in it, and how it is ended. */
interface OpenUnit {
  readonly unit: Promise<UnitOfWork>;
  readonly end: () => void;
  readonly ended: Promise<void>;
  working: number;
  closing: boolean;
}

/** A shared read unit for one operation of a caller. */
export function readUnitFor(caller: Caller): ReadUnit {
  let open: OpenUnit | undefined;
  let idle: NodeJS.Timeout | undefined;

  /** Takes the unit away from later reads; it ends when the last read in it is done. */
  const detach = (unit: OpenUnit | undefined): Promise<void> | undefined => {
    if (!unit || unit.closing) return unit?.ended;
    clearTimeout(idle);
    unit.closing = true;
    if (open === unit) open = undefined;
    if (unit.working === 0) unit.end();
    return unit.ended;
  };
  const leave = (unit: OpenUnit): void => {
    unit.working -= 1;
    if (unit.working > 0) return;
    if (unit.closing) unit.end();
    else idle = setTimeout(() => void detach(unit), IDLE_CLOSE_MS).unref();
  };
  return {
    close: async () => detach(open),
    read: async (work) => {
      clearTimeout(idle);
      const unit = (open ??= openUnit(caller));
      unit.working += 1;
      try {
        return await work(await unit.unit);
      } catch (error) {
        // A failed statement ends its transaction for every later one: the next read gets a new unit.
        if (!(error instanceof AppError)) void detach(unit);
        throw error;
      } finally {
        leave(unit);
      }
    },
  };
}

function openUnit(caller: Caller): OpenUnit {
  const opened = Promise.withResolvers<UnitOfWork>();
  const finished = Promise.withResolvers<void>();
  const ended = caller
    .inUnit('app', async (unit) => {
      opened.resolve(unit);
      await finished.promise;
    })
    .catch((error: unknown) => opened.reject(error));
  return { unit: opened.promise, end: () => finished.resolve(), ended, working: 0, closing: false };
}

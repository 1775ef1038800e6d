/** Owns the one read unit that the resolvers of an operation share, opened when first needed and closed with the answer. */
import type { UnitOfWork } from '../domain/unit.ts';
import type { Caller } from './callers.ts';

/** Milliseconds without work after which the unit is closed early, so that no transaction idles. */
const IDLE_CLOSE_MS = 20;

/** A transaction for reading that several callers share. */
export interface ReadUnit {
  /** Runs a read in the shared unit; opens it when there is none. */
  read<T>(work: (unit: UnitOfWork) => Promise<T>): Promise<T>;
  /** Ends the transaction, if one is open; a later read opens a new one. */
  close(): Promise<void>;
}

interface OpenUnit {
  readonly unit: Promise<UnitOfWork>;
  readonly end: () => void;
  readonly ended: Promise<void>;
}

/** A shared read unit for one operation of a caller. */
export function readUnitFor(caller: Caller): ReadUnit {
  let open: OpenUnit | undefined;
  let working = 0;
  let idle: NodeJS.Timeout | undefined;

  const close = async (): Promise<void> => {
    clearTimeout(idle);
    const ending = open;
    open = undefined;
    ending?.end();
    await ending?.ended;
  };
  return {
    close,
    read: async (work) => {
      clearTimeout(idle);
      open ??= openUnit(caller);
      working += 1;
      try {
        return await work(await open.unit);
      } finally {
        working -= 1;
        if (working === 0) idle = setTimeout(() => void close().catch(() => undefined), IDLE_CLOSE_MS).unref();
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
  return { unit: opened.promise, end: () => finished.resolve(), ended };
}

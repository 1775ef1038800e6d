/** Owns what a resolver is given: the caller, the shared read unit, and one loader a noun. */
import DataLoader from 'dataloader';
import type { UnitOfWork } from '../domain/unit.ts';
import { AppError } from '../kernel/errors.ts';
import type { Caller } from '../useCases/callers.ts';
import { readUnitFor, type ReadUnit } from '../useCases/readUnits.ts';

/** The context of one operation. */
export interface ApiContext {
  /** Null for a request without a token: only introspection and `__typename` answer then. */
  readonly caller: Caller | null;
  readonly reads: ReadUnit | null;
  readonly loaders: Map<string, DataLoader<string, unknown>>;
}

/** The context for a caller; `close` it when the operation is answered. */
export function contextFor(caller: Caller | null): ApiContext {
  return { caller, reads: caller ? readUnitFor(caller) : null, loaders: new Map() };
}

/** The caller. @throws UNAUTHENTICATED without one */
export function callerIn(context: ApiContext): Caller {
  if (context.caller) return context.caller;
  throw new AppError('UNAUTHENTICATED', 'No token was sent.', {
    hint: 'Send `Authorization: Bearer TOKEN`; `baton token --as EMAIL` prints one.',
  });
}

/** Runs a read in the unit that the operation shares. @throws UNAUTHENTICATED without a caller */
export function read<T>(context: ApiContext, work: (unit: UnitOfWork) => Promise<T>): Promise<T> {
  callerIn(context);
  if (!context.reads) throw new AppError('UNAUTHENTICATED', 'No token was sent.');
  return context.reads.read(work);
}

/** Ends the shared read, runs a mutation's use case, and lets later fields read what it changed. */
export async function mutate<T>(context: ApiContext, work: (caller: Caller) => Promise<T>): Promise<T> {
  const caller = callerIn(context);
  await context.reads?.close();
  context.loaders.clear();
  return work(caller);
}

/** Loads one row by key together with every other that the operation asks for in the same step: one statement a noun. */
export async function loadOne<T>(
  context: ApiContext,
  noun: string,
  key: string,
  batch: (unit: UnitOfWork, keys: readonly string[]) => Promise<ReadonlyMap<string, T>>,
): Promise<T | undefined> {
  const loader = (context.loaders.get(noun) ?? newLoader(context, noun, batch)) as DataLoader<string, T | undefined>;
  return loader.load(key);
}

function newLoader<T>(
  context: ApiContext,
  noun: string,
  batch: (unit: UnitOfWork, keys: readonly string[]) => Promise<ReadonlyMap<string, T>>,
): DataLoader<string, unknown> {
  const loader = new DataLoader<string, T | undefined>(async (keys) => {
    const found = await read(context, (unit) => batch(unit, keys));
    return keys.map((key) => found.get(key));
  });
  context.loaders.set(noun, loader);
  return loader;
}

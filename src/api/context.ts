/** Owns what a resolver is given: the caller, the shared read unit, and one loader a noun. */
import DataLoader from 'dataloader';
import type { TokenScope } from '../domain/principal.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import { AppError } from '../kernel/errors.ts';
import { requireScope, type Caller } from '../useCases/callers.ts';
import { readUnitFor, type ReadUnit } from '../useCases/readUnits.ts';

/** Reads rows by key; keys without a row are left out. */
type Batch<T> = (unit: UnitOfWork, keys: readonly string[]) => Promise<ReadonlyMap<string, T>>;

/** The context of one operation. */
export interface ApiContext {
  /** Null for a request without a token: only introspection and `__typename` answer then. */
  readonly caller: Caller | null;
  readonly reads: ReadUnit | null;
  readonly loaders: Map<string, DataLoader<string, unknown>>;
  /** Whether the caller's token still holds; asked before each event of a subscription. */
  readonly stillHolds: () => Promise<boolean>;
}

/** The context for a caller; `close` its reads when the operation is answered. */
export function contextFor(
  caller: Caller | null,
  stillHolds = (): Promise<boolean> => Promise.resolve(true),
): ApiContext {
  return { caller, reads: caller ? readUnitFor(caller) : null, loaders: new Map(), stillHolds };
}

/** The caller. @throws UNAUTHENTICATED without one */
export function callerIn(context: ApiContext): Caller {
  if (context.caller) return context.caller;
  throw new AppError('UNAUTHENTICATED', 'No token was sent.', {
    hint: 'Send `Authorization: Bearer TOKEN`; `baton token --as EMAIL` prints one.',
  });
}

/** The caller, who may read what the scope stands for; people may read all of their workspace. @throws UNAUTHENTICATED, FORBIDDEN */
export function readerIn(context: ApiContext, scope: TokenScope): Caller {
  const caller = callerIn(context);
  requireScope(caller, scope);
  return caller;
}

/** Runs a read in the unit that the operation shares. @throws UNAUTHENTICATED without a caller */
export function read<T>(context: ApiContext, work: (unit: UnitOfWork) => Promise<T>): Promise<T> {
  callerIn(context);
  if (!context.reads) throw new AppError('UNAUTHENTICATED', 'No token was sent.');
  return context.reads.read(work);
}

/** Runs a read of a root field in the shared unit. @throws UNAUTHENTICATED without a caller; FORBIDDEN for a token without the scope */
export async function readWith<T>(
  context: ApiContext,
  scope: TokenScope,
  work: (unit: UnitOfWork) => Promise<T>,
): Promise<T> {
  readerIn(context, scope);
  return read(context, work);
}

/** Runs a use case that opens units of its own, which would wait for the shared read: that one ends first. */
export async function apart<T>(context: ApiContext, work: (caller: Caller) => Promise<T>): Promise<T> {
  const caller = callerIn(context);
  await context.reads?.close();
  return work(caller);
}

/** Ends the shared read, runs a mutation's use case, and lets later fields read what it changed. */
export function mutate<T>(context: ApiContext, work: (caller: Caller) => Promise<T>): Promise<T> {
  context.loaders.clear();
  return apart(context, work);
}

/** Loads one row by key together with every other that the operation asks for in the same step: one statement a noun. */
export async function loadOne<T>(
  context: ApiContext,
  noun: string,
  key: string,
  batch: Batch<T>,
): Promise<T | undefined> {
  return loaderOf(context, noun, batch).load(key);
}

/** Tells the loader of a noun a row that was read otherwise, so that nobody reads it again. */
export function know<T>(context: ApiContext, noun: string, row: { key: string; value: T; batch: Batch<T> }): void {
  loaderOf(context, noun, row.batch).prime(row.key, row.value);
}

/**
 * The events of a subscription, whose context outlives each of them: what hangs on an event is read anew, and the stream ends when the
 * caller's token no longer holds.
 */
export function eventsFor<T>(context: ApiContext, source: AsyncIterableIterator<T>): AsyncIterableIterator<T> {
  const leave = async (): Promise<IteratorResult<T, undefined>> => {
    await source.return?.();
    return { done: true, value: undefined };
  };
  const events: AsyncIterableIterator<T> = {
    [Symbol.asyncIterator]: () => events,
    next: async () => {
      const next = await source.next();
      context.loaders.clear();
      return next.done || (await context.stillHolds()) ? next : leave();
    },
    return: leave,
  };
  return events;
}

function loaderOf<T>(context: ApiContext, noun: string, batch: Batch<T>): DataLoader<string, T | undefined> {
  return (context.loaders.get(noun) ?? newLoader(context, noun, batch)) as DataLoader<string, T | undefined>;
}

function newLoader<T>(context: ApiContext, noun: string, batch: Batch<T>): DataLoader<string, unknown> {
  const loader = new DataLoader<string, T | undefined>(async (keys) => {
    const found = await read(context, (unit) => batch(unit, keys));
    return keys.map((key) => found.get(key));
  });
  context.loaders.set(noun, loader);
  return loader;
}

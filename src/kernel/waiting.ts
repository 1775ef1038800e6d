/** Owns bounded waiting: every wait has a limit and can be aborted. */
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from './errors.ts';

/** Waits for work to end, at most `limitMs`; tells whether it ended. What it throws is thrown. */
export async function endsWithin(limitMs: number, work: Promise<unknown>): Promise<boolean> {
  const waiting = new AbortController();
  const late = sleep(limitMs, false, { signal: waiting.signal }).catch(() => false);
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    waiting.abort();
  }
}

/** Waits that many milliseconds. @throws the signal's reason when it aborts first. */
export async function delay(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, signal ? { signal } : {});
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/**
 * Runs work with a signal that aborts after `timeoutMs` or with the outer signal.
 * @throws TIMEOUT naming `what` when the limit passes first.
 */
export async function withTimeout<T>(
  what: string,
  timeoutMs: number,
  work: (signal: AbortSignal) => Promise<T>,
  outer?: AbortSignal,
): Promise<T> {
  const limit = AbortSignal.timeout(timeoutMs);
  const signal = outer ? AbortSignal.any([limit, outer]) : limit;
  const aborted = Promise.withResolvers<never>();
  const fail = (): void =>
    aborted.reject(
      limit.aborted
        ? new AppError('TIMEOUT', `${what} took longer than ${timeoutMs} ms.`)
        : new AppError('CANCELLED', `${what} was cancelled.`),
    );
  if (signal.aborted) fail();
  else signal.addEventListener('abort', fail, { once: true });
  aborted.promise.catch(() => undefined);
  try {
    return await Promise.race([work(signal), aborted.promise]);
  } finally {
    // A signal that lives as long as the process must not keep every wait that has ended.
    signal.removeEventListener('abort', fail);
  }
}

/** Owns the one place where calls to a model are tried again: bounds, waiting with jitter, the final error. */
import { AppError } from '../kernel/errors.ts';
import { newId } from '../kernel/ids.ts';
import { seededRandom, type Random } from '../kernel/random.ts';
import { delay, withTimeout } from '../kernel/waiting.ts';
import { faultFrom, ModelFault, placeOf, type ModelEndpoint } from './modelFault.ts';

/** Bounds of one call with all its tries. */
export interface RetryBounds {
  /** Tries at the most, the first counted. @default 3 */
  readonly maxTries?: number;
  /** Limit of one try in ms. @default 60_000 */
  readonly tryTimeoutMs?: number;
  /** Limit of all tries and waits together in ms. @default 150_000 */
  readonly timeoutMs?: number;
  /** First wait in ms; doubles each time, half of it by chance. @default 500 */
  readonly firstWaitMs?: number;
}

/** Longest wait that is spent between two tries, whatever the endpoint asks for. */
const LONGEST_WAIT_MS = 20_000;

/**
 * Runs tries until one succeeds; each gets a signal and the fault of the one before it.
 * @throws MODEL_FAILED after the last try, TIMEOUT when the last was too late or the whole is, CANCELLED when the signal aborts
 */
export async function withRetries<T>(
  call: {
    readonly what: string;
    readonly endpoint: ModelEndpoint;
    readonly bounds: RetryBounds;
    readonly signal: AbortSignal;
  },
  attempt: (signal: AbortSignal, before: ModelFault | undefined) => Promise<T>,
): Promise<T> {
  const { maxTries = 3, tryTimeoutMs = 60_000, timeoutMs = 150_000, firstWaitMs = 500 } = call.bounds;
  const chance = seededRandom(Number.parseInt(newId().slice(-8), 16));
  return withTimeout(
    `${call.what} with ${placeOf(call.endpoint)}`,
    timeoutMs,
    async (signal) => {
      let before: ModelFault | undefined;
      for (let tried = 1; ; tried += 1) {
        try {
          const last = before;
          return await withTimeout(
            `An answer of ${placeOf(call.endpoint)}`,
            tryTimeoutMs,
            (inner) => attempt(inner, last),
            signal,
          );
        } catch (thrown) {
          const fault = faultFrom(thrown, call.endpoint);
          if (!(fault instanceof ModelFault)) throw fault;
          if (signal.aborted) throw new AppError('CANCELLED', `${call.what} was cancelled.`);
          if (!fault.retry || tried >= maxTries) throw finalError(call.what, fault, tried);
          before = fault;
          await delay(waitMs(fault, firstWaitMs * 2 ** (tried - 1), chance), signal);
        }
      }
    },
    call.signal,
  );
}

function waitMs(fault: ModelFault, backoffMs: number, chance: Random): number {
  // A bad answer is mended by telling the model, not by waiting.
  if (fault.told) return 0;
  return Math.min(LONGEST_WAIT_MS, Math.max(fault.retryAfterMs ?? 0, backoffMs * (0.5 + chance.uniform() / 2)));
}

function finalError(what: string, fault: ModelFault, tried: number): AppError {
  const tries = tried === 1 ? 'one try' : `${tried} tries`;
  return new AppError(fault.late ? 'TIMEOUT' : 'MODEL_FAILED', `${what} failed after ${tries}: ${fault.message}`, {
    hint: fault.hint,
  });
}

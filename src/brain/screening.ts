/** Owns running the screening fit off the event loop, in a worker thread of its own that ends with the fit. */
import { Worker } from 'node:worker_threads';
import { AppError, type ErrorCode } from '../kernel/errors.ts';
import type { ResponseFit, ResponseInput } from './responseTypes.ts';

type Answer =
  | { readonly fit: ResponseFit }
  | { readonly failure: { readonly code: ErrorCode; readonly message: string; readonly hint?: string } };

/**
 * Fits like `screenResponse` and leaves the event loop free. Same input and seed give the same bytes as there.
 * @throws what screenResponse throws; CANCELLED when the signal aborts, and then the thread is ended at once.
 */
export async function fitScreening(input: ResponseInput, options: { signal?: AbortSignal } = {}): Promise<ResponseFit> {
  const { signal } = options;
  if (signal?.aborted) throw cancelled();
  const worker = new Worker(new URL('./screeningWorker.ts', import.meta.url), { workerData: input });
  const stop = (): void => void worker.terminate();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const answer = await answerOf(worker, signal);
    if ('fit' in answer) return answer.fit;
    const { code, message, hint } = answer.failure;
    throw new AppError(code, message, hint === undefined ? {} : { hint });
  } finally {
    signal?.removeEventListener('abort', stop);
    await worker.terminate();
  }
}

function answerOf(worker: Worker, signal: AbortSignal | undefined): Promise<Answer> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () =>
      reject(
        signal?.aborted
          ? cancelled()
          : new AppError('INTERNAL', 'The thread of the screening fit ended without an answer.'),
      ),
    );
  });
}

function cancelled(): AppError {
  return new AppError('CANCELLED', 'The screening fit was cancelled.');
}

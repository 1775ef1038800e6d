/** Worker-thread entry of the screening fit: takes one input, answers with the fit or with the error's parts, and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { AppError, toError } from '../kernel/errors.ts';
import { screenResponse } from './response.ts';
import type { ResponseInput } from './responseTypes.ts';

/** What the thread answers with: the fit, or the parts of the error that the caller throws. */
function answer(): object {
  try {
    return { fit: screenResponse(workerData as ResponseInput) };
  } catch (thrown) {
    const error = toError(thrown);
    const known = error instanceof AppError;
    return {
      failure: { code: known ? error.code : 'INTERNAL', message: error.message, hint: known ? error.hint : undefined },
    };
  }
}

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
parentPort?.postMessage(answer());

/** Worker-thread entry of the screening fit: takes one input, answers with the fit or with the error's parts, and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { AppError, toError } from '../kernel/errors.ts';
import { screenResponse } from './response.ts';
import type { ResponseInput } from './responseTypes.ts';

try {
  parentPort?.postMessage({ fit: screenResponse(workerData as ResponseInput) });
} catch (thrown) {
  const error = toError(thrown);
  parentPort?.postMessage({ failure: { code: error instanceof AppError ? error.code : 'INTERNAL', message: error.message, hint: error instanceof AppError ? error.hint : undefined } });
}

/** Owns the memory that a long import may leave uncollected: the engine lets the heap grow far above what lives unless it is told otherwise. */
import { setFlagsFromString } from 'node:v8';

/** How far the heap may grow over what lived after a collection before the next one, in percent; 0 is the engine's own choice. */
const GROWTH_PERCENT = 20;

let running = 0;

/** Collects more eagerly while the work runs: a load makes garbage by the gigabyte and keeps a few batches. */
export async function withFrugalHeap<T>(work: () => Promise<T>): Promise<T> {
  running += 1;
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
  try {
    return await work();
  } finally {
    running -= 1;
    if (running === 0) setFlagsFromString('--heap-growing-percent=0');
  }
}

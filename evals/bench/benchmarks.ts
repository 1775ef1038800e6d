/** Owns the list of benchmarks, and running one or all of them. */
import { AppError } from '../../src/kernel/errors.ts';
import type { Benchmark, Figure } from './figure.ts';
import { importRows } from './loading.ts';
import { runOverhead } from './running.ts';
import { stopProcesses } from './serving.ts';
import { rss, startCold } from './starting.ts';

/** Benchmarks by name; one may print several figures. */
const benchmarks: Readonly<Record<string, Benchmark>> = { startCold, rss, runOverhead, importRows };

/** Runs one benchmark, or all. @throws BAD_USER_INPUT for a name that is none; the signal's reason when it aborts */
export async function runBenchmarks(
  only: string | undefined,
  tell: (text: string) => void,
  signal: AbortSignal,
): Promise<Figure[]> {
  const chosen =
    only === undefined ? Object.entries(benchmarks) : Object.entries(benchmarks).filter(([name]) => name === only);
  if (chosen.length === 0) {
    throw new AppError(
      'BAD_USER_INPUT',
      `There is no benchmark "${only}"; there is ${Object.keys(benchmarks).join(', ')}.`,
    );
  }
  const figures: Figure[] = [];
  for (const [name, benchmark] of chosen) {
    tell(`${name} …`);
    figures.push(...(await stoppable(signal, () => benchmark((text) => tell(`  ${text}`)))));
  }
  return figures;
}

/** Work whose processes end with the signal, so that it fails and cleans up after itself. */
async function stoppable<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  signal.addEventListener('abort', stopProcesses, { once: true });
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', stopProcesses);
  }
}

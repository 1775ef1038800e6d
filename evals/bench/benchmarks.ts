/** Owns the list of benchmarks, and running one or all of them. */
import { AppError } from '../../src/kernel/errors.ts';
import type { Benchmark, Figure } from './figure.ts';
import { importRows } from './loading.ts';
import { runOverhead } from './running.ts';
import { stopProcesses } from './serving.ts';
import { rss, startCold } from './starting.ts';

/** Benchmarks, and what the names of their figures begin with: what comes of one server is measured at once. */
const benchmarks: readonly { readonly figures: readonly string[]; readonly run: Benchmark }[] = [
  { figures: ['startCold'], run: startCold },
  { figures: ['rss'], run: rss },
  { figures: ['runOverhead', 'eventToClient'], run: runOverhead },
  { figures: ['importRows', 'metricsQuery'], run: importRows },
];

/** Measures one figure, or all. @throws BAD_USER_INPUT for a name that is none; the signal's reason when it aborts */
export async function runBenchmarks(
  only: string | undefined,
  tell: (text: string) => void,
  signal: AbortSignal,
): Promise<Figure[]> {
  const chosen = benchmarks.filter(({ figures }) => only === undefined || figures.includes(only));
  if (chosen.length === 0) {
    const names = benchmarks.flatMap(({ figures }) => figures).join(', ');
    throw new AppError('BAD_USER_INPUT', `There is no benchmark "${only}"; there is ${names}.`);
  }
  const measured: Figure[] = [];
  for (const { figures, run } of chosen) {
    tell(`${figures.join(', ')} …`);
    measured.push(...(await stoppable(signal, () => run((text) => tell(`  ${text}`)))));
  }
  return measured.filter(({ name }) => only === undefined || name.startsWith(only));
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

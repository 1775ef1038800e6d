/** Owns how long a start takes and how much memory the served demo holds. */
import { delay } from '../../src/kernel/waiting.ts';
import { figureOf, type Benchmark } from './figure.ts';
import { inTemporaryFolder, serve } from './serving.ts';

/** Starts of each kind. */
const STARTS = 3;
/** Milliseconds after which memory is read, so that what seeding took has been given back. */
const SETTLE_MS = 5_000;

/** First start with seeding, and start of a folder that is there, from process to ready. */
export const startCold: Benchmark = async (tell) => {
  const first: number[] = [];
  const again: number[] = [];
  for (let i = 0; i < STARTS; i += 1) {
    tell(`start ${i + 1} of ${STARTS}`);
    await inTemporaryFolder(async (folder) => {
      for (const times of [first, again]) {
        const server = await serve(folder);
        times.push(server.readyMs / 1000);
        await server.stop();
      }
    });
  }
  return [figureOf('startCold first, with seeding', 's', first), figureOf('startCold again', 's', again)];
};

/** Resident memory of the whole tree of processes while the demo is served, before and after a full run. */
export const rss: Benchmark = (tell) =>
  inTemporaryFolder(async (folder) => {
    await using server = await serve(folder);
    await delay(SETTLE_MS);
    const idle = await server.memoryMb();
    tell('a full run');
    await server.command('demo', '--approve', 'all', '--json');
    await delay(SETTLE_MS);
    return [
      figureOf('rss serving the demo', 'MB', [idle]),
      figureOf('rss after a full run', 'MB', [await server.memoryMb()]),
    ];
  });

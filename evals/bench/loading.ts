/** Owns importing half a million rows beside a serving API, and metric queries over a million facts. */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { addDays } from '../../src/kernel/calendar.ts';
import { seededRandom } from '../../src/kernel/random.ts';
import { figureOf, type Benchmark, type Figure } from './figure.ts';
import { inTemporaryFolder, serve, timed, type Serving } from './serving.ts';

const ROWS = 500_000;
const CHANNELS = 8;
const CAMPAIGNS = 40;
const AUDIENCES = 8;
const MESSAGES = 4;
const QUERIES = 8;
const METRICS = 'query($query: MetricQueryInput!) { metrics(query: $query) { rows totals } }';

/** Seconds for 500,000 rows, memory added, and how long the API takes to answer meanwhile; then queries over a million facts. */
export const importRows: Benchmark = (tell) =>
  inTemporaryFolder(async (folder) => {
    const dataDir = join(folder, 'data');
    await using server = await serve(dataDir);
    await server.command(
      'workspace',
      'create',
      'big',
      '--admin',
      'ada@bench.example',
      '--member',
      'ada@bench.example=STRATEGIST',
    );
    const token = (await server.command('token', '--as', 'ada@bench.example', '--workspace', 'big')).stdout.trim();
    const figures: Figure[] = [];
    for (const [half, start] of [
      ['first', '2024-01-01'],
      ['second', '2025-02-01'],
    ] as const) {
      tell(`importing ${ROWS} rows, the ${half} time`);
      const file = join(folder, `${half}.csv`);
      await writeRows(file, start);
      const before = await server.memoryMb();
      const watched = await beside(
        server,
        token,
        server.command('import', 'performance', file, '--workspace', 'big', '--as', 'ada@bench.example', '--json'),
      );
      if (half === 'first') {
        figures.push(figureOf(`importRows ${ROWS}`, 's', [watched.ms / 1000]));
        figures.push(figureOf('importRows, memory added, server and command', 'MB', [watched.peakMb - before]));
        figures.push(figureOf('importRows, API answer meanwhile', 'ms', watched.answers));
      }
    }
    tell('metric queries over a million facts');
    return [...figures, ...(await queries(server, token))];
  });

async function queries(server: Serving, token: string): Promise<Figure[]> {
  const window = { from: '2024-01-01', to: '2026-03-01' };
  const ask = (query: object): Promise<number[]> =>
    timed(QUERIES, () =>
      server.graphql(
        METRICS,
        { query: { metrics: ['SPEND', 'CLICKS', 'IMPRESSIONS', 'CTR'], limit: 1000, ...window, ...query } },
        token,
      ),
    );
  return [
    figureOf('metricsQuery 1M facts, week by channel', 'ms', await ask({ dimensions: ['CHANNEL'], grain: 'WEEK' })),
    figureOf(
      'metricsQuery 1M facts, by audience',
      'ms',
      await ask({ dimensions: ['AUDIENCE'] }).then((times) => times.slice(0, 5)),
    ),
  ];
}

/** Asks the API four times a second while a command runs. */
async function beside(
  server: Serving,
  token: string,
  running: Promise<{ ms: number }>,
): Promise<{ ms: number; peakMb: number; answers: number[] }> {
  const answers: number[] = [];
  let peakMb = 0;
  const state = { ended: false };
  const done = running.finally(() => (state.ended = true));
  while (!state.ended) {
    answers.push(...(await timed(1, () => server.graphql('{ viewer { workspace { title } } }', {}, token))));
    peakMb = Math.max(peakMb, await server.memoryMb());
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return { ms: (await done).ms, peakMb, answers };
}

async function writeRows(file: string, start: string): Promise<void> {
  const random = seededRandom(1);
  const out = createWriteStream(file);
  out.write('date,channel,campaign,audience,message,spend,currency,impressions,clicks\n');
  const perDay = CAMPAIGNS * AUDIENCES * MESSAGES;
  for (let row = 0; row < ROWS; row += 1) {
    const slot = row % perDay;
    const campaign = slot % CAMPAIGNS;
    const audience = Math.floor(slot / CAMPAIGNS) % AUDIENCES;
    const message = Math.floor(slot / (CAMPAIGNS * AUDIENCES));
    const impressions = 500 + random.integer(1000);
    const cells = [
      addDays(start, Math.floor(row / perDay)),
      `CHANNEL_${campaign % CHANNELS}`,
      `Campaign ${campaign}`,
      `Audience ${audience}`,
      `Message ${campaign} ${message}`,
      (impressions / 40).toFixed(2),
      'EUR',
      impressions,
      random.integer(40),
    ];
    if (!out.write(`${cells.join(',')}\n`)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}

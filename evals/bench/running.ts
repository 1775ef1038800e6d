/** Owns how long a full run takes apart from people, and how soon a client hears of an event. */
import { createClient } from 'graphql-ws';
import { figureOf, type Benchmark } from './figure.ts';
import { inTemporaryFolder, serve, type Serving } from './serving.ts';

const RUNS = 3;
const EVENTS = 'subscription($runId: ID!) { runEvents(runId: $runId, after: 0) { seq type at } }';
const START = 'mutation($input: RunStartInput!) { runStart(input: $input) { run { id } userErrors { message } } }';
const TODAY = '{ viewer { workspace { businessDate } } }';

interface Event {
  readonly type: string;
  readonly at: string;
}

/** A full run of nine specialists up to its first gate, and the delay of its events at a socket. */
export const runOverhead: Benchmark = (tell) =>
  inTemporaryFolder(async (folder) => {
    await using server = await serve(folder);
    const seconds: number[] = [];
    const delays: number[] = [];
    for (let i = 0; i < RUNS; i += 1) {
      tell(`run ${i + 1} of ${RUNS}`);
      const events = await follow(server, await startRun(server));
      const began = Date.parse(events.find((event) => event.type === 'RUN_STARTED')?.at ?? '');
      seconds.push((Date.parse(events.at(-1)?.at ?? '') - began) / 1000);
      delays.push(
        ...events.filter((event) => event.type !== 'RUN_QUEUED').map((event) => event.heard - Date.parse(event.at)),
      );
    }
    return [
      figureOf('runOverhead, nine specialists to the first gate', 's', seconds),
      figureOf('eventToClient', 'ms', delays),
    ];
  });

async function startRun(server: Serving): Promise<string> {
  const { viewer } = await server.graphql<{ viewer: { workspace: { businessDate: string } } }>(TODAY);
  const from = viewer.workspace.businessDate;
  const to = new Date(Date.parse(from) + 90 * 86_400_000).toISOString().slice(0, 10);
  const text =
    'More qualified leads: research, audiences, search brief, content, paid media, email and what to do first.';
  const input = {
    kpi: 'QUALIFIED_LEADS',
    target: 86_000,
    from,
    to,
    budget: { minor: '145000000', currency: 'EUR' },
    text,
  };
  const started = await server.graphql<{ runStart: { run: { id: string } | null; userErrors: { message: string }[] } }>(
    START,
    { input },
  );
  if (!started.runStart.run) throw new Error(started.runStart.userErrors.map((error) => error.message).join('; '));
  return started.runStart.run.id;
}

async function follow(server: Serving, runId: string): Promise<(Event & { heard: number })[]> {
  const client = createClient({
    url: `${server.url.replace(/^http/, 'ws')}/graphql/socket`,
    connectionParams: { authorization: `Bearer ${server.token}` },
  });
  const events: (Event & { heard: number })[] = [];
  for await (const { data } of client.iterate<{ runEvents: Event }>({ query: EVENTS, variables: { runId } })) {
    if (data) events.push({ ...data.runEvents, heard: Date.now() });
    if (data && /RUN_(?:WAITING|SUCCEEDED|FAILED)/.test(data.runEvents.type)) break;
  }
  await client.dispose();
  return events;
}

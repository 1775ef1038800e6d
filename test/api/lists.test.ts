/** Claim: a list costs the database a handful of statements however long it is, and whoever leaves a subscription leaves nothing behind. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCountingServer, type CountingServer } from '../support/countingServer.ts';
import { useServer } from '../support/server.ts';

const server = useServer();
const ORIGIN = 'https://app.example.com';
let counting: CountingServer;
let runIds: string[];

const idOf = (globalId: string): string => Buffer.from(globalId, 'base64url').toString().split(':')[1]!;

/** Starts a run. */
async function startRun(text: string): Promise<{ runId: string; workspaceId: string }> {
  const at = server();
  const { data } = await at.operation<{
    viewer: { workspace: { id: string; businessDate: string; currency: string } };
  }>('viewer');
  const { id, businessDate: from, currency } = data!.viewer.workspace;
  const to = new Date(Date.parse(from) + 90 * 86_400_000).toISOString().slice(0, 10);
  const input = { kpi: 'QUALIFIED_LEADS', target: 86_000, from, to, budget: { minor: '145000000', currency }, text };
  const started = await at.operation<{ runStart: { run: { id: string } } }>('runStart', { input });
  return { runId: started.data!.runStart.run.id, workspaceId: idOf(id) };
}

/** Waits until a run asks people. */
async function askedPeople({ runId, workspaceId }: { runId: string; workspaceId: string }): Promise<void> {
  const scope = { workspaceId, principal: { kind: 'SYSTEM', service: 'test' } as const };
  for await (const event of counting.services.followRun(scope, idOf(runId), 0))
    if (event.type === 'RUN_WAITING') return;
  throw new Error('The run ended before it asked anybody.');
}

beforeAll(async () => {
  counting = await openCountingServer(server().dataDir, [ORIGIN]);
  const started = await startRun('More qualified leads: refresh content, email and search.');
  await askedPeople(started);
  // A second one, so that there are several; how far it comes does not matter.
  runIds = [started.runId, (await startRun('More qualified leads from paid media, with new messages.')).runId];
}, 90_000);
afterAll(() => counting?.close());

async function ask(query: string, variables: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
  const response = await fetch(`${counting.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server().token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data: Record<string, unknown>; errors?: unknown };
  expect(errors).toBeUndefined();
  return data;
}

/** Each list with what hangs on its rows. */
const lists: Record<string, string> = {
  campaigns:
    'campaigns(first: $first) { edges { node { id budget { amount { minor } } performance { clicks ctr } } } }',
  audiences: 'audiences(first: $first) { edges { node { id performance { clicks } } } }',
  messages: 'messages(first: $first) { edges { node { id performance { clicks } } } }',
  approvals:
    'approvals(first: $first) { edges { node { id gate changeSet { title } diff { __typename ... on DiffLine { before after } } } } }',
  'approvals with verdicts and forecasts':
    'approvals(first: $first) { edges { node { id forecast { mean } decisions { verdict } } } }',
  changeSets: 'changeSets { id effects { status } diff { __typename } }',
  runs: 'runs(first: $first) { edges { node { id tasks { key } artifacts { kind } } } }',
  goals: 'goals(first: $first) { edges { node { id runs { id tasks { key } } } } }',
  recommendations:
    'recommendations(first: $first) { edges { node { id evidence { outputDigest } forecasts { mean } } } }',
  forecasts: 'forecasts(first: $first) { edges { node { id } } }',
  imports: 'imports(first: $first) { edges { node { id } } }',
  members: 'members { email roles }',
  strategy: 'strategy { id versions { id } }',
};

describe('a list', () => {
  it.each(Object.entries(lists))(
    'of %s takes three statements at the most, for one row as for fifty',
    async (name, list) => {
      const query = list.includes('$first') ? `query($first: Int!) { ${list} }` : `{ ${list} }`;
      const authentication = (await counting.statementsOf(() => ask('{ viewer { email } }'))).length;
      let rows = 0;
      const fifty = await counting.statementsOf(async () => {
        const answer = Object.values(await ask(query, { first: 50 }))[0] as { edges: unknown[] } | unknown[];
        rows = Array.isArray(answer) ? answer.length : 'edges' in answer ? answer.edges.length : 1;
      });
      const one = await counting.statementsOf(() => ask(query, { first: 1 }));
      expect(rows, name).toBeGreaterThan(['imports', 'strategy', 'forecasts'].includes(name) ? -1 : 1);
      const own = fifty.slice(authentication);
      expect(own.length, own.join('\n')).toBeLessThanOrEqual(3);
      expect(one.length - authentication).toBeLessThanOrEqual(own.length);
    },
  );
});

describe('subscribers that leave', () => {
  it('take their listeners with them, fifty times over', async () => {
    const before = counting.listeners();
    for (let round = 0; round < 5; round += 1) {
      const client = createClient({
        url: `${counting.url.replace(/^http/, 'ws')}/graphql/socket`,
        connectionParams: { authorization: `Bearer ${server().token}` },
        retryAttempts: 0,
      });
      const streams = Array.from({ length: 10 }, (_, i) =>
        client.iterate(
          i % 2 === 0
            ? { query: 'subscription($id: ID!) { runEvents(runId: $id) { seq } }', variables: { id: runIds[0]! } }
            : { query: 'subscription { approvalEvents { seq } }' },
        ),
      );
      // Every stream has something to tell at once; then it waits for more.
      await Promise.all(streams.map((stream) => stream.next()));
      expect(counting.listeners()).toBe(before + 10);
      await client.dispose();
      while (counting.listeners() > before) await nextTurn();
    }
    expect(counting.listeners()).toBe(before);
  });
});

describe('a browser', () => {
  it('of a listed origin may call, and read the headers of pages; another may not', async () => {
    const preflight = (origin: string): Promise<Response> =>
      fetch(`${counting.url}/graphql`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,content-type',
        },
      });
    const listed = await preflight(ORIGIN);
    expect(listed.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(listed.headers.get('access-control-allow-headers')).toContain('authorization');
    expect((await preflight('https://elsewhere.example.com')).headers.get('access-control-allow-origin')).toBeNull();
    const page = await fetch(`${counting.url}/metrics.json?from=2026-01-01&to=2026-01-31`, {
      headers: { origin: ORIGIN, authorization: `Bearer ${server().token}` },
    });
    expect(page.headers.get('access-control-expose-headers')).toContain('x-next-cursor');
  });
});

/** Claim: sockets and event streams hold the same limits and rights as HTTP, say why they refuse, and leave nothing behind. */
import { createPrivateKey, sign } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serverAudits } from 'graphql-http';
import { describe, expect, it } from 'vitest';
import { useServer, type TestServer } from '../support/server.ts';

const server = useServer();
const APPROVALS = 'subscription { approvalEvents { seq } }';
/** A run that never was, in the form of a global id. */
const NOBODY = Buffer.from('Run:01890000-0000-7000-8000-000000000009').toString('base64url');

interface Refusal {
  message: string;
  extensions: { code: string };
}
interface Message {
  type: string;
  id?: string;
  payload?: Refusal[] | { errors: Refusal[] };
}

/** A socket that keeps what it was sent. */
class TestSocket {
  readonly socket: WebSocket;
  readonly #messages: Message[] = [];
  readonly #closed = Promise.withResolvers<number>();
  #waiting: (() => void) | undefined;

  constructor(at: TestServer) {
    this.socket = new WebSocket(`${at.url.replace(/^http/, 'ws')}/graphql/socket`, 'graphql-transport-ws');
    this.socket.addEventListener('message', ({ data }) => {
      this.#messages.push(JSON.parse(String(data)) as Message);
      this.#waiting?.();
    });
    this.socket.addEventListener('close', ({ code }) => this.#closed.resolve(code));
  }

  static async acknowledged(at: TestServer, token = at.token): Promise<TestSocket> {
    const opened = await TestSocket.greeted(at, { authorization: `Bearer ${token}` });
    await opened.next((message) => message.type === 'connection_ack');
    return opened;
  }

  static async greeted(at: TestServer, payload: Record<string, unknown>): Promise<TestSocket> {
    const opened = new TestSocket(at);
    await once(opened.socket, 'open');
    opened.send({ type: 'connection_init', payload });
    return opened;
  }

  send(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  subscribe(id: string, query: string, variables: object = {}): void {
    this.send({ type: 'subscribe', id, payload: { query, variables } });
  }

  /** The first message that fits, taken away. */
  async next(fits: (message: Message) => boolean): Promise<Message> {
    for (;;) {
      const index = this.#messages.findIndex(fits);
      const found = this.#messages[index];
      if (found) {
        this.#messages.splice(index, 1);
        return found;
      }
      const waited = Promise.withResolvers<void>();
      this.#waiting = waited.resolve;
      await waited.promise;
    }
  }

  closed(): Promise<number> {
    return this.#closed.promise;
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.#closed.promise;
  }
}

async function apiToken(at: TestServer, ...scopes: string[]): Promise<{ id: string; token: string }> {
  const made = await at.operation<{ apiTokenCreate: { tokenId: string; token: string } }>(
    'apiTokenCreate',
    { input: { name: scopes.join(), scopes, validDays: 1 } },
    await at.tokenOf('admin'),
  );
  return { id: made.data!.apiTokenCreate.tokenId, token: made.data!.apiTokenCreate.token };
}

/** A token of this server's own key with claims of the test's choice. */
async function signed(at: TestServer, claims: Record<string, unknown>): Promise<string> {
  const key = JSON.parse(await readFile(join(at.dataDir, 'identity.key'), 'utf8')) as Record<string, string>;
  const own = JSON.parse(Buffer.from(at.token.split('.')[1]!, 'base64url').toString()) as Record<string, unknown>;
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'EdDSA' })}.${part({ ...own, ...claims })}`;
  const privateKey = createPrivateKey({ key, format: 'jwk' });
  return `${text}.${sign(null, Buffer.from(text), privateKey).toString('base64url')}`;
}

const stream = (at: TestServer, query: string, variables: object, token: string | null): Promise<Response> =>
  fetch(`${at.url}/graphql/stream`, {
    method: 'POST',
    headers: {
      accept: 'text/event-stream',
      'content-type': 'application/json',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables }),
  });

describe('a socket', () => {
  it('without a token, with a broken one or an expired one is closed with 4403, and one that says nothing with 4408', async () => {
    const at = server();
    const silent = new TestSocket(at);
    const expired = await signed(at, { exp: 1_700_000_000 });
    expect(await signed(at, {}).then((token) => at.graphql('{ viewer { email } }', {}, token))).toMatchObject({
      data: { viewer: { email: 'strategist@demo.example' } },
    });
    expect((await at.graphql('{ viewer { email } }', {}, expired)).errors?.[0]).toMatchObject({
      message: 'The token has expired.',
      extensions: { code: 'UNAUTHENTICATED' },
    });
    for (const payload of [{}, { authorization: 'Bearer nonsense' }, { authorization: `Bearer ${expired}` }]) {
      expect(await (await TestSocket.greeted(at, payload)).closed()).toBe(4403);
    }
    expect(await silent.closed()).toBe(4408);
  });

  it('refuses what HTTP refuses, with a code, and goes on', async () => {
    const at = server();
    const socket = await TestSocket.acknowledged(at);
    const refused: [string, RegExp, string][] = [
      [`{ ${Array.from({ length: 31 }, (_, i) => `a${i}: __typename`).join(' ')} }`, /root fields/, 'BAD_USER_INPUT'],
      [`{ ${'__typename '.repeat(4001)} }`, /tokens/, 'BAD_USER_INPUT'],
      ['{ viewer { passwrd } }', /Cannot query field/, 'BAD_USER_INPUT'],
      ['subscription { approvalEvents(after: -1) { seq } }', /after is -1/, 'BAD_USER_INPUT'],
      ['subscription($id: ID!) { runEvents(runId: $id) { seq } }', /no run/, 'NOT_FOUND'],
    ];
    for (const [index, [query, message, code]] of refused.entries()) {
      socket.subscribe(String(index), query, { id: NOBODY });
      const answer = await socket.next(({ id }) => id === String(index));
      const errors = Array.isArray(answer.payload) ? answer.payload : answer.payload?.errors;
      expect(errors?.[0]).toMatchObject({ message: expect.stringMatching(message), extensions: { code } });
      expect(JSON.stringify(answer)).not.toMatch(/stack|Did you mean|node_modules/);
    }
    socket.subscribe('good', '{ viewer { kind } }');
    expect(await socket.next(({ id }) => id === 'good')).toMatchObject({
      payload: { data: { viewer: { kind: 'PERSON' } } },
    });
    await socket.close();
  });

  it('takes ten subscriptions and refuses the eleventh alone; a frame over 64 kB closes it', async () => {
    const at = server();
    const socket = await TestSocket.acknowledged(at);
    for (let i = 1; i <= 11; i += 1) socket.subscribe(`s${i}`, APPROVALS);
    expect(await socket.next(({ type }) => type === 'error')).toMatchObject({
      id: 's11',
      payload: [{ extensions: { code: 'RATE_LIMITED', allowed: 10 } }],
    });
    socket.send({ type: 'complete', id: 's1' });
    socket.subscribe('s12', '{ viewer { kind } }');
    expect((await socket.next(({ id }) => id === 's12')).type).toBe('next');
    socket.socket.send('x'.repeat(65 * 1024));
    expect(await socket.closed()).toBe(1009);
  });

  it('is one of five at the most for one person, and its place is free when it leaves', async () => {
    const at = server();
    const five = await Promise.all(Array.from({ length: 5 }, () => TestSocket.acknowledged(at)));
    expect(await (await TestSocket.greeted(at, { authorization: `Bearer ${at.token}` })).closed()).toBe(4429);
    await five[0]!.close();
    five[0] = await TestSocket.acknowledged(at);
    await Promise.all(five.map((socket) => socket.close()));
  });

  it('gives no event to a token that was revoked meanwhile', async () => {
    const at = server();
    const { id, token } = await apiToken(at, 'RUNS_READ');
    const socket = await TestSocket.acknowledged(at, token);
    socket.subscribe('live', APPROVALS);
    await at.graphql(
      'mutation($id: ID!) { apiTokenRevoke(input: { tokenId: $id }) { userErrors { code } } }',
      { id },
      await at.tokenOf('admin'),
    );
    await stopACampaign(at);
    expect(await socket.closed()).toBe(4403);
  });
});

/** Makes an approval event: one click of the operator pauses a campaign that runs. */
async function stopACampaign(at: TestServer): Promise<void> {
  const operator = await at.tokenOf('operator-1');
  const { data } = await at.operation<{ campaigns: { edges: { node: { id: string; status: string } }[] } }>(
    'campaigns',
    {
      first: 50,
    },
  );
  const campaignId = data!.campaigns.edges.find(({ node }) => node.status !== 'PAUSED')!.node.id;
  const stopped = await at.operation<{ safeStop: { changeSet: { state: string }; userErrors: unknown[] } }>(
    'safeStop',
    { input: { campaignId, reason: 'It must stop now.' } },
    operator,
  );
  expect(stopped.data?.safeStop.userErrors).toEqual([]);
}

describe('an event stream', () => {
  it('asks for a token, and refuses with the codes of the graph', async () => {
    const at = server();
    const none = await stream(at, APPROVALS, {}, null);
    expect(none.status).toBe(401);
    expect(await none.json()).toMatchObject({ error: { code: 'UNAUTHENTICATED' } });
    const text = await (
      await stream(at, 'subscription($id: ID!) { runEvents(runId: $id) { seq } }', { id: NOBODY }, at.token)
    ).text();
    expect(text).toMatch(/no run/);
    expect(text).toMatch(/"code":"NOT_FOUND"/);
    const wrong = await (await stream(at, 'subscription { approvalEvents { sek } }', {}, at.token)).text();
    expect(wrong).toMatch(/"code":"BAD_USER_INPUT"/);
    expect(wrong).not.toMatch(/Did you mean|stack/);
  });

  it('frees its place when its reader leaves', async () => {
    const at = server();
    const leaving = new AbortController();
    for (let round = 0; round < 12; round += 1) {
      const response = await fetch(`${at.url}/graphql/stream`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${at.token}`,
          accept: 'text/event-stream',
          'content-type': 'application/json',
        },
        body: JSON.stringify({ query: APPROVALS }),
        signal: leaving.signal,
      });
      expect(response.status).toBe(200);
      await response.body?.cancel();
    }
    leaving.abort();
  });
});

describe('an API token', () => {
  it('reads what its scopes stand for and nothing else', async () => {
    const at = server();
    const bi = (await apiToken(at, 'METRICS_READ')).token;
    const runs = (await apiToken(at, 'RUNS_READ')).token;
    const codeOf = async (query: string, token: string): Promise<string | undefined> =>
      (await at.graphql(query, {}, token)).errors?.[0]?.extensions.code;
    const page = '(first: 1) { edges { node { id } } }';
    for (const list of ['campaigns', 'audiences', 'messages', 'imports']) {
      expect(await codeOf(`{ ${list}${page} }`, bi), list).toBeUndefined();
      expect(await codeOf(`{ ${list}${page} }`, runs), list).toBe('FORBIDDEN');
    }
    for (const list of ['goals', 'runs', 'approvals', 'recommendations', 'forecasts']) {
      expect(await codeOf(`{ ${list}${page} }`, runs), list).toBeUndefined();
      expect(await codeOf(`{ ${list}${page} }`, bi), list).toBe('FORBIDDEN');
    }
    expect(await codeOf('{ members { email } }', runs)).toBe('FORBIDDEN');
    expect(await codeOf('{ memorySearch(text: "tone") { id } }', runs)).toBe('FORBIDDEN');
    expect(
      (
        await fetch(`${at.url}/metrics.csv?from=2026-01-01&to=2026-01-31`, {
          headers: { authorization: `Bearer ${runs}` },
        })
      ).status,
    ).toBe(403);
  });

  it('that asks too much in a burst is told when to come back', async () => {
    const at = server();
    const { token } = await apiToken(at, 'METRICS_READ');
    const query =
      '{ campaigns(first: 100) { edges { node { id budget { amount { minor } } performance { spend { minor } } } } } }';
    const first = await at.graphql(query, {}, token);
    const { requested } = first.extensions!['cost'] as { requested: number };
    const times = Math.ceil(2000 / requested) + 2;
    const answers = await Promise.all(Array.from({ length: times }, () => at.graphql(query, {}, token)));
    const refused = answers.find((answer) => answer.errors);
    expect(refused).toMatchObject({
      status: 429,
      errors: [{ extensions: { code: 'RATE_LIMITED', retryAfterSeconds: expect.any(Number) } }],
    });
    expect(first.extensions).toMatchObject({
      cost: { requested: expect.any(Number), remaining: expect.any(Number), restoreRate: 100 },
    });
    // Another caller has a budget of their own.
    expect((await at.graphql('{ viewer { kind } }')).errors).toBeUndefined();
  });
});

describe('GraphQL over HTTP', () => {
  /** What audits miss, and why it stays so. */
  const known: Record<string, string> = {
    '572B':
      'wants 200 for a document that cannot be parsed when the client asks for application/json; ours is 400 for every client',
    FDE2: 'the same for a document that does not fit the schema',
    '7B9B': 'the same for a missing variable',
  };
  const audits = serverAudits({
    url: () => `${server().url}/graphql`,
    fetchFn: (url: string, init: RequestInit = {}) =>
      fetch(url, {
        ...init,
        headers: { ...(init.headers as Record<string, string>), 'apollo-require-preflight': '1' },
      }),
  });

  it.each(audits.map((audit) => [audit.id, audit] as const))('%s', async (id, audit) => {
    const result = await audit.fn();
    if (known[id] === undefined) expect(result).toMatchObject({ status: 'ok' });
    else expect(result.status, known[id]).toBe('warn');
  });
});

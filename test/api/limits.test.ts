/** Claim: requests that are too deep, too wide, too long or not allowed are refused with a code and without a trace of the inside. */
import { describe, expect, it } from 'vitest';
import { useServer } from '../support/server.ts';

const server = useServer();
const nested = (depth: number): string =>
  `{ goals(first: 1) { edges { node { ${'runs { goal { '.repeat(depth)}id${' } }'.repeat(depth)} } } } }`;
const aliases = (count: number): string =>
  `{ ${Array.from({ length: count }, (_, i) => `a${i}: __typename`).join(' ')} }`;

/** So many lists of 100 cards with what hangs on them. */
const costly = (lists: number): string =>
  `{ ${Array.from({ length: lists }, (_, i) => `r${i}: recommendations(first: 100) { edges { node { evidence { id } figures { value } support { tier } forecasts { id intervals { level } } rejectedAlternatives { score } dissent { view } record { scored } } } }`).join(' ')} }`;

describe('a document that asks for too much', () => {
  it.each([
    ['13 levels', nested(6), /levels of depth/],
    [
      '13 levels through a fragment',
      `query { goals(first: 1) { edges { node { ...F } } } } fragment F on Goal { ${'runs { goal { '.repeat(6)}id${' } }'.repeat(6)} }`,
      /levels of depth/,
    ],
    ['31 aliases', aliases(31), /aliases/],
    [
      '11 root fields',
      `{ ${Array.from({ length: 11 }, (_, i) => `r${i}: viewer { kind }`).join(' ')} }`,
      /root fields/,
    ],
    [
      '4 directives on a field',
      '{ viewer @include(if: true) @skip(if: false) @include(if: true) @skip(if: false) { kind } }',
      /directive/i,
    ],
    ['more tokens than 4,000', `{ ${'__typename '.repeat(4001)} }`, /token/i],
    ['a page of 101', '{ goals(first: 101) { edges { node { id } } } }', /first is 101/],
    ['a page of -1', '{ goals(first: -1) { edges { node { id } } } }', /first is -1/],
    ['a foreign cursor', '{ goals(first: 1, after: "abc") { edges { node { id } } } }', /not a cursor/],
    ['a cost of more than 5,000', costly(6), /costs \d+ points/],
    ['an unknown field', '{ viewer { passwrd } }', /Cannot query field/],
    ['no GraphQL at all', 'qwerty cop {abc}', /Syntax Error/],
  ])('%s', async (_what, query, message) => {
    const answer = await server().graphql(query);
    expect(answer.errors?.map((error) => error.message).join('\n')).toMatch(message);
    expect(JSON.stringify(answer.errors)).not.toMatch(/stack|node_modules|Did you mean/);
    expect(answer.errors?.[0]?.extensions.code).toMatch(
      /BAD_USER_INPUT|COST_EXCEEDED|GRAPHQL_VALIDATION_FAILED|GRAPHQL_PARSE_FAILED/,
    );
  });

  it('expands no fragment bomb', async () => {
    const layers = Array.from({ length: 18 }, (_, i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`).join(
      ' ',
    );
    const began = performance.now();
    const answer = await server().graphql(`query { ...F0 } ${layers} fragment F18 on Query { __typename }`);
    expect(answer.errors?.length).toBeGreaterThan(0);
    expect(performance.now() - began).toBeLessThan(2000);
  });
});

describe('variables that do not fit', () => {
  const money = { minor: '100', currency: 'EUR' };
  const goal = { kpi: 'REVENUE', target: 1, from: '2027-02-01', to: '2027-02-28', budget: money };
  const { kpi: _kpi, ...withoutKpi } = goal;
  const deep = { in: { in: { in: { in: { in: { in: { in: { in: 1 } } } } } } } };

  it.each([
    ['a goal without a KPI', 'runStart', withoutKpi, /kpi/],
    ['a KPI that is none', 'runStart', { ...goal, kpi: 'CLICKS' }, /CLICKS/],
    ['a day that is none', 'runStart', { ...goal, from: '2027-02-30' }, /2027-02-30/],
    ['20,009 characters', 'runStart', { ...goal, text: 'x'.repeat(20_009) }, /20009 characters/],
    ['more than 6 levels', 'runStart', deep, /levels/],
    ['a character zero', 'runStart', { ...goal, text: 'a\u0000b' }, /input\.text.*character zero/],
    [
      'half a character',
      'apiTokenCreate',
      { name: 'a\ud800', scopes: ['RUNS_READ'], validDays: 1 },
      /half a character/,
    ],
  ])('are refused with 400: %s', async (_what, operation, input, message) => {
    const answer = await server().operation(operation, { input });
    expect([answer.status, answer.errors?.[0]?.extensions.code]).toEqual([400, 'BAD_USER_INPUT']);
    expect(answer.errors?.[0]?.message).toMatch(message);
    expect(JSON.stringify(answer.errors)).not.toMatch(/Did you mean|stack/);
  });

  it('are refused in the document itself too', async () => {
    const answer = await server().graphql('{ memorySearch(text: "a\\u0000b") { text } }');
    expect([answer.status, answer.errors?.[0]?.extensions.code]).toEqual([400, 'BAD_USER_INPUT']);
  });

  it('are told as something to mend where a text is too long', async () => {
    const answer = await server().operation<{ apiTokenCreate: { userErrors: { message: string }[] } }>(
      'apiTokenCreate',
      { input: { name: 'n'.repeat(201), scopes: ['RUNS_READ'], validDays: 1 } },
      await server().tokenOf('admin'),
    );
    expect(answer.data?.apiTokenCreate.userErrors[0]?.message).toMatch(/name: at most 200 characters.*It has 201/);
  });
});

describe('a request of the wrong form', () => {
  const post = (body: string, headers: Record<string, string>): Promise<Response> =>
    fetch(`${server().url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server().token}`, ...headers },
      body,
    });

  it('that is a batch, a form, or plain text is refused', async () => {
    const batch = JSON.stringify(Array.from({ length: 10 }, () => ({ query: '{ __typename }' })));
    expect((await post(batch, { 'content-type': 'application/json' })).status).toBe(400);
    expect(
      (await post('query=%7B__typename%7D', { 'content-type': 'application/x-www-form-urlencoded' })).status,
    ).toBeGreaterThanOrEqual(400);
    expect((await post('{ __typename }', { 'content-type': 'text/plain' })).status).toBeGreaterThanOrEqual(400);
  });

  it('that is longer than 256 kB is refused with JSON', async () => {
    const answer = await post(JSON.stringify({ query: `{ __typename } # ${'x'.repeat(263_000)}` }), {
      'content-type': 'application/json',
    });
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ error: { code: 'BAD_USER_INPUT' } });
  });

  it('that comes by GET changes nothing and, without the header that browsers cannot send, reads nothing', async () => {
    const read = await fetch(`${server().url}/graphql?query=${encodeURIComponent('{ __typename }')}`, {
      headers: { authorization: `Bearer ${server().token}` },
    });
    expect(read.status).toBe(400);
    const write = await fetch(
      `${server().url}/graphql?query=${encodeURIComponent('mutation { runCancel(input: { runId: "x" }) { userErrors { code } } }')}`,
      {
        headers: { authorization: `Bearer ${server().token}`, 'apollo-require-preflight': '1' },
      },
    );
    expect(write.status).toBe(405);
  });
});

describe('a caller', () => {
  it('without a token, with a broken one, or with one of another key is not let in', async () => {
    const query = '{ viewer { email } }';
    expect((await server().graphql(query, {}, null)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expect((await server().graphql(query, {}, 'nonsense')).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    const [header, , signature] = server().token.split('.');
    const forged = Buffer.from(
      JSON.stringify({
        workspace: '01890000-0000-7000-8000-000000000001',
        email: 'admin@demo.example',
        iss: 'baton',
        aud: 'baton',
        iat: 1,
        exp: 9_999_999_999,
      }),
    ).toString('base64url');
    expect((await server().graphql(query, {}, `${header}.${forged}.${signature}`)).errors?.[0]?.extensions.code).toBe(
      'UNAUTHENTICATED',
    );
  });

  it('cannot tell an id of another workspace from one that never was', async () => {
    const at = server();
    await at.command(
      'workspace',
      'create',
      'other',
      '--admin',
      'ada@other.example',
      '--member',
      'ada@other.example=STRATEGIST',
    );
    const { stdout } = await at.command('token', '--as', 'ada@other.example', '--workspace', 'other');
    const mine = await at.graphql<{ campaigns: { edges: { node: { id: string } }[] } }>(
      '{ campaigns(first: 1) { edges { node { id } } } }',
    );
    const id = mine.data!.campaigns.edges[0]!.node.id;
    const never = Buffer.from('Campaign:01890000-0000-7000-8000-000000000009').toString('base64url');
    const query = 'query($id: ID!) { campaign(id: $id) { name } }';
    const foreign = await at.graphql(query, { id }, stdout.trim());
    expect(foreign).toEqual({
      ...(await at.graphql(query, { id: never }, stdout.trim())),
      extensions: foreign.extensions,
    });
    expect((await at.graphql('{ campaigns(first: 5) { edges { node { id } } } }', {}, stdout.trim())).data).toEqual({
      campaigns: { edges: [] },
    });
    const wrong = await at.graphql(query, {
      id: Buffer.from('Run:01890000-0000-7000-8000-000000000009').toString('base64url'),
    });
    expect(wrong.errors?.[0]).toMatchObject({
      message: expect.stringMatching(/id of a Run/),
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });

  it('with an API token can never decide', async () => {
    const at = server();
    const made = await at.operation<{ apiTokenCreate: { token: string } }>(
      'apiTokenCreate',
      { input: { name: 'all', scopes: ['METRICS_READ', 'RUNS_WRITE', 'RUNS_READ'], validDays: 1 } },
      await at.tokenOf('admin'),
    );
    const id = (type: string): string =>
      Buffer.from(`${type}:01890000-0000-7000-8000-000000000009`).toString('base64url');
    const input = {
      approvalId: id('Approval'),
      verdict: 'APPROVE',
      revision: 1,
      digest: 'd',
      viewSessionId: id('ViewSession'),
    };
    const answer = await at.operation('approvalDecide', { input }, made.data!.apiTokenCreate.token);
    expect(answer.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });
});

describe('the pages beside the graph', () => {
  it('are healthy, and the explorer names no address outside this server', async () => {
    const { url } = server();
    expect(await (await fetch(`${url}/health/ready`)).json()).toMatchObject({ status: 'ready' });
    expect(await (await fetch(`${url}/internal/metrics`)).text()).toContain('baton_process_cpu_user_seconds_total');
    const page = await (await fetch(`${url}/explorer`)).text();
    expect(page).not.toMatch(/https?:\/\//);
    for (const [, file] of page.matchAll(/(?:src|href)="(\/explorer\/[^"]+)"/g))
      expect((await fetch(`${url}${file}`)).status).toBe(200);
    expect((await fetch(`${url}/favicon.ico`)).status).toBe(204);
    expect(await (await fetch(`${url}/nothing`)).json()).toMatchObject({ error: { code: 'NOT_FOUND' } });
  });
});

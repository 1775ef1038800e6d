/** Claim: a front end can carry a goal from its statement to executed effects over HTTP, sockets and event streams, and every sample operation runs. */
import { createClient } from 'graphql-ws';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useServer, type TestServer } from '../support/server.ts';

const server = useServer();
const operation = (name: string): string =>
  readFileSync(join(resolve(import.meta.dirname, '../../schema/operations'), `${name}.graphql`), 'utf8');

interface Event {
  seq: number;
  type: string;
}
interface Approval {
  id: string;
  gate: string;
  revision: number;
  digest: string;
  changeSet: { id: string };
}

/** Follows a run over a socket until an event of one of the types comes. */
async function follow(at: TestServer, runId: string, after: number, until: readonly string[]): Promise<Event[]> {
  const client = createClient({
    url: `${at.url.replace(/^http/, 'ws')}/graphql/socket`,
    connectionParams: { authorization: `Bearer ${at.token}` },
    retryAttempts: 0,
  });
  const events: Event[] = [];
  try {
    for await (const { data, errors } of client.iterate<{ runEvents: Event }>({
      query: operation('runEvents'),
      variables: { runId, after },
    })) {
      expect(errors).toBeUndefined();
      if (data) events.push(data.runEvents);
      if (data && until.includes(data.runEvents.type)) break;
    }
  } finally {
    await client.dispose();
  }
  return events;
}

/** Reads a run's events as server-sent events until the stream ends. */
async function stream(at: TestServer, runId: string, after: number): Promise<Event[]> {
  const response = await fetch(`${at.url}/graphql/stream`, {
    method: 'POST',
    headers: { authorization: `Bearer ${at.token}`, accept: 'text/event-stream', 'content-type': 'application/json' },
    body: JSON.stringify({ query: operation('runEvents'), variables: { runId, after } }),
  });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const text = await response.text();
  return [...text.matchAll(/^data: (\{.*\})$/gm)].flatMap((match) => {
    const message = JSON.parse(match[1] ?? '{}') as { data?: { runEvents: Event } };
    return message.data ? [message.data.runEvents] : [];
  });
}

async function pending(at: TestServer, runId: string): Promise<Approval[]> {
  const answer = await at.operation<{ approvals: { edges: { node: Approval }[] } }>('approvals', {
    first: 50,
    states: ['PENDING'],
    runId,
  });
  return answer.data?.approvals.edges.map((edge) => edge.node) ?? [];
}

async function decide(
  at: TestServer,
  approval: Approval,
  token: string,
  verdict = 'APPROVE',
): Promise<{ code: string }[]> {
  const opened = await at.operation<{ approvalOpen: { viewSessionId: string } }>(
    'approvalOpen',
    { input: { approvalId: approval.id } },
    token,
  );
  const decided = await at.operation<{ approvalDecide: { userErrors: { code: string }[] } }>(
    'approvalDecide',
    {
      input: {
        approvalId: approval.id,
        verdict,
        reason: verdict === 'APPROVE' ? '' : 'Not now.',
        revision: approval.revision,
        digest: approval.digest,
        viewSessionId: opened.data?.approvalOpen.viewSessionId,
      },
    },
    token,
  );
  expect(decided.errors).toBeUndefined();
  return decided.data?.approvalDecide.userErrors ?? [];
}

const people: Record<string, string[]> = {
  BUDGET_SHIFT: ['budget-1', 'budget-2', 'finance-1'],
  SAFE_STOP: ['operator-1'],
  BRAND_CRITICAL: ['brand-1'],
  AUDIENCE_DEFINITION: ['audience-1'],
  REGULATED_CLAIM: ['compliance-1'],
  STRATEGY_CHANGE: ['strategy-1'],
};

async function tokenWith(at: TestServer, scopes: string[]): Promise<string> {
  const made = await at.operation<{ apiTokenCreate: { token: string } }>(
    'apiTokenCreate',
    { input: { name: scopes.join(), scopes, validDays: 1 } },
    await at.tokenOf('admin'),
  );
  return made.data!.apiTokenCreate.token;
}

/** What happened to approvals is told without a gap, from the start and from any place; each approval reads as it stands now. */
async function tellsApprovals(at: TestServer, decided: readonly Approval[]): Promise<void> {
  const one = await at.operation<{ approval: { state: string; diff: unknown[]; decisions: { email: string }[] } }>(
    'approval',
    { id: decided[0]!.id },
  );
  expect(one.data?.approval).toMatchObject({
    state: 'REJECTED',
    decisions: [{ verdict: 'REJECT', reason: 'Not now.' }],
  });
  expect(one.data!.approval.diff.length).toBeGreaterThan(0);
  const { data } = await at.graphql<{ approvalsHead: number }>('{ approvalsHead }');
  const head = data!.approvalsHead;
  const told = async (after: number): Promise<{ seq: number; type: string; approval: { id: string } }[]> => {
    const client = createClient({
      url: `${at.url.replace(/^http/, 'ws')}/graphql/socket`,
      connectionParams: { authorization: `Bearer ${at.token}` },
      retryAttempts: 0,
    });
    const events = [];
    for await (const { data: next } of client.iterate<{
      approvalEvents: { seq: number; type: string; approval: { id: string } };
    }>({ query: operation('approvalEvents'), variables: { after } })) {
      if (next) events.push(next.approvalEvents);
      if (next?.approvalEvents.seq === head) break;
    }
    await client.dispose();
    return events;
  };
  const all = await told(0);
  expect(all.map((event) => event.seq)).toEqual(Array.from({ length: head }, (_, i) => i + 1));
  expect(all.map((event) => event.approval.id)).toEqual(expect.arrayContaining(decided.map((approval) => approval.id)));
  expect(await told(5)).toEqual(all.slice(5));
}

describe('one goal over the graph', () => {
  it(
    'is stated, worked on, decided by people, carried out once, measured, and told without a gap',
    { timeout: 120_000 },
    async () => {
      const at = server();
      const { data: me } = await at.operation<{
        viewer: { email: string; workspace: { businessDate: string; currency: string } };
      }>('viewer');
      const { businessDate, currency } = me!.viewer.workspace;
      const to = new Date(Date.parse(businessDate) + 90 * 86_400_000).toISOString().slice(0, 10);
      const goal = {
        kpi: 'QUALIFIED_LEADS',
        target: 86_000,
        from: businessDate,
        to,
        budget: { minor: '145000000', currency },
        text: 'More qualified leads: refresh content, look at email and search.',
      };
      const started = await at.operation<{ runStart: { run: { id: string } | null; userErrors: unknown[] } }>(
        'runStart',
        { input: { ...goal, idempotencyKey: 'journey' } },
      );
      expect(started.data?.runStart.userErrors).toEqual([]);
      const runId = started.data!.runStart.run!.id;
      const again = await at.operation<{ runStart: { run: { id: string } } }>('runStart', {
        input: { ...goal, idempotencyKey: 'journey' },
      });
      expect(again.data?.runStart.run.id).toBe(runId);

      const first = await follow(at, runId, 0, ['RUN_WAITING', 'RUN_SUCCEEDED', 'RUN_FAILED']);
      expect(first.at(-1)?.type).toBe('RUN_WAITING');
      const waiting = await pending(at, runId);
      expect(waiting.length).toBeGreaterThan(1);

      // The proposer is refused, a first rejection is a veto, and everybody else's gate is not held up by it.
      expect(await decide(at, waiting[0]!, at.token)).toEqual([expect.objectContaining({ code: 'SELF_APPROVAL' })]);
      const [rejected, ...others] = waiting;
      // Nor is anybody heard on other bytes than those that stand.
      const early = await at.tokenOf(people[waiting[1]!.gate]![0]!);
      expect(await decide(at, { ...waiting[1]!, digest: 'f'.repeat(64) }, early)).toEqual([
        expect.objectContaining({ code: 'STALE_DIGEST', path: ['digest'] }),
      ]);
      const vetoer = await at.tokenOf(people[rejected!.gate]![0]!);
      expect(await decide(at, rejected!, vetoer, 'REJECT')).toEqual([]);
      expect(await decide(at, rejected!, vetoer)).toEqual([
        expect.objectContaining({ code: expect.stringMatching(/ALREADY_DECIDED|VETOED|SETTLED/) }),
      ]);
      for (const approval of others) {
        const codes = [];
        for (const name of people[approval.gate] ?? [])
          codes.push(...(await decide(at, approval, await at.tokenOf(name))));
        expect(codes.filter(({ code }) => code !== 'SETTLED' && code !== 'NOT_ELIGIBLE')).toEqual([]);
      }

      const rest = await follow(at, runId, first.at(-1)!.seq, ['RUN_SUCCEEDED', 'RUN_FAILED', 'RUN_CANCELLED']);
      expect(rest.at(-1)?.type).toBe('RUN_SUCCEEDED');
      const all = [...first, ...rest];
      expect(all.map((event) => event.seq)).toEqual(all.map((_, i) => i + 1));
      const streamed = await stream(at, runId, 3);
      expect(streamed).toEqual(all.slice(3));

      const run = await at.operation<{
        run: {
          status: string;
          lastSeq: string;
          tasks: { status: string }[];
          artifacts: { digest: string; evidence: { outputDigest: string }[] }[];
        };
      }>('run', { id: runId });
      expect(run.data?.run).toMatchObject({ status: 'SUCCEEDED', lastSeq: String(all.length) });
      expect(run.data?.run.tasks.every((task) => task.status === 'SUCCEEDED')).toBe(true);
      expect(run.data?.run.artifacts.length).toBeGreaterThanOrEqual(8);

      const changes = await at.operation<{
        changeSets: { state: string; settledReason: string | null; effects: { status: string; attempts: number }[] }[];
      }>('changeSets', { runId });
      const states = changes.data!.changeSets.map((change) => change.state);
      expect(states.filter((state) => state === 'REJECTED')).toHaveLength(1);
      expect(states.filter((state) => state === 'EXECUTED')).toHaveLength(others.length);
      expect(
        changes
          .data!.changeSets.flatMap((change) => change.effects)
          .every((effect) => effect.status === 'DONE' && effect.attempts === 1),
      ).toBe(true);

      await tellsApprovals(at, waiting);

      const cards = await at.operation<{
        recommendations: { edges: { node: { id: string; verb: string; evidence: unknown[]; rationale: string } }[] };
      }>('recommendations', { first: 10, runId });
      expect(cards.data!.recommendations.edges.length).toBeGreaterThanOrEqual(waiting.length);
      expect(
        cards.data!.recommendations.edges.every(({ node }) => node.evidence.length > 0 && node.rationale.length > 20),
      ).toBe(true);

      const evaluator = await tokenWith(at, ['RECOMMENDATIONS_SCORE', 'RUNS_READ']);
      const recommendationId = cards.data!.recommendations.edges[0]!.node.id;
      for (const value of [0.2, 0.1]) {
        const scored = await at.operation<{ recommendationScore: { recommendation: { id: string }; userErrors: [] } }>(
          'recommendationScore',
          { input: { recommendationId, evaluator: 'journey', metric: 'regret', value } },
          evaluator,
        );
        expect(scored.data?.recommendationScore).toMatchObject({
          recommendation: { id: recommendationId },
          userErrors: [],
        });
      }
    },
  );

  it('stops when it is cancelled, and cannot be cancelled twice', async () => {
    const at = server();
    const { data: me } = await at.operation<{ viewer: { workspace: { businessDate: string; currency: string } } }>(
      'viewer',
    );
    const { businessDate: from, currency } = me!.viewer.workspace;
    const to = new Date(Date.parse(from) + 60 * 86_400_000).toISOString().slice(0, 10);
    const input = { kpi: 'REVENUE', target: 900_000, from, to, budget: { minor: '90000000', currency } };
    const started = await at.operation<{ runStart: { run: { id: string } } }>('runStart', { input });
    const runId = started.data!.runStart.run.id;
    type Cancelled = { runCancel: { run: { id: string } | null; userErrors: { code: string }[] } };
    expect((await at.operation<Cancelled>('runCancel', { input: { runId } })).data?.runCancel.userErrors).toEqual([]);
    const events = await follow(at, runId, 0, ['RUN_CANCELLED', 'RUN_SUCCEEDED', 'RUN_FAILED', 'RUN_WAITING']);
    expect(events.at(-1)?.type).toBe('RUN_CANCELLED');
    const again = await at.operation<Cancelled>('runCancel', { input: { runId } });
    expect(again.data?.runCancel).toMatchObject({ run: null, userErrors: [{ code: 'ENDED' }] });
  });

  it('is refused with what to mend when it cannot be met, and nothing starts', async () => {
    const at = server();
    const before = await at.operation<{ runs: { edges: unknown[] } }>('runs', { first: 10 });
    const goal = {
      kpi: 'REVENUE',
      target: 1,
      from: '2020-01-01',
      to: '2020-02-01',
      budget: { minor: '100', currency: 'EUR' },
    };
    const past = await at.operation<{ runStart: { run: null; userErrors: { code: string; path: string[] }[] } }>(
      'runStart',
      { input: goal },
    );
    expect(past.data?.runStart).toMatchObject({ run: null, userErrors: [{ code: 'IN_THE_PAST', path: ['to'] }] });
    const huge = await at.operation<{ runStart: { userErrors: { code: string; path: string[] }[] } }>('runStart', {
      input: { ...goal, from: '2030-01-01', to: '2030-02-01', budget: { minor: '9'.repeat(18), currency: 'EUR' } },
    });
    expect(huge.data?.runStart.userErrors[0]?.path).toEqual(['budget']);
    const after = await at.operation<{ runs: { edges: unknown[] } }>('runs', { first: 10 });
    expect(after.data?.runs.edges).toHaveLength(before.data!.runs.edges.length);
  });
});

describe('data through the graph', () => {
  it('takes an upload, shows a dry run, loads it once, and takes it back', async () => {
    const at = server();
    const csv =
      'date,channel,campaign,spend,currency,impressions,clicks\n2026-11-01,PAID_SEARCH,Test only,12.50,EUR,1000,40\n2026-11-02,PAID_SEARCH,Test only,14.00,EUR,1100,44\n';
    const upload = async (text: string): Promise<string> => {
      const response = await fetch(`${at.url}/uploads`, {
        method: 'POST',
        headers: { authorization: `Bearer ${at.token}`, 'x-file-name': 'test.csv', 'content-type': 'text/csv' },
        body: text,
      });
      expect(response.status).toBe(201);
      return ((await response.json()) as { uploadId: string }).uploadId;
    };
    type Result = {
      performanceImport: {
        status: string | null;
        import: { id: string } | null;
        rows: { added: number } | null;
        userErrors: { code: string; message: string }[];
      };
    };
    const uploadId = await upload(csv);
    const dry = await at.operation<Result>('performanceImport', { input: { uploadId, dryRun: true } });
    expect(dry.data?.performanceImport).toMatchObject({ status: 'DRY_RUN', import: null, userErrors: [] });
    const loaded = await at.operation<Result>('performanceImport', { input: { uploadId } });
    expect(loaded.data?.performanceImport).toMatchObject({ status: 'LOADED', rows: { added: 2 } });
    const same = await at.operation<Result>('performanceImport', { input: { uploadId } });
    expect(same.data?.performanceImport.status).toBe('UNCHANGED');
    const importId = loaded.data!.performanceImport.import!.id;
    const undone = await at.operation<{ importUndo: { removed: number; import: { status: string } } }>('importUndo', {
      input: { importId },
    });
    expect(undone.data?.importUndo).toMatchObject({ removed: 2, import: { status: 'UNDONE' } });
    const bad = await at.operation<Result>('performanceImport', {
      input: { uploadId: await upload(csv.replace('12.50', '-3')) },
    });
    expect(bad.data?.performanceImport).toMatchObject({ status: null, import: null });
    expect(bad.data?.performanceImport.userErrors[0]).toMatchObject({
      code: 'BAD_FILE',
      message: expect.stringMatching(/line 2.*spend/),
    });
  });

  it('answers metrics whose ratios come from their parts, in the graph and as a file for BI tools with an ETag', async () => {
    const at = server();
    const query = {
      metrics: ['SPEND', 'CLICKS', 'IMPRESSIONS', 'CTR'],
      dimensions: ['CHANNEL'],
      from: '2026-08-03',
      to: '2026-10-25',
      grain: 'WEEK',
      includeTotals: true,
    };
    const answer = await at.operation<{
      metrics: { columns: { name: string }[]; rows: (string | number | null)[][]; totals: (string | number | null)[] };
    }>('metrics', { query });
    const { columns, rows, totals } = answer.data!.metrics;
    const of = (name: string): number => columns.findIndex((column) => column.name === name);
    const sum = (name: string): number => rows.reduce((total, row) => total + Number(row[of(name)]), 0);
    expect(rows.length).toBeGreaterThan(80);
    expect(Number(totals[of('CLICKS')])).toBeCloseTo(sum('CLICKS'), 6);
    expect(Number(totals[of('CTR')])).toBeCloseTo(sum('CLICKS') / sum('IMPRESSIONS'), 9);

    const token = await tokenWith(at, ['METRICS_READ']);
    const url = `${at.url}/metrics.csv?metrics=spend,clicks&dimensions=channel&grain=week&from=2026-08-03&to=2026-10-25`;
    const file = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    expect((await file.text()).split('\r\n')[0]).toBe('period,channel,spend,clicks');
    const unchanged = await fetch(url, {
      headers: { authorization: `Bearer ${token}`, 'if-none-match': file.headers.get('etag') ?? '' },
    });
    expect(unchanged.status).toBe(304);
    const pageOf = async (
      cursor: string,
    ): Promise<{ rows: { period: string; campaign: string }[]; next: string | null }> => {
      const long = `${at.url}/metrics.json?metrics=spend&dimensions=campaign&grain=day&from=2024-12-01&to=2026-10-25${cursor}`;
      const page = await fetch(long, { headers: { authorization: `Bearer ${token}` } });
      return {
        rows: (await page.json()) as { period: string; campaign: string }[],
        next: page.headers.get('x-next-cursor'),
      };
    };
    const first = await pageOf('');
    expect(first.rows).toHaveLength(10_000);
    const second = await pageOf(`&cursor=${first.next}`);
    expect(second.next).toBeNull();
    const keys = [...first.rows, ...second.rows].map((row) => `${row.period} ${row.campaign}`);
    expect(new Set(keys).size).toBe(keys.length);
    const refused = await at.operation(
      'runStart',
      {
        input: {
          kpi: 'REVENUE',
          target: 1,
          from: '2030-01-01',
          to: '2030-02-01',
          budget: { minor: '1', currency: 'EUR' },
        },
      },
      token,
    );
    expect(refused.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it.each([
    ['goals', { first: 10 }],
    ['campaigns', { first: 10 }],
    ['audiencesAndMessages', { first: 10 }],
    ['forecasts', { first: 10 }],
    ['imports', { first: 10 }],
    ['metricCatalogue', {}],
    ['strategy', {}],
    ['memorySearch', { text: 'how do we speak of energy', first: 5 }],
    ['learnings', { first: 10 }],
    ['scorecard', {}],
  ] as const)('runs the sample operation %s', async (name, variables) => {
    const answer = await server().operation<Record<string, unknown>>(name, variables);
    expect(answer.errors).toBeUndefined();
    expect(Object.values(answer.data!).every((value) => value !== null)).toBe(true);
  });

  it('tells what the measured run taught and how its decisions did, with ids that lead to them', async () => {
    type Learned = { statement: string; forecastId: string; insideInterval: boolean };
    const { learnings } = (await server().operation<{ learnings: Learned[] }>('learnings', { first: 100 })).data!;
    type Card = {
      productivity: { approvalLatency: { n: number } };
      precision: { scored: number };
      decisions: { forecastId: string | null; observed: number | null }[];
    };
    const { scorecard } = (await server().operation<{ scorecard: Card }>('scorecard')).data!;
    expect(learnings.length).toBeGreaterThan(0);
    expect(scorecard.precision.scored).toBeGreaterThanOrEqual(learnings.length);
    expect(scorecard.productivity.approvalLatency.n).toBeGreaterThan(0);
    const measured = scorecard.decisions.filter((decision) => decision.observed !== null);
    expect(learnings.map((one) => one.forecastId)).toEqual(
      expect.arrayContaining(measured.map((decision) => decision.forecastId)),
    );
  });

  it('forgets a document of brand memory once, and only for a person', async () => {
    const at = server();
    const add = `mutation { brandDocumentAdd(input: { title: "Old tone", source: "old.md", markdown: "# Old tone\\n\\nWe shout." }) { documentId } }`;
    const added = await at.graphql<{ brandDocumentAdd: { documentId: string } }>(add);
    const { documentId } = added.data!.brandDocumentAdd;
    const listed = async (): Promise<boolean> => {
      const answer = await at.graphql<{ brandDocuments: { id: string }[] }>('{ brandDocuments { id } }');
      return answer.data!.brandDocuments.some((document) => document.id === documentId);
    };
    expect(await listed()).toBe(true);
    const forget = (token?: string) => at.operation('memoryForget', { input: { documentId } }, token);
    const made = await at.operation<{ apiTokenCreate: { token: string } }>(
      'apiTokenCreate',
      { input: { name: 'writer', scopes: ['MEMORY_WRITE'], validDays: 1 } },
      await at.tokenOf('admin'),
    );
    expect((await forget(made.data!.apiTokenCreate.token)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await forget()).data).toEqual({ memoryForget: { documentId, userErrors: [] } });
    expect(await listed()).toBe(false);
    expect((await forget()).data).toMatchObject({
      memoryForget: { documentId: null, userErrors: [{ code: 'NOT_FOUND', path: ['documentId'] }] },
    });
  });
});

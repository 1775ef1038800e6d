/** A run from goal to end on the embedded database: waves, review, gates, effects, failures, cancelling. */
import { describe, expect, test } from 'vitest';
import type { SpecialistContext } from '../../src/agents/contract.ts';
import { AppError } from '../../src/kernel/errors.ts';
import { cancelRun } from '../../src/orchestration/runs.ts';
import { runsOfGoals } from '../../src/useCases/runs.ts';
import { useTestDatabase } from '../support/database.ts';
import { asOwner } from '../governance/house.ts';
import { buildRunHouse, type RunHouse } from './runHouse.ts';
import { artifact, blocking, card, decisions } from './smallSpecialists.ts';

const database = useTestDatabase();

async function rows<T>(runs: RunHouse, sql: string, params: unknown[]): Promise<T[]> {
  return database().units(runs.house.workspaceId)('app', (unit) => unit.em.execute<T[]>(sql, params));
}

describe('a run', () => {
  test('plans nine specialists in waves, waits for people, executes what they approve once, and ends', async () => {
    await using runs = await buildRunHouse(database());
    const runId = await runs.start();
    expect(await runs.advance(runId)).toBe('WAITING');
    expect(await runs.status(runId)).toBe('WAITING_APPROVAL');
    await runs.approveAll(runId);
    expect(await runs.advance(runId)).toBe('ENDED');
    expect(await runs.status(runId)).toBe('SUCCEEDED');
    const events = await runs.events(runId);
    expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
    expect(events.filter((event) => event.type === 'WAVE_DISPATCHED').map((event) => event.data['tasks'])).toEqual([
      'research, audience-insight, paid-media',
      'email, seo-geo-brief',
      'content',
      'compliance-review',
      'next-best-action',
      'reporting',
    ]);
    const order = [
      'RUN_QUEUED',
      'RUN_STARTED',
      'GOAL_FRAMED',
      'PLAN_PROPOSED',
      'WAVE_DISPATCHED',
      'ARTIFACT_STORED',
      'REVIEW_COMPLETED',
      'RECOMMENDATION_MADE',
      'FORECAST_REGISTERED',
      'CHANGE_SET_SUBMITTED',
      'APPROVAL_REQUESTED',
      'RUN_WAITING',
      'APPROVAL_DECIDED',
      'CHANGE_SET_APPROVED',
      'RUN_RESUMED',
      'EFFECT_EXECUTED',
      'MEASUREMENT_SCHEDULED',
      'RUN_SUCCEEDED',
    ];
    const first = order.map((type) => events.findIndex((event) => event.type === type));
    expect(first).toEqual([...first].sort((left, right) => left - right));
    expect(first).not.toContain(-1);
    expect([...runs.sent.values()].map((calls) => calls.length)).toEqual([1, 1]);
    expect(
      await rows(
        runs,
        'select 1 from checkpoint.checkpoints where thread_id = (select thread_id::text from run where id = ?::uuid)',
        [runId],
      ),
    ).toEqual([]);
  });

  test('executes an approved change set while its sibling still waits', async () => {
    await using runs = await buildRunHouse(database());
    const runId = await runs.start();
    await runs.advance(runId);
    await approveOne(runs, runId, 'Raise alpha');
    expect(await runs.advance(runId)).toBe('WAITING');
    expect(runs.sent.size).toBe(1);
    expect(await runs.status(runId)).toBe('WAITING_APPROVAL');
    await runs.approveAll(runId);
    expect(await runs.advance(runId)).toBe('ENDED');
    expect([...runs.sent.values()].map((calls) => calls.length)).toEqual([1, 1]);
  });

  test('a rejected change set ends its branch, tells the reason and leaves the others', async () => {
    await using runs = await buildRunHouse(database());
    const runId = await runs.start();
    await runs.advance(runId);
    const change = await openChange(runs, runId, 'Raise alpha');
    await runs.house.verdict(runs.house.person('BUDGET_OWNER'), change as never, 'REJECT', {
      reason: 'Not this quarter.',
    });
    expect(await runs.advance(runId)).toBe('WAITING');
    const rejected = (await runs.events(runId)).find((event) => event.type === 'CHANGE_SET_REJECTED');
    expect(rejected?.data).toMatchObject({ changeSetId: change.id, state: 'REJECTED', reason: 'Not this quarter.' });
    await runs.approveAll(runId);
    expect(await runs.advance(runId)).toBe('ENDED');
    expect(await runs.status(runId)).toBe('SUCCEEDED');
    expect(runs.sent.size).toBe(1);
  });

  test('one failing specialist leaves its siblings alone and skips only what builds on it', async () => {
    await using runs = await buildRunHouse(database(), {
      specialists: {
        RESEARCH: {
          run: async () => Promise.reject(new AppError('MODEL_FAILED', 'The model answered with nonsense.')),
        },
      },
    });
    const runId = await runs.start();
    expect(await runs.advance(runId)).toBe('WAITING');
    const tasks = await rows<{ key: string; status: string }>(
      runs,
      'select key, status from task where run_id = ?::uuid',
      [runId],
    );
    const status = Object.fromEntries(tasks.map((task) => [task.key, task.status]));
    expect(status).toMatchObject({
      research: 'FAILED',
      'audience-insight': 'SUCCEEDED',
      'paid-media': 'SUCCEEDED',
      'seo-geo-brief': 'SKIPPED',
      content: 'SKIPPED',
      'next-best-action': 'SUCCEEDED',
    });
    expect((await runs.events(runId)).find((event) => event.type === 'TASK_FAILED')?.message).toContain(
      'The model answered with nonsense.',
    );
  });

  test('a result that states a figure which its evidence does not hold is not stored', async () => {
    await using runs = await buildRunHouse(database(), {
      specialists: {
        RESEARCH: {
          run: async (context) => {
            const made = artifact(context);
            const figure = {
              unit: 'COUNT',
              lower: null,
              upper: null,
              interval: null,
              evidenceId: made.evidence[0]?.id,
            };
            const right = { ...figure, label: 'leads', value: 1, path: 'value' };
            return { ...made, content: { figures: [right, { ...right, label: 'invented leads', value: 7 }] } };
          },
        },
      },
    });
    const runId = await runs.start();
    await runs.advance(runId);
    const failed = (await runs.events(runId)).find((event) => event.type === 'TASK_FAILED');
    expect(failed?.message).toContain('1 of 2 figures');
    expect(failed?.message).toContain('"invented leads" at value: The evidence says 1, the figure 7.');
    expect(await rows(runs, "select 1 from artifact where run_id = ?::uuid and kind = 'RESEARCH'", [runId])).toEqual(
      [],
    );
  });

  test('a run without its decisions fails and says which task was the cause', async () => {
    await using runs = await buildRunHouse(database(), {
      specialists: {
        NEXT_BEST_ACTION: { run: async () => Promise.reject(new AppError('BAD_USER_INPUT', 'Too few weeks.')) },
      },
    });
    const runId = await runs.start();
    expect(await runs.advance(runId)).toBe('ENDED');
    expect(await runs.status(runId)).toBe('FAILED');
    expect((await runs.events(runId)).at(-1)?.message).toContain('next-best-action');
  });

  test('blocked texts go back to their writer with the findings, twice and no more', async () => {
    const revisions: SpecialistContext['revision'][] = [];
    await using runs = await buildRunHouse(database(), {
      specialists: {
        CONTENT: { run: async (context) => (revisions.push(context.revision), artifact(context)) },
        COMPLIANCE_REVIEW: {
          run: async (context) =>
            artifact(context, {
              findings: context.upstream
                .filter((one) => one.specialist === 'CONTENT')
                .map((one) => ({ artifactId: one.id, findings: [blocking('the best')] })),
            }),
        },
      },
    });
    const runId = await runs.start();
    expect(await runs.advance(runId)).toBe('WAITING');
    expect(revisions.map((revision) => revision?.round ?? 1)).toEqual([1, 2, 3]);
    expect(revisions[1]).toMatchObject({ findings: [{ quote: 'the best' }], previous: { round: 1 } });
    const reviews = (await runs.events(runId)).filter(
      (event) => event.type === 'REVIEW_COMPLETED' && event.data['round'] !== undefined,
    );
    expect(reviews.map((event) => event.data['sentBack'])).toEqual([
      'content, compliance-review',
      'content, compliance-review',
      null,
    ]);
    const versions = await rows<{ version: number }>(
      runs,
      "select version from artifact where run_id = ?::uuid and kind = 'CONTENT' order by version",
      [runId],
    );
    expect(versions.map((row) => row.version)).toEqual([1, 2, 3]);
  });

  test('opposite verbs on one campaign are ruled by evidence, and the dissent is kept', async () => {
    await using runs = await buildRunHouse(database(), {
      specialists: {
        NEXT_BEST_ACTION: {
          run: async (context) => {
            const made = decisions(context, runs.house.campaigns);
            const evidenceId = made.evidence[0]?.id ?? '';
            const stop = card(runs.house.campaigns.alpha, 'alpha', evidenceId, {
              verb: 'PAUSE',
              evidence: [{ evidenceId, tier: 'EXPERIMENT', asOf: '2025-12-30', summary: 'A test.' }],
            });
            return { ...made, recommendations: [...made.recommendations, stop] };
          },
        },
      },
    });
    const runId = await runs.start();
    await runs.advance(runId);
    const conflicts = await rows<{ kind: string; ruling: string; dissent: string; status: string }>(
      runs,
      'select kind, ruling, dissent, status from conflict where run_id = ?::uuid',
      [runId],
    );
    expect(conflicts).toEqual([
      { kind: 'OPPOSITE_VERBS', ruling: 'PAUSE of alpha holds.', dissent: 'SCALE of alpha: It pays.', status: 'RULED' },
    ]);
    const proposed = await rows<{ title: string }>(runs, 'select title from change_set where run_id = ?::uuid', [
      runId,
    ]);
    expect(proposed).toEqual([{ title: 'Raise beta' }]);
  });

  test('a goal outside the active strategy waits for the strategy first, and ends when people say no', async () => {
    await using runs = await buildRunHouse(database());
    await asOwner(database(), runs.house.workspaceId, ["update strategy set status = 'RETIRED'", []]);
    const runId = await runs.start();
    expect(await runs.advance(runId)).toBe('WAITING');
    expect(await rows(runs, "select 1 from task where run_id = ?::uuid and status <> 'PENDING'", [runId])).toEqual([]);
    await runs.approveAll(runId);
    expect(await runs.advance(runId)).toBe('WAITING');
    const active = await rows<{ version: number; document: { objectives: { target: number }[] } }>(
      runs,
      "select version, document from strategy where status = 'ACTIVE'",
      [],
    );
    expect(active).toMatchObject([{ version: 2, document: { objectives: [{ target: 1000 }] } }]);

    await asOwner(database(), runs.house.workspaceId, ["update strategy set status = 'RETIRED'", []]);
    const second = await runs.start();
    await runs.advance(second);
    const change = await openChange(runs, second, 'Activate strategy version 3 for ALL');
    await runs.house.verdict(runs.house.person('STRATEGY_OWNER'), change as never, 'REJECT', { reason: 'Too bold.' });
    expect(await runs.advance(second)).toBe('ENDED');
    expect((await runs.events(second)).at(-1)).toMatchObject({ type: 'RUN_FAILED', data: { code: 'NOT_APPROVED' } });
  });

  test('cancelling stops the specialist at work at once, and nothing of the run can be approved later', async () => {
    let aborted = false;
    const begun = Promise.withResolvers<void>();
    await using runs = await buildRunHouse(database(), {
      specialists: {
        PAID_MEDIA: {
          run: ({ signal }) =>
            new Promise((_, reject) => {
              signal.addEventListener('abort', () => ((aborted = true), reject(signal.reason as Error)), {
                once: true,
              });
              begun.resolve();
            }),
        },
      },
    });
    const runId = await runs.start();
    const advanced = runs.advance(runId);
    await begun.promise;
    await database().units(runs.house.workspaceId)('app', (unit) => cancelRun(unit, runId));
    expect(await advanced).toBe('ENDED');
    expect(aborted).toBe(true);
    expect(await runs.status(runId)).toBe('CANCELLED');
    const waiting = await runs.start();
    await buildAtGate(runs, waiting);
    await database().units(runs.house.workspaceId)('app', (unit) => cancelRun(unit, waiting));
    expect(await runs.advance(waiting)).toBe('ENDED');
    expect(
      await rows<{ state: string }>(runs, 'select distinct state from change_set where run_id = ?::uuid', [waiting]),
    ).toEqual([]);
    expect((await runs.types(waiting)).at(-1)).toBe('RUN_CANCELLED');
  });

  test('a run of another graph version is refused with its code', async () => {
    await using runs = await buildRunHouse(database());
    const runId = await runs.start();
    await asOwner(database(), runs.house.workspaceId, ["update run set graph_version = '0' where id = $1", [runId]]);
    expect(await runs.advance(runId)).toBe('ENDED');
    expect((await runs.events(runId)).at(-1)).toMatchObject({
      type: 'RUN_FAILED',
      data: { code: 'GRAPH_VERSION_CHANGED' },
    });
  });

  test('a workspace without data fails with what to import', async () => {
    await using runs = await buildRunHouse(database());
    await asOwner(
      database(),
      runs.house.workspaceId,
      ["update import_load set status = 'UNDONE'", []],
      ["select rollup_refresh('2025-12-01', '2026-01-01')", []],
    );
    const runId = await runs.start();
    expect(await runs.advance(runId)).toBe('ENDED');
    expect((await runs.events(runId)).at(-1)).toMatchObject({
      type: 'RUN_FAILED',
      data: { code: 'BAD_USER_INPUT', hint: expect.stringContaining('baton import') },
    });
  });

  test('walking a run inside a unit of work is refused', async () => {
    await using runs = await buildRunHouse(database());
    const runId = await runs.start();
    const nested = database().units(runs.house.workspaceId)('app', () => runs.advance(runId));
    await expect(nested).rejects.toMatchObject({ code: 'NESTED_UNIT' });
  });
});

/** Walks a run whose paid media specialist answers only when aborted: it can only be cancelled. */
async function buildAtGate(runs: RunHouse, runId: string): Promise<void> {
  const stop = new AbortController();
  const advanced = runs.advance(runId, { stop: stop.signal });
  for await (const event of runs.follow(runId, 0))
    if (event.type === 'TASK_STARTED' && event.data['key'] === 'paid-media') break;
  stop.abort();
  expect(await advanced).toBe('STOPPED');
}

async function openChange(
  runs: RunHouse,
  runId: string,
  title: string,
): Promise<{ id: string; revision: number; digest: string }> {
  const found = await rows<{ id: string; revision: number; digest: string }>(
    runs,
    'select id, revision, digest from change_set where run_id = ?::uuid and title = ?',
    [runId, title],
  );
  const change = found[0];
  if (!change) throw new Error(`No change set "${title}".`);
  return change;
}

async function approveOne(runs: RunHouse, runId: string, title: string): Promise<void> {
  const change = await openChange(runs, runId, title);
  const decided = await runs.house.verdict(runs.house.person('BUDGET_OWNER'), change as never, 'APPROVE');
  expect(decided.outcome).toBe('OK');
}

describe('the runs of goals', () => {
  test('are the latest of each, whatever number a goal has', async () => {
    await using runs = await buildRunHouse(database());
    const runId = await runs.start();
    const { workspaceId } = runs.house;
    await asOwner(database(), workspaceId, [
      `insert into run (id, workspace_id, goal_id, kind, status, graph_version, thread_id, requested_by, queued_at)
       select gen_random_uuid(), workspace_id, goal_id, kind, 'CANCELLED', '1', gen_random_uuid(), requested_by, queued_at - n * interval '1 minute'
       from run, generate_series(1, 60) n where id = $1`,
      [runId],
    ]);
    const [goal] = await rows<{ goal_id: string }>(runs, 'select goal_id from run where id = ?::uuid', [runId]);
    const other = runs.house.runId;
    const [second] = await rows<{ goal_id: string }>(runs, 'select goal_id from run where id = ?::uuid', [other]);
    const found = await database().units(workspaceId)('app', (unit) =>
      runsOfGoals(unit, [goal!.goal_id, second!.goal_id]),
    );
    expect(found.get(second!.goal_id)?.map((run) => run.id)).toContain(other);
    const own = found.get(goal!.goal_id)!;
    expect(own).toHaveLength(50);
    expect(own[0]?.id).toBe(runId);
    expect(own.map((run) => run.queuedAt.getTime())).toEqual(
      own.map((run) => run.queuedAt.getTime()).toSorted((a, b) => b - a),
    );
  });
});

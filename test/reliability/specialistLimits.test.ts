/** Claim: what one specialist may take of time and of a language model is bounded, and passing the bound ends its task and no other. */
import { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import type { SpecialistContext, SpecialistResult } from '../../src/agents/contract.ts';
import { openAiChatModel } from '../../src/models/openAiChatModel.ts';
import { RUN_MODEL_LIMITS } from '../../src/orchestration/modelUsage.ts';
import { SPECIALIST_TIMEOUT_MS } from '../../src/orchestration/nodes/specialist.ts';
import { asOwner } from '../governance/house.ts';
import { useTestDatabase } from '../support/database.ts';
import { buildRunHouse, type RunHouse } from './runHouse.ts';
import { artifact } from './smallSpecialists.ts';

const database = useTestDatabase();
const schema = z.toJSONSchema(z.object({ summary: z.string() }));
let mock: LLMock;
beforeAll(async () => {
  mock = await LLMock.create({ port: 0, host: '127.0.0.1' });
});
beforeEach(() => {
  mock.reset().onMessage(/.*/, {
    content: JSON.stringify({ summary: 'Spend held.' }),
    usage: { prompt_tokens: 900, completion_tokens: 100 },
  });
});
afterAll(() => mock.stop());

function standIn() {
  return openAiChatModel({
    baseUrl: `${mock.url}/v1`,
    apiKey: 'none',
    model: 'gpt-test',
    bounds: { maxTries: 1 },
  });
}

/** A specialist that asks the model once. */
async function asking(context: SpecialistContext): Promise<SpecialistResult> {
  await context.chat.compose(
    { purpose: 'TEST.text', system: 's', instructions: 'i', facts: {}, schema, byRule: () => ({}) },
    { signal: context.signal },
  );
  return artifact(context);
}

async function tasksOf(runs: RunHouse, runId: string): Promise<Record<string, [string, string | null]>> {
  const rows = await database().units(runs.house.workspaceId)('app', (unit) =>
    unit.em.execute<{ key: string; status: string; code: string | null }[]>(
      'select key, status, error_code as code from task where run_id = ?::uuid',
      [runId],
    ),
  );
  return Object.fromEntries(rows.map((row) => [row.key, [row.status, row.code]]));
}

async function usageOf(runs: RunHouse, runId: string): Promise<{ calls: number; tokens: string } | undefined> {
  const rows = await database().units(runs.house.workspaceId)('app', (unit) =>
    unit.em.execute<{ calls: number; tokens: string }[]>(
      'select model_calls as calls, model_tokens::text as tokens from run where id = ?::uuid',
      [runId],
    ),
  );
  return rows[0];
}

test('the tasks of a run share one cap, which counts on where a lost worker stopped', async () => {
  const specialists = { RESEARCH: { run: asking }, PAID_MEDIA: { run: asking }, AUDIENCE_INSIGHT: { run: asking } };
  await using runs = await buildRunHouse(database(), { specialists, chat: standIn() });
  const runId = await runs.start();
  // As a worker left it that was killed: one call and the plan's are still allowed.
  await asOwner(database(), runs.house.workspaceId, [
    'update run set model_calls = $1, model_tokens = 5000 where id = $2',
    [RUN_MODEL_LIMITS.maxCalls - 2, runId],
  ]);
  expect(await runs.advance(runId)).toBe('WAITING');
  expect(mock.getRequests()).toHaveLength(2);
  expect(await usageOf(runs, runId)).toEqual({ calls: RUN_MODEL_LIMITS.maxCalls, tokens: '7000' });
  const tasks = await tasksOf(runs, runId);
  const first = [tasks['research'], tasks['paid-media'], tasks['audience-insight']];
  expect(first.filter((task) => task?.[0] === 'SUCCEEDED')).toHaveLength(1);
  expect(first.filter((task) => task?.[0] === 'FAILED' && task[1] === 'MODEL_LIMIT_REACHED')).toHaveLength(2);
  expect(tasks['next-best-action']).toEqual(['SUCCEEDED', null]);
  const failed = (await runs.events(runId)).find((event) => event.type === 'TASK_FAILED');
  expect(failed?.data['code']).toBe('MODEL_LIMIT_REACHED');
  expect(failed?.message).toContain('of 100 calls');
});

test('spent tokens stop the next call, not the one before', async () => {
  await using runs = await buildRunHouse(database(), { specialists: { REPORTING: { run: asking } }, chat: standIn() });
  const runId = await runs.start();
  await asOwner(database(), runs.house.workspaceId, [
    'update run set model_tokens = $1 where id = $2',
    [RUN_MODEL_LIMITS.maxTokens - 1, runId],
  ]);
  await runs.advance(runId);
  expect(mock.getRequests()).toHaveLength(1);
  expect((await tasksOf(runs, runId))['reporting']).toEqual(['FAILED', 'MODEL_LIMIT_REACHED']);
});

test('a specialist that hangs fails its task when its time is up, and what it does later is not told', async () => {
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  const spy = vi
    .spyOn(AbortSignal, 'timeout')
    .mockImplementation((ms) => timeout(ms === SPECIALIST_TIMEOUT_MS ? 30 : ms));
  const late = Promise.withResolvers<unknown>();
  try {
    await using runs = await buildRunHouse(database(), {
      specialists: {
        RESEARCH: {
          run: async (context) => {
            await new Promise((resolve) => context.signal.addEventListener('abort', resolve, { once: true }));
            await context.progress('Still there.').catch(late.resolve);
            return new Promise(() => undefined);
          },
        },
      },
    });
    const runId = await runs.start();
    expect(await runs.advance(runId)).toBe('WAITING');
    await late.promise;
    const tasks = await tasksOf(runs, runId);
    expect(tasks['research']).toEqual(['FAILED', 'TIMEOUT']);
    expect(tasks['paid-media']).toEqual(['SUCCEEDED', null]);
    expect(await runs.types(runId)).not.toContain('TASK_PROGRESSED');
  } finally {
    spy.mockRestore();
  }
});

/** Owns what a run may ask of a language model, and the count of it in the run's row, which a restarted worker goes on from. */
import { AppError } from '../kernel/errors.ts';
import type { ChatModel } from '../domain/models.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import { limitedModel, type ModelCount, type ModelLimits } from '../models/limitedModel.ts';
import type { RunWork } from './services.ts';

/**
 * Caps of one run. Nine tasks in three rounds of review, two compositions each, with plan and a lost worker, stay below 100 calls;
 * 20,000 tokens a call on average make the second figure.
 */
export const RUN_MODEL_LIMITS: ModelLimits = { maxCalls: 100, maxTokens: 2_000_000 };

/** The chat model as the tasks of one run get it: all of them together keep to the caps of the run. */
export function chatOf(work: RunWork): ChatModel {
  return limitedModel(work.services.chat, RUN_MODEL_LIMITS, {
    begin: (limits) => work.inUnit('app', (unit) => beginCall(unit, work.run.id, limits)),
    add: ({ inputTokens, outputTokens }) =>
      work.inUnit('app', async (unit) => {
        await unit.em.execute('update run set model_tokens = model_tokens + ? where id = ?::uuid', [
          inputTokens + outputTokens,
          work.run.id,
        ]);
      }),
  });
}

async function beginCall(unit: UnitOfWork, runId: string, limits: ModelLimits): Promise<ModelCount | null> {
  const counted = await unit.em.execute<unknown[]>(
    'update run set model_calls = model_calls + 1 where id = ?::uuid and model_calls < ? and model_tokens < ? returning id',
    [runId, limits.maxCalls, limits.maxTokens],
  );
  if (counted.length > 0) return null;
  const rows = await unit.em.execute<{ calls: number; tokens: string }[]>(
    'select model_calls as calls, model_tokens::text as tokens from run where id = ?::uuid',
    [runId],
  );
  const row = rows[0];
  if (!row) throw new AppError('NOT_FOUND', `This workspace has no run ${runId}.`);
  return { calls: row.calls, tokens: Number(row.tokens) };
}

/**
 * Owns the chat model that needs no key and no network: it has each artifact written by the rules that come with the request.
 * The rules themselves belong to the specialists.
 */
import type { ChatModel, Composition } from '../domain/models.ts';
import { AppError, toError } from '../kernel/errors.ts';
import { checkAnswer } from './answerSchema.ts';
import { proseStream } from './proseStream.ts';

/** Name that artifacts show. */
export const EMBEDDED_MODEL_NAME = 'embedded-rules-1';

/** A chat model over the rules of each request. The answer is checked like that of any other model. Uses no tokens. */
export const embeddedChatModel: ChatModel = {
  name: EMBEDDED_MODEL_NAME,
  embedded: true,
  // `async` so that a fault of the rules rejects and never throws at the caller.
  async compose(request, { signal, onText, onUsage }) {
    if (signal.aborted) throw new AppError('CANCELLED', `Composing ${request.purpose} was cancelled.`);
    const json = composeByRule(request);
    const usage = { inputTokens: 0, outputTokens: 0 };
    onUsage?.(usage);
    if (onText) proseStream(onText)(JSON.stringify(json));
    return { json, model: EMBEDDED_MODEL_NAME, embedded: true, usage };
  },
};

function composeByRule(request: Composition): unknown {
  let answer: unknown;
  try {
    // Through JSON and back: what is checked here is to the letter what gets stored.
    answer = JSON.parse(JSON.stringify(request.byRule() ?? null));
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    throw new AppError('MODEL_FAILED', `The rules for "${request.purpose}" failed: ${toError(thrown).message}`, {
      cause: thrown,
      hint: 'Its facts lack something the rules need.',
    });
  }
  const checked = checkAnswer(answer, request.schema);
  if (checked.ok) return checked.json;
  throw new AppError(
    'MODEL_FAILED',
    `The rules for "${request.purpose}" wrote an answer that does not fit its schema: ${checked.faults}`,
    {
      hint: 'Mend the composer or the schema; they must agree.',
    },
  );
}

/**
 * Owns the chat model that needs no key and no network: composers write each artifact from its facts by rules.
 * The composers themselves belong to the specialists and are handed in.
 */
import type { ChatModel, Composition } from '../domain/models.ts';
import { AppError, toError } from '../kernel/errors.ts';
import { checkAnswer } from './answerSchema.ts';
import { proseStream } from './proseStream.ts';

/** Writes one artifact from its facts: pure, so that the same facts give the same answer. */
export type Composer = (facts: Readonly<Record<string, unknown>>) => unknown;

/** Composers by purpose, such as `CONTENT.draft`. */
export type Composers = Readonly<Record<string, Composer>>;

/** Name that artifacts show. */
export const EMBEDDED_MODEL_NAME = 'embedded-rules-1';

/**
 * A chat model over composers. Facts are handed over as a frozen copy; the answer is checked like that of any other model.
 * Uses no tokens.
 */
export function embeddedChatModel(composers: Composers): ChatModel {
  return {
    name: EMBEDDED_MODEL_NAME,
    embedded: true,
    // `async` so that a fault of a composer rejects and never throws at the caller.
    async compose(request, { signal, onText, onUsage }) {
      if (signal.aborted) throw new AppError('CANCELLED', `Composing ${request.purpose} was cancelled.`);
      const json = composeByRule(composers, request);
      const usage = { inputTokens: 0, outputTokens: 0 };
      onUsage?.(usage);
      if (onText) proseStream(onText)(JSON.stringify(json));
      return { json, model: EMBEDDED_MODEL_NAME, embedded: true, usage };
    },
  };
}

function composeByRule(composers: Composers, request: Composition): unknown {
  const composer = Object.hasOwn(composers, request.purpose) ? composers[request.purpose] : undefined;
  if (!composer) {
    throw new AppError('MODEL_FAILED', `The embedded model has no rules for "${request.purpose}".`, {
      hint: `It knows ${Object.keys(composers).toSorted().join(', ') || 'none'}. Register a composer, or set OPENAI_API_KEY.`,
    });
  }
  let answer: unknown;
  try {
    // Through JSON and back: what is checked here is to the letter what gets stored.
    answer = JSON.parse(JSON.stringify(composer(frozenCopy(request.facts)) ?? null));
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

function frozenCopy(facts: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const copy: Record<string, unknown> = structuredClone(facts);
  freezeDeep(copy);
  return copy;
}

function freezeDeep(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) freezeDeep(part);
}

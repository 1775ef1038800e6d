/**
 * Owns the chat model behind any OpenAI-compatible endpoint (chat completions API). Retries, limits of time and the check of
 * the answer are here and nowhere else; the client's own retries are off.
 */
import { AIMessage, HumanMessage, SystemMessage, type BaseMessage } from '@langchain/core/messages';
import { ChatOpenAICompletions } from '@langchain/openai';
import { z } from 'zod';
import type { ChatModel, ComposedText, ComposeOptions, Composition, ModelUsage } from '../domain/models.ts';
import { readAnswer } from './answerSchema.ts';
import { ModelFault, placeOf, scrub, type ModelEndpoint } from './modelFault.ts';
import { withRetries, type RetryBounds } from './modelRetry.ts';
import { correctionFor, promptFor } from './prompt.ts';
import { proseStream } from './proseStream.ts';

/** Settings of the model. */
export interface OpenAiChatOptions extends ModelEndpoint {
  readonly bounds?: RetryBounds;
  /** Tokens of one answer at the most; undefined leaves it to the endpoint. */
  readonly maxOutputTokens?: number;
}

/** Characters of one answer after which reading stops. */
const ANSWER_LIMIT = 400_000;
/** Characters of a refused answer that the model is shown again. */
const SHOWN_ANSWER_LIMIT = 8_000;
/** Characters a token has on average, where the endpoint counts none. */
const CHARS_PER_TOKEN = 4;

const countedSchema = z.object({ input_tokens: z.number(), output_tokens: z.number() });

/** How the answer's form is asked for, from the strictest on; an endpoint that refuses one gets the next. */
type AnswerForm = 'SCHEMA' | 'JSON' | 'NONE';
const WEAKER: Readonly<Record<Exclude<AnswerForm, 'NONE'>, AnswerForm>> = { SCHEMA: 'JSON', JSON: 'NONE' };

/** A chat model over the endpoint; holds no connection between calls and learns which answer form the endpoint takes. */
export function openAiChatModel(options: OpenAiChatOptions): ChatModel {
  let form: AnswerForm = 'SCHEMA';
  return {
    name: options.model,
    embedded: false,
    async compose(request, watch) {
      const prompt = promptFor(request);
      const total = { inputTokens: 0, outputTokens: 0 };
      const count = (usage: ModelUsage): void => {
        total.inputTokens += usage.inputTokens;
        total.outputTokens += usage.outputTokens;
        watch.onUsage?.(usage);
      };
      const call = {
        what: `Composing ${request.purpose}`,
        endpoint: options,
        bounds: options.bounds ?? {},
        signal: watch.signal,
      };
      const json = await withRetries(call, async (signal, before) => {
        const messages: BaseMessage[] = [new SystemMessage(prompt.system), new HumanMessage(prompt.user)];
        if (before?.told)
          messages.push(
            new AIMessage(before.told.answer.slice(0, SHOWN_ANSWER_LIMIT) || '{}'),
            new HumanMessage(correctionFor(before.told.faults)),
          );
        for (;;) {
          const asked = form;
          try {
            return await oneTry(options, { request, messages, form: asked }, { ...watch, signal, onUsage: count });
          } catch (thrown) {
            if (asked === 'NONE' || !refusesForm(thrown)) throw thrown;
            // Calls at once are refused at once; only the first of them weakens the form.
            if (form === asked) form = WEAKER[asked];
          }
        }
      });
      return { json, model: options.model, embedded: false, usage: total } satisfies ComposedText;
    },
  };
}

interface Try {
  readonly request: Composition;
  readonly messages: readonly BaseMessage[];
  readonly form: AnswerForm;
}

async function oneTry(
  options: OpenAiChatOptions,
  { request, messages, form }: Try,
  watch: Required<Pick<ComposeOptions, 'signal' | 'onUsage'>> & ComposeOptions,
): Promise<unknown> {
  const prose = watch.onText ? proseStream(watch.onText) : undefined;
  let text = '';
  let finish = '';
  let usage: ModelUsage | undefined;
  try {
    const stream = await clientFor(options).stream([...messages], {
      signal: watch.signal,
      ...answerFormat(form, request),
    });
    for await (const chunk of stream) {
      text += chunk.text;
      if (chunk.text !== '') prose?.(chunk.text);
      const reason: unknown = chunk.response_metadata['finish_reason'];
      if (typeof reason === 'string') finish = reason;
      const counted = countedSchema.safeParse(chunk.usage_metadata);
      if (counted.success) usage = { inputTokens: counted.data.input_tokens, outputTokens: counted.data.output_tokens };
      if (text.length > ANSWER_LIMIT) break;
    }
  } finally {
    // Tokens of a broken try were paid for as well.
    watch.onUsage(
      usage ?? {
        inputTokens: tokensOf(messages.map((message) => message.text).join('')),
        outputTokens: tokensOf(text),
      },
    );
  }
  const read = readAnswer(text, request.schema);
  if (read.ok) return read.json;
  const faults = faultsOf(read, text, finish);
  throw new ModelFault(`${placeOf(options)} gave no usable answer: ${scrub(faults, options)}`, {
    retry: true,
    hint:
      text === '' && finish === ''
        ? 'Check that OPENAI_BASE_URL speaks the chat completions API (it usually ends in /v1).'
        : 'The model does not keep to the asked form; use a stronger one (OPENAI_MODEL).',
    told: { answer: text, faults },
  });
}

/** The one reason why an answer is not usable; half a JSON text is one that was cut off. */
function faultsOf(read: { readonly kind: string; readonly faults: string }, text: string, finish: string): string {
  if (text === '' && finish === '') return 'The reply was no chat completion.';
  if (finish === 'length' && read.kind !== 'SCHEMA')
    return 'The answer was cut off at its limit of tokens; be shorter.';
  const begun = finish === '' && read.kind === 'NO_JSON' && /^\s*(?:```(?:json)?\s*)?[[{]/i.test(text);
  return begun ? 'The answer broke off before its end; be shorter.' : read.faults;
}

/** Counts tokens without fetching an encoding from the internet, which would hang where there is none. */
class OfflineCompletions extends ChatOpenAICompletions {
  override async getNumTokens(content: unknown): Promise<number> {
    return tokensOf(typeof content === 'string' ? content : JSON.stringify(content));
  }
}

function clientFor(options: OpenAiChatOptions): OfflineCompletions {
  return new OfflineCompletions({
    model: options.model,
    // The client refuses to be made without a key; local servers do not look at it.
    apiKey: options.apiKey ?? 'none',
    maxRetries: 0,
    streamUsage: true,
    ...(options.maxOutputTokens === undefined ? {} : { maxTokens: options.maxOutputTokens }),
    configuration: options.baseUrl === undefined ? {} : { baseURL: options.baseUrl },
  });
}

function answerFormat(form: AnswerForm, request: Composition): object {
  if (form === 'NONE') return {};
  if (form === 'JSON') return { response_format: { type: 'json_object' } };
  const name = request.purpose.replace(/\W+/g, '_').slice(0, 60);
  return {
    response_format: { type: 'json_schema', json_schema: { name, schema: request.schema, strict: false } },
  };
}

function refusesForm(thrown: unknown): boolean {
  const error = thrown as { status?: unknown; message?: unknown } | null;
  return (
    error?.status === 400 &&
    typeof error.message === 'string' &&
    /response_format|json_schema|json_object|schema|grammar/i.test(error.message)
  );
}

function tokensOf(text: string): number {
  return Math.ceil(text.length / CHARS_PER_TOKEN);
}

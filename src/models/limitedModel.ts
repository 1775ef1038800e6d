/** Owns the cap on what one run may ask of a language model: calls and tokens. Where they are counted belongs to the meter. */
import type { ChatModel, ModelUsage } from '../domain/models.ts';
import { AppError } from '../kernel/errors.ts';

/** Caps of one run. */
export interface ModelLimits {
  /** Compositions; the tries of one count as one call. */
  readonly maxCalls: number;
  /** Input and output tokens together, of failed tries too. */
  readonly maxTokens: number;
}

/** What was used so far. */
export interface ModelCount {
  readonly calls: number;
  readonly tokens: number;
}

/** Keeps the count of one run. */
export interface UsageMeter {
  /** Counts one call unless a cap is reached, as one step, so that calls at once cannot pass together; then what was used is given. */
  begin(limits: ModelLimits): Promise<ModelCount | null>;
  /** Adds what one try used. */
  add(usage: ModelUsage): Promise<void>;
}

/**
 * Wraps a model. A call beyond the calls, or one begun when the tokens are spent, is refused before anything is sent;
 * calls that are already on their way may overshoot the tokens once. A model that writes by rules costs nothing and is not counted.
 * `compose` of it throws MODEL_LIMIT_REACHED at a cap.
 */
export function limitedModel(model: ChatModel, limits: ModelLimits, meter: UsageMeter): ChatModel {
  if (model.embedded) return model;
  return {
    name: model.name,
    embedded: model.embedded,
    async compose(request, watch) {
      const spent = await meter.begin(limits);
      if (spent) throw limitReached(request.purpose, spent, limits);
      let counting: Promise<void> = Promise.resolve();
      const onUsage = (usage: ModelUsage): void => {
        counting = counting.then(() => meter.add(usage));
        // A try that is cancelled tells its tokens when nobody waits any more.
        counting.catch(() => undefined);
        watch.onUsage?.(usage);
      };
      try {
        return await model.compose(request, { ...watch, onUsage });
      } finally {
        await counting;
      }
    },
  };
}

function limitReached(purpose: string, spent: ModelCount, limits: ModelLimits): AppError {
  const which =
    spent.calls >= limits.maxCalls
      ? `${spent.calls} of ${limits.maxCalls} calls`
      : `${spent.tokens} of ${limits.maxTokens} tokens`;
  return new AppError(
    'MODEL_LIMIT_REACHED',
    `${purpose} was not sent to the language model: this run has used ${which}. Start a run for a narrower goal, or leave OPENAI_API_KEY and OPENAI_BASE_URL unset to write by rules.`,
  );
}

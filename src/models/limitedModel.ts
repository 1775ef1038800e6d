/** Owns the cap on what one run may ask of a model: calls and tokens, counted over all its compositions. */
import type { ChatModel } from '../domain/models.ts';
import { AppError } from '../kernel/errors.ts';

/** Caps of one run. */
export interface ModelLimits {
  /** Input and output tokens together, of failed tries too. */
  readonly maxTokens: number;
  readonly maxCalls: number;
}

/** A chat model that stops at its caps and tells what was used so far. */
export interface LimitedModel extends ChatModel {
  used(): { readonly calls: number; readonly inputTokens: number; readonly outputTokens: number };
}

/**
 * Wraps a model. A call beyond the calls, or one begun when the tokens are spent, is refused before anything is sent;
 * a call that is already on its way may overshoot the tokens once.
 * `compose` of it throws COST_EXCEEDED at a cap.
 */
export function limitedModel(model: ChatModel, limits: ModelLimits): LimitedModel {
  const used = { calls: 0, inputTokens: 0, outputTokens: 0 };
  return {
    name: model.name,
    embedded: model.embedded,
    used: () => ({ ...used }),
    async compose(request, watch) {
      const tokens = used.inputTokens + used.outputTokens;
      refuseAt('calls', used.calls, limits.maxCalls, request.purpose);
      refuseAt('tokens', tokens, limits.maxTokens, request.purpose);
      // Counted before the first wait, so that parallel calls cannot pass together.
      used.calls += 1;
      return model.compose(request, {
        ...watch,
        onUsage: (usage) => {
          used.inputTokens += usage.inputTokens;
          used.outputTokens += usage.outputTokens;
          watch.onUsage?.(usage);
        },
      });
    },
  };
}

function refuseAt(what: string, used: number, limit: number, purpose: string): void {
  if (used < limit) return;
  throw new AppError(
    'COST_EXCEEDED',
    `Composing ${purpose} was refused: this run has used ${used} of ${limit} model ${what}.`,
    {
      hint: 'Raise the limit of the run, ask for fewer artifacts, or use the embedded model.',
    },
  );
}

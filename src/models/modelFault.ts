/** Owns the reading of what went wrong at a model's endpoint: whether to try again, and words without secrets. */
import { AppError, toError } from '../kernel/errors.ts';

/** Where a model is reached; the key never leaves this object but in the Authorization header. */
export interface ModelEndpoint {
  /** Base address such as `https://api.openai.com/v1`; undefined for OpenAI's own. */
  readonly baseUrl?: string;
  /** Undefined for local servers that ask for none. */
  readonly apiKey?: string;
  readonly model: string;
}

/** A fault of one try. `told` is put before the model in the next try, where it can mend it. */
export class ModelFault extends Error {
  readonly retry: boolean;
  readonly retryAfterMs: number | undefined;
  readonly late: boolean;
  readonly hint: string;
  readonly told: { readonly answer: string; readonly faults: string } | undefined;

  constructor(
    message: string,
    options: {
      retry: boolean;
      hint: string;
      late?: boolean;
      retryAfterMs?: number;
      told?: { answer: string; faults: string };
    },
  ) {
    super(message);
    this.name = 'ModelFault';
    this.retry = options.retry;
    this.hint = options.hint;
    this.late = options.late ?? false;
    this.retryAfterMs = options.retryAfterMs;
    this.told = options.told;
  }
}

const KEY_LIKE = /\b(?:sk|pk|key)-[\w-]{6,}|\bBearer\s+\S+/gi;
/** Longest text of an endpoint that is repeated. */
const DETAIL_LIMIT = 300;
/** Hints by HTTP status; the rest have none better than "try later". */
const STATUS_HINTS: Readonly<Record<number, string>> = {
  400: 'The endpoint refused the request; check OPENAI_MODEL and that the endpoint speaks the chat completions API.',
  401: 'Check OPENAI_API_KEY.',
  403: 'The key may not use this model; check OPENAI_API_KEY and OPENAI_MODEL.',
  404: 'Check OPENAI_BASE_URL (it usually ends in /v1) and OPENAI_MODEL.',
  429: 'The endpoint limits the rate or the quota is spent; wait, or raise the limit there.',
};

/** Turns whatever a client threw into a fault; an `AppError` for a cancelled call passes through. */
export function faultFrom(thrown: unknown, endpoint: ModelEndpoint): ModelFault | AppError {
  if (thrown instanceof ModelFault) return thrown;
  if (thrown instanceof AppError) {
    return thrown.code === 'TIMEOUT'
      ? new ModelFault(thrown.message, {
          retry: true,
          late: true,
          hint: 'The endpoint is slow; try later or use a faster model.',
        })
      : thrown;
  }
  const error = toError(thrown);
  const detail = scrub(error.message, endpoint).slice(0, DETAIL_LIMIT);
  const status = fieldOf(error, 'status');
  if (typeof status === 'number') {
    const retry = status === 408 || status === 409 || status === 429 || status >= 500;
    const retryAfterMs = retryAfter(fieldOf(error, 'headers'));
    return new ModelFault(`${placeOf(endpoint)} answered ${status}: ${detail}`, {
      retry,
      hint: STATUS_HINTS[status] ?? 'The endpoint failed; try later.',
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
  if (error.name === 'TimeoutError')
    return new ModelFault(`${placeOf(endpoint)} did not answer in time.`, {
      retry: true,
      late: true,
      hint: 'The endpoint is slow; try later.',
    });
  const cause = causeOf(error);
  return new ModelFault(
    `${placeOf(endpoint)} could not be reached or broke off: ${detail}${cause === '' ? '' : ` (${scrub(cause, endpoint)})`}`,
    {
      retry: true,
      hint: 'Check OPENAI_BASE_URL and the network; without both unset, Baton writes with the embedded model.',
    },
  );
}

/** The endpoint's name for people: model and host, never path, user or key. */
export function placeOf(endpoint: ModelEndpoint): string {
  const url = endpoint.baseUrl ?? 'https://api.openai.com/v1';
  return `${endpoint.model} at ${URL.canParse(url) ? new URL(url).host : 'an address that is none'}`;
}

/** Text without the key, and without anything that looks like one. */
export function scrub(text: string, endpoint: ModelEndpoint): string {
  const bare = endpoint.apiKey ? text.replaceAll(endpoint.apiKey, '[masked]') : text;
  return bare.replace(KEY_LIKE, '[masked]').replace(/\s+/g, ' ');
}

function causeOf(error: Error): string {
  let at: unknown = error.cause;
  for (let depth = 0; depth < 4 && at instanceof Error; depth += 1) {
    const code = fieldOf(at, 'code');
    if (typeof code === 'string') return code;
    at = at.cause;
  }
  return '';
}

function fieldOf(error: object, name: string): unknown {
  return (error as Readonly<Record<string, unknown>>)[name];
}

function retryAfter(headers: unknown): number | undefined {
  if (!(headers instanceof Headers)) return undefined;
  const ms = Number(headers.get('retry-after-ms') ?? Number.NaN);
  if (Number.isFinite(ms) && ms >= 0) return ms;
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}

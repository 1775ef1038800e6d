/** Owns what leaves the API when something fails: a code, a sentence, a hint; never a stack or a name of the inside. */
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { AppError, type ErrorCode } from '../kernel/errors.ts';
import { newId } from '../kernel/ids.ts';
import type { Logger } from '../kernel/log.ts';

/** Codes that clients see; others leave as INTERNAL. */
const PUBLIC_CODES: readonly ErrorCode[] = [
  'BAD_USER_INPUT',
  'NOT_FOUND',
  'CONFLICT',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'RATE_LIMITED',
  'COST_EXCEEDED',
  'GRAIN_TOO_FINE',
];

/** Codes of the GraphQL libraries, and what they are called here. */
const LIBRARY_CODES: Readonly<Record<string, ErrorCode>> = {
  UNAUTHORIZED: 'FORBIDDEN',
  BAD_REQUEST: 'BAD_USER_INPUT',
  GRAPHQL_PARSE_FAILED: 'BAD_USER_INPUT',
  GRAPHQL_VALIDATION_FAILED: 'BAD_USER_INPUT',
  OPERATION_RESOLUTION_FAILURE: 'BAD_USER_INPUT',
  PERSISTED_QUERY_NOT_FOUND: 'BAD_USER_INPUT',
  PERSISTED_QUERY_NOT_SUPPORTED: 'BAD_USER_INPUT',
};

/** Formats one error; unknown ones are logged with an id and leave as INTERNAL. */
export function formatError(formatted: GraphQLFormattedError, thrown: unknown, log: Logger): GraphQLFormattedError {
  const errorId = newId();
  const cause = causeOf(thrown);
  const place = {
    ...(formatted.locations ? { locations: formatted.locations } : {}),
    ...(formatted.path ? { path: formatted.path } : {}),
  };
  if (cause instanceof AppError && PUBLIC_CODES.includes(cause.code)) {
    return {
      // The libraries may have put in front which variable it is about.
      message: formatted.message.includes(cause.message) ? formatted.message : cause.message,
      ...place,
      extensions: { code: cause.code, ...(cause.hint === undefined ? {} : { hint: cause.hint }), errorId },
    };
  }
  const code = formatted.extensions?.['code'];
  const isRefusal = cause instanceof GraphQLError || !(cause instanceof Error) || typeof code === 'string';
  if (isRefusal && code !== 'INTERNAL_SERVER_ERROR') {
    const { limit, found, allowed, retryAfterSeconds, hint } = formatted.extensions ?? {};
    const shown = typeof code === 'string' ? (LIBRARY_CODES[code] ?? code) : 'BAD_USER_INPUT';
    return {
      message: formatted.message,
      ...place,
      extensions: {
        code: shown,
        ...(limit ? { limit, found, allowed } : {}),
        ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
        ...(hint === undefined ? {} : { hint }),
        errorId,
      },
    };
  }
  log.error({ err: cause, errorId }, 'a resolver failed');
  return {
    message: `Something went wrong inside; it is logged as ${errorId}.`,
    ...place,
    extensions: { code: 'INTERNAL', errorId },
  };
}

/** What a resolver, a scalar or an event source threw, without what the libraries wrapped around it. */
function causeOf(thrown: unknown): unknown {
  return thrown instanceof GraphQLError && thrown.originalError ? causeOf(thrown.originalError) : thrown;
}

/** Owns the one error class of Baton and its codes. Expected outcomes are returned values and never come here. */

/** Codes that a caller can act on; the GraphQL layer maps them to `extensions.code`. */
export type ErrorCode =
  | 'BAD_USER_INPUT'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'RATE_LIMITED'
  | 'COST_EXCEEDED'
  | 'CONFIG_INVALID'
  | 'PORT_IN_USE'
  | 'DATA_DIR_IN_USE'
  | 'DATA_DIR_UNWRITABLE'
  | 'DATABASE_TOO_NEW'
  | 'DATABASE_UNSUITABLE'
  | 'DATABASE_UNAVAILABLE'
  | 'NESTED_UNIT'
  | 'LEASE_LOST'
  | 'GRAPH_VERSION_CHANGED'
  | 'GRAIN_TOO_FINE'
  | 'MODEL_FAILED'
  | 'MODEL_LIMIT_REACHED'
  | 'STALE_DIGEST'
  | 'ALREADY_DECIDED'
  | 'NOT_APPROVED'
  | 'EVIDENCE_ERASED'
  | 'CANCELLED'
  | 'TIMEOUT'
  | 'INTERNAL';

/** A broken promise: what was tried, what was found, and in `hint` what to do about it. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; hint?: string } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.hint = options.hint;
  }
}

/** Ends a `switch` over a union; the compiler refuses a call that can be reached. */
export function assertNever(value: never): never {
  throw new AppError('INTERNAL', `Unexpected value ${JSON.stringify(value)}.`);
}

/** Turns whatever was thrown into an `Error`, keeping an `Error` as it is. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

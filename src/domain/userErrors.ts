/** Owns expected outcomes that a caller can mend: returned as values, one shared list of codes. */

/** Every code a payload's `userErrors` can hold; the catalogue is schema/ERRORS.md. */
export const userErrorCodes = [
  'REQUIRED',
  'INVALID',
  'OUT_OF_RANGE',
  'IN_THE_PAST',
  'NOT_FOUND',
  'NO_DATA',
  'ALREADY_DONE',
  'ENDED',
  'STALE_DIGEST',
  'STALE_REVISION',
  'ALREADY_DECIDED',
  'EXPIRED',
  'NOT_ELIGIBLE',
  'SELF_APPROVAL',
  'REASON_REQUIRED',
  'VETOED',
  'SETTLED',
  'ONE_GATE_PER_PERSON',
  'VIEW_SESSION_UNKNOWN',
  'BAD_FILE',
  'AMBIGUOUS_LOCALE',
  'CURRENCY_MISSING',
  'GATE_UNSTAFFED',
] as const;
export type UserErrorCode = (typeof userErrorCodes)[number];

/** One thing to mend; `path` leads to the input field, empty when it is about the whole. */
export interface UserError {
  readonly code: UserErrorCode;
  readonly message: string;
  readonly path: readonly string[];
}

/** A value, or what to mend. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly errors: readonly UserError[] };

/** A good outcome. */
export function done<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

/** An outcome with one thing to mend. */
export function refused(
  code: UserErrorCode,
  message: string,
  ...path: string[]
): { readonly ok: false; readonly errors: readonly UserError[] } {
  return { ok: false, errors: [{ code, message, path }] };
}

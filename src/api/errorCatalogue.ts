/** Owns the catalogue of codes that front-end teams handle: what each means, whether trying again helps, who acts. */
import type { ErrorCode } from '../kernel/errors.ts';
import type { UserErrorCode } from '../domain/userErrors.ts';

/** One code for people who handle it. */
interface CatalogueEntry {
  readonly meaning: string;
  /** Whether the same request can succeed later without being changed. */
  readonly retry: 'no' | 'later' | 'after reading again';
  readonly acts: 'the user' | 'the client' | 'an admin' | 'operations';
}

/** Codes of `errors[].extensions.code`: the request itself was wrong, not allowed, or could not be served. */
const requestCodes = {
  BAD_USER_INPUT: {
    meaning:
      'The document, an argument or an id cannot be read, or a limit is passed; `limit`, `found` and `allowed` name it.',
    retry: 'no',
    acts: 'the client',
  },
  GRAIN_TOO_FINE: {
    meaning: 'The rows cover longer spans than the question asks about; weekly rows are never spread over days.',
    retry: 'no',
    acts: 'the user',
  },
  UNAUTHENTICATED: {
    meaning: 'No token, or one that is unknown, expired or revoked.',
    retry: 'no',
    acts: 'the client',
  },
  FORBIDDEN: { meaning: 'The token is sound and lacks the role or scope.', retry: 'no', acts: 'an admin' },
  NOT_FOUND: {
    meaning: 'This workspace has no such row; an id of another workspace gives the same.',
    retry: 'no',
    acts: 'the client',
  },
  CONFLICT: {
    meaning: 'An idempotency key was used with another input, or a name is taken, or another import runs.',
    retry: 'no',
    acts: 'the client',
  },
  RATE_LIMITED: {
    meaning: 'The budget of points or mutations is used up; `retryAfterSeconds` tells when it is back.',
    retry: 'later',
    acts: 'the client',
  },
  COST_EXCEEDED: {
    meaning: 'One operation asks for more than 5,000 points: ask for fewer rows or fields.',
    retry: 'no',
    acts: 'the client',
  },
  INTERNAL: { meaning: 'Something failed inside; `errorId` finds it in the log.', retry: 'later', acts: 'operations' },
} satisfies Partial<Record<ErrorCode, CatalogueEntry>>;

/** Codes of a payload's `userErrors`: an expected outcome; nothing was changed. */
const outcomeCodes: Readonly<Record<UserErrorCode, CatalogueEntry>> = {
  REQUIRED: { meaning: 'A field that is needed was left out.', retry: 'no', acts: 'the user' },
  INVALID: { meaning: 'A field does not have the form it needs.', retry: 'no', acts: 'the user' },
  OUT_OF_RANGE: { meaning: 'A value is outside what is allowed.', retry: 'no', acts: 'the user' },
  IN_THE_PAST: { meaning: 'A window lies before the business date.', retry: 'no', acts: 'the user' },
  NOT_FOUND: { meaning: 'What the input names is not there.', retry: 'no', acts: 'the client' },
  NO_DATA: { meaning: 'The workspace has no data for this yet: import some first.', retry: 'later', acts: 'the user' },
  ALREADY_DONE: { meaning: 'It was done before.', retry: 'no', acts: 'the client' },
  ENDED: { meaning: 'The run has ended and cannot be changed.', retry: 'no', acts: 'the client' },
  STALE_DIGEST: {
    meaning: 'The change set was revised after it was shown: read it again and decide on what it says now.',
    retry: 'after reading again',
    acts: 'the user',
  },
  STALE_REVISION: { meaning: 'Another revision is the current one.', retry: 'after reading again', acts: 'the user' },
  ALREADY_DECIDED: { meaning: 'This person has decided this gate of this revision.', retry: 'no', acts: 'the user' },
  EXPIRED: { meaning: 'The time to decide has passed: it must be proposed again.', retry: 'no', acts: 'the user' },
  NOT_ELIGIBLE: { meaning: 'The person holds no role of the gate.', retry: 'no', acts: 'an admin' },
  SELF_APPROVAL: {
    meaning: 'Whoever proposed or edited a change, or had it proposed for them, cannot decide it.',
    retry: 'no',
    acts: 'the user',
  },
  REASON_REQUIRED: { meaning: 'A rejection or a request for changes needs a reason.', retry: 'no', acts: 'the user' },
  VETOED: { meaning: 'Somebody rejected this revision or asked for changes.', retry: 'no', acts: 'the user' },
  SETTLED: {
    meaning: 'The change set has ended: executed, rejected, expired, superseded or withdrawn.',
    retry: 'no',
    acts: 'the user',
  },
  ONE_GATE_PER_PERSON: {
    meaning: 'This person approved another gate of the same change: each gate needs its own.',
    retry: 'no',
    acts: 'the user',
  },
  VIEW_SESSION_UNKNOWN: {
    meaning: 'The view session is not of this approval, this person and these bytes: open it again.',
    retry: 'after reading again',
    acts: 'the client',
  },
  BAD_FILE: {
    meaning: 'The file cannot be loaded; each entry names one fault by line and column. Nothing of it was loaded.',
    retry: 'no',
    acts: 'the user',
  },
  AMBIGUOUS_LOCALE: {
    meaning: 'Numbers or dates can be read in two ways: name the locale.',
    retry: 'no',
    acts: 'the user',
  },
  CURRENCY_MISSING: { meaning: 'The file names no currency: name one.', retry: 'no', acts: 'the user' },
  GATE_UNSTAFFED: {
    meaning:
      'Nobody can decide a gate that the run may come to. Stands in `warnings`: the run starts, and waits there.',
    retry: 'no',
    acts: 'an admin',
  },
};

/** The catalogue as Markdown; what schema/ERRORS.md holds. */
export function errorCatalogueText(): string {
  const rows = (entries: Readonly<Record<string, CatalogueEntry>>): string =>
    Object.entries(entries)
      .map(([code, entry]) => `| \`${code}\` | ${entry.meaning} | ${entry.retry} | ${entry.acts} |`)
      .join('\n');
  const head = '| Code | Meaning | Try again? | Who acts |\n| --- | --- | --- | --- |\n';
  return (
    [
      '# Error catalogue',
      'Made from the code by `npm run schema`; a test fails when it is stale.',
      '## Refused requests: `errors[].extensions.code`',
      `${head}${rows(requestCodes)}`,
      '## Expected outcomes: `userErrors[].code` of a mutation',
      `${head}${rows(outcomeCodes)}`,
    ].join('\n\n') + '\n'
  );
}

/** Owns the structured log. Secrets are masked here once, for every line and at any depth. */
import { pino, type Logger } from 'pino';

export type { Logger };

const MASK = '[masked]';
/** Names of fields whose values never reach a log line in clear: header names and the spellings of keys, without regard to case, `-` and `_`. */
const SECRET_NAME =
  /^(?:proxy)?authorization$|^(?:set)?cookie$|token$|password$|secret$|apikey$|privatekey$|credentials?$/;
/** What gives itself away in text: bearer and basic credentials, API tokens of Baton, signed web tokens, passwords in addresses. */
const SECRET_TEXT =
  /(?<=bearer\s+)[\w.~+/=-]{8,}|(?<=basic\s+)[\w+/=-]{16,}|\bbaton_[0-9a-f-]{36}_[\w-]{20,}|\beyJ[\w-]{10,}\.[\w-]+\.[\w-]*|(?<=:\/\/[^\s:/@"]*:)[^\s/@"]+(?=@)/gi;
/** Levels that a line shows, and entries of a list or an object. */
const DEPTH_LIMIT = 8;
const ENTRY_LIMIT = 100;

/** A JSON log on standard error, so that standard output stays free for answers. @default level info */
export function createLog(level = 'info'): Logger {
  return pino(
    {
      level,
      base: null,
      formatters: { log: (line) => maskedFields(line, [line]) },
      // Errors are masked with the rest of the line; the library's own serializer would show them past the mask.
      serializers: { err: (value: unknown) => value },
      hooks: { streamWrite: (line) => line.replaceAll(SECRET_TEXT, MASK) },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}

/** A log that says nothing. */
export const silentLog: Logger = pino({ level: 'silent' });

/** A value as a line may show it; `above` are the objects that it stands in. */
function masked(value: unknown, above: readonly object[]): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (above.includes(value)) return '[circular]';
  if (above.length >= DEPTH_LIMIT) return '[deep]';
  const within = [...above, value];
  if (Array.isArray(value)) return value.slice(0, ENTRY_LIMIT).map((entry) => masked(entry, within));
  if (value instanceof Error) return maskedError(value, within);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (value instanceof Map || value instanceof Headers) return maskedFields(Object.fromEntries(value), within);
  if (value instanceof Set) return masked([...value], within);
  if ('toJSON' in value && typeof value.toJSON === 'function') return masked(value.toJSON(), within);
  return maskedFields(value, within);
}

function maskedFields(fields: object, within: readonly object[]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields)
      .slice(0, ENTRY_LIMIT)
      .map(([name, value]) => [name, isSecret(name) ? MASK : masked(value, within)]),
  );
}

/** Message, stack and cause are no fields of an error that a listing gives. */
function maskedError(error: Error, within: readonly object[]): Record<string, unknown> {
  const { name, message, stack, cause } = error;
  return {
    ...maskedFields(error, within),
    type: name,
    message,
    ...(stack === undefined ? {} : { stack }),
    ...(cause === undefined ? {} : { cause: masked(cause, within) }),
    ...(error instanceof AggregateError ? { errors: masked(error.errors, within) } : {}),
  };
}

function isSecret(name: string): boolean {
  return SECRET_NAME.test(name.replaceAll(/[-_]/g, '').toLowerCase());
}

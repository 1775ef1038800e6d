/** Owns the structured log. Secrets are masked here once, for every line. */
import { pino, type Logger } from 'pino';

export type { Logger };

/** Paths that never reach a log line in clear. */
const SECRET_PATHS = [
  'authorization',
  'token',
  'password',
  'secret',
  'apiKey',
  'headers.authorization',
  '*.authorization',
  '*.token',
  '*.password',
  '*.secret',
  '*.apiKey',
];

/** A JSON log on standard error, so that standard output stays free for answers. @default level info */
export function createLog(level = 'info'): Logger {
  return pino(
    { level, base: null, redact: { paths: SECRET_PATHS, censor: '[masked]' } },
    pino.destination({ dest: 2, sync: true }),
  );
}

/** A log that says nothing. */
export const silentLog: Logger = pino({ level: 'silent' });

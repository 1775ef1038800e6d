/** Owns which start-up messages the embedded database takes: known users, its one database, and no settings for a session. */
import type { WireError } from './protocol.ts';
import { DATABASE_NAME, LOGINS } from './logins.ts';

/** Start-up parameters that change nothing here; `client_encoding` and the like are checked for the value that holds anyway. */
const TAKEN: Readonly<Record<string, RegExp>> = {
  user: /./,
  database: /./,
  application_name: /.*/,
  client_encoding: /^'?utf-?8'?$/i,
  DateStyle: /^iso/i,
  TimeZone: /^utc$/i,
  extra_float_digits: /^-?\d$/,
  replication: /^(false|off|no|0)$/i,
};

/** The error for a start-up message that is not taken, or nothing. */
export function judgeStartup(parameters: ReadonlyMap<string, string>): WireError | undefined {
  const user = parameters.get('user') ?? '';
  if (!(LOGINS as readonly string[]).includes(user)) {
    return {
      severity: 'FATAL',
      code: '28000',
      message: `role "${user}" may not connect to the embedded database`,
      hint: `Connect as one of ${LOGINS.join(', ')}.`,
    };
  }
  const database = parameters.get('database') ?? user;
  if (database !== DATABASE_NAME) {
    return {
      severity: 'FATAL',
      code: '3D000',
      message: `database "${database}" does not exist`,
      hint: `The embedded database is "${DATABASE_NAME}".`,
    };
  }
  for (const [name, value] of parameters) {
    if (name.startsWith('_pq_.') || TAKEN[name]?.test(value)) continue;
    return {
      severity: 'FATAL',
      code: '0A000',
      message: `the start-up setting ${name} is not available on the embedded database`,
      hint: 'All connections share one session; use SET LOCAL inside a transaction.',
    };
  }
  return undefined;
}

/** Owns configuration: every environment variable is read here, once, and a bad one stops the start with a clear error. */
import { resolve } from 'node:path';
import { z } from 'zod';
import { AppError } from './kernel/errors.ts';

/** Address that `start` listens on unless HOST says otherwise. */
const DEFAULT_HOST = '127.0.0.1';
/** Port that `start` listens on unless PORT or `--port` says otherwise. */
const DEFAULT_PORT = 4000;

const url = (...schemes: string[]) =>
  z.string().refine((text) => URL.canParse(text) && schemes.includes(new URL(text).protocol.slice(0, -1)), {
    message: `a ${schemes.join(' or ')} address`,
  });
const databaseUrl = url('postgres', 'postgresql').optional();
const keyBytes = z.string().regex(/^[0-9a-f]{64}$/i, '64 hexadecimal digits (32 bytes)');

/** Each variable with its form; the message says what is expected. */
const variables = {
  HOST: z.string().min(1, 'an address to listen on').default(DEFAULT_HOST),
  PORT: z.coerce
    .number('a port from 0 to 65535')
    .int('a whole number')
    .min(0, 'a port from 0 to 65535')
    .max(65_535, 'a port from 0 to 65535')
    .default(DEFAULT_PORT),
  DATA_DIR: z.string().min(1, 'a folder').default('.baton'),
  DATABASE_URL: databaseUrl,
  DATABASE_DECIDER_URL: databaseUrl,
  DATABASE_EXECUTOR_URL: databaseUrl,
  DATABASE_QUEUE_URL: databaseUrl,
  DATABASE_OWNER_URL: databaseUrl,
  JWT_ISSUER: z.string().min(1, 'the issuer of the tokens').optional(),
  JWT_JWKS_URL: url('http', 'https').optional(),
  JWT_AUDIENCE: z.string().min(1, 'the audience of the tokens').optional(),
  MASTER_KEY: keyBytes.optional(),
  SIGNING_KEY: keyBytes.optional(),
  CHECKPOINT_DIR: z.string().min(1, 'a folder').optional(),
  OPENAI_API_KEY: z.string().min(1, 'an API key').optional(),
  OPENAI_BASE_URL: url('http', 'https').optional(),
  OPENAI_MODEL: z.string().min(1, 'a model name').default('gpt-5-mini'),
  OPENAI_EMBEDDING_MODEL: z.string().min(1, 'a model name').optional(),
  WEBHOOK_URL: url('http', 'https').optional(),
  WEBHOOK_SECRET: z.string().min(16, 'at least 16 characters').optional(),
  WEBHOOK_ALLOW_PRIVATE: z.enum(['0', '1'], '0 or 1').default('0'),
  CORS_ORIGINS: z
    .string()
    .default('')
    .transform((list) =>
      list
        .split(',')
        .map((origin) => origin.trim())
        .filter(Boolean),
    ),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], 'one of trace, debug, info, warn, error, silent')
    .default('warn'),
  SMTP_URL: url('smtp', 'smtps').optional(),
} as const;

/** Variables whose value is never shown. */
const SECRET = /KEY|URL|SECRET/;

const schema = z.object(variables);
type Variable = keyof typeof variables;
/** The parsed configuration; `dataDir` is absolute. */
export type Config = z.infer<typeof schema> & { readonly dataDir: string };

/**
 * Parses the environment. Empty values count as not set; names that belong to other programs are ignored,
 * but a misspelt name of ours (same letters, or a prefix of ours) is refused.
 * @throws CONFIG_INVALID with every bad variable, its value (secrets masked) and what is expected
 */
export function readConfig(
  overrides: { port?: number; dataDir?: string } = {},
  environment: NodeJS.ProcessEnv = process.env,
): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([name, value]) => name in variables && value !== ''),
  );
  if (overrides.port !== undefined) given['PORT'] = String(overrides.port);
  if (overrides.dataDir !== undefined) given['DATA_DIR'] = overrides.dataDir;
  const unknown = unknownNames(Object.keys(environment));
  const parsed = schema.safeParse(given);
  const complaints = [
    ...unknown.map(([name, meant]) => `${name} is not a variable of Baton; ${meant} is.`),
    ...(parsed.success
      ? []
      : parsed.error.issues.map((issue) => complaint(String(issue.path[0]), given, issue.message))),
  ];
  if (complaints.length > 0 || !parsed.success) {
    throw new AppError('CONFIG_INVALID', complaints.join('\n'), { hint: 'The README lists every variable.' });
  }
  refuseHalves(parsed.data);
  return { ...parsed.data, dataDir: resolve(parsed.data.DATA_DIR) };
}

/** Settings that mean nothing alone: those on the left are set and those on the right are not, with why and what to do. */
const HALVES: readonly { given: readonly Variable[]; lacks: Variable; hint: string }[] = [
  {
    // The embedded database would be taken instead of the server that was meant.
    given: ['DATABASE_DECIDER_URL', 'DATABASE_EXECUTOR_URL', 'DATABASE_QUEUE_URL', 'DATABASE_OWNER_URL'],
    lacks: 'DATABASE_URL',
    hint: 'Set DATABASE_URL to the login of the app on the same server, or none of them for the embedded database.',
  },
  { given: ['JWT_ISSUER'], lacks: 'JWT_JWKS_URL', hint: 'Set both, or neither for local tokens.' },
  { given: ['JWT_JWKS_URL'], lacks: 'JWT_ISSUER', hint: 'Set both, or neither for local tokens.' },
  {
    given: ['WEBHOOK_URL'],
    lacks: 'WEBHOOK_SECRET',
    hint: 'Set WEBHOOK_SECRET to a secret that the receiver holds as well: actions are never sent unsigned.',
  },
];

function refuseHalves(config: z.infer<typeof schema>): void {
  for (const { given, lacks, hint } of HALVES) {
    const set = given.filter((name) => config[name] !== undefined);
    if (set.length === 0 || config[lacks] !== undefined) continue;
    throw new AppError(
      'CONFIG_INVALID',
      `${set.join(', ')} ${set.length === 1 ? 'is' : 'are'} set and ${lacks} is not.`,
      { hint },
    );
  }
}

function complaint(name: string, given: NodeJS.ProcessEnv, expected: string): string {
  const value = given[name];
  const shown = value === undefined ? 'is not set' : SECRET.test(name) ? 'is set to a value (masked)' : `is "${value}"`;
  return `${name} ${shown}; expected ${expected}.`;
}

/** Names that look like ours and are not: `DATABASE_` and `JWT_` prefixes, one slip of the finger, letters of ours in another case. */
function unknownNames(names: string[]): [string, string][] {
  const ours = Object.keys(variables);
  return names.flatMap((name): [string, string][] => {
    if (ours.includes(name)) return [];
    const sameLetters = ours.find((own) => own === name.toUpperCase());
    if (sameLetters !== undefined && name.includes('_')) return [[name, sameLetters]];
    const meant = ours.find((own) => own.includes('_') && isOneSlip(name.toUpperCase(), own));
    if (meant !== undefined) return [[name, meant]];
    const prefix = ['DATABASE_', 'JWT_', 'BATON_'].find((own) => name.startsWith(own));
    return prefix === undefined
      ? []
      : [[name, ours.filter((own) => own.startsWith(prefix)).join(', ') || 'the same name without BATON_']];
  });
}

/** Whether one letter that is missing, doubled, wrong or exchanged with its neighbour makes the one name of the other. */
function isOneSlip(typed: string, meant: string): boolean {
  let same = 0;
  while (same < typed.length && typed[same] === meant[same]) same += 1;
  const rest = (text: string, skipped: number): string => text.slice(same + skipped);
  return (
    rest(typed, 1) === rest(meant, 1) ||
    rest(typed, 1) === rest(meant, 0) ||
    rest(typed, 0) === rest(meant, 1) ||
    (rest(typed, 2) === rest(meant, 2) && typed[same] === meant[same + 1] && typed[same + 1] === meant[same])
  );
}

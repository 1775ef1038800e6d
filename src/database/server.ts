/** Owns what a Postgres server must offer before Baton uses it: version, extensions, roles; and making the roles where a login may. */
import { Client } from 'pg';
import { AppError, toError } from '../kernel/errors.ts';
import type { Logger } from '../kernel/log.ts';
import type { Login } from './embedded/logins.ts';
import type { ConnectAs } from './pools.ts';
import { bootstrapSql } from './roles.ts';

/** Addresses of a server, one a login; the first stands in for those that are missing. */
export interface ServerUrls {
  app: string;
  decider?: string | undefined;
  executor?: string | undefined;
  queue?: string | undefined;
  owner?: string | undefined;
}

/** The oldest server, as `server_version_num`. */
const OLDEST_SERVER = 150_000;
const OLDEST_VECTOR = '0.8';
const ROLES: readonly Login[] = ['baton_owner', 'baton_app', 'baton_decider', 'baton_executor', 'baton_queue'];

/** Connects as a login, and takes its role at once, so that one login can stand in for several. */
export function serverConnections(urls: ServerUrls): ConnectAs {
  return (login) => ({ connectionString: urlOf(urls, login), options: `-c role=${login}` });
}

/**
 * Checks the server and makes the roles, schemas and extensions where they are missing.
 * @throws DATABASE_UNSUITABLE naming what is missing and who can mend it
 * @throws DATABASE_UNAVAILABLE when the server does not answer
 */
export async function prepareServer(urls: ServerUrls, log: Logger): Promise<void> {
  const admin = await connectTo(urlOf(urls, 'baton_owner'));
  try {
    await assertVersion(admin);
    await assertVector(admin);
    const members = await loginsOf(urls);
    if (!(await isPrepared(admin, members))) await bootstrap(admin, members);
  } finally {
    await admin.end();
  }
  if (!urls.decider || !urls.executor || !urls.queue || !urls.owner) {
    log.warn(
      "one database login stands in for several: the guards on decisions and effects hold against Baton's code, not against SQL run with that login",
    );
  }
}

/** @throws DATABASE_UNSUITABLE for a server older than Postgres 15 */
export async function assertVersion(client: Client): Promise<void> {
  const { rows } = await client.query<{ number: string; version: string }>(
    "select current_setting('server_version_num') as number, current_setting('server_version') as version",
  );
  if (Number(rows[0]?.number) >= OLDEST_SERVER) return;
  throw unsuitable(`it is Postgres ${rows[0]?.version}`, 'Baton needs Postgres 15 or newer.');
}

/** @throws DATABASE_UNSUITABLE when pgvector is missing or too old */
export async function assertVector(client: Client): Promise<void> {
  const { rows } = await client.query<{ version: string | null }>(
    "select coalesce(installed_version, default_version) as version from pg_available_extensions where name = 'vector'",
  );
  const version = rows[0]?.version;
  if (!version)
    throw unsuitable(
      'the extension pgvector is not installed',
      `Install pgvector ${OLDEST_VECTOR} or newer on the server, or leave DATABASE_URL unset.`,
    );
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major === 0 && minor < Number(OLDEST_VECTOR.split('.')[1])) {
    throw unsuitable(
      `pgvector is ${version}`,
      `Update it to ${OLDEST_VECTOR} or newer (ALTER EXTENSION vector UPDATE).`,
    );
  }
}

interface Member {
  login: string;
  roles: Login[];
}

/** Who each address logs in as. @throws DATABASE_UNSUITABLE when one of them, apart from the owner's, bypasses row-level security */
async function loginsOf(urls: ServerUrls): Promise<Member[]> {
  const members: Member[] = [];
  for (const role of ROLES) {
    const client = await connectTo(urlOf(urls, role));
    try {
      const { rows } = await client.query<{ login: string; bypasses: boolean }>(
        'select rolname as login, rolsuper or rolbypassrls as bypasses from pg_roles where rolname = session_user',
      );
      const login = rows[0]?.login ?? '';
      const shared = role === 'baton_owner' && urls.owner !== undefined;
      if (rows[0]?.bypasses && !shared) {
        throw unsuitable(
          `the login ${login} bypasses row-level security`,
          'Use a login that is neither superuser nor BYPASSRLS; DATABASE_OWNER_URL may be one.',
        );
      }
      const known = members.find((member) => member.login === login);
      if (known) known.roles.push(role);
      else members.push({ login, roles: [role] });
    } finally {
      await client.end();
    }
  }
  return members;
}

async function isPrepared(admin: Client, members: readonly Member[]): Promise<boolean> {
  const { rows } = await admin.query<{ count: string }>(
    'select count(*) as count from pg_roles where rolname = any($1)',
    [ROLES],
  );
  if (Number(rows[0]?.count) < ROLES.length) return false;
  const extras = await admin.query<{ count: string }>(
    `select (select count(*) from pg_extension where extname in ('vector', 'pg_trgm'))
          + (select count(*) from pg_namespace where nspname in ('checkpoint', 'graphile_worker')) as count`,
  );
  if (Number(extras.rows[0]?.count) < 4) return false;
  const pairs = members.flatMap(({ login, roles }) => roles.map((role) => ({ login, role })));
  const held = await admin.query<{ held: boolean }>(
    "select coalesce(bool_and(pg_has_role(login::name, role::name, 'MEMBER')), false) as held from unnest($1::text[], $2::text[]) as pair(login, role)",
    [pairs.map(({ login }) => login), pairs.map(({ role }) => role)],
  );
  return held.rows[0]?.held ?? false;
}

async function bootstrap(admin: Client, members: readonly Member[]): Promise<void> {
  const granted = members.map(({ login, roles }) => ({ login, roles: roles.filter((role) => role !== login) }));
  try {
    await admin.query('begin');
    await admin.query("select pg_advisory_xact_lock(hashtextextended('baton:migrate', 0))");
    await admin.query(bootstrapSql({ embedded: false, members: granted }));
    await admin.query('commit');
  } catch (error) {
    await admin.query('rollback').catch(() => undefined);
    throw new AppError(
      'DATABASE_UNSUITABLE',
      `Baton's roles could not be made on this server: ${toError(error).message}`,
      {
        cause: error,
        hint: 'Run `baton migrate` once with DATABASE_OWNER_URL set to a login that may create roles, extensions and schemas.',
      },
    );
  }
}

async function connectTo(url: string): Promise<Client> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
    return client;
  } catch (error) {
    const { host, pathname } = new URL(url);
    throw new AppError(
      'DATABASE_UNAVAILABLE',
      `The database ${pathname.slice(1)} at ${host} could not be reached: ${toError(error).message}`,
      {
        cause: error,
        hint: 'Check the DATABASE_ variables, and that the server runs.',
      },
    );
  }
}

function urlOf(urls: ServerUrls, login: Login): string {
  const own = {
    baton_owner: urls.owner,
    baton_app: urls.app,
    baton_decider: urls.decider,
    baton_executor: urls.executor,
    baton_queue: urls.queue,
  };
  return own[login] ?? urls.app;
}

function unsuitable(found: string, hint: string): AppError {
  return new AppError('DATABASE_UNSUITABLE', `Baton cannot use this Postgres: ${found}.`, { hint });
}

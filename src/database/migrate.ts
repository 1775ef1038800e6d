/** Owns bringing a database to the schema of this code: migrations forward only, all pending ones in one transaction, then the schemas of libraries. */
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { ClientBase, Pool } from 'pg';
import { sha256Hex } from '../kernel/canonicalJson.ts';
import { AppError, toError } from '../kernel/errors.ts';

/** The folder of the migrations that ship with the code. */
export const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../migrations/', import.meta.url));

/** Names of library steps in `schema_migration` begin with this; a migration's name never does. */
const STEP_PREFIX = 'step:';

/** What the runner itself keeps: the migrations that were applied, and the table that the start-up self-test tries to read across workspaces. */
const BOOKKEEPING_SQL = `
  create table if not exists schema_migration (name text primary key, sha256 text not null, applied_at timestamptz not null default now());
  grant select on schema_migration to baton_app;
  create table if not exists isolation_probe (workspace_id uuid not null);
  alter table isolation_probe enable row level security;
  alter table isolation_probe force row level security;
  drop policy if exists workspace_isolation on isolation_probe;
  create policy workspace_isolation on isolation_probe
    using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
    with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid);
  grant select, insert on isolation_probe to baton_app;
`;

/** One migration file. */
export interface Migration {
  /** File name, such as `001_workspace.sql`; migrations run in the order of their names. */
  name: string;
  sql: string;
  sha256: string;
}

/** A library's own schema, such as the queue's or the checkpointer's, brought up to date by that library. */
export interface SchemaStep {
  name: string;
  /** Changes when the library's schema may have changed; the step runs once a version. */
  version: string;
  /** The login that it runs under. */
  login: 'baton_owner' | 'baton_queue';
  /** Must be safe to run again. */
  apply(pool: Pool): Promise<void>;
}

/** What a migration run changed: names of migrations and of steps. */
export interface Migrated {
  applied: string[];
}

/** Reads `*.sql` of a folder, in the order of names. */
export async function readMigrations(folder: string = MIGRATIONS_FOLDER): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(`${folder}/${name}`, 'utf8');
      return { name, sql, sha256: sha256Hex(sql) };
    }),
  );
}

/**
 * Applies what is pending in one transaction. `client` is logged in as the owner; the caller keeps others from migrating meanwhile.
 * @throws DATABASE_TOO_NEW when the database has migrations that this code does not know
 * @throws DATABASE_UNSUITABLE when an applied migration was changed, or a new one stands before an applied one
 */
export async function applyMigrations(client: ClientBase, migrations: readonly Migration[]): Promise<Migrated> {
  const pending = await pendingMigrations(client, migrations);
  if (pending.length === 0) return { applied: [] };
  await client.query('begin');
  try {
    await client.query(BOOKKEEPING_SQL);
    // A function can only be given to an owner that may create in its schema; the queue's login may, for these statements alone.
    await client.query('grant create on schema public to baton_queue');
    for (const migration of pending) await applyOne(client, migration);
    await client.query('revoke create on schema public from baton_queue');
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
  return { applied: pending.map((migration) => migration.name) };
}

/** The migrations that the database lacks. Any login that may read `schema_migration` can ask. @throws as `applyMigrations` */
export async function pendingMigrations(
  client: ClientBase | Pool,
  migrations: readonly Migration[],
): Promise<Migration[]> {
  const applied = new Map([...(await appliedRows(client))].filter(([name]) => !name.startsWith(STEP_PREFIX)));
  const unknown = [...applied.keys()].filter((name) => !migrations.some((migration) => migration.name === name));
  if (unknown.length > 0) {
    throw new AppError(
      'DATABASE_TOO_NEW',
      `The database has migrations that this version does not know: ${unknown.join(', ')}.`,
      {
        hint: 'Start the version of Baton that last used it, or a later one.',
      },
    );
  }
  const changed = migrations.filter(({ name, sha256 }) => applied.has(name) && applied.get(name) !== sha256);
  if (changed.length > 0) {
    throw new AppError(
      'DATABASE_UNSUITABLE',
      `Applied migrations were changed afterwards: ${changed.map(({ name }) => name).join(', ')}.`,
      {
        hint: 'Put the files back as they were and write a new migration instead.',
      },
    );
  }
  return migrations.filter(({ name }) => !applied.has(name));
}

/** Runs the library steps whose version the database has not seen. `poolOf` gives a pool of a login, `client` is the owner's. */
export async function applySteps(
  client: ClientBase,
  steps: readonly SchemaStep[],
  poolOf: (login: SchemaStep['login']) => Pool,
): Promise<Migrated> {
  const seen = await appliedRows(client);
  const applied: string[] = [];
  for (const step of steps) {
    const version = sha256Hex(step.version);
    if (seen.get(STEP_PREFIX + step.name) === version) continue;
    // Libraries begin with CREATE SCHEMA IF NOT EXISTS, which asks for this right even where the schema is there.
    await changeDatabaseRight(client, 'grant', step.login);
    try {
      await step.apply(poolOf(step.login));
    } finally {
      await changeDatabaseRight(client, 'revoke', step.login);
    }
    await client.query(
      'insert into schema_migration (name, sha256) values ($1, $2) on conflict (name) do update set sha256 = excluded.sha256, applied_at = now()',
      [STEP_PREFIX + step.name, version],
    );
    applied.push(step.name);
  }
  return { applied };
}

async function changeDatabaseRight(
  client: ClientBase,
  verb: 'grant' | 'revoke',
  login: SchemaStep['login'],
): Promise<void> {
  if (login === 'baton_owner') return;
  const { rows } = await client.query<{ sql: string }>(
    `select format('${verb} create on database %I ${verb === 'grant' ? 'to' : 'from'} ${login}', current_database()) as sql`,
  );
  if (rows[0]) await client.query(rows[0].sql);
}

async function applyOne(client: ClientBase, migration: Migration): Promise<void> {
  try {
    await client.query(migration.sql);
  } catch (error) {
    throw new AppError(
      'DATABASE_UNSUITABLE',
      `Migration ${migration.name} failed${placeOf(error, migration.sql)}: ${toError(error).message}`,
      {
        cause: error,
        hint: 'Nothing of the pending migrations was kept.',
      },
    );
  }
  await client.query('insert into schema_migration (name, sha256) values ($1, $2)', [migration.name, migration.sha256]);
}

async function appliedRows(client: ClientBase | Pool): Promise<Map<string, string>> {
  const exists = await client.query<{ there: boolean }>(
    "select to_regclass('public.schema_migration') is not null as there",
  );
  if (!exists.rows[0]?.there) return new Map();
  const { rows } = await client.query<{ name: string; sha256: string }>('select name, sha256 from schema_migration');
  return new Map(rows.map(({ name, sha256 }) => [name, sha256]));
}

/** The line that Postgres points at, when it points at one. */
function placeOf(error: unknown, sql: string): string {
  const position = Number((error as { position?: string }).position);
  return position > 0 ? ` at line ${sql.slice(0, position).split('\n').length}` : '';
}

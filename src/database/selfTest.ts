/** Owns the self-test at start-up: a database that would show one workspace's rows to another is not served. */
import type { Pool, PoolClient } from 'pg';
import { newId } from '../kernel/ids.ts';
import { AppError } from '../kernel/errors.ts';

/**
 * Tries to read across workspaces under the login of the app, and looks for tables that are not secured. Leaves nothing behind.
 * @throws DATABASE_UNSUITABLE when a row is seen that should not be, or a table or the login stands outside row-level security
 */
export async function assertIsolation(pool: Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await assertLoginObeys(client);
    const tables = await securedTables(client);
    await assertNothingVisible(client, tables, 'without a workspace');
    await assertProbeHidden(client);
    await assertNothingVisible(client, tables, 'in a workspace that does not exist');
  } finally {
    await client.query('rollback').catch(() => undefined);
    client.release();
  }
}

async function assertLoginObeys(client: PoolClient): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    'select rolname as name from pg_roles where rolname in (current_user, session_user) and (rolsuper or rolbypassrls)',
  );
  if (rows[0]) throw refused(`the login ${rows[0].name} bypasses row-level security`);
}

/** Tables of rows that belong to a workspace and that the app may read. @throws when one of all such tables is not forced */
async function securedTables(client: PoolClient): Promise<string[]> {
  const { rows } = await client.query<{ name: string; forced: boolean; readable: boolean }>(
    `select c.oid::regclass::text as name, c.relrowsecurity and c.relforcerowsecurity as forced, has_table_privilege(c.oid, 'select') as readable
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'public' and c.relkind in ('r', 'p')
       and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'workspace_id' and not a.attisdropped)
     order by 1`,
  );
  const open = rows.filter(({ forced }) => !forced);
  if (open.length > 0)
    throw refused(`these tables are without forced row-level security: ${open.map(({ name }) => name).join(', ')}`);
  return rows.filter(({ readable }) => readable).map(({ name }) => name);
}

async function assertNothingVisible(client: PoolClient, tables: readonly string[], where: string): Promise<void> {
  if (tables.length === 0) return;
  const query = tables
    .map((name) => `select '${name.replaceAll("'", "''")}' as name where exists (select from ${name})`)
    .join(' union all ');
  const { rows } = await client.query<{ name: string }>(query);
  if (rows.length > 0) throw refused(`rows can be read ${where}: ${rows.map(({ name }) => name).join(', ')}`);
}

/** Writes a row in one made-up workspace and looks for it from another. */
async function assertProbeHidden(client: PoolClient): Promise<void> {
  const enter = (workspaceId: string): Promise<unknown> =>
    client.query("select set_config('app.workspace_id', $1, true)", [workspaceId]);
  const owner = newId();
  await enter(owner);
  await client.query('insert into isolation_probe (workspace_id) values ($1)', [owner]);
  const own = await client.query('select from isolation_probe');
  await enter(newId());
  const foreign = await client.query('select from isolation_probe');
  if (own.rowCount !== 1 || foreign.rowCount !== 0)
    throw refused(`a workspace sees ${foreign.rowCount} rows of another and ${own.rowCount} of its own`);
}

function refused(found: string): AppError {
  return new AppError('DATABASE_UNSUITABLE', `Baton does not serve this database: ${found}.`, {
    hint: 'Use a login that is neither superuser nor BYPASSRLS, and let `baton migrate` secure the tables.',
  });
}

/** Owns a scratch database on the server of TEST_DATABASE_URL, whose login must be allowed to make databases and roles. */
import type { EntitySchema } from '@mikro-orm/postgresql';
import { Client } from 'pg';
import { createOrm } from '../../src/database/orm.ts';
import { applyMigrations, applySteps, readMigrations } from '../../src/database/migrate.ts';
import { createPools } from '../../src/database/pools.ts';
import { bootstrapSql } from '../../src/database/roles.ts';
import { newId } from '../../src/kernel/ids.ts';
import { silentLog } from '../../src/kernel/log.ts';
import type { DatabaseUnderTest } from '../conformance/databaseSuite.ts';
import { schemaSteps } from '../../src/orchestration/schemaSteps.ts';

/** The address of the test server, or nothing. */
export const testServerUrl = process.env['TEST_DATABASE_URL'];

/** Runs work with a client on the server's own database. */
export async function asAdmin<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** A new, empty database; `drop` removes it. */
export async function createScratchDatabase(url: string): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `baton_test_${newId().slice(-12)}`;
  await asAdmin(url, (client) => client.query(`create database ${name}`));
  const own = new URL(url);
  own.pathname = `/${name}`;
  return {
    url: own.href,
    drop: () => asAdmin(url, async (client) => void (await client.query(`drop database ${name} with (force)`))),
  };
}

/** A scratch database with Baton's roles and the given migrations; without pgvector where the server has none. */
export async function openServerUnderTest(
  url: string,
  migrationsFolder: string,
  entities: readonly EntitySchema[],
): Promise<DatabaseUnderTest> {
  const scratch = await createScratchDatabase(url);
  const pools = createPools((login) => ({ connectionString: scratch.url, options: `-c role=${login}` }), silentLog);
  const close = async (): Promise<void> => {
    await pools.close();
    await scratch.drop();
  };
  try {
    await asAdmin(scratch.url, async (client) => {
      const { rows } = await client.query("select 1 from pg_available_extensions where name = 'vector'");
      const statements = bootstrapSql({ embedded: false }).split(/;\n/);
      for (const statement of statements) {
        if (rows.length > 0 || !statement.includes('extension')) await client.query(statement);
      }
    });
    const owner = await pools.client('baton_owner');
    await applyMigrations(owner, await readMigrations(migrationsFolder));
    await applySteps(owner, schemaSteps, (login) => pools.of(login));
    await owner.end();
    const orm = await createOrm(pools, entities, silentLog);
    return { orm, poolOf: pools.of, close: () => orm.close(true).then(close) };
  } catch (error) {
    await close();
    throw error;
  }
}

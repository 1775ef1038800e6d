/** Owns opening the database, embedded or a server, migrated and tested for isolation, and the one ORM over it. */
import { dirname, resolve } from 'node:path';
import type { EntitySchema, MikroORM } from '@mikro-orm/postgresql';
import type { Client, Pool } from 'pg';
import { AppError } from '../kernel/errors.ts';
import type { Logger } from '../kernel/log.ts';
import { endsWithin } from '../kernel/waiting.ts';
import { openEmbedded, withServedFolder, type EmbeddedDatabase } from './embedded/embeddedDatabase.ts';
import type { EmbeddedLimits } from './embedded/limits.ts';
import { DATABASE_NAME, type Login } from './embedded/logins.ts';
import { templateName } from './embedded/template.ts';
import {
  applyMigrations,
  applySteps,
  pendingMigrations,
  readMigrations,
  type Migration,
  type SchemaStep,
} from './migrate.ts';
import { createPools, type ConnectAs, type Pools } from './pools.ts';
import { bootstrapSql } from './roles.ts';
import { assertIsolation } from './selfTest.ts';
import { prepareServer, serverConnections, type ServerUrls } from './server.ts';

/** Milliseconds in which connections must end before the database is closed under them. */
const CLOSE_MS = 5_000;

/** How a database is opened. */
export interface DatabaseOptions {
  /** Baton's data folder; used when no server is given. */
  dataDir: string;
  /** A Postgres server; without it the database is embedded. */
  server?: ServerUrls | undefined;
  /** Schemas of libraries, such as the queue's and the checkpointer's. */
  steps: readonly SchemaStep[];
  log: Logger;
  /** Whether a folder that another process serves is refused: for `start` and `migrate`. @default false */
  exclusive?: boolean;
  /** Entities of the ORM. @default those of Baton */
  entities?: readonly EntitySchema[];
  /** @default the folder that ships with the code */
  migrationsFolder?: string;
  /** Where templates of data folders are kept. @default the user's cache folder */
  cacheDir?: string;
  /** Limits of the embedded database. @default those of embedded/limits.ts */
  limits?: EmbeddedLimits;
  /** Told when the embedded database opens in its thread (on a server: at once), so that long work of this thread is best done now. */
  meanwhile?: () => void;
}

/** An open database. Its pools are handed out by composition.ts; everybody else gets units. */
export interface Database {
  readonly served: 'embedded' | 'server';
  /** Whether this process serves the embedded database, so that no other process works on it but through this one. */
  readonly serving: boolean;
  /** Only for units: outside one it has no connection. */
  readonly orm: MikroORM;
  /** Workspaces and their first members are made under this login; its rows are not filtered by workspace where a policy says so. */
  readonly ownerPool: Pool;
  /** The queue's own login. */
  readonly queuePool: Pool;
  /** For the checkpointer, through `fencedPool`. */
  readonly checkpointPool: Pool;
  /** A connection of its own for LISTEN; whoever asks for it ends it. */
  connectListener(): Promise<Client>;
  /** The pool of any login; for tests and tools. */
  readonly poolOf: (login: Login) => Pool;
  /** Migrations and steps that this opening applied. */
  readonly migrated: readonly string[];
  /** Brings the embedded database's files up to date, after an import; nothing on a server. */
  checkpoint(): Promise<void>;
  /** Closes connections, and the embedded database if this process serves it. Safe to call again. */
  close(): Promise<void>;
}

/**
 * Opens the database: makes it when it is missing, migrates it, and refuses one that would mix workspaces.
 * A data folder that another process serves is used through that process.
 * @throws DATA_DIR_IN_USE, DATA_DIR_UNWRITABLE, DATABASE_TOO_NEW, DATABASE_UNSUITABLE, DATABASE_UNAVAILABLE
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const migrations = await readMigrations(options.migrationsFolder);
  return options.server ? openServer(options, options.server, migrations) : openFolder(options, migrations);
}

async function openServer(
  options: DatabaseOptions,
  urls: ServerUrls,
  migrations: readonly Migration[],
): Promise<Database> {
  options.meanwhile?.();
  await prepareServer(urls, options.log);
  const pools = createPools(serverConnections(urls), options.log);
  try {
    // A second connection holds the lock, because the libraries' own migrations open connections of theirs.
    const lock = await pools.client('baton_owner');
    let migrated: string[];
    try {
      await lock.query('begin');
      await lock.query("select pg_advisory_xact_lock(hashtextextended('baton:migrate', 0))");
      migrated = await migrate(pools, migrations, options.steps);
      await lock.query('commit');
    } finally {
      await lock.end();
    }
    return await assemble(options, { served: 'server', pools, migrated });
  } catch (error) {
    await pools.close();
    throw error;
  }
}

async function openFolder(options: DatabaseOptions, migrations: readonly Migration[]): Promise<Database> {
  const dataDir = resolve(options.dataDir);
  const opened = await openEmbedded({
    dataDir,
    log: options.log,
    limits: options.limits,
    started: options.meanwhile,
    template: {
      name: await templateName([
        bootstrapSql({ embedded: true }),
        ...migrations.map(({ name, sha256 }) => `${name} ${sha256}`),
        ...options.steps.map(({ name, version }) => `${name} ${version}`),
      ]),
      build: (folder) => buildTemplate(folder, options, migrations),
      cacheDir: options.cacheDir,
    },
  });
  if (opened.kind === 'served' && options.exclusive) {
    throw new AppError('DATA_DIR_IN_USE', `The data folder ${dataDir} is served by process ${opened.owner.pid}.`, {
      hint: 'Stop that process, or choose another folder with --data-dir.',
    });
  }
  const embedded = opened.kind === 'opened' ? opened.database : undefined;
  const pools = createPools(
    socketConnections(embedded?.host ?? dirname(opened.kind === 'served' ? opened.owner.socket : '')),
    options.log,
  );
  try {
    const migrated = embedded
      ? await migrate(pools, migrations, options.steps)
      : await assertMigrated(pools, migrations, dataDir);
    return await assemble(options, { served: 'embedded', pools, migrated, embedded });
  } catch (error) {
    await pools.close();
    await embedded?.close();
    throw error;
  }
}

/** Whoever serves a folder migrates it; a command of another version would work on tables that it does not know. */
async function assertMigrated(pools: Pools, migrations: readonly Migration[], dataDir: string): Promise<string[]> {
  const pending = await pendingMigrations(pools.of('baton_app'), migrations);
  if (pending.length === 0) return [];
  throw new AppError(
    'DATA_DIR_IN_USE',
    `The data folder ${dataDir} is served by an older version, which lacks ${pending.map(({ name }) => name).join(', ')}.`,
    {
      hint: 'Stop that process and start this version.',
    },
  );
}

async function migrate(
  pools: Pools,
  migrations: readonly Migration[],
  steps: readonly SchemaStep[],
): Promise<string[]> {
  const owner = await pools.client('baton_owner');
  try {
    const own = await applyMigrations(owner, migrations);
    const others = await applySteps(owner, steps, (login) => pools.of(login));
    return [...own.applied, ...others.applied];
  } finally {
    await owner.end();
  }
}

async function buildTemplate(
  folder: string,
  options: DatabaseOptions,
  migrations: readonly Migration[],
): Promise<void> {
  await withServedFolder(folder, options.log, async (host) => {
    const pools = createPools(socketConnections(host), options.log);
    try {
      await migrate(pools, migrations, options.steps);
    } finally {
      await pools.close();
    }
  });
}

interface Parts {
  served: Database['served'];
  pools: Pools;
  migrated: readonly string[];
  embedded?: EmbeddedDatabase | undefined;
}

async function assemble(options: DatabaseOptions, { served, pools, migrated, embedded }: Parts): Promise<Database> {
  await assertIsolation(pools.of('baton_app'));
  // The ORM takes longer to load than all the rest of this file's imports, so the embedded database opens meanwhile.
  const [{ createOrm }, { entities }] = await Promise.all([import('./orm.ts'), import('./entities/all.ts')]);
  const orm = await createOrm(pools, options.entities ?? entities, options.log);
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    // A connection whose other end is gone may never say that it ended; what is left is cut with the database itself.
    if (
      !(await endsWithin(
        CLOSE_MS,
        orm.close(true).then(() => pools.close()),
      ))
    ) {
      options.log.warn('connections were still open when the database was closed');
    }
    await embedded?.close();
  };
  return {
    served,
    serving: embedded !== undefined,
    orm,
    ownerPool: pools.of('baton_owner'),
    queuePool: pools.of('baton_queue'),
    checkpointPool: pools.of('baton_app'),
    connectListener: () => pools.client('baton_app'),
    poolOf: (login) => pools.of(login),
    migrated,
    checkpoint: async () => void (served === 'embedded' && (await pools.of('baton_app').query('checkpoint'))),
    close: () => (closing ??= close()),
  };
}

function socketConnections(host: string): ConnectAs {
  return (login) => ({ host, port: 5432, user: login, database: DATABASE_NAME, ssl: false });
}

/** Owns databases for tests: a fresh embedded one each, copied from the template in a temporary folder, and workspaces in it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { openDatabase, type Database, type DatabaseOptions } from '../../src/database/connect.ts';
import { createUnits } from '../../src/database/unitOfWork.ts';
import type { Principal } from '../../src/domain/principal.ts';
import type { InUnit } from '../../src/domain/unit.ts';
import { systemClock, type Clock } from '../../src/kernel/clock.ts';
import { newId } from '../../src/kernel/ids.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { schemaSteps } from '../../src/orchestration/schemaSteps.ts';

/** A database of a test, with the units that production opens on it. */
export interface TestDatabase extends AsyncDisposable {
  readonly database: Database;
  readonly dataDir: string;
  /** Makes a workspace under the owner's login and gives its id. */
  readonly addWorkspace: (settings?: {
    name?: string;
    timeZone?: string;
    currency?: string;
    isDemo?: boolean;
  }) => Promise<string>;
  /** Units of a workspace. @default principal the system */
  readonly units: (workspaceId: string, principal?: Principal) => InUnit;
  /** Closes the database and removes its folder. Safe to call again. */
  readonly close: () => Promise<void>;
}

/** Opens a fresh database with every migration and the queue's and the checkpointer's schemas; use with `await using`, or call `close`. */
export async function openTestDatabase(
  options: Partial<DatabaseOptions> & { clock?: Clock } = {},
): Promise<TestDatabase> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'baton-test-')));
  const { clock = systemClock, ...rest } = options;
  const database = await openDatabase({ steps: schemaSteps, log: silentLog, ...rest, dataDir });
  const scoped = createUnits(database, { clock, log: silentLog });
  let closing: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    await database.close();
    await rm(dataDir, { recursive: true, force: true });
  };
  const close = (): Promise<void> => (closing ??= end());
  return {
    database,
    dataDir,
    addWorkspace: (settings) => addWorkspace(database, settings),
    units: (workspaceId, principal = { kind: 'SYSTEM', service: 'test' }) => scoped({ workspaceId, principal }),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** One database for all tests of a file or a `describe`: opened before them, closed after them. */
export function useTestDatabase(options: Partial<DatabaseOptions> & { clock?: Clock } = {}): () => TestDatabase {
  let opened: TestDatabase | undefined;
  beforeAll(async () => {
    opened = await openTestDatabase(options);
  });
  afterAll(() => opened?.close());
  return () => {
    if (!opened) throw new Error('The database is open only while tests run.');
    return opened;
  };
}

async function addWorkspace(
  database: Database,
  settings: Parameters<TestDatabase['addWorkspace']>[0] = {},
): Promise<string> {
  const id = newId();
  const { name = `workspace-${id.slice(-12)}`, timeZone = 'UTC', currency = 'EUR', isDemo = false } = settings;
  await database.ownerPool.query(
    'insert into workspace (id, name, title, time_zone, currency, is_demo) values ($1, $2, $2, $3, $4, $5)',
    [id, name, timeZone, currency, isDemo],
  );
  return id;
}

/** Owns the process: reads the configuration, opens the database, starts and drains server and worker. What they are made of is composition.ts. */
import { readFile } from 'node:fs/promises';
import { program } from './cli/program.ts';
import type { Place, Preparing, RunningServer, Runtime } from './cli/runtime.ts';
import { stopSignal } from './cli/stopSignal.ts';
import type { House } from './composition.ts';
import { readConfig, type Config } from './config.ts';
import { openDatabase, type Database } from './database/connect.ts';
import { holdsDatabase } from './database/embedded/dataFolder.ts';
import { AppError } from './kernel/errors.ts';
import { createLog, type Logger } from './kernel/log.ts';
import { schemaSteps } from './orchestration/schemaSteps.ts';
import type { Worker } from './orchestration/worker.ts';
import type { Services } from './useCases/services.ts';

/** Milliseconds that requests get to end when the process is told to stop. */
const DRAIN_MS = 5_000;

/** The house with its database; closed in the opposite order of their opening. */
interface Opened extends House {
  readonly database: Database;
}

type Prepare<T> = (services: Services, preparing: Preparing) => Promise<T>;

const runtime = (version: string): Runtime => ({
  version,
  schemaFiles: async () => {
    const { errorCatalogueText, schemaText } = await import('./api/schema.ts');
    return { schema: await schemaText(), errors: errorCatalogueText() };
  },
  withServices: async (place, work) => {
    const config = configOf(place);
    if (place.existing) await requireDatabase(config);
    const opened = await open(config, version);
    const stopping = stopSignal();
    let worker: Worker | undefined;
    try {
      if (place.worker && (opened.database.serving || opened.database.served === 'server')) {
        worker = await (await opened.loadWorker())();
      }
      return await work(opened.services, stopping.signal);
    } finally {
      stopping.release();
      try {
        await worker?.stop();
      } finally {
        await opened.close();
      }
    }
  },
  migrate: async (place) => {
    const config = configOf(place);
    const database = await openDatabase({ ...databaseOptions(config, createLog(config.LOG_LEVEL)), exclusive: true });
    await database.close();
    return database.migrated;
  },
  start: (place, prepare) => start(readConfig(overridesOf(place)), version, prepare),
  work: async () => {
    const config = readConfig();
    if (!config.DATABASE_URL)
      throw new AppError('CONFIG_INVALID', 'A worker alone needs a Postgres that it shares with the API.', {
        hint: 'Set DATABASE_URL, or run `baton start`, which works by itself.',
      });
    const opened = await open(config, version);
    const worker = await (await opened.loadWorker())();
    const stopping = stopSignal();
    await Promise.race([
      worker.done,
      new Promise((resolve) => stopping.signal.addEventListener('abort', resolve, { once: true })),
    ]);
    stopping.release();
    await worker.stop();
    await opened.close();
  },
});

async function start<T>(config: Config, version: string, prepare: Prepare<T>): Promise<RunningServer<T>> {
  const opened = await open(config, version, true);
  const given = new AbortController();
  const busy = Promise.withResolvers<void>();
  const preparing = prepare(opened.services, { signal: given.signal, busy: () => busy.resolve() });
  // Its failure is told where it is awaited.
  preparing.catch(() => undefined);
  try {
    // What serves is loaded while the database is at work; sooner, it would keep the database waiting.
    await Promise.race([busy.promise, preparing]);
    return await serve(opened, config, preparing);
  } catch (error) {
    given.abort(error);
    await preparing.catch(() => undefined);
    await opened.close();
    throw error;
  }
}

/** Serves what was opened; `stop` of the answer closes it. */
async function serve<T>(opened: Opened, config: Config, preparing: Promise<T>): Promise<RunningServer<T>> {
  let worker: Worker | undefined;
  let ready = false;
  const [{ httpServer }, { listen }] = await Promise.all([import('./api/httpServer.ts'), import('./api/listening.ts')]);
  const app = await httpServer(opened.services, {
    corsOrigins: config.CORS_ORIGINS,
    introspection: true,
    readiness: async () => ({
      ready,
      checks: { database: ready ? 'ok' : 'not ready', worker: worker ? 'ok' : 'not started' },
    }),
  });
  let port: number;
  let prepared: T;
  try {
    port = await listen(app, { host: config.HOST, port: config.PORT });
    const [startWorker, done] = await Promise.all([opened.loadWorker(), preparing]);
    prepared = done;
    worker = await startWorker();
  } catch (error) {
    await app.close();
    throw error;
  }
  ready = true;
  const ended = Promise.withResolvers<void>();
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    ready = false;
    await worker?.stop(DRAIN_MS);
    await app.close();
    await opened.close();
    ended.resolve();
  };
  return {
    services: opened.services,
    prepared,
    url: `http://${config.HOST}:${port}`,
    ended: ended.promise,
    stop: () => (stopping ??= stop()),
  };
}

/** Opens the database and, while it opens in its thread, loads what works on it: about as long in both. */
async function open(config: Config, version: string, exclusive = false): Promise<Opened> {
  const log = createLog(config.LOG_LEVEL);
  const load = (): Promise<typeof import('./composition.ts')> => import('./composition.ts');
  const database = await openDatabase({
    ...databaseOptions(config, log),
    exclusive,
    meanwhile: () => void load(),
  });
  try {
    const { compose } = await load();
    const composed = await compose(database, { config, log, version });
    const close = async (): Promise<void> => {
      try {
        await composed.close();
      } finally {
        await database.close();
      }
    };
    return { ...composed, database, close };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** A command that reads or acts in a workspace makes no folder where there is none. @throws NOT_FOUND */
async function requireDatabase(config: Config): Promise<void> {
  if (config.DATABASE_URL || (await holdsDatabase(config.dataDir))) return;
  throw new AppError('NOT_FOUND', `The folder ${config.dataDir} holds no data of Baton.`, {
    hint: 'Name another folder with --data-dir, or begin here with `baton demo`, `baton import performance FILE` or `baton workspace create NAME --admin EMAIL`.',
  });
}

function databaseOptions(config: Config, log: Logger): Parameters<typeof openDatabase>[0] {
  const server = config.DATABASE_URL
    ? {
        app: config.DATABASE_URL,
        decider: config.DATABASE_DECIDER_URL,
        executor: config.DATABASE_EXECUTOR_URL,
        queue: config.DATABASE_QUEUE_URL,
        owner: config.DATABASE_OWNER_URL,
      }
    : undefined;
  return { dataDir: config.dataDir, server, steps: schemaSteps, log };
}

function configOf(place: Place): Config {
  return readConfig(overridesOf(place));
}

function overridesOf(place: Place & { port?: number | undefined }): { dataDir?: string; port?: number } {
  return {
    ...(place.dataDir === undefined ? {} : { dataDir: place.dataDir }),
    ...(place.port === undefined ? {} : { port: place.port }),
  };
}

const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
process.exitCode = await program(runtime(version), process.argv.slice(2));

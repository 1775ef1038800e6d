/** Owns the process: reads the configuration, builds the services, fills the ports, starts and drains server and worker. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSpecialists } from './agents/registry.ts';
import { composers } from './agents/composers.ts';
import { program } from './cli/program.ts';
import type { Place, RunningServer, Runtime } from './cli/runtime.ts';
import { stopSignal } from './cli/stopSignal.ts';
import { readConfig, type Config } from './config.ts';
import { channelPorts } from './connectors/channels.ts';
import type { WebhookOptions } from './connectors/webhookChannel.ts';
import { openDatabase, type Database } from './database/connect.ts';
import { fencedPool } from './database/fencedPool.ts';
import { createUnits } from './database/unitOfWork.ts';
import { createWorkspace, listWorkspaces } from './database/workspaces.ts';
import { systemClock } from './kernel/clock.ts';
import { AppError } from './kernel/errors.ts';
import { createLog, type Logger } from './kernel/log.ts';
import type { ChatModel, Embedder } from './domain/models.ts';
import { embeddedChatModel } from './models/embeddedChatModel.ts';
import { embeddedEmbedder } from './models/embeddedEmbedder.ts';
import { followRun } from './orchestration/events.ts';
import { schemaSteps } from './orchestration/schemaSteps.ts';
import type { WorkerServices } from './orchestration/services.ts';
import { openWakeups, type Wakeups } from './orchestration/wakeups.ts';
import { abandonImports } from './orchestration/sweeps.ts';
import { startWorker, type Worker } from './orchestration/worker.ts';
import { advanceDemoMarket } from './useCases/demoMarket.ts';
import { localIdentity, remoteIdentity, type Identity } from './useCases/identity.ts';
import type { Services } from './useCases/services.ts';
import { wakeupStream } from './useCases/wakeupStream.ts';

/** Milliseconds that requests get to end when the process is told to stop. */
const DRAIN_MS = 5_000;

/** Services with what belongs to them alone: they are closed in the opposite order of their opening. */
interface Opened {
  readonly services: Services;
  readonly database: Database;
  readonly workerServices: WorkerServices;
  close(): Promise<void>;
}

const runtime = (version: string): Runtime => ({
  version,
  schemaFiles: async () => {
    const { errorCatalogueText, schemaText } = await import('./api/schema.ts');
    return { schema: await schemaText(), errors: errorCatalogueText() };
  },
  withServices: async (place, work) => {
    const opened = await open(configOf(place), version);
    const stopping = stopSignal();
    let worker: Worker | undefined;
    try {
      if (place.worker && (opened.database.serving || opened.database.served === 'server')) {
        worker = await startWorker(opened.workerServices, { alone: opened.database.serving });
      }
      return await work(opened.services, stopping.signal);
    } finally {
      stopping.release();
      await worker?.stop();
      await opened.close();
    }
  },
  migrate: async (place) => {
    const config = configOf(place);
    const database = await openDatabase({ ...databaseOptions(config, createLog(config.LOG_LEVEL)), exclusive: true });
    await database.close();
    return database.migrated;
  },
  start: (place) => start(readConfig(overridesOf(place)), version),
  work: async () => {
    const config = readConfig();
    if (!config.DATABASE_URL)
      throw new AppError('CONFIG_INVALID', 'A worker alone needs a Postgres that it shares with the API.', {
        hint: 'Set DATABASE_URL, or run `baton start`, which works by itself.',
      });
    const opened = await open(config, version);
    const worker = await startWorker(opened.workerServices);
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

async function start(config: Config, version: string): Promise<RunningServer> {
  const opened = await open(config, version, true);
  try {
    return await serve(opened, config);
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** Serves what was opened; `stop` of the answer closes it. */
async function serve(opened: Opened, config: Config): Promise<RunningServer> {
  let worker: Worker | undefined;
  let ready = false;
  const [{ httpServer }, { listen }] = await Promise.all([import('./api/httpServer.ts'), import('./api/listening.ts')]);
  const app = await httpServer(opened.services, {
    corsOrigins: config.CORS_ORIGINS,
    introspection: true,
    readiness: async () => ({
      ready,
      checks: { database: ready ? 'ok' : 'closing', worker: worker ? 'ok' : 'not started' },
    }),
  });
  let port: number;
  try {
    port = await listen(app, { host: config.HOST, port: config.PORT });
    worker = await startWorker(opened.workerServices, { alone: opened.database.serving });
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
    url: `http://${config.HOST}:${port}`,
    ended: ended.promise,
    stop: () => (stopping ??= stop()),
  };
}

async function open(config: Config, version: string, exclusive = false): Promise<Opened> {
  const log = createLog(config.LOG_LEVEL);
  const clock = systemClock;
  const database = await openDatabase({ ...databaseOptions(config, log), exclusive });
  let wakeups: Wakeups | undefined;
  try {
    wakeups = await openWakeups(() => database.connectListener(), log);
    const listening = wakeups;
    const units = createUnits(database, { clock, log });
    if (database.serving) await abandonImports({ units, queuePool: database.queuePool });
    const { chat, embedder } = await modelsOf(config);
    const channels = channelPorts({
      units: (workspaceId) => units({ workspaceId, principal: { kind: 'SYSTEM', service: 'channel' } }),
      folder: join(config.dataDir, 'outbox'),
      webhook: webhookOf(config),
    });
    const services: Services = {
      clock,
      log,
      dataDir: config.dataDir,
      version,
      embeddedDatabase: database.served === 'embedded',
      units,
      owner: {
        listWorkspaces: () => listWorkspaces(database.ownerPool),
        createWorkspace: (setup) => createWorkspace(database.ownerPool, setup),
        checkpoint: () => database.checkpoint(),
      },
      chat,
      embedder,
      channels,
      identity: await identityOf(config),
      followRun: (scope, runId, after, signal) =>
        followRun({ inUnit: units(scope), wakeups: listening }, runId, after, signal),
      approvalWakeups: (workspaceId, signal) =>
        wakeupStream((wake) => listening.subscribe('approval_changed', workspaceId, wake), signal),
    };
    const workerServices: WorkerServices = {
      clock,
      log,
      version,
      units,
      chat,
      embedder,
      specialists: createSpecialists(),
      channels,
      checkpointPool: (lease) => fencedPool(database.checkpointPool, lease),
      advanceMarket: (market, signal) => advanceDemoMarket(services, market, signal),
      wakeups: listening,
      queuePool: database.queuePool,
    };
    const close = async (): Promise<void> => {
      await listening.close();
      await database.close();
    };
    return { services, database, workerServices, close };
  } catch (error) {
    await wakeups?.close();
    await database.close();
    throw error;
  }
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

/** A language model where one is configured, else the embedded one; the embedder likewise, on its own variable. */
async function modelsOf(config: Config): Promise<{ chat: ChatModel; embedder: Embedder }> {
  const embedded = embeddedChatModel(composers);
  const configured = config.OPENAI_API_KEY !== undefined || config.OPENAI_BASE_URL !== undefined;
  if (!configured) return { chat: embedded, embedder: embeddedEmbedder };
  const { openAiChatModel } = await import('./models/openAiChatModel.ts');
  const { openAiEmbedder } = await import('./models/openAiEmbedder.ts');
  const endpoint = {
    ...(config.OPENAI_API_KEY === undefined ? {} : { apiKey: config.OPENAI_API_KEY }),
    ...(config.OPENAI_BASE_URL === undefined ? {} : { baseUrl: config.OPENAI_BASE_URL }),
  };
  return {
    chat: openAiChatModel({ ...endpoint, model: config.OPENAI_MODEL }),
    embedder: config.OPENAI_EMBEDDING_MODEL
      ? openAiEmbedder({ ...endpoint, model: config.OPENAI_EMBEDDING_MODEL })
      : embeddedEmbedder,
  };
}

function webhookOf({ WEBHOOK_URL: url, WEBHOOK_SECRET: secret, ...config }: Config): WebhookOptions | null {
  return url && secret ? { url, secret, clock: systemClock, allowPrivate: config.WEBHOOK_ALLOW_PRIVATE === '1' } : null;
}

async function identityOf(config: Config): Promise<Identity> {
  const { JWT_ISSUER: issuer, JWT_JWKS_URL: jwksUrl, JWT_AUDIENCE: audience } = config;
  return issuer && jwksUrl
    ? remoteIdentity({ issuer, jwksUrl, audience: audience ?? 'baton' }, systemClock)
    : localIdentity(config.dataDir, systemClock);
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

/** Owns what the house is put together from over an open database: ports are filled with adapters here, and nowhere else. */
import { join } from 'node:path';
import type { Config } from './config.ts';
import { channelPorts } from './connectors/channels.ts';
import type { WebhookOptions } from './connectors/webhookChannel.ts';
import type { Database } from './database/connect.ts';
import { fencedPool } from './database/fencedPool.ts';
import { createUnits } from './database/unitOfWork.ts';
import { createWorkspace, listWorkspaces } from './database/workspaces.ts';
import type { ChatModel, Embedder } from './domain/models.ts';
import { systemClock } from './kernel/clock.ts';
import type { Logger } from './kernel/log.ts';
import { embeddedChatModel } from './models/embeddedChatModel.ts';
import { embeddedEmbedder } from './models/embeddedEmbedder.ts';
import { followRun } from './orchestration/events.ts';
import type { WorkerServices } from './orchestration/services.ts';
import { abandonImports } from './orchestration/sweeps.ts';
import { openWakeups } from './orchestration/wakeups.ts';
import type { Worker } from './orchestration/worker.ts';
import { localIdentity, remoteIdentity, type Identity } from './useCases/identity.ts';
import type { Services } from './useCases/services.ts';
import { wakeupStream } from './useCases/wakeupStream.ts';

/** What one process works with. */
export interface House {
  readonly services: Services;
  /** Loads what workers need, and gives what starts one: it takes up runs and jobs until it is stopped. */
  loadWorker(): Promise<() => Promise<Worker>>;
  /** Ends what listens to the database; the database itself stays open. */
  close(): Promise<void>;
}

/** Puts the house together; `version` is Baton's own. */
export async function compose(
  database: Database,
  settings: { config: Config; log: Logger; version: string },
): Promise<House> {
  const { config, log, version } = settings;
  const clock = systemClock;
  const wakeups = await openWakeups(() => database.connectListener(), log);
  try {
    const units = createUnits(database, { clock, log });
    if (database.serving) await abandonImports({ units, queuePool: database.queuePool });
    const { chat, embedder } = await modelsOf(config);
    const channels = channelPorts({
      units: (workspaceId) => units({ workspaceId, principal: { kind: 'SYSTEM', service: 'channel' } }),
      folder: join(config.dataDir, 'outbox'),
      webhook: webhookOf(config),
    });
    const shared = { clock, log, dataDir: config.dataDir, version, units, chat, embedder, channels };
    const services: Services = {
      ...shared,
      embeddedDatabase: database.served === 'embedded',
      owner: {
        listWorkspaces: () => listWorkspaces(database.ownerPool),
        createWorkspace: (setup) => createWorkspace(database.ownerPool, setup),
        checkpoint: () => database.checkpoint(),
      },
      identity: await identityOf(config),
      followRun: (scope, runId, after, signal) => followRun({ inUnit: units(scope), wakeups }, runId, after, signal),
      approvalWakeups: (workspaceId, signal) =>
        wakeupStream((wake) => wakeups.subscribe('approval_changed', workspaceId, wake), signal),
    };
    return {
      services,
      loadWorker: async () => {
        // Half of the house's weight: commands that work on no run do without.
        const [{ createSpecialists }, { startWorker }, { advanceDemoMarket }] = await Promise.all([
          import('./agents/registry.ts'),
          import('./orchestration/worker.ts'),
          import('./useCases/demoMarket.ts'),
        ]);
        const worker: WorkerServices = {
          ...shared,
          specialists: createSpecialists(),
          checkpointPool: (lease) => fencedPool(database.checkpointPool, lease),
          advanceMarket: (market, signal) => advanceDemoMarket(services, market, signal),
          wakeups,
          queuePool: database.queuePool,
        };
        return () => startWorker(worker, { alone: database.serving });
      },
      close: () => wakeups.close(),
    };
  } catch (error) {
    await wakeups.close();
    throw error;
  }
}

/** A language model where one is configured, else the embedded one; the embedder likewise, on its own variable. */
async function modelsOf(config: Config): Promise<{ chat: ChatModel; embedder: Embedder }> {
  const configured = config.OPENAI_API_KEY !== undefined || config.OPENAI_BASE_URL !== undefined;
  if (!configured) return { chat: embeddedChatModel, embedder: embeddedEmbedder };
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

/** Owns the HTTP face in the test's own process on the folder of a running server, so that its SQL statements and listeners can be counted. */
import type { AddressInfo } from 'node:net';
import { httpServer } from '../../src/api/httpServer.ts';
import { openDatabase } from '../../src/database/connect.ts';
import { createUnits } from '../../src/database/unitOfWork.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { embeddedChatModel } from '../../src/models/embeddedChatModel.ts';
import { embeddedEmbedder } from '../../src/models/embeddedEmbedder.ts';
import { followRun } from '../../src/orchestration/events.ts';
import { schemaSteps } from '../../src/orchestration/schemaSteps.ts';
import { openWakeups } from '../../src/orchestration/wakeups.ts';
import { localIdentity } from '../../src/useCases/identity.ts';
import type { Services } from '../../src/useCases/services.ts';
import { wakeupStream } from '../../src/useCases/wakeupStream.ts';

/** What opens, sets up and ends a transaction, and so is in every unit. */
const FRAME = /^(?:begin|commit|rollback|set |select set_config)/i;

/** A server whose statements are written down. */
export interface CountingServer {
  readonly url: string;
  readonly services: Services;
  /** Statements that the work issued, apart from BEGIN, the session's settings and COMMIT. */
  statementsOf(work: () => Promise<unknown>): Promise<string[]>;
  /** Subscriptions to wake-ups that are open. */
  listeners(): number;
  close(): Promise<void>;
}

/** Opens it; `corsOrigins` are those that browsers may call it from. */
export async function openCountingServer(
  dataDir: string,
  corsOrigins: readonly string[] = [],
): Promise<CountingServer> {
  let statements: string[] = [];
  const database = await openDatabase({ dataDir, steps: schemaSteps, log: silentLog });
  const queries = database.orm.config.getLogger();
  const told = queries.logQuery.bind(queries);
  queries.logQuery = (context) => {
    const { query = '' } = context;
    if (!FRAME.test(query)) statements.push(query);
    told(context);
  };
  const wakeups = await openWakeups(() => database.connectListener(), silentLog);
  const units = createUnits(database, { clock: systemClock, log: silentLog });
  const services: Services = {
    clock: systemClock,
    log: silentLog,
    dataDir,
    version: 'test',
    embeddedDatabase: true,
    units,
    owner: {
      listWorkspaces: () => Promise.resolve([]),
      createWorkspace: () => Promise.reject(new Error('No test makes a workspace here.')),
      checkpoint: () => database.checkpoint(),
    },
    chat: embeddedChatModel,
    embedder: embeddedEmbedder,
    channels: [],
    identity: await localIdentity(dataDir, systemClock),
    followRun: (scope, runId, after, signal) => followRun({ inUnit: units(scope), wakeups }, runId, after, signal),
    approvalWakeups: (workspaceId, signal) =>
      wakeupStream((wake) => wakeups.subscribe('approval_changed', workspaceId, wake), signal),
  };
  const app = await httpServer(services, {
    corsOrigins,
    introspection: true,
    readiness: () => Promise.resolve({ ready: true, checks: {} }),
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`,
    services,
    statementsOf: async (work) => {
      statements = [];
      await work();
      return statements;
    },
    listeners: () => wakeups.count(),
    close: async () => {
      await app.close();
      await wakeups.close();
      await database.close();
    },
  };
}

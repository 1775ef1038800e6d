/** Owns a workspace whose runs can be walked: goal, facts, an active strategy, a channel that counts, a worker. */
import { tmpdir } from 'node:os';
import type { SpecialistDefinition } from '../../src/agents/contract.ts';
import type { ChannelPort, ChannelRequest } from '../../src/domain/channel.ts';
import type { ChatModel } from '../../src/domain/models.ts';
import type { RunStatus, Specialist } from '../../src/domain/specialists.ts';
import type { RunEvent } from '../../src/domain/runEvents.ts';
import { fencedPool } from '../../src/database/fencedPool.ts';
import { createUnits } from '../../src/database/unitOfWork.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { digestOf } from '../../src/kernel/canonicalJson.ts';
import { derivedId, newId } from '../../src/kernel/ids.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { embeddedEmbedder } from '../../src/models/embeddedEmbedder.ts';
import { advanceRun } from '../../src/orchestration/advance.ts';
import { followRun, readEvents } from '../../src/orchestration/events.ts';
import { createRun, loadRun } from '../../src/orchestration/runs.ts';
import type { WorkerServices } from '../../src/orchestration/services.ts';
import { openWakeups, type Wakeups } from '../../src/orchestration/wakeups.ts';
import type { Database } from '../../src/database/connect.ts';
import type { TestDatabase } from '../support/database.ts';
import { specialistsOf } from './smallSpecialists.ts';
import { asOwner, buildHouse, type House } from '../governance/house.ts';

/** A house with runs. */
export interface RunHouse extends AsyncDisposable {
  readonly house: House;
  readonly services: WorkerServices;
  readonly wakeups: Wakeups;
  /** Calls that reached the outside, by idempotency key. */
  readonly sent: Map<string, ChannelRequest[]>;
  /** States a goal and creates its run. */
  start(goal?: { kpi?: string; text?: string }): Promise<string>;
  /** Carries a run on in this process, as a job would. */
  advance(
    runId: string,
    more?: { stop?: AbortSignal; workerId?: string; lastTry?: boolean },
  ): ReturnType<typeof advanceRun>;
  status(runId: string): Promise<RunStatus>;
  events(runId: string): Promise<RunEvent[]>;
  types(runId: string): Promise<string[]>;
  follow(runId: string, after: number, signal?: AbortSignal): AsyncIterableIterator<RunEvent>;
  /** Approves every gate of every open change set of a run. */
  approveAll(runId: string): Promise<void>;
}

/** How the parts of a house are made other than usual. */
export interface RunHouseOptions {
  readonly specialists?: Partial<Record<Specialist, Partial<SpecialistDefinition>>>;
  readonly channels?: readonly ChannelPort[];
  readonly house?: House;
  readonly isDemo?: boolean;
  readonly chat?: ChatModel;
}

/** A channel that carries out everything and counts. */
export function countingChannel(sent: Map<string, ChannelRequest[]>): ChannelPort {
  return {
    name: 'counting',
    accepts: () => true,
    send: async (request) => {
      sent.set(request.idempotencyKey, [...(sent.get(request.idempotencyKey) ?? []), request]);
      return { status: 'DONE', reference: `ref-${request.idempotencyKey}`, detail: 'Carried out.' };
    },
    reconcile: async (request) =>
      sent.has(request.idempotencyKey)
        ? { status: 'DONE', reference: `ref-${request.idempotencyKey}`, detail: 'Was carried out.' }
        : null,
  };
}

/** Builds the house in a workspace of its own. */
export async function buildRunHouse(database: TestDatabase, options: RunHouseOptions = {}): Promise<RunHouse> {
  const house = options.house ?? (await buildHouse(database));
  if (!options.house) await furnish(database, house, options.isDemo ?? false);
  const sent = new Map<string, ChannelRequest[]>();
  const services = await runServices(database.database, {
    specialists: specialistsOf(options.specialists ?? {}, house.campaigns),
    channels: options.channels ?? [countingChannel(sent)],
    ...(options.chat ? { chat: options.chat } : {}),
  });
  const { wakeups } = services;
  const units = database.units(house.workspaceId);
  const events = (runId: string): Promise<RunEvent[]> => units('app', (unit) => readEvents(unit, runId, 0));
  return {
    house,
    services,
    wakeups,
    sent,
    start: (goal = {}) => startRun(house, units, goal),
    advance: (runId, more = {}) =>
      advanceRun(services, {
        workspaceId: house.workspaceId,
        runId,
        workerId: more.workerId ?? 'test',
        stop: more.stop ?? new AbortController().signal,
        lastTry: more.lastTry ?? true,
      }),
    status: async (runId) => (await units('app', (unit) => loadRun(unit, runId))).status,
    events,
    types: async (runId) => (await events(runId)).map((event) => event.type),
    follow: (runId, after, signal) => followRun({ inUnit: units, wakeups }, runId, after, signal),
    approveAll: (runId) => approveAll(house, units, runId),
    [Symbol.asyncDispose]: () => wakeups.close(),
  };
}

/** What runs are carried out with, over a database that is open in this process. */
export async function runServices(
  database: Database,
  parts: Pick<WorkerServices, 'specialists' | 'channels'> & { chat?: ChatModel },
): Promise<WorkerServices> {
  return {
    clock: systemClock,
    log: silentLog,
    version: 'test',
    units: createUnits(database, { clock: systemClock, log: silentLog }),
    chat: { name: 'none', embedded: true } as ChatModel,
    embedder: embeddedEmbedder,
    checkpointPool: (lease) => fencedPool(database.checkpointPool, lease),
    advanceMarket: async () => undefined,
    wakeups: await openWakeups(() => database.connectListener(), silentLog),
    queuePool: database.queuePool,
    dataDir: tmpdir(),
    ...parts,
  };
}

async function approveAll(house: House, units: ReturnType<TestDatabase['units']>, runId: string): Promise<void> {
  const open = await units('app', (unit) =>
    unit.em.execute<
      {
        id: string;
        revision: number;
        digest: string;
        gates: { gate: string; seats: { role: 'BUDGET_OWNER'; count: number }[] }[];
      }[]
    >(
      "select id, revision, digest, canonical::jsonb -> 'requiredGates' as gates from change_set where run_id = ?::uuid and state = 'NEEDS_APPROVAL' order by created_at",
      [runId],
    ),
  );
  for (const change of open) await house.approveAll(change as never);
}

async function startRun(
  house: House,
  units: ReturnType<TestDatabase['units']>,
  { kpi = 'PIPELINE', text = '' }: { kpi?: string; text?: string },
): Promise<string> {
  const owner = house.person('STRATEGIST').memberId;
  return units('app', async (unit) => {
    const goalId = newId();
    await unit.em.execute(
      `insert into goal (id, workspace_id, owner_member_id, kpi, target, from_day, to_day, budget_micros, currency, market, text)
       values (?::uuid, ?::uuid, ?::uuid, ?, 1000, '2026-01-01', '2026-03-31', 900000000000, 'EUR', 'ALL', ?)`,
      [goalId, house.workspaceId, owner, kpi, text],
    );
    return (await createRun(unit, { goalId, requestedBy: owner })).runId;
  });
}

type Statement = readonly [string, readonly unknown[]];

/** Facts of paid media, audiences, messages and email, a brand document, and an active strategy that holds the goal. */
async function furnish(database: TestDatabase, house: House, isDemo: boolean): Promise<void> {
  const load = newId();
  const ws = house.workspaceId;
  const entities = ['one', 'two'].map((name) => ({ name, audience: newId(), message: newId() }));
  const fact = (n: number, extra: string, values: string, channel = 'PAID_SEARCH'): Statement => [
    `insert into performance_fact (workspace_id, load_id, identity, content, source, source_kind, account, grain, start_day, end_day, channel, currency, ${extra})
     values ($1, $2, $3, $3, 'long', 'PLATFORM', 'a', 'DAY', date '2025-12-30', date '2025-12-30', '${channel}', 'EUR', ${values})`,
    [ws, load, derivedId('fact', ws, String(n))],
  ];
  const strategy = {
    title: 'Grow',
    objectives: [{ kpi: 'PIPELINE', metric: 'PIPELINE', baseline: 500, target: 2000, date: '2026-12-31' }],
    positioning: 'Clear.',
    personas: [],
    offers: [],
    channelMix: [],
    budgetEnvelope: { minor: '1000000000', currency: 'EUR', period: 'QUARTER' },
    exclusions: [],
    kpiTree: [],
    owner: 'STRATEGY_OWNER',
  };
  await asOwner(
    database,
    ws,
    [
      "update workspace set is_demo = $1, business_date = case when $1 then date '2026-01-01' end where id = $2",
      [isDemo, ws],
    ],
    [
      `insert into import_load (id, workspace_id, file_name, file_sha256, options_sha256, preset, source, status, imported_by) values ($1, $2, 'f', 'f', 'o', 'long', 'long', 'ACTIVE', 'test')`,
      [load, ws],
    ],
    ...entities.flatMap(({ audience, message, name }, n): Statement[] => [
      ['insert into audience (id, workspace_id, name) values ($1, $2, $3)', [audience, ws, name]],
      ['insert into message (id, workspace_id, name) values ($1, $2, $3)', [message, ws, name]],
      fact(n, 'spend_micros, audience_id, message_id', `5000000, '${audience}', '${message}'`),
    ]),
    fact(9, 'spend_micros', '10000000'),
    fact(10, 'sends, delivered, sessions', '100, 99, 10', 'EMAIL'),
    ["select rollup_refresh('2025-12-01', '2026-01-01')", []],
    [
      `insert into brand_document (id, workspace_id, title, source, media_type, sha256, text, trust, added_by) values ($1, $2, 'Brand', 'test', 'text/markdown', 'x', 'Be clear.', 'OWNED', 'test')`,
      [newId(), ws],
    ],
    [
      `insert into strategy (id, workspace_id, market, version, status, document, digest, proposed_by, activated_at) values ($1, $2, 'ALL', 1, 'ACTIVE', $3, $4, 'test', now())`,
      [newId(), ws, JSON.stringify(strategy), digestOf(strategy)],
    ],
  );
}

/** Owns the list of what runs are carried out with; composition.ts builds it once a process and tests hand in their own. */
import type { Pool } from 'pg';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/log.ts';
import type { SpecialistDefinition } from '../agents/contract.ts';
import type { ChannelPort } from '../domain/channel.ts';
import type { ChatModel, Embedder } from '../domain/models.ts';
import type { Principal } from '../domain/principal.ts';
import type { Specialist } from '../domain/specialists.ts';
import type { InUnit } from '../domain/unit.ts';
import type { Wakeups } from './wakeups.ts';

/** What the nodes of a run's graph work with. */
export interface RunServices {
  readonly clock: Clock;
  readonly log: Logger;
  /** Version of the code, kept beside each computation. */
  readonly version: string;
  /** Opens units of one workspace for one principal. */
  units(scope: { workspaceId: string; principal: Principal }): InUnit;
  readonly chat: ChatModel;
  readonly embedder: Embedder;
  readonly specialists: Readonly<Record<Specialist, SpecialistDefinition>>;
  /** Adapters that approved actions go out through. */
  readonly channels: readonly ChannelPort[];
  /** A pool for the checkpointer that refuses to write once the fence is no longer held. */
  checkpointPool(lease: { workspaceId: string; runId: string; fence: bigint }): Pool;
  /**
   * Lets a demo workspace's market run on to the end of that day and imports those days by the normal path; the business date
   * then is the day after. Doing it again changes nothing.
   */
  advanceMarket(market: { workspaceId: string; through: string }, signal: AbortSignal): Promise<void>;
  readonly wakeups: Wakeups;
}

/** What a worker needs beside that. */
export interface WorkerServices extends RunServices {
  /** Folder that uploads lie in, and everything else that is no row. */
  readonly dataDir: string;
  /** Connections of the queue's own login. */
  readonly queuePool: Pool;
}

/** What one walk of a graph works with: the services, bound to a run whose lease is held. */
export interface RunWork {
  readonly services: RunServices;
  readonly run: {
    readonly id: string;
    readonly workspaceId: string;
    readonly goalId: string;
    readonly ownerMemberId: string;
    readonly seed: number;
  };
  /** The checkpointer's pool, which holds the fence in each of its transactions. */
  readonly checkpoints: Pool;
  /** Units of the supervisor that hold the fence: a worker that lost its lease cannot write. */
  readonly inUnit: InUnit;
  /** The same, on behalf of the goal's owner, for an agent. */
  agentUnit(agent: string): InUnit;
  /** Aborts when the lease is lost, the run is cancelled, or the worker stops. */
  readonly signal: AbortSignal;
}

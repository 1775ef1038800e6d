/** Owns the list of what use cases work with; composition.ts builds it once a process. */
import type { InUnit } from '../domain/unit.ts';
import type { ChannelPort } from '../domain/channel.ts';
import type { ChatModel, Embedder } from '../domain/models.ts';
import type { Principal } from '../domain/principal.ts';
import type { WorkspaceSetup, WorkspaceSummary } from '../domain/workspaces.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/log.ts';
import type { RunEvent } from '../domain/runEvents.ts';
import type { Identity } from './identity.ts';

/** Work that only the owner's login may do: workspaces and their first members. */
export interface OwnerWork {
  listWorkspaces(): Promise<WorkspaceSummary[]>;
  createWorkspace(setup: WorkspaceSetup): Promise<WorkspaceSummary>;
  /** Brings the data files up to date on disk, after an import. */
  checkpoint(): Promise<void>;
}

/** Everything a use case may reach, handed down by composition.ts. */
export interface Services {
  readonly clock: Clock;
  readonly log: Logger;
  readonly dataDir: string;
  readonly version: string;
  /** Whether the database is the embedded one; then no BI tool reaches it by SQL. */
  readonly embeddedDatabase: boolean;
  units(scope: { workspaceId: string; principal: Principal }): InUnit;
  readonly owner: OwnerWork;
  readonly chat: ChatModel;
  readonly embedder: Embedder;
  readonly channels: readonly ChannelPort[];
  readonly identity: Identity;
  /** Events of a run after a cursor, then live; ends after the terminal event. */
  followRun(
    scope: { workspaceId: string; principal: Principal },
    runId: string,
    after: number,
    signal?: AbortSignal,
  ): AsyncIterableIterator<RunEvent>;
  /** Wakes when an approval of the workspace changed. */
  approvalWakeups(workspaceId: string, signal?: AbortSignal): AsyncIterableIterator<void>;
}

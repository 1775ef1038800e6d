/** Owns the unit of work: what every use case and room below it is handed to read and write with. */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Clock } from '../kernel/clock.ts';
import type { Principal } from './principal.ts';

/** The login that a unit runs under: decisions and effects are writable only under theirs. */
export type UnitRole = 'app' | 'decider' | 'executor';

/** The workspace (tenant) a unit sees; row-level security hides every other. */
export interface WorkspaceRef {
  readonly id: string;
}

/** One open transaction in one workspace under one login. */
export interface UnitOfWork {
  readonly workspace: WorkspaceRef;
  readonly principal: Principal;
  readonly role: UnitRole;
  /** The session-bound entity manager; raw SQL goes through `em.execute(text, params)` with `?` placeholders. */
  readonly em: EntityManager;
  readonly clock: Clock;
}

/**
 * Opens one unit, runs the work and commits; rolls back when the work throws.
 * Inside the work there is no model call, no channel call, no graph call and no second unit.
 * @throws NESTED_UNIT when a unit is open already in this asynchronous context
 */
export type InUnit = <T>(role: UnitRole, work: (unit: UnitOfWork) => Promise<T>) => Promise<T>;

/**
 * Owns the unit of work: one transaction, one workspace, one login, opened here and nowhere else.
 *
 * `unit.em.execute(sql, params)` runs inside the session. Its placeholders are `?` (a value) and `??` (a name); a question mark that is none is
 * written `\\?` in TypeScript, also inside quoted text and for the JSON operators.
 * MikroORM writes the values into the text, so: an array becomes a list (`in (?)`; for `any` pass text such as `{a,b}` and cast it),
 * a plain object becomes JSON, an array of objects does not (stringify it and cast with `::jsonb`), bytes must be a Buffer.
 * Rows come back with `bigint` and `numeric` as text, `jsonb` parsed, dates and timestamps as text, `bytea` as Buffer.
 */
import type { Principal } from '../domain/principal.ts';
import type { InUnit, UnitOfWork, UnitRole } from '../domain/unit.ts';
import type { Clock } from '../kernel/clock.ts';
import { monotonicMs } from '../kernel/clock.ts';
import { AppError, toError } from '../kernel/errors.ts';
import type { Logger } from '../kernel/log.ts';
import { delay } from '../kernel/waiting.ts';
import type { Database } from './connect.ts';
import { assertNoUnit, runAsUnit } from './currentUnit.ts';

/** Tries of one unit in all. */
const MAX_ATTEMPTS = 3;
/** No further try begins when a unit has taken this long, in ms. */
const RETRY_WITHIN_MS = 15_000;
/** The longest pause before the second try, in ms; it doubles for the next. */
const FIRST_PAUSE_MS = 40;

/** Serialization failure, deadlock, lock not available: the transaction was rolled back and may be run again. */
const RETRIED_CODES = new Set(['40001', '40P01', '55P03']);
/** The connection was refused, lost or ended by the server; whether a commit was done is not known once it had begun. */
const LOST_CODES = new Set(['ECONNRESET', 'EPIPE', '57P01', '57P02', '57P03', '25P03', '08006', '08003']);

/** Whose data a unit sees and who acts in it. */
export interface UnitScope {
  workspaceId: string;
  principal: Principal;
}

/** How a unit is run. */
export interface UnitTools {
  clock: Clock;
  log: Logger;
  /** Draws on [0, 1) that spread the pauses before retries. @default no spread: the full pause */
  jitter?: () => number;
}

/**
 * Gives the maker of units for a database.
 *
 * A unit whose transaction the database gave up (serialization failure, deadlock, lock not available) is run again, at most three times in
 * all: work inside a unit touches nothing but its transaction, so running it again is always safe. A connection that is lost before the work
 * began is replaced; one that is lost later is not, since a commit may have been done: it becomes DATABASE_UNAVAILABLE.
 */
export function createUnits(database: Pick<Database, 'orm'>, tools: UnitTools): (scope: UnitScope) => InUnit {
  return (scope) => (role, work) => inUnit(database, tools, { scope, role }, work);
}

interface UnitPlan {
  scope: UnitScope;
  role: UnitRole;
}

async function inUnit<T>(
  database: Pick<Database, 'orm'>,
  tools: UnitTools,
  plan: UnitPlan,
  work: (unit: UnitOfWork) => Promise<T>,
): Promise<T> {
  assertNoUnit('A second unit');
  const started = monotonicMs();
  for (let attempt = 1; ; attempt += 1) {
    let begun = false;
    const begin = (unit: UnitOfWork): Promise<T> => {
      begun = true;
      return work(unit);
    };
    try {
      return await runAsUnit({ role: plan.role, connections: 0 }, () => once(database, tools, plan, begin));
    } catch (error) {
      const mayRepeat = RETRIED_CODES.has(codeOf(error)) || (!begun && isLost(error));
      if (!mayRepeat || attempt === MAX_ATTEMPTS || monotonicMs() - started > RETRY_WITHIN_MS) throw explained(error);
      tools.log.debug({ err: error, attempt }, 'a unit is run again');
      await delay(FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.5 + 0.5 * (tools.jitter?.() ?? 1)));
    }
  }
}

function once<T>(
  database: Pick<Database, 'orm'>,
  tools: UnitTools,
  plan: UnitPlan,
  work: (unit: UnitOfWork) => Promise<T>,
): Promise<T> {
  const { scope, role } = plan;
  const session = database.orm.em.fork({ session: { variables: { 'app.workspace_id': scope.workspaceId } } });
  return session.transactional((em) =>
    work({ workspace: { id: scope.workspaceId }, principal: scope.principal, role, em, clock: tools.clock }),
  );
}

/** SQLSTATE or the system's code of an error; empty when it has none. */
function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : '';
}

function isLost(error: unknown): boolean {
  if (error instanceof AppError) return false;
  const refused = (error as { syscall?: unknown } | undefined)?.syscall === 'connect';
  return refused || LOST_CODES.has(codeOf(error)) || toError(error).message.includes('Connection terminated');
}

function explained(error: unknown): unknown {
  if (isLost(error)) {
    return new AppError('DATABASE_UNAVAILABLE', `The connection to the database was lost: ${toError(error).message}`, {
      cause: error,
      hint: 'Try again; read back first whether the change was kept.',
    });
  }
  if (codeOf(error) !== '55P03') return error;
  return new AppError('DATABASE_UNAVAILABLE', `The database was busy for too long: ${toError(error).message}`, {
    cause: error,
    hint: 'Try again.',
  });
}

/** Owns the connection pools: one a login, made when first used, and the one connection of a unit that the ORM is given. */
import { Client, Pool, type ClientConfig, type PoolClient, type PoolConfig } from 'pg';
import type { UnitRole } from '../domain/unit.ts';
import { AppError } from '../kernel/errors.ts';
import { monotonicMs } from '../kernel/clock.ts';
import type { Logger } from '../kernel/log.ts';
import { delay } from '../kernel/waiting.ts';
import { currentUnit } from './currentUnit.ts';
import type { Login } from './embedded/logins.ts';

/** Most connections of each login. */
const POOL_SIZES: Readonly<Record<Login, number>> = {
  baton_owner: 2,
  baton_app: 16,
  baton_decider: 2,
  baton_executor: 2,
  baton_queue: 6,
};
/** An unused connection is closed after this long, in ms. */
const IDLE_MS = 30_000;
/** A connection must be there within this time, in ms. */
const CONNECT_MS = 15_000;

/** How long a unit goes on asking while the embedded database is opened again, in ms; that takes about half a second. */
const REOPEN_MS = 5_000;
const ASK_EVERY_MS = 50;

/** The login of each role of a unit. */
const LOGIN_OF_ROLE: Readonly<Record<UnitRole, Login>> = {
  app: 'baton_app',
  decider: 'baton_decider',
  executor: 'baton_executor',
};

/** How to connect as a login. */
export type ConnectAs = (login: Login) => ClientConfig;

/** The pools of a database. */
export interface Pools {
  /** The pool of a login. */
  readonly of: (login: Login) => Pool;
  /** A connection of its own, outside every pool; whoever asks for it ends it. */
  client(login: Login): Promise<Client>;
  /** The connection of the current unit, under the login of its role. Rejects outside a unit and for a second connection inside one. */
  forUnit(types: PoolConfig['types']): Promise<PoolClient>;
  close(): Promise<void>;
}

/** Pools that connect as told. */
export function createPools(connectAs: ConnectAs, log: Logger): Pools {
  const open = new Map<string, Pool>();
  const pool = (login: Login, purpose: string, types?: PoolConfig['types']): Pool => {
    const key = `${login}/${purpose}`;
    const known = open.get(key);
    if (known) return known;
    const settings: PoolConfig = {
      ...connectAs(login),
      max: POOL_SIZES[login],
      idleTimeoutMillis: IDLE_MS,
      connectionTimeoutMillis: CONNECT_MS,
    };
    const made = new Pool(types ? { ...settings, types } : settings);
    const report = (error: Error): void => log.warn({ err: error, login }, 'a database connection was lost');
    made.on('error', report);
    // The pool stops listening to a connection that is in use; without this its loss would end the process.
    made.on('connect', (client) => client.on('error', report));
    open.set(key, made);
    return made;
  };
  return {
    of: (login) => pool(login, 'plain'),
    async client(login) {
      const client = new Client({ ...connectAs(login), connectionTimeoutMillis: CONNECT_MS });
      await client.connect();
      return client;
    },
    async forUnit(types) {
      const unit = currentUnit();
      if (!unit) {
        throw new AppError('INTERNAL', 'The ORM was used outside a unit of work.', {
          hint: 'Use the entity manager of the unit, before the unit ends.',
        });
      }
      if (unit.connections > 0) {
        throw new AppError(
          'INTERNAL',
          'A unit asked for a second connection, which would run outside its transaction.',
          {
            hint: "Use the unit's own entity manager; forks, getConnection() and getKysely() leave the session.",
          },
        );
      }
      unit.connections += 1;
      const client = await connectPatiently(pool(LOGIN_OF_ROLE[unit.role], 'units', types)).catch((error: unknown) => {
        unit.connections -= 1;
        throw error;
      });
      const release = client.release.bind(client);
      // The pool puts its own `release` back at the next checkout.
      client.release = (problem) => {
        unit.connections -= 1;
        release(problem);
      };
      return client;
    },
    close: async () => {
      await Promise.all([...open.values()].map((each) => each.end()));
    },
  };
}

/** A connection of the pool; nothing has begun while the socket does not answer, so asking again is safe. */
async function connectPatiently(pool: Pool): Promise<PoolClient> {
  const started = monotonicMs();
  for (;;) {
    try {
      return await pool.connect();
    } catch (error) {
      const { syscall, code } = error as NodeJS.ErrnoException;
      const opening = syscall === 'connect' && (code === 'ENOENT' || code === 'ECONNREFUSED');
      if (!opening || monotonicMs() - started > REOPEN_MS) throw error;
      await delay(ASK_EVERY_MS);
    }
  }
}

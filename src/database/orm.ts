/** Owns the one ORM over all logins: entities are read once, and each transaction takes its connection from the login of the current unit. */
import { MikroORM, type EntitySchema } from '@mikro-orm/postgresql';
import type { Pool, PoolConfig } from 'pg';
import type { Logger } from '../kernel/log.ts';
import { runAsUnit } from './currentUnit.ts';
import { DATABASE_NAME } from './embedded/logins.ts';
import type { Pools } from './pools.ts';

/** An ORM whose connections are those of units; outside a unit it has none. */
export async function createOrm(pools: Pools, known: readonly EntitySchema[], log: Logger): Promise<MikroORM> {
  const orm = await MikroORM.init({
    dbName: DATABASE_NAME,
    entities: [...known],
    sessionContext: 'transaction',
    discovery: { warnWhenNoEntities: false },
    logger: (message) => log.debug(message),
    driverOptions: {
      onPoolCreated: (pool: Pool & { options: PoolConfig }) => {
        Object.assign(pool, { connect: () => pools.forUnit(pool.options.types) });
      },
    },
  });
  await runAsUnit({ role: 'app', connections: 0 }, () => orm.connect());
  return orm;
}

/** Owns statements whose values travel apart from their text: for batches, where writing megabytes into the text costs more than running it. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { AppError } from '../kernel/errors.ts';

/** A value as the driver takes it; arrays and JSON are passed as text and cast in the statement. */
export type BoundValue = string | number | boolean | null;

/** The part of the unit's transaction that is used here. */
interface BoundTransaction {
  executeQuery(query: unknown): Promise<{ rows: unknown[] }>;
}

/**
 * Runs a statement with `$1` placeholders inside the unit's transaction and gives its rows, as `em.execute` gives them.
 * @throws INTERNAL outside a unit of work
 */
export async function executeBound<T>(em: EntityManager, sql: string, values: readonly BoundValue[]): Promise<T[]> {
  const transaction = em.getTransactionContext() as BoundTransaction | undefined;
  if (!transaction)
    throw new AppError('INTERNAL', 'A bound statement was run outside a unit of work.', {
      hint: 'Use the entity manager of the unit.',
    });
  const { rows } = await transaction.executeQuery({
    sql,
    parameters: values,
    query: { kind: 'RawNode', sqlFragments: [sql], parameters: [] },
    queryId: { queryId: 'bound' },
  });
  return rows as T[];
}

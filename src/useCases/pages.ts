/** Owns reading one page of a list: newest first, keyset on time and id, one row more than asked for. */
import type { EntityName } from '@mikro-orm/core';
import type { UnitOfWork } from '../domain/unit.ts';
import { parseInstant } from '../kernel/clock.ts';

/** Which rows of a list: how many, and after which row. */
export interface PageRequest {
  readonly first: number;
  readonly after: { readonly at: string; readonly id: string } | null;
}

/** A row that lists are sorted by: newest first, then by id. */
export interface Dated {
  readonly id: string;
}

/** Rows of one page plus one, so that the caller sees whether more follow. `time` is the column that the list is sorted by, `with` names lazy properties to read. */
export async function pageRows<T extends Dated>(
  { em }: UnitOfWork,
  entity: EntityName<T>,
  options: { time: string; where?: Record<string, unknown>; page: PageRequest; with?: readonly string[] },
): Promise<T[]> {
  const { time, where = {}, page } = options;
  const at = page.after ? parseInstant(page.after.at) : null;
  const beyond = page.after ? { $or: [{ [time]: { $lt: at } }, { [time]: at, id: { $lt: page.after.id } }] } : {};
  // The library types filters by entity; here the entity is any dated one.
  const find = em.find.bind(em) as unknown as (entity: EntityName<T>, where: object, options: object) => Promise<T[]>;
  return find(
    entity,
    { $and: [where, beyond] },
    { orderBy: [{ [time]: 'desc' }, { id: 'desc' }], limit: page.first + 1, populate: options.with ?? [] },
  );
}

/** Rows that a list for people shows. */
const NEWEST = 50;

/** The newest 50 rows of a list, without the one that would tell of more. */
export async function newest<T>(list: (page: PageRequest) => Promise<T[]>): Promise<T[]> {
  return (await list({ first: NEWEST, after: null })).slice(0, NEWEST);
}

/** Owns locks by name: whoever comes second waits until the first one's unit has ended, and then reads what it wrote. */
import type { UnitOfWork } from '../domain/unit.ts';

/** Holds a name of the unit's workspace until the unit ends. */
export async function holdName({ em, workspace }: UnitOfWork, name: string): Promise<void> {
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`${workspace.id}:${name}`]);
}

/** Owns whose turn it is: one load of a workspace is under way at a time and shows that it lives; nothing is taken back meanwhile. */
import type { UnitOfWork } from '../../domain/unit.ts';
import { AppError } from '../../kernel/errors.ts';

/** Minutes without a sign of life after which a load that is still staging counts as dead. */
const DEAD_AFTER_MINUTES = 2;

/**
 * Keeps others from beginning a load until the unit ends. Gives the loads that count as dead: they are to be discarded.
 * @throws CONFLICT while an import of the workspace runs
 */
export async function takeTurn({ em, workspace }: UnitOfWork): Promise<string[]> {
  await em.execute(`select pg_advisory_xact_lock(hashtextextended('import ' || ?, 0))`, [workspace.id]);
  const running: { id: string; dead: boolean; file_name: string }[] = await em.execute(
    `select id, file_name, coalesce((rows ->> 'beatAt')::timestamptz, created_at) < now() - make_interval(mins => ?) as dead from import_load where status = 'STAGING'`,
    [DEAD_AFTER_MINUTES],
  );
  const alive = running.find(({ dead }) => !dead);
  if (alive)
    throw new AppError('CONFLICT', `Another import is running: ${alive.file_name}.`, {
      hint: 'Wait for it to end, then try again.',
    });
  return running.map(({ id }) => id);
}

/** Shows that a load is still under way. @throws CONFLICT when it was taken for dead and discarded */
export async function showAlive({ em }: UnitOfWork, loadId: string): Promise<void> {
  const found: unknown[] = await em.execute(
    `update import_load set rows = rows || jsonb_build_object('beatAt', now()) where id = ? and status = 'STAGING' returning id`,
    [loadId],
  );
  if (found.length === 0) throw takenForDead();
}

/** The failure of a load that another one discarded. */
export function takenForDead(): AppError {
  return new AppError(
    'CONFLICT',
    `This import showed no sign of life for ${DEAD_AFTER_MINUTES} minutes, so another one took its turn: nothing of it was loaded.`,
    { hint: 'Import the file again.' },
  );
}

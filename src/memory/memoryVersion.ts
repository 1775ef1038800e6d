/** Owns the number that tells indexes in memory that a workspace's memory has changed. */
import type { UnitOfWork } from '../domain/unit.ts';

/** The version as the unit sees it; `0` before the first change. */
export async function memoryVersion(unit: UnitOfWork): Promise<string> {
  const rows = await unit.em.execute<{ version: string }[]>('select version from memory_version');
  return rows[0]?.version ?? '0';
}

/** Raises the version in the unit of a change. */
export async function raiseMemoryVersion(unit: UnitOfWork): Promise<void> {
  await unit.em.execute(
    `insert into memory_version (workspace_id, version) values (?::uuid, 1)
     on conflict (workspace_id) do update set version = memory_version.version + 1`,
    [unit.workspace.id],
  );
}

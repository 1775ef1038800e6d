/** Owns the data folder as a folder: making it, and telling whether a database is in it. */
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The database's folder within the data folder. */
export const DATABASE_FOLDER = 'database';

/**
 * Makes a folder and those above it, one by one: Node's own recursive way never returns where a folder of the system such as /proc
 * takes no entries. @throws the system's error
 */
export async function makeFolder(path: string): Promise<void> {
  if (await isFolder(path)) return;
  if (dirname(path) !== path) await makeFolder(dirname(path));
  await mkdir(path, { mode: 0o700 }).catch(async (error: unknown) => {
    if (!(await isFolder(path))) throw error;
  });
}

/** Whether a database was ever made in the data folder. */
export function holdsDatabase(dataDir: string): Promise<boolean> {
  return isFolder(join(dataDir, DATABASE_FOLDER));
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

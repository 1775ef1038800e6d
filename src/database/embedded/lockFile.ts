/** Owns `baton.lock` in the data folder: one process serves it, others find its socket there, and a lock left by a dead one is taken over. */
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError, toError } from '../../kernel/errors.ts';
import { monotonicMs } from '../../kernel/clock.ts';
import { delay } from '../../kernel/waiting.ts';

/** The lock's name in the data folder. */
export const LOCK_NAME = 'baton.lock';

/** A process that is alive may be silent for this long while it opens or reopens its database, in ms. */
const SILENT_OWNER_LIMIT_MS = 10_000;
const PROBE_EVERY_MS = 100;

const lockShape = z.object({ pid: z.number().int(), socket: z.string() });

/** Who serves a data folder: process id and path of the socket. */
export type LockOwner = z.infer<typeof lockShape>;

/** What came of the attempt to lock: ours now, or served by another process. */
export type LockOutcome = { kind: 'taken'; release(): Promise<void> } | { kind: 'served'; owner: LockOwner };

/**
 * Takes the lock of a data folder, which is made when it is missing, or tells who serves it.
 * @throws DATA_DIR_UNWRITABLE when nothing can be written there
 */
export async function takeLock(dataDir: string, mine: LockOwner): Promise<LockOutcome> {
  const path = join(dataDir, LOCK_NAME);
  await writable(dataDir, () => mkdir(dataDir, { recursive: true, mode: 0o700 }));
  for (;;) {
    if (await writable(dataDir, () => createLock(path, mine))) return { kind: 'taken', release: () => releaseLock(path, mine) };
    const owner = await servingOwner(path);
    if (owner) return { kind: 'served', owner };
    await writable(dataDir, () => removeStale(path, mine.pid));
  }
}

/** Who serves the folder now, if anybody does. */
export async function findServer(dataDir: string): Promise<LockOwner | undefined> {
  return servingOwner(join(dataDir, LOCK_NAME));
}

/** The owner of a lock whose socket answers; waits a little for one that is alive and only now opening. */
async function servingOwner(path: string): Promise<LockOwner | undefined> {
  const started = monotonicMs();
  for (;;) {
    const owner = await readLock(path);
    if (!owner) return undefined;
    if (await answers(owner.socket)) return owner;
    if (!isAlive(owner.pid) || owner.pid === process.pid || monotonicMs() - started > SILENT_OWNER_LIMIT_MS) return undefined;
    await delay(PROBE_EVERY_MS);
  }
}

async function createLock(path: string, mine: LockOwner): Promise<boolean> {
  const file = await open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return undefined;
    throw error;
  });
  if (!file) return false;
  await file.writeFile(JSON.stringify(mine)).finally(() => file.close());
  return true;
}

async function readLock(path: string): Promise<LockOwner | undefined> {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text === undefined) return undefined;
    const parsed = lockShape.safeParse(parseJson(text));
    if (parsed.success) return parsed.data;
    // Another process may have made the file and not yet written it.
    await delay(PROBE_EVERY_MS);
  }
  return undefined;
}

/** Moves a stale lock aside; puts it back when another process took over in the meantime. */
async function removeStale(path: string, pid: number): Promise<void> {
  const aside = `${path}.stale.${pid}`;
  const moved = await rename(path, aside).then(
    () => true,
    () => false,
  );
  if (!moved) return;
  const owner = await readLock(aside);
  if (owner && (await answers(owner.socket))) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

async function releaseLock(path: string, mine: LockOwner): Promise<void> {
  const owner = await readLock(path);
  if (owner?.socket === mine.socket && owner.pid === mine.pid) await rm(path, { force: true });
}

function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    const settle = (value: boolean): void => {
      socket.destroy();
      resolve(value);
    };
    socket.once('connect', () => settle(true)).once('error', () => settle(false));
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function writable<T>(dataDir: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw new AppError('DATA_DIR_UNWRITABLE', `The data folder ${dataDir} cannot be written: ${toError(error).message}`, {
      cause: error,
      hint: 'Give the user of this process the right to write there, or choose another folder with --data-dir.',
    });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

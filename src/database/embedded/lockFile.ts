/** Owns `baton.lock` in the data folder: one process serves it, others find its socket there, and a lock left by a dead one is taken over. */
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { basename, dirname, join } from 'node:path';
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

/** Sockets that this process is about to serve or serves; another of its own openings must wait for the first. */
const servedHere = new Set<string>();

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
  servedHere.add(mine.socket);
  let taken = false;
  try {
    for (;;) {
      taken = await writable(dataDir, () => createLock(path, mine));
      if (taken) return { kind: 'taken', release: () => releaseLock(path, mine) };
      const owner = await servingOwner(path);
      if (owner) return { kind: 'served', owner };
      await writable(dataDir, () => removeStale(path, mine.pid));
    }
  } finally {
    if (!taken) servedHere.delete(mine.socket);
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
    const opening = owner.pid === process.pid ? servedHere.has(owner.socket) : isAlive(owner.pid);
    if (!opening || monotonicMs() - started > SILENT_OWNER_LIMIT_MS) return undefined;
    await delay(PROBE_EVERY_MS);
  }
}

/** The lock appears with its content or not at all: a file is written beside it and linked to its name. */
async function createLock(path: string, mine: LockOwner): Promise<boolean> {
  const draft = `${path}.${basename(dirname(mine.socket))}`;
  await writeFile(draft, JSON.stringify(mine), { mode: 0o600 });
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function readLock(path: string): Promise<LockOwner | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : lockShape.safeParse(parseJson(text)).data;
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
  else if (owner) await removeSocketFolder(dirname(owner.socket));
  await rm(aside, { force: true });
}

/** A killed process leaves its socket's folder behind; only a folder of the name that Baton gives is touched. */
async function removeSocketFolder(folder: string): Promise<void> {
  if (/^baton-[A-Za-z0-9]{6}$/.test(basename(folder)))
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
}

async function releaseLock(path: string, mine: LockOwner): Promise<void> {
  servedHere.delete(mine.socket);
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
    throw new AppError(
      'DATA_DIR_UNWRITABLE',
      `The data folder ${dataDir} cannot be written: ${toError(error).message}`,
      {
        cause: error,
        hint: 'Give the user of this process the right to write there, or choose another folder with --data-dir.',
      },
    );
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

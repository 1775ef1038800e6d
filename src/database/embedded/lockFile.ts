/** Owns `baton.lock` in the data folder: one process serves it, others find its socket there, and only a dead one's lock is taken over. */
import { link, open, readFile, rename, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { AppError, toError } from '../../kernel/errors.ts';
import { monotonicMs } from '../../kernel/clock.ts';
import { delay } from '../../kernel/waiting.ts';
import { makeFolder } from './dataFolder.ts';
import { describeOwner, lockOwnerShape, stateOf, type LockOwner } from './lockOwner.ts';

/** The lock's name in the data folder. */
const LOCK_NAME = 'baton.lock';
const PROBE_EVERY_MS = 100;

/** A lock that this process holds. */
export interface HeldLock {
  readonly kind: 'taken';
  /** Reads the file again. @throws DATA_DIR_IN_USE when it is not this process's any more: it must not touch the folder */
  assertHeld(): Promise<void>;
  release(): Promise<void>;
}

/** What came of the attempt to lock: ours now, or served by another process. */
export type LockOutcome = HeldLock | { readonly kind: 'served'; readonly owner: LockOwner };

/** Who asks for a lock. */
export interface LockRequest {
  readonly pid: number;
  /** Path of the socket that it will serve. */
  readonly socket: string;
  /** How long to wait for the socket of an owner that lives and is silent, ms: it may be opening its database. */
  readonly patienceMs: number;
}

/**
 * Takes the lock of a data folder, which is made when it is missing, or tells who serves it.
 * An owner that lives keeps its lock, however silent it is.
 * @throws DATA_DIR_UNWRITABLE when nothing can be written there; DATA_DIR_IN_USE when its owner gives no answer
 */
export async function takeLock(dataDir: string, request: LockRequest): Promise<LockOutcome> {
  const path = join(dataDir, LOCK_NAME);
  await writable(dataDir, () => makeFolder(dataDir));
  const mine = await describeOwner({ pid: request.pid, socket: request.socket });
  const until = monotonicMs() + request.patienceMs;
  for (;;) {
    const taken = await writable(dataDir, () => acquire(path, mine));
    if (taken === 'TAKEN') return heldLock(dataDir, mine);
    if (taken === 'UNREADABLE') throw unreadable(path);
    if (await answers(taken.owner.socket)) return { kind: 'served', owner: taken.owner };
    if (taken.elsewhere) throw heldElsewhere(dataDir, taken.owner);
    if (monotonicMs() > until) throw silentOwner(dataDir, taken.owner);
    await delay(PROBE_EVERY_MS);
  }
}

type Acquired = 'TAKEN' | 'UNREADABLE' | { readonly owner: LockOwner; readonly elsewhere: boolean };

/**
 * One attempt. A dead owner's lock is replaced by whoever holds the right to replace it: a lock of its own, named after the dead
 * one, taken in the same way. Two starters never both have it, and one that looked long ago finds that the lock is another by now.
 */
async function acquire(path: string, mine: LockOwner): Promise<Acquired> {
  for (;;) {
    if (await createLock(path, mine)) return 'TAKEN';
    const owner = await readLock(path);
    if (owner === 'MISSING') continue;
    if (owner === 'UNREADABLE') return 'UNREADABLE';
    const state = await stateOf(owner);
    if (state !== 'DEAD') return { owner, elsewhere: state === 'ELSEWHERE' };
    const right = `${path}.${owner.id}`;
    const replacing = await acquire(right, mine);
    if (replacing !== 'TAKEN') return replacing;
    if (await isOf(path, owner)) {
      await rename(right, path);
      await removeSocketFolder(dirname(owner.socket));
      return 'TAKEN';
    }
    await rm(right, { force: true });
  }
}

/** The lock appears with its content or not at all: a file is written beside it and linked to its name. */
async function createLock(path: string, mine: LockOwner): Promise<boolean> {
  const draft = join(dirname(path), `${LOCK_NAME}.draft.${mine.id}`);
  const file = await open(draft, 'w', 0o600);
  try {
    await file.writeFile(JSON.stringify(mine));
    await file.sync();
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await file.close();
    await rm(draft, { force: true });
  }
}

/** @throws what reading throws, other than that the file is missing */
async function readLock(path: string): Promise<LockOwner | 'MISSING' | 'UNREADABLE'> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'MISSING';
    throw error;
  }
  return lockOwnerShape.safeParse(parseJson(text)).data ?? 'UNREADABLE';
}

async function isOf(path: string, owner: LockOwner): Promise<boolean> {
  const found = await readLock(path);
  return typeof found === 'object' && found.id === owner.id;
}

function heldLock(dataDir: string, mine: LockOwner): HeldLock {
  const path = join(dataDir, LOCK_NAME);
  return {
    kind: 'taken',
    assertHeld: async () => {
      if (!(await isOf(path, mine))) throw lostLock(dataDir, await readLock(path));
    },
    release: async () => {
      if (await isOf(path, mine)) await rm(path, { force: true });
    },
  };
}

/** A killed process leaves its socket's folder behind; only a folder of the name that Baton gives is touched. */
async function removeSocketFolder(folder: string): Promise<void> {
  if (/^baton-[A-Za-z0-9]{6}$/.test(basename(folder)))
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
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

function silentOwner(dataDir: string, { pid }: LockOwner): AppError {
  return new AppError(
    'DATA_DIR_IN_USE',
    `The data folder ${dataDir} belongs to process ${pid}, which lives but does not answer.`,
    {
      hint: `It may be starting or paused: wait, let it go on, or end it (kill ${pid}); the folder is free once it has ended. Or choose another folder with --data-dir.`,
    },
  );
}

function heldElsewhere(dataDir: string, { pid, host }: LockOwner): AppError {
  return new AppError(
    'DATA_DIR_IN_USE',
    `The data folder ${dataDir} belongs to process ${pid} of another machine or container, ${host}; whether it lives cannot be seen from here.`,
    {
      hint: `Stop Baton there. If it has ended without giving the folder back, remove ${join(dataDir, LOCK_NAME)} and start again. Two processes in one folder lose data.`,
    },
  );
}

function unreadable(path: string): AppError {
  return new AppError('DATA_DIR_IN_USE', `The lock ${path} does not say which process it belongs to.`, {
    hint: 'Make sure that no Baton uses this folder, then remove that file and start again.',
  });
}

function lostLock(dataDir: string, now: Awaited<ReturnType<typeof readLock>>): AppError {
  const by = typeof now === 'object' ? `process ${now.pid} has it now` : 'its lock was removed';
  return new AppError('DATA_DIR_IN_USE', `The data folder ${dataDir} is not this process's any more: ${by}.`, {
    hint: 'This process serves it no longer. Start Baton again; only one process may use a data folder.',
  });
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

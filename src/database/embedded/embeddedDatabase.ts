/**
 * Owns the embedded database from the process that serves it: the lock, the data folder, the worker thread and its watchdog.
 * What runs inside the thread is databaseWorker.ts; pools and logins are connect.ts.
 */
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { monotonicMs } from '../../kernel/clock.ts';
import { AppError, toError } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/log.ts';
import { DATABASE_FOLDER } from './dataFolder.ts';
import { EMBEDDED_LIMITS, type EmbeddedLimits } from './limits.ts';
import { takeLock, type HeldLock } from './lockFile.ts';
import type { LockOwner } from './lockOwner.ts';
import { copyFromTemplate, type BuildDatabase } from './template.ts';
import { WATCH_HEADER_BYTES, WATCH_TEXT_BYTES, type WorkerInput, type WorkerNote } from './workerNotes.ts';

/** A stop that takes longer than this is forced, in ms; nothing acknowledged is lost by it. */
const STOP_LIMIT_MS = 20_000;
const WATCH_EVERY_MS = 500;
/** A look that comes later than this after the last one means that the process was paused, in ms. */
const PAUSED_MS = 2_000;
/** Unix socket paths may have this many bytes on every system that is supported. */
const SOCKET_PATH_LIMIT = 103;
const SOCKET_NAME = '.s.PGSQL.5432';

/** How an embedded database is opened. */
export interface EmbeddedOptions {
  /** Baton's data folder; Postgres's own stands in `database` inside it. */
  dataDir: string;
  log: Logger;
  /** The template for a new folder. */
  template: { name: string; build: BuildDatabase; cacheDir?: string | undefined };
  /** @default those of limits.ts */
  limits?: EmbeddedLimits | undefined;
  /** Told when the thread has started and begins to open the folder, or when another process serves it. */
  started?: (() => void) | undefined;
}

/** The embedded database as its users see it. */
export interface EmbeddedDatabase {
  /** The socket's folder: `host` for a Postgres driver; the port is 5432. */
  host: string;
  /** Stops the server and gives the folder back. Safe to call again. */
  close(): Promise<void>;
}

/** What came of opening a data folder: served by us now, or by another process. */
export type Opened = { kind: 'opened'; database: EmbeddedDatabase } | { kind: 'served'; owner: LockOwner };

/**
 * Opens a data folder, or tells who serves it already.
 * @throws DATA_DIR_UNWRITABLE, DATA_DIR_IN_USE, DATABASE_UNAVAILABLE
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<Opened> {
  const host = await makeSocketFolder();
  const limits = options.limits ?? EMBEDDED_LIMITS;
  const request = { pid: process.pid, socket: join(host, SOCKET_NAME), patienceMs: limits.silentOwnerMs };
  const lock = await takeLock(options.dataDir, request).catch(async (error: unknown) => {
    await rm(host, { recursive: true, force: true });
    throw error;
  });
  if (lock.kind === 'served') {
    await rm(host, { recursive: true, force: true });
    options.started?.();
    return lock;
  }
  const giveBack = async (): Promise<void> => {
    await rm(host, { recursive: true, force: true });
    await lock.release();
  };
  try {
    const folder = join(options.dataDir, DATABASE_FOLDER);
    if (!(await isThere(folder)))
      await copyFromTemplate(options.template.name, folder, options.template.build, options.template.cacheDir);
    const { log, started } = options;
    const server = await serveFolder(folder, { host, log, limits, started, assertHeld: () => lock.assertHeld() });
    let closing: Promise<void> | undefined;
    const close = async (): Promise<void> => {
      await server.close();
      await giveBack();
    };
    return { kind: 'opened', database: { host, close: () => (closing ??= close()) } };
  } catch (error) {
    await giveBack();
    throw error;
  }
}

/** Serves a folder of Postgres data without lock or template, for as long as `work` takes: how templates are built. */
export async function withServedFolder(
  folder: string,
  log: Logger,
  work: (host: string) => Promise<void>,
): Promise<void> {
  const host = await makeSocketFolder();
  try {
    const server = await serveFolder(folder, { host, log, limits: EMBEDDED_LIMITS, assertHeld: async () => undefined });
    try {
      await work(host);
    } finally {
      await server.close();
    }
  } finally {
    await rm(host, { recursive: true, force: true });
  }
}

/** Keeps a thread serving the folder: a thread that breaks, or whose batch takes too long, is replaced. */
async function serveFolder(folder: string, settings: ServeSettings): Promise<{ close(): Promise<void> }> {
  const { log, limits } = settings;
  let closing = false;
  let thread = await startThread(folder, settings);
  let replaced: Promise<void> | undefined;
  const replace = async (why: string): Promise<void> => {
    log.error({ why }, 'the embedded database is opened again; open transactions were rolled back');
    await thread.worker.terminate();
    if (closing) return;
    thread = await startThread(folder, settings);
    watch(thread);
  };
  const recover = (why: string): void => {
    if (closing || replaced) return;
    replaced = replace(why)
      .catch((error: unknown) => log.fatal({ err: error }, 'the embedded database could not be opened again'))
      .finally(() => (replaced = undefined));
  };
  const watch = (watched: Thread): void => {
    watched.worker.on('message', (note: WorkerNote) => note.kind === 'broken' && recover(note.message));
    watched.worker.on('error', (error: unknown) => recover(toError(error).message));
    watched.worker.on('exit', () => watched === thread && recover('the thread ended'));
  };
  watch(thread);
  let lost: Promise<unknown> | undefined;
  const endThread = async (): Promise<void> => {
    await replaced;
    await thread.worker.terminate();
  };
  const giveUp = (error: AppError): void => {
    if (closing) return;
    closing = true;
    clearInterval(timer);
    log.fatal({ err: error }, 'the embedded database is served no longer');
    lost = endThread();
  };
  let looked = monotonicMs();
  const timer = setInterval(() => {
    const now = monotonicMs();
    if (now - looked > PAUSED_MS)
      void settings.assertHeld().catch((error: unknown) => error instanceof AppError && giveUp(error));
    looked = now;
    const slow = thread.overdue(limits.batchMs);
    if (slow !== undefined) recover(`a batch ran for more than ${limits.batchMs / 1000} s: ${slow}`);
  }, WATCH_EVERY_MS);
  return {
    async close() {
      closing = true;
      clearInterval(timer);
      await (lost ?? replaced);
      if (!lost) await stopThread(thread);
    },
  };
}

interface Thread {
  worker: Worker;
  /** Settles once the thread has ended, also for who asks after that. */
  ended: Promise<void>;
  /** The text of the batch that has run for longer than the limit, if one has. */
  overdue(limitMs: number): string | undefined;
}

interface ServeSettings {
  host: string;
  log: Logger;
  limits: EmbeddedLimits;
  /** Asked right before the folder is opened and after a pause. */
  assertHeld: HeldLock['assertHeld'];
  started?: (() => void) | undefined;
}

async function startThread(folder: string, { host, limits, started, assertHeld }: ServeSettings): Promise<Thread> {
  const shared = new SharedArrayBuffer(WATCH_HEADER_BYTES + WATCH_TEXT_BYTES);
  const socket = join(host, SOCKET_NAME);
  await rm(socket, { force: true });
  const input: WorkerInput = { folder, socket, watch: shared, limits };
  await assertHeld();
  const worker = new Worker(new URL('./databaseWorker.ts', import.meta.url), { workerData: input });
  started?.();
  const exit = new Promise<number>((resolve) => worker.once('exit', resolve));
  const note = await Promise.race([
    once(worker, 'message').then(([first]) => first as WorkerNote),
    exit.then((code): WorkerNote => ({ kind: 'broken', message: `its thread ended with code ${code}` })),
  ]);
  if (note.kind !== 'ready') {
    await worker.terminate();
    await assertHeld();
    throw new AppError(
      'DATABASE_UNAVAILABLE',
      `The embedded database in ${dirname(folder)} did not open: ${note.message}`,
      {
        hint: 'Check the free space of the disk; if the folder was copied while in use, restore it from a copy made while Baton was stopped.',
      },
    );
  }
  return { worker, ended: exit.then(() => undefined), overdue: watchdog(shared) };
}

/** Sees how long the present batch has run; counts from when it first saw it, so it is late by one look at most. */
function watchdog(shared: SharedArrayBuffer): Thread['overdue'] {
  const numbers = new Int32Array(shared, 0, 2);
  let seen = 0;
  let since = 0;
  return (limitMs) => {
    const batch = Atomics.load(numbers, 0);
    if (batch !== seen) {
      seen = batch;
      since = monotonicMs();
    }
    if (batch === 0 || monotonicMs() - since < limitMs) return undefined;
    seen = 0;
    return Buffer.from(new Uint8Array(shared, WATCH_HEADER_BYTES, numbers[1])).toString('utf8');
  };
}

/** Ends a thread, which may have ended already because its successor did not open. */
async function stopThread({ worker, ended }: Thread): Promise<void> {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  worker.postMessage('stop');
  const forced = setTimeout(() => void worker.terminate(), STOP_LIMIT_MS);
  await ended;
  clearTimeout(forced);
}

/** A folder for the socket that only this user can enter. */
async function makeSocketFolder(): Promise<string> {
  const base = tmpdir();
  const tooLong = Buffer.byteLength(join(base, 'baton-XXXXXX', SOCKET_NAME)) > SOCKET_PATH_LIMIT;
  return mkdtemp(join(tooLong ? '/tmp' : base, 'baton-'));
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

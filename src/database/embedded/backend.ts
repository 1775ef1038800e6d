/**
 * Owns the one backend of the embedded database: who may use it, for how long, under which user, and what its statements cost in WAL.
 * Knows nothing of sockets; a `Tenure` is held from the first batch of a transaction until the backend is idle again.
 */
import { monotonicMs } from '../../kernel/clock.ts';
import type { EmbeddedLimits } from './limits.ts';
import { queryMessage, readAnswer, type Answer } from './protocol.ts';

/** WAL that may gather before a checkpoint, in bytes; 350 MB take 2.8 s to replay at the next start. */
export const CHECKPOINT_AFTER_WAL_BYTES = 64 * 1024 * 1024;

/** How often the limits are looked at, in ms. */
const TICK_MS = 100;
/** How often the WAL position is looked at, in ms. */
const WAL_LOOK_MS = 1_000;
/** PGlite's own superuser; the backend is put back to it for its own upkeep only. */
const SUPERUSER = 'postgres';

/** Runs protocol bytes to their end and gives what the backend answered. */
export type RunProtocol = (bytes: Uint8Array) => Uint8Array;

/** Who asks for the backend. */
export interface Client {
  user: string;
  /** How the client names itself, for the message that a waiter gets. */
  label: string;
  /** Called when the client held the backend idle in a transaction for too long and was rolled back. */
  onIdleTooLong(): void;
}

/** The backend while one client holds it. */
export interface Tenure {
  /** Runs one batch; `sql` names it for the watchdog and for waiters. */
  run(batch: Buffer, sql: string): Answer;
  /** Gives the backend back; rolls back first when a transaction is open. */
  release(): void;
}

/** A waiter was refused. */
export class WaitRefused extends Error {
  readonly code: '55P03' | '57014';

  constructor(code: '55P03' | '57014', message: string) {
    super(message);
    this.code = code;
  }
}

/** Told around each batch, so that another thread can end a batch that never ends. */
export interface BatchWatch {
  started(sql: string): void;
  ended(): void;
}

interface Holder {
  client: Client;
  since: number;
  idleSince: number | undefined;
  sql: string;
}

interface Waiter {
  client: Client;
  since: number;
  grant(tenure: Tenure): void;
  refuse(error: WaitRefused): void;
}

/** Gives out the backend, first come first served. */
export interface Backend {
  /** Waits for the backend. Rejects with `WaitRefused` after the limit, naming the holder, or when cancelled. */
  acquire(client: Client): Promise<Tenure>;
  /** Takes a waiting client out of the queue with 57014; nothing happens when it does not wait. */
  cancel(client: Client): void;
  /** Runs statements as the superuser between tenures; only from inside the thread. */
  asSuperuser(sql: string): Answer;
  /** Stops the timers; refuses every waiter. */
  close(): void;
}

/** The backend over PGlite's protocol door. */
export function createBackend(run: RunProtocol, watch: BatchWatch, limits: EmbeddedLimits): Backend {
  const waiters: Waiter[] = [];
  let holder: Holder | undefined;
  let current: { release(): void } | undefined;
  let walMark = 0n;
  let walLookedAt = 0;

  const runWatched = (bytes: Uint8Array, sql: string): Answer => {
    watch.started(sql);
    try {
      return readAnswer(run(bytes));
    } finally {
      watch.ended();
    }
  };
  const asSuperuser = (sql: string): Answer => {
    runWatched(queryMessage(`reset all; set session authorization ${SUPERUSER}`), 'set session authorization');
    return runWatched(queryMessage(sql), sql);
  };
  const next = (): void => {
    const waiter = waiters.shift();
    if (waiter) waiter.grant(tenureOf(waiter.client));
  };
  const upkeep = (): void => {
    if (holder || waiters.length > 0 || monotonicMs() - walLookedAt < WAL_LOOK_MS) return;
    walLookedAt = monotonicMs();
    const position = walPosition(asSuperuser('select pg_current_wal_lsn()::text'));
    if (walMark === 0n) walMark = position;
    if (position - walMark < BigInt(CHECKPOINT_AFTER_WAL_BYTES)) return;
    asSuperuser('checkpoint');
    walMark = position;
  };

  const tenureOf = (client: Client): Tenure => {
    const mine: Holder = { client, since: monotonicMs(), idleSince: undefined, sql: '' };
    let open = false;
    holder = mine;
    // Every tenure starts from a clean session under its own user, whatever the one before it did.
    runWatched(queryMessage(`reset all; set session authorization "${client.user}"`), 'set session authorization');
    const tenure: Tenure = {
      run(batch, sql) {
        mine.idleSince = undefined;
        mine.sql = sql;
        open = true;
        const answer = runWatched(batch, sql);
        if (answer.status === 'I') open = false;
        else mine.idleSince = monotonicMs();
        return answer;
      },
      release() {
        if (holder !== mine) return;
        if (open) runWatched(queryMessage('rollback'), 'rollback');
        holder = undefined;
        current = undefined;
        next();
      },
    };
    current = tenure;
    return tenure;
  };

  const timer = setInterval(() => {
    const now = monotonicMs();
    if (holder?.idleSince !== undefined && now - holder.idleSince > limits.idleInTransactionMs) {
      const { client } = holder;
      current?.release();
      client.onIdleTooLong();
    }
    while (waiters[0] && now - waiters[0].since > limits.waitMs)
      waiters.shift()?.refuse(waitedTooLong(holder, now, limits.waitMs));
    upkeep();
  }, TICK_MS);

  return {
    acquire: (client) =>
      new Promise((resolve, reject) => {
        if (holder || waiters.length > 0)
          waiters.push({ client, since: monotonicMs(), grant: resolve, refuse: reject });
        else resolve(tenureOf(client));
      }),
    cancel(client) {
      const at = waiters.findIndex((waiter) => waiter.client === client);
      if (at >= 0)
        waiters.splice(at, 1)[0]?.refuse(new WaitRefused('57014', 'canceling statement due to user request'));
    },
    asSuperuser,
    close() {
      clearInterval(timer);
      for (const waiter of waiters.splice(0)) waiter.refuse(new WaitRefused('57014', 'the embedded database stops'));
    },
  };
}

function waitedTooLong(holder: Holder | undefined, now: number, waitMs: number): WaitRefused {
  const waited = `waited ${waitMs / 1000} s for the embedded database, which runs one transaction at a time`;
  if (!holder) return new WaitRefused('55P03', waited);
  const seconds = ((now - holder.since) / 1000).toFixed(1);
  const doing = holder.idleSince === undefined ? 'runs' : 'is idle in a transaction after';
  return new WaitRefused(
    '55P03',
    `${waited}; ${holder.client.label} has held it for ${seconds} s and ${doing}: ${holder.sql.slice(0, 120)}`,
  );
}

/** The WAL position of an answer to `pg_current_wal_lsn()::text`, in bytes. */
function walPosition(answer: Answer): bigint {
  const match = /([0-9A-F]+)\/([0-9A-F]+)C/.exec(answer.rest.toString('latin1'));
  return match ? (BigInt(`0x${match[1]}`) << 32n) + BigInt(`0x${match[2]}`) : 0n;
}

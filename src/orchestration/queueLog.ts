/** Owns how the queue's own lines reach the log: quietly, since each run tells of itself. */
import { Logger as QueueLogger } from 'graphile-worker';
import type { Pool } from 'pg';
import { silentLog, type Logger } from '../kernel/log.ts';

/** A logger for the queue's library that writes faults as warnings and everything else as debug lines. @default silent */
export function queueLog(log: Logger = silentLog): QueueLogger {
  return new QueueLogger(() => (level, message) => {
    if (level === 'error' || level === 'warning') log.warn({ from: 'queue' }, message);
    else log.debug({ from: 'queue' }, message);
  });
}

/** Gives the queue's pool the listeners that its library asks for, once: a connection that breaks while it is out is logged. */
export function guardPool(pool: Pool, log: Logger): void {
  if (pool.listenerCount('connect') > 0) return;
  pool.on('connect', (client) =>
    client.on('error', (error) => log.warn({ err: error }, 'A queue connection was lost.')),
  );
}

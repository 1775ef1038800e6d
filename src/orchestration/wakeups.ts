/** Owns the one LISTEN connection of a process and who is woken by it. A wake-up carries no truth: the woken read the tables again. */
import type { Client } from 'pg';
import type { Logger } from '../kernel/log.ts';
import { toError } from '../kernel/errors.ts';
import { delay } from '../kernel/waiting.ts';

/** Channels that NOTIFY is sent on; a payload begins with the key that subscribers name (a run's or a workspace's id), up to a colon. */
export const wakeupChannels = ['run_event', 'run_cancel', 'approval_changed'] as const;
export type WakeupChannel = (typeof wakeupChannels)[number];

/** Where readers wait for "there may be something new". */
export interface Wakeups {
  /** Calls `onWake` after each notification for the key, and after each reconnection; the answer ends it. */
  subscribe(channel: WakeupChannel, key: string, onWake: () => void): () => void;
  /** Subscriptions that are open; tests hold it at zero. */
  count(): number;
  close(): Promise<void>;
}

const RECONNECT_MS = 1_000;

/**
 * Opens the connection and keeps it open.
 * @param connect gives a connected client of its own, never one of a pool that work waits for
 */
export async function openWakeups(connect: () => Promise<Client>, log: Logger): Promise<Wakeups> {
  const subscribers = new Map<string, Set<() => void>>();
  const closing = new AbortController();
  let reopening = false;
  let client: Client | undefined;
  client = await listen();

  function wake(name: string): void {
    for (const onWake of subscribers.get(name) ?? []) onWake();
  }

  async function listen(): Promise<Client> {
    const opened = await connect();
    opened.on('notification', (note) => wake(`${note.channel}:${note.payload?.split(':')[0] ?? ''}`));
    opened.on('error', (error) => void reconnect(opened, error));
    opened.on('end', () => void reconnect(opened, new Error('The connection ended.')));
    try {
      await opened.query(wakeupChannels.map((channel) => `listen ${channel}`).join('; '));
      closing.signal.throwIfAborted();
    } catch (thrown) {
      await opened.end().catch(() => undefined);
      throw thrown;
    }
    return opened;
  }

  async function reconnect(lost: Client, cause: Error): Promise<void> {
    if (closing.signal.aborted || reopening || lost !== client) return;
    reopening = true;
    log.warn({ err: cause }, 'The listening connection was lost; opening it again.');
    while (!closing.signal.aborted) {
      try {
        client = await listen();
        reopening = false;
        for (const name of subscribers.keys()) wake(name);
        return;
      } catch (thrown) {
        log.warn({ err: toError(thrown) }, 'The listening connection could not be opened; trying again.');
        await delay(RECONNECT_MS, closing.signal).catch(() => undefined);
      }
    }
  }

  return {
    subscribe(channel, key, onWake) {
      const name = `${channel}:${key}`;
      const group = subscribers.get(name) ?? new Set();
      subscribers.set(name, group.add(onWake));
      return () => {
        group.delete(onWake);
        if (group.size === 0 && subscribers.get(name) === group) subscribers.delete(name);
      };
    },
    count: () => [...subscribers.values()].reduce((sum, group) => sum + group.size, 0),
    async close() {
      closing.abort();
      await client?.end();
    },
  };
}

/** Owns a channel for tests that counts by key what really happened outside, and can be told to die, hang or refuse. */
import type { ChannelOutcome, ChannelPort, ChannelRequest } from '../../src/domain/channel.ts';

/** How the outside behaves on one send. */
export type Behaviour = 'WORKS' | 'REFUSES' | 'UNKNOWN_BUT_DONE' | 'UNKNOWN_AND_LOST' | 'HANGS';

/** A channel with the outside's own book of what it did. */
export interface FakeChannel extends ChannelPort {
  /** Times that each key really changed something outside. */
  readonly done: ReadonlyMap<string, number>;
  readonly requests: readonly ChannelRequest[];
  readonly reconciled: readonly string[];
  /** What the next sends do, first one first; then it works. */
  plan(...next: Behaviour[]): void;
}

/** A channel that accepts every action. It does not dedupe by key: a second send would be counted. */
export function fakeChannel(): FakeChannel {
  const done = new Map<string, number>();
  const requests: ChannelRequest[] = [];
  const reconciled: string[] = [];
  const next: Behaviour[] = [];
  const change = (key: string): void => void done.set(key, (done.get(key) ?? 0) + 1);
  return {
    name: 'fake',
    done,
    requests,
    reconciled,
    plan: (...behaviours) => void next.push(...behaviours),
    accepts: () => true,
    async send(request, signal): Promise<ChannelOutcome> {
      requests.push(request);
      const behaviour = next.shift() ?? 'WORKS';
      if (behaviour === 'REFUSES') return { status: 'REFUSED', detail: 'The outside says no.' };
      if (behaviour === 'UNKNOWN_AND_LOST') throw new Error('connection reset');
      if (behaviour === 'HANGS')
        await new Promise((_, reject) =>
          signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true }),
        );
      change(request.idempotencyKey);
      if (behaviour === 'UNKNOWN_BUT_DONE') throw new Error('connection reset after the call');
      return { status: 'DONE', reference: `ref-${request.idempotencyKey}`, detail: 'Done.' };
    },
    reconcile: async (request) => {
      reconciled.push(request.idempotencyKey);
      return done.has(request.idempotencyKey)
        ? { status: 'DONE', reference: `ref-${request.idempotencyKey}`, detail: 'It had arrived.' }
        : null;
    },
  };
}

/** Owns the check of a chain of audit events: pure, event by event, in order. Reads no database and no file. */
import { canonicalJson, sha256Hex } from '../kernel/canonicalJson.ts';
import type { AuditEvent } from './events.ts';

/** Put before the canonical bytes, so that no other digest of Baton can stand for an event's hash. */
export const AUDIT_HASH_PREFIX = 'baton-audit-v1';
/** What the first event names as the hash before it. */
export const FIRST_PREV_HASH = '0'.repeat(64);

/** One thing that is wrong with a chain, at the number where it shows. */
export interface ChainFailure {
  readonly seq: number;
  readonly kind: 'GAP' | 'DUPLICATE' | 'ORDER' | 'HASH' | 'LINK' | 'TIME' | 'HEAD' | 'WORKSPACE' | 'UNREADABLE';
  readonly detail: string;
}

/** A check that is fed events in the order in which they are stored. */
export interface ChainCheck {
  add(event: AuditEvent): void;
  /** Events seen so far. */
  readonly events: number;
  readonly failures: readonly ChainFailure[];
  /** The last event seen. */
  readonly last: { readonly seq: number; readonly hash: string; readonly at: string } | null;
  /** When the first event happened. */
  readonly firstAt: string | null;
}

/** SHA-256 over the prefix and the RFC 8785 bytes of the event without its hash; what `audit_append()` computes in SQL. */
export function auditHash(event: AuditEvent): string {
  const { hash: _hash, ...hashed } = event;
  return sha256Hex(AUDIT_HASH_PREFIX + canonicalJson(hashed));
}

/** A check of one workspace's chain from its first event. Numbers are compared as integers. */
export function createChainCheck(): ChainCheck {
  const failures: ChainFailure[] = [];
  let events = 0;
  let last: ChainCheck['last'] = null;
  let firstAt: string | null = null;
  let workspaceId: string | null = null;
  const fail = (seq: number, kind: ChainFailure['kind'], detail: string): void =>
    void failures.push({ seq, kind, detail });

  const checkOrder = (event: AuditEvent): void => {
    const expected = (last?.seq ?? 0) + 1;
    if (event.seq === expected) return;
    if (event.seq > expected) fail(event.seq, 'GAP', `Events ${expected} to ${event.seq - 1} are missing.`);
    else if (event.seq === last?.seq) fail(event.seq, 'DUPLICATE', `Event ${event.seq} stands twice.`);
    else fail(event.seq, 'ORDER', `Event ${event.seq} stands after event ${last?.seq}.`);
  };
  return {
    add(event) {
      checkOrder(event);
      const computed = auditHash(event);
      if (computed !== event.hash)
        fail(event.seq, 'HASH', `The event's bytes hash to ${computed}, it states ${event.hash}.`);
      const before = last?.hash ?? FIRST_PREV_HASH;
      if (event.prevHash !== before)
        fail(event.seq, 'LINK', `It names ${event.prevHash} as the event before, which is ${before}.`);
      if (last && event.at < last.at)
        fail(event.seq, 'TIME', `It happened at ${event.at}, before the event that precedes it (${last.at}).`);
      workspaceId ??= event.workspaceId;
      if (event.workspaceId !== workspaceId)
        fail(event.seq, 'WORKSPACE', `It belongs to workspace ${event.workspaceId}, the chain to ${workspaceId}.`);
      events += 1;
      firstAt ??= event.at;
      last = { seq: event.seq, hash: event.hash, at: event.at };
    },
    get events() {
      return events;
    },
    failures,
    get last() {
      return last;
    },
    get firstAt() {
      return firstAt;
    },
  };
}

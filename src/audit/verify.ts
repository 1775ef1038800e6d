/** Owns the verdict on a chain, in the database or in an export. It computes every hash anew and trusts no stored one. */
import { parseInstant } from '../kernel/clock.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import { createChainCheck, type ChainCheck, type ChainFailure } from './chain.ts';
import { auditEvents, auditHead } from './events.ts';
import { readExport } from './exportEvents.ts';

/** What a verification found; the shape of `baton audit verify --json`. */
export interface AuditVerdict {
  readonly status: 'OK' | 'BROKEN' | 'UNANCHORED';
  readonly events: number;
  /** Signed checkpoints that cover the chain. */
  readonly checkpoints: number;
  readonly failures: readonly ChainFailure[];
}

/** Hours that events may stay without a checkpoint in a second place before the chain counts as unanchored (governance specification, section 3). */
const ANCHOR_HOURS = 24;
const HOUR_MS = 3_600_000;
/** Events read at a time. */
const PAGE_SIZE = 1000;

/** Verifies the chain of the unit's workspace; events that others append meanwhile are read as well. */
export async function verifyChain(unit: UnitOfWork): Promise<AuditVerdict> {
  const check = createChainCheck();
  let head = await auditHead(unit);
  for (let moved = true; moved;) {
    await readOn(unit, check);
    const before = head.seq;
    head = await auditHead(unit);
    moved = head.seq !== before && head.seq !== check.last?.seq;
  }
  const found = check.last ?? { seq: 0, hash: head.hash };
  const failures = [...check.failures];
  if (found.seq !== head.seq || (head.seq > 0 && found.hash !== head.hash)) {
    failures.push({
      seq: head.seq,
      kind: 'HEAD',
      detail: `The chain ends at event ${found.seq}, its head says ${head.seq} with another hash or number.`,
    });
  }
  return verdictOf(check, failures, head.now);
}

/** Checks every event after the last one that was checked. */
async function readOn(unit: UnitOfWork, check: ChainCheck): Promise<void> {
  for (let full = true; full;) {
    const events = await auditEvents(unit, { after: check.last?.seq ?? 0, limit: PAGE_SIZE });
    for (const event of events) check.add(event);
    full = events.length === PAGE_SIZE;
  }
}

/** Verifies an export, line by line, at the instant `now` (ISO 8601). */
export async function verifyExport(
  lines: AsyncIterable<string> | Iterable<string>,
  now: string,
): Promise<AuditVerdict> {
  const check = createChainCheck();
  const failures: ChainFailure[] = [];
  let manifest: { count: number; lastHash: string } | null = null;
  for await (const line of readExport(lines)) {
    if (line.kind === 'event') check.add(line.event);
    else if (line.kind === 'manifest') manifest = line;
    else failures.push({ seq: check.last?.seq ?? 0, kind: 'UNREADABLE', detail: line.detail });
  }
  if (!manifest) {
    failures.push({
      seq: check.last?.seq ?? 0,
      kind: 'HEAD',
      detail: 'The export has no closing manifest: its end may be cut off.',
    });
  } else if (manifest.count !== check.events || manifest.lastHash !== (check.last?.hash ?? '')) {
    failures.push({
      seq: check.last?.seq ?? 0,
      kind: 'HEAD',
      detail: `The manifest tells of ${manifest.count} events, ${check.events} stand in the file.`,
    });
  }
  return verdictOf(check, [...check.failures, ...failures], now);
}

/**
 * A chain proves that nothing inside it changed. That nobody rewrote it whole is shown only by a checkpoint kept elsewhere;
 * this version makes none, so a chain with an event older than a day is reported as unanchored.
 */
function verdictOf(check: ChainCheck, failures: readonly ChainFailure[], now: string): AuditVerdict {
  const oldestMs = check.firstAt === null ? null : parseInstant(now).getTime() - parseInstant(check.firstAt).getTime();
  const unanchored = oldestMs !== null && oldestMs > ANCHOR_HOURS * HOUR_MS;
  return {
    status: failures.length > 0 ? 'BROKEN' : unanchored ? 'UNANCHORED' : 'OK',
    events: check.events,
    checkpoints: 0,
    failures,
  };
}

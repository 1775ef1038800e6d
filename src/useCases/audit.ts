/** Owns checking and exporting the audit chain. */
import { exportEvents } from '../audit/exportEvents.ts';
import { verifyChain, verifyExport, type AuditVerdict } from '../audit/verify.ts';
import { requireScope, type Caller } from './callers.ts';
import { systemClock } from '../kernel/clock.ts';

export type { AuditVerdict } from '../audit/verify.ts';

/** Checks the workspace's chain: hashes, order, gaps. @throws FORBIDDEN without audit:read */
export function verifyAudit(caller: Caller): Promise<AuditVerdict> {
  requireScope(caller, 'audit:read');
  return caller.inUnit('app', verifyChain);
}

/** Checks an export by itself, without a database. */
export function verifyAuditExport(lines: AsyncIterable<string>): Promise<AuditVerdict> {
  return verifyExport(lines, systemClock.now().toISOString());
}

/** Hands on the chain line by line. @throws FORBIDDEN without audit:read */
export async function exportAudit(caller: Caller, write: (line: string) => void): Promise<void> {
  requireScope(caller, 'audit:read');
  await caller.inUnit('app', async (unit) => {
    for await (const line of exportEvents(unit)) write(line);
  });
}

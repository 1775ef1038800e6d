/** Owns giving a verdict. The rules stand in the database's `decision_record()`; here its outcome becomes a value with a sentence. */
import type { UnitOfWork } from '../domain/unit.ts';
import { AppError } from '../kernel/errors.ts';
import { isId, newId } from '../kernel/ids.ts';
import type { ApprovalState, VerdictKind } from './approvals.ts';
import type { ChangeSetState } from './changeSetRows.ts';

/** What came of a verdict. */
export const decisionOutcomes = [
  'OK',
  'NOT_FOUND',
  'STALE_DIGEST',
  'ALREADY_DECIDED',
  'NOT_ELIGIBLE',
  'SELF_APPROVAL',
  'EXPIRED',
  'REASON_REQUIRED',
  'VETOED',
  'SETTLED',
  'ONE_GATE_PER_PERSON',
  'VIEW_SESSION_UNKNOWN',
] as const;
export type DecisionOutcome = (typeof decisionOutcomes)[number];

/** One person's word on one gate: revision and digest name the exact bytes that were looked at. */
export interface Verdict {
  readonly approvalId: string;
  readonly verdict: VerdictKind;
  /** Needed for REJECT and REQUEST_CHANGES. */
  readonly reason: string;
  readonly revision: number;
  readonly digest: string;
  /** From `openApproval`; null where the approval was not opened through the server. */
  readonly viewSessionId?: string | null;
}

/** The outcome, and where the approval and its change set stand now; states are null for an unknown approval. */
export interface Decided {
  readonly outcome: DecisionOutcome;
  /** One sentence for people: what happened, and what to do when it was refused. */
  readonly message: string;
  readonly decisionId: string | null;
  readonly approvalState: ApprovalState | null;
  readonly changeSetState: ChangeSetState | null;
}

const NO_ID = '00000000-0000-0000-0000-000000000000';
const MESSAGES: Readonly<Record<DecisionOutcome, string>> = {
  OK: 'The verdict is recorded.',
  NOT_FOUND: 'There is no such approval in this workspace.',
  STALE_DIGEST: 'The change was revised after it was shown. Open it again and decide on what it says now.',
  ALREADY_DECIDED: 'You have decided this gate of this revision already.',
  NOT_ELIGIBLE: 'Only an active member who holds a role of this gate can decide it; tokens and agents never can.',
  SELF_APPROVAL:
    'Whoever proposed a change, edited it, or had it proposed for them cannot decide it. Ask another holder of the role.',
  EXPIRED: 'The time to decide has passed. Propose the change again.',
  REASON_REQUIRED: 'Say why: a rejection or a request for changes needs a reason.',
  VETOED: 'Somebody rejected this revision or asked for changes. It needs a new revision.',
  SETTLED: 'The change set is settled already; its state shows how.',
  ONE_GATE_PER_PERSON: 'You approved another gate of this change; each gate needs a different person.',
  VIEW_SESSION_UNKNOWN:
    'The view session is not of this approval, this person and these bytes. Open the approval again.',
};

/**
 * Records a verdict, settles the approval and the change set, and writes the audit event, all in the unit.
 * Refusals come back as outcomes. @throws FORBIDDEN when the unit does not run under the decider's login
 */
export async function decide(unit: UnitOfWork, verdict: Verdict): Promise<Decided> {
  if (unit.role !== 'decider')
    throw new AppError('FORBIDDEN', `A verdict needs the decider's unit; this one runs as ${unit.role}.`);
  const { principal } = unit;
  if (!isId(verdict.approvalId)) return told({ outcome: 'NOT_FOUND', approvalState: null, changeSetState: null }, null);
  const decisionId = newId();
  const rows = await unit.em.execute<{ result: RecordedOutcome }[]>(
    'select decision_record(?::uuid, ?::uuid, ?, ?, ?::uuid, ?, ?, ?, ?::uuid, ?, ?::timestamptz) as result',
    [
      decisionId,
      verdict.approvalId,
      verdict.revision,
      verdict.digest,
      principal.kind === 'PERSON' ? principal.memberId : null,
      principal.kind,
      verdict.verdict,
      verdict.reason,
      viewSessionOf(verdict),
      principal.kind === 'PERSON' ? 'BEARER' : 'NONE',
      principal.kind === 'PERSON' ? principal.signedInAt : null,
    ],
  );
  const result = rows[0]?.result;
  if (!result) throw new AppError('INTERNAL', 'The database gave no outcome for a verdict.');
  return told(result, decisionId);
}

type RecordedOutcome = Pick<Decided, 'outcome' | 'approvalState' | 'changeSetState'>;

function told(result: RecordedOutcome, decisionId: string | null): Decided {
  return { ...result, message: MESSAGES[result.outcome], decisionId: result.outcome === 'OK' ? decisionId : null };
}

/** The session's id; what is no id becomes one that no session has, so that the database refuses it. */
function viewSessionOf(verdict: Verdict): string | null {
  if (verdict.viewSessionId === undefined || verdict.viewSessionId === null) return null;
  return isId(verdict.viewSessionId) ? verdict.viewSessionId : NO_ID;
}

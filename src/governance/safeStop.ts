/** Owns the one-click stop: an operator proposes and decides a pause or a reduction at once. Resuming is an ordinary change set. */
import { AppError } from '../kernel/errors.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import { approvalInbox } from './approvals.ts';
import type { ChangeSetState } from './changeSetRows.ts';
import { submitChangeSet } from './changeSets.ts';
import { parseActions } from './changeContent.ts';
import { decide, type DecisionOutcome } from './decisions.ts';

/** What to stop: `campaign.pause` and `budget.reduce` only. */
export interface SafeStop {
  readonly actions: readonly unknown[];
  readonly reason: string;
}

/** What came of the click; without a change set nothing was proposed. APPROVED means: execute it now. */
export interface SafeStopped {
  readonly outcome: DecisionOutcome;
  readonly message: string;
  readonly changeSetId: string | null;
  readonly changeSetState: ChangeSetState | null;
}

/**
 * Proposes and approves a stop in one unit of the decider; the caller then executes it.
 * @throws BAD_USER_INPUT for another action, an empty reason, or a reduction that reduces nothing
 */
export async function proposeSafeStop(unit: UnitOfWork, stop: SafeStop): Promise<SafeStopped> {
  const actions = parseActions(stop.actions);
  const other = actions.find((action) => action.kind !== 'campaign.pause' && action.kind !== 'budget.reduce');
  if (other)
    throw new AppError('BAD_USER_INPUT', `${other.kind} is no safe stop.`, {
      hint: 'A safe stop pauses campaigns or lowers budgets; propose a change set for anything else.',
    });
  if (stop.reason.trim() === '')
    throw new AppError('BAD_USER_INPUT', 'A safe stop needs a reason.', {
      hint: 'Say in a few words why it must stop now.',
    });
  if (!(await isOperator(unit))) {
    return {
      outcome: 'NOT_ELIGIBLE',
      message: 'Only a person with the role OPERATOR can stop at once. Propose the stop instead.',
      changeSetId: null,
      changeSetState: null,
    };
  }
  const names = actions.map((action) => action.target.name).join(', ');
  const submitted = await submitChangeSet(unit, {
    title: `Stop: ${names}`,
    reason: stop.reason,
    ifRejected: 'Delivery goes on as it is.',
    actions,
    evidenceIds: [],
    findings: [],
  });
  const [approval] = await approvalInbox(unit, { changeSetId: submitted.id, gates: ['SAFE_STOP'] });
  if (!approval) throw new AppError('INTERNAL', `Change set ${submitted.id} has no SAFE_STOP gate.`);
  const decided = await decide(unit, {
    approvalId: approval.id,
    verdict: 'APPROVE',
    reason: stop.reason,
    revision: submitted.revision,
    digest: submitted.digest,
  });
  return {
    outcome: decided.outcome,
    message: decided.message,
    changeSetId: submitted.id,
    changeSetState: decided.changeSetState,
  };
}

async function isOperator(unit: UnitOfWork): Promise<boolean> {
  if (unit.principal.kind !== 'PERSON') return false;
  const rows = await unit.em.execute<unknown[]>(
    `select 1 from member m join member_role r on r.member_id = m.id where m.id = ?::uuid and m.active and r.role = 'OPERATOR'`,
    [unit.principal.memberId],
  );
  return rows.length > 0;
}

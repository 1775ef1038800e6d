/** Owns proposing, revising and withdrawing change sets. Reading, deciding and executing them are elsewhere. */
import type { Finding } from '../domain/compliance.ts';
import { principalId, type Principal } from '../domain/principal.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import { auditAppend } from '../audit/events.ts';
import { AppError } from '../kernel/errors.ts';
import { newId } from '../kernel/ids.ts';
import { sealContent } from './changeContent.ts';
import { contentOf } from './changeDraft.ts';
import {
  findChangeSet,
  loadChangeSet,
  lockChangeSet,
  type ChangeSetRow,
  type ChangeSetState,
} from './changeSetRows.ts';
import type { RequiredGate } from './floor.ts';

/** What is proposed. */
export interface ChangeRequest {
  /** Given where a retry must name the same change set; proposing the same id again changes nothing. */
  readonly id?: string;
  readonly title: string;
  readonly reason: string;
  /** What happens when people say no. */
  readonly ifRejected: string;
  readonly actions: readonly unknown[];
  readonly evidenceIds: readonly string[];
  readonly runId?: string | null;
  /** The card that it carries out; its bytes become part of the digest. */
  readonly recommendationId?: string | null;
  /** Findings of the compliance review; null or left out where none took place. */
  readonly findings?: readonly Finding[] | null;
}

/** What an edit replaces; what is left out stays. */
export interface ChangeRevision {
  readonly changeSetId: string;
  /** The revision that was edited. */
  readonly revision: number;
  readonly title?: string;
  readonly reason?: string;
  readonly ifRejected?: string;
  readonly actions?: readonly unknown[];
  readonly evidenceIds?: readonly string[];
  readonly findings?: readonly Finding[] | null;
}

/** A change set that waits for people. */
export interface SubmittedChange {
  readonly id: string;
  readonly revision: number;
  readonly digest: string;
  readonly state: ChangeSetState;
  readonly gates: readonly RequiredGate[];
  /** Earliest instant at which one of its gates expires, ISO 8601. */
  readonly decideBy: string;
  /** False where the same id was proposed before. */
  readonly created: boolean;
}

/**
 * Proposes a change set: gates by the floor, base versions and evidence digests sealed into its digest.
 * @throws BAD_USER_INPUT for an unknown action, field or evidence, or a reduction that reduces nothing
 */
export async function submitChangeSet(unit: UnitOfWork, request: ChangeRequest): Promise<SubmittedChange> {
  const id = request.id ?? newId();
  const known = await findChangeSet(unit, id);
  if (known) return submitted(known, false);
  const content = await contentOf(unit, {
    ...request,
    id,
    revision: 1,
    recommendationId: request.recommendationId ?? null,
  });
  const sealed = sealContent(content);
  await writing(
    unit.em.execute(
      `insert into change_set (id, workspace_id, run_id, recommendation_id, title, reason, if_rejected, proposer_kind, proposer_id, on_behalf_of, risk_findings, canonical, digest)
       values (?::uuid, ?::uuid, ?::uuid, ?::uuid, ?, ?, ?, ?, ?, ?::uuid, ?::jsonb, ?, ?)`,
      [
        id,
        unit.workspace.id,
        request.runId ?? (unit.principal.kind === 'AGENT' ? unit.principal.runId : null),
        request.recommendationId ?? null,
        request.title,
        request.reason,
        request.ifRejected,
        unit.principal.kind,
        principalId(unit.principal),
        await onBehalfOf(unit),
        JSON.stringify(request.findings ?? null),
        sealed.canonical,
        sealed.digest,
      ],
    ),
  );
  const stored = await loadChangeSet(unit, id);
  await auditChange(unit, stored, 'change_set.submitted', 'NEEDS_APPROVAL');
  return submitted(stored, true);
}

/** Replaces the content by a new revision: verdicts on older ones stop counting, and an editor may no longer decide. @throws NOT_FOUND, CONFLICT, BAD_USER_INPUT */
export async function reviseChangeSet(unit: UnitOfWork, edit: ChangeRevision): Promise<SubmittedChange> {
  const current = await lockChangeSet(unit, edit.changeSetId);
  if (current.revision !== edit.revision || (current.state !== 'NEEDS_APPROVAL' && current.state !== 'APPROVED')) {
    throw new AppError(
      'CONFLICT',
      `Change set ${current.id} is at revision ${current.revision} and ${current.state}; the edit was made on revision ${edit.revision}.`,
      {
        hint: 'Read it again; one that was settled can only be proposed anew.',
      },
    );
  }
  const evidenceIds =
    edit.evidenceIds ?? current.evidence.map((entry) => entry.id).filter((entry) => entry !== current.recommendationId);
  const findings = edit.findings === undefined ? current.riskFindings : edit.findings;
  const content = await contentOf(unit, {
    actions: edit.actions ?? current.actions,
    evidenceIds,
    findings,
    id: current.id,
    revision: current.revision + 1,
    recommendationId: current.recommendationId,
  });
  const sealed = sealContent(content);
  const editor = unit.principal.kind === 'PERSON' ? unit.principal.memberId : await onBehalfOf(unit);
  await writing(
    unit.em.execute(
      `update change_set set revision = revision + 1, title = ?, reason = ?, if_rejected = ?, risk_findings = ?::jsonb, canonical = ?, digest = ?, interrupt_id = interrupt_id,
         co_proposers = case when ?::uuid is null or ?::uuid = any (co_proposers) then co_proposers else co_proposers || ?::uuid end
       where id = ?::uuid`,
      [
        edit.title ?? current.title,
        edit.reason ?? current.reason,
        edit.ifRejected ?? current.ifRejected,
        JSON.stringify(findings),
        sealed.canonical,
        sealed.digest,
        editor,
        editor,
        editor,
        current.id,
      ],
    ),
  );
  const stored = await loadChangeSet(unit, current.id);
  await auditChange(unit, stored, 'change_set.revised', 'NEEDS_APPROVAL');
  return submitted(stored, true);
}

/** Takes a change set back. Its proposer, whoever it was proposed for, an editor, an admin and the system may. @throws NOT_FOUND, FORBIDDEN, CONFLICT */
export async function withdrawChangeSet(unit: UnitOfWork, changeSetId: string, reason: string): Promise<ChangeSetRow> {
  const current = await lockChangeSet(unit, changeSetId);
  if (!mayWithdraw(unit.principal, current)) {
    throw new AppError('FORBIDDEN', `Change set ${changeSetId} was proposed by somebody else.`, {
      hint: 'Its proposer or an admin can withdraw it; an approver rejects it.',
    });
  }
  if (current.state !== 'NEEDS_APPROVAL' && current.state !== 'APPROVED') {
    throw new AppError('CONFLICT', `Change set ${changeSetId} is ${current.state} and can no longer be withdrawn.`);
  }
  return settleChangeSet(unit, current, { state: 'WITHDRAWN', reason });
}

/** Moves a change set to a state that its rows allow, with its audit event. The caller holds its row. */
export async function settleChangeSet(
  unit: UnitOfWork,
  change: ChangeSetRow,
  to: { state: ChangeSetState; reason: string | null },
): Promise<ChangeSetRow> {
  await unit.em.execute('update change_set set state = ?, settled_reason = ? where id = ?::uuid', [
    to.state,
    to.reason,
    change.id,
  ]);
  await auditChange(unit, change, `change_set.${to.state.toLowerCase()}`, to.state);
  return loadChangeSet(unit, change.id);
}

/** Remembers which interrupt of the run waits for this change set. */
export async function rememberInterrupt(unit: UnitOfWork, changeSetId: string, interruptId: string): Promise<void> {
  await unit.em.execute('update change_set set interrupt_id = ? where id = ?::uuid', [interruptId, changeSetId]);
}

/** Ends every change set of the workspace whose time has passed; gives their ids. Run by a sweep. */
export async function expireChangeSets(unit: UnitOfWork): Promise<string[]> {
  const rows = await unit.em.execute<{ id: string; ended: boolean }[]>(
    `select id, change_set_expire(id) as ended from change_set where state in ('NEEDS_APPROVAL', 'APPROVED') order by id`,
  );
  return rows.filter((row) => row.ended).map((row) => row.id);
}

/** The member for whom somebody other than a person proposes: of an agent its goal's owner, of a token whoever made it. */
async function onBehalfOf(unit: UnitOfWork): Promise<string | null> {
  const { principal } = unit;
  if (principal.kind === 'AGENT') return principal.onBehalfOf;
  if (principal.kind !== 'TOKEN') return null;
  const rows = await unit.em.execute<{ createdBy: string }[]>(
    'select created_by as "createdBy" from api_token where id = ?::uuid',
    [principal.tokenId],
  );
  return rows[0]?.createdBy ?? null;
}

function mayWithdraw(principal: Principal, change: ChangeSetRow): boolean {
  if (principal.kind === 'SYSTEM') return true;
  if (principal.kind !== 'PERSON') return principalId(principal) === change.proposerId;
  return (
    [change.proposerId, change.onBehalfOf, ...change.coProposers].includes(principal.memberId) ||
    principal.roles.includes('ADMIN')
  );
}

function submitted(row: ChangeSetRow, created: boolean): SubmittedChange {
  return {
    id: row.id,
    revision: row.revision,
    digest: row.digest,
    state: row.state,
    gates: row.gates,
    decideBy: row.decideBy,
    created,
  };
}

async function auditChange(unit: UnitOfWork, change: ChangeSetRow, type: string, outcome: string): Promise<void> {
  await auditAppend(unit, {
    type,
    outcome,
    subject: { type: 'change_set', id: change.id },
    runId: change.runId,
    changeId: change.id,
    digest: change.digest,
    policyVersion: change.policyVersion,
  });
}

/** Turns the database's refusal of a change below the floor into bad input, with the database's own sentence. */
async function writing(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    const refused = error as { code?: string; message?: string };
    if (refused.code !== '23514') throw error;
    throw new AppError(
      'BAD_USER_INPUT',
      (refused.message ?? '')
        .split('\n')
        .at(-1)
        ?.replace(/^.*?- /, '') ?? 'The change set was refused.',
      { cause: error },
    );
  }
}

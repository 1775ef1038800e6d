/** Owns reading approvals: the inbox, one approval with everything a person needs to decide, counts, events, view sessions. */
import type { EvidenceTier } from '../domain/evidence.ts';
import type { Gate, GateSeat } from '../domain/gates.ts';
import type { PersonRole } from '../domain/principal.ts';
import type { Forecast } from '../domain/recommendations.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import { AppError } from '../kernel/errors.ts';
import { isId, newId } from '../kernel/ids.ts';
import { loadChangeSet, type ChangeSetRow, type ChangeSetState } from './changeSetRows.ts';
import { diffFor, diffOf, type DiffRow } from './diff.ts';

export const approvalStates = ['PENDING', 'CHANGES_REQUESTED', 'APPROVED', 'REJECTED', 'EXPIRED', 'VOID'] as const;
/** State of one gate of one revision; PENDING past its time reads as EXPIRED whether or not a sweep has run. */
export type ApprovalState = (typeof approvalStates)[number];
export type VerdictKind = 'APPROVE' | 'REJECT' | 'REQUEST_CHANGES';

/** One line of the inbox. */
export interface ApprovalRow {
  readonly id: string;
  readonly changeSetId: string;
  readonly runId: string | null;
  /** The card that it comes from; null where there is none. */
  readonly recommendationId: string | null;
  readonly title: string;
  readonly revision: number;
  readonly digest: string;
  readonly gate: Gate;
  readonly seats: readonly GateSeat[];
  readonly state: ApprovalState;
  readonly changeSetState: ChangeSetState;
  /** People who approved on this revision. */
  readonly approvals: number;
  readonly decideBy: string;
  readonly createdAt: string;
  readonly settledAt: string | null;
}

/** One person's verdict. */
export interface DecisionRow {
  readonly id: string;
  readonly approvalId: string;
  readonly gate: Gate;
  readonly revision: number;
  readonly digest: string;
  readonly memberId: string;
  readonly email: string;
  readonly verdict: VerdictKind;
  readonly reason: string;
  /** Milliseconds between opening and deciding, measured by the server; null where it was not opened. */
  readonly viewedMs: number | null;
  readonly decidedAt: string;
  readonly validUntil: string;
}

/** Everything that a person decides on. */
export interface ApprovalDetail {
  readonly approval: ApprovalRow;
  readonly changeSet: ChangeSetRow;
  /** Lines of this gate. */
  readonly diff: readonly DiffRow[];
  /** Lines of every gate. */
  readonly wholeDiff: readonly DiffRow[];
  readonly forecast: Forecast | null;
  readonly evidence: readonly {
    readonly id: string;
    readonly kind: string;
    readonly tier: EvidenceTier;
    readonly asOf: string;
    readonly digest: string;
  }[];
  readonly decisions: readonly DecisionRow[];
  /** The other gates of the same revision. */
  readonly siblings: readonly ApprovalRow[];
}

/** Which approvals; without a filter all, newest first. */
export interface InboxFilter {
  readonly states?: readonly ApprovalState[];
  readonly gates?: readonly Gate[];
  readonly changeSetId?: string;
  readonly runId?: string;
  /** Only those that this member may decide now. */
  readonly forMember?: string;
  /** Only those after this one in the list: older, or of the same time with a smaller id. */
  readonly after?: { readonly at: string; readonly id: string };
  /** @default 100 */
  readonly limit?: number;
}

/** How much waits. */
export interface ApprovalCounts {
  readonly pending: number;
  /** Those that the member may decide. */
  readonly mine: number;
  /** Due within a day. */
  readonly dueSoon: number;
  readonly byGate: readonly { readonly gate: Gate; readonly pending: number }[];
}

/** One thing that happened to an approval; `seq` counts from 1 without a gap in each workspace. */
export interface ApprovalEvent {
  readonly seq: number;
  readonly approvalId: string;
  readonly changeSetId: string;
  readonly type:
    | 'REQUESTED'
    | 'DECIDED'
    | 'APPROVED'
    | 'REJECTED'
    | 'CHANGES_REQUESTED'
    | 'EXPIRED'
    | 'VOIDED'
    | 'REOPENED'
    | 'SEATS_RAISED';
  readonly at: string;
}

/** State with the clock applied: a deadline counts at reading time. */
const STATE_NOW = `case when a.state in ('PENDING', 'CHANGES_REQUESTED') and a.decide_by <= baton_now() then 'EXPIRED' else a.state end`;
const COLUMNS = `a.id, a.change_set_id as "changeSetId", c.run_id as "runId", c.recommendation_id as "recommendationId", c.title, a.revision, r.digest, a.gate, a.seats, ${STATE_NOW} as state, c.state as "changeSetState",
  (select count(*)::int from decision d where d.approval_id = a.id and d.verdict = 'APPROVE') as approvals, baton_instant(a.decide_by) as "decideBy",
  baton_instant(a.created_at) as "createdAt", baton_instant(a.settled_at) as "settledAt"`;
const SOURCE = `approval a join change_set c on c.id = a.change_set_id join change_set_revision r on r.change_set_id = a.change_set_id and r.revision = a.revision`;
/** Whether a member holds a seat of the gate, has not spoken, and did not propose it. */
const MAY_DECIDE = `${STATE_NOW} = 'PENDING' and c.state = 'NEEDS_APPROVAL'
  and exists (select from member m join member_role mr on mr.member_id = m.id, jsonb_array_elements(a.seats) s
    where m.id = ?::uuid and m.active and mr.role = s ->> 'role')
  and not exists (select from decision d where d.approval_id = a.id and d.member_id = ?::uuid)
  and ((select bool_or(f.proposer_may_decide) from gate_floor f where f.gate = a.gate)
    or not (c.proposer_id = ? or c.on_behalf_of is not distinct from ?::uuid or ?::uuid = any (c.co_proposers)))`;

/** Approvals that match, newest first. */
export async function approvalInbox(unit: UnitOfWork, filter: InboxFilter = {}): Promise<ApprovalRow[]> {
  const conditions = ['true'];
  const values: unknown[] = [];
  const where = (condition: string, ...params: unknown[]): void => {
    conditions.push(condition);
    values.push(...params);
  };
  if (filter.states) where(`${STATE_NOW} in (?)`, [...filter.states, '']);
  if (filter.gates) where('a.gate in (?)', [...filter.gates, '']);
  if (filter.changeSetId) where('a.change_set_id = ?::uuid', filter.changeSetId);
  if (filter.runId) where('c.run_id = ?::uuid', filter.runId);
  if (filter.after) where('(a.created_at, a.id) < (?::timestamptz, ?::uuid)', filter.after.at, filter.after.id);
  if (filter.forMember) where(MAY_DECIDE, ...Array.from({ length: 5 }, () => filter.forMember));
  return unit.em.execute<ApprovalRow[]>(
    `select ${COLUMNS} from ${SOURCE} where ${conditions.join(' and ')} order by a.created_at desc, a.id desc limit ?`,
    [...values, filter.limit ?? 100],
  );
}

/** Reads one. @throws NOT_FOUND for an unknown or foreign id */
export async function loadApproval(unit: UnitOfWork, approvalId: string): Promise<ApprovalRow> {
  const rows = isId(approvalId)
    ? await unit.em.execute<ApprovalRow[]>(`select ${COLUMNS} from ${SOURCE} where a.id = ?::uuid`, [approvalId])
    : [];
  const row = rows[0];
  if (!row) throw new AppError('NOT_FOUND', `There is no approval ${approvalId} in this workspace.`);
  return row;
}

/** One approval with exact diff, forecast, evidence, deadline and the other gates. @throws NOT_FOUND */
export async function approvalDetail(unit: UnitOfWork, approvalId: string): Promise<ApprovalDetail> {
  const approval = await loadApproval(unit, approvalId);
  const changeSet = await loadChangeSet(unit, approval.changeSetId);
  const wholeDiff = await diffOf(unit, changeSet);
  const siblings = await approvalInbox(unit, { changeSetId: changeSet.id });
  return {
    approval,
    changeSet,
    wholeDiff,
    diff: diffFor(wholeDiff, approval.gate),
    forecast: (await forecastsOfCards(unit, cardOf(changeSet))).get(changeSet.recommendationId ?? '') ?? null,
    evidence: await evidenceOf(unit, changeSet),
    decisions: await decisionsOf(unit, changeSet.id),
    siblings: siblings.filter((other) => other.revision === approval.revision && other.id !== approval.id),
  };
}

/** Verdicts on a change set, oldest first, all revisions. */
export async function decisionsOf(unit: UnitOfWork, changeSetId: string): Promise<DecisionRow[]> {
  return (await decisionsOfAll(unit, [changeSetId])).get(changeSetId) ?? [];
}

/** Verdicts on change sets, by change set; oldest first, all revisions. */
export async function decisionsOfAll(
  unit: UnitOfWork,
  changeSetIds: readonly string[],
): Promise<Map<string, DecisionRow[]>> {
  const rows = await unit.em.execute<
    (Omit<DecisionRow, 'viewedMs'> & { viewedMs: string | null; changeSetId: string })[]
  >(
    `select d.id, d.change_set_id as "changeSetId", d.approval_id as "approvalId", d.gate, d.revision, d.digest, d.member_id as "memberId", m.email, d.verdict, d.reason, d.viewed_ms as "viewedMs",
            baton_instant(d.decided_at) as "decidedAt", baton_instant(d.valid_until) as "validUntil"
       from decision d join member m on m.id = d.member_id where d.change_set_id = any (?::uuid[]) order by d.decided_at, d.id`,
    [`{${changeSetIds.join(',')}}`],
  );
  const found = new Map<string, DecisionRow[]>();
  for (const { changeSetId, viewedMs, ...row } of rows) {
    const own = found.get(changeSetId) ?? [];
    found.set(changeSetId, [...own, { ...row, viewedMs: viewedMs === null ? null : Number(viewedMs) }]);
  }
  return found;
}

/** Notes that a person looks at an approval now, on its current bytes; the id goes into the verdict. @throws NOT_FOUND, FORBIDDEN */
export async function openApproval(
  unit: UnitOfWork,
  approvalId: string,
): Promise<{ viewSessionId: string; openedAt: string }> {
  if (unit.principal.kind !== 'PERSON')
    throw new AppError('FORBIDDEN', 'Only a person can open an approval to decide it.');
  const approval = await loadApproval(unit, approvalId);
  const viewSessionId = newId();
  const rows = await unit.em.execute<{ openedAt: string }[]>(
    `insert into view_session (id, workspace_id, approval_id, member_id, revision, digest)
     values (?::uuid, ?::uuid, ?::uuid, ?::uuid, ?, ?) returning baton_instant(opened_at) as "openedAt"`,
    [viewSessionId, unit.workspace.id, approval.id, unit.principal.memberId, approval.revision, approval.digest],
  );
  return { viewSessionId, openedAt: rows[0]?.openedAt ?? '' };
}

/** How many approvals wait, and how many of them for this member. */
export async function approvalCounts(unit: UnitOfWork, memberId: string | null): Promise<ApprovalCounts> {
  const rows = await unit.em.execute<{ gate: Gate; pending: number; mine: number; dueSoon: number }[]>(
    `select a.gate, count(*)::int as pending, count(*) filter (where ${MAY_DECIDE})::int as mine,
            count(*) filter (where a.decide_by <= baton_now() + interval '1 day')::int as "dueSoon"
       from ${SOURCE} where ${STATE_NOW} = 'PENDING' and c.state = 'NEEDS_APPROVAL' group by a.gate order by a.gate`,
    Array.from({ length: 5 }, () => memberId),
  );
  const sum = (key: 'pending' | 'mine' | 'dueSoon'): number => rows.reduce((total, row) => total + row[key], 0);
  return {
    pending: sum('pending'),
    mine: sum('mine'),
    dueSoon: sum('dueSoon'),
    byGate: rows.map(({ gate, pending }) => ({ gate, pending })),
  };
}

/** Number of the newest approval event; read in the same unit as the data, `approvalEvents` after it leaves no gap. */
export async function approvalsHead(unit: UnitOfWork): Promise<number> {
  const rows = await unit.em.execute<{ seq: string }[]>('select last_seq as seq from approval_head');
  return Number(rows[0]?.seq ?? 0);
}

/** Approval events with a larger number, in order. @default limit 500 */
export async function approvalEventsAfter(unit: UnitOfWork, after: number, limit = 500): Promise<ApprovalEvent[]> {
  const rows = await unit.em.execute<(Omit<ApprovalEvent, 'seq'> & { seq: string })[]>(
    `select seq, approval_id as "approvalId", change_set_id as "changeSetId", type, baton_instant(at) as at from approval_event where seq > ? order by seq limit ?`,
    [after, limit],
  );
  return rows.map((row) => ({ ...row, seq: Number(row.seq) }));
}

/** Members who may decide an approval now, with the roles that seat them; for prompts that say as whom a verdict is given. */
export async function eligibleDeciders(
  unit: UnitOfWork,
  approvalId: string,
): Promise<{ memberId: string; email: string; roles: PersonRole[] }[]> {
  return unit.em.execute<{ memberId: string; email: string; roles: PersonRole[] }[]>(
    `select m.id as "memberId", m.email, jsonb_agg(mr.role order by mr.role) as roles
       from ${SOURCE}, member m join member_role mr on mr.member_id = m.id
      where a.id = ?::uuid and m.active and mr.role in (select s ->> 'role' from jsonb_array_elements(a.seats) s)
        and not exists (select from decision d where d.approval_id = a.id and d.member_id = m.id)
        and not exists (select from decision d where d.change_set_id = a.change_set_id and d.revision = a.revision and d.member_id = m.id and d.verdict = 'APPROVE')
        and ((select bool_or(f.proposer_may_decide) from gate_floor f where f.gate = a.gate)
          or not (c.proposer_id = m.id::text or c.on_behalf_of is not distinct from m.id or m.id = any (c.co_proposers)))
      group by m.id, m.email order by m.email`,
    [approvalId],
  );
}

/** What cards forecast, by card; nothing for a card that forecasts nothing. */
export async function forecastsOfCards(unit: UnitOfWork, cardIds: readonly string[]): Promise<Map<string, Forecast>> {
  if (cardIds.length === 0) return new Map();
  const rows = await unit.em.execute<{ id: string; forecast: Forecast | null }[]>(
    `select id, card -> 'forecast' as forecast from recommendation where id = any (?::uuid[])`,
    [`{${cardIds.join(',')}}`],
  );
  return new Map(rows.flatMap(({ id, forecast }) => (forecast === null ? [] : [[id, forecast] as const])));
}

function cardOf(change: ChangeSetRow): string[] {
  return change.recommendationId === null ? [] : [change.recommendationId];
}

async function evidenceOf(unit: UnitOfWork, change: ChangeSetRow): Promise<ApprovalDetail['evidence']> {
  if (change.evidence.length === 0) return [];
  return unit.em.execute<ApprovalDetail['evidence'][number][]>(
    'select id, kind, tier, as_of as "asOf", output_digest as digest from evidence where id::text in (?) order by created_at, id',
    [change.evidence.map((entry) => entry.id)],
  );
}

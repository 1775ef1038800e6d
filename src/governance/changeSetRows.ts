/** Owns reading change sets: their rows as the rest of the house sees them. Writing them is elsewhere. */
import type { Action } from '../domain/actions.ts';
import type { Finding } from '../domain/compliance.ts';
import type { Gate } from '../domain/gates.ts';
import type { Principal } from '../domain/principal.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import { AppError } from '../kernel/errors.ts';
import { isId } from '../kernel/ids.ts';
import type { BaseRef } from './changeContent.ts';
import type { RequiredGate } from './floor.ts';

/** States of a change set; those after EXECUTION_UNKNOWN are final. */
export const changeSetStates = [
  'NEEDS_APPROVAL',
  'APPROVED',
  'EXECUTING',
  'EXECUTION_UNKNOWN',
  'EXECUTED',
  'FAILED',
  'REJECTED',
  'EXPIRED',
  'SUPERSEDED',
  'WITHDRAWN',
] as const;
export type ChangeSetState = (typeof changeSetStates)[number];

/** A change set as it is read. Amounts are minor units of `currency` over 30 days; null where the size cannot be told. */
export interface ChangeSetRow {
  readonly id: string;
  readonly runId: string | null;
  readonly recommendationId: string | null;
  readonly revision: number;
  readonly state: ChangeSetState;
  readonly title: string;
  readonly reason: string;
  readonly ifRejected: string;
  readonly proposerKind: Principal['kind'];
  readonly proposerId: string;
  readonly onBehalfOf: string | null;
  readonly coProposers: readonly string[];
  readonly actions: readonly Action[];
  readonly baseRefs: readonly BaseRef[];
  readonly evidence: readonly { readonly id: string; readonly digest: string }[];
  readonly riskFindings: readonly Finding[] | null;
  readonly requiredGates: readonly Gate[];
  readonly gates: readonly RequiredGate[];
  readonly policyVersion: string;
  readonly digest: string;
  readonly canonical: string;
  readonly spendDeltaMinor: bigint | null;
  readonly absDeltaMinor: bigint | null;
  readonly windowAbsDeltaMinor: bigint | null;
  readonly windowBaseMinor: bigint | null;
  readonly currency: string;
  readonly interruptId: string | null;
  readonly settledReason: string | null;
  readonly submittedAt: string;
  readonly decideBy: string;
  readonly settledAt: string | null;
  readonly createdAt: string;
}

/** Which change sets; without a filter all, newest first. */
export interface ChangeSetFilter {
  readonly states?: readonly ChangeSetState[];
  readonly runId?: string;
  readonly ids?: readonly string[];
  /** @default 100 */
  readonly limit?: number;
}

const COLUMNS = `id, run_id as "runId", recommendation_id as "recommendationId", revision, state, title, reason, if_rejected as "ifRejected", proposer_kind as "proposerKind",
  proposer_id as "proposerId", on_behalf_of as "onBehalfOf", to_jsonb(co_proposers) as "coProposers", actions, base_refs as "baseRefs", evidence,
  risk_findings as "riskFindings", to_jsonb(required_gates) as "requiredGates", canonical::jsonb -> 'requiredGates' as gates, policy_version as "policyVersion", digest, canonical,
  spend_delta_minor as "spendDeltaMinor", abs_delta_minor as "absDeltaMinor", window_abs_delta_minor as "windowAbsDeltaMinor", window_base_minor as "windowBaseMinor", currency,
  interrupt_id as "interruptId", settled_reason as "settledReason", baton_instant(submitted_at) as "submittedAt", baton_instant(decide_by) as "decideBy",
  baton_instant(settled_at) as "settledAt", baton_instant(created_at) as "createdAt"`;

/** Reads one. @throws NOT_FOUND for an unknown or foreign id */
export async function loadChangeSet(unit: UnitOfWork, changeSetId: string): Promise<ChangeSetRow> {
  const found = await findChangeSet(unit, changeSetId);
  if (!found) throw new AppError('NOT_FOUND', `There is no change set ${changeSetId} in this workspace.`);
  return found;
}

/** Reads one and holds its row until the unit ends. @throws NOT_FOUND */
export async function lockChangeSet(unit: UnitOfWork, changeSetId: string): Promise<ChangeSetRow> {
  if (isId(changeSetId)) await unit.em.execute('select 1 from change_set where id = ?::uuid for update', [changeSetId]);
  return loadChangeSet(unit, changeSetId);
}

/** Change sets in some states or of a run, newest first. @default limit 100 */
export async function listChangeSets(unit: UnitOfWork, filter: ChangeSetFilter = {}): Promise<ChangeSetRow[]> {
  const states = filter.states ?? changeSetStates;
  if (states.length === 0 || filter.ids?.length === 0) return [];
  const conditions = ['state in (?)'];
  const values: unknown[] = [[...states]];
  if (filter.runId) {
    conditions.push('run_id = ?::uuid');
    values.push(filter.runId);
  }
  if (filter.ids) {
    conditions.push('id::text in (?)');
    values.push([...filter.ids]);
  }
  const rows = await unit.em.execute<StoredRow[]>(
    `select ${COLUMNS} from change_set where ${conditions.join(' and ')} order by created_at desc, id desc limit ?`,
    [...values, filter.limit ?? 100],
  );
  return rows.map(readRow);
}

/** Reads one; null for an unknown or foreign id. */
export async function findChangeSet(unit: UnitOfWork, id: string): Promise<ChangeSetRow | null> {
  if (!isId(id)) return null;
  const rows = await unit.em.execute<StoredRow[]>(`select ${COLUMNS} from change_set where id = ?::uuid`, [id]);
  return rows[0] ? readRow(rows[0]) : null;
}

type Amounts = 'spendDeltaMinor' | 'absDeltaMinor' | 'windowAbsDeltaMinor' | 'windowBaseMinor';
type StoredRow = Omit<ChangeSetRow, Amounts> & Record<Amounts, string | null>;

function readRow(row: StoredRow): ChangeSetRow {
  const minor = (value: string | null): bigint | null => (value === null ? null : BigInt(value));
  return {
    ...row,
    spendDeltaMinor: minor(row.spendDeltaMinor),
    absDeltaMinor: minor(row.absDeltaMinor),
    windowAbsDeltaMinor: minor(row.windowAbsDeltaMinor),
    windowBaseMinor: minor(row.windowBaseMinor),
  };
}

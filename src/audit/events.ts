/** Owns writing to and reading from the audit chain. Numbers, times and hashes are made by the database; checking them is elsewhere. */
import { principalId, type Principal } from '../domain/principal.ts';
import type { UnitOfWork } from '../domain/unit.ts';

/** One event as it is hashed: flat, strings and integers only, plus its hash. Holds ids and hashes, never text about people. */
export interface AuditEvent {
  readonly actorId: string;
  readonly actorKind: Principal['kind'];
  /** ISO 8601 in UTC with milliseconds. */
  readonly at: string;
  readonly changeId: string | null;
  readonly dataHash: string | null;
  readonly dataRef: string | null;
  readonly digest: string | null;
  readonly id: string;
  readonly onBehalfOf: string | null;
  readonly outcome: string;
  readonly policyVersion: string | null;
  /** Hash of the event before; 64 zeros for the first. */
  readonly prevHash: string;
  readonly runId: string | null;
  /** Counts from 1 without a gap in each workspace. */
  readonly seq: number;
  readonly subjectId: string;
  readonly subjectType: string;
  /** `noun.past_tense`, such as `change_set.submitted`. */
  readonly type: string;
  readonly workspaceId: string;
  readonly hash: string;
}

/** What a caller tells the chain; the actor is the unit's principal unless one is named. */
export interface AuditEntry {
  /** `noun.past_tense` in lower case, such as `workspace.created`. */
  readonly type: string;
  readonly subject: { readonly type: string; readonly id: string };
  readonly outcome: string;
  readonly actor?: Principal;
  readonly runId?: string | null;
  readonly changeId?: string | null;
  readonly digest?: string | null;
  readonly policyVersion?: string | null;
  /** Where the data stands, such as `decision:<id>`, with the SHA-256 of its canonical bytes. */
  readonly dataRef?: string | null;
  readonly dataHash?: string | null;
}

/** A part of the chain in order of `seq`. */
export interface AuditPage {
  /** Only events with a larger number. @default 0 */
  readonly after?: number;
  /** @default 100 */
  readonly limit?: number;
  readonly subject?: { readonly type: string; readonly id: string };
  readonly changeId?: string;
}

/** Columns of an event under the names that are hashed. */
const EVENT_COLUMNS = `actor_id as "actorId", actor_kind as "actorKind", baton_instant(at) as at, change_id as "changeId", data_hash as "dataHash",
  data_ref as "dataRef", digest, id, on_behalf_of as "onBehalfOf", outcome, policy_version as "policyVersion", prev_hash as "prevHash", run_id as "runId",
  seq, subject_id as "subjectId", subject_type as "subjectType", type, workspace_id as "workspaceId", hash`;

/** Appends one event in the unit of the change that it tells of, and gives its number. */
export async function auditAppend(unit: UnitOfWork, entry: AuditEntry): Promise<number> {
  const actor = entry.actor ?? unit.principal;
  const rows = await unit.em.execute<{ seq: string }[]>(
    'select audit_append(?, ?, ?, ?, ?, ?, ?::uuid, ?::uuid, ?, ?, ?, ?, ?) as seq',
    [
      entry.type,
      actor.kind,
      principalId(actor),
      actor.kind === 'AGENT' ? actor.onBehalfOf : null,
      entry.subject.type,
      entry.subject.id,
      entry.runId ?? (actor.kind === 'AGENT' ? actor.runId : null),
      entry.changeId ?? null,
      entry.digest ?? null,
      entry.policyVersion ?? null,
      entry.outcome,
      entry.dataRef ?? null,
      entry.dataHash ?? null,
    ],
  );
  return Number(rows[0]?.seq);
}

/** Events of the unit's workspace, sorted by `seq`. */
export async function auditEvents(unit: UnitOfWork, page: AuditPage = {}): Promise<AuditEvent[]> {
  const conditions = ['seq > ?'];
  const values: (string | number)[] = [page.after ?? 0];
  if (page.subject) {
    conditions.push('subject_type = ? and subject_id = ?');
    values.push(page.subject.type, page.subject.id);
  }
  if (page.changeId) {
    conditions.push('change_id = ?::uuid');
    values.push(page.changeId);
  }
  const rows = await unit.em.execute<(Omit<AuditEvent, 'seq'> & { seq: string })[]>(
    `select ${EVENT_COLUMNS} from audit_event where ${conditions.join(' and ')} order by seq limit ?`,
    [...values, page.limit ?? 100],
  );
  return rows.map((row) => ({ ...row, seq: Number(row.seq) }));
}

/** Number and hash of the newest event; number 0 for an empty chain. */
export async function auditHead(unit: UnitOfWork): Promise<{ seq: number; hash: string; now: string }> {
  const rows = await unit.em.execute<{ seq: string; hash: string; now: string }[]>(
    `select coalesce(h.last_seq, 0) as seq, coalesce(h.last_hash, repeat('0', 64)) as hash, baton_instant(baton_now()) as now
       from (select 1) one left join audit_head h on h.workspace_id = ?::uuid`,
    [unit.workspace.id],
  );
  const head = rows[0];
  return { seq: Number(head?.seq ?? 0), hash: head?.hash ?? '', now: head?.now ?? '' };
}

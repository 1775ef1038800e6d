/** Owns the effect ledger: starting an execution, claiming one effect at a time, recording what came of it. Sends nothing. */
import type { Action } from '../domain/actions.ts';
import type { ChannelOutcome } from '../domain/channel.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import { auditAppend } from '../audit/events.ts';
import { AppError, assertNever } from '../kernel/errors.ts';
import { derivedId, isId } from '../kernel/ids.ts';
import { applyAction } from './appliedState.ts';
import { loadChangeSet, lockChangeSet, type ChangeSetRow } from './changeSetRows.ts';
import { settleChangeSet } from './changeSets.ts';

/** Channel name of actions that Baton carries out in its own rows. */
export const INTERNAL_CHANNEL = 'baton';

export type EffectStatus = 'PENDING' | 'DONE' | 'REFUSED' | 'UNKNOWN';

/** One action on its way out, or what came of it. */
export interface EffectRow {
  readonly id: string;
  readonly changeSetId: string;
  readonly actionIndex: number;
  readonly kind: Action['kind'];
  readonly action: Action;
  readonly idempotencyKey: string;
  readonly channel: string | null;
  readonly status: EffectStatus;
  readonly outcome: string | null;
  /** What the outside calls it. */
  readonly reference: string | null;
  /** Times that it was sent or asked for. */
  readonly attempts: number;
  readonly createdAt: string;
  readonly recordedAt: string | null;
}

/** Why an approved change set was not executed now; the re-decision under lock gave it. */
export type ExecutionRefusal =
  | 'NOT_APPROVED'
  | 'DIGEST_BROKEN'
  | 'POLICY_MOVED'
  | 'GATE_MISSING'
  | 'VETOED'
  | 'EXPIRED'
  | 'QUORUM_LOST'
  | 'BUSY'
  | 'BASE_MOVED';

const COLUMNS = `e.id, e.change_set_id as "changeSetId", e.action_index as "actionIndex", e.kind, a.action, e.idempotency_key as "idempotencyKey", e.channel, e.status,
  e.outcome, e.reference, e.attempts, baton_instant(e.created_at) as "createdAt", baton_instant(e.recorded_at) as "recordedAt"`;
const SOURCE = `effect e join change_set_action a on a.change_set_id = e.change_set_id and a.revision = e.revision and a.position = e.action_index`;

/** Effects of a change set in order of its actions. */
export async function effectsOf(unit: UnitOfWork, changeSetId: string): Promise<EffectRow[]> {
  return unit.em.execute<EffectRow[]>(
    `select ${COLUMNS} from ${SOURCE} where e.change_set_id = ?::uuid order by e.action_index`,
    [changeSetId],
  );
}

/** Reads one effect. @throws NOT_FOUND for an unknown or foreign id */
export async function loadEffect(unit: UnitOfWork, effectId: string): Promise<EffectRow> {
  const rows = isId(effectId)
    ? await unit.em.execute<EffectRow[]>(`select ${COLUMNS} from ${SOURCE} where e.id = ?::uuid`, [effectId])
    : [];
  if (!rows[0]) throw new AppError('NOT_FOUND', `There is no effect ${effectId} in this workspace.`);
  return rows[0];
}

/** Effects of several change sets, in order of their actions. */
export async function effectsOfAll(unit: UnitOfWork, changeSetIds: readonly string[]): Promise<EffectRow[]> {
  if (changeSetIds.length === 0) return [];
  return unit.em.execute<EffectRow[]>(
    `select ${COLUMNS} from ${SOURCE} where e.change_set_id::text in (?) order by e.change_set_id, e.action_index`,
    [[...changeSetIds]],
  );
}

/**
 * Decides anew whether the change set may be executed and, if so, writes the execution and one pending effect an action.
 * A change set that is executing already is left as it is; one that may no longer be executed moves to the state that says why.
 * @throws NOT_FOUND
 */
export async function startExecution(
  unit: UnitOfWork,
  changeSetId: string,
): Promise<{ change: ChangeSetRow; refusal: ExecutionRefusal | null }> {
  await unit.em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`baton-change:${unit.workspace.id}`]);
  const change = await lockChangeSet(unit, changeSetId);
  if (change.state !== 'APPROVED') {
    const under =
      change.state === 'EXECUTING' ||
      change.state === 'EXECUTION_UNKNOWN' ||
      change.state === 'EXECUTED' ||
      change.state === 'FAILED';
    return { change, refusal: under ? null : 'NOT_APPROVED' };
  }
  const rows = await unit.em.execute<{ refusal: ExecutionRefusal | null }[]>(
    'select execution_refusal(c) as refusal from change_set c where c.id = ?::uuid',
    [change.id],
  );
  const refusal = rows[0]?.refusal ?? null;
  if (refusal !== null) return { change: await refuse(unit, change, refusal), refusal };
  await unit.em.execute(
    'insert into execution (change_set_id, workspace_id, revision, digest) values (?::uuid, ?::uuid, ?, ?)',
    [change.id, unit.workspace.id, change.revision, change.digest],
  );
  for (const [index, action] of change.actions.entries()) {
    const key = derivedId('effect', change.id, String(change.revision), String(index));
    await unit.em.execute(
      `insert into effect (id, workspace_id, change_set_id, revision, action_index, kind, idempotency_key, created_at)
       values (?::uuid, ?::uuid, ?::uuid, ?, ?, ?, ?, baton_now())`,
      [key, unit.workspace.id, change.id, change.revision, index, action.kind, `baton-${key}`],
    );
  }
  return { change: await settleChangeSet(unit, change, { state: 'EXECUTING', reason: null }), refusal: null };
}

/** An effect that this sender holds now. */
export interface OurClaim {
  readonly kind: 'OURS';
  readonly effect: EffectRow;
  /** False when somebody tried before: ask the channel what became of it first. */
  readonly firstTry: boolean;
  readonly digest: string;
  readonly workspaceId: string;
}
/** What the next step of an execution is: an effect that is now ours, somebody else's that is on its way, or nothing left. */
export type Claim = OurClaim | { readonly kind: 'THEIRS' } | { readonly kind: 'NONE' };

/** How an effect is taken. */
export interface ClaimPlan {
  readonly claimMs: number;
  /** Chooses the channel at the first try; later tries keep it. */
  readonly channelOf: (action: Action) => string | null;
}

/** Takes the next effect that is not settled, for `claimMs`; a claim that lapsed was left by a sender that died. */
export async function claimEffect(unit: UnitOfWork, changeSetId: string, plan: ClaimPlan): Promise<Claim> {
  const rows = await unit.em.execute<{ id: string; held: boolean; attempts: number }[]>(
    `select id, coalesce(claimed_until > baton_now(), false) as held, attempts from effect
      where change_set_id = ?::uuid and status in ('PENDING', 'UNKNOWN') order by action_index limit 1 for update`,
    [changeSetId],
  );
  const next = rows[0];
  if (!next) return { kind: 'NONE' };
  if (next.held) return { kind: 'THEIRS' };
  const change = await loadChangeSet(unit, changeSetId);
  const before = await loadEffect(unit, next.id);
  await unit.em.execute(
    `update effect set attempts = attempts + 1, channel = coalesce(channel, ?), claimed_until = baton_now() + make_interval(secs => ? / 1000.0) where id = ?::uuid`,
    [plan.channelOf(before.action), plan.claimMs, next.id],
  );
  const effect = await loadEffect(unit, next.id);
  return { kind: 'OURS', effect, firstTry: next.attempts === 0, digest: change.digest, workspaceId: unit.workspace.id };
}

/** Records what came of an effect and, when it was done, the state it changes: one unit with its audit event. Recording twice changes nothing. */
export async function recordOutcome(unit: UnitOfWork, effect: EffectRow, outcome: ChannelOutcome): Promise<EffectRow> {
  const change = await lockChangeSet(unit, effect.changeSetId);
  const locked = await unit.em.execute<{ status: EffectStatus }[]>(
    'select status from effect where id = ?::uuid for update',
    [effect.id],
  );
  if (locked[0]?.status === 'DONE' || locked[0]?.status === 'REFUSED') return loadEffect(unit, effect.id);
  const missing = outcome.status === 'DONE' ? await applyAction(unit, effect.action, change.id) : null;
  const internalMiss = missing !== null && effect.channel === INTERNAL_CHANNEL;
  const status: EffectStatus = internalMiss ? 'REFUSED' : outcome.status;
  const detail = missing === null ? outcome.detail : `${outcome.detail} ${missing}`.trim();
  await unit.em.execute(
    `update effect set status = ?, outcome = ?, reference = ?, claimed_until = null, recorded_at = baton_now() where id = ?::uuid`,
    [status, detail, outcome.status === 'DONE' ? outcome.reference : null, effect.id],
  );
  await auditEffect(unit, change, effect, status);
  if (status === 'REFUSED') await stopRest(unit, change, effect);
  await settleExecution(unit, change.id);
  return loadEffect(unit, effect.id);
}

/** Actions of one change set belong together: after a refusal the rest is not sent. */
async function stopRest(unit: UnitOfWork, change: ChangeSetRow, refused: EffectRow): Promise<void> {
  const rest = (await effectsOf(unit, change.id)).filter(
    (effect) => effect.status === 'PENDING' && effect.attempts === 0,
  );
  for (const effect of rest) {
    await unit.em.execute(
      `update effect set status = 'REFUSED', outcome = ?, recorded_at = baton_now() where id = ?::uuid`,
      [`Not sent: action ${refused.actionIndex + 1} of the same change set was refused.`, effect.id],
    );
    await auditEffect(unit, change, effect, 'REFUSED');
  }
}

async function settleExecution(unit: UnitOfWork, changeSetId: string): Promise<void> {
  const effects = await effectsOf(unit, changeSetId);
  const change = await loadChangeSet(unit, changeSetId);
  const has = (status: EffectStatus): boolean => effects.some((effect) => effect.status === status);
  if (has('UNKNOWN')) {
    if (change.state === 'EXECUTING') await settleChangeSet(unit, change, { state: 'EXECUTION_UNKNOWN', reason: null });
    return;
  }
  if (has('PENDING')) return;
  await unit.em.execute('update execution set ended_at = baton_now() where change_set_id = ?::uuid', [changeSetId]);
  const refused = effects.find((effect) => effect.status === 'REFUSED');
  await settleChangeSet(
    unit,
    change,
    refused ? { state: 'FAILED', reason: refused.outcome } : { state: 'EXECUTED', reason: null },
  );
}

async function refuse(unit: UnitOfWork, change: ChangeSetRow, refusal: ExecutionRefusal): Promise<ChangeSetRow> {
  await auditAppend(unit, {
    type: 'execution.refused',
    outcome: refusal,
    subject: { type: 'change_set', id: change.id },
    runId: change.runId,
    changeId: change.id,
    digest: change.digest,
    policyVersion: change.policyVersion,
  });
  switch (refusal) {
    case 'EXPIRED':
      await unit.em.execute('select change_set_expire(?::uuid)', [change.id]);
      return loadChangeSet(unit, change.id);
    case 'QUORUM_LOST':
      return settleChangeSet(unit, change, { state: 'NEEDS_APPROVAL', reason: null });
    case 'BASE_MOVED':
      return settleChangeSet(unit, change, {
        state: 'SUPERSEDED',
        reason: 'What it starts from changed after it was proposed. Propose it again on the present state.',
      });
    case 'POLICY_MOVED':
      return settleChangeSet(unit, change, {
        state: 'SUPERSEDED',
        reason: 'The rules changed after it was approved. Propose it again.',
      });
    case 'DIGEST_BROKEN':
    case 'GATE_MISSING':
    case 'VETOED':
      return settleChangeSet(unit, change, { state: 'SUPERSEDED', reason: `It may not be executed: ${refusal}.` });
    case 'NOT_APPROVED':
    case 'BUSY':
      return change;
    default:
      return assertNever(refusal);
  }
}

async function auditEffect(
  unit: UnitOfWork,
  change: ChangeSetRow,
  effect: EffectRow,
  status: EffectStatus,
): Promise<void> {
  await auditAppend(unit, {
    type: 'effect.recorded',
    outcome: status,
    subject: { type: 'effect', id: effect.id },
    runId: change.runId,
    changeId: change.id,
    digest: change.digest,
    policyVersion: change.policyVersion,
  });
}

/** Owns what a carried-out action changes in Baton's own rows: budgets, campaigns, audiences, messages, strategies. Runs as executor only. */
import type { Action } from '../domain/actions.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import { assertNever } from '../kernel/errors.ts';
import { derivedId, isId, newId } from '../kernel/ids.ts';
import { microsFromMinor } from '../kernel/money.ts';

/**
 * Applies one action to the governed state, in the unit that records its effect.
 * Gives null, or why there was nothing to apply it to.
 */
export async function applyAction(unit: UnitOfWork, action: Action, changeSetId: string): Promise<string | null> {
  switch (action.kind) {
    case 'budget.set':
    case 'budget.reduce':
      return applyBudget(unit, action, changeSetId);
    case 'campaign.pause':
      return applyStatus(unit, action.target, { to: 'PAUSED', from: ['OBSERVED', 'ACTIVE'] });
    case 'campaign.resume':
      return applyStatus(unit, action.target, { to: 'ACTIVE', from: ['PAUSED'] });
    case 'audience.define':
      return applyAudience(unit, action);
    case 'message.publish':
      return applyMessage(unit, action);
    case 'strategy.activate':
      return applyStrategy(unit, action);
    case 'test.start':
    case 'import.personal':
      // The channel, or the import that waited, acts on it; no row of Baton's own changes.
      return null;
    default:
      return assertNever(action);
  }
}

type ActionOf<K extends Action['kind']> = Extract<Action, { kind: K }>;

async function applyBudget(
  unit: UnitOfWork,
  action: ActionOf<'budget.set' | 'budget.reduce'>,
  changeSetId: string,
): Promise<string | null> {
  const rows = await unit.em.execute<{ channel: string; campaignId: string | null; today: string }[]>(
    `select coalesce(c.channel, k.key, ?) as channel, c.id as "campaignId",
            coalesce(w.business_date, (baton_now() at time zone w.time_zone)::date) as today
       from workspace w
       left join campaign c on ? = 'campaign' and c.id::text = ?
       left join channel k on ? = 'channel' and (k.id::text = ? or k.key = ?)
      where w.id = ?::uuid and (? = 'channel' or c.id is not null)`,
    [
      action.target.id,
      action.target.type,
      action.target.id,
      action.target.type,
      action.target.id,
      action.target.id,
      unit.workspace.id,
      action.target.type,
    ],
  );
  const target = rows[0];
  if (!target) return `There is no ${action.target.type} ${action.target.id} to set a budget for.`;
  await unit.em.execute(
    `update budget set status = 'SUPERSEDED' where status = 'APPROVED' and channel = ? and campaign_id is not distinct from ?::uuid`,
    [target.channel, target.campaignId],
  );
  await unit.em.execute(
    `insert into budget (id, workspace_id, channel, campaign_id, status, period, amount_micros, currency, valid_from, change_set_id, created_at)
     values (?::uuid, ?::uuid, ?, ?::uuid, 'APPROVED', ?, ?, ?, ?::date, ?::uuid, clock_timestamp())`,
    [
      newId(),
      unit.workspace.id,
      target.channel,
      target.campaignId,
      action.period,
      microsFromMinor(BigInt(action.after.minor), action.after.currency),
      action.after.currency,
      target.today,
      changeSetId,
    ],
  );
  return null;
}

async function applyStatus(
  unit: UnitOfWork,
  target: Action['target'],
  change: { to: string; from: readonly string[] },
): Promise<string | null> {
  const rows = await unit.em.execute<unknown[]>(
    `update campaign set status = ?, version = version + 1
      where status in (?) and case ? when 'campaign' then id::text = ? else channel = coalesce((select key from channel where id::text = ?), ?) end returning id`,
    [change.to, change.from, target.type, target.id, target.id, target.id],
  );
  return rows.length > 0 ? null : `No campaign of ${target.name} could become ${change.to}.`;
}

async function applyAudience(unit: UnitOfWork, action: ActionOf<'audience.define'>): Promise<string | null> {
  await unit.em.execute(
    `insert into audience (id, workspace_id, name, status, definition, version) values (?::uuid, ?::uuid, ?, 'ACTIVE', ?::jsonb, 1)
     on conflict (id) do update set status = 'ACTIVE', definition = excluded.definition, version = audience.version + 1`,
    [rowIdOf(unit, action.target), unit.workspace.id, action.target.name, JSON.stringify(action.definition)],
  );
  return null;
}

async function applyMessage(unit: UnitOfWork, action: ActionOf<'message.publish'>): Promise<string | null> {
  await unit.em.execute(
    `insert into message (id, workspace_id, name, channel, campaign_id, status, headline, body, call_to_action, digest, version)
     values (?::uuid, ?::uuid, ?, (select channel from campaign where id::text = ?), (select id from campaign where id::text = ?), 'ACTIVE', ?, ?, ?, ?, 1)
     on conflict (id) do update set status = 'ACTIVE', headline = excluded.headline, body = excluded.body, call_to_action = excluded.call_to_action,
       campaign_id = excluded.campaign_id, channel = excluded.channel, digest = excluded.digest, version = message.version + 1`,
    [
      rowIdOf(unit, action.target),
      unit.workspace.id,
      action.target.name,
      action.campaignId,
      action.campaignId,
      action.headline,
      action.body,
      action.callToAction,
      action.contentDigest,
    ],
  );
  if (action.replacesMessageId !== null && action.replacesMessageId !== action.target.id) {
    await unit.em.execute(
      `update message set status = 'RETIRED', version = version + 1 where id::text = ? and status <> 'RETIRED'`,
      [action.replacesMessageId],
    );
  }
  return null;
}

async function applyStrategy(unit: UnitOfWork, action: ActionOf<'strategy.activate'>): Promise<string | null> {
  const known = await unit.em.execute<unknown[]>('select 1 from strategy where id::text = ? and market = ?', [
    action.target.id,
    action.market,
  ]);
  if (known.length === 0) return `There is no strategy ${action.target.id} for market ${action.market}.`;
  await unit.em.execute(
    `update strategy set status = 'RETIRED' where market = ? and status = 'ACTIVE' and id::text <> ?`,
    [action.market, action.target.id],
  );
  await unit.em.execute(`update strategy set status = 'ACTIVE', activated_at = baton_now() where id::text = ?`, [
    action.target.id,
  ]);
  return null;
}

/** The row that a target stands for: its own id, or one derived from it where the action names something new in words. */
function rowIdOf(unit: UnitOfWork, target: Action['target']): string {
  return isId(target.id) ? target.id : derivedId(unit.workspace.id, target.type, target.id);
}

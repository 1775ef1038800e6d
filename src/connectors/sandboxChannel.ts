/** Owns the sandbox channel: approved actions really change the campaigns of a demo workspace's simulated market, once for each key. */
import { LockMode } from '@mikro-orm/core';
import type { Action } from '../domain/actions.ts';
import type { ChannelOutcome, ChannelPort, ChannelRequest } from '../domain/channel.ts';
import type { InUnit, UnitOfWork } from '../domain/unit.ts';
import { CampaignEntity } from '../database/entities/campaign.ts';
import { AudienceEntity, MessageEntity } from '../database/entities/message.ts';
import { SandboxCallEntity, SandboxMarketEntity } from '../database/entities/sandbox.ts';
import { AppError, assertNever } from '../kernel/errors.ts';
import { isId } from '../kernel/ids.ts';
import { microsFromMinor } from '../kernel/money.ts';
import { excludeAudience, publishMessage, setDailyBudget, setPaused } from '../simulator/campaignChanges.ts';
import type { MarketState } from '../simulator/marketTypes.ts';

/** Days of a week, for budgets that are stated by the week. */
const DAYS_PER_WEEK = 7n;

/** The sandbox of all demo workspaces; `units` opens units of one. It answers for workspaces that have a market and for no other. */
export function sandboxChannel(units: (workspaceId: string) => InUnit): ChannelPort {
  return {
    name: 'sandbox',
    accepts: (action) => action.kind !== 'strategy.activate' && action.kind !== 'import.personal',
    serves: (workspaceId) =>
      units(workspaceId)('app', async ({ em }) => (await em.count(SandboxMarketEntity, { workspaceId })) > 0),
    send: (request) => units(request.workspaceId)('app', (unit) => carryOut(unit, request)),
    reconcile: (request) => units(request.workspaceId)('app', (unit) => earlierCall(unit, request)),
  };
}

async function earlierCall({ em, workspace }: UnitOfWork, request: ChannelRequest): Promise<ChannelOutcome | null> {
  const call = await em.findOne(SandboxCallEntity, {
    workspaceId: workspace.id,
    idempotencyKey: request.idempotencyKey,
  });
  return call ? { status: 'DONE', reference: call.reference, detail: 'Carried out before under this key.' } : null;
}

/** The change of the market and the note of the key are one transaction: a second try finds the note. */
async function carryOut(unit: UnitOfWork, request: ChannelRequest): Promise<ChannelOutcome> {
  const { em, workspace, clock } = unit;
  const lockMode = LockMode.PESSIMISTIC_WRITE;
  const market = await em.findOne(SandboxMarketEntity, { workspaceId: workspace.id }, { lockMode });
  if (!market) return { status: 'REFUSED', detail: 'This workspace has no simulated market.' };
  const before = await earlierCall(unit, request);
  if (before) return before;
  try {
    market.state = await changed(unit, market.state as MarketState, request.action);
  } catch (error) {
    if (error instanceof AppError) return { status: 'REFUSED', detail: error.message };
    throw error;
  }
  const reference = `sandbox-${request.idempotencyKey.slice(-12)}`;
  em.create(SandboxCallEntity, {
    workspaceId: workspace.id,
    idempotencyKey: request.idempotencyKey,
    action: request.action,
    reference,
    at: clock.now(),
  });
  await em.flush();
  return { status: 'DONE', reference, detail: `From the day after ${market.advancedThrough} on.` };
}

async function changed(unit: UnitOfWork, state: MarketState, action: Action): Promise<MarketState> {
  switch (action.kind) {
    case 'budget.set':
    case 'budget.reduce':
      return withBudget(unit, state, action);
    case 'campaign.pause':
      return setPaused(state, await campaignOf(unit, action.target.id), true);
    case 'campaign.resume':
      return setPaused(state, await campaignOf(unit, action.target.id), false);
    case 'audience.define':
      return action.definition['excluded'] === true
        ? excludeAudience(state, await audienceOf(unit, action.target.id))
        : state;
    case 'message.publish':
      return withMessage(unit, state, action);
    case 'test.start':
      // A test holds spend back in some places only; the simulated market has no places, so nothing of it changes.
      return state;
    case 'strategy.activate':
    case 'import.personal':
      throw new AppError('BAD_USER_INPUT', `${action.kind} is no work of a channel.`);
    default:
      return assertNever(action);
  }
}

/** Sets one campaign's budget, or scales all of a channel's to the new sum. */
async function withBudget(
  unit: UnitOfWork,
  state: MarketState,
  action: Extract<Action, { kind: 'budget.set' | 'budget.reduce' }>,
): Promise<MarketState> {
  const asked = microsFromMinor(BigInt(action.after.minor), action.after.currency);
  const daily = action.period === 'WEEK' ? asked / DAYS_PER_WEEK : asked;
  if (action.target.type === 'campaign') return setDailyBudget(state, await campaignOf(unit, action.target.id), daily);
  const own = state.campaigns.filter(
    (campaign) => campaign.channel === action.target.id || campaign.channel === action.target.name,
  );
  if (own.length === 0) throw new AppError('NOT_FOUND', `The market has no channel ${action.target.name}.`);
  const sum = own.reduce((total, campaign) => total + BigInt(campaign.dailyBudgetMicros ?? '0'), 0n);
  const share = (campaign: (typeof own)[number]): bigint =>
    sum > 0n ? (daily * BigInt(campaign.dailyBudgetMicros ?? '0')) / sum : daily / BigInt(own.length);
  return own.reduce((next, campaign) => setDailyBudget(next, campaign.id, share(campaign)), state);
}

async function withMessage(
  unit: UnitOfWork,
  state: MarketState,
  action: Extract<Action, { kind: 'message.publish' }>,
): Promise<MarketState> {
  const campaignId = await campaignOf(unit, action.campaignId);
  const replaced =
    action.replacesMessageId === null ? null : await unit.em.findOne(MessageEntity, { id: action.replacesMessageId });
  const known = await unit.em.findOne(MessageEntity, { id: action.target.id });
  const channel = state.campaigns.find((campaign) => campaign.id === campaignId)?.channel ?? '';
  const message = { id: known?.externalId ?? action.target.id, name: action.target.name, channel };
  const next = publishMessage(state, campaignId, {
    message,
    replacesMessageId: replaced?.externalId ?? null,
    known: known?.externalId !== null && known !== null,
  });
  if (known?.externalId == null && isId(action.target.id)) await noteExternalId(unit, action, message);
  return next;
}

/** Writes down under which id the market shows a new message, as its exports will name it; else they would be about a second message. */
async function noteExternalId(
  { em, workspace }: UnitOfWork,
  action: Extract<Action, { kind: 'message.publish' }>,
  shown: { id: string; name: string; channel: string },
): Promise<void> {
  await em.execute(
    `insert into message (id, workspace_id, external_id, name, channel, campaign_id, status) values (?::uuid, ?::uuid, ?, ?, ?, ?::uuid, 'DRAFT')
     on conflict do nothing`,
    [action.target.id, workspace.id, shown.id, shown.name, shown.channel, action.campaignId],
  );
}

/** The market's own id of a campaign, which the rows of imports carry as the external id. */
async function campaignOf({ em }: UnitOfWork, id: string): Promise<string> {
  const row = await em.findOne(CampaignEntity, { id });
  if (!row?.externalId) throw new AppError('NOT_FOUND', `The market has no campaign ${id}.`);
  return row.externalId;
}

async function audienceOf({ em }: UnitOfWork, id: string): Promise<string> {
  const row = await em.findOne(AudienceEntity, { id });
  if (!row?.externalId) throw new AppError('NOT_FOUND', `The market has no audience ${id}.`);
  return row.externalId;
}

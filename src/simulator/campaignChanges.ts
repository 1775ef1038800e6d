/** Owns the changes that a channel manager can make to a market's campaigns. Each answers a new state; nothing happens to the market's past. */
import { addDays } from '../kernel/calendar.ts';
import { AppError } from '../kernel/errors.ts';
import type { AddedMessage, CampaignState, MarketState, PairState } from './marketTypes.ts';

/** Sets a campaign's budget a day. @throws NOT_FOUND for an unknown campaign, BAD_USER_INPUT for a negative budget. */
export function setDailyBudget(state: MarketState, campaignId: string, micros: bigint): MarketState {
  if (micros < 0n)
    throw new AppError('BAD_USER_INPUT', `A budget of ${micros} micros a day is negative.`, {
      hint: 'Pause the campaign instead.',
    });
  return changeCampaign(state, campaignId, (campaign) => ({ ...campaign, dailyBudgetMicros: micros.toString() }));
}

/** Pauses a campaign or lets it run again. @throws NOT_FOUND for an unknown campaign. */
export function setPaused(state: MarketState, campaignId: string, paused: boolean): MarketState {
  return changeCampaign(state, campaignId, (campaign) => ({ ...campaign, paused }));
}

/**
 * Shows a message in a campaign from the next day on: in place of `replacesMessageId`, or beside the others with an equal share.
 * A message that the market does not know is added with a true effect drawn from the seed and its id.
 * @throws NOT_FOUND when the campaign, or the message to replace, is not there.
 */
export function publishMessage(
  state: MarketState,
  campaignId: string,
  change: { message: AddedMessage; replacesMessageId: string | null; known?: boolean },
): MarketState {
  const { message, replacesMessageId } = change;
  const from = addDays(state.day, 1);
  const changed = changeCampaign(state, campaignId, (campaign) => ({
    ...campaign,
    pairs: pairsWith(campaign, { message, replacesMessageId, from, lastDay: state.day }),
  }));
  const isNew = !change.known && !state.addedMessages.some((added) => added.id === message.id);
  return isNew ? { ...changed, addedMessages: [...changed.addedMessages, message] } : changed;
}

/** Stops showing an audience anything in one campaign, or in all. The campaign's spend goes to its other pairs; with none left it is paused. */
export function excludeAudience(state: MarketState, audienceId: string, campaignId?: string): MarketState {
  const campaigns = state.campaigns.map((campaign) => {
    if (campaignId !== undefined && campaign.id !== campaignId) return campaign;
    const pairs = campaign.pairs.map((pair) =>
      pair.audienceId === audienceId && pair.until === null ? { ...pair, until: state.day } : pair,
    );
    const left = pairs.some((pair) => pair.until === null);
    return { ...campaign, pairs, paused: campaign.paused || !left };
  });
  return { ...state, campaigns };
}

function pairsWith(
  campaign: CampaignState,
  change: { message: AddedMessage; replacesMessageId: string | null; from: string; lastDay: string },
): PairState[] {
  const { message, replacesMessageId, from, lastDay } = change;
  const running = campaign.pairs.filter((pair) => pair.until === null);
  const old = running.filter((pair) => pair.messageId === replacesMessageId);
  if (replacesMessageId !== null && old.length === 0) {
    throw new AppError('NOT_FOUND', `Campaign "${campaign.name}" does not run message ${replacesMessageId}.`, {
      hint: `It runs ${running.map((pair) => pair.messageId).join(', ') || 'nothing'}.`,
    });
  }
  const ended = campaign.pairs.map((pair) => (old.includes(pair) ? { ...pair, until: lastDay } : pair));
  const audiences = old.length > 0 ? old : [...new Map(running.map((pair) => [pair.audienceId, pair])).values()];
  const added = audiences.map((pair) => ({
    audienceId: pair.audienceId,
    messageId: message.id,
    share: pair.share,
    from,
    until: null,
  }));
  return [...ended, ...added];
}

function changeCampaign(
  state: MarketState,
  campaignId: string,
  change: (campaign: CampaignState) => CampaignState,
): MarketState {
  if (!state.campaigns.some((campaign) => campaign.id === campaignId)) {
    throw new AppError('NOT_FOUND', `The market has no campaign ${campaignId}.`, {
      hint: `It has ${state.campaigns.map((campaign) => campaign.id).join(', ')}.`,
    });
  }
  return {
    ...state,
    campaigns: state.campaigns.map((campaign) => (campaign.id === campaignId ? change(campaign) : campaign)),
  };
}

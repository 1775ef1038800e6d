/** Owns the click that stops spend: one operator pauses a campaign at once; the worker carries it out. */
import { CampaignEntity } from '../database/entities/campaign.ts';
import { proposeSafeStop } from '../governance/safeStop.ts';
import { refusedText, textLimits } from '../domain/text.ts';
import { done, refused, type Outcome } from '../domain/userErrors.ts';
import { requirePerson, type Caller } from './callers.ts';

/**
 * Pauses a campaign: proposed and decided by the same operator in one step. Resuming needs a budget owner.
 * @throws FORBIDDEN for callers that are no person; BAD_USER_INPUT for an empty reason
 */
export function stopCampaign(
  caller: Caller,
  input: { campaignId: string; reason: string },
): Promise<Outcome<{ changeSetId: string }>> {
  requirePerson(caller);
  const unreadable = refusedText({ reason: { text: input.reason, limit: textLimits.reason } });
  if (unreadable) return Promise.resolve(unreadable);
  return caller.inUnit('decider', async (unit) => {
    const campaign = await unit.em.findOne(CampaignEntity, { id: input.campaignId });
    if (!campaign) return refused('NOT_FOUND', 'There is no such campaign.', 'campaignId');
    if (campaign.status === 'PAUSED')
      return refused('ALREADY_DONE', `${campaign.name} is paused already.`, 'campaignId');
    const target = { type: 'campaign', id: campaign.id, name: campaign.name };
    const stopped = await proposeSafeStop(unit, {
      actions: [{ kind: 'campaign.pause', target }],
      reason: input.reason,
    });
    if (stopped.changeSetId !== null && stopped.outcome === 'OK') return done({ changeSetId: stopped.changeSetId });
    return refused(stopped.outcome === 'OK' ? 'INVALID' : stopped.outcome, stopped.message);
  });
}

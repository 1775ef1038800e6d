/** Owns what is to be written: which creative is replaced and why, in which formats, and the thought that each variant tests. */
import type { Fatigue } from '../../domain/artifacts/paidMediaAnalysis.ts';
import type { Figure } from '../../domain/evidence.ts';
import type { SpecialistContext } from '../contract.ts';
import { formatFor, type Format } from './formats.ts';
import type { ContentMaterial } from './gather.ts';
import type { RankedMessage } from './messageRank.ts';

/** A creative to be replaced. */
export interface Replaced {
  readonly messageId: string;
  readonly messageName: string;
  readonly campaignId: string;
  readonly campaignName: string;
  readonly headline: string;
  readonly body: string;
  readonly reason: 'WORN_OUT' | 'WEAKEST';
  readonly figure: Figure | null;
}

/** One variant to write. */
export interface VariantPlan {
  readonly key: string;
  readonly channel: string;
  readonly format: Format;
  /** PROOF leads with a proven claim, WINNER carries over the best message's thought, FACT describes the product. */
  readonly angle: 'PROOF' | 'WINNER' | 'FACT';
  readonly replaces: Replaced | null;
}

/** Everything to be written in one task. */
export function planVariants(
  context: SpecialistContext,
  material: ContentMaterial,
  found: { fatigue: readonly Fatigue[]; ranked: readonly RankedMessage[]; hasClaims: boolean },
): VariantPlan[] {
  const replaced = replacedBy(material, found);
  const channel = replaced?.channel ?? material.channelSpend[0]?.channel ?? 'DISPLAY';
  const first = found.hasClaims ? 'PROOF' : 'FACT';
  const plans: VariantPlan[] = [
    { key: 'a', channel, format: formatFor(channel), angle: first, replaces: replaced?.entry ?? null },
    {
      key: 'b',
      channel,
      format: formatFor(channel),
      angle: found.ranked.length > 0 ? 'WINNER' : 'FACT',
      replaces: replaced?.entry ?? null,
    },
  ];
  if (formatFor(channel).form !== 'SOCIAL')
    plans.push({
      key: 'social',
      channel: 'ORGANIC_SOCIAL',
      format: formatFor('ORGANIC_SOCIAL'),
      angle: 'FACT',
      replaces: null,
    });
  if (formatFor(channel).form !== 'EMAIL' && (material.coverage.hasEmail || wantsEmail(context)))
    plans.push({ key: 'email', channel: 'EMAIL', format: formatFor('EMAIL'), angle: first, replaces: null });
  return plans;
}

/** The worn creative with the most at stake; else the weakest of the messages that can be told apart. */
function replacedBy(
  material: ContentMaterial,
  found: { fatigue: readonly Fatigue[]; ranked: readonly RankedMessage[] },
): { channel: string; entry: Replaced } | null {
  const spendOf = (messageId: string): number => material.funnels.find((row) => row.id === messageId)?.spend ?? 0;
  const worn = found.fatigue
    .filter(
      (entry) => entry.fatigued && entry.campaignId !== null && runsIn(material, entry.messageId, entry.campaignId),
    )
    .toSorted((a, b) => spendOf(b.messageId) - spendOf(a.messageId))[0];
  if (worn?.campaignId) {
    const entry = entryOf(material, {
      messageId: worn.messageId,
      messageName: worn.messageName,
      campaignId: worn.campaignId,
      reason: 'WORN_OUT',
      figure: worn.change,
    });
    return { channel: worn.channel, entry: { ...entry, campaignName: worn.campaignName ?? entry.campaignName } };
  }
  const weakest = found.ranked.findLast(
    (message) => message.distinct && message.campaignId !== null && runsIn(material, message.id, message.campaignId),
  );
  if (!weakest?.campaignId) return null;
  return {
    channel: weakest.channel ?? 'DISPLAY',
    entry: entryOf(material, {
      messageId: weakest.id,
      messageName: weakest.name,
      campaignId: weakest.campaignId,
      reason: 'WEAKEST',
      figure: weakest.rate,
    }),
  };
}

/** Whether a message is shown in a campaign in the newest week and has not been replaced since: what does not run cannot be replaced. */
function runsIn({ messages, messageWeeks }: ContentMaterial, messageId: string, campaignId: string): boolean {
  if (messages.find((entry) => entry.id === messageId)?.status === 'RETIRED') return false;
  const newest = messageWeeks.reduce(
    (latest, { period }) => (period !== null && period > latest ? period : latest),
    '',
  );
  return messageWeeks.some(
    (row) =>
      row.period === newest &&
      row.message?.id === messageId &&
      row.campaign?.id === campaignId &&
      (row.values.IMPRESSIONS ?? 0) > 0,
  );
}

function entryOf(
  material: ContentMaterial,
  given: {
    messageId: string;
    messageName: string;
    campaignId: string;
    reason: Replaced['reason'];
    figure: Figure | null;
  },
): Replaced {
  const message = material.messages.find((entry) => entry.id === given.messageId);
  const campaign = material.campaigns.find((entry) => entry.id === given.campaignId);
  return {
    ...given,
    campaignName: campaign?.name ?? '',
    headline: message?.headline ?? given.messageName,
    body: message?.body ?? '',
  };
}

function wantsEmail(context: SpecialistContext): boolean {
  return /e-?mail|newsletter|subscriber/i.test(`${context.goal.text} ${context.goal.constraints.join(' ')}`);
}

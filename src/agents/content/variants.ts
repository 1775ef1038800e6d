/** Owns the turning of written copy into variants ready for review: limits held, reading level, rule checks, exact text, digest, action. */
import type { Action } from '../../domain/actions.ts';
import type { ContentVariant } from '../../domain/artifacts/contentDraft.ts';
import { digestOf } from '../../kernel/canonicalJson.ts';
import { derivedId } from '../../kernel/ids.ts';
import { clip, sentence } from '../../models/phrases.ts';
import type { SpecialistContext } from '../contract.ts';
import type { EvidenceBook } from '../evidence.ts';
import type { MessageFact } from '../tools.ts';
import { channelTitle } from '../labels.ts';
import type { WrittenCopy } from './copy.ts';
import { findingsOn, type LineSources } from './lines.ts';
import type { VariantPlan } from './plan.ts';
import { readabilityOf } from './readability.ts';

/** What surrounds the copy of all variants of a task. */
export interface VariantSetting {
  readonly sources: LineSources;
  readonly brand: string;
  /** Address that links lead to, without a path; empty where own material names none. */
  readonly site: string;
  /** When social posts do best, in words. */
  readonly publishWindow: string;
  readonly claimIds: readonly string[];
  /** Messages as they are known, to tell a replacement that already runs. */
  readonly messages: readonly MessageFact[];
}

/** Makes the variants of a task; plans without copy are left out. */
export function variantsOf(
  context: SpecialistContext,
  book: EvidenceBook,
  input: { plans: readonly VariantPlan[]; written: readonly WrittenCopy[]; setting: VariantSetting },
): ContentVariant[] {
  const drafts = input.plans.flatMap((plan) => {
    const copy = input.written.find((entry) => entry.key === plan.key);
    return copy ? [{ plan, copy, draft: draftOf(context, plan, { copy, setting: input.setting }) }] : [];
  });
  const levels = drafts.map(({ draft }) => ({
    variant: draft.id,
    ...readabilityOf(draft.slots.map((slot) => slot.text).join('. ')),
  }));
  const evidence = book.add({
    kind: 'content.readability',
    tier: 'OBSERVED',
    input: { formula: 'Flesch-Kincaid grade', digests: drafts.map(({ draft }) => draft.digest) },
    output: { variants: levels },
  });
  return drafts.map(({ draft }, index) => ({
    ...draft,
    readingGrade: evidence.need({
      label: `school years that \u201c${draft.name}\u201d asks of a reader`,
      path: `variants.${index}.grade`,
      unit: 'INDEX',
    }),
  }));
}

function draftOf(
  context: SpecialistContext,
  plan: VariantPlan,
  input: { copy: WrittenCopy; setting: VariantSetting },
): Omit<ContentVariant, 'readingGrade'> {
  const { copy, setting } = input;
  const slots = plan.format.slots.map(({ slot, limit }) => ({
    slot,
    limit,
    text: clip(copy.slots.find((entry) => entry.slot === slot)?.text ?? '', limit),
  }));
  const claimIds = copy.claimIds.filter((id) => setting.claimIds.includes(id));
  const utm = utmOf(context, plan);
  const social = plan.format.form === 'SOCIAL' ? socialOf(plan, { copy, setting, utm }) : null;
  const email = plan.format.form === 'EMAIL' ? emailOf(slots, { setting, utm }) : null;
  const reviewText = reviewTextOf(slots, { social, email });
  const content = {
    channel: plan.channel,
    format: plan.format.key,
    slots,
    claimIds,
    callToAction: textIn(slots, 'callToAction'),
    altText: copy.altText,
    social,
    email,
    reviewText,
  };
  const digest = digestOf(content);
  const id = derivedId(context.run.id, context.task.id, String(context.revision?.round ?? 0), 'variant', plan.key);
  const { replaces } = plan;
  return {
    id,
    name: copy.name,
    form: plan.format.form,
    language: 'en',
    hypothesis: copy.hypothesis,
    ...content,
    disclosures: disclosuresOf(plan),
    ruleChecks: checksOf(reviewText, plan.channel, { setting, slots }),
    digest,
    replaces: replaces
      ? {
          messageId: replaces.messageId,
          messageName: replaces.messageName,
          campaignId: replaces.campaignId,
          campaignName: replaces.campaignName,
          reason:
            replaces.reason === 'WORN_OUT'
              ? 'Its click rate falls as more people see it.'
              : 'It qualifies the smallest share of its channel.',
        }
      : null,
    action:
      replaces && !alreadyRuns(setting.messages, replaces.campaignId, slots)
        ? publishAction(id, copy.name, { replaces, slots, claimIds, digest })
        : null,
  };
}

/** Whether the campaign runs the same words already: showing them once more replaces nothing. */
function alreadyRuns(
  messages: readonly MessageFact[],
  campaignId: string,
  slots: readonly { slot: string; text: string }[],
): boolean {
  const same = (known: string | null, slot: string): boolean =>
    (known ?? '').trim().toLowerCase() === textIn(slots, slot).trim().toLowerCase();
  return messages.some(
    (message) =>
      message.campaignId === campaignId &&
      message.status !== 'RETIRED' &&
      same(message.headline, 'headline') &&
      same(message.body, 'body'),
  );
}

function publishAction(
  id: string,
  name: string,
  input: {
    replaces: NonNullable<VariantPlan['replaces']>;
    slots: readonly { slot: string; text: string }[];
    claimIds: string[];
    digest: string;
  },
): Action {
  const { replaces, slots, claimIds, digest } = input;
  return {
    kind: 'message.publish',
    target: { type: 'message', id, name },
    campaignId: replaces.campaignId,
    campaignName: replaces.campaignName,
    replacesMessageId: replaces.messageId,
    headline: textIn(slots, 'headline'),
    body: textIn(slots, 'body'),
    callToAction: textIn(slots, 'callToAction'),
    claimIds,
    contentDigest: digest,
  };
}

function socialOf(
  plan: VariantPlan,
  input: { copy: WrittenCopy; setting: VariantSetting; utm: string },
): NonNullable<ContentVariant['social']> {
  const { copy, setting, utm } = input;
  return {
    network: plan.channel === 'ORGANIC_SOCIAL' ? 'Own social pages' : channelTitle(plan.channel),
    thread: copy.thread,
    hashtags: copy.hashtags,
    publishWindow: setting.publishWindow,
    replyGuidance: copy.replyGuidance,
    crisisCheck: 'Hold the post when news about the brand or its field turns grave; the brand owner decides.',
    link: setting.site,
    utm,
  };
}

function emailOf(
  slots: readonly { slot: string; text: string }[],
  input: { setting: VariantSetting; utm: string },
): NonNullable<ContentVariant['email']> {
  return {
    subject: textIn(slots, 'headline'),
    preheader: textIn(slots, 'preheader'),
    sender: input.setting.brand,
    footer: 'You get this because you asked for it. Unsubscribe: {{unsubscribe}}. Postal address: {{company_address}}',
    suppressions: ['Unsubscribed', 'Complained', 'Bounced hard', 'No consent on record'],
    utm: input.utm,
  };
}

/** The exact text that is reviewed and hashed: everything that a reader would see. */
function reviewTextOf(
  slots: readonly { slot: string; text: string }[],
  parts: { social: ContentVariant['social']; email: ContentVariant['email'] },
): string {
  const subject = parts.email ? [`Subject: ${parts.email.subject}`] : [];
  const body = slots
    .filter((slot) => slot.text !== '' && !(parts.email && slot.slot === 'headline'))
    .map((slot) => slot.text);
  const tail = [
    ...(parts.social?.thread ?? []),
    ...(parts.social?.hashtags ?? []),
    ...(parts.email ? [parts.email.footer] : []),
  ];
  return [...subject, ...body, ...tail].join('\n');
}

function checksOf(
  text: string,
  channel: string,
  input: { setting: VariantSetting; slots: readonly { slot: string; text: string; limit: number }[] },
): ContentVariant['ruleChecks'] {
  const findings = findingsOn(text, channel, input.setting.sources);
  const empty = input.slots.filter((slot) => slot.text === '').map((slot) => slot.slot);
  return [
    {
      rule: 'No phrase that the brand bars',
      passed: !findings.some((finding) => finding.category === 'BRAND_RULE'),
      note: findings
        .filter((finding) => finding.category === 'BRAND_RULE')
        .map((finding) => finding.quote)
        .join(', '),
    },
    {
      rule: 'No claim without proof',
      passed: !findings.some((finding) => finding.severity === 'BLOCK'),
      note: findings
        .filter((finding) => finding.severity === 'BLOCK')
        .map((finding) => sentence(finding.quote, finding.reason))
        .join(' '),
    },
    {
      rule: 'Every slot is filled',
      passed: empty.length === 0,
      note: empty.length === 0 ? '' : `Own material holds nothing that fits: ${empty.join(', ')}`,
    },
  ];
}

function disclosuresOf(plan: VariantPlan): string[] {
  if (plan.format.form === 'EMAIL') return ['Opt-out link and postal address in the footer'];
  return plan.channel === 'ORGANIC_SOCIAL' ? [] : ['Shown as an advertisement by the platform\u2019s own label'];
}

function utmOf(context: SpecialistContext, plan: VariantPlan): string {
  const source = plan.channel.toLowerCase().replaceAll('_', '-');
  const medium = plan.format.form === 'EMAIL' ? 'email' : plan.channel === 'ORGANIC_SOCIAL' ? 'social' : 'paid';
  return `utm_source=${source}&utm_medium=${medium}&utm_campaign=${context.goal.kpi.toLowerCase()}-${context.goal.from}&utm_content=${plan.key}`;
}

function textIn(slots: readonly { slot: string; text: string }[], slot: string): string {
  return slots.find((entry) => entry.slot === slot)?.text ?? '';
}

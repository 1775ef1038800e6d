/** Owns the words of the content draft: what is asked of a language model, and the rules that write brief and copy without one. */
import { z } from 'zod';
import type { Figure } from '../../domain/evidence.ts';
import { changeText, listText, paragraph, sentence } from '../../models/phrases.ts';
import type { GoalFacts } from '../labels.ts';
import { proseSchema } from '../prose.ts';
import { copyFor, type CopyPlan } from './copy.ts';
import { amount } from '../wording.ts';

/** What is composed, as messages of the model name it. */
export const CONTENT_PURPOSE = 'CONTENT.draft';

/** What may be said. */
export interface ContentFacts {
  readonly goal: GoalFacts;
  readonly brand: string;
  readonly audience: { readonly name: string; readonly need: string } | null;
  readonly baseline: Figure | null;
  readonly target: Figure;
  /** The creative that is replaced: its words and the figure that speaks against it. */
  readonly replaced: {
    readonly name: string;
    readonly headline: string;
    readonly campaign: string;
    readonly reason: string;
    readonly figure: Figure | null;
  } | null;
  /** The message that does best so far. */
  readonly winner: { readonly name: string; readonly headline: string; readonly rate: Figure } | null;
  readonly offers: readonly string[];
  readonly positioning: string;
  readonly toneRules: readonly string[];
  readonly banned: readonly string[];
  readonly plans: readonly CopyPlan[];
  /** Findings that sent an earlier version back. */
  readonly sentBack: readonly { readonly quote: string; readonly reason: string; readonly suggestion: string | null }[];
}

/** What is written: brief texts, and copy for each plan by slot. */
export const contentAnswerSchema = proseSchema.extend({
  brief: z.object({
    name: z.string(),
    businessContext: z.string(),
    insight: z.string(),
    singleMessage: z.string(),
    offer: z.string(),
    assumptions: z.array(z.string()),
    risks: z.array(z.string()),
  }),
  variants: z.array(
    z.object({
      key: z.string(),
      name: z.string(),
      hypothesis: z.string(),
      slots: z.array(z.object({ slot: z.string(), text: z.string() })),
      claimIds: z.array(z.string()),
      altText: z.string(),
      thread: z.array(z.string()),
      hashtags: z.array(z.string()),
      replyGuidance: z.string(),
    }),
  ),
});
export type ContentAnswer = z.infer<typeof contentAnswerSchema>;

/** The task for a language model. */
export const CONTENT_INSTRUCTIONS = [
  'Write a campaign brief and one variant for each entry of `plans`, with text for each of its slots within the slot\u2019s limit in characters.',
  'Copy may state only what stands in the `lines` and `claims` of its plan. When a text makes a claim, name the claim\u2019s id in claimIds. Follow `toneRules`; never use a phrase of `banned`.',
  'Each hypothesis says what the variant tests against the replaced creative, so that a result teaches something.',
  '`thread`, `hashtags` and `replyGuidance` only for social plans, else empty. Sections by key: `why` (why this is written), `variants` (one point each: what it tests).',
  'Mend everything in `sentBack`.',
].join('\n');

/** Writes brief and copy by rules. */
export function composeContent(facts: ContentFacts): ContentAnswer {
  const used = new Set<string>();
  const variants = facts.plans.map((plan) => copyFor(plan, facts, used));
  const single = variants[0]?.slots.find((slot) => slot.slot === 'body')?.text ?? '';
  const why = whyText(facts);
  return {
    title: facts.replaced ? `New creative for ${facts.replaced.campaign}` : `Content for ${facts.goal.kpiWords}`,
    summary: paragraph(
      sentence(
        `The draft holds ${listText(variants.map((variant) => `\u201c${variant.name}\u201d`))}${facts.replaced ? `, to replace \u201c${facts.replaced.name}\u201d in ${facts.replaced.campaign}` : ''}`,
      ),
      'Every statement in the copy stands in own material or in the claim register.',
    ),
    sections: [
      { key: 'why', paragraphs: [why], points: [] },
      {
        key: 'variants',
        paragraphs: [],
        points: variants.map((variant) => `${variant.name}: ${variant.hypothesis}`),
      },
    ],
    caveats: facts.plans.some((plan) => plan.claims.length === 0)
      ? ['Where no proven claim fits, the copy describes and does not promise.']
      : [],
    brief: {
      name: facts.replaced ? `${facts.replaced.campaign}: fresh creative` : `${facts.brand}: ${facts.goal.kpiWords}`,
      businessContext: contextText(facts),
      insight: insightText(facts),
      singleMessage: firstSentence(single),
      offer: facts.offers[0] ?? '',
      assumptions: [
        'Audience, budget and bid stay as they are while the variants run, so that the copy is the only thing that differs.',
      ],
      risks: [
        facts.replaced
          ? 'A new creative needs impressions before it can be judged; the first days say little.'
          : 'Without results of earlier copy the hypotheses rest on own material alone.',
      ],
    },
    variants,
  };
}

function whyText({ replaced, winner }: ContentFacts): string {
  if (!replaced) return 'No running creative asks to be replaced, so the draft adds variants to test instead.';
  const because = replaced.figure
    ? replaced.reason === 'WORN_OUT'
      ? `its click rate is ${changeText(replaced.figure.value)} since the window began`
      : `${amount(replaced.figure)} of its responses qualify, the least among the messages of its channel`
    : 'it does worst';
  const better = winner
    ? `; \u201c${winner.headline}\u201d does best so far, with ${amount(winner.rate)} of its clicks qualified`
    : '';
  return sentence(`\u201c${replaced.name}\u201d in ${replaced.campaign} should be replaced: ${because}${better}`);
}

function contextText({ goal, baseline, target, positioning }: ContentFacts): string {
  const from = baseline ? `, after ${amount(baseline)} in the latest comparable weeks` : '';
  return paragraph(
    sentence(
      `The goal asks for ${amount(target)} ${goal.kpiWords} from ${goal.window.from} to ${goal.window.to}${from}`,
    ),
    positioning === '' ? '' : sentence(positioning),
  );
}

function insightText({ audience, winner }: ContentFacts): string {
  const who = audience
    ? audience.need === ''
      ? `The audience that is worth most is ${audience.name}`
      : `${audience.name} need this: ${audience.need}`
    : '';
  const what = winner ? `what moves them so far is the thought \u201c${winner.headline}\u201d` : '';
  const parts = [who, what].filter((part) => part !== '');
  return parts.length > 0
    ? sentence(parts.join('; '))
    : 'No audience and no message results are loaded, so the brief leans on product facts alone.';
}

function firstSentence(text: string): string {
  return text.split(/(?<=[.!?])\s+/)[0] ?? text;
}

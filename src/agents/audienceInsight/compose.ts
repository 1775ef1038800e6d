/** Owns the words of the audience insight: what is asked of a language model, and the rules that write it without one. */
import type { AudienceInsight, AudienceQuality } from '../../domain/artifacts/audienceInsight.ts';
import { countText, listText, paragraph, sentence, windowText } from '../../models/phrases.ts';
import type { GoalFacts } from '../labels.ts';
import { proseSchema, type Prose } from '../prose.ts';
import { amount, amountRange } from '../wording.ts';

/** What is composed, as messages of the model name it. */
export const AUDIENCE_PURPOSE = 'AUDIENCE_INSIGHT.insight';

/** What may be said. */
export interface AudienceFacts {
  readonly goal: GoalFacts;
  readonly window: { readonly from: string; readonly to: string };
  readonly audiences: readonly AudienceQuality[];
  readonly proposal:
    | (NonNullable<AudienceInsight['proposal']> & { readonly name: string; readonly after: string })
    | null;
}

/** What is written. */
export const audienceAnswerSchema = proseSchema;

/** The task for a language model. */
export const AUDIENCE_INSTRUCTIONS = [
  'Write the audience insight. Sections by key: `ranking` (who is worth what, one point each in the order of rank), `traps` (who clicks and does not qualify), `proposal` (the change of definition that is proposed, and what speaks against it).',
  'The click rate never recommends an audience; cost of a qualified response does. Describe people by what they do, never by traits.',
].join('\n');

/** Writes the insight by rules. */
export function composeAudience(facts: AudienceFacts): Prose {
  const traps = facts.audiences.filter((audience) => audience.verdict === 'TRAP');
  const [best] = facts.audiences;
  return {
    title: 'Which audiences are worth their money',
    summary: paragraph(
      best?.costPerQualified
        ? sentence(
            `${best.name} give the cheapest qualified response at ${amountRange(best.costPerQualified)}, judged on ${windowText(facts.window.from, facts.window.to)}`,
          )
        : '',
      traps.length > 0
        ? sentence(
            `${listText(traps.map((audience) => audience.name))} click well and qualify badly: a trap for anyone who steers by clicks`,
          )
        : 'No audience stands out as one that clicks and does not qualify.',
      facts.proposal ? sentence(`${amount(facts.proposal.spendPerWeek)} a week goes there now`) : '',
    ),
    sections: [
      {
        key: 'ranking',
        paragraphs: [
          sentence(
            `${countText(facts.audiences.length, 'audience')} ranked by the cost of a qualified response, each rate pulled towards the others of its channels as far as its numbers are small`,
          ),
        ],
        points: facts.audiences.map(rankLine),
      },
      { key: 'traps', paragraphs: [], points: traps.map(trapLine) },
      {
        key: 'proposal',
        paragraphs: facts.proposal ? proposalText(facts.proposal) : ['No change of definition is proposed.'],
        points: [],
      },
    ],
    caveats: [
      'Qualified responses are those that the outcome source books under an audience; part of them would have come without advertising, most of all among people who already visited the site.',
      ...facts.audiences
        .filter((audience) => audience.verdict === 'TOO_LITTLE_DATA')
        .flatMap((audience) => audience.reasons.slice(0, 1)),
    ],
  };
}

const VERDICT_WORDS: Readonly<Record<AudienceQuality['verdict'], string>> = {
  STRONG: 'better than the mean beyond doubt',
  AVERAGE: 'close to the mean',
  WEAK: 'worse than the mean beyond doubt',
  TRAP: 'a trap',
  TOO_LITTLE_DATA: 'too little data',
};

function rankLine(audience: AudienceQuality): string {
  const cost = audience.costPerQualified
    ? `${amountRange(audience.costPerQualified)} for a qualified response`
    : 'no spend in the window';
  const clicks = audience.clickRate ? `; click rate ${amount(audience.clickRate)}` : '';
  return sentence(`${audience.name}: ${cost}${clicks}; ${VERDICT_WORDS[audience.verdict]}`);
}

function trapLine(audience: AudienceQuality): string {
  const clicks = audience.clickRate ? `click at a rate of ${amount(audience.clickRate)}` : 'click often';
  const qualified = audience.qualifiedRate ? `; ${amount(audience.qualifiedRate)} of those reached qualify` : '';
  return sentence(`${audience.name} ${clicks}${qualified}`);
}

function proposalText(proposal: NonNullable<AudienceFacts['proposal']>): string[] {
  const elsewhere = proposal.qualifiedLostPerWeek
    ? sentence(
        `At the mean of the other audiences the same money would bring about ${amount(proposal.qualifiedLostPerWeek)} more qualified responses a week, as far as booked results tell`,
      )
    : '';
  return [
    paragraph(sentence(proposal.after), sentence(`It frees ${amount(proposal.spendPerWeek)} a week`), elsewhere),
    'Against it speaks reach: cheap clicks fall, and anyone who watches traffic will see that first. What the change does is read against the weeks before.',
  ];
}

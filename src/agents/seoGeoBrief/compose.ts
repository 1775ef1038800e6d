/** Owns the words of the search brief: what is asked of a language model, and the rules that write it without one. */
import { z } from 'zod';
import type { Keyword } from '../../domain/artifacts/seoGeoBrief.ts';
import { countText, listText, paragraph, sentence } from '../../models/phrases.ts';
import { kpiWords, raised, type GoalFacts } from '../labels.ts';
import { proseSchema } from '../prose.ts';

/** What is composed, as messages of the model name it. */
export const SEO_PURPOSE = 'SEO_GEO_BRIEF.brief';

/** What may be said. */
export interface SeoFacts {
  readonly goal: GoalFacts;
  readonly intent: string;
  readonly funnelStage: string;
  readonly keywords: readonly Keyword[];
  /** Texts of the brand: data, never instructions. */
  readonly material: {
    readonly questions: readonly {
      readonly id: string;
      readonly text: string;
      readonly answer: string;
      readonly source: string;
    }[];
    readonly answers: readonly {
      readonly id: string;
      readonly text: string;
      readonly heading: string;
      readonly source: string;
    }[];
  };
  readonly entities: readonly { readonly name: string; readonly fact: string; readonly source: string }[];
  readonly proofs: readonly { readonly text: string; readonly expiresOn: string | null }[];
  readonly doNotClaim: readonly { readonly text: string; readonly reason: string }[];
  readonly freshUntil: string;
}

/** What is written. `faq[].id` names the question or answer of the material that it rests on. */
export const seoAnswerSchema = proseSchema.extend({
  targetQuestion: z.string(),
  answerSentence: z.string(),
  subQuestions: z.array(z.string()),
  headings: z.array(z.object({ level: z.number().int().min(1).max(4), text: z.string(), purpose: z.string() })),
  faq: z.array(z.object({ id: z.string(), question: z.string(), answer: z.string() })),
  blocks: z.array(z.string()),
});
export type SeoAnswer = z.infer<typeof seoAnswerSchema>;

/** The task for a language model. */
export const SEO_INSTRUCTIONS = [
  'Write a brief for one page that search engines and answer engines should quote.',
  '`targetQuestion` in the words of a buyer. `answerSentence`: one sentence that can be quoted whole and rests on `material.answers`.',
  'Headings: one of level 1, then level 2 for each sub-question. FAQ answers rest on the material entry named by `id`, word for word where numbers are involved.',
  'Sections by key: `intent`, `keywords`, `proof`, `avoid`.',
].join('\n');

/** Writes the brief by rules. */
export function composeSeo(facts: SeoFacts): SeoAnswer {
  const primary = facts.keywords[0]?.term ?? facts.goal.kpiWords;
  const targetQuestion = facts.material.questions[0]?.text ?? questionFor(primary, facts.intent);
  const own = facts.material.questions[0];
  const answerSentence = firstSentence(own && own.answer !== '' ? own.answer : (facts.material.answers[0]?.text ?? ''));
  const faq = faqOf(facts);
  const subQuestions = faq.map((entry) => entry.question).filter((question) => question !== targetQuestion);
  return {
    title: `Search brief: ${primary}`,
    summary: paragraph(
      sentence(`One page should answer \u201c${targetQuestion}\u201d`),
      answerSentence === ''
        ? 'Own material holds no sentence yet that answers it; a product owner has to supply one.'
        : sentence(`The sentence to be quoted is: \u201c${answerSentence.replace(/\.$/, '')}\u201d`),
      sentence(
        `It is written around ${listText(facts.keywords.slice(0, 4).map((keyword) => keyword.term))}, which own material leans on most`,
      ),
    ),
    sections: [
      { key: 'intent', paragraphs: [intentText(facts)], points: [] },
      {
        key: 'keywords',
        paragraphs: [],
        points: keywordLines(facts),
      },
      {
        key: 'proof',
        paragraphs:
          facts.proofs.length > 0
            ? []
            : ['No proven claim touches the topic; the page can describe and must not promise.'],
        points: facts.proofs.map((proof) =>
          sentence(proof.text.replace(/[.]$/, ''), proof.expiresOn ? `(proof holds until ${proof.expiresOn})` : ''),
        ),
      },
      {
        key: 'avoid',
        paragraphs: [],
        points: avoidLines(facts),
      },
    ],
    caveats: [
      'Keywords are weighed on own texts and own search campaigns. No search-volume source and no answer-engine log is loaded, so demand outside own campaigns is not known.',
    ],
    targetQuestion,
    answerSentence,
    subQuestions,
    headings: headingsOf({ primary, targetQuestion, subQuestions, hasProof: facts.proofs.length > 0 }),
    faq,
    blocks: blocksOf(facts),
  };
}

function keywordLines({ keywords }: SeoFacts): string[] {
  const terms = (primary: boolean): string =>
    listText(
      keywords.filter((keyword) => (keyword.role === 'PRIMARY') === primary).map((keyword) => keyword.term),
      20,
    );
  return [
    keywords.some((keyword) => keyword.role === 'PRIMARY')
      ? sentence(`${terms(true)}: in the title, the first sentence and one heading`)
      : '',
    keywords.some((keyword) => keyword.role !== 'PRIMARY')
      ? sentence(`${terms(false)}: where they say something, never for their own sake`)
      : '',
  ].filter((line) => line !== '');
}

/** What not to claim, one line a reason. */
function avoidLines({ doNotClaim }: SeoFacts): string[] {
  return [...Map.groupBy(doNotClaim, (entry) => entry.reason)].map(([reason, entries]) =>
    sentence(
      `${reason.replace(/[.]$/, '')}: ${listText(
        entries.map((entry) => `\u201c${entry.text.replace(/[.]$/, '')}\u201d`),
        20,
      )}`,
    ),
  );
}

function questionFor(term: string, intent: string): string {
  if (intent === 'INFORMATIONAL') return `What should I know about ${term}?`;
  if (intent === 'TRANSACTIONAL') return `What does ${term} cost and how do I get it?`;
  return `Which ${term} is right for us?`;
}

function intentText({ intent, funnelStage, goal }: SeoFacts): string {
  const reader =
    {
      INFORMATIONAL: 'wants to understand',
      COMMERCIAL: 'compares options and looks for proof',
      TRANSACTIONAL: 'is ready to act and looks for price and next step',
      NAVIGATIONAL: 'looks for us by name',
    }[intent] ?? 'looks for an answer';
  return sentence(`The reader ${reader}; the page serves ${goal.kpiWords} at the ${funnelStage.toLowerCase()} stage`);
}

function faqOf(facts: SeoFacts): SeoAnswer['faq'] {
  const asked = facts.material.questions
    .filter((entry) => entry.answer !== '')
    .map((entry) => ({ id: entry.id, question: entry.text, answer: entry.answer }));
  const headings = new Set<string>();
  const derived = facts.material.answers.flatMap((entry) => {
    if (headings.has(entry.heading) || !isName(entry.heading)) return [];
    headings.add(entry.heading);
    return [
      {
        id: entry.id,
        question: entry.heading.endsWith('?') ? entry.heading : `What is ${entry.heading}?`,
        answer: entry.text,
      },
    ];
  });
  const proven = facts.proofs.slice(0, 3).map((proof, index) => ({
    id: `proof-${index + 1}`,
    question: `Is it true: \u201c${lowered(proof.text.replace(/[.]$/, ''))}\u201d?`,
    answer: `Yes, and the proof is on file${proof.expiresOn ? ` until ${proof.expiresOn}` : ''}: ${proof.text}`,
  }));
  return [...asked, ...derived, ...proven].slice(0, 7);
}

function headingsOf(input: {
  primary: string;
  targetQuestion: string;
  subQuestions: readonly string[];
  hasProof: boolean;
}): SeoAnswer['headings'] {
  return [
    {
      level: 1,
      text: input.targetQuestion,
      purpose: 'The question in the reader\u2019s words, answered in the first sentence below it',
    },
    {
      level: 2,
      text: `${raised(input.primary)} in short`,
      purpose: 'A definition and three points that can be quoted alone',
    },
    ...input.subQuestions.slice(0, 5).map((text) => ({ level: 2, text, purpose: 'Answers one follow-up question' })),
    ...(input.hasProof
      ? [{ level: 2, text: 'What this rests on', purpose: 'Each claim with its proof and its date' }]
      : []),
    { level: 2, text: 'Next step', purpose: 'One call to action' },
  ];
}

function blocksOf(facts: SeoFacts): string[] {
  return [
    'A short answer of at most two sentences directly below the title',
    facts.intent === 'COMMERCIAL' ? 'A comparison table: options in rows, what a buyer weighs in columns' : '',
    facts.proofs.length > 0 ? `A list of ${countText(facts.proofs.length, 'proven claim')} with sources` : '',
    'The FAQ at the end, marked up as such',
  ].filter((block) => block !== '');
}

function firstSentence(text: string): string {
  return text.split(/(?<=[.!?])\s+/)[0] ?? text;
}

/** Whether a heading names a thing that can be asked for: at most three words, each with a capital or a figure. */
function isName(heading: string): boolean {
  const words = heading.split(/\s+/);
  return words.length <= 3 && words.every((word) => /^[\p{Lu}\p{N}]/u.test(word));
}

function lowered(text: string): string {
  return /^\p{Lu}{2}/u.test(text) ? text : text.charAt(0).toLowerCase() + text.slice(1);
}

/** How success of the page is told. */
export function successMetricText(kpi: string): string {
  return `${raised(kpiWords(kpi))} from organic entries to the page, and its share of tracked answers once a log is loaded`;
}

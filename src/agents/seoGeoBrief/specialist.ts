/** Owns the search-brief specialist: gather, compute, compose, in this order. */
import { seoGeoBriefSchema, type SeoGeoBrief } from '../../domain/artifacts/seoGeoBrief.ts';
import type { Table } from '../../domain/artifacts/shape.ts';
import type { SpecialistContext, SpecialistDefinition, SpecialistResult } from '../contract.ts';
import { documentSources } from '../documentSources.ts';
import { evidenceBook, figuresIn } from '../evidence.ts';
import { composeGrounded } from '../grounding.ts';
import { goalFacts } from '../labels.ts';
import { notAvailableShape, shapeOf, type Frame } from '../prose.ts';
import { finish, NO_MODEL } from '../result.ts';
import { toolsFor } from '../toolbox.ts';
import {
  composeSeo,
  SEO_INSTRUCTIONS,
  SEO_PURPOSE,
  seoAnswerSchema,
  successMetricText,
  type SeoFacts,
} from './compose.ts';
import { computeSeo, type SeoFindings } from './compute.ts';
import { gatherSeo, SEO_TOOLS } from './gather.ts';

/** Search brief: which question should one page answer, in whose words, with which proof? */
export const seoGeoBrief: SpecialistDefinition = {
  specialist: 'SEO_GEO_BRIEF',
  owner: 'Search strategist',
  purpose:
    'Weighs the terms of own material and own search campaigns, and drafts the question, answer, headings and FAQ of one page from product facts and proven claims.',
  tools: SEO_TOOLS,
  run: runSeo,
};

async function runSeo(context: SpecialistContext): Promise<SpecialistResult> {
  const book = evidenceBook(context);
  const material = await gatherSeo(context, toolsFor(context, 'SEO_GEO_BRIEF', SEO_TOOLS));
  if (material.texts.length === 0) return unavailable(context);
  const found = computeSeo(context, book, material);
  if (found.keywords.length === 0) return unavailable(context);
  await context.progress(
    `Weighed ${found.keywords.length} terms; the page is about ${found.keywords[0]?.term ?? 'the goal'}.`,
  );
  const facts = factsOf(context, found);
  const figures = figuresIn(facts);
  const composed = await composeGrounded(context, {
    purpose: SEO_PURPOSE,
    instructions: SEO_INSTRUCTIONS,
    facts,
    figures,
    schema: seoAnswerSchema,
    composer: composeSeo,
  });
  const { answer } = composed;
  const content: SeoGeoBrief = {
    ...shapeOf(context, answer, {
      frames: framesOf(found),
      window: material.window,
      sources: documentSources(material.texts),
      figures,
      caveats: composed.notes,
    }),
    targetQuestion: answer.targetQuestion,
    answerSentence: answer.answerSentence,
    intent: found.intent,
    funnelStage: found.funnelStage,
    keywords: [...found.keywords],
    subQuestions: answer.subQuestions,
    tracking: {
      prompts: [answer.targetQuestion, ...answer.subQuestions].slice(0, 5),
      citationShare: null,
      note: 'No answer-engine log is loaded; the share of answers that cite us is not known.',
    },
    entities: found.entities,
    evidence: found.proofs,
    headings: answer.headings,
    faq: answer.faq.map((entry) => ({
      question: entry.question,
      answer: entry.answer,
      source: sourceOf(facts, entry.id),
    })),
    blocks: answer.blocks,
    schemaType: answer.faq.length > 2 ? 'FAQPage' : 'Article',
    internalLinks: [
      ...new Map(
        found.answers.map((passage) => [passage.heading, { anchor: passage.heading, target: passage.title }]),
      ).values(),
    ].slice(0, 4),
    competitorPages: [],
    doNotClaim: found.doNotClaim,
    freshUntil: found.freshUntil,
    successMetric: successMetricText(context.goal.kpi),
  };
  return finish({ kind: 'SEO_GEO_BRIEF', schema: seoGeoBriefSchema, content, composed, evidence: book.drafts() });
}

function factsOf(context: SpecialistContext, found: SeoFindings): SeoFacts {
  return {
    goal: goalFacts(context.goal),
    intent: found.intent,
    funnelStage: found.funnelStage,
    keywords: found.keywords,
    material: {
      questions: found.questions.map((passage, index) => ({
        id: `question-${index + 1}`,
        text: passage.text,
        answer: passage.next,
        source: `${passage.title}, ${passage.heading}`,
      })),
      answers: found.answers.map((passage, index) => ({
        id: `answer-${index + 1}`,
        text: passage.text,
        heading: passage.heading,
        source: `${passage.title}, ${passage.heading}`,
      })),
    },
    entities: found.entities,
    proofs: found.proofs.map((proof) => ({ text: proof.text, expiresOn: proof.expiresOn })),
    doNotClaim: found.doNotClaim,
    freshUntil: found.freshUntil,
  };
}

function framesOf(found: SeoFindings): Frame[] {
  const table: Table = {
    title: 'Terms by weight',
    evidenceId: found.evidence.draft.id,
    columns: [
      { key: 'term', label: 'Term', unit: 'TEXT' },
      { key: 'score', label: 'Weight', unit: 'INDEX' },
      { key: 'documents', label: 'Texts', unit: 'COUNT' },
    ],
    rows: found.keywords.map((keyword, index) => ({
      path: `terms.${index}`,
      cells: [keyword.term, keyword.weight.value, keyword.documents],
    })),
  };
  return [
    { key: 'intent', heading: 'Reader and intent' },
    { key: 'keywords', heading: 'Words to use', table },
    { key: 'proof', heading: 'Proof to show' },
    { key: 'avoid', heading: 'What not to claim' },
  ];
}

function sourceOf(facts: SeoFacts, id: string): string {
  return (
    [...facts.material.questions, ...facts.material.answers].find((entry) => entry.id === id)?.source ?? 'Own material'
  );
}

function unavailable(context: SpecialistContext): SpecialistResult {
  const content: SeoGeoBrief = {
    ...notAvailableShape(
      context,
      'Search brief',
      'No brand material is stored, so there are no product facts, questions or claims to write from. Import guidelines and product facts first.',
    ),
    targetQuestion: '',
    answerSentence: '',
    intent: 'INFORMATIONAL',
    funnelStage: 'AWARENESS',
    keywords: [],
    subQuestions: [],
    tracking: { prompts: [], citationShare: null, note: '' },
    entities: [],
    evidence: [],
    headings: [],
    faq: [],
    blocks: [],
    schemaType: 'Article',
    internalLinks: [],
    competitorPages: [],
    doNotClaim: [],
    freshUntil: context.workspace.businessDate,
    successMetric: '',
  };
  return finish({ kind: 'SEO_GEO_BRIEF', schema: seoGeoBriefSchema, content, composed: NO_MODEL, evidence: [] });
}

/** Owns the next-best-action specialist: gather, plan, settle, compose, in this order. */
import {
  recommendationSetSchema,
  type CardConflict,
  type RecommendationSet,
} from '../../domain/artifacts/recommendationSet.ts';
import type { Recommendation } from '../../domain/recommendations.ts';
import type { ChangeProposal, SpecialistContext, SpecialistDefinition, SpecialistResult } from '../contract.ts';
import { evidenceBook, figuresIn, type EvidenceBook } from '../evidence.ts';
import { composeGrounded } from '../grounding.ts';
import { goalFacts } from '../labels.ts';
import { shapeOf } from '../prose.ts';
import { finish } from '../result.ts';
import { toolsFor } from '../toolbox.ts';
import type { RecalledLearning } from '../tools.ts';
import { staleText, stalenessOf } from '../staleness.ts';
import { planShift, type ShiftPlan } from './allocation.ts';
import { audienceCard } from './audienceCard.ts';
import { cardOf, type DraftCard } from './card.ts';
import {
  ACTION_INSTRUCTIONS,
  ACTION_PURPOSE,
  actionAnswerSchema,
  composeActions,
  type ActionFacts,
} from './compose.ts';
import { emptiedBy, settleConflicts, stoppedCampaigns } from './conflicts.ts';
import { creativeCard } from './creativeCard.ts';
import { framesOf, sourcesOf } from './frames.ts';
import { ACTION_TOOLS, gatherActions, type ActionMaterial, type ActionTools } from './gather.ts';
import { scaleCards, testCard, verdictsOf } from './channelCards.ts';
import { holdCards, measuringCard } from './holdCards.ts';
import { heldChannels } from './inMeasurement.ts';
import { budgetText, heldShiftCard, shiftCard, shiftFigures } from './shiftCard.ts';
import { stopCards } from './stopCards.ts';

/** Next-best action: what should be done, on which evidence, against which alternatives? */
export const nextBestAction: SpecialistDefinition = {
  specialist: 'NEXT_BEST_ACTION',
  owner: 'Marketing strategist',
  purpose:
    'Turns what the other specialists found into cards with actions, forecasts, rejected alternatives and the record of earlier advice, and settles conflicts between them.',
  tools: ACTION_TOOLS,
  run: runActions,
};

const LEARNINGS_CITED = 3;
/** Change of a channel's spend that counts as a move. */
const LEAST_MOVE = 0.03;

async function runActions(context: SpecialistContext): Promise<SpecialistResult> {
  const book = evidenceBook(context);
  const tools = toolsFor(context, 'NEXT_BEST_ACTION', ACTION_TOOLS);
  const material = await gatherActions(context, tools);
  await context.progress('Weighing what the specialists found.');
  const emptied = emptiedBy(material);
  const { drafts, plan } = draftsOf(context, book, { material, emptied });
  const settled = settleConflicts(drafts, {
    limit: plan && { perWeek: plan.perWeek.limit, presentPerWeek: plan.perWeek.present },
    emptied,
  });
  const known = await knowledgeOf(context, tools, settled.cards);
  const facts = factsOf(context, { cards: settled.cards, known, conflicts: settled.conflicts, plan });
  const figures = figuresIn(facts);
  const composed = await composeGrounded(context, {
    purpose: ACTION_PURPOSE,
    instructions: ACTION_INSTRUCTIONS,
    facts: { ...facts, records: recordsTold(known) },
    figures,
    schema: actionAnswerSchema,
    composer: composeActions,
  });
  const recommendations = recommendationsOf(context, {
    cards: settled.cards,
    known,
    stale: facts.stale,
    rationales: composed.answer.rationales,
  });
  const content: RecommendationSet = {
    ...shapeOf(context, composed.answer, {
      frames: framesOf(
        context,
        plan,
        drafts.some((card) => card.verb === 'SHIFT'),
      ),
      window: material.recent,
      sources: sourcesOf(context, material),
      figures,
      caveats: composed.notes,
    }),
    recommendations,
    conflicts: [...settled.conflicts],
    allocation: plan && allocationOf(context, plan),
  };
  return finish({
    kind: 'RECOMMENDATION_SET',
    schema: recommendationSetSchema,
    content,
    composed,
    evidence: book.drafts(),
    recommendations,
    proposals: proposalsOf(settled, recommendations),
  });
}

/** How earlier advice did, as the figures that prose may state. */
function recordsTold(known: readonly CardKnowledge[]): object[] {
  return known.map(({ record }) => ({
    scored: record.scored,
    notToldApart: record.notToldApart,
    coverage: { value: record.coverage80 ?? 0, unit: 'SHARE' },
    interval: { value: 0.8, unit: 'SHARE' },
  }));
}

function recommendationsOf(
  context: SpecialistContext,
  of: {
    cards: readonly DraftCard[];
    known: readonly CardKnowledge[];
    stale: string;
    rationales: readonly { readonly index: number; readonly text: string }[];
  },
): Recommendation[] {
  const rationales = new Map(of.rationales.map((entry) => [entry.index, entry.text]));
  return of.cards.map((card, index) => {
    const own = of.known[index];
    return cardOf(context, card, {
      rationale: withWarning(of.stale, rationales.get(index) ?? card.because.join(' ')),
      citedLearningIds: own?.learnings.map((learning) => learning.id) ?? [],
      record: toldRecord(own),
    });
  });
}

function allocationOf(context: SpecialistContext, plan: ShiftPlan): RecommendationSet['allocation'] {
  return {
    evidenceId: plan.evidence.draft.id,
    budgetPerWeek: plan.evidence.need({
      label: 'weekly budget after the move',
      path: 'budgetPerWeek',
      unit: context.workspace.currency,
    }),
    rows: plan.table,
  };
}

function draftsOf(
  context: SpecialistContext,
  book: EvidenceBook,
  input: { material: ActionMaterial; emptied: ReadonlyMap<string, string> },
): { drafts: DraftCard[]; plan: ShiftPlan | null } {
  const { material, emptied } = input;
  const judged = verdictsOf(book, material);
  const others = [
    ...stopCards(context, book, material),
    creativeCard(context, book, material),
    audienceCard(context, material),
    judged ? testCard(context, material, judged) : null,
    measuringCard(context, material),
  ].filter((card) => card !== null);
  const plan = planShift(context, book, { material, stopped: stoppedCampaigns(others, emptied) });
  const shift = plan ? shiftCard(context, material, plan) : null;
  const first = plan
    ? [shift ?? heldShiftCard(context, material, plan)]
    : judged
      ? scaleCards(context, book, { material, judged })
      : [];
  const told = new Set([...movedChannels(shift === null ? null : plan), ...heldChannels(material)]);
  const holds = holdCards(context, material, { judged, moved: told });
  return { drafts: [...first, ...others, ...holds], plan };
}

/** Channels whose budget the allocation changes; a card to leave them alone would contradict it. */
function movedChannels(plan: ShiftPlan | null): Set<string> {
  const moved = (plan?.table ?? []).filter(
    (row) => Math.abs(row.proposed.value - row.current.value) > LEAST_MOVE * row.current.value,
  );
  return new Set(moved.map((row) => row.channel));
}

interface CardKnowledge {
  readonly learnings: readonly RecalledLearning[];
  readonly record: Recommendation['record'];
}

/** The record as a card holds it. */
function toldRecord(known: CardKnowledge | undefined): Recommendation['record'] {
  const { scored = 0, coverage80 = null, notToldApart = 0 } = known?.record ?? {};
  return { scored, coverage80, notToldApart };
}

/** What is remembered for each card, and how earlier advice of its verb did. */
async function knowledgeOf(
  context: SpecialistContext,
  tools: ActionTools,
  cards: readonly DraftCard[],
): Promise<CardKnowledge[]> {
  const records = new Map<string, CardKnowledge['record']>();
  const known: CardKnowledge[] = [];
  for (const card of cards) {
    context.signal.throwIfAborted();
    const record = records.get(card.verb) ?? (await tools['outcomes.recordOfKind'](card.verb));
    records.set(card.verb, record);
    const learnings = await tools['memory.recall']({
      verb: card.verb,
      target: card.target,
      conditions: { kpi: context.goal.kpi, market: context.goal.market },
      kpi: context.goal.kpi,
      limit: LEARNINGS_CITED,
    });
    known.push({ learnings, record });
  }
  return known;
}

function factsOf(
  context: SpecialistContext,
  input: {
    cards: readonly DraftCard[];
    known: readonly CardKnowledge[];
    conflicts: readonly CardConflict[];
    plan: ShiftPlan | null;
  },
): ActionFacts {
  const { plan } = input;
  return {
    goal: goalFacts(context.goal),
    stale: staleText(plan ? plan.stale : stalenessOf(context)),
    budget: plan ? budgetText(shiftFigures(context, plan)) : '',
    budgetFigures: plan ? shiftFigures(context, plan) : null,
    cards: input.cards.map((card, index) => ({
      index,
      verb: card.verb,
      target: card.target.name,
      question: card.question,
      action: card.action,
      because: card.because,
      identified: card.identified,
      reasons: card.reasons,
      figures: card.figures,
      record: toldRecord(input.known[index]),
      learnings: input.known[index]?.learnings.map((learning) => learning.learning.statement) ?? [],
      dissent: card.dissent,
    })),
    conflicts: input.conflicts.map((conflict) => ({ statement: conflict.statement, ruling: conflict.ruling })),
  };
}

/** A text that begins with a warning, which is told once. */
function withWarning(warning: string, text: string): string {
  return warning === '' || text.includes(warning) ? text : `${warning} ${text}`;
}

/**
 * One proposal for each card that changes something; actions of one card are approved as one. Its reason names the conflicts that
 * people have to settle, so that nobody decides on one side of them alone.
 */
function proposalsOf(
  { cards, conflicts }: ReturnType<typeof settleConflicts>,
  recommendations: readonly Recommendation[],
): ChangeProposal[] {
  return cards.flatMap((card, index) => {
    const recommendation = recommendations[index];
    if (!recommendation || card.actions.length === 0) return [];
    return [
      {
        recommendation: index,
        title: `${card.verb}: ${card.target.name}`,
        reason: [
          recommendation.rationale,
          ...conflicts
            .filter((conflict) => conflict.ruling === null && conflict.cards.includes(index))
            .map((conflict) => `Conflict between cards: ${conflict.statement} ${conflict.dissent}`),
        ].join(' '),
        actions: card.actions,
        ifRejected: card.ifRejected,
        evidenceIds: [
          ...new Set([
            ...card.evidence.map((entry) => entry.evidenceId),
            ...card.figures.map((figure) => figure.evidenceId),
          ]),
        ],
      },
    ];
  });
}

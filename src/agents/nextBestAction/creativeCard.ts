/** Owns the REVISE card of worn creative: the reviewed variant that replaces it, with what a fresh one is expected to bring back. */
import type { ContentVariant } from '../../domain/artifacts/contentDraft.ts';
import type { Fatigue } from '../../domain/artifacts/paidMediaAnalysis.ts';
import { normalCdf, normalQuantile } from '../../brain/distributions.ts';
import { chanceText, sentence, valueText } from '../../models/phrases.ts';
import type { SpecialistContext } from '../contract.ts';
import { lastKnownDay, type Evidence, type EvidenceBook } from '../evidence.ts';
import { kpiUnit, kpiWords } from '../labels.ts';
import { evidenceEntry, forecastFrame, HORIZON_WEEKS, type DraftCard } from './card.ts';
import { RECENT_WEEKS, type ActionMaterial } from './gather.ts';
import { heldTargets } from './inMeasurement.ts';

/** Chance of a gain below which a running creative stays, the same as other verbs need. */
const LEAST_CHANCE = 0.8;
/** What the forecast assumes, unless another card of the same set changes that budget. */
export const BUDGET_STAYS = 'Audience and budget of the campaign stay as they are.';
/** How far a new creative's effect lies from an ordinary one's (log scale), before anyone has seen it. */
const NEW_CREATIVE_SD = 0.15;
const LEVELS = [0.5, 0.8, 0.95] as const;

/**
 * The card; null where no variant that passed the review replaces a running creative, or where that a new one gains is not likely enough:
 * a creative that did not lose a share of its click rate that counts is no reason to replace it.
 */
export function creativeCard(
  context: SpecialistContext,
  book: EvidenceBook,
  material: ActionMaterial,
): DraftCard | null {
  const [best, ...others] = reviewedVariants(material);
  if (!best?.variant.replaces || !best.variant.action) return null;
  const { variant } = best;
  const { replaces } = best.variant;
  const worn = material.media?.fatigue.find(
    (entry) => entry.fatigued && entry.messageId === replaces.messageId && entry.campaignId === replaces.campaignId,
  );
  if (heldTargets(material).has(replaces.campaignId)) return null;
  if (!worn || chanceOf(worn) < LEAST_CHANCE) return null;
  const gain = gainEvidence(context, book, { material, messageId: replaces.messageId, worn });
  return {
    verb: 'REVISE',
    target: { type: 'campaign', id: replaces.campaignId, name: replaces.campaignName },
    question: `Should \u201c${replaces.messageName}\u201d be replaced, and by what?`,
    action: sentence(
      `Replace \u201c${replaces.messageName}\u201d in ${replaces.campaignName} by \u201c${variant.name}\u201d`,
    ),
    actions: [best.variant.action],
    forecast: gain ? gainForecast(context, gain) : null,
    counterfactual: 'The creative goes on as it is over the same days',
    figures: creativeFigures(context, { worn, gain }),
    evidence: creativeEvidence(context, material, { worn, gain }),
    identified: true,
    reasons: [],
    ...reservations(context, best.verdict, others),
    costOfDelayPerWeek: gain ? Math.max(0, gain.mean / HORIZON_WEEKS) : null,
    ifRejected: 'The old creative goes on',
    because: reasonsOf(variant, worn),
  };
}

interface ReviewedVariant {
  readonly variant: ContentVariant;
  readonly verdict: string;
}

/** Variants that replace a running creative and did not fail the review; those that passed stand first. */
function reviewedVariants(material: ActionMaterial): ReviewedVariant[] {
  const reviewed = (material.content?.variants ?? []).flatMap((variant) => {
    const text = material.compliance?.texts.find((entry) => entry.variantId === variant.id && entry.textDigest !== '');
    return variant.action && variant.replaces && text && text.verdict !== 'FAIL'
      ? [{ variant, verdict: text.verdict }]
      : [];
  });
  return reviewed.toSorted((a, b) => Number(a.verdict !== 'PASS') - Number(b.verdict !== 'PASS'));
}

function gainForecast(context: SpecialistContext, gain: Gain): DraftCard['forecast'] {
  return {
    ...forecastFrame(context, {
      method: 'Click rate back to where it began, times the unknown of a new creative',
      evidenceId: gain.evidence.draft.id,
    }),
    mean: gain.mean,
    intervals: gain.intervals,
    probabilityOfGain: gain.probability,
  };
}

interface Basis {
  readonly worn: Fatigue;
  readonly gain: Gain | null;
}

function creativeFigures(context: SpecialistContext, { worn, gain }: Basis): DraftCard['figures'] {
  const words = kpiWords(context.goal.kpi);
  return [
    worn.firstRate,
    worn.lastRate,
    worn.change,
    worn.probability,
    ...(gain
      ? [
          gain.evidence.need({
            label: `expected change of ${words} of the campaign`,
            path: 'mean',
            unit: kpiUnit(context.goal),
          }),
        ]
      : []),
  ];
}

function creativeEvidence(
  context: SpecialistContext,
  material: ActionMaterial,
  { worn, gain }: Basis,
): DraftCard['evidence'] {
  return [
    evidenceEntry({
      evidenceId: worn.change.evidenceId,
      tier: 'OBSERVED',
      asOf: material.recent?.to ?? lastKnownDay(context.workspace),
      summary: 'Click rate of the creative along its exposure',
    }),
    ...(gain
      ? [
          evidenceEntry({
            evidenceId: gain.evidence.draft.id,
            tier: 'PRIOR',
            asOf: gain.evidence.draft.asOf,
            summary: 'Booked results of the creative and the spread of new creatives',
          }),
        ]
      : []),
  ];
}

/** What the card assumes, what could follow, what can go wrong, and what holds it back. */
function reservations(
  context: SpecialistContext,
  verdict: string,
  others: readonly ReviewedVariant[],
): Pick<DraftCard, 'assumptions' | 'alternatives' | 'dissent' | 'risks' | 'guardrails' | 'reversibility'> {
  return {
    assumptions: [
      BUDGET_STAYS,
      'A new creative begins where the old one began, give or take what new creatives differ by.',
    ],
    alternatives: others.map((other) => ({
      alternative: other.variant.name,
      score: 0,
      unit: kpiUnit(context.goal),
      reason:
        other.verdict === 'PASS'
          ? 'It can follow when the first one has been judged; two at once would teach nothing.'
          : 'A person has to weigh findings on it first.',
    })),
    dissent:
      verdict === 'NEEDS_HUMAN'
        ? [
            {
              specialist: 'COMPLIANCE_REVIEW',
              view: 'The text holds findings that a person has to weigh before it is published.',
            },
          ]
        : [],
    risks: ['A new creative needs impressions before it can be judged.'],
    guardrails: [
      'The text that is published is the text that was reviewed, to the letter',
      'Back to the old creative if the new one qualifies less beyond doubt',
    ],
    reversibility: 'REVERSIBLE',
  };
}

function reasonsOf(variant: ContentVariant, worn: Fatigue): string[] {
  return [
    sentence(
      `The click rate of \u201c${worn.messageName}\u201d went from ${valueText(worn.firstRate)} to ${valueText(worn.lastRate)} within ${worn.weeks} weeks; that it wears out is ${chanceText(worn.probability.value)}`,
    ),
    sentence(variant.hypothesis),
  ].filter((line) => line !== '');
}

interface Gain {
  readonly evidence: Evidence;
  readonly mean: number;
  readonly intervals: { level: number; lower: number; upper: number }[];
  readonly probability: number | null;
}

/** What was lost of the click rate, and so what a creative as fresh as it once was brings back (log scale). */
function logGainOf(worn: Fatigue): number {
  return -Math.log(1 + worn.change.value);
}

/** Chance that a new creative brings more than the worn one does now. */
function chanceOf(worn: Fatigue): number {
  return normalCdf(logGainOf(worn) / NEW_CREATIVE_SD);
}

/** What a creative as fresh as this one once was brings more over the horizon: log-normal around the measured loss. Null without its results. */
function gainEvidence(
  context: SpecialistContext,
  book: EvidenceBook,
  input: { material: ActionMaterial; messageId: string; worn: Fatigue },
): Gain | null {
  const { material, messageId, worn } = input;
  const total = material.messageTotals.find((row) => row.message?.id === messageId)?.values[context.goal.kpi] ?? null;
  if (total === null || total <= 0) return null;
  const perHorizon = (total / RECENT_WEEKS) * HORIZON_WEEKS;
  const log = logGainOf(worn);
  const at = (z: number): number => perHorizon * (Math.exp(log + z * NEW_CREATIVE_SD) - 1);
  const mean = perHorizon * (Math.exp(log + NEW_CREATIVE_SD ** 2 / 2) - 1);
  const intervals = LEVELS.map((level) => ({
    level,
    lower: at(-normalQuantile((1 + level) / 2)),
    upper: at(normalQuantile((1 + level) / 2)),
  }));
  const probability = chanceOf(worn);
  const evidence = book.add({
    kind: 'advice.creative',
    tier: 'PRIOR',
    input: {
      messageId,
      fatigueEvidenceId: worn.change.evidenceId,
      newCreativeSd: NEW_CREATIVE_SD,
      weeks: RECENT_WEEKS,
    },
    output: { booked: total, perHorizon, logGain: log, mean, intervals, probability },
    loadIds: material.coverage.loadIds,
    ...(material.recent ? { asOf: material.recent.to } : {}),
  });
  return { evidence, mean, intervals, probability };
}

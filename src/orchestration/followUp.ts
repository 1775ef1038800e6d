/** Owns the words and the follow-up of a measured decision: composed by rules from figures, never by a model. Pure. */
import { derivedId } from '../kernel/ids.ts';
import type { EvidenceDraft } from '../agents/contract.ts';
import { kpiWords } from '../agents/labels.ts';
import type { Learning } from '../domain/learnings.ts';
import type { Recommendation, Verb } from '../domain/recommendations.ts';
import { numberText } from '../models/phrases.ts';
import type { ScoredForecast } from '../outcomes/measurement.ts';

/** Level of the interval that a learning is judged by. */
const LEVEL = 0.8;

type Verdict = 'AS_FORECAST' | 'AGREES' | 'ABOVE' | 'BELOW' | 'NOT_TOLD';

/** What a measured card taught. */
export function learningOf(card: Recommendation, scored: ScoredForecast, recommendationId: string): Learning {
  const { forecast, observed } = scored;
  const interval = intervalOf(scored);
  return {
    statement: statementOf(card, scored),
    verb: card.verb,
    target: card.target,
    conditions: { targetType: card.target.type, method: forecast.method, quantity: forecast.quantity },
    kpi: forecast.kpi,
    expected: { mean: forecast.mean, lower: interval.lower, upper: interval.upper, level: LEVEL },
    observed,
    insideInterval: scored.inside80 ?? (observed >= interval.lower && observed <= interval.upper),
    tier: scored.tier,
    recommendationId,
    forecastId: scored.forecastId,
  };
}

/** What was done, what it did against its forecast, what to expect next time, and under which condition. */
function statementOf(card: Recommendation, scored: ScoredForecast): string {
  const { forecast, observed } = scored;
  const interval = intervalOf(scored);
  const words = kpiWords(forecast.kpi);
  const did = forecast.quantity === 'DELTA' ? `changed ${words} by` : `brought ${words} to`;
  const verdict = verdictOf(scored);
  const { judged, next } = LESSONS[verdict];
  return [
    `${DEEDS[card.verb]} ${targetWords(card)} ${judged}: it ${did} ${shown(observed, forecast.unit)} from ${forecast.from} to ${forecast.to}, where ${shown(forecast.mean, forecast.unit)} was forecast`,
    `(${LEVEL * 100}% interval ${shown(interval.lower, forecast.unit)} to ${shown(interval.upper, forecast.unit)}${comparisonText(scored)}).`,
    `Next time: ${next}.`,
    `This holds for decisions of this kind on a ${card.target.type === 'goal' ? 'whole budget' : card.target.type} like this one; whatever else changed in those weeks is part of the figure.`,
  ].join(' ');
}

function targetWords({ target }: Recommendation): string {
  return target.type === 'goal' ? `the ${target.name.charAt(0).toLowerCase()}${target.name.slice(1)}` : target.name;
}

/** How each verb is told as a deed. */
const DEEDS: Readonly<Record<Verb, string>> = {
  SCALE: 'Scaling',
  HOLD: 'Holding',
  PAUSE: 'Pausing',
  REDUCE: 'Reducing',
  REVISE: 'Revising',
  TEST: 'Testing',
  SHIFT: 'Shifting',
};
const LESSONS: Readonly<Record<Verdict, { judged: string; next: string }>> = {
  AS_FORECAST: { judged: 'did what was forecast', next: 'a forecast made this way is a fair guide' },
  AGREES: {
    judged: 'came outside its forecast\u2019s own interval and agrees with it only with the error of the comparison',
    next: 'a forecast made this way is neither confirmed nor refuted: measure longer or against a hold-out',
  },
  ABOVE: {
    judged: 'did better than forecast',
    next: 'expect the upper end of such a forecast rather than its middle',
  },
  NOT_TOLD: {
    judged: 'cannot be told apart, neither from its forecast nor from no effect at all',
    next: 'plan with the forecast as unproven, and measure longer or against a hold-out: this comparison is too coarse for it',
  },
  BELOW: {
    judged: 'did worse than forecast',
    next: 'expect less than such a forecast says, and try it on a part of the market before all of it',
  },
};

/** How the verdict was read, where a level was subtracted: with the error of that comparison, in figures. */
export function comparisonText({ forecast, score }: Pick<ScoredForecast, 'forecast' | 'score'>): string {
  if (!score.widened || !score.judged80) return '';
  const { lower, upper } = score.judged80;
  return `; the comparison's error is \u00b1${shown(score.comparisonError80, forecast.unit)}, so anything from ${shown(lower, forecast.unit)} to ${shown(upper, forecast.unit)} agrees with it`;
}

/** The computation that a follow-up's figures cite. */
export function scoreEvidence(runId: string, scored: ScoredForecast, asOf: string): EvidenceDraft {
  const { lower, upper } = intervalOf(scored);
  return {
    id: derivedId('scoreEvidence', runId, scored.forecastId),
    kind: 'outcomes.score',
    tier: 'OBSERVED',
    input: { forecastId: scored.forecastId },
    output: {
      expected: scored.forecast.mean,
      lower,
      upper,
      observed: scored.observed,
      judged: scored.score.judged80,
      comparisonError: scored.score.comparisonError80,
    },
    seed: null,
    loadIds: [],
    asOf,
  };
}

/** What a follow-up card is written from beside the measured one. */
export interface FollowUpFacts {
  readonly learningId: string;
  readonly evidenceId: string;
  readonly asOf: string;
  readonly expiresOn: string;
  readonly record: Recommendation['record'];
}

/** The card after a measured one. It proposes no action of its own: the next run decides with the learning in memory. */
export function followUpOf(card: Recommendation, scored: ScoredForecast, facts: FollowUpFacts): Recommendation {
  const verdict = verdictOf(scored);
  const { lower, upper } = intervalOf(scored);
  const unit = scored.forecast.unit;
  const figure = (label: string, value: number, path: string) => ({
    label,
    value,
    unit,
    lower: null,
    upper: null,
    interval: null,
    evidenceId: facts.evidenceId,
    path,
  });
  const next = nextVerb(card.verb, verdict);
  return {
    question: `What follows from ${DEEDS[card.verb].toLowerCase()} ${targetWords(card)}?`,
    verb: next.verb,
    target: card.target,
    action: next.action(targetWords(card)),
    actions: [],
    forecast: null,
    counterfactual: 'Going on as decided before.',
    rationale: learningOf(card, scored, '').statement,
    figures: [
      { ...figure('Expected', scored.forecast.mean, 'expected'), lower, upper, interval: LEVEL },
      figure('Observed', scored.observed, 'observed'),
    ],
    evidence: [
      {
        evidenceId: facts.evidenceId,
        tier: 'OBSERVED',
        asOf: facts.asOf,
        summary: 'The forecast held against the imported days.',
      },
    ],
    identified: card.identified,
    identifiabilityReasons: card.identifiabilityReasons,
    assumptions: [
      'The difference to the forecast is not split into its causes; other changes in the same weeks are part of it.',
    ],
    rejectedAlternatives: [],
    dissent: [],
    risks: card.risks,
    guardrails: card.guardrails,
    reversibility: 'REVERSIBLE',
    costOfDelayPerWeek: null,
    citedLearningIds: [facts.learningId],
    expiresOn: facts.expiresOn,
    record: facts.record,
  };
}

function verdictOf(scored: ScoredForecast): Verdict {
  const { lower, upper } = intervalOf(scored);
  const inside = scored.inside80 ?? (scored.observed >= lower && scored.observed <= upper);
  if (inside || scored.score.agrees80) {
    if (scored.score.tellsFromNothing === false) return 'NOT_TOLD';
    return inside ? 'AS_FORECAST' : 'AGREES';
  }
  return scored.observed < scored.forecast.mean ? 'BELOW' : 'ABOVE';
}

/** The 80 % interval, or the nearest level that the forecast has. */
function intervalOf({ forecast }: ScoredForecast): { lower: number; upper: number } {
  const nearest = [...forecast.intervals].sort(
    (left, right) => Math.abs(left.level - LEVEL) - Math.abs(right.level - LEVEL),
  )[0];
  return nearest ?? { lower: forecast.mean, upper: forecast.mean };
}

function nextVerb(verb: Verb, verdict: Verdict): { verb: Verb; action(target: string): string } {
  if (verdict === 'NOT_TOLD')
    return {
      verb: 'HOLD',
      action: (target) =>
        `Leave ${target} unchanged and measure longer or against a hold-out: what the change did cannot be told apart from nothing.`,
    };
  if (verdict === 'AGREES')
    return {
      verb: 'HOLD',
      action: (target) =>
        `Leave ${target} unchanged and measure longer or against a hold-out: only the error of the comparison makes it agree with its forecast.`,
    };
  if (verdict === 'AS_FORECAST')
    return {
      verb: 'HOLD',
      action: (target) => `Keep what was decided for ${target}; it is in line with its forecast.`,
    };
  if (verdict === 'ABOVE' && verb === 'SCALE')
    return {
      verb: 'SCALE',
      action: (target) => `Look at ${target} for a further step up in the next plan; it did better than forecast.`,
    };
  if (verdict === 'ABOVE')
    return { verb: 'HOLD', action: (target) => `Keep what was decided for ${target}; it did better than forecast.` };
  if (verb === 'TEST' || verb === 'HOLD')
    return { verb: 'REVISE', action: (target) => `Revise ${target} in the next plan; it did worse than forecast.` };
  return {
    verb: 'TEST',
    action: (target) => `Test ${target} against a hold-out before going further; it did worse than forecast.`,
  };
}

/** An observed or forecast amount with its unit, without fractions where it is large. */
export function shown(value: number, unit: string): string {
  const text = numberText(Math.abs(value) >= 10 ? Math.sign(value) * Math.round(Math.abs(value)) : value, unit);
  return text.replace(/\.00$/, '');
}

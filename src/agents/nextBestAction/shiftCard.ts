/** Owns the words and figures of the SHIFT card over a planned allocation. */
import type { Figure } from '../../domain/evidence.ts';
import { chanceText, listText, sentence } from '../../models/phrases.ts';
import type { SpecialistContext } from '../contract.ts';
import type { Evidence } from '../evidence.ts';
import { channelTitle, kpiUnit, kpiWords } from '../labels.ts';
import type { ShiftPlan } from './allocation.ts';
import { holdGoalCard } from './holdCards.ts';
import { evidenceEntry, forecastFrame, HORIZON_DAYS, HORIZON_WEEKS, type DraftCard } from './card.ts';
import type { ActionMaterial } from './gather.ts';
import { staleText } from '../staleness.ts';
import { amount, amountRange, size } from '../wording.ts';

/** Chance of a gain below which the money stays where it is. */
const LEAST_CHANCE = 0.8;
const LEVEL_80 = 0.8;
/** A total within this of the limit, in currency units, is at it. */
const CENT = 0.01;
/** Change of the total that is worth telling, as a share of it. */
const NOTICEABLE = 0.01;

/** The card; null where the allocation is not likely enough to gain, or moves nothing. */
export function shiftCard(context: SpecialistContext, material: ActionMaterial, plan: ShiftPlan): DraftCard | null {
  const { allocation, evidence, perWeek } = plan;
  const shrinks = perWeek.proposed < perWeek.present * 0.999;
  if (!shrinks && plan.chance < LEAST_CHANCE) return null;
  const actions = plan.moves.flatMap((move) => move.actions);
  if (actions.length === 0) return null;
  const figures = shiftFigures(context, plan);
  const words = kpiWords(context.goal.kpi);
  const up = channelsMoved(plan, 1);
  const down = channelsMoved(plan, -1);
  return {
    verb: 'SHIFT',
    target: { type: 'goal', id: context.goal.id, name: 'Media budget across channels' },
    question: `How should the budget be split so that ${words} grow most?`,
    action: actionText(figures, { up: up.map((entry) => entry.name), down: down.map((entry) => entry.name) }),
    actions,
    withheld: plan.moves.flatMap((move) => move.withheld),
    forecast: shiftForecast(context, plan),
    counterfactual: 'The present budgets go on unchanged over the same days',
    figures: [
      figures.delta,
      figures.lasting,
      figures.gain,
      figures.moved,
      figures.budget,
      figures.perWeek,
      figures.added,
      figures.present,
      figures.limit,
      ...(figures.pays ? [figures.pays] : []),
      ...plan.table.flatMap((row) => [row.current, row.proposed]),
    ],
    evidence: shiftEvidence(material, evidence),
    identified: true,
    reasons: plan.unjudged.map(
      (channel) => `${channelTitle(channel)} is left out of the move: its effect is not identified or it does not run.`,
    ),
    ...reservations(context, plan),
    costOfDelayPerWeek: Math.max(0, allocation.kpiDelta.mean / HORIZON_WEEKS),
    ifRejected: 'Budgets stay as they are',
    because: [staleText(plan.stale), ...shiftReasons(figures, { words, up, down })].filter((line) => line !== ''),
  };
}

/** The card where an allocation was planned and is not sure enough to be proposed. */
export function heldShiftCard(context: SpecialistContext, material: ActionMaterial, plan: ShiftPlan): DraftCard {
  const figures = shiftFigures(context, plan);
  const cause = plan.stale
    ? 'The data are too old to say what money moved today would do.'
    : `That a better split gains at all is ${chanceText(plan.chance)}, which is not enough to move money.`;
  return holdGoalCard(context, {
    action: plan.stale
      ? `Leave budgets as they are and load the weeks since ${plan.stale.dataTo} first.`
      : 'Leave the split of budgets as it is.',
    cause,
    because: [
      staleText(plan.stale),
      cause,
      plan.stale
        ? 'The table of weekly spend shows the split that those data would have supported; nothing of it is proposed.'
        : '',
      budgetText(figures),
    ].filter((line) => line !== ''),
    figures: [figures.gain, figures.present, figures.limit, figures.added],
    evidence: shiftEvidence(material, plan.evidence),
  });
}

function shiftForecast(context: SpecialistContext, { allocation, evidence, chance }: ShiftPlan): DraftCard['forecast'] {
  return {
    ...forecastFrame(context, {
      method: 'Screening fit, allocation at equal marginal return',
      evidenceId: evidence.draft.id,
    }),
    mean: allocation.withinHorizon.mean,
    intervals: [...allocation.withinHorizon.intervals],
    probabilityOfGain: chance,
  };
}

function shiftEvidence(material: ActionMaterial, evidence: Evidence): DraftCard['evidence'] {
  return [
    evidenceEntry({
      evidenceId: evidence.draft.id,
      tier: 'OBSERVED',
      asOf: evidence.draft.asOf,
      summary: 'Allocation at equal marginal return over the draws of the screening fit',
    }),
    ...(material.media?.fit
      ? [
          evidenceEntry({
            evidenceId: material.media.fit.evidenceId,
            tier: 'OBSERVED',
            asOf: material.media.fit.window.to,
            summary: 'Screening fit of each channel\u2019s response',
          }),
        ]
      : []),
  ];
}

/** What the card assumes, what was rejected, what can go wrong, and what holds it back. */
function reservations(
  context: SpecialistContext,
  plan: ShiftPlan,
): Pick<DraftCard, 'assumptions' | 'alternatives' | 'dissent' | 'risks' | 'guardrails' | 'reversibility'> {
  return {
    assumptions: [
      ...plan.assumptions,
      `The forecast counts what shows within ${HORIZON_DAYS} days: carry-over has to build up first.`,
      'Nobody has measured such a change here: intervals allow for what the fit leaves out, as the simulated market showed it.',
      'Within a channel every running campaign is scaled alike.',
    ],
    alternatives: plan.alternatives.map((other) => ({
      alternative: other.name,
      score: other.mean,
      unit: kpiUnit(context.goal),
      reason: other.reason,
    })),
    dissent: [],
    risks: [
      'The fit is a screening fit on past spend; hidden demand can pass for an effect.',
      'Platforms relearn after a change of budget; results sway in the first days.',
    ],
    guardrails: [
      'No channel leaves the range of spend that the data have seen',
      `Back to the present budgets if ${kpiWords(context.goal.kpi)} fall below the lower end of the interval after two full weeks`,
    ],
    reversibility: 'REVERSIBLE',
  };
}

function shiftReasons(
  figures: ShiftFigures,
  about: { words: string; up: ReturnType<typeof channelsMoved>; down: ReturnType<typeof channelsMoved> },
): string[] {
  const { words, up, down } = about;
  return [
    sentence(
      `Over its first ${HORIZON_DAYS} days the move is estimated to change ${words} by ${amountRange(figures.delta)}, and by ${amount(figures.lasting)} over as many days once carry-over has built up`,
    ),
    sentence(`That it gains at all is ${chanceText(figures.gain.value)}, which no test has confirmed`),
    budgetText(figures),
    figures.pays
      ? sentence(`That the added spend pays for itself at the stated margin is ${chanceText(figures.pays.value)}`)
      : '',
    ...[...up.slice(0, 3), ...down.slice(0, 2)].map((entry) =>
      sentence(`${entry.name}: ${amount(entry.current)} to ${amount(entry.proposed)} a week`),
    ),
  ].filter((line) => line !== '');
}

/** Money now and as proposed beside what the goal's budget allows. */
export function budgetText(figures: Pick<ShiftFigures, 'present' | 'limit' | 'added' | 'budget'>): string {
  const allows = `the goal\u2019s budget comes to ${amount(figures.limit)} a week`;
  if (figures.present.value > figures.limit.value)
    return sentence(
      `Media cost ${amount(figures.present)} a week in the last quarter of the data and ${allows}: present spend is above it before anything changes, so nothing is added, and people have to say whether that budget is meant for all media`,
    );
  if (figures.added.value > figures.present.value * NOTICEABLE)
    return sentence(
      `${allows} and ${amount(figures.present)} a week was spent in the last quarter of the data, so ${amount(figures.added)} a week of new money ${figures.budget.value <= figures.limit.value + CENT ? 'is within it' : 'goes beyond it'}; on the money of today alone, see the alternatives`,
    );
  return '';
}

/** What to do, with size and cap: money that moves, and money that is added or taken away. */
function actionText(figures: ShiftFigures, names: { up: readonly string[]; down: readonly string[] }): string {
  const grows = figures.added.value > figures.budget.value * NOTICEABLE;
  const shrinks = figures.added.value < -figures.budget.value * NOTICEABLE;
  const cap = `within the range that the data have seen, at ${amount(figures.budget)} a week in all`;
  if (grows && names.down.length === 0)
    return sentence(`Add ${amount(figures.added)} a week to ${listText(names.up, 4)}, ${cap}`);
  if (shrinks && names.up.length === 0)
    return sentence(`Take ${size(figures.added)} a week from ${listText(names.down, 4)}, ${cap}`);
  if (grows)
    return sentence(
      `Put ${amount(figures.moved)} a week more into ${listText(names.up, 4)}: ${amount(figures.added)} of it is new money, the rest comes from ${listText(names.down, 4)}, ${cap}`,
    );
  return sentence(
    `Move ${amount(figures.moved)} a week${names.down.length > 0 ? ` from ${listText(names.down, 4)}` : ''} to ${listText(names.up, 4)}, ${cap}`,
  );
}

/** The figures that the card is told in. */
export interface ShiftFigures {
  readonly delta: Figure;
  /** The change over as many days once carry-over has built up. */
  readonly lasting: Figure;
  readonly present: Figure;
  readonly limit: Figure;
  readonly gain: Figure;
  readonly moved: Figure;
  readonly budget: Figure;
  readonly perWeek: Figure;
  /** Above zero where the total grows. */
  readonly added: Figure;
  readonly pays: Figure | null;
}

/** Reads them out of a plan. */
export function shiftFigures(context: SpecialistContext, { evidence, allocation }: ShiftPlan): ShiftFigures {
  const unit = kpiUnit(context.goal);
  const words = kpiWords(context.goal.kpi);
  const at80 = allocation.withinHorizon.intervals.findIndex((entry) => entry.level === LEVEL_80);
  const range = `withinHorizon.intervals.${at80}`;
  const money = (label: string, path: string): Figure =>
    evidence.need({ label, path, unit: context.workspace.currency });
  return {
    delta: evidence.need({
      label: `expected change of ${words} over the horizon`,
      path: 'withinHorizon.mean',
      unit,
      interval: { lower: `${range}.lower`, upper: `${range}.upper`, level: LEVEL_80 },
    }),
    lasting: evidence.need({ label: `change of ${words} once carry-over has built up`, path: 'kpiDelta.mean', unit }),
    gain: evidence.need({ label: 'chance of a gain', path: 'chance', unit: 'SHARE' }),
    moved: money('money that moves a week', 'moved'),
    present: money('weekly budget now', 'presentPerWeek'),
    limit: money('the goal\u2019s budget a week', 'limitPerWeek'),
    budget: money('weekly budget after the move', 'budgetPerWeek'),
    added: money('change of the weekly budget', 'addedPerWeek'),
    pays: evidence.figure({ label: 'chance that the added spend pays for itself', path: 'extraPays', unit: 'SHARE' }),
    perWeek: evidence.need({ label: `expected change of ${words} a week`, path: 'kpiDeltaPerWeek', unit }),
  };
}

function channelsMoved({ table }: ShiftPlan, sign: 1 | -1): { name: string; current: Figure; proposed: Figure }[] {
  return table
    .filter(
      (row) =>
        Math.sign(row.proposed.value - row.current.value) === sign &&
        Math.abs(row.proposed.value - row.current.value) > 0.03 * row.current.value,
    )
    .toSorted((a, b) => Math.abs(b.proposed.value - b.current.value) - Math.abs(a.proposed.value - a.current.value))
    .map((row) => ({ name: channelTitle(row.channel), current: row.current, proposed: row.proposed }));
}

/** Owns the plan of the SHIFT card: the allocation at equal marginal return over the fit's draws, as budgets, against what else could be done. */
import type { Allocation } from '../../brain/allocate.ts';
import { sumOf } from '../../brain/statistics.ts';
import type { RecommendationSet } from '../../domain/artifacts/recommendationSet.ts';
import type { Figure } from '../../domain/evidence.ts';
import { daysInclusive } from '../../kernel/calendar.ts';
import { unitsFromMicros } from '../../kernel/money.ts';
import type { SpecialistContext } from '../contract.ts';
import type { Evidence, EvidenceBook } from '../evidence.ts';
import type { FittedPanel } from '../responseFit.ts';
import { believed, driftOf, staleText, stalenessOf, type Staleness } from '../staleness.ts';
import { allocationAt, othersOf, type OtherAllocation } from './alternatives.ts';
import { channelMoves, withinLimit, type ChannelMove } from './budgets.ts';
import { HORIZON_DAYS, HORIZON_WEEKS } from './card.ts';
import type { ActionMaterial } from './gather.ts';
import { heldChannels } from './inMeasurement.ts';
import { chooseTotal, type Chosen, type MoneyFit } from './total.ts';

/**
 * Standard deviation (log) of what the fit's draws leave out of a channel's effect. Measured on the simulated market, seeds 1 to 40, two
 * allocations each: without it 80 % intervals of the lasting effect held the truth in 66 % of them, with it in 82 %.
 */
const MODEL_ERROR = 0.2;

/** An allocation with its evidence and what it was held against. */
export interface ShiftPlan {
  readonly evidence: Evidence;
  readonly allocation: Allocation;
  /** Budgets in force and as proposed, by channel. */
  readonly moves: readonly ChannelMove[];
  /** Money a week in currency units: now, as proposed, and what the goal's budget comes to. */
  readonly perWeek: { readonly present: number; readonly proposed: number; readonly limit: number };
  /** Chance of a gain as far as it can be believed. */
  readonly chance: number;
  readonly stale: Staleness | null;
  readonly alternatives: readonly OtherAllocation[];
  readonly assumptions: readonly string[];
  /** Channels that keep what they have, because they do not run or cannot be judged. */
  readonly unjudged: readonly string[];
  readonly table: NonNullable<RecommendationSet['allocation']>['rows'];
}

/**
 * Plans the allocation; null where fewer than two channels with money can be judged and moved. Campaigns in `stopped` keep what they have: another
 * card stops them. Figures are told of the budgets that the actions set, so that the card, its table and its forecast are one.
 */
export function planShift(
  context: SpecialistContext,
  book: EvidenceBook,
  input: { material: ActionMaterial; stopped: ReadonlySet<string> },
): ShiftPlan | null {
  const { material, stopped } = input;
  const { fitted } = material;
  if (!fitted) return null;
  const setting = settingOf(context, fitted);
  const measured = heldChannels(material);
  const movable = setting.fit.channels.filter((channel) => canBeJudged(channel) && !measured.has(channel.channel));
  if (movable.length < 2) return null;
  const planned = proposeMoves(context, material, { setting, stopped });
  const told: Told = {
    planned,
    alternatives: othersOf(setting, planned.chosen, material.media),
    chance: believed(planned.effect.withinHorizon.probabilityOfGain, setting.stale),
    unjudged: new Set(
      setting.fit.channels.filter((channel) => !canBeJudged(channel)).map((channel) => channel.channel),
    ),
    perWeek: { present: planned.before, proposed: planned.after, limit: setting.limit },
  };
  const evidence = evidenceOf(book, { material, fitted, setting, stopped, told });
  const { moves, chosen, effect } = planned;
  const { alternatives, chance, unjudged, perWeek } = told;
  return {
    evidence,
    allocation: effect,
    moves,
    perWeek,
    chance,
    stale: setting.stale,
    alternatives,
    unjudged: [...unjudged],
    assumptions: [...chosen.assumptions, ...(setting.stale ? [staleText(setting.stale)] : [])],
    table: tableOf(context, evidence, { moves, bounds: chosen.bounds, unjudged, measured }),
  };
}

/** What is told of a plan beside its moves. */
interface Told extends Pick<ShiftPlan, 'alternatives' | 'chance' | 'perWeek'> {
  readonly planned: Proposed;
  readonly unjudged: ReadonlySet<string>;
}

function settingOf(context: SpecialistContext, fitted: FittedPanel): Setting {
  const stale = stalenessOf(context, fitted.panel.window.to);
  return {
    fit: moneyFit(fitted),
    periods: Math.max(1, Math.round((HORIZON_DAYS * fitted.panel.periodsPerYear) / 365.25)),
    limit: limitPerWeek(context.goal),
    stale,
    modelError: Math.hypot(MODEL_ERROR, driftOf(stale)),
  };
}

function canBeJudged({ identified, currentSpend }: MoneyFit['channels'][number]): boolean {
  return identified && currentSpend > 0;
}

function evidenceOf(
  book: EvidenceBook,
  input: {
    material: ActionMaterial;
    fitted: FittedPanel;
    setting: Setting;
    stopped: ReadonlySet<string>;
    told: Told;
  },
): Evidence {
  const { material, fitted, setting, told } = input;
  const { moves, chosen, effect } = told.planned;
  const { present, proposed, limit } = told.perWeek;
  return book.add({
    kind: 'brain.allocation',
    tier: 'OBSERVED',
    input: {
      dataHash: fitted.fit.dataHash,
      seed: fitted.fit.seed,
      limitPerWeek: limit,
      periods: setting.periods,
      bounds: chosen.bounds,
      hurdle: material.hurdle,
      modelError: setting.modelError,
      stopped: [...input.stopped],
      inMeasurement: [...heldChannels(material)],
    },
    output: {
      ...effect,
      perWeek: moves.map((move, m) => ({
        channel: move.channel,
        current: move.before,
        proposed: move.after,
        multiple: move.before > 0 ? move.after / move.before : 1,
        held: told.unjudged.has(move.channel),
        marginalReturn: effect.allocation[m]?.marginalRoas ?? null,
      })),
      budgetPerWeek: proposed,
      presentPerWeek: present,
      limitPerWeek: limit,
      addedPerWeek: proposed - present,
      extraPays: chosen.pays ?? null,
      chance: told.chance,
      kpiDeltaPerWeek: effect.kpiDelta.mean / HORIZON_WEEKS,
      moved: moves.reduce((sum, move) => sum + Math.max(0, move.after - move.before), 0),
      alternatives: told.alternatives,
    },
    seed: fitted.fit.seed,
    loadIds: material.coverage.loadIds,
    asOf: fitted.panel.window.to,
  });
}

/** What a goal's budget comes to a week, in currency units. */
export function limitPerWeek(goal: SpecialistContext['goal']): number {
  return (unitsFromMicros(goal.budgetMicros) * 7) / daysInclusive(goal.from, goal.to);
}

interface Setting {
  readonly fit: MoneyFit;
  readonly periods: number;
  readonly limit: number;
  readonly stale: Staleness | null;
  readonly modelError: number;
}

interface Proposed {
  readonly chosen: Chosen;
  readonly moves: readonly ChannelMove[];
  readonly before: number;
  readonly after: number;
  /** What the moves as they are proposed change. */
  readonly effect: Allocation;
}

/** The best split as budgets, within the goal's budget as it lies beside the budgets in force, and what those budgets change. */
function proposeMoves(
  context: SpecialistContext,
  material: ActionMaterial,
  input: { setting: Setting; stopped: ReadonlySet<string> },
): Proposed {
  const { fit, periods, stale, limit, modelError } = input.setting;
  const spentPerWeek = (m: number): number => ((fit.draws[m]?.currentSpend ?? 0) * periods) / HORIZON_WEEKS;
  const movesAt = (multipleOf: (m: number) => number): ChannelMove[] =>
    channelMoves(context, material, {
      moves: fit.draws.map((draws, m) => ({
        channel: draws.channel,
        multiple: multipleOf(m),
        currentPerWeek: spentPerWeek(m),
      })),
      stopped: input.stopped,
    });
  const before = sumOf(movesAt(() => 1).map((move) => move.before));
  const present = sumOf(fit.draws.map((draws) => draws.currentSpend)) * periods;
  const choose = (share: number): Chosen =>
    chooseTotal({
      fit,
      periods,
      present,
      cap: present * share,
      hurdle: material.hurdle.marginalReturn,
      held: heldChannels(material),
      modelError,
      believed: (probability) => believed(probability, stale),
    });
  const movesOf = (chosen: Chosen, raised = 1): ChannelMove[] =>
    movesAt((m) => {
      const row = chosen.allocation.allocation[m];
      const multiple = row && row.current > 0 ? row.proposed / row.current : 1;
      return multiple > 1 ? 1 + (multiple - 1) * raised : multiple;
    });
  let share = limit / before;
  let chosen = choose(share);
  let moves: readonly ChannelMove[] = movesOf(chosen);
  // Budgets in force need not have the mix of recent spend, on which the split is made: held to the limit itself.
  const over = sumOf(moves.map((move) => move.after)) / limit;
  if (before < limit && over > 1) {
    share = Math.max(1, share / over);
    chosen = choose(share);
    moves = movesOf(chosen);
  }
  if (before <= limit) moves = withinLimit(limit, (raised) => movesOf(chosen, raised));
  return {
    chosen,
    moves,
    before,
    after: sumOf(moves.map((move) => move.after)),
    effect: effectOf(input.setting, moves),
  };
}

/** What budgets as proposed change, by the same draws. */
function effectOf(setting: Setting, moves: readonly ChannelMove[]): Allocation {
  return allocationAt(
    setting,
    moves.map((move) => (move.before > 0 ? move.after / move.before : 1)),
  );
}

const STILL_MEASURED = 'What was changed there is still being measured, so its budget is left alone.';

function tableOf(
  context: SpecialistContext,
  evidence: Evidence,
  input: {
    moves: readonly ChannelMove[];
    bounds: Chosen['bounds'];
    unjudged: ReadonlySet<string>;
    measured: ReadonlySet<string>;
  },
): ShiftPlan['table'] {
  const unit = context.workspace.currency;
  return input.moves.map((move, index) => {
    const read = (label: string, key: string): Figure =>
      evidence.need({ label: `weekly budget of ${move.channel} ${label}`, path: `perWeek.${index}.${key}`, unit });
    const measured = input.measured.has(move.channel);
    const held = measured || input.unjudged.has(move.channel);
    return {
      channel: move.channel,
      current: read('now', 'current'),
      proposed: read('proposed', 'proposed'),
      lower: held ? move.after : move.before * input.bounds.min,
      upper: held ? move.after : move.before * input.bounds.max,
      verb: held || move.after === move.before ? 'HOLD' : move.after > move.before ? 'SCALE' : 'SHIFT',
      reasons: measured
        ? [STILL_MEASURED]
        : held
          ? ['Its effect is not identified or it does not run, so it keeps its share.']
          : [],
    };
  });
}

/** The fit without channels whose input is no money: budgets can only be moved between amounts of one unit. */
function moneyFit({ fit, panel }: FittedPanel): MoneyFit {
  const isMoney = (channel: string): boolean => !panel.notMoney.includes(channel);
  return {
    ...fit,
    channels: fit.channels.filter((entry) => isMoney(entry.channel)),
    draws: fit.draws.filter((entry) => isMoney(entry.channel)),
  };
}

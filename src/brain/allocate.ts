/** Owns budget allocation: the split of a total at equal marginal return within bounds, and what it changes, with its uncertainty. */
import { AppError } from '../kernel/errors.ts';
import { readDraw, slopeAt, tabulate, type Curve } from './allocationCurves.ts';
import { auditGap, meanValue, splitBudget, type Objective } from './allocationSearch.ts';
import type { ChannelDraws, ResponseFit } from './responseTypes.ts';
import { estimateOf, meanOf, probabilityAbove, sortedOf, type Estimate } from './statistics.ts';

/** Spend of a channel may move between these multiples of its present level. */
const DEFAULT_BOUNDS = { min: 0.7, max: 1.3 } as const;
const DEFAULT_PERIODS = 13;
/** Levels at which an impact is told. */
export const IMPACT_LEVELS = [0.5, 0.8, 0.95] as const;

/** What to allocate. Amounts are totals over the horizon, in the unit of the fit's spend. */
export interface AllocationInput {
  readonly fit: Pick<ResponseFit, 'channels' | 'draws' | 'diagnostics' | 'interval'>;
  /** Total to spend over the horizon. @default what is spent at present */
  readonly budget?: number;
  /** Periods of the horizon. @default 13 */
  readonly periods?: number;
  /** Multiples of the reference spend. @default 0.7 to 1.3 */
  readonly bounds?: { readonly min: number; readonly max: number };
  /** Bounds of single channels, in place of the general ones. */
  readonly channelBounds?: Readonly<Record<string, { readonly min: number; readonly max: number }>>;
  /**
   * What bounds and change are measured from: present spend, or present spend scaled to the budget (same split, new total).
   * @default PRESENT
   */
  readonly reference?: 'PRESENT' | 'PROPORTIONAL';
  /** Channels whose effect is not identified keep their share. @default true */
  readonly holdUnidentified?: boolean;
  /** Expected KPI, or the mean of its worst fifth. @default mean */
  readonly risk?: 'mean' | 'cvar20';
}

/** One channel's part of an allocation; amounts are totals over the horizon. */
export interface ChannelAllocation {
  readonly channel: string;
  /** Present spend over a horizon of the same length. */
  readonly current: number;
  readonly proposed: number;
  readonly lower: number;
  readonly upper: number;
  /** KPI units that one more unit of spend brings at the proposed level (mean of the draws); null where it does not run. */
  readonly marginalRoas: number | null;
  /** Kept at its share because its effect is not identified or it does not run. */
  readonly held: boolean;
}

/** Change of the KPI over the horizon against the reference. */
export interface KpiDelta extends Estimate {
  readonly probabilityOfGain: number;
  /** Intervals of the effect alone, at 50, 80 and 95 %. */
  readonly intervals: readonly { readonly level: number; readonly lower: number; readonly upper: number }[];
  /** Standard deviation of what the horizon's unexplained ups and downs add to an observed change. */
  readonly noiseSd: number;
}

/** An allocation; plain JSON, one entry a draw in `draws`. */
export interface Allocation {
  readonly budget: number;
  readonly periods: number;
  readonly reference: 'PRESENT' | 'PROPORTIONAL';
  readonly allocation: readonly ChannelAllocation[];
  /** Interval at the fit's level. */
  readonly kpiDelta: KpiDelta;
  /** KPI units of one more unit of budget at the split; null where every channel is held. */
  readonly marginalRoasAtOptimum: number | null;
  /** Distance from the exact optimum on a grid, as a share of the KPI that media bring; null under cvar20. */
  readonly auditGap: number | null;
  readonly kpiDeltaDraws: readonly number[];
}

/**
 * Splits a budget over the channels of a fit.
 * @throws BAD_USER_INPUT when the budget cannot be spent within the bounds, or the bounds are not bounds.
 */
export function allocateBudget(input: AllocationInput): Allocation {
  const periods = input.periods ?? DEFAULT_PERIODS;
  const present = input.fit.draws.reduce((sum, draws) => sum + draws.currentSpend, 0);
  const budget = input.budget ?? present * periods;
  checkBudget(budget, periods, present);
  const ratio = budget / (present * periods);
  const plan = planOf(input, ratio);
  checkReachable(
    plan.map((entry) => ({ ...entry, spend: entry.draws.currentSpend * periods })),
    budget,
  );
  const curves = plan.map((entry) => tabulate(entry.draws, entry));
  const before = plan.map((entry) => tabulate(entry.draws, { min: entry.reference, max: entry.reference }));
  const objective = objectiveOf(curves, before, input.risk ?? 'mean');
  const { spends, marginal } = splitBudget(curves, budget / periods, objective);
  const deltas = deltaDraws(curves, before, spends).map((delta) => delta * periods);
  return {
    budget,
    periods,
    reference: input.reference ?? 'PRESENT',
    allocation: plan.map((entry, m) => partOf(entry, { curve: curves[m] as Curve, spend: spends[m] ?? 0, periods })),
    kpiDelta: summarise(deltas, {
      level: input.fit.interval,
      noiseSd: input.fit.diagnostics.residualSd * Math.sqrt(periods),
    }),
    marginalRoasAtOptimum: plan.every((entry) => entry.held) ? null : marginal,
    auditGap: input.risk === 'cvar20' ? null : auditGap(curves, spends, budget / periods),
    kpiDeltaDraws: deltas,
  };
}

interface PlanEntry {
  readonly draws: ChannelDraws;
  readonly held: boolean;
  /** Multiples of present spend: what change is measured from, and the bounds. */
  readonly reference: number;
  readonly min: number;
  readonly max: number;
}

function planOf(input: AllocationInput, ratio: number): PlanEntry[] {
  const reference = input.reference === 'PROPORTIONAL' ? ratio : 1;
  return input.fit.draws.map((draws, m) => {
    const unidentified = (input.holdUnidentified ?? true) && !(input.fit.channels[m]?.identified ?? false);
    const bounds = boundsFor(input, draws.channel);
    if (draws.currentSpend <= 0 || unidentified) return { draws, held: true, reference, min: ratio, max: ratio };
    return { draws, held: false, reference, min: bounds.min * reference, max: bounds.max * reference };
  });
}

function partOf(entry: PlanEntry, result: { curve: Curve; spend: number; periods: number }): ChannelAllocation {
  const current = entry.draws.currentSpend * result.periods;
  return {
    channel: entry.draws.channel,
    current,
    proposed: result.spend * result.periods,
    lower: entry.min * current,
    upper: entry.max * current,
    marginalRoas: current > 0 ? slopeAt(result.curve, result.spend) : null,
    held: entry.held,
  };
}

/** Mean, intervals and chance of a gain of draws of a change. */
export function summarise(draws: readonly number[], options: { level: number; noiseSd: number }): KpiDelta {
  const moves = draws.some((value) => value !== 0);
  return {
    ...estimateOf(draws, options.level),
    probabilityOfGain: moves ? probabilityAbove(draws, 0) : 0.5,
    intervals: IMPACT_LEVELS.map((level) => {
      const { lower, upper } = estimateOf(draws, level);
      return { level, lower, upper };
    }),
    noiseSd: options.noiseSd,
  };
}

function boundsFor(input: AllocationInput, channel: string): { min: number; max: number } {
  const bounds = input.channelBounds?.[channel] ?? input.bounds ?? DEFAULT_BOUNDS;
  if (!(bounds.min >= 0 && bounds.max >= bounds.min && Number.isFinite(bounds.max))) {
    throw new AppError('BAD_USER_INPUT', `Bounds of ${bounds.min} to ${bounds.max} for ${channel} are none.`, {
      hint: 'Give two multiples of present spend, such as 0.7 and 1.3.',
    });
  }
  return bounds;
}

function checkBudget(budget: number, periods: number, present: number): void {
  if (!(periods >= 1 && Number.isFinite(periods)))
    throw new AppError('BAD_USER_INPUT', `A horizon of ${periods} periods is none.`);
  if (!(budget > 0 && Number.isFinite(budget)))
    throw new AppError('BAD_USER_INPUT', `A budget of ${budget} cannot be allocated.`, {
      hint: 'Give a positive total for the horizon.',
    });
  if (!(present > 0))
    throw new AppError('BAD_USER_INPUT', 'No channel has spend at present, so there is no level to move from.', {
      hint: 'Import the latest periods first.',
    });
}

function checkReachable(plan: readonly { min: number; max: number; spend: number }[], budget: number): void {
  const lowest = plan.reduce((sum, entry) => sum + entry.min * entry.spend, 0);
  const highest = plan.reduce((sum, entry) => sum + entry.max * entry.spend, 0);
  if (budget >= lowest * (1 - 1e-9) && budget <= highest * (1 + 1e-9)) return;
  throw new AppError(
    'BAD_USER_INPUT',
    `A budget of ${budget.toFixed(0)} cannot be spent within the bounds, which allow ${lowest.toFixed(0)} to ${highest.toFixed(0)}.`,
    {
      hint: 'Change the budget, widen the bounds, or measure from the same split of the new total (reference PROPORTIONAL).',
    },
  );
}

function objectiveOf(curves: readonly Curve[], before: readonly Curve[], risk: 'mean' | 'cvar20'): Objective {
  if (risk === 'mean') return (spends) => meanValue(curves, spends);
  return (spends) => {
    const sorted = sortedOf(deltaDraws(curves, before, spends));
    return meanOf(sorted.slice(0, Math.max(1, Math.ceil(sorted.length / 5))));
  };
}

function deltaDraws(curves: readonly Curve[], before: readonly Curve[], spends: readonly number[]): number[] {
  const count = curves[0]?.draws ?? 0;
  return Array.from({ length: count }, (_, j) =>
    curves.reduce((sum, curve, m) => sum + readDraw(curve, j, spends[m] ?? 0) - (before[m]?.byDraw[j] ?? 0), 0),
  );
}

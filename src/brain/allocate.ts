/** Owns budget allocation: the split of a total at equal marginal return within bounds, and what it changes, with its uncertainty. */
import { AppError } from '../kernel/errors.ts';
import { seededRandom } from '../kernel/random.ts';
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
  readonly fit: Pick<ResponseFit, 'channels' | 'draws' | 'diagnostics' | 'interval' | 'seed'>;
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
  /**
   * Standard deviation (log) by which each channel's true effect may lie off what the fit's draws know: what the model leaves out.
   * @default 0
   */
  readonly modelError?: number;
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
  /** The part of the change that shows within the horizon when it begins on its first day: carry-over has to build up. */
  readonly withinHorizon: KpiDelta;
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
  const noiseSd = input.fit.diagnostics.residualSd * Math.sqrt(periods);
  const parts = deltaParts(curves, before, spends);
  const factors = modelFactors(input, plan);
  const deltas = summed(parts, factors).map((delta) => delta * periods);
  const built = factors.map((row, m) =>
    row.map((factor, j) => factor * builtUp(plan[m]?.draws.decay[j] ?? 0, periods)),
  );
  return {
    budget,
    periods,
    reference: input.reference ?? 'PRESENT',
    allocation: plan.map((entry, m) => partOf(entry, { curve: curves[m] as Curve, spend: spends[m] ?? 0, periods })),
    kpiDelta: summarise(deltas, { level: input.fit.interval, noiseSd }),
    withinHorizon: summarise(
      summed(parts, built).map((delta) => delta * periods),
      { level: input.fit.interval, noiseSd },
    ),
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

/** Change a period of each channel and draw: channel x draw. */
function deltaParts(curves: readonly Curve[], before: readonly Curve[], spends: readonly number[]): number[][] {
  return curves.map((curve, m) =>
    Array.from({ length: curve.draws }, (_, j) => readDraw(curve, j, spends[m] ?? 0) - (before[m]?.byDraw[j] ?? 0)),
  );
}

/** Sums the channels' changes by draw, each times its factor. */
function summed(parts: readonly (readonly number[])[], factors: readonly (readonly number[])[]): number[] {
  return Array.from({ length: parts[0]?.length ?? 0 }, (_, j) =>
    parts.reduce((sum, part, m) => sum + (part[j] ?? 0) * (factors[m]?.[j] ?? 1), 0),
  );
}

function deltaDraws(curves: readonly Curve[], before: readonly Curve[], spends: readonly number[]): number[] {
  return summed(deltaParts(curves, before, spends), []);
}

/** By channel and draw: log-normal with mean 1, the same for a channel in every allocation of the same fit. */
function modelFactors(input: AllocationInput, plan: readonly PlanEntry[]): number[][] {
  const sd = input.modelError ?? 0;
  return plan.map(({ draws }) => {
    const random = seededRandom(input.fit.seed).split(`model error:${draws.channel}`);
    return draws.effect.map(() => (sd > 0 ? Math.exp(random.normal(-(sd ** 2) / 2, sd)) : 1));
  });
}

/** Mean share of a lasting change's full effect over the first periods after it, for a carry-over of `decay` a period. */
function builtUp(decay: number, periods: number): number {
  const whole = Math.max(1, Math.round(periods));
  let left = 0;
  for (let period = 1; period <= whole; period += 1) left += decay ** period;
  return 1 - left / whole;
}

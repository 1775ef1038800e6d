/** Owns the hurdle: what a unit of spend must bring to pay for itself, from the data's own value of a KPI unit and a stated margin. */
import type { Goal } from '../domain/goals.ts';

/** Gross margin assumed where the workspace states none; the same default as `baton brain allocate`. */
export const ASSUMED_MARGIN = 0.6;

/** Totals over the same window, in whole units; null where no source knows. */
export interface ValueTotals {
  readonly kpi: number | null;
  readonly revenue: number | null;
}

/** The hurdle with what it was made from. */
export interface Hurdle {
  /** Revenue of one unit of the KPI; 1 for revenue itself; null where the data do not say. */
  readonly valuePerKpi: number | null;
  readonly margin: number;
  /** KPI units that one currency unit must bring; null without a value: verbs are then hold or test. */
  readonly marginalReturn: number | null;
}

/** The hurdle of a goal's KPI. */
export function hurdleOf(goal: Pick<Goal, 'kpi'>, totals: ValueTotals): Hurdle {
  const value =
    goal.kpi === 'REVENUE'
      ? 1
      : totals.kpi !== null && totals.kpi > 0 && totals.revenue !== null && totals.revenue > 0
        ? totals.revenue / totals.kpi
        : null;
  return {
    valuePerKpi: value,
    margin: ASSUMED_MARGIN,
    marginalReturn: value === null ? null : 1 / (value * ASSUMED_MARGIN),
  };
}

/** Returns are told per this many currency units: 1 for money KPIs, 1,000 for counts, which are small per unit. */
export function returnBase(goal: Pick<Goal, 'kpi'>): 1 | 1000 {
  return goal.kpi === 'REVENUE' || goal.kpi === 'PIPELINE' ? 1 : 1000;
}

/** Owns the hurdle: what a unit of spend must bring to pay for itself, from the data's own value of a KPI unit and a stated margin. */
import type { Goal } from '../domain/goals.ts';
import type { ResponsePanel } from './tools.ts';

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

/**
 * Totals from a control that states what a unit of the KPI is worth (`REVENUE_PER_CONVERSION` beside `CONVERSIONS`), each period weighed
 * by its KPI; null where the panel has none. Files of mix models hold units and value per unit apart.
 */
export function statedTotals(
  { kpi }: Pick<Goal, 'kpi'>,
  panel: Pick<ResponsePanel, 'series'>,
): (ValueTotals & { readonly control: string }) | null {
  const one = kpi.replace(/S$/, '');
  const names = [one, kpi, one.replace(/^QUALIFIED_/, '')].flatMap((unit) => [
    `REVENUE_PER_${unit}`,
    `VALUE_PER_${unit}`,
  ]);
  const control = names.find((name) => panel.series.every((place) => place.controls[name] !== undefined));
  if (control === undefined) return null;
  const places = panel.series.map((place) => ({ units: place.kpi, worth: place.controls[control] ?? [] }));
  const units = sumOf(places.map((place) => sumOf(place.units)));
  const revenue = sumOf(places.map((place) => sumOf(place.units.map((count, t) => count * (place.worth[t] ?? 0)))));
  return units > 0 && revenue > 0 ? { control, kpi: units, revenue } : null;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** Returns are told per this many currency units: 1 for money KPIs, 1,000 for counts, which are small per unit. */
export function returnBase(goal: Pick<Goal, 'kpi'>): 1 | 1000 {
  return goal.kpi === 'REVENUE' || goal.kpi === 'PIPELINE' ? 1 : 1000;
}

/** Owns what an allocation is held against: simple rules, as multiples of present spend within the same bounds and total, each by the fit's own draws. Pure. */
import { allocateBudget, type Allocation } from '../../brain/allocate.ts';
import { sumOf } from '../../brain/statistics.ts';
import type { ActionMaterial } from './gather.ts';
import type { Chosen, MoneyFit } from './total.ts';

const STEPS = 200;

/** What is not proposed, with the KPI that it would bring and why not. */
export interface OtherAllocation {
  readonly name: string;
  readonly mean: number;
  readonly reason: string;
}

/** The draws that an allocation is reckoned by; see `AllocationInput`. */
interface Draws {
  readonly fit: MoneyFit;
  readonly periods: number;
  readonly modelError: number;
}

/** What given multiples of present spend bring, one a channel in the order of the fit's draws. */
export function allocationAt({ fit, periods, modelError }: Draws, multiples: readonly number[]): Allocation {
  const multipleOf = (m: number): number => multiples[m] ?? 1;
  return allocateBudget({
    fit,
    periods,
    modelError,
    budget: sumOf(fit.draws.map((draws, m) => draws.currentSpend * multipleOf(m))) * periods,
    channelBounds: Object.fromEntries(
      fit.draws.map((draws, m) => [draws.channel, { min: multipleOf(m), max: multipleOf(m) }]),
    ),
    holdUnidentified: false,
  });
}

/** What else could be done with the same total, each with the KPI that the same draws give it. */
export function othersOf(draws: Draws, chosen: Chosen, media: ActionMaterial['media']): readonly OtherAllocation[] {
  const { fit, periods } = draws;
  const spends = fit.draws.map(({ currentSpend }) => currentSpend);
  const ratio = chosen.allocation.budget / (sumOf(spends) * periods);
  const score = (weights: readonly number[]): number =>
    allocationAt(draws, multiplesFor(spends, weights, { ratio, bounds: chosen.bounds })).withinHorizon.mean;
  const credit = fit.draws.map(
    ({ channel }) => media?.channels.find((entry) => entry.channel === channel)?.attributedReturn?.value ?? null,
  );
  const byCredit = credit.every((value) => value === null)
    ? []
    : [
        {
          name: 'Follow platform credit',
          mean: score(credit.map((value) => Math.max(value ?? 0, 1e-6))),
          reason: 'Platforms credit themselves with results that would have come anyway.',
        },
      ];
  return [
    { name: 'Keep the present split', mean: 0, reason: 'Nothing is gained by it.' },
    ...byCredit,
    {
      name: 'Move every channel towards an equal share',
      mean: score(evenSplit(spends)),
      reason: 'It ignores what the next unit of spend brings.',
    },
    ...(chosen.other ? [chosen.other] : []),
  ];
}

/** Multiples proportional to the weights, within bounds, whose spend comes to `ratio` times the present total. */
export function multiplesFor(
  spends: readonly number[],
  weights: readonly number[],
  within: { ratio: number; bounds: { min: number; max: number } },
): number[] {
  const { ratio, bounds } = within;
  const total = spends.reduce((sum, spend) => sum + spend, 0);
  const at = (level: number): number[] =>
    weights.map((weight) => Math.min(bounds.max, Math.max(bounds.min, level * weight)));
  const spentAt = (level: number): number =>
    at(level).reduce((sum, multiple, m) => sum + multiple * (spends[m] ?? 0), 0);
  let low = 0;
  let high = bounds.max / Math.max(1e-12, Math.min(...weights.filter((weight) => weight > 0)));
  for (let step = 0; step < STEPS; step += 1) {
    const middle = (low + high) / 2;
    if (spentAt(middle) < ratio * total) low = middle;
    else high = middle;
  }
  return at(high);
}

/** Weights that pull every channel towards the same spend. */
function evenSplit(spends: readonly number[]): number[] {
  const running = spends.filter((spend) => spend > 0);
  const mean = running.reduce((sum, spend) => sum + spend, 0) / Math.max(1, running.length);
  return spends.map((spend) => (spend > 0 ? mean / spend : 1));
}

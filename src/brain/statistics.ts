/** Owns small shared statistics over plain numbers: sums that keep their digits, quantiles, intervals, correlation. */
import { AppError } from '../kernel/errors.ts';

/** A mean with an interval. Level of the interval is said by whoever gives it. */
export interface Estimate {
  readonly mean: number;
  readonly lower: number;
  readonly upper: number;
}

/** Mean and variance of a set of numbers, and how many there were. */
export interface Moments {
  readonly count: number;
  readonly mean: number;
  /** Sample variance (n - 1); 0 for fewer than two numbers. */
  readonly variance: number;
}

/** Anything that can be read by index; `values[i]` beyond the end counts as 0 in the helpers below. */
export type Numbers = ArrayLike<number>;

/** Sum with Kahan's correction. */
export function sumOf(values: Numbers): number {
  let sum = 0;
  let lost = 0;
  for (let i = 0; i < values.length; i += 1) {
    const term = (values[i] ?? 0) - lost;
    const next = sum + term;
    lost = next - sum - term;
    sum = next;
  }
  return sum;
}

/** Arithmetic mean; 0 of nothing. */
export function meanOf(values: Numbers): number {
  return values.length === 0 ? 0 : sumOf(values) / values.length;
}

/** Mean and variance in one pass (Welford). */
export function momentsOf(values: Numbers): Moments {
  let mean = 0;
  let squares = 0;
  for (let i = 0; i < values.length; i += 1) {
    const delta = (values[i] ?? 0) - mean;
    mean += delta / (i + 1);
    squares += delta * ((values[i] ?? 0) - mean);
  }
  return { count: values.length, mean, variance: values.length > 1 ? squares / (values.length - 1) : 0 };
}

/** Quantile of sorted numbers by linear interpolation (type 7). @throws BAD_USER_INPUT for no numbers. */
export function quantileSorted(sorted: Numbers, p: number): number {
  if (sorted.length === 0) throw new AppError('BAD_USER_INPUT', 'A quantile of no numbers does not exist.');
  const at = p * (sorted.length - 1);
  const low = Math.floor(at);
  const base = sorted[low] ?? 0;
  return base + (at - low) * ((sorted[Math.min(low + 1, sorted.length - 1)] ?? base) - base);
}

/** Numbers in ascending order, in a new array. */
export function sortedOf(values: Numbers): Float64Array {
  return Float64Array.from(values).sort();
}

/** Quantile of numbers in any order. */
export function quantileOf(values: Numbers, p: number): number {
  return quantileSorted(sortedOf(values), p);
}

/** Mean of draws with their central interval. @default level 0.9 */
export function estimateOf(draws: Numbers, level = 0.9): Estimate {
  const sorted = sortedOf(draws);
  return {
    mean: meanOf(draws),
    lower: quantileSorted(sorted, (1 - level) / 2),
    upper: quantileSorted(sorted, (1 + level) / 2),
  };
}

/** Share of draws above a bound, kept away from 0 and 1 by half a draw. */
export function probabilityAbove(draws: Numbers, bound: number): number {
  let above = 0;
  for (let i = 0; i < draws.length; i += 1) if ((draws[i] ?? 0) > bound) above += 1;
  return (above + 0.5) / (draws.length + 1);
}

/** Pearson correlation of two series of the same length; 0 when one of them does not vary. */
export function correlationOf(a: Numbers, b: Numbers): number {
  const meanA = meanOf(a);
  const meanB = meanOf(b);
  let cross = 0;
  let squaresA = 0;
  let squaresB = 0;
  for (let i = 0; i < a.length; i += 1) {
    const x = (a[i] ?? 0) - meanA;
    const y = (b[i] ?? 0) - meanB;
    cross += x * y;
    squaresA += x * x;
    squaresB += y * y;
  }
  const scale = Math.sqrt(squaresA * squaresB);
  return scale > 0 ? cross / scale : 0;
}

/** Refuses a series with a missing or infinite number, naming the row. @throws BAD_USER_INPUT */
export function requireFinite(values: Numbers, what: string): void {
  for (let i = 0; i < values.length; i += 1) {
    if (!Number.isFinite(values[i])) {
      throw new AppError('BAD_USER_INPUT', `${what} holds ${String(values[i])} in row ${i + 1}.`, {
        hint: 'Every row needs a finite number; fill or drop the period.',
      });
    }
  }
}

/** Refuses negative numbers and what requireFinite refuses. @throws BAD_USER_INPUT */
export function requireNonNegative(values: Numbers, what: string): void {
  requireFinite(values, what);
  for (let i = 0; i < values.length; i += 1) {
    if ((values[i] ?? 0) < 0) {
      throw new AppError('BAD_USER_INPUT', `${what} holds ${String(values[i])} in row ${i + 1}.`, {
        hint: 'Spend and counts cannot be negative; book refunds apart.',
      });
    }
  }
}

/** Owns what a benchmark prints: one figure with its spread, and the one beside it where there is one. */

/** One figure; `value` is the median unless the name says otherwise, in `unit`. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly n: number;
  readonly p50: number;
  readonly p95: number;
  readonly baseline?: { readonly name: string; readonly value: number };
  readonly ratio?: number;
}

/** A benchmark tells how far it is and gives its figures. */
export type Benchmark = (tell: (text: string) => void) => Promise<Figure[]>;

/** The figure of several measurements: the median, with its spread. @throws RangeError without a measurement */
export function figureOf(name: string, unit: string, values: readonly number[]): Figure {
  if (values.length === 0) throw new RangeError(`${name} was not measured.`);
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { name, unit, n: values.length, value: at(0.5), p50: at(0.5), p95: at(0.95) };
}

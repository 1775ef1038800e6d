/** Owns the simple rules that an allocation is held against: multiples of present spend from weights, within the same bounds and total. Pure. */

const STEPS = 200;

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
export function evenSplit(spends: readonly number[]): number[] {
  const running = spends.filter((spend) => spend > 0);
  const mean = running.reduce((sum, spend) => sum + spend, 0) / Math.max(1, running.length);
  return spends.map((spend) => (spend > 0 ? mean / spend : 1));
}

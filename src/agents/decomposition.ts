/**
 * Owns the splitting of a KPI's change into parts that add up exactly: volume against efficiency for one entity, and factors
 * of a product by the logarithmic mean (LMDI-I; Ang 2005, Energy Policy 33). It reads nothing.
 */

/** Result and money of one entity in two windows of the same length. */
export interface TwoWindows {
  readonly before: { readonly result: number; readonly spend: number };
  readonly now: { readonly result: number; readonly spend: number };
}

/** A change in KPI units; `volume` and `efficiency` are null where one window had no spend. */
export interface ChangeParts {
  readonly change: number;
  readonly volume: number | null;
  readonly efficiency: number | null;
}

/** Splits a change into more money and more result for the same money, each at the mean of the other (exact for two factors). */
export function changeParts({ before, now }: TwoWindows): ChangeParts {
  const change = now.result - before.result;
  if (before.spend <= 0 || now.spend <= 0) return { change, volume: null, efficiency: null };
  const rateBefore = before.result / before.spend;
  const rateNow = now.result / now.spend;
  return {
    change,
    volume: (now.spend - before.spend) * ((rateBefore + rateNow) / 2),
    efficiency: (rateNow - rateBefore) * ((before.spend + now.spend) / 2),
  };
}

/** Effect of each factor on a product that went from `before` to `now`; they add up to the change. Null when a factor is not positive. */
export function factorEffects(factors: readonly { readonly before: number; readonly now: number }[]): number[] | null {
  if (factors.length === 0 || factors.some(({ before, now }) => !(before > 0) || !(now > 0))) return null;
  const before = factors.reduce((product, factor) => product * factor.before, 1);
  const now = factors.reduce((product, factor) => product * factor.now, 1);
  const weight = logarithmicMean(now, before);
  return factors.map((factor) => weight * Math.log(factor.now / factor.before));
}

function logarithmicMean(a: number, b: number): number {
  return Math.abs(a - b) <= 1e-12 * Math.max(a, b) ? a : (a - b) / (Math.log(a) - Math.log(b));
}

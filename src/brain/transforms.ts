/** Owns the two media transforms: carry-over (normalised geometric adstock) and saturation (Hill). */
import { AppError } from '../kernel/errors.ts';
import { quantileSorted, sortedOf, type Numbers } from './statistics.ts';

/** Longest carry-over in periods, and the weight below which a lag is left out. */
export const MAX_LAGS = 26;
const LAG_WEIGHT_FLOOR = 0.01;
/** Bound of the Hill exponent's argument. */
const HILL_CLIP = 40;
/** Quantile of non-zero spend that scales a channel; the maximum would let one typo rule. */
const SCALE_QUANTILE = 0.95;

/** Lags that a decay needs: min(26, ceil(ln .01 / ln a)), at least 1. */
export function lagCount(decay: number): number {
  return decay <= 0 ? 1 : Math.min(MAX_LAGS, Math.max(1, Math.ceil(Math.log(LAG_WEIGHT_FLOOR) / Math.log(decay))));
}

/** Weights of the lags, summing to 1. @throws BAD_USER_INPUT for a decay outside [0, 0.95]. */
export function adstockWeights(decay: number, lags = lagCount(decay)): Float64Array {
  if (!(decay >= 0 && decay <= 0.95))
    throw new AppError('BAD_USER_INPUT', `A carry-over of ${decay} is outside 0 to 0.95.`);
  const weights = Float64Array.from({ length: lags }, (_, lag) => decay ** lag);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** Carried-over series A_t = sum_l w_l x_{t-l}; carry-in before the first row is zero, and no row is dropped. */
export function adstock(values: Numbers, decay: number): Float64Array {
  const weights = adstockWeights(decay);
  const carried = new Float64Array(values.length);
  for (let t = 0; t < values.length; t += 1) {
    let sum = 0;
    for (let lag = 0; lag < weights.length && lag <= t; lag += 1) sum += (weights[lag] ?? 0) * (values[t - lag] ?? 0);
    carried[t] = sum;
  }
  return carried;
}

/** Scale of a channel: the 95th percentile of its non-zero spend; 0 when nothing was spent. */
export function spendScale(spend: Numbers): number {
  const used = sortedOf(Array.from(spend).filter((value) => value > 0));
  return used.length === 0 ? 0 : quantileSorted(used, SCALE_QUANTILE);
}

/** Saturation h(u) = u^s / (u^s + k^s) on scaled spend u; h(0) = 0. */
export function hill(scaled: number, halfSaturation: number, slope: number): number {
  if (scaled <= 0) return 0;
  const argument = slope * (Math.log(scaled) - Math.log(halfSaturation));
  return 1 / (1 + Math.exp(-Math.min(HILL_CLIP, Math.max(-HILL_CLIP, argument))));
}

/** Slope of the saturation, h'(u) = s h (1 - h) / u; 0 at u = 0. */
export function hillSlope(scaled: number, halfSaturation: number, slope: number): number {
  if (scaled <= 0) return 0;
  const value = hill(scaled, halfSaturation, slope);
  return (slope * value * (1 - value)) / scaled;
}

/** Owns the point search for shapes and effects: coordinate-wise, non-negative, ridge-penalised, on products that were made once. */
import { shapes, type Design } from './screeningDesign.ts';

/** Passes over the channels at the most; it nearly always settles in a few. */
const PASSES_LIMIT = 60;
const SETTLED = 1e-7;

/** One shape (candidate index) and one effect for each channel. */
export interface Choice {
  readonly candidate: Int32Array;
  readonly effect: Float64Array;
}

/** What the search minimises: squared error + noise / scale^2 x effect^2 - 2 noise x log prior of the shapes. */
export interface SearchOptions {
  /** Noise variance, relative to the KPI's mean. */
  readonly noise: number;
  /** Prior scale of an effect. */
  readonly priorScale: number;
}

/** Best shapes and effects for a series whose products with the candidates are `products` (baseline taken out). Deterministic. */
export function searchShapes(design: Design, products: Float64Array, options: SearchOptions): Choice {
  const channelCount = design.channels.length;
  const candidate = Int32Array.from({ length: channelCount }, (_, m) => m * shapes.length);
  const effect = new Float64Array(channelCount);
  const left = new Float64Array(shapes.length);
  for (let pass = 0; pass < PASSES_LIMIT; pass += 1) {
    let moved = 0;
    for (let m = 0; m < channelCount; m += 1) {
      const before = effect[m] as number;
      const shapeBefore = candidate[m] as number;
      leftFor({ design, products, candidate, effect }, m, left);
      const best = bestShape(design, { m, left, ...options });
      candidate[m] = best.candidate;
      effect[m] = best.effect;
      moved = Math.max(moved, Math.abs(best.effect - before), best.candidate === shapeBefore ? 0 : best.effect);
    }
    if (moved < SETTLED) break;
  }
  return { candidate, effect };
}

/** Where a search or a sampler stands. */
export interface SearchState {
  readonly design: Design;
  readonly products: Float64Array;
  readonly candidate: Int32Array;
  readonly effect: Float64Array;
}

/** Writes into `left` what the other channels leave for each shape of channel m to explain. */
export function leftFor(state: SearchState, m: number, left: Float64Array): void {
  const { design, products, candidate, effect } = state;
  const from = m * shapes.length;
  for (let s = 0; s < shapes.length; s += 1) left[s] = products[from + s] as number;
  for (let other = 0; other < effect.length; other += 1) {
    const size = effect[other] as number;
    if (other === m || size === 0) continue;
    const cross = design.productsWith(candidate[other] as number);
    for (let s = 0; s < shapes.length; s += 1) left[s] = (left[s] as number) - size * (cross[from + s] as number);
  }
}

function bestShape(
  design: Design,
  options: SearchOptions & { m: number; left: Float64Array },
): { candidate: number; effect: number } {
  const { m, left, noise, priorScale } = options;
  let best = { candidate: m * shapes.length, effect: 0 };
  let bestScore = Number.NEGATIVE_INFINITY;
  for (let s = 0; s < shapes.length; s += 1) {
    const at = m * shapes.length + s;
    const product = left[s] as number;
    const curvature = (design.squares[at] as number) + noise / priorScale ** 2;
    const gain = product > 0 ? (product * product) / curvature : 0;
    const score = gain + 2 * noise * (shapes[s]?.logPrior ?? 0);
    if (score > bestScore) {
      bestScore = score;
      best = { candidate: at, effect: gain > 0 ? product / curvature : 0 };
    }
  }
  return best;
}

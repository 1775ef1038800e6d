/** Owns the search for shapes and effects: coordinate-wise, non-negative, ridge-penalised, on products that were made once. */
import { shapes, type Design } from './screeningDesign.ts';

/** Passes over the channels at the most; it nearly always settles in a few. */
const PASSES_LIMIT = 60;
const SETTLED = 1e-7;

/** One shape (candidate index) and one effect for each channel. */
export interface Choice {
  readonly candidate: Int32Array;
  readonly effect: Float64Array;
}

/** What the search minimises: squared error + ridge x effect^2 - 2 noise x log prior of the shapes. */
export interface SearchOptions {
  /** Noise variance over the squared prior scale of an effect. */
  readonly ridge: number;
  readonly noise: number;
  readonly start?: Choice;
}

/**
 * Best shapes and effects for a series whose products with the candidates are `products` (baseline taken out).
 * Deterministic; starts from `start` or from nothing.
 */
export function searchShapes(design: Pick<Design, 'gram' | 'candidates' | 'channels'>, products: Float64Array, options: SearchOptions): Choice {
  const channelCount = design.channels.length;
  const candidate = options.start ? options.start.candidate.slice() : Int32Array.from({ length: channelCount }, (_, m) => m * shapes.length);
  const effect = options.start ? options.start.effect.slice() : new Float64Array(channelCount);
  for (let pass = 0; pass < PASSES_LIMIT; pass += 1) {
    let moved = 0;
    for (let m = 0; m < channelCount; m += 1) {
      const before = effect[m] as number;
      const shapeBefore = candidate[m] as number;
      improveChannel({ design, products, options, candidate, effect }, m);
      moved = Math.max(moved, Math.abs((effect[m] as number) - before), candidate[m] === shapeBefore ? 0 : (effect[m] as number));
    }
    if (moved < SETTLED) break;
  }
  return { candidate, effect };
}

interface SearchState {
  readonly design: Pick<Design, 'gram' | 'candidates' | 'channels'>;
  readonly products: Float64Array;
  readonly options: SearchOptions;
  readonly candidate: Int32Array;
  readonly effect: Float64Array;
}

/** Gives channel m the shape and effect that serve best while the others stay. */
function improveChannel(state: SearchState, m: number): void {
  const { design, products, options, candidate, effect } = state;
  const { gram, candidates } = design;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (let s = 0; s < shapes.length; s += 1) {
    const at = m * shapes.length + s;
    let left = products[at] as number;
    for (let other = 0; other < effect.length; other += 1) {
      if (other !== m) left -= (effect[other] as number) * (gram[at * candidates + (candidate[other] as number)] as number);
    }
    const curvature = (gram[at * candidates + at] as number) + options.ridge;
    const gain = left > 0 && curvature > 0 ? (left * left) / curvature : 0;
    const score = gain + 2 * options.noise * (shapes[s] as (typeof shapes)[number]).logPrior;
    if (score > bestScore) {
      bestScore = score;
      candidate[m] = at;
      effect[m] = gain > 0 ? left / curvature : 0;
    }
  }
}

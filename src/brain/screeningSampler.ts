/** Owns the draws of the screening fit: a Gibbs sampler over the grid of shapes with truncated-normal effects, on products made once. */
import type { Random } from '../kernel/random.ts';
import { normalQuantile, quickNormalCdf } from './distributions.ts';
import { dot, projectOnto, shapes, type Design } from './screeningDesign.ts';
import { productsOf, type PointFit } from './screeningFit.ts';
import { leftFor, type Choice } from './screeningSearch.ts';
import { sumOf } from './statistics.ts';

/** Sweeps that are thrown away, and sweeps between two draws that are kept. */
const BURN_IN = 400;
const THINNING = 12;
/** Largest share of the KPI that all media together may explain: a baseline is always left. */
const MAX_MEDIA_SHARE = 0.95;

/**
 * Draws of shapes and effects given the KPI. Model: effect ~ half-normal(priorScale), shape ~ grid prior, noise variance ~ 1/variance;
 * the baseline is integrated out. `inflation` widens the noise for what the model leaves out.
 */
export function sampleChoices(
  design: Design,
  point: PointFit,
  options: { draws: number; inflation: number; random: Random },
): Choice[] {
  const chain = startChain(design, point, options);
  const kept: Choice[] = [];
  for (let sweep = 0; sweep < BURN_IN + options.draws * THINNING; sweep += 1) {
    for (let m = 0; m < design.channels.length; m += 1) drawChannel(chain, m);
    chain.noise = drawNoise(chain) * options.inflation;
    if (sweep >= BURN_IN && (sweep - BURN_IN) % THINNING === 0)
      kept.push({ candidate: chain.candidate.slice(), effect: chain.effect.slice() });
  }
  return kept;
}

interface Chain {
  readonly design: Design;
  readonly products: Float64Array;
  readonly candidate: Int32Array;
  readonly effect: Float64Array;
  readonly priorScale: number;
  readonly random: Random;
  /** Squared KPI that the baseline leaves, and its degrees of freedom. */
  readonly kpiSquares: number;
  readonly freedom: number;
  /** Share of the KPI that each candidate explains at effect 1. */
  readonly shareAtOne: Float64Array;
  readonly left: Float64Array;
  readonly weight: Float64Array;
  noise: number;
}

function startChain(design: Design, point: PointFit, options: { inflation: number; random: Random }): Chain {
  const total = sumOf(design.geos.map((geo) => geo.kpiMean)) * design.rows;
  const shareAtOne = new Float64Array(design.candidates);
  for (const geo of design.geos) {
    for (let j = 0; j < design.candidates; j += 1)
      shareAtOne[j] = (shareAtOne[j] as number) + (geo.kpiMean * sumOf(geo.columns[j] as Float64Array)) / total;
  }
  const kpiSquares = sumOf(
    design.geos.map((geo) => {
      const explained = projectOnto(geo.baseline, geo.factor, geo.kpi);
      return dot(geo.kpi, geo.kpi) - dot(explained, explained);
    }),
  );
  return {
    design,
    products: productsOf(
      design,
      design.geos.map((geo) => geo.kpi),
    ),
    candidate: point.choice.candidate.slice(),
    effect: point.choice.effect.slice(),
    priorScale: point.priorScale,
    random: options.random,
    kpiSquares,
    freedom: design.geos.length * (design.rows - 2),
    shareAtOne,
    left: new Float64Array(shapes.length),
    weight: new Float64Array(shapes.length),
    noise: point.noise * options.inflation,
  };
}

/** Draws shape and effect of one channel given the others: the shape with the effect integrated out, then the effect. */
function drawChannel(chain: Chain, m: number): void {
  const { design, left, weight, noise, random } = chain;
  const from = m * shapes.length;
  leftFor(chain, m, left);
  const ridge = noise / chain.priorScale ** 2;
  let highest = Number.NEGATIVE_INFINITY;
  for (let s = 0; s < shapes.length; s += 1) {
    const curvature = (design.squares[from + s] as number) + ridge;
    const z = (left[s] as number) / Math.sqrt(curvature * noise);
    const log = (shapes[s] as (typeof shapes)[number]).logPrior - 0.5 * Math.log(curvature) + logPositiveMass(z);
    weight[s] = log;
    if (log > highest) highest = log;
  }
  let total = 0;
  for (let s = 0; s < shapes.length; s += 1) {
    weight[s] = Math.exp((weight[s] as number) - highest);
    total += weight[s] as number;
  }
  let target = random.uniform() * total;
  let pick = 0;
  while (pick < shapes.length - 1 && (target -= weight[pick] as number) > 0) pick += 1;
  const curvature = (design.squares[from + pick] as number) + ridge;
  chain.candidate[m] = from + pick;
  chain.effect[m] = drawTruncated(random, {
    mean: (left[pick] as number) / curvature,
    sd: Math.sqrt(noise / curvature),
    upper: roomFor(chain, m),
  });
}

/** log of the integral over positive effects of exp(z x - x^2 / 2), up to a constant; the far tail by its expansion. */
function logPositiveMass(z: number): number {
  if (z < -5) return -Math.log(-z * Math.sqrt(2 * Math.PI));
  return 0.5 * z * z + Math.log(quickNormalCdf(z));
}

/** Largest effect that leaves the baseline its share. */
function roomFor(chain: Chain, m: number): number {
  let used = 0;
  for (let other = 0; other < chain.effect.length; other += 1) {
    if (other !== m)
      used += (chain.effect[other] as number) * (chain.shareAtOne[chain.candidate[other] as number] as number);
  }
  const own = chain.shareAtOne[chain.candidate[m] as number] as number;
  return own > 0 ? Math.max(0, MAX_MEDIA_SHARE - used) / own : 0;
}

/** A normal draw between 0 and `upper`, by inversion; near the zero bound in the far tail by an exponential. */
function drawTruncated(random: Random, normal: { mean: number; sd: number; upper: number }): number {
  const { mean, sd, upper } = normal;
  if (upper <= 0) return 0;
  const low = -mean / sd;
  if (low > 5) return Math.min(upper, (sd * -Math.log(1 - random.uniform())) / low);
  const from = quickNormalCdf(low);
  const to = quickNormalCdf((upper - mean) / sd);
  const at = from + random.uniform() * Math.max(0, to - from);
  const draw = mean + sd * normalQuantile(Math.min(1 - 1e-12, Math.max(1e-12, at)));
  return Math.min(upper, Math.max(0, draw));
}

/** Draws the noise variance given shapes and effects. */
function drawNoise(chain: Chain): number {
  const { candidate, effect } = chain;
  let squares = chain.kpiSquares;
  for (let m = 0; m < effect.length; m += 1) {
    const cross = chain.design.productsWith(candidate[m] as number);
    squares -= 2 * (effect[m] as number) * (chain.products[candidate[m] as number] as number);
    for (let other = 0; other < effect.length; other += 1) {
      const product =
        other === m
          ? (chain.design.squares[candidate[m] as number] as number)
          : (cross[candidate[other] as number] as number);
      squares += (effect[m] as number) * (effect[other] as number) * product;
    }
  }
  return Math.max(1e-10, squares / 2 / chain.random.gamma(chain.freedom / 2));
}

/** Owns seeded randomness: one splittable stream a purpose, so that a seed replays a result to the byte. */
import { createHash } from 'node:crypto';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A deterministic stream of random draws. Not for secrets. */
export interface Random {
  /** Uniform on [0, 1), 53 bits. */
  uniform(): number;
  /** Normal with the given mean and standard deviation. @default mean 0, sd 1 */
  normal(mean?: number, sd?: number): number;
  /** Whole number on [0, n). */
  integer(n: number): number;
  /** Gamma with shape and scale 1 (Marsaglia and Tsang 2000). */
  gamma(shape: number): number;
  /** Beta with both shape parameters. */
  beta(a: number, b: number): number;
  /** Poisson count with that mean. */
  poisson(mean: number): number;
  /** Successes out of n trials with probability p. */
  binomial(n: number, p: number): number;
  /** One element of a non-empty list. */
  pick<T>(items: readonly T[]): T;
  /** A stream of its own for a label; the same label gives the same stream whatever was drawn before. */
  split(label: string): Random;
}

/** Mean above which counts are drawn from the rounded normal. */
const NORMAL_COUNT_MEAN = 60;

/** A stream for a seed (any whole number). */
export function seededRandom(seed: number): Random {
  return streamFrom(`seed:${seed}`);
}

function streamFrom(path: string): Random {
  const generator = xoroshiro128plus(createHash('sha256').update(path).digest().readInt32LE(0));
  const bits = (n: number): number => (generator.next() >>> 0) >>> (32 - n);
  let spare: number | undefined;

  const uniform = (): number => (bits(27) * 67_108_864 + bits(26)) / 9_007_199_254_740_992;
  const standardNormal = (): number => {
    if (spare !== undefined) {
      const kept = spare;
      spare = undefined;
      return kept;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  const gamma = (shape: number): number => {
    if (shape < 1) return gamma(shape + 1) * (1 - uniform()) ** (1 / shape);
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = standardNormal();
      const v = (1 + c * x) ** 3;
      if (v > 0 && Math.log(1 - uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
    }
  };
  const poisson = (mean: number): number => {
    if (!(mean > 0)) return 0;
    if (mean > NORMAL_COUNT_MEAN) return Math.max(0, Math.round(mean + Math.sqrt(mean) * standardNormal()));
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = uniform(); product > limit; product *= uniform()) count += 1;
    return count;
  };
  const binomial = (n: number, p: number): number => {
    if (n <= 0 || p <= 0) return 0;
    if (p >= 1) return n;
    if (p > 0.5) return n - binomial(n, 1 - p);
    const mean = n * p;
    if (mean > NORMAL_COUNT_MEAN)
      return Math.min(n, Math.max(0, Math.round(mean + Math.sqrt(mean * (1 - p)) * standardNormal())));
    if (n > 500) return Math.min(n, poisson(mean));
    let count = 0;
    for (let i = 0; i < n; i += 1) if (uniform() < p) count += 1;
    return count;
  };

  return {
    uniform,
    normal: (mean = 0, sd = 1) => mean + sd * standardNormal(),
    integer: (n) => Math.floor(uniform() * n),
    gamma,
    beta: (a, b) => {
      const x = gamma(a);
      return x / (x + gamma(b));
    },
    poisson,
    binomial,
    pick: (items) => items[Math.floor(uniform() * items.length)] as (typeof items)[number],
    split: (label) => streamFrom(`${path}/${label}`),
  };
}

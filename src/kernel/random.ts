/** Owns seeded randomness: one splittable stream a purpose, so that a seed replays a result to the byte. */
import { hash } from 'node:crypto';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

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

/** Range of 53 random bits, and of the lower 26 of them. */
const RANGE_53 = 2 ** 53;
const RANGE_26 = 2 ** 26;

/** A stream for a seed (any whole number). */
export function seededRandom(seed: number): Random {
  return new Stream(`seed:${seed}`);
}

/** A class, because markets split off streams by the ten thousand: methods are shared, closures would be made for each. */
class Stream implements Random {
  readonly #path: string;
  readonly #generator: RandomGenerator;
  /** Normals come in pairs; the second one waits here. */
  #spare: number | undefined;

  constructor(path: string) {
    this.#path = path;
    this.#generator = xoroshiro128plus(hash('sha256', path, 'buffer').readInt32LE(0));
  }

  uniform(): number {
    return (this.#bits(27) * RANGE_26 + this.#bits(26)) / RANGE_53;
  }

  normal(mean = 0, sd = 1): number {
    return mean + sd * this.#standardNormal();
  }

  integer(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  gamma(shape: number): number {
    if (shape < 1) return this.gamma(shape + 1) * (1 - this.uniform()) ** (1 / shape);
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = this.#standardNormal();
      const v = (1 + c * x) ** 3;
      if (v > 0 && Math.log(1 - this.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
    }
  }

  beta(a: number, b: number): number {
    const x = this.gamma(a);
    return x / (x + this.gamma(b));
  }

  poisson(mean: number): number {
    if (!(mean > 0)) return 0;
    if (mean > NORMAL_COUNT_MEAN) return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.#standardNormal()));
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = this.uniform(); product > limit; product *= this.uniform()) count += 1;
    return count;
  }

  binomial(n: number, p: number): number {
    if (n <= 0 || p <= 0) return 0;
    if (p >= 1) return n;
    if (p > 0.5) return n - this.binomial(n, 1 - p);
    const mean = n * p;
    if (mean > NORMAL_COUNT_MEAN)
      return Math.min(n, Math.max(0, Math.round(mean + Math.sqrt(mean * (1 - p)) * this.#standardNormal())));
    if (n > 500) return Math.min(n, this.poisson(mean));
    let count = 0;
    for (let i = 0; i < n; i += 1) if (this.uniform() < p) count += 1;
    return count;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.integer(items.length)] as T;
  }

  split(label: string): Random {
    return new Stream(`${this.#path}/${label}`);
  }

  #bits(n: number): number {
    return (this.#generator.next() >>> 0) >>> (32 - n);
  }

  #standardNormal(): number {
    if (this.#spare !== undefined) {
      const kept = this.#spare;
      this.#spare = undefined;
      return kept;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.#spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }
}

/** Owns fast random counts for the simulator: a few hundred thousand a second, from a seeded stream. */
import type { Random } from '../kernel/random.ts';

/** Mean above which a count comes from the rounded normal. */
const INVERSION_LIMIT = 25;

/** A Poisson count with that mean, at most `limit`; one uniform draw below a mean of 25. */
export function drawCount(random: Random, mean: number, limit = Number.MAX_SAFE_INTEGER): number {
  if (!(mean > 0)) return 0;
  if (mean > INVERSION_LIMIT) return Math.min(limit, Math.max(0, Math.round(mean + Math.sqrt(mean) * random.normal())));
  const target = random.uniform();
  let probability = Math.exp(-mean);
  let cumulative = probability;
  let count = 0;
  while (target > cumulative && count < 200) {
    count += 1;
    probability *= mean / count;
    cumulative += probability;
  }
  return Math.min(limit, count);
}

/** Successes out of n trials, from the Poisson or normal limit of the binomial. */
export function drawSuccesses(random: Random, trials: number, probability: number): number {
  const p = Math.min(1, Math.max(0, probability));
  const mean = trials * p;
  if (mean <= INVERSION_LIMIT) return drawCount(random, mean, trials);
  return Math.min(trials, Math.max(0, Math.round(mean + Math.sqrt(mean * (1 - p)) * random.normal())));
}

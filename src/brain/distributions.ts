/** Owns the probability distributions that the Brain needs, over jstat, with the tails kept finite. */
import library from 'jstat';

const { jStat } = library;

/** Distribution function of the standard normal; exact to 1e-14 near the middle, 0 or 1 beyond 37 standard deviations. */
export function normalCdf(z: number): number {
  if (z > 37) return 1;
  if (z < -37) return 0;
  return jStat.normal.cdf(z, 0, 1);
}

/** Distribution function of the standard normal to 1e-7 (Zelen and Severo 1964), for hot loops. */
export function quickNormalCdf(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail =
    0.3989422804014327 *
    Math.exp(-0.5 * z * z) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return z >= 0 ? 1 - tail : tail;
}

/** Density of the standard normal. */
export function normalPdf(z: number): number {
  return Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
}

/** Quantile of the standard normal for p in (0, 1). */
export function normalQuantile(p: number): number {
  return jStat.normal.inv(p, 0, 1);
}

/** Quantile of Student's t with that many degrees of freedom (any positive number). */
export function studentQuantile(p: number, degreesOfFreedom: number): number {
  return degreesOfFreedom > 1e6 ? normalQuantile(p) : jStat.studentt.inv(p, degreesOfFreedom);
}

/** Distribution function of Student's t. */
export function studentCdf(t: number, degreesOfFreedom: number): number {
  return degreesOfFreedom > 1e6 ? normalCdf(t) : jStat.studentt.cdf(t, degreesOfFreedom);
}

/** Upper tail of the chi-square distribution. */
export function chiSquareTail(x: number, degreesOfFreedom: number): number {
  return Math.min(1, Math.max(0, 1 - jStat.chisquare.cdf(x, degreesOfFreedom)));
}

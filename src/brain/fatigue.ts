/** Owns creative fatigue: whether a creative's response rate falls as more of it is seen. */
import { AppError } from '../kernel/errors.ts';
import { normalCdf, normalQuantile } from './distributions.ts';
import { durbinWatson } from './series.ts';
import type { Estimate } from './statistics.ts';

/** One period of one creative, in order of time. */
export interface ExposurePeriod {
  readonly impressions: number;
  readonly responses: number;
}

/** Slope of the log-odds of a response along the exposure; or why there is none. */
export type FatigueResult =
  | {
      readonly identified: true;
      /** Change of the log-odds from the first to the last period shown, with a 90 % interval. */
      readonly slope: Estimate;
      readonly probabilityFalling: number;
      /** Fitted rate at the beginning and at the end. */
      readonly firstRate: number;
      readonly lastRate: number;
      /** Overdispersion and autocorrelation factor by which the standard error is widened. */
      readonly dispersion: number;
    }
  | { readonly identified: false; readonly reasons: readonly string[] };

const MIN_PERIODS = 6;
const MIN_RESPONSES = 30;
const STEPS_LIMIT = 50;

/**
 * Logistic regression of responses on the share of all exposure seen so far (0 at the start, 1 at the end), with standard errors
 * widened for overdispersion and for residuals that follow each other. Periods without impressions are left out.
 * @throws BAD_USER_INPUT for counts that cannot be.
 */
export function fatigueOf(periods: readonly ExposurePeriod[]): FatigueResult {
  for (const period of periods) {
    if (!(Number.isFinite(period.impressions) && period.responses >= 0 && period.responses <= period.impressions)) {
      throw new AppError(
        'BAD_USER_INPUT',
        `${period.responses} responses to ${period.impressions} impressions cannot be.`,
      );
    }
  }
  const shown = periods.filter((period) => period.impressions > 0);
  const responses = shown.reduce((sum, period) => sum + period.responses, 0);
  const reasons: string[] = [];
  if (shown.length < MIN_PERIODS) reasons.push(`It was shown in ${shown.length} periods; ${MIN_PERIODS} are needed.`);
  if (responses < MIN_RESPONSES) reasons.push(`It had ${responses} responses; ${MIN_RESPONSES} are needed.`);
  if (responses === shown.reduce((sum, period) => sum + period.impressions, 0))
    reasons.push('Every impression had a response, so the rate does not vary.');
  if (reasons.length > 0) return { identified: false, reasons };
  return fitted(shown, exposureShares(shown));
}

function exposureShares(periods: readonly ExposurePeriod[]): number[] {
  const total = periods.reduce((sum, period) => sum + period.impressions, 0);
  let seen = 0;
  return periods.map((period) => {
    const middle = (seen + period.impressions / 2) / total;
    seen += period.impressions;
    return middle;
  });
}

/** Newton's method on two coefficients; the log-likelihood is concave. */
function fitted(periods: readonly ExposurePeriod[], exposure: readonly number[]): FatigueResult {
  const all = periods.reduce((sum, period) => sum + period.impressions, 0);
  const mean = periods.reduce((sum, period) => sum + period.responses, 0) / all;
  let intercept = Math.log(mean / (1 - mean));
  let slope = 0;
  let information = { a: 0, b: 0, c: 0 };
  for (let step = 0; step < STEPS_LIMIT; step += 1) {
    let gradient0 = 0;
    let gradient1 = 0;
    information = { a: 1e-9, b: 0, c: 1e-9 };
    periods.forEach((period, i) => {
      const x = exposure[i] ?? 0;
      const rate = 1 / (1 + Math.exp(-(intercept + slope * x)));
      const weight = period.impressions * rate * (1 - rate);
      const error = period.responses - period.impressions * rate;
      gradient0 += error;
      gradient1 += error * x;
      information.a += weight;
      information.b += weight * x;
      information.c += weight * x * x;
    });
    const determinant = information.a * information.c - information.b ** 2;
    const move0 = (information.c * gradient0 - information.b * gradient1) / determinant;
    const move1 = (information.a * gradient1 - information.b * gradient0) / determinant;
    intercept += move0;
    slope += move1;
    if (Math.abs(move0) + Math.abs(move1) < 1e-10) break;
  }
  return summary(periods, exposure, { intercept, slope, information });
}

function summary(
  periods: readonly ExposurePeriod[],
  exposure: readonly number[],
  fit: { intercept: number; slope: number; information: { a: number; b: number; c: number } },
): FatigueResult {
  const { intercept, slope, information } = fit;
  const rateAt = (x: number): number => 1 / (1 + Math.exp(-(intercept + slope * x)));
  const pearson = periods.map((period, i) => {
    const rate = rateAt(exposure[i] ?? 0);
    return (period.responses - period.impressions * rate) / Math.sqrt(period.impressions * rate * (1 - rate));
  });
  const overdispersion = Math.max(1, pearson.reduce((sum, value) => sum + value * value, 0) / (periods.length - 2));
  const rho = Math.max(0, Math.min(0.8, 1 - durbinWatson(pearson) / 2));
  const dispersion = overdispersion * ((1 + rho) / (1 - rho));
  const variance = (information.a / (information.a * information.c - information.b ** 2)) * dispersion;
  const sd = Math.sqrt(variance);
  const half = normalQuantile(0.95) * sd;
  return {
    identified: true,
    slope: { mean: slope, lower: slope - half, upper: slope + half },
    probabilityFalling: normalCdf(-slope / sd),
    firstRate: rateAt(0),
    lastRate: rateAt(1),
    dispersion,
  };
}

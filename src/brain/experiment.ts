/** Owns the comparison of two arms: difference with an interval that stays valid however often it is looked at, fixed or Bayesian ones beside it. */
import { AppError } from '../kernel/errors.ts';
import { chiSquareTail, normalCdf, normalPdf, normalQuantile, studentCdf, studentQuantile } from './distributions.ts';

/** Counts or sums of one arm. */
export interface Arm {
  readonly n: number;
  /** Successes out of n, for proportions. */
  readonly successes?: number;
  /** Sum and sum of squares, for means. */
  readonly sum?: number;
  readonly sumSquares?: number;
}

/** How two arms are compared. */
export interface ComparisonOptions {
  /** Relative differences are (treatment - control) / |control|. @default relative */
  readonly difference?: 'relative' | 'absolute';
  /** `sequential` may be looked at any time; `fixed` once, at the end. @default sequential */
  readonly method?: 'fixed' | 'sequential' | 'bayesian';
  /** @default 0.05 */
  readonly alpha?: number;
  /** Total sample size at which the sequential interval is narrowest. @default 5000 */
  readonly sequentialTuning?: number;
  /** Normal prior of the effect. @default flat */
  readonly prior?: { readonly mean: number; readonly variance: number };
  /** Planned share of the control arm; given, the split is tested. */
  readonly expectedControlShare?: number;
}

/** Result of a comparison; figures are null, with the reason in `error`, where the arms hold no usable variance. */
export interface Comparison {
  readonly estimate: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly standardError: number | null;
  /** Two-sided; always valid for `sequential`. */
  readonly pValue: number | null;
  /** P(treatment better), by the normal posterior. */
  readonly chanceToWin: number | null;
  /** Expected loss, in units of the difference, of choosing either arm. */
  readonly expectedLoss: { readonly ifTreatment: number; readonly ifControl: number } | null;
  /** p value of the planned split; below .001 the assignment is broken and no winner may be named. */
  readonly srmPValue: number | null;
  readonly error: string | null;
}

/** p value of the split below which no winner may be named. */
export const SRM_LIMIT = 0.001;
const DEFAULT_ALPHA = 0.05;
const DEFAULT_TUNING = 5000;

/** Compares a treatment with a control. @throws BAD_USER_INPUT for negative counts or more successes than units. */
export function compareArms(control: Arm, treatment: Arm, options: ComparisonOptions = {}): Comparison {
  const srmPValue =
    options.expectedControlShare === undefined
      ? null
      : splitPValue(control.n, treatment.n, options.expectedControlShare);
  const a = armMoments(control);
  const b = armMoments(treatment);
  const none = (error: string): Comparison => ({
    estimate: null,
    lower: null,
    upper: null,
    standardError: null,
    pValue: null,
    chanceToWin: null,
    expectedLoss: null,
    srmPValue,
    error,
  });
  if (a.n < 2 || b.n < 2) return none('Each arm needs at least 2 units.');
  if (!(a.variance + b.variance > 0)) return none('Neither arm varies, so no interval can be given.');
  const relative = (options.difference ?? 'relative') === 'relative';
  if (relative && a.mean === 0)
    return none('The control is 0, so there is no relative difference; ask for the absolute one.');
  const difference = relative
    ? relativeDifference(a, b)
    : { estimate: b.mean - a.mean, variance: a.variance / a.n + b.variance / b.n };
  return { ...inferDifference(difference, { a, b, options }), srmPValue, error: null };
}

/** Factor by which an always-valid interval is wider than one standard error, at n units in all (Howard et al. 2021, normal mixture). */
export function alwaysValidWidth(n: number, alpha: number, tuning: number): number {
  const rho2 = mixtureVariance(alpha, tuning);
  const scaled = n * rho2 + 1;
  return Math.sqrt((2 * scaled * Math.log(Math.sqrt(scaled) / alpha)) / (n * rho2));
}

/** Natural logarithm of the e-value of a z score at n units in all: evidence against no difference that may be looked at any time. */
export function logEValue(z: number, n: number, options: { alpha: number; tuning: number }): number {
  const rho2 = mixtureVariance(options.alpha, options.tuning);
  const scaled = n * rho2 + 1;
  return (rho2 * z * z * n) / (2 * scaled) - 0.5 * Math.log(scaled);
}

/** p value of the observed split against the planned share of the control (chi-square, one degree of freedom). */
export function splitPValue(controlN: number, treatmentN: number, controlShare: number): number {
  if (!(controlShare > 0 && controlShare < 1))
    throw new AppError('BAD_USER_INPUT', `A planned share of ${controlShare} is none.`, {
      hint: "Give the control's share, such as 0.5.",
    });
  const total = controlN + treatmentN;
  if (total === 0) return 1;
  const expected = total * controlShare;
  const statistic = (controlN - expected) ** 2 / expected + (treatmentN - (total - expected)) ** 2 / (total - expected);
  return chiSquareTail(statistic, 1);
}

/** Expected loss of a decision whose gain is normal: what is lost on average where it turns out negative. */
export function expectedLossOf(mean: number, sd: number): { ifTreatment: number; ifControl: number } {
  const z = sd > 0 ? mean / sd : Number.POSITIVE_INFINITY * Math.sign(mean);
  if (!(Math.abs(z) < 37)) return { ifTreatment: Math.max(-mean, 0), ifControl: Math.max(mean, 0) };
  const ifControl = mean * normalCdf(z) + sd * normalPdf(z);
  return { ifTreatment: Math.max(0, ifControl - mean), ifControl: Math.max(0, ifControl) };
}

function mixtureVariance(alpha: number, tuning: number): number {
  return (-2 * Math.log(alpha) + Math.log(1 - 2 * Math.log(alpha))) / tuning;
}

interface ArmMoments {
  readonly n: number;
  readonly mean: number;
  readonly variance: number;
}

function armMoments(arm: Arm): ArmMoments {
  const { n } = arm;
  if (!(n >= 0 && Number.isFinite(n))) throw new AppError('BAD_USER_INPUT', `An arm of ${n} units is none.`);
  if (arm.successes !== undefined) {
    if (!(arm.successes >= 0 && arm.successes <= n))
      throw new AppError('BAD_USER_INPUT', `${arm.successes} successes out of ${n} units cannot be.`, {
        hint: 'Successes are counted at most once a unit.',
      });
    const mean = n > 0 ? arm.successes / n : 0;
    return { n, mean, variance: mean * (1 - mean) };
  }
  if (arm.sum === undefined || arm.sumSquares === undefined)
    throw new AppError('BAD_USER_INPUT', 'An arm needs successes, or sum and sumSquares.');
  const mean = n > 0 ? arm.sum / n : 0;
  return { n, mean, variance: n > 1 ? Math.max(0, (arm.sumSquares - n * mean * mean) / (n - 1)) : 0 };
}

/** Relative difference and its variance by the delta method. */
function relativeDifference(a: ArmMoments, b: ArmMoments): { estimate: number; variance: number } {
  const va = a.variance / a.n;
  const vb = b.variance / b.n;
  const size = Math.abs(a.mean);
  return { estimate: (b.mean - a.mean) / size, variance: vb / size ** 2 + (va * b.mean ** 2) / size ** 4 };
}

function inferDifference(
  difference: { estimate: number; variance: number },
  input: { a: ArmMoments; b: ArmMoments; options: ComparisonOptions },
): Omit<Comparison, 'srmPValue' | 'error'> {
  const { a, b, options } = input;
  const alpha = options.alpha ?? DEFAULT_ALPHA;
  const { mean, sd } = posteriorOf(difference, options.prior);
  const bayes = { chanceToWin: normalCdf(mean / sd), expectedLoss: expectedLossOf(mean, sd) };
  const method = options.method ?? 'sequential';
  if (method === 'bayesian') {
    return { ...around(mean, normalQuantile(1 - alpha / 2) * sd), standardError: sd, pValue: null, ...bayes };
  }
  const { estimate } = difference;
  const standardError = Math.sqrt(difference.variance);
  const z = estimate / standardError;
  if (method === 'fixed') {
    const freedom = welchFreedom(a, b);
    const half = studentQuantile(1 - alpha / 2, freedom) * standardError;
    return { ...around(estimate, half), standardError, pValue: 2 * (1 - studentCdf(Math.abs(z), freedom)), ...bayes };
  }
  const n = a.n + b.n;
  const tuning = options.sequentialTuning ?? DEFAULT_TUNING;
  const half = alwaysValidWidth(n, alpha, tuning) * standardError;
  const pValue = Math.min(1, Math.exp(-logEValue(z, n, { alpha, tuning })));
  return { ...around(estimate, half), standardError, pValue, ...bayes };
}

/** Normal posterior of a difference under a normal prior, or under a flat one. */
function posteriorOf(
  difference: { estimate: number; variance: number },
  prior: ComparisonOptions['prior'],
): { mean: number; sd: number } {
  if (!prior) return { mean: difference.estimate, sd: Math.sqrt(difference.variance) };
  const weight = prior.variance / (prior.variance + difference.variance);
  return {
    mean: weight * difference.estimate + (1 - weight) * prior.mean,
    sd: Math.sqrt(weight * difference.variance),
  };
}

function around(estimate: number, half: number): { estimate: number; lower: number; upper: number } {
  return { estimate, lower: estimate - half, upper: estimate + half };
}

function welchFreedom(a: ArmMoments, b: ArmMoments): number {
  const va = a.variance / a.n;
  const vb = b.variance / b.n;
  return (va + vb) ** 2 / (va ** 2 / (a.n - 1) + vb ** 2 / (b.n - 1));
}

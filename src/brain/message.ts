/** Owns the comparison of several messages: always-valid intervals against the present one, corrected for many looks and many arms. */
import { AppError } from '../kernel/errors.ts';
import { seededRandom, type Random } from '../kernel/random.ts';
import { compareArms, logEValue, splitPValue, SRM_LIMIT, type Comparison } from './experiment.ts';
import { estimateOf, meanOf, type Estimate } from './statistics.ts';

/** Draws of the posterior rates. */
const DRAWS = 2000;
/** Successes below which an arm is judged by the Beta posterior alone. */
const MIN_SUCCESSES = 10;
/** Expected loss, relative to the baseline, at which a decision may be taken. */
const LOSS_LIMIT = 0.0025;
const DEFAULT_ALPHA = 0.05;
const DEFAULT_TUNING = 5000;

/** Counts of one message: how many people could respond and how many did. */
export interface MessageArm {
  readonly id: string;
  /** People or clicks that could have responded. */
  readonly n: number;
  /** Those who did: qualified responses rather than clicks, where they are known. */
  readonly successes: number;
}

/** How messages are compared. */
export interface MessageOptions {
  /** The message that runs now. @default the first arm */
  readonly controlId?: string;
  readonly alpha?: number;
  /** `holm` on always-valid p values bounds any false winner; `ebh` bounds their share. @default holm */
  readonly correction?: 'holm' | 'ebh';
  readonly sequentialTuning?: number;
  /** Planned shares by id; given, the split is tested and a broken one blocks any winner. */
  readonly expectedShares?: Readonly<Record<string, number>>;
  /** @default 1 */
  readonly seed?: number;
}

/** One message beside the present one. */
export interface MessageResult {
  readonly id: string;
  readonly n: number;
  readonly successes: number;
  /** Posterior rate with a 90 % interval, shrunk to the mean of all arms. */
  readonly rate: Estimate;
  readonly probabilityBest: number;
  /** Relative difference to the present message; null for itself. Below 10 successes only the posterior rate counts. */
  readonly difference: Comparison | null;
  /** After the correction for several arms. */
  readonly correctedPValue: number | null;
  /** Significantly better or worse than the present message, however often it was looked at. */
  readonly verdict: 'CONTROL' | 'BETTER' | 'WORSE' | 'UNDECIDED' | 'TOO_FEW';
  /** Expected relative loss of running this message instead of the best one. */
  readonly expectedLoss: number;
}

/** A comparison of messages. */
export interface MessageComparison {
  readonly controlId: string;
  readonly arms: readonly MessageResult[];
  /** A message that is better after correction, or whose expected loss is negligible; null while it is open. */
  readonly winnerId: string | null;
  /** Expected relative loss of keeping the present message. */
  readonly lossOfKeeping: number;
  readonly srmPValue: number | null;
  readonly reasons: readonly string[];
}

/** Compares messages by their response. @throws BAD_USER_INPUT for fewer than two arms, or counts that cannot be. */
export function compareMessages(arms: readonly MessageArm[], options: MessageOptions = {}): MessageComparison {
  const control = checkArms(arms, options);
  const alpha = options.alpha ?? DEFAULT_ALPHA;
  const tuning = options.sequentialTuning ?? DEFAULT_TUNING;
  const draws = posteriorDraws(arms, seededRandom(options.seed ?? 1).split('messages'));
  const losses = relativeLosses(draws, arms.indexOf(control));
  const rivals = arms.filter((arm) => arm.id !== control.id);
  const comparisons = new Map(
    rivals.map((arm) => [arm.id, compareArms(control, arm, { alpha, sequentialTuning: tuning })]),
  );
  const corrected = correct(
    rivals.map((arm) => evidenceOf(comparisons.get(arm.id), { n: control.n + arm.n, alpha, tuning })),
    { alpha, method: options.correction ?? 'holm' },
  );
  const srmPValue = splitOf(arms, options.expectedShares);
  const broken = srmPValue !== null && srmPValue < SRM_LIMIT;
  const results = arms.map((arm, i): MessageResult => {
    const at = rivals.indexOf(arm);
    const difference = comparisons.get(arm.id) ?? null;
    const pValue = at < 0 ? null : (corrected[at] ?? 1);
    const { id, n, successes } = arm;
    const verdict = verdictOf({ arm, control, difference, pValue, alpha, broken });
    const posterior = {
      rate: estimateOf(draws[i] ?? []),
      probabilityBest: shareBest(draws, i),
      expectedLoss: losses[i] ?? 0,
    };
    return { id, n, successes, ...posterior, difference, correctedPValue: pValue, verdict };
  });
  const winnerId = broken ? null : winnerOf(results);
  return {
    controlId: control.id,
    arms: results,
    winnerId,
    lossOfKeeping: results.find((arm) => arm.id === control.id)?.expectedLoss ?? 0,
    srmPValue,
    reasons: reasonsOf(results, { winnerId, srmPValue, broken }),
  };
}

/** Corrected p values: Holm's step-down, or the e-BH rule told as p values (alpha where discovered, 1 where not). */
export function correct(
  evidence: readonly { p: number; logE: number }[],
  options: { alpha: number; method: 'holm' | 'ebh' },
): number[] {
  const count = evidence.length;
  const result = evidence.map(() => 1);
  if (options.method === 'holm') {
    const order = evidence.map((_, i) => i).sort((a, b) => (evidence[a]?.p ?? 1) - (evidence[b]?.p ?? 1));
    let highest = 0;
    order.forEach((i, rank) => {
      highest = Math.max(highest, Math.min(1, (count - rank) * (evidence[i]?.p ?? 1)));
      result[i] = highest;
    });
    return result;
  }
  const order = evidence.map((_, i) => i).sort((a, b) => (evidence[b]?.logE ?? 0) - (evidence[a]?.logE ?? 0));
  let discovered = 0;
  order.forEach((i, rank) => {
    if ((evidence[i]?.logE ?? 0) >= Math.log(count / (options.alpha * (rank + 1)))) discovered = rank + 1;
  });
  order.slice(0, discovered).forEach((i) => (result[i] = options.alpha));
  return result;
}

function checkArms(arms: readonly MessageArm[], options: MessageOptions): MessageArm {
  if (arms.length < 2)
    throw new AppError('BAD_USER_INPUT', `${arms.length} message cannot be compared.`, {
      hint: 'Give two arms or more.',
    });
  if (new Set(arms.map((arm) => arm.id)).size !== arms.length)
    throw new AppError('BAD_USER_INPUT', 'A message is named twice.', { hint: 'Add up its counts first.' });
  for (const arm of arms) {
    if (!(Number.isFinite(arm.n) && arm.n >= 0 && arm.successes >= 0 && arm.successes <= arm.n)) {
      throw new AppError('BAD_USER_INPUT', `Message ${arm.id} has ${arm.successes} responses of ${arm.n} people.`, {
        hint: 'Responses are counted at most once a person.',
      });
    }
  }
  const control = options.controlId === undefined ? arms[0] : arms.find((arm) => arm.id === options.controlId);
  if (!control) throw new AppError('BAD_USER_INPUT', `There is no message ${options.controlId} among the arms.`);
  return control;
}

/** Beta posteriors with a weak prior at the mean of all arms (worth 20 people, or two responses where they are rare). */
function posteriorDraws(arms: readonly MessageArm[], random: Random): number[][] {
  const mean = Math.min(
    0.999,
    Math.max(
      1e-6,
      arms.reduce((sum, arm) => sum + arm.successes, 0) /
        Math.max(
          1,
          arms.reduce((sum, arm) => sum + arm.n, 0),
        ),
    ),
  );
  const strength = Math.max(20, 2 / mean);
  return arms.map((arm) => {
    const stream = random.split(arm.id);
    return Array.from({ length: DRAWS }, () =>
      stream.beta(strength * mean + arm.successes, strength * (1 - mean) + arm.n - arm.successes),
    );
  });
}

function relativeLosses(draws: readonly (readonly number[])[], control: number): number[] {
  const base = meanOf(draws[control] ?? []);
  const best = Array.from({ length: DRAWS }, (_, j) => Math.max(...draws.map((arm) => arm[j] ?? 0)));
  return draws.map((arm) => meanOf(best.map((value, j) => value - (arm[j] ?? 0))) / base);
}

function shareBest(draws: readonly (readonly number[])[], arm: number): number {
  let best = 0;
  for (let j = 0; j < DRAWS; j += 1)
    if (draws.every((other, i) => i === arm || (other[j] ?? 0) < (draws[arm]?.[j] ?? 0))) best += 1;
  return best / DRAWS;
}

function evidenceOf(
  comparison: Comparison | undefined,
  options: { n: number; alpha: number; tuning: number },
): { p: number; logE: number } {
  if (!comparison || comparison.estimate === null || !comparison.standardError) return { p: 1, logE: 0 };
  const logE = logEValue(comparison.estimate / comparison.standardError, options.n, options);
  return { p: Math.min(1, Math.exp(-logE)), logE };
}

function splitOf(arms: readonly MessageArm[], shares: Readonly<Record<string, number>> | undefined): number | null {
  if (!shares) return null;
  // Each against all others, the smallest corrected by Bonferroni.
  const total = arms.reduce((sum, arm) => sum + arm.n, 0);
  const values = arms.map((arm) => {
    const share = shares[arm.id];
    if (share === undefined) throw new AppError('BAD_USER_INPUT', `No planned share is given for message ${arm.id}.`);
    return splitPValue(arm.n, total - arm.n, share);
  });
  return Math.min(1, Math.min(...values) * (arms.length > 2 ? arms.length : 1));
}

function verdictOf(input: {
  arm: MessageArm;
  control: MessageArm;
  difference: Comparison | null;
  pValue: number | null;
  alpha: number;
  broken: boolean;
}): MessageResult['verdict'] {
  const { arm, control, difference, pValue, alpha, broken } = input;
  if (arm.id === control.id) return 'CONTROL';
  if (arm.successes < MIN_SUCCESSES || control.successes < MIN_SUCCESSES) return 'TOO_FEW';
  if (broken || pValue === null || pValue > alpha || !difference || difference.estimate === null) return 'UNDECIDED';
  return difference.estimate > 0 ? 'BETTER' : 'WORSE';
}

function winnerOf(results: readonly MessageResult[]): string | null {
  const best = [...results].sort((a, b) => a.expectedLoss - b.expectedLoss)[0];
  if (!best || best.successes < MIN_SUCCESSES) return null;
  const settled =
    best.verdict === 'BETTER' ||
    (best.verdict === 'CONTROL' && results.every((arm) => arm.id === best.id || arm.verdict === 'WORSE'));
  return settled || best.expectedLoss <= LOSS_LIMIT ? best.id : null;
}

function reasonsOf(
  results: readonly MessageResult[],
  state: { winnerId: string | null; srmPValue: number | null; broken: boolean },
): string[] {
  const reasons: string[] = [];
  if (state.broken)
    reasons.push(
      `The split differs from the plan (p = ${(state.srmPValue ?? 0).toExponential(1)}): the assignment is broken, and no winner may be named.`,
    );
  const few = results.filter((arm) => arm.successes < MIN_SUCCESSES);
  if (few.length > 0)
    reasons.push(
      `${few.map((arm) => arm.id).join(', ')}: fewer than ${MIN_SUCCESSES} responses, so only the posterior rate is told.`,
    );
  if (state.winnerId === null && !state.broken)
    reasons.push('No message is better beyond doubt yet; the interval may be looked at again at any time.');
  return reasons;
}

/** Owns what a test of one channel is worth before it is run: expected value of sample information against its cost. */
import { normalQuantile } from './distributions.ts';
import { responseOf } from './responseCurve.ts';
import type { ChannelDraws } from './responseTypes.ts';
import { meanOf } from './statistics.ts';

/** Decisions that a test result would choose among, as multiples of present spend. */
const DECISIONS = [0.5, 0.7, 1, 1.3, 1.5] as const;
/** The test: this share of the spend is held out for so many periods. */
const HOLDOUT_SHARE = 0.3;
const TEST_PERIODS = 4;
/** Effective sample size of the reweighted draws below which a simulated result is left out. */
const MIN_EFFECTIVE_DRAWS = 5;
/** Log-sd by which draws are spread where a check failed: what the check found is not in them. */
const UNIDENTIFIED_SPREAD = 0.5;
/** Running a test costs at least this share of the spend held out. */
const HANDLING_SHARE = 0.1;

/** Value and cost of a test, in units of spend (money) over the horizon. */
export interface TestValue {
  /** Value of knowing the truth, and of what the test would tell of it. */
  readonly evpi: number;
  readonly evsi: number;
  /** Value of the KPI forgone in the holdout less the spend saved, at least a tenth of that spend for running it. */
  readonly cost: number;
  /** Standard error of the measured contribution a period. */
  readonly standardError: number;
  readonly design: string;
}

/**
 * Value of a holdout test of a channel for the decisions of the next `periods` periods. `hurdle` is the marginal return that pays, so a KPI
 * unit is worth 1 / hurdle.
 */
export function valueOfTest(
  fitted: ChannelDraws,
  options: { hurdle: number; periods: number; residualSd: number; identified: boolean },
): TestValue {
  const { hurdle, periods, residualSd } = options;
  const draws = options.identified
    ? fitted
    : { ...fitted, effect: fitted.effect.map((effect, j) => effect * spreadFactor(j)) };
  const count = draws.effect.length;
  const current = Array.from({ length: count }, (_, j) => responseOf(draws, j, 1));
  const values = DECISIONS.map((multiple) =>
    current.map(
      (response, j) =>
        periods * ((responseOf(draws, j, multiple) - response) / hurdle - (multiple - 1) * draws.currentSpend),
    ),
  );
  const bestNow = Math.max(...values.map(meanOf));
  const perfect = meanOf(current.map((_, j) => Math.max(...values.map((value) => value[j] ?? 0))));
  const heldOut = current.map((response, j) => response - responseOf(draws, j, 1 - HOLDOUT_SHARE));
  const saved = TEST_PERIODS * HOLDOUT_SHARE * draws.currentSpend;
  const standardError = (residualSd * Math.sqrt(2)) / Math.sqrt(TEST_PERIODS);
  return {
    evpi: Math.max(0, perfect - bestNow),
    evsi: Math.max(0, expectedAfterTest(heldOut, values, standardError) - bestNow),
    cost: Math.max((TEST_PERIODS * meanOf(heldOut)) / hurdle - saved, HANDLING_SHARE * saved),
    standardError,
    design: `Hold out ${Math.round(100 * HOLDOUT_SHARE)} % of the spend of ${draws.channel} for ${TEST_PERIODS} periods.`,
  };
}

/** Factors of log-mean 0 in a fixed low-discrepancy order, so that they do not follow the draws. */
function spreadFactor(draw: number): number {
  const part = ((draw + 0.5) * 0.618_033_988_749_895) % 1;
  return Math.exp(UNIDENTIFIED_SPREAD * normalQuantile(Math.min(0.999, Math.max(0.001, part))));
}

/** Expected value of the best decision after seeing a result: each draw is taken as the truth in turn and the others are reweighted by it. */
function expectedAfterTest(
  measured: readonly number[],
  values: readonly (readonly number[])[],
  standardError: number,
): number {
  const outcomes: number[] = [];
  for (let truth = 0; truth < measured.length; truth += 1) {
    const weights = measured.map((value) => Math.exp(-0.5 * ((value - (measured[truth] ?? 0)) / standardError) ** 2));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const squares = weights.reduce((sum, weight) => sum + weight * weight, 0);
    if ((total * total) / squares < MIN_EFFECTIVE_DRAWS) continue;
    outcomes.push(
      Math.max(...values.map((value) => value.reduce((sum, each, j) => sum + each * (weights[j] ?? 0), 0) / total)),
    );
  }
  return outcomes.length > 0 ? meanOf(outcomes) : Number.NEGATIVE_INFINITY;
}

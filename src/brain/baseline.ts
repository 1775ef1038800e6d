/** Owns the baseline of a response model: what the KPI would do without media (level, trend, season, launches, controls). */
import { momentsOf, type Numbers } from './statistics.ts';

/** Periods between two bends of the trend, as a share of a year. */
const HINGE_YEARS = 0.5;
/** Harmonics of the year. */
const HARMONICS = 2;
/** Periods after which a launch's lift has fallen to 1/e, as a share of a year. */
const LAUNCH_FADE_YEARS = 0.25;

/** Prior standard deviations of the coefficients, relative to the KPI's mean. */
const PRIOR_SD = { intercept: 1e3, slope: 1, hinge: 0.25, season: 0.15, control: 0.25, launch: 0.5 } as const;

/** Columns of a baseline, each of the same length, with the prior standard deviation of its coefficient. */
export interface Baseline {
  readonly columns: readonly Float64Array[];
  readonly priorSd: readonly number[];
}

/** Baseline columns for one place. A control that never varies is left out: it is in the level already. */
export function baselineColumns(input: {
  rows: number;
  periodsPerYear: number;
  controls: readonly Numbers[];
  launches: readonly number[];
}): Baseline {
  const { rows, periodsPerYear: year } = input;
  const columns: Float64Array[] = [];
  const priorSd: number[] = [];
  const add = (sd: number, value: (t: number) => number): void => {
    columns.push(Float64Array.from({ length: rows }, (_, t) => value(t)));
    priorSd.push(sd);
  };
  add(PRIOR_SD.intercept, () => 1);
  add(PRIOR_SD.slope, (t) => (t - (rows - 1) / 2) / year);
  const step = Math.max(4, Math.round(HINGE_YEARS * year));
  for (let knot = step; knot <= rows - step / 2; knot += step) add(PRIOR_SD.hinge, (t) => Math.max(0, t - knot) / year);
  if (rows >= year / 2) {
    for (let k = 1; k <= HARMONICS; k += 1) {
      add(PRIOR_SD.season, (t) => Math.cos((2 * Math.PI * k * t) / year));
      add(PRIOR_SD.season, (t) => Math.sin((2 * Math.PI * k * t) / year));
    }
  }
  for (const at of input.launches)
    add(PRIOR_SD.launch, (t) => (t < at ? 0 : Math.exp(-(t - at) / (LAUNCH_FADE_YEARS * year))));
  for (const control of input.controls) {
    const { mean, variance } = momentsOf(control);
    if (variance > 1e-18 * (1 + mean * mean))
      add(PRIOR_SD.control, (t) => ((control[t] ?? 0) - mean) / Math.sqrt(variance));
  }
  return { columns, priorSd };
}

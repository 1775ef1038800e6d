/** Owns the backtest of a screening fit: the last periods held out, scored beside the naive forecast of the same rows. */
import { normalCdf, normalPdf } from './distributions.ts';
import type { FitDiagnostics } from './responseTypes.ts';
import { solveBaseline, truncatedDesign, type Design } from './screeningDesign.ts';
import { fitPoint, mediaOf, pooledResiduals, type PointFit } from './screeningFit.ts';
import { seasonalNaive } from './series.ts';
import { meanOf, sumOf } from './statistics.ts';

/** Periods held out. */
const BACKTEST_PERIODS = 8;

/** Mean CRPS of the model and of the seasonal naive forecast (lag 1 below a season of rows); null when fewer than 24 rows would be left. */
export function backtestOf(design: Design, season: number): FitDiagnostics['backtest'] {
  const train = design.rows - BACKTEST_PERIODS;
  if (train < 3 * BACKTEST_PERIODS) return null;
  const kpi = new Float64Array(design.rows);
  for (const geo of design.geos) geo.kpi.forEach((value, t) => (kpi[t] = (kpi[t] as number) + geo.kpiMean * value));
  const cut = truncatedDesign(design, train);
  const point = fitPoint(cut);
  const predicted = predictAll(design, cut, point).slice(train);
  const residuals = pooledResiduals(cut, point);
  const freedom = Math.max(1, train - (cut.geos[0]?.baseline.length ?? 0) - cut.channels.length);
  const sd = Math.sqrt(sumOf(residuals.map((value) => value * value)) / freedom);
  const known = kpi.slice(0, train);
  const naive = seasonalNaive(known, season, BACKTEST_PERIODS);
  const lag = train >= season ? season : 1;
  const differences = known.slice(lag).map((value, i) => value - (known[i] as number));
  const recent =
    differences.length >= BACKTEST_PERIODS
      ? differences
      : known.slice(1).map((value, i) => value - (known[i] as number));
  const naiveSd = Math.sqrt(meanOf(recent.map((value) => value * value)));
  const actual = kpi.slice(train);
  return {
    periods: BACKTEST_PERIODS,
    crps: meanOf(actual.map((value, h) => normalCrps(value, predicted[h] ?? 0, sd))),
    naiveCrps: meanOf(actual.map((value, h) => normalCrps(value, naive[h] ?? 0, naiveSd))),
  };
}

/** KPI of all rows, all places together, with the shapes, effects and baseline that the cut fit found. */
function predictAll(full: Design, cut: Design, point: PointFit): Float64Array {
  const predicted = new Float64Array(full.rows);
  full.geos.forEach((geo, g) => {
    const short = cut.geos[g];
    if (!short) return;
    const seen = mediaOf(short, point.choice);
    const coefficients = solveBaseline(
      short,
      short.kpi.map((value, t) => value - (seen[t] as number)),
    );
    const values = mediaOf(geo, point.choice);
    geo.baseline.forEach((column, p) =>
      column.forEach((value, t) => (values[t] = (values[t] as number) + (coefficients[p] as number) * value)),
    );
    values.forEach((value, t) => (predicted[t] = (predicted[t] as number) + geo.kpiMean * value));
  });
  return predicted;
}

/** CRPS of a normal forecast (Gneiting and Raftery 2007). */
function normalCrps(actual: number, mean: number, sd: number): number {
  if (!(sd > 0)) return Math.abs(actual - mean);
  const z = (actual - mean) / sd;
  return sd * (z * (2 * normalCdf(z) - 1) + 2 * normalPdf(z) - 1 / Math.sqrt(Math.PI));
}

/** Owns one point fit of the screening model: products with the KPI, fitted values, residuals and how noisy they are. */
import { dot, projectOnto, solveBaseline, type Design, type GeoDesign } from './screeningDesign.ts';
import { searchShapes, type Choice } from './screeningSearch.ts';
import { autocorrelation } from './series.ts';
import { momentsOf, sumOf } from './statistics.ts';

/**
 * Prior scale of an effect at saturation, relative to the KPI's mean, for one channel; with M channels it is divided by sqrt(M), so that
 * media as a whole is not assumed larger the more channels there are.
 */
const SINGLE_CHANNEL_SCALE = 0.6;
/** Limits of the factor by which autocorrelation and shocks shared by all places widen the noise. */
const MAX_INFLATION = 4;

/** A fitted point. */
export interface PointFit {
  readonly choice: Choice;
  readonly priorScale: number;
  /** Noise variance relative to the KPI's mean, degrees of freedom taken off. */
  readonly noise: number;
  /** By place, relative to the place's mean. */
  readonly residuals: readonly Float64Array[];
}

/** Products of every candidate with a series per place, baseline taken out. */
export function productsOf(design: Design, series: readonly Float64Array[]): Float64Array {
  const products = new Float64Array(design.candidates);
  design.geos.forEach((geo, g) => {
    const values = series[g] as Float64Array;
    const explained = projectOnto(geo.baseline, geo.factor, values);
    for (let j = 0; j < design.candidates; j += 1) {
      products[j] =
        (products[j] as number) +
        dot(geo.columns[j] as Float64Array, values) -
        dot(geo.projected[j] as Float64Array, explained);
    }
  });
  return products;
}

/** Fits the design to its KPI: once for the noise, once with it. */
export function fitPoint(design: Design): PointFit {
  const products = productsOf(
    design,
    design.geos.map((geo) => geo.kpi),
  );
  const priorScale = SINGLE_CHANNEL_SCALE / Math.sqrt(design.channels.length);
  const first = searchShapes(design, products, { noise: design.noise, priorScale });
  const choice = searchShapes(design, products, { noise: noiseOf(design, residualsOf(design, first)), priorScale });
  const residuals = residualsOf(design, choice);
  return { choice, priorScale, noise: noiseOf(design, residuals), residuals };
}

/**
 * Factor by which the noise variance is widened for what the model leaves out: residuals that follow each other, and shocks that hit all
 * places in the same period. Between 1 and 4.
 */
export function noiseInflation(design: Design, point: PointFit): number {
  const pooled = pooledResiduals(design, point);
  const rho = Math.max(0, Math.min(0.6, autocorrelation(pooled, 1)));
  const apart = sumOf(design.geos.map((geo, g) => geo.kpiMean ** 2 * momentsOf(point.residuals[g] ?? []).variance));
  const shared = apart > 0 ? Math.max(1, momentsOf(pooled).variance / apart) : 1;
  return Math.min(MAX_INFLATION, ((1 + rho) / (1 - rho)) * shared);
}

/** Media part of one place's fitted values, relative to its mean. */
export function mediaOf(geo: GeoDesign, choice: Choice): Float64Array {
  const media = new Float64Array(geo.kpi.length);
  for (let m = 0; m < choice.effect.length; m += 1) {
    const effect = choice.effect[m] as number;
    if (effect === 0) continue;
    const column = geo.columns[choice.candidate[m] as number] as Float64Array;
    for (let t = 0; t < media.length; t += 1) media[t] = (media[t] as number) + effect * (column[t] as number);
  }
  return media;
}

/** Residuals of all places together, in KPI units, by row. */
export function pooledResiduals(design: Design, point: Pick<PointFit, 'residuals'>): Float64Array {
  const pooled = new Float64Array(design.rows);
  design.geos.forEach((geo, g) =>
    point.residuals[g]?.forEach((value, t) => (pooled[t] = (pooled[t] as number) + geo.kpiMean * value)),
  );
  return pooled;
}

function residualsOf(design: Design, choice: Choice): Float64Array[] {
  return design.geos.map((geo) => {
    const media = mediaOf(geo, choice);
    const left = geo.kpi.map((value, t) => value - (media[t] as number));
    const coefficients = solveBaseline(geo, left);
    geo.baseline.forEach((column, p) => {
      for (let t = 0; t < left.length; t += 1)
        left[t] = (left[t] as number) - (coefficients[p] as number) * (column[t] as number);
    });
    return left;
  });
}

/** Squared residuals over the rows less the parameters used up: the baselines, and two for each channel. */
function noiseOf(design: Design, residuals: readonly Float64Array[]): number {
  const squares = residuals.reduce((sum, values) => sum + sumOf(values.map((value) => value * value)), 0);
  const rows = design.rows * design.geos.length;
  const used = design.geos.reduce((sum, geo) => sum + geo.baseline.length, 0) + 2 * design.channels.length;
  return Math.max(1e-10, squares / Math.max(rows * 0.25, rows - used));
}

/** Owns one point fit of the screening model: products, the prior scale chosen by blocked cross-validation, fitted values, residuals. */
import { choleskyOf, dot, projectOnto, solveBaseline, type Design, type GeoDesign } from './screeningDesign.ts';
import { searchShapes, type Choice } from './screeningSearch.ts';
import { sumOf } from './statistics.ts';

/** Prior scales of an effect relative to the KPI's mean, of which cross-validation takes one. */
const PRIOR_SCALES = [0.05, 0.1, 0.2, 0.4, 0.8] as const;
/** Prior scale that the shapes are first searched with. */
const FIRST_SCALE = 0.2;
/** Contiguous blocks of rows that are left out in turn. */
const FOLDS = 5;

/** A fitted point. */
export interface PointFit {
  readonly choice: Choice;
  readonly priorScale: number;
  /** Noise variance relative to the KPI's mean, degrees of freedom taken off. */
  readonly noise: number;
  readonly ridge: number;
  /** By place: fitted values and residuals, relative to the place's mean. */
  readonly fitted: readonly Float64Array[];
  readonly residuals: readonly Float64Array[];
}

/** Products of every candidate with a series per place, baseline taken out. */
export function productsOf(design: Design, series: readonly Float64Array[]): Float64Array {
  const products = new Float64Array(design.candidates);
  design.geos.forEach((geo, g) => {
    const values = series[g] as Float64Array;
    const explained = projectOnto(geo.baseline, geo.factor, values);
    for (let j = 0; j < design.candidates; j += 1) {
      products[j] = (products[j] as number) + dot(geo.columns[j] as Float64Array, values) - dot(geo.projected[j] as Float64Array, explained);
    }
  });
  return products;
}

/** Fits the design to its KPI. */
export function fitPoint(design: Design): PointFit {
  const products = productsOf(design, design.geos.map((geo) => geo.kpi));
  const first = searchShapes(design, products, { ridge: design.noise / FIRST_SCALE ** 2, noise: design.noise });
  const noise = noiseOf(design, residualsOf(design, first).residuals);
  const priorScale = chooseScale(design, first, noise);
  const ridge = noise / priorScale ** 2;
  const choice = searchShapes(design, products, { ridge, noise, start: first });
  const { fitted, residuals } = residualsOf(design, choice);
  return { choice, priorScale, noise: noiseOf(design, residuals), ridge, fitted, residuals };
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
  design.geos.forEach((geo, g) => point.residuals[g]?.forEach((value, t) => (pooled[t] = (pooled[t] as number) + geo.kpiMean * value)));
  return pooled;
}

function residualsOf(design: Design, choice: Choice): { fitted: Float64Array[]; residuals: Float64Array[] } {
  const fitted: Float64Array[] = [];
  const residuals: Float64Array[] = [];
  for (const geo of design.geos) {
    const values = mediaOf(geo, choice);
    const coefficients = solveBaseline(geo, geo.kpi.map((value, t) => value - (values[t] as number)));
    for (let p = 0; p < coefficients.length; p += 1) {
      const column = geo.baseline[p] as Float64Array;
      for (let t = 0; t < values.length; t += 1) values[t] = (values[t] as number) + (coefficients[p] as number) * (column[t] as number);
    }
    fitted.push(values);
    residuals.push(geo.kpi.map((value, t) => value - (values[t] as number)));
  }
  return { fitted, residuals };
}

/** Parameters that a fit uses up: the baselines, and three for each channel in use (effect, carry-over, saturation). */
function noiseOf(design: Design, residuals: readonly Float64Array[]): number {
  const squares = residuals.reduce((sum, values) => sum + sumOf(values.map((value) => value * value)), 0);
  const rows = design.rows * design.geos.length;
  const used = design.geos.reduce((sum, geo) => sum + geo.baseline.length, 0) + 2 * design.channels.length;
  return Math.max(1e-10, squares / Math.max(rows * 0.25, rows - used));
}

function chooseScale(design: Design, choice: Choice, noise: number): number {
  let best: number = FIRST_SCALE;
  let bestError = Number.POSITIVE_INFINITY;
  const folds = Array.from({ length: FOLDS }, (_, fold) => foldProducts(design, choice, { fold, noise }));
  for (const scale of PRIOR_SCALES) {
    const error = folds.reduce((sum, fold) => sum + foldError(fold, noise / scale ** 2), 0);
    if (error < bestError * (1 - 1e-9)) {
      bestError = error;
      best = scale;
    }
  }
  return best;
}

interface FoldGeo {
  readonly train: { readonly baseline: readonly Float64Array[]; readonly factor: readonly Float64Array[]; readonly columns: readonly Float64Array[]; readonly kpi: Float64Array };
  readonly test: { readonly baseline: readonly Float64Array[]; readonly columns: readonly Float64Array[]; readonly kpi: Float64Array };
}

function foldProducts(design: Design, choice: Choice, options: { fold: number; noise: number }): FoldGeo[] {
  const from = Math.floor((options.fold * design.rows) / FOLDS);
  const to = Math.floor(((options.fold + 1) * design.rows) / FOLDS);
  const inside = (values: Float64Array): Float64Array => values.slice(from, to);
  const outside = (values: Float64Array): Float64Array => {
    const kept = new Float64Array(values.length - (to - from));
    kept.set(values.subarray(0, from));
    kept.set(values.subarray(to), from);
    return kept;
  };
  return design.geos.map((geo) => {
    const columns = Array.from(choice.candidate, (at) => geo.columns[at] as Float64Array);
    const baseline = geo.baseline.map(outside);
    return {
      train: { baseline, factor: choleskyOf(baseline, baseline.map(() => options.noise)), columns: columns.map(outside), kpi: outside(geo.kpi) },
      test: { baseline: geo.baseline.map(inside), columns: columns.map(inside), kpi: inside(geo.kpi) },
    };
  });
}

/** Squared error on the rows that were left out, with effects fitted on the others. */
function foldError(geos: readonly FoldGeo[], ridge: number): number {
  const size = geos[0]?.train.columns.length ?? 0;
  const gram = new Float64Array(size * size);
  const products = new Float64Array(size);
  for (const { train } of geos) {
    const projected = train.columns.map((column) => projectOnto(train.baseline, train.factor, column));
    const explained = projectOnto(train.baseline, train.factor, train.kpi);
    for (let i = 0; i < size; i += 1) {
      const column = train.columns[i] as Float64Array;
      products[i] = (products[i] as number) + dot(column, train.kpi) - dot(projected[i] as Float64Array, explained);
      for (let j = 0; j < size; j += 1) {
        gram[i * size + j] = (gram[i * size + j] as number) + dot(column, train.columns[j] as Float64Array) - dot(projected[i] as Float64Array, projected[j] as Float64Array);
      }
    }
  }
  const effects = nonNegativeRidge(gram, products, ridge);
  return geos.reduce((sum, geo) => sum + heldOutError(geo, effects), 0);
}

function heldOutError({ train, test }: FoldGeo, effects: Float64Array): number {
  const left = train.kpi.map((value, t) => value - train.columns.reduce((sum, column, m) => sum + (effects[m] as number) * (column[t] as number), 0));
  const coefficients = solveBaseline(train, left);
  let error = 0;
  for (let t = 0; t < test.kpi.length; t += 1) {
    let predicted = 0;
    test.columns.forEach((column, m) => (predicted += (effects[m] as number) * (column[t] as number)));
    test.baseline.forEach((column, p) => (predicted += (coefficients[p] as number) * (column[t] as number)));
    error += ((test.kpi[t] as number) - predicted) ** 2;
  }
  return error;
}

/** Non-negative ridge regression by coordinate descent on a Gram matrix (row by row). */
export function nonNegativeRidge(gram: Float64Array, products: Float64Array, ridge: number): Float64Array {
  const size = products.length;
  const effects = new Float64Array(size);
  for (let pass = 0; pass < 200; pass += 1) {
    let moved = 0;
    for (let i = 0; i < size; i += 1) {
      let left = products[i] as number;
      for (let j = 0; j < size; j += 1) if (j !== i) left -= (gram[i * size + j] as number) * (effects[j] as number);
      const curvature = (gram[i * size + i] as number) + ridge;
      const next = curvature > 0 ? Math.max(0, left / curvature) : 0;
      moved = Math.max(moved, Math.abs(next - (effects[i] as number)));
      effects[i] = next;
    }
    if (moved < 1e-9) break;
  }
  return effects;
}

/** Share of the prior's standard deviation that the data took away, by channel, given the chosen shapes (0: nothing learnt). */
export function shrinkageOf(design: Design, point: PointFit): number[] {
  const size = design.channels.length;
  const columns = Array.from(point.choice.candidate);
  return columns.map((at, m) => {
    // The information on effect m that the other channels leave: the Schur complement, by a ridge regression of column m on the rest.
    const others = columns.filter((_, other) => other !== m);
    const gram = new Float64Array(others.length ** 2);
    others.forEach((a, i) => others.forEach((b, j) => (gram[i * others.length + j] = (design.gram[a * design.candidates + b] as number) + (i === j ? point.ridge : 0))));
    const cross = Float64Array.from(others, (other) => design.gram[at * design.candidates + other] as number);
    const information = Math.max(0, (design.gram[at * design.candidates + at] as number) - (size > 1 ? quadraticForm(gram, cross) : 0));
    return 1 - Math.sqrt(point.ridge / (point.ridge + information));
  });
}

/** cross' gram^-1 cross by conjugate gradients; the matrix is small and positive definite. */
function quadraticForm(gram: Float64Array, cross: Float64Array): number {
  const size = cross.length;
  const solution = new Float64Array(size);
  let residual = cross.slice();
  let direction = residual.slice();
  let squares = dot(residual, residual);
  for (let step = 0; step < 4 * size && squares > 1e-18; step += 1) {
    const image = Float64Array.from({ length: size }, (_, i) => dot(gram.subarray(i * size, (i + 1) * size), direction));
    const length = squares / dot(direction, image);
    for (let i = 0; i < size; i += 1) solution[i] = (solution[i] as number) + length * (direction[i] as number);
    residual = residual.map((value, i) => value - length * (image[i] as number));
    const next = dot(residual, residual);
    direction = residual.map((value, i) => value + (next / squares) * (direction[i] as number));
    squares = next;
  }
  return dot(solution, cross);
}

/** Owns the design of the screening fit: scaled series, one candidate column per channel and shape, and their products with the baseline taken out. */
import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { AppError } from '../kernel/errors.ts';
import { baselineColumns } from './baseline.ts';
import type { ResponseInput } from './responseTypes.ts';
import { meanOf, momentsOf, sumOf } from './statistics.ts';
import { adstock, hill, spendScale } from './transforms.ts';

/** The grid of shapes: finer than a point search needs, since draws are taken from it. */
export const SHAPE_GRID = {
  decay: [0, 0.2, 0.4, 0.6, 0.8],
  halfSaturation: [0.2, 0.4, 0.7, 1.2, 2],
  slope: [0.8, 1, 1.3, 2],
} as const;

/** A point of the grid with its log prior: decay ~ Beta(1,3), ln k ~ N(0, .75^2), ln s ~ N(ln 1.2, .4^2). */
export interface Shape {
  readonly decay: number;
  readonly halfSaturation: number;
  readonly slope: number;
  readonly logPrior: number;
}

/** All shapes, in the order of the candidate columns of each channel. */
export const shapes: readonly Shape[] = SHAPE_GRID.decay.flatMap((decay) =>
  SHAPE_GRID.halfSaturation.flatMap((halfSaturation) =>
    SHAPE_GRID.slope.map((slope) => ({
      decay,
      halfSaturation,
      slope,
      logPrior:
        2 * Math.log(1 - decay) -
        0.5 * (Math.log(halfSaturation) / 0.75) ** 2 -
        0.5 * (Math.log(slope / 1.2) / 0.4) ** 2,
    })),
  ),
);

/** The design of one place. */
export interface GeoDesign {
  readonly kpiMean: number;
  /** KPI divided by its mean. */
  readonly kpi: Float64Array;
  readonly baseline: readonly Float64Array[];
  /** Prior standard deviation of each baseline coefficient. */
  readonly priorSd: readonly number[];
  /** Lower triangle of the Cholesky factor of Z'Z + prior precision, by rows. */
  readonly factor: readonly Float64Array[];
  /** Candidate columns, channel by channel, shape by shape. */
  readonly columns: readonly Float64Array[];
  /** Each candidate's products with the baseline, after the factor. */
  readonly projected: readonly Float64Array[];
}

/** The whole design. Products of candidates have the baseline taken out; those with a candidate are made when it is first asked for. */
export interface Design {
  readonly rows: number;
  readonly channels: readonly string[];
  readonly candidates: number;
  readonly geos: readonly GeoDesign[];
  /** Product of each candidate with itself. */
  readonly squares: Float64Array;
  /** Products of candidate j with all candidates. */
  readonly productsWith: (j: number) => Float64Array;
  /** Residual variance that the prior precisions were scaled with. */
  readonly noise: number;
}

/** Builds the design. @throws BAD_USER_INPUT when a place has no KPI at all. */
export function buildDesign(input: ResponseInput): Design {
  const year = input.periodsPerYear ?? 52;
  const rows = input.periods.length;
  const drafts = input.series.map((series) => {
    const raw = series.kpi;
    const kpiMean = meanOf(raw);
    if (!(kpiMean > 0)) {
      throw new AppError('BAD_USER_INPUT', `The KPI of "${series.geo}" has the mean ${kpiMean}.`, {
        hint: 'A response is fitted to a KPI with a positive mean; leave the place out.',
      });
    }
    const controls = Object.keys(series.controls ?? {})
      .sort()
      .map((name) => series.controls?.[name] ?? []);
    const baseline = baselineColumns({ rows, periodsPerYear: year, controls, launches: input.launches ?? [] });
    const columns = input.channels.flatMap((channel) => candidateColumns(series.spend[channel] ?? []));
    return { kpiMean, kpi: Float64Array.from(raw, (value) => value / kpiMean), baseline, columns };
  });
  const noise = meanOf(drafts.map((draft) => baselineNoise(draft.kpi, draft.baseline.columns)));
  const geos = drafts.map(({ kpiMean, kpi, baseline, columns }) =>
    geoDesign({ kpiMean, kpi, baseline: baseline.columns, priorSd: baseline.priorSd, columns, noise }),
  );
  return assembled(geos, { rows, channels: input.channels, noise });
}

/** The same design over its first `rows` rows alone; columns keep their meaning, so that a fit of it predicts the rows after. */
export function truncatedDesign(design: Design, rows: number): Design {
  const cut = (values: Float64Array): Float64Array => values.slice(0, rows);
  const geos = design.geos.map((geo) =>
    geoDesign({
      ...geo,
      kpi: cut(geo.kpi),
      baseline: geo.baseline.map(cut),
      columns: geo.columns.map(cut),
      noise: design.noise,
    }),
  );
  return assembled(geos, { rows, channels: design.channels, noise: design.noise });
}

function geoDesign(
  parts: Pick<GeoDesign, 'kpiMean' | 'kpi' | 'baseline' | 'priorSd' | 'columns'> & { noise: number },
): GeoDesign {
  const { kpiMean, kpi, baseline, priorSd, columns, noise } = parts;
  const factor = choleskyOf(
    baseline,
    priorSd.map((sd) => noise / sd ** 2),
  );
  return {
    kpiMean,
    kpi,
    baseline,
    priorSd,
    factor,
    columns,
    projected: columns.map((column) => projectOnto(baseline, factor, column)),
  };
}

function assembled(geos: readonly GeoDesign[], parts: Pick<Design, 'rows' | 'channels' | 'noise'>): Design {
  const candidates = parts.channels.length * shapes.length;
  const cache = new Map<number, Float64Array>();
  const squares = new Float64Array(candidates);
  for (const geo of geos) {
    for (let j = 0; j < candidates; j += 1) squares[j] = (squares[j] as number) + productIn(geo, j, j);
  }
  const productsWith = (j: number): Float64Array => {
    const known = cache.get(j);
    if (known) return known;
    const made = new Float64Array(candidates);
    for (const geo of geos)
      for (let i = 0; i < candidates; i += 1) made[i] = (made[i] as number) + productIn(geo, i, j);
    cache.set(j, made);
    return made;
  };
  return { ...parts, candidates, geos, squares, productsWith };
}

function productIn(geo: GeoDesign, i: number, j: number): number {
  return (
    dot(geo.columns[i] as Float64Array, geo.columns[j] as Float64Array) -
    dot(geo.projected[i] as Float64Array, geo.projected[j] as Float64Array)
  );
}

/** Carried-over, scaled spend of one channel and place for a decay. */
export function scaledLevels(spend: readonly number[], decay: number): Float64Array {
  const scale = spendScale(spend);
  return scale > 0 ? adstock(spend, decay).map((value) => value / scale) : new Float64Array(spend.length);
}

/** Products of a series with the baseline, after the factor: v such that v'v is what the baseline explains. */
export function projectOnto(
  baseline: readonly Float64Array[],
  factor: readonly Float64Array[],
  values: Float64Array,
): Float64Array {
  const result = new Float64Array(baseline.length);
  for (let i = 0; i < baseline.length; i += 1) {
    let sum = dot(baseline[i] as Float64Array, values);
    const row = factor[i] as Float64Array;
    for (let j = 0; j < i; j += 1) sum -= (row[j] as number) * (result[j] as number);
    result[i] = sum / (row[i] as number);
  }
  return result;
}

/** Baseline coefficients that fit a series best under the prior. */
export function solveBaseline(geo: Pick<GeoDesign, 'baseline' | 'factor'>, values: Float64Array): Float64Array {
  const forward = projectOnto(geo.baseline, geo.factor, values);
  const size = forward.length;
  for (let i = size - 1; i >= 0; i -= 1) {
    let sum = forward[i] as number;
    for (let j = i + 1; j < size; j += 1)
      sum -= ((geo.factor[j] as Float64Array)[i] as number) * (forward[j] as number);
    forward[i] = sum / ((geo.factor[i] as Float64Array)[i] as number);
  }
  return forward;
}

/** Inner product of two arrays of the same length. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** Lower Cholesky factor of Z'Z + diag(precision), with a relative jitter. */
export function choleskyOf(columns: readonly Float64Array[], precision: readonly number[]): Float64Array[] {
  const size = columns.length;
  const matrix = Matrix.zeros(size, size);
  for (let i = 0; i < size; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      const product = dot(columns[i] as Float64Array, columns[j] as Float64Array);
      matrix.set(i, j, product);
      matrix.set(j, i, product);
    }
    matrix.set(i, i, matrix.get(i, i) + (precision[i] ?? 0));
  }
  const jitter = (1e-10 * matrix.trace()) / size;
  for (let i = 0; i < size; i += 1) matrix.set(i, i, matrix.get(i, i) + jitter);
  const lower = new CholeskyDecomposition(matrix).lowerTriangularMatrix;
  return Array.from({ length: size }, (_, i) => Float64Array.from({ length: i + 1 }, (__, j) => lower.get(i, j)));
}

function candidateColumns(spend: readonly number[]): Float64Array[] {
  const levels = new Map<number, Float64Array>(SHAPE_GRID.decay.map((decay) => [decay, scaledLevels(spend, decay)]));
  return shapes.map((shape) =>
    (levels.get(shape.decay) as Float64Array).map((level) => hill(level, shape.halfSaturation, shape.slope)),
  );
}

/** Half the variance that level, trend and season leave: what is left when media explain the other half. */
function baselineNoise(kpi: Float64Array, columns: readonly Float64Array[]): number {
  const factor = choleskyOf(
    columns,
    columns.map(() => 1e-6),
  );
  const explained = projectOnto(columns, factor, kpi);
  const left = Math.max(0, sumOf(kpi.map((value) => value * value)) - sumOf(explained.map((value) => value * value)));
  const variance = left / Math.max(1, kpi.length - columns.length);
  return Math.max(0.5 * variance, 1e-6 * (1 + momentsOf(kpi).variance));
}

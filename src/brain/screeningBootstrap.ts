/** Owns the bootstrap of the screening fit: residuals in moving blocks, shapes searched anew for each draw. */
import type { Random } from '../kernel/random.ts';
import { productsOf, type PointFit } from './screeningFit.ts';
import type { Design } from './screeningDesign.ts';
import { searchShapes, type Choice } from './screeningSearch.ts';
import { meanOf } from './statistics.ts';

/** Periods in a block: long enough to keep what autocorrelation the residuals have. */
const BLOCK_PERIODS = 8;

/** Shapes and effects of `draws` bootstrap samples. Places keep their common periods, so that shocks shared by all stay shared. */
export function bootstrapChoices(design: Design, point: PointFit, options: { draws: number; random: Random }): Choice[] {
  const centred = point.residuals.map((residuals) => {
    const mean = meanOf(residuals);
    const spread = Math.sqrt((point.noise * residuals.length) / Math.max(1e-300, residuals.reduce((sum, value) => sum + value * value, 0)));
    return residuals.map((value) => (value - mean) * (design.geos.length === 1 ? spread : 1));
  });
  const block = Math.min(BLOCK_PERIODS, Math.max(2, Math.floor(design.rows / 4)));
  return Array.from({ length: options.draws }, () => {
    const order = blockOrder(design.rows, block, options.random);
    const series = point.fitted.map((fitted, g) => {
      const residuals = centred[g] as Float64Array;
      return fitted.map((value, t) => value + (residuals[order[t] as number] as number));
    });
    return searchShapes(design, productsOf(design, series), { ridge: point.ridge, noise: point.noise, start: point.choice });
  });
}

/** Row numbers of a moving-block sample. */
function blockOrder(rows: number, block: number, random: Random): Int32Array {
  const order = new Int32Array(rows);
  for (let t = 0; t < rows; t += block) {
    const from = random.integer(rows - block + 1);
    for (let i = 0; i < block && t + i < rows; i += 1) order[t + i] = from + i;
  }
  return order;
}

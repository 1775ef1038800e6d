/** Owns loading the forecasting wasm from its package's folder (its own loader wants fetch) and the two models taken from it. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { AutoETS, initSync as initEts } from '@bsull/augurs/ets';
import { MSTL, initSync as initMstl } from '@bsull/augurs/mstl';

let loaded = false;

function load(): void {
  if (loaded) return;
  const folder = dirname(createRequire(import.meta.url).resolve('@bsull/augurs/ets'));
  initEts({ module: readFileSync(join(folder, 'ets_bg.wasm')) });
  initMstl({ module: readFileSync(join(folder, 'mstl_bg.wasm')) });
  loaded = true;
}

/** Point forecast by exponential smoothing with additive error, chosen among trends; null when no model fits. The series must have no season. */
export function smoothedForecast(values: readonly number[], horizon: number): number[] | null {
  load();
  return forecastWith(new AutoETS(1, 'AZN'), values, horizon);
}

/** Point forecast of a seasonal series: season by MSTL, the rest by exponential smoothing; null with less than two seasons. */
export function seasonalForecast(values: readonly number[], season: number, horizon: number): number[] | null {
  if (values.length < 2 * season) return null;
  load();
  return forecastWith(MSTL.ets([season]), values, horizon);
}

function forecastWith(model: AutoETS | MSTL, values: readonly number[], horizon: number): number[] | null {
  try {
    model.fit(Float64Array.from(values));
    const { point } = model.predict(horizon, null);
    return point.length === horizon && point.every(Number.isFinite) ? point : null;
  } catch {
    // The library throws plain strings where no model fits (a constant series, for one): the caller's other methods go on without it.
    return null;
  } finally {
    model.free();
  }
}

/** Owns a channel's curve at present: KPI a period as a function of spend, for each draw of a fit. */
import type { GeoDesign } from './screeningDesign.ts';
import { SHAPE_GRID, scaledLevels } from './screeningDesign.ts';
import type { ChannelDraws, ResponseInput, SpendLevels } from './responseTypes.ts';
import { hill, hillSlope } from './transforms.ts';

/** Groups that the present levels are reduced to; flighting is kept, the arithmetic stays small. */
const LEVEL_GROUPS = 12;

/** Key of a decay value in `ChannelDraws.levels`. */
export function decayKey(decay: number): string {
  return decay.toFixed(2);
}

/** Present levels of a channel for each decay of the grid, over the last `recent` rows. */
export function presentLevels(
  input: ResponseInput,
  geos: readonly Pick<GeoDesign, 'kpiMean'>[],
  options: { channel: string; recent: number },
): Record<string, SpendLevels> {
  const levels: Record<string, SpendLevels> = {};
  for (const decay of SHAPE_GRID.decay) {
    const entries = input.series.flatMap((series, g) => {
      const scaled = scaledLevels(series.spend[options.channel] ?? [], decay).slice(-options.recent);
      return Array.from(scaled, (value) => ({ value, weight: (geos[g]?.kpiMean ?? 0) / scaled.length }));
    });
    levels[decayKey(decay)] = grouped(entries);
  }
  return levels;
}

/** KPI a period at `multiple` times the present spend, in one draw. */
export function responseOf(draws: ChannelDraws, draw: number, multiple: number): number {
  return sumLevels(draws, draw, (scaled, k, s) => hill(scaled * multiple, k, s));
}

/** KPI units that one more unit of spend brings at `multiple` times the present spend, in one draw; 0 for a channel that does not run. */
export function marginalOf(draws: ChannelDraws, draw: number, multiple: number): number {
  if (!(draws.currentSpend > 0)) return 0;
  return sumLevels(draws, draw, (scaled, k, s) => hillSlope(scaled * multiple, k, s) * scaled) / draws.currentSpend;
}

function sumLevels(
  draws: ChannelDraws,
  draw: number,
  value: (scaled: number, halfSaturation: number, slope: number) => number,
): number {
  const effect = draws.effect[draw] ?? 0;
  const levels = draws.levels[decayKey(draws.decay[draw] ?? 0)];
  if (effect === 0 || !levels) return 0;
  const k = draws.halfSaturation[draw] ?? 1;
  const s = draws.slope[draw] ?? 1;
  let sum = 0;
  for (let i = 0; i < levels.scaled.length; i += 1) sum += (levels.weight[i] ?? 0) * value(levels.scaled[i] ?? 0, k, s);
  return effect * sum;
}

function grouped(entries: readonly { value: number; weight: number }[]): SpendLevels {
  const sorted = [...entries].sort((a, b) => a.value - b.value);
  const groups = Math.min(LEVEL_GROUPS, sorted.length);
  const scaled: number[] = [];
  const weight: number[] = [];
  for (let i = 0; i < groups; i += 1) {
    const part = sorted.slice(Math.floor((i * sorted.length) / groups), Math.floor(((i + 1) * sorted.length) / groups));
    const total = part.reduce((sum, entry) => sum + entry.weight, 0);
    weight.push(total);
    scaled.push(total > 0 ? part.reduce((sum, entry) => sum + entry.value * entry.weight, 0) / total : 0);
  }
  return { scaled, weight };
}

/** Owns tabulated response curves for allocation: spend a period to KPI a period, for the mean of the draws and for each draw. */
import { marginalOf, responseOf } from './responseCurve.ts';
import type { ChannelDraws } from './responseTypes.ts';

/** Points of a table; curves are smooth, so that chords between them are off by less than 1e-4. */
const POINTS = 41;

/** One channel's curve between two bounds of spend a period. */
export interface Curve {
  readonly channel: string;
  /** Spend a period at the points, ascending; one point where the channel is held. */
  readonly spend: Float64Array;
  /** Mean over the draws of KPI a period, and of its slope. */
  readonly value: Float64Array;
  readonly slope: Float64Array;
  /** KPI a period by draw: draw x points, row by row. */
  readonly byDraw: Float64Array;
  readonly draws: number;
}

/** Tabulates a channel between two multiples of its present spend. A channel without spend has the single point 0. */
export function tabulate(draws: ChannelDraws, bounds: { min: number; max: number }): Curve {
  const held = draws.currentSpend <= 0 || bounds.max - bounds.min < 1e-9;
  const points = held ? 1 : POINTS;
  const count = draws.effect.length;
  const spend = new Float64Array(points);
  const value = new Float64Array(points);
  const slope = new Float64Array(points);
  const byDraw = new Float64Array(points * count);
  for (let p = 0; p < points; p += 1) {
    const multiple = held ? bounds.min : bounds.min + ((bounds.max - bounds.min) * p) / (points - 1);
    spend[p] = multiple * draws.currentSpend;
    for (let j = 0; j < count; j += 1) {
      const response = draws.currentSpend > 0 ? responseOf(draws, j, multiple) : 0;
      byDraw[j * points + p] = response;
      value[p] = (value[p] as number) + response / count;
      slope[p] = (slope[p] as number) + marginalOf(draws, j, multiple) / count;
    }
  }
  return { channel: draws.channel, spend, value, slope, byDraw, draws: count };
}

/** Where a spend lies in the table: the point below it and how far it is to the next (0 to 1). */
function locate(curve: Curve, spend: number): { at: number; part: number } {
  const last = curve.spend.length - 1;
  if (last === 0) return { at: 0, part: 0 };
  const from = curve.spend[0] as number;
  const step = ((curve.spend[last] as number) - from) / last;
  const position = Math.min(last, Math.max(0, (spend - from) / step));
  const at = Math.min(last - 1, Math.floor(position));
  return { at, part: position - at };
}

/** Mean KPI a period at a spend: between the points by the cubic that has their values and slopes. */
export function meanAt(curve: Curve, spend: number): number {
  const { at, part } = locate(curve, spend);
  const low = curve.value[at] as number;
  if (part === 0) return low;
  const width = (curve.spend[at + 1] as number) - (curve.spend[at] as number);
  const rise = (curve.value[at + 1] as number) - low;
  const first = (curve.slope[at] as number) * width;
  const last = (curve.slope[at + 1] as number) * width;
  return low + part * (first + part * (3 * rise - 2 * first - last + part * (first + last - 2 * rise)));
}

/** Mean KPI of one more unit of spend at a spend. */
export function slopeAt(curve: Curve, spend: number): number {
  const { at, part } = locate(curve, spend);
  const low = curve.slope[at] as number;
  return part === 0 ? low : low + part * ((curve.slope[at + 1] as number) - low);
}

/** KPI a period at a spend, in one draw. */
export function readDraw(curve: Curve, draw: number, spend: number): number {
  const { at, part } = locate(curve, spend);
  const row = draw * curve.spend.length;
  const low = curve.byDraw[row + at] as number;
  return part === 0 ? low : low + part * ((curve.byDraw[row + at + 1] as number) - low);
}

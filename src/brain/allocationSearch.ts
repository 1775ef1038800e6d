/** Owns the search for the best split of a budget over tabulated curves, and its audit against an exact optimum on a grid. */
import { meanAt, type Curve } from './allocationCurves.ts';

/** Relative error of the spent budget, and steps of the bisection. */
const BUDGET_TOLERANCE = 1e-6;
const BISECTIONS = 80;
/** Step sizes of the pairwise exchange, as shares of the budget. */
const EXCHANGE_STEPS = [0.04, 0.01, 0.0025, 0.0005] as const;
const EXCHANGE_ROUNDS = 40;
/** Steps of the audit's grid. */
const AUDIT_STEPS = 400;

/** What is maximised: given the spend of each curve, a number. */
export type Objective = (spends: readonly number[]) => number;

/**
 * Spend a period for each curve, summing to `budget`, at equal marginal return of the concave envelopes; then exchanged pairwise under
 * the objective, which also settles what an S-shape leaves open. The budget must lie between the sums of the bounds.
 */
export function splitBudget(
  curves: readonly Curve[],
  budget: number,
  objective: Objective,
): { spends: number[]; marginal: number } {
  const envelopes = curves.map(envelopeOf);
  let low = 0;
  let high = Math.max(1e-12, ...envelopes.flatMap((envelope) => envelope.slopes)) * 2;
  for (let i = 0; i < BISECTIONS; i += 1) {
    const middle = (low + high) / 2;
    const total = envelopes.reduce((sum, envelope) => sum + spendAt(envelope, middle), 0);
    if (Math.abs(total - budget) <= BUDGET_TOLERANCE * budget) {
      low = high = middle;
      break;
    }
    if (total > budget) low = middle;
    else high = middle;
  }
  const marginal = (low + high) / 2;
  const spends = closeGap(
    curves,
    envelopes.map((envelope) => spendAt(envelope, marginal)),
    budget,
  );
  return { spends: exchange(curves, spends, { budget, objective }), marginal };
}

/** Mean KPI a period of a split. */
export function meanValue(curves: readonly Curve[], spends: readonly number[]): number {
  return curves.reduce((sum, curve, m) => sum + meanAt(curve, spends[m] ?? 0), 0);
}

/** How far the split is from the best one on a grid of 400 steps (exact, by dynamic programming): share of the best mean KPI, 0 when it is no worse. */
export function auditGap(curves: readonly Curve[], spends: readonly number[], budget: number): number {
  const floor = curves.reduce((sum, curve) => sum + (curve.spend[0] ?? 0), 0);
  const step = Math.max(0, budget - floor) / AUDIT_STEPS;
  let best = new Float64Array(AUDIT_STEPS + 1);
  for (const curve of curves) {
    const from = curve.spend[0] ?? 0;
    const room = (curve.spend[curve.spend.length - 1] ?? 0) - from;
    const reach = step > 0 ? Math.min(AUDIT_STEPS, Math.floor(room / step + 1e-9)) : 0;
    const values = Float64Array.from({ length: reach + 1 }, (_, e) => meanAt(curve, from + e * step));
    const next = new Float64Array(AUDIT_STEPS + 1).fill(Number.NEGATIVE_INFINITY);
    for (let total = 0; total <= AUDIT_STEPS; total += 1) {
      for (let e = 0; e <= Math.min(reach, total); e += 1) {
        const value = (best[total - e] as number) + (values[e] as number);
        if (value > (next[total] as number)) next[total] = value;
      }
    }
    best = next;
  }
  const optimum = best.reduce((max, value) => Math.max(max, value), Number.NEGATIVE_INFINITY);
  return optimum > 0 ? Math.max(0, (optimum - meanValue(curves, spends)) / optimum) : 0;
}

interface Envelope {
  /** Corner points of the concave envelope and the slopes between them, falling. */
  readonly spend: readonly number[];
  readonly slopes: readonly number[];
}

/** Upper concave envelope of a curve's table. */
function envelopeOf(curve: Curve): Envelope {
  const corners: number[] = [];
  const slope = (a: number, b: number): number =>
    ((curve.value[b] as number) - (curve.value[a] as number)) /
    ((curve.spend[b] as number) - (curve.spend[a] as number));
  for (let p = 0; p < curve.spend.length; p += 1) {
    while (
      corners.length >= 2 &&
      slope(corners[corners.length - 2] as number, corners[corners.length - 1] as number) <=
        slope(corners[corners.length - 1] as number, p)
    )
      corners.pop();
    corners.push(p);
  }
  return {
    spend: corners.map((p) => curve.spend[p] as number),
    slopes: corners.slice(1).map((p, i) => slope(corners[i] as number, p)),
  };
}

/** Spend at which the envelope's slope falls to `marginal`: slopes stand at the middle of their piece and change in a straight line between. */
function spendAt(envelope: Envelope, marginal: number): number {
  const { spend, slopes } = envelope;
  const first = spend[0] as number;
  if (slopes.length === 0 || marginal >= (slopes[0] as number)) return first;
  const last = spend[spend.length - 1] as number;
  if (marginal < (slopes[slopes.length - 1] as number)) return last;
  const middle = (i: number): number => ((spend[i] as number) + (spend[i + 1] as number)) / 2;
  for (let i = 1; i < slopes.length; i += 1) {
    const before = slopes[i - 1] as number;
    const after = slopes[i] as number;
    if (marginal < after) continue;
    const part = before > after ? (before - marginal) / (before - after) : 0;
    return middle(i - 1) + part * (middle(i) - middle(i - 1));
  }
  return last;
}

/** Moves a split onto the budget, within the bounds, by the smallest equal share of the room that each curve has. */
function closeGap(curves: readonly Curve[], spends: readonly number[], budget: number): number[] {
  const gap = budget - spends.reduce((sum, spend) => sum + spend, 0);
  const rooms = curves.map((curve, m) => {
    const bound = gap > 0 ? (curve.spend[curve.spend.length - 1] as number) : (curve.spend[0] as number);
    return Math.abs(bound - (spends[m] ?? 0));
  });
  const total = rooms.reduce((sum, room) => sum + room, 0);
  return total > 0 ? spends.map((spend, m) => spend + (gap * (rooms[m] ?? 0)) / total) : [...spends];
}

/** Moves spend between two curves wherever the objective gains, in falling steps. */
function exchange(
  curves: readonly Curve[],
  start: readonly number[],
  options: { budget: number; objective: Objective },
): number[] {
  const spends = [...start];
  let value = options.objective(spends);
  for (const share of EXCHANGE_STEPS) {
    for (let round = 0; round < EXCHANGE_ROUNDS; round += 1) {
      const before = value;
      for (let to = 0; to < curves.length; to += 1) {
        for (let from = 0; from < curves.length; from += 1) {
          const moved = movable(curves, spends, { from, to, wanted: share * options.budget });
          if (moved <= 0) continue;
          shift(spends, { from, to, moved });
          const next = options.objective(spends);
          if (next > value + 1e-12 * Math.abs(value)) value = next;
          else shift(spends, { from: to, to: from, moved });
        }
      }
      if (value <= before + 1e-9 * Math.abs(before)) break;
    }
  }
  return spends;
}

function movable(
  curves: readonly Curve[],
  spends: readonly number[],
  move: { from: number; to: number; wanted: number },
): number {
  const { from, to, wanted } = move;
  const source = curves[from];
  const target = curves[to];
  if (from === to || !source || !target) return 0;
  const given = (spends[from] ?? 0) - (source.spend[0] ?? 0);
  const taken = (target.spend[target.spend.length - 1] ?? 0) - (spends[to] ?? 0);
  const moved = Math.min(wanted, given, taken);
  return moved > 1e-9 * wanted ? moved : 0;
}

function shift(spends: number[], move: { from: number; to: number; moved: number }): void {
  spends[move.from] = (spends[move.from] ?? 0) - move.moved;
  spends[move.to] = (spends[move.to] ?? 0) + move.moved;
}

/** Owns the choice of the total that is split: what is spent now, less where the goal allows less, more only where the extra very probably pays. */
import { allocateBudget, type Allocation, type AllocationInput } from '../../brain/allocate.ts';
import { probabilityAbove } from '../../brain/statistics.ts';

/** Multiples of present spend within which the data have seen each channel. */
const BOUNDS = { min: 0.7, max: 1.3 } as const;
/** A larger total than now goes this far at the most. */
const LARGEST_TOTAL = 1.25;
/** A goal whose budget is below this share of present spend pays for moves, not for all media. */
const PARTIAL_BUDGET = 0.5;
/** Chance from which a larger total is taken. */
const PAYS = 0.8;

/** A fit of channels whose input is money. */
export type MoneyFit = AllocationInput['fit'];

/** A chosen total with its split. */
export interface Chosen {
  readonly allocation: Allocation;
  readonly bounds: { readonly min: number; readonly max: number };
  readonly assumptions: readonly string[];
  /** What was not chosen of the totals, if any. */
  readonly other: { readonly name: string; readonly mean: number; readonly reason: string } | null;
  /** Chance that the spend above the present total pays for itself; null where nothing is added. */
  readonly pays?: number;
}

/** What the choice is made from; amounts are totals over the horizon. */
export interface Choice {
  readonly fit: MoneyFit;
  readonly periods: number;
  readonly present: number;
  readonly cap: number;
  readonly hurdle: number | null;
  /** Channels that keep what they have because an earlier change there is still being measured. */
  readonly held: ReadonlySet<string>;
  /** See `AllocationInput`. */
  readonly modelError: number;
  /** A probability as far as it can be believed. */
  believed(probability: number): number;
}

/** Chooses the total: what is spent now, less where the goal allows less, more only where the extra very probably pays. */
export function chooseTotal(choice: Choice): Chosen {
  const { fit, periods, present, cap, hurdle, held, modelError } = choice;
  const at = (budget: number, bounds: { min: number; max: number }): Allocation =>
    allocateBudget({ fit, budget, periods, bounds, modelError, ...(budget >= present ? unjudgedStay(fit, held) : {}) });
  if (cap < PARTIAL_BUDGET * present) {
    const reach = Math.min(BOUNDS.max - 1, cap / present);
    const bounds = { min: 1 - reach, max: 1 + reach };
    return {
      allocation: at(present, bounds),
      bounds,
      other: null,
      assumptions: [
        'The goal\u2019s budget is well below present spend, so it is read as the money that may move; the total stays as it is.',
      ],
    };
  }
  const base = Math.min(present, cap);
  const bounds = { min: BOUNDS.min * (base / present), max: BOUNDS.max };
  const same = at(base, bounds);
  const larger = Math.min(
    cap,
    present * LARGEST_TOTAL,
    present + (BOUNDS.max - 1) * 0.95 * judgedSpend(fit, held) * periods,
  );
  if (larger <= base * 1.02)
    return {
      allocation: same,
      bounds,
      other: null,
      assumptions: base < present ? ['The total falls to what the goal\u2019s budget allows.'] : [],
    };
  const more = at(larger, bounds);
  const extra =
    hurdle === null
      ? null
      : choice.believed(
          probabilityAbove(
            more.kpiDeltaDraws.map((value, j) => value - (same.kpiDeltaDraws[j] ?? 0) - hurdle * (larger - base)),
            0,
          ),
        );
  if (extra !== null && extra >= PAYS) {
    return {
      allocation: more,
      bounds,
      pays: extra,
      other: {
        name: 'The same total, better split',
        mean: same.withinHorizon.mean,
        reason: 'The larger total is expected to pay for itself.',
      },
      assumptions: ['The extra spend is expected to pay for itself at the stated margin.'],
    };
  }
  const reason =
    extra === null
      ? 'No value of a KPI unit is known, so it cannot be said whether more spend pays.'
      : 'That the extra spend pays for itself is not likely enough.';
  return {
    allocation: same,
    bounds,
    other: { name: 'Spend more of the goal\u2019s budget', mean: more.withinHorizon.mean, reason },
    assumptions: ['The goal\u2019s budget allows more; only what very probably pays is placed.'],
  };
}

/** Channels that cannot be judged or are still being measured keep what they spend now: a larger total goes to those that can. */
function unjudgedStay(
  fit: MoneyFit,
  held: ReadonlySet<string>,
): Pick<AllocationInput, 'holdUnidentified' | 'channelBounds'> {
  const unjudged = fit.channels.filter((channel) => !channel.identified || held.has(channel.channel));
  return {
    holdUnidentified: false,
    channelBounds: Object.fromEntries(unjudged.map((channel) => [channel.channel, { min: 1, max: 1 }])),
  };
}

/** Present spend a period of the channels that can be moved. */
function judgedSpend(fit: MoneyFit, held: ReadonlySet<string>): number {
  return fit.draws.reduce(
    (sum, draws, m) => sum + (fit.channels[m]?.identified && !held.has(draws.channel) ? draws.currentSpend : 0),
    0,
  );
}

/** Owns the SHIFT card: the allocation at equal marginal return over the fit's draws, inside the goal's budget, against what else could be done. */
import { allocateBudget, type Allocation, type AllocationInput } from '../../brain/allocate.ts';
import { probabilityAbove } from '../../brain/statistics.ts';
import type { RecommendationSet } from '../../domain/artifacts/recommendationSet.ts';
import { daysInclusive } from '../../kernel/calendar.ts';
import { unitsFromMicros } from '../../kernel/money.ts';
import type { SpecialistContext } from '../contract.ts';
import type { Evidence, EvidenceBook } from '../evidence.ts';
import type { FittedPanel } from '../responseFit.ts';
import { evenSplit, multiplesFor } from './alternatives.ts';
import { HORIZON_DAYS, HORIZON_WEEKS } from './card.ts';
import type { ActionMaterial } from './gather.ts';

/** Multiples of present spend within which the data have seen each channel. */
const BOUNDS = { min: 0.7, max: 1.3 } as const;
/** A larger total than now goes this far at the most. */
const LARGEST_TOTAL = 1.25;
/** A goal whose budget is below this share of present spend pays for moves, not for all media. */
const PARTIAL_BUDGET = 0.5;
/** Days behind the business date from which data are called old. */
const STALE_DAYS = 56;
/** Chance from which a larger total is taken. */
const PAYS = 0.8;

/** An allocation with its evidence and what it was held against. */
export interface ShiftPlan {
  readonly evidence: Evidence;
  readonly allocation: Allocation;
  readonly periods: number;
  /** Present spend over the horizon, in currency units. */
  readonly present: number;
  readonly alternatives: readonly { readonly name: string; readonly mean: number; readonly reason: string }[];
  readonly assumptions: readonly string[];
  /** Channels that keep what they have, because they do not run or cannot be judged. */
  readonly unjudged: readonly string[];
  readonly table: NonNullable<RecommendationSet['allocation']>['rows'];
}

type MoneyFit = AllocationInput['fit'];

/** Plans the allocation; null where fewer than two channels with money can be judged. */
export function planShift(context: SpecialistContext, book: EvidenceBook, material: ActionMaterial): ShiftPlan | null {
  const { fitted } = material;
  if (!fitted) return null;
  const fit = moneyFit(fitted);
  const movable = fit.channels.filter((channel) => channel.identified && channel.currentSpend > 0);
  if (movable.length < 2) return null;
  const periods = Math.max(1, Math.round((HORIZON_DAYS * fitted.panel.periodsPerYear) / 365.25));
  const present = fit.draws.reduce((sum, draws) => sum + draws.currentSpend, 0) * periods;
  const cap =
    (unitsFromMicros(context.goal.budgetMicros) * HORIZON_DAYS) / daysInclusive(context.goal.from, context.goal.to);
  const chosen = choose({ fit, periods, present, cap, hurdle: material.hurdle.marginalReturn });
  const alternatives = othersOf({ material, fit, periods, chosen });
  const unjudged = new Set(
    fit.channels
      .filter((channel) => !channel.identified || channel.currentSpend <= 0)
      .map((channel) => channel.channel),
  );
  const rows = chosen.allocation.allocation.map((row) => ({
    channel: row.channel,
    current: row.current / HORIZON_WEEKS,
    proposed: row.proposed / HORIZON_WEEKS,
    multiple: row.current > 0 ? row.proposed / row.current : 1,
    held: unjudged.has(row.channel),
    marginalReturn: row.marginalRoas,
  }));
  const evidence = book.add({
    kind: 'brain.allocation',
    tier: 'OBSERVED',
    input: {
      dataHash: fitted.fit.dataHash,
      seed: fitted.fit.seed,
      budget: chosen.allocation.budget,
      cap,
      periods,
      bounds: chosen.bounds,
      hurdle: material.hurdle,
    },
    output: {
      ...chosen.allocation,
      perWeek: rows,
      budgetPerWeek: chosen.allocation.budget / HORIZON_WEEKS,
      presentPerWeek: present / HORIZON_WEEKS,
      addedPerWeek: (chosen.allocation.budget - present) / HORIZON_WEEKS,
      extraPays: chosen.pays ?? null,
      kpiDeltaPerWeek: chosen.allocation.kpiDelta.mean / HORIZON_WEEKS,
      moved: rows.reduce((sum, row) => sum + Math.max(0, row.proposed - row.current), 0),
      alternatives,
    },
    seed: fitted.fit.seed,
    loadIds: material.coverage.loadIds,
    asOf: fitted.panel.window.to,
  });
  return {
    evidence,
    allocation: chosen.allocation,
    periods,
    present,
    alternatives,
    unjudged: [...unjudged],
    assumptions: [...chosen.assumptions, ...staleData(context, fitted)],
    table: tableOf(context, evidence, { allocation: chosen.allocation, unjudged }),
  };
}

interface Chosen {
  readonly allocation: Allocation;
  readonly bounds: { readonly min: number; readonly max: number };
  readonly assumptions: readonly string[];
  /** What was not chosen of the totals, if any. */
  readonly other: { readonly name: string; readonly mean: number; readonly reason: string } | null;
  /** Chance that the spend above the present total pays for itself; null where nothing is added. */
  readonly pays?: number;
}

interface Choice {
  readonly fit: MoneyFit;
  readonly periods: number;
  readonly present: number;
  readonly cap: number;
  readonly hurdle: number | null;
}

/** Chooses the total: what is spent now, less where the goal allows less, more only where the extra very probably pays. */
function choose(choice: Choice): Chosen {
  const { fit, periods, present, cap, hurdle } = choice;
  const at = (budget: number, bounds: { min: number; max: number }): Allocation =>
    allocateBudget({ fit, budget, periods, bounds, ...(budget >= present ? unjudgedStay(fit) : {}) });
  if (cap < PARTIAL_BUDGET * present) {
    const reach = Math.min(BOUNDS.max - 1, cap / present);
    const bounds = { min: 1 - reach, max: 1 + reach };
    return {
      allocation: at(present, bounds),
      bounds,
      other: null,
      assumptions: [
        'The goal\u2019s budget is well below present spend, so it limits how much moves and the total stays as it is.',
      ],
    };
  }
  const base = Math.min(present, cap);
  const bounds = { min: BOUNDS.min * (base / present), max: BOUNDS.max };
  const same = at(base, bounds);
  const larger = Math.min(cap, present * LARGEST_TOTAL, present + (BOUNDS.max - 1) * 0.95 * judgedSpend(fit) * periods);
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
      : probabilityAbove(
          more.kpiDeltaDraws.map((value, j) => value - (same.kpiDeltaDraws[j] ?? 0) - hurdle * (larger - base)),
          0,
        );
  if (extra !== null && extra >= PAYS) {
    return {
      allocation: more,
      bounds,
      pays: extra,
      other: {
        name: 'The same total, better split',
        mean: same.kpiDelta.mean,
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
    other: { name: 'Spend more of the goal\u2019s budget', mean: more.kpiDelta.mean, reason },
    assumptions: ['The goal\u2019s budget allows more; only what very probably pays is placed.'],
  };
}

/** Channels that cannot be judged keep what they spend now: a larger total goes to those that can. */
function unjudgedStay(fit: MoneyFit): Pick<AllocationInput, 'holdUnidentified' | 'channelBounds'> {
  const unjudged = fit.channels.filter((channel) => !channel.identified);
  return {
    holdUnidentified: false,
    channelBounds: Object.fromEntries(unjudged.map((channel) => [channel.channel, { min: 1, max: 1 }])),
  };
}

/** Present spend a period of the channels that can be judged. */
function judgedSpend(fit: MoneyFit): number {
  return fit.draws.reduce((sum, draws, m) => sum + (fit.channels[m]?.identified ? draws.currentSpend : 0), 0);
}

/** What else could be done with the same total, each with the KPI that the same draws give it. */
function othersOf(input: {
  material: ActionMaterial;
  fit: MoneyFit;
  periods: number;
  chosen: Chosen;
}): ShiftPlan['alternatives'] {
  const { material, fit, periods, chosen } = input;
  const ratio = chosen.allocation.budget / fit.draws.reduce((sum, draws) => sum + draws.currentSpend * periods, 0);
  const spends = fit.draws.map((draws) => draws.currentSpend);
  const score = (weights: readonly number[]): number => {
    const multiples = multiplesFor(spends, weights, { ratio, bounds: chosen.bounds });
    const channelBounds = Object.fromEntries(
      fit.draws.map((draws, m) => [draws.channel, { min: multiples[m] ?? ratio, max: multiples[m] ?? ratio }]),
    );
    const budget = spends.reduce((sum, spend, m) => sum + spend * (multiples[m] ?? ratio) * periods, 0);
    return allocateBudget({ fit, periods, budget, channelBounds, holdUnidentified: false }).kpiDelta.mean;
  };
  const credit = fit.draws.map(
    (draws) =>
      material.media?.channels.find((channel) => channel.channel === draws.channel)?.attributedReturn?.value ?? null,
  );
  const byCredit = credit.every((value) => value === null)
    ? []
    : [
        {
          name: 'Follow platform credit',
          mean: score(credit.map((value) => Math.max(value ?? 0, 1e-6))),
          reason: 'Platforms credit themselves with results that would have come anyway.',
        },
      ];
  return [
    { name: 'Keep the present split', mean: 0, reason: 'Nothing is gained by it.' },
    ...byCredit,
    {
      name: 'Move every channel towards an equal share',
      mean: score(evenSplit(spends)),
      reason: 'It ignores what the next unit of spend brings.',
    },
    ...(chosen.other ? [chosen.other] : []),
  ];
}

function tableOf(
  context: SpecialistContext,
  evidence: Evidence,
  input: { allocation: Allocation; unjudged: ReadonlySet<string> },
): ShiftPlan['table'] {
  const { currency } = context.workspace;
  return input.allocation.allocation.map((row, index) => ({
    channel: row.channel,
    current: evidence.need({
      label: `weekly spend of ${row.channel} now`,
      path: `perWeek.${index}.current`,
      unit: currency,
    }),
    proposed: evidence.need({
      label: `weekly spend of ${row.channel} proposed`,
      path: `perWeek.${index}.proposed`,
      unit: currency,
    }),
    lower: row.lower / HORIZON_WEEKS,
    upper: row.upper / HORIZON_WEEKS,
    verb: input.unjudged.has(row.channel) ? 'HOLD' : row.proposed >= row.current ? 'SCALE' : 'SHIFT',
    reasons: input.unjudged.has(row.channel)
      ? ['Its effect is not identified or it does not run, so it keeps its share.']
      : [],
  }));
}

/** What has to be assumed when the data end long before today. */
function staleData(context: SpecialistContext, { panel }: FittedPanel): string[] {
  const behind = daysInclusive(panel.window.to, context.workspace.businessDate);
  return behind > STALE_DAYS
    ? [`The data end on ${panel.window.to}; spend and response are taken as they stood then.`]
    : [];
}

/** The fit without channels whose input is no money: budgets can only be moved between amounts of one unit. */
function moneyFit({ fit, panel }: FittedPanel): MoneyFit {
  const isMoney = (channel: string): boolean => !panel.notMoney.includes(channel);
  return {
    ...fit,
    channels: fit.channels.filter((entry) => isMoney(entry.channel)),
    draws: fit.draws.filter((entry) => isMoney(entry.channel)),
  };
}

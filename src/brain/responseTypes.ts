/** Owns what goes into a response fit and what comes out; the screening fit and, later, the sampler answer with the same shape. */
import type { Estimate } from './statistics.ts';

/** One place's series; every array is as long as `periods` of the input. */
export interface GeoSeries {
  readonly geo: string;
  readonly kpi: readonly number[];
  /** Spend (or impressions, or an index) by channel, never negative. */
  readonly spend: Readonly<Record<string, readonly number[]>>;
  /** What moves the KPI and is no medium, by name; each is standardised inside. */
  readonly controls?: Readonly<Record<string, readonly number[]>>;
}

/** Evenly spaced series to be explained. */
export interface ResponseInput {
  /** First day of each period, ascending and evenly spaced. Only the spacing counts, and the texts name rows in messages. */
  readonly periods: readonly string[];
  /** 52 for weeks, 365 for days, 12 for months. @default 52 */
  readonly periodsPerYear?: number;
  /** One entry for a single market; several are stacked, with shape and relative effect shared and a baseline each. */
  readonly series: readonly GeoSeries[];
  readonly channels: readonly string[];
  /** Channels whose input is no money; their roas is null. */
  readonly notMoney?: readonly string[];
  /** Row indexes at which something was launched: a lift that fades is allowed there. */
  readonly launches?: readonly number[];
  /** Level of the intervals. @default 0.9 */
  readonly interval?: number;
  /** Draws kept. @default 200 */
  readonly draws?: number;
  /** @default 1 */
  readonly seed?: number;
  /** Latest periods that count as "at present" for marginal returns and allocation. @default a quarter of a year */
  readonly recentPeriods?: number;
}

/** Why something is not identified, or what weakens it. */
export interface Reason {
  readonly code: ReasonCode;
  /** One sentence for people, with the figures in it. */
  readonly text: string;
}

export type ReasonCode =
  | 'TOO_FEW_ROWS'
  | 'NO_SPEND'
  | 'SPEND_TOO_STEADY'
  | 'CORRELATED_CHANNELS'
  | 'DEMAND_CHASING'
  | 'SPEND_OUTLIER'
  | 'MOSTLY_PRIOR'
  | 'INTERVAL_TOO_WIDE'
  | 'RESIDUALS_AUTOCORRELATED'
  | 'BACKTEST_WORSE_THAN_NAIVE'
  | 'NOT_RUNNING_NOW';

/** Result for one channel. */
export interface ChannelFit {
  readonly channel: string;
  /** KPI units over all rows and places. Always numbers, also where it is not identified. */
  readonly contribution: Estimate;
  /** Of the KPI's total. */
  readonly share: Estimate;
  /** Contribution by unit of spend; null where the input is no money or nothing was spent. */
  readonly roas: Estimate | null;
  /** KPI units that one more unit of spend brings at the present level; null like roas, or when the channel does not run now. */
  readonly marginalRoas: Estimate | null;
  /** Carry-over from one period to the next. */
  readonly adstockDecay: Estimate;
  /** Carried-over spend at half effect, as a multiple of the channel's 95th percentile of spend. */
  readonly halfSaturation: Estimate;
  readonly slope: Estimate;
  readonly totalSpend: number;
  /** Mean spend a period over the latest periods, all places together. */
  readonly currentSpend: number;
  readonly identified: boolean;
  readonly reasons: readonly Reason[];
}

/** Levels of carried-over spend of the latest periods: groups of equal size, each with its weight in KPI units a period. */
export interface SpendLevels {
  readonly scaled: readonly number[];
  readonly weight: readonly number[];
}

/** Draws of one channel's response; arrays are parallel, one entry a draw. */
export interface ChannelDraws {
  readonly channel: string;
  /** Mean spend a period at present: where the curve's multiplier is 1. */
  readonly currentSpend: number;
  /** Effect relative to the KPI's mean at full saturation. */
  readonly effect: readonly number[];
  readonly decay: readonly number[];
  readonly halfSaturation: readonly number[];
  readonly slope: readonly number[];
  /** Total contribution over all rows. */
  readonly contribution: readonly number[];
  /** Present levels by decay value (as text with two decimals). */
  readonly levels: Readonly<Record<string, SpendLevels>>;
}

/** How well the model did as a whole. */
export interface FitDiagnostics {
  readonly rSquared: number;
  readonly durbinWatson: number;
  /** Residual standard deviation a period, all places together, in KPI units. */
  readonly residualSd: number;
  /** Mean CRPS over the held-out last periods, of the model and of the (seasonal) naive forecast; null with too few rows. */
  readonly backtest: { readonly periods: number; readonly crps: number; readonly naiveCrps: number } | null;
  /** Prior scale of an effect at saturation, relative to the KPI's mean. */
  readonly priorScale: number;
  /** Of the sampler only. */
  readonly rHatMax: number | null;
  readonly essMin: number | null;
  readonly converged: boolean | null;
}

/** Channels that move together and whose effects cannot be told apart. */
export interface CorrelatedPair {
  readonly channels: readonly [string, string];
  readonly correlation: number;
  /** Contribution of the two together. */
  readonly contribution: Estimate;
}

/** A fitted response; plain JSON. Same input and seed give the same bytes. */
export interface ResponseFit {
  /** `screening` is quick, supports the tier OBSERVED and never more. */
  readonly method: 'screening';
  readonly seed: number;
  /** SHA-256 of the canonical input. */
  readonly dataHash: string;
  readonly interval: number;
  readonly rows: number;
  readonly geos: number;
  readonly kpiTotal: number;
  /** Mean KPI a period, all places together. */
  readonly kpiMean: number;
  readonly diagnostics: FitDiagnostics;
  readonly channels: readonly ChannelFit[];
  readonly pairs: readonly CorrelatedPair[];
  readonly draws: readonly ChannelDraws[];
}

/** Owns audience quality: a chain of stages from reach to sale, shrunk to the audiences' parents, ranked by cost of a qualified response. */
import { AppError } from '../kernel/errors.ts';
import { seededRandom, type Random } from '../kernel/random.ts';
import { estimateOf, meanOf, momentsOf, probabilityAbove, type Estimate } from './statistics.ts';

/** Stages of the chain, in order. */
export const audienceStages = ['reach', 'click', 'engaged', 'qualified', 'sale'] as const;
export type AudienceStage = (typeof audienceStages)[number];

/** Counts of one audience under one parent (such as a channel); a stage that a source does not know is null, which is not 0. */
export interface AudienceCounts {
  readonly audience: string;
  /** What its rates are compared with and shrunk to; one parent for all where it is left out. */
  readonly parent?: string;
  readonly reach: number;
  readonly click: number | null;
  readonly engaged: number | null;
  readonly qualified: number;
  readonly sale: number | null;
  readonly spend: number;
}

/** Limits of the trap flag: clicks this much above what the parents' other audiences lead to expect, qualified responses a click this much below. */
const TRAP = { clickLift: 1.5, qualifiedLift: 0.6, probability: 0.9 } as const;
const DRAWS = 2000;
const DEFAULT_INTERVAL = 0.9;
/** Limits of the strength of shrinkage, in trials: what a rate of ordinary spread is worth. */
const STRENGTH = { min: 5, max: 20_000 } as const;

/** One audience's standing. Intervals at 90 % unless asked otherwise. */
export interface AudienceQuality {
  readonly audience: string;
  readonly rank: number;
  /** Qualified responses a person reached; the chain's product, shrunk. */
  readonly qualifiedRate: Estimate;
  /** Spend a qualified response; null where nothing was spent. */
  readonly costPerQualified: Estimate | null;
  /** Value of the qualified responses by unit of spend: what the ranking goes by. Null where nothing was spent. */
  readonly valuePerCost: Estimate | null;
  /** Clicks, and qualified responses a click, over what the other audiences of the same parents lead to expect. */
  readonly clickLift: Estimate | null;
  readonly qualifiedPerClickLift: Estimate | null;
  /** P(it is the best by value per cost). */
  readonly probabilityBest: number;
  /** Many clicks, few qualified: the click rate recommends it and the money is lost. */
  readonly trap: boolean;
  readonly trapProbability: number;
  readonly identified: boolean;
  readonly reasons: readonly string[];
}

/** A ranking of audiences, best first. */
export interface AudienceRanking {
  readonly audiences: readonly AudienceQuality[];
  readonly seed: number;
  readonly interval: number;
}

/**
 * Ranks audiences by the posterior value of a qualified response against its cost. The click rate alone never ranks: it enters only as
 * a stage of the chain and in the trap flag. With `valuePerSale` a qualified response is worth that times its posterior sale rate, else all
 * are worth the same.
 * @throws BAD_USER_INPUT for counts that cannot be, or no audience.
 */
export function rankAudiences(
  rows: readonly AudienceCounts[],
  options: { seed?: number; interval?: number; valuePerSale?: number } = {},
): AudienceRanking {
  checkCounts(rows);
  const seed = options.seed ?? 1;
  const interval = options.interval ?? DEFAULT_INTERVAL;
  const random = seededRandom(seed).split('audiences');
  const names = [...new Set(rows.map((row) => row.audience))];
  const posteriors = rows.map((row) => posteriorOf(row, rows, random.split(`${row.audience}|${row.parent ?? ''}`)));
  const standing = names.map((audience) => {
    const own = rows
      .map((row, i) => ({ row, posterior: posteriors[i] as Posterior }))
      .filter(({ row }) => row.audience === audience);
    return combine(audience, own, options.valuePerSale);
  });
  const order = standing.map((_, i) => i).sort((a, b) => scoreOf(standing[b]) - scoreOf(standing[a]));
  return { audiences: order.map((i, at) => qualityOf(standing, { i, rank: at + 1, interval })), seed, interval };
}

function checkCounts(rows: readonly AudienceCounts[]): void {
  if (rows.length === 0) throw new AppError('BAD_USER_INPUT', 'There is no audience to rank.');
  for (const row of rows) {
    const counts = [row.reach, row.click ?? 0, row.engaged ?? 0, row.qualified, row.sale ?? 0, row.spend];
    if (counts.some((value) => !(Number.isFinite(value) && value >= 0))) {
      throw new AppError(
        'BAD_USER_INPUT',
        `Audience ${row.audience} has a count or spend that is negative or no number.`,
        { hint: 'Give zero or more; null where a stage is not known.' },
      );
    }
  }
}

interface Posterior {
  /** Draws of qualified per reach, sales per qualified, clicks per reach, qualified per click. */
  readonly qualified: readonly number[];
  readonly sale: readonly number[] | null;
  readonly click: readonly number[] | null;
  readonly perClick: readonly number[] | null;
  /** Rates of the other audiences of the same parent, for the lifts; 0 where there is none. */
  readonly othersClick: number;
  readonly othersPerClick: number;
}

/** Draws of a row's rates: each known stage given the one before, shrunk to the parent's pooled rate. */
function posteriorOf(row: AudienceCounts, rows: readonly AudienceCounts[], random: Random): Posterior {
  const family = rows.filter((other) => other.parent === row.parent);
  const others = family.filter((other) => other.audience !== row.audience);
  const known = (['click', 'engaged', 'qualified'] as const).filter(
    (stage) => row[stage] !== null && family.every((other) => other[stage] !== null),
  );
  let before: AudienceStage = 'reach';
  const stages: { stage: AudienceStage; draws: number[] }[] = [];
  for (const stage of known) {
    stages.push({ stage, draws: rateDraws({ row, family, from: before, to: stage }, random.split(stage)) });
    before = stage;
  }
  const product = (from: number): number[] =>
    Array.from({ length: DRAWS }, (_, j) =>
      stages.slice(from).reduce((value, { draws }) => value * (draws[j] ?? 0), 1),
    );
  const click = stages[0]?.stage === 'click' ? stages[0].draws : null;
  const saleKnown = row.sale !== null && family.every((other) => other.sale !== null);
  return {
    qualified: product(0),
    sale: saleKnown ? rateDraws({ row, family, from: 'qualified', to: 'sale' }, random.split('sale')) : null,
    click,
    perClick: click ? product(1) : null,
    othersClick: pooledRate(others, 'reach', 'click'),
    othersPerClick: pooledRate(others, 'click', 'qualified'),
  };
}

interface Step {
  readonly row: AudienceCounts;
  readonly family: readonly AudienceCounts[];
  readonly from: AudienceStage;
  readonly to: AudienceStage;
}

/** Beta posterior of one step. Later stages can exceed earlier ones where tools count differently; the rate then stays at 1. */
function rateDraws(step: Step, random: Random): number[] {
  const trials = Math.max(step.row[step.from] ?? 0, step.row[step.to] ?? 0);
  const successes = step.row[step.to] ?? 0;
  const mean = Math.min(1 - 1e-9, Math.max(1e-9, pooledRate(step.family, step.from, step.to)));
  const strength = shrinkageStrength(step.family, step, mean);
  return Array.from({ length: DRAWS }, () =>
    random.beta(strength * mean + successes, strength * (1 - mean) + trials - successes),
  );
}

function pooledRate(family: readonly AudienceCounts[], from: AudienceStage, to: AudienceStage): number {
  const trials = family.reduce((sum, row) => sum + Math.max(row[from] ?? 0, row[to] ?? 0), 0);
  return trials > 0 ? family.reduce((sum, row) => sum + (row[to] ?? 0), 0) / trials : 0;
}

/** Trials that the parent's rate is worth, from the spread of the family's rates beyond chance (method of moments). */
function shrinkageStrength(family: readonly AudienceCounts[], step: Pick<Step, 'from' | 'to'>, mean: number): number {
  const used = family.filter((row) => (row[step.from] ?? 0) > 0);
  if (used.length < 3) return STRENGTH.min;
  const rates = used.map((row) => Math.min(1, (row[step.to] ?? 0) / (row[step.from] ?? 1)));
  const chance = meanOf(used.map((row) => (mean * (1 - mean)) / (row[step.from] ?? 1)));
  const spread = Math.max(1e-12, momentsOf(rates).variance - chance);
  return Math.min(STRENGTH.max, Math.max(STRENGTH.min, (mean * (1 - mean)) / spread - 1));
}

interface Standing {
  readonly audience: string;
  readonly reach: number;
  readonly spend: number;
  readonly qualifiedCount: number;
  readonly qualifiedRate: number[];
  readonly costPerQualified: number[] | null;
  readonly valuePerCost: number[] | null;
  readonly clickLift: number[] | null;
  readonly perClickLift: number[] | null;
}

interface OwnRow {
  readonly row: AudienceCounts;
  readonly posterior: Posterior;
}

/** Adds an audience's rows up over its parents; lifts compare with what the parents' other audiences would have given for the same reach. */
function combine(audience: string, own: readonly OwnRow[], valuePerSale: number | undefined): Standing {
  const reach = own.reduce((sum, { row }) => sum + row.reach, 0);
  const spend = own.reduce((sum, { row }) => sum + row.spend, 0);
  const qualified = perDraw((j) => sumRows(own, ({ row, posterior }) => row.reach * (posterior.qualified[j] ?? 0)));
  const value = perDraw((j) =>
    sumRows(own, ({ row, posterior }) => {
      const worth = valuePerSale !== undefined && posterior.sale ? valuePerSale * (posterior.sale[j] ?? 0) : 1;
      return row.reach * (posterior.qualified[j] ?? 0) * worth;
    }),
  );
  return {
    audience,
    reach,
    spend,
    qualifiedCount: own.reduce((sum, { row }) => sum + row.qualified, 0),
    qualifiedRate: qualified.map((count) => (reach > 0 ? count / reach : 0)),
    costPerQualified: spend > 0 ? qualified.map((count) => spend / Math.max(count, 1e-12)) : null,
    valuePerCost: spend > 0 ? value.map((total) => total / spend) : null,
    ...liftsOf(own),
  };
}

/** Clicks, and qualified responses a click, over what the same reach and clicks would have brought the other audiences. */
function liftsOf(own: readonly OwnRow[]): Pick<Standing, 'clickLift' | 'perClickLift'> {
  const clicked = own.filter(
    ({ row, posterior }) => posterior.click !== null && row.reach > 0 && posterior.othersClick > 0,
  );
  const responded = clicked.filter(({ posterior }) => posterior.perClick !== null && posterior.othersPerClick > 0);
  const expectedClicks = sumRows(clicked, ({ row, posterior }) => row.reach * posterior.othersClick);
  const clicks = ({ row, posterior }: OwnRow, j: number): number => row.reach * (posterior.click?.[j] ?? 0);
  const perClick = (j: number): number => {
    const expected = sumRows(responded, (entry) => clicks(entry, j) * entry.posterior.othersPerClick);
    return (
      sumRows(responded, (entry) => clicks(entry, j) * (entry.posterior.perClick?.[j] ?? 0)) / Math.max(expected, 1e-12)
    );
  };
  return {
    clickLift:
      expectedClicks > 0 ? perDraw((j) => sumRows(clicked, (entry) => clicks(entry, j)) / expectedClicks) : null,
    perClickLift: responded.length > 0 ? perDraw(perClick) : null,
  };
}

function perDraw(value: (j: number) => number): number[] {
  return Array.from({ length: DRAWS }, (_, j) => value(j));
}

function sumRows(rows: readonly OwnRow[], value: (row: OwnRow) => number): number {
  return rows.reduce((sum, row) => sum + value(row), 0);
}

function scoreOf(standing: Standing | undefined): number {
  return standing?.valuePerCost ? meanOf(standing.valuePerCost) : Number.NEGATIVE_INFINITY;
}

function qualityOf(
  standings: readonly Standing[],
  options: { i: number; rank: number; interval: number },
): AudienceQuality {
  const { i, rank, interval } = options;
  const own = standings[i] as Standing;
  const trapProbability = trapProbabilityOf(own);
  const reasons: string[] = [];
  if (own.qualifiedCount < 10)
    reasons.push(
      `${own.audience} has ${own.qualifiedCount} qualified responses; below 10 its rank is mostly that of its parents.`,
    );
  if (own.reach <= 0) reasons.push(`${own.audience} reached nobody in this window.`);
  if (own.spend <= 0) reasons.push(`Nothing was spent on ${own.audience}, so it has no cost of a response.`);
  return {
    audience: own.audience,
    rank,
    qualifiedRate: estimateOf(own.qualifiedRate, interval),
    costPerQualified: own.costPerQualified && estimateOf(own.costPerQualified, interval),
    valuePerCost: own.valuePerCost && estimateOf(own.valuePerCost, interval),
    clickLift: own.clickLift && estimateOf(own.clickLift, interval),
    qualifiedPerClickLift: own.perClickLift && estimateOf(own.perClickLift, interval),
    probabilityBest: own.valuePerCost ? shareBest(standings, i) : 0,
    trap: trapProbability >= TRAP.probability,
    trapProbability,
    identified: reasons.length === 0,
    reasons,
  };
}

/** P(clicks well above and qualified responses a click well below what the parents lead to expect). */
function trapProbabilityOf(standing: Standing): number {
  const { clickLift, perClickLift } = standing;
  if (!clickLift || !perClickLift) return 0;
  return probabilityAbove(
    clickLift.map((lift, j) => (lift > TRAP.clickLift && (perClickLift[j] ?? 1) < TRAP.qualifiedLift ? 1 : 0)),
    0.5,
  );
}

function shareBest(standings: readonly Standing[], i: number): number {
  let best = 0;
  for (let j = 0; j < DRAWS; j += 1) {
    const own = standings[i]?.valuePerCost?.[j] ?? Number.NEGATIVE_INFINITY;
    if (standings.every((other, at) => at === i || (other.valuePerCost?.[j] ?? Number.NEGATIVE_INFINITY) < own))
      best += 1;
  }
  return best / DRAWS;
}

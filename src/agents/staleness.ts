/** Owns what old data mean for advice: how far they lie behind the business date, in words, and how much less they let anyone be sure. Pure. */
import { daysInclusive } from '../kernel/calendar.ts';
import { countText, sentence } from '../models/phrases.ts';
import type { SpecialistContext } from './contract.ts';

/** Days behind the business date from which data are called old. */
export const STALE_DAYS = 56;
/** Weeks after which half of the trust is left that response is still what it was. */
const TRUST_HALF_LIFE_WEEKS = 52;
/** Standard deviation (log) that a year of age adds to what is unknown of an effect. */
const DRIFT_A_YEAR = 0.3;
/** Most that past spend alone, without a test, lets anyone claim. */
export const MOST_CERTAIN = 0.95;

/** Data that end long before today. */
export interface Staleness {
  readonly dataTo: string;
  readonly weeks: number;
}

/** How old the data are; null where they are recent, or their end is not known. */
export function stalenessOf(
  context: Pick<SpecialistContext, 'workspace'>,
  dataTo = context.workspace.dataThrough ?? null,
): Staleness | null {
  const { businessDate } = context.workspace;
  if (dataTo === null || dataTo >= businessDate) return null;
  const days = daysInclusive(dataTo, businessDate) - 1;
  return days > STALE_DAYS ? { dataTo, weeks: Math.floor(days / 7) } : null;
}

/** The warning as one sentence; empty for recent data. */
export function staleText(stale: Staleness | null): string {
  return stale === null
    ? ''
    : sentence(
        `The data end on ${stale.dataTo}, ${countText(stale.weeks, 'week')} before today: every figure is of that time, and what has changed since is not in it`,
      );
}

/** Standard deviation (log) that old data add to what a model leaves out. */
export function driftOf(stale: Staleness | null): number {
  return stale === null ? 0 : DRIFT_A_YEAR * Math.sqrt(Math.min(stale.weeks, 10 * 52) / 52);
}

/** A probability read from past spend as far as it can be believed: never quite sure, and nearer to even odds the older the data. */
export function believed(probability: number, stale: Staleness | null): number {
  const trust = stale === null ? 1 : 0.5 ** (stale.weeks / TRUST_HALF_LIFE_WEEKS);
  const bounded = Math.min(MOST_CERTAIN, Math.max(1 - MOST_CERTAIN, probability));
  return 0.5 + (bounded - 0.5) * trust;
}

/** Owns wear-out of creatives: the weekly slope of the click rate, with its probability, by campaign and message. */
import type { Fatigue } from '../domain/artifacts/paidMediaAnalysis.ts';
import { normalCdf } from '../brain/distributions.ts';
import type { Evidence, EvidenceBook } from './evidence.ts';
import type { MetricRow } from './tools.ts';

/** Weeks with impressions that a slope needs. */
const MIN_WEEKS = 6;
const MIN_IMPRESSIONS = 300;
/** Relative loss a week below which a slope is no reason to act. */
const LOSS_THAT_COUNTS = 0.01;
const SURE = 0.95;

/** One creative's weeks, oldest first. */
export interface CreativeWeeks {
  readonly messageId: string;
  readonly messageName: string;
  readonly campaignId: string | null;
  readonly campaignName: string | null;
  readonly channel: string;
  readonly weeks: readonly { readonly week: string; readonly impressions: number; readonly clicks: number }[];
}

/** A slope of the log odds of a click: nearly the relative change a week, since click rates are small. */
export interface Slope {
  readonly perWeek: number;
  readonly standardError: number;
  /** That the true slope is below zero. */
  readonly probability: number;
}

/** Wear-out with its evidence; entries by slope, steepest fall first. */
export function fatigueOf(book: EvidenceBook, input: { rows: readonly MetricRow[]; loadIds: readonly string[] }): { evidence: Evidence | null; entries: Fatigue[] } {
  const creatives = creativesOf(input.rows)
    .flatMap((creative) => {
      const slope = slopeOf(creative.weeks);
      return slope ? [{ ...creative, ...slope }] : [];
    })
    .toSorted((a, b) => a.perWeek - b.perWeek);
  if (creatives.length === 0) return { evidence: null, entries: [] };
  const evidence = book.add({ kind: 'media.fatigue', tier: 'OBSERVED', input: { minWeeks: MIN_WEEKS, minImpressions: MIN_IMPRESSIONS, creatives: creatives.length }, output: { creatives }, loadIds: input.loadIds });
  const entries = creatives.map((creative, index): Fatigue => ({
    messageId: creative.messageId,
    messageName: creative.messageName,
    campaignId: creative.campaignId,
    campaignName: creative.campaignName,
    channel: creative.channel,
    slopePerWeek: evidence.need({ label: `weekly change of the click rate of ${creative.messageName}`, path: `creatives.${index}.perWeek`, unit: 'SHARE' }),
    probability: evidence.need({ label: `chance that ${creative.messageName} is wearing out`, path: `creatives.${index}.probability`, unit: 'SHARE' }),
    fatigued: creative.perWeek <= -LOSS_THAT_COUNTS && creative.probability >= SURE,
  }));
  return { evidence, entries };
}

/** Weighted regression of weekly log odds on time; the error widens where weeks scatter more than counts explain. Null with too few weeks. */
export function slopeOf(weeks: CreativeWeeks['weeks']): Slope | null {
  const used = weeks.map((week, at) => ({ ...week, at })).filter((week) => week.impressions >= MIN_IMPRESSIONS);
  if (used.length < MIN_WEEKS) return null;
  const points = used.map(({ at, impressions, clicks }) => {
    const hits = Math.min(clicks, impressions) + 0.5;
    const misses = impressions - Math.min(clicks, impressions) + 0.5;
    return { x: at, y: Math.log(hits / misses), weight: (hits * misses) / (hits + misses) };
  });
  const total = points.reduce((sum, point) => sum + point.weight, 0);
  const meanX = points.reduce((sum, point) => sum + point.weight * point.x, 0) / total;
  const meanY = points.reduce((sum, point) => sum + point.weight * point.y, 0) / total;
  const spread = points.reduce((sum, point) => sum + point.weight * (point.x - meanX) ** 2, 0);
  if (!(spread > 0)) return null;
  const perWeek = points.reduce((sum, point) => sum + point.weight * (point.x - meanX) * (point.y - meanY), 0) / spread;
  const misfit = points.reduce((sum, point) => sum + point.weight * (point.y - meanY - perWeek * (point.x - meanX)) ** 2, 0) / (points.length - 2);
  const standardError = Math.sqrt(Math.max(1, misfit) / spread);
  return { perWeek, standardError, probability: normalCdf(-perWeek / standardError) };
}

function creativesOf(rows: readonly MetricRow[]): CreativeWeeks[] {
  const groups = Map.groupBy(rows.filter((row) => row.message !== null && row.period !== null), (row) => `${row.campaign?.id ?? ''} ${row.message?.id ?? ''}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first?.message) return [];
    const weeks = group
      .map((row) => ({ week: row.period ?? '', impressions: row.values.IMPRESSIONS ?? 0, clicks: row.values.CLICKS ?? 0 }))
      .toSorted((a, b) => (a.week < b.week ? -1 : 1));
    return [{ messageId: first.message.id, messageName: first.message.name, campaignId: first.campaign?.id ?? null, campaignName: first.campaign?.name ?? null, channel: first.channel ?? '', weeks }];
  });
}

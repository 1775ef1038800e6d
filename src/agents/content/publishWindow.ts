/** Owns when a social post does best: click rates by weekday of own social channels, told only where the difference is real. */
import { weekday } from '../../kernel/calendar.ts';
import type { MetricRow } from '../tools.ts';

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;
/** Standard errors by which a weekday must stand above the mean of all. */
const CLEARLY = 2;

/** The best weekdays in words, or that none stands out. */
export function publishWindowOf(days: readonly MetricRow[]): string {
  const sums = DAYS.map(() => ({ impressions: 0, clicks: 0 }));
  for (const row of days) {
    const sum = row.period === null ? undefined : sums[weekday(row.period) - 1];
    if (!sum) continue;
    sum.impressions += row.values.IMPRESSIONS ?? 0;
    sum.clicks += row.values.CLICKS ?? 0;
  }
  const impressions = sums.reduce((total, sum) => total + sum.impressions, 0);
  if (impressions === 0) return 'Not known: no daily results of social channels are loaded.';
  const mean = sums.reduce((total, sum) => total + sum.clicks, 0) / impressions;
  const best = DAYS.filter((_, index) => {
    const sum = sums[index];
    if (!sum || sum.impressions === 0) return false;
    return sum.clicks / sum.impressions > mean + CLEARLY * Math.sqrt((mean * (1 - mean)) / sum.impressions);
  });
  return best.length > 0 && best.length < DAYS.length
    ? `${best.join(', ')}, when own social channels are clicked more than on other days`
    : 'Any weekday: own results show no day that does clearly better.';
}

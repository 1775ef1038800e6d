/** Owns weekly series of a simulated market's rows, as the Brain takes them: for evaluations and tests, which have no database. */
import { addDays, dayNumber, startOf, type CalendarDay } from '../kernel/calendar.ts';
import type { ResponseInput } from '../brain/responseTypes.ts';
import { demoChannels } from './demoCampaigns.ts';
import type { Market, TruthKpi } from './marketTypes.ts';

/** Whole ISO weeks of a market: spend from the platforms, the KPI from the CRM, controls as weekly means. */
export function weeklyResponseInput(market: Market, kpi: TruthKpi): ResponseInput {
  const first = startOf('WEEK', addDays(market.from, 6));
  const weeks = Math.floor((dayNumber(market.to) - dayNumber(first) + 1) / 7);
  const zeros = (): number[] => Array.from({ length: weeks }, () => 0);
  const values = zeros();
  const spend: Record<string, number[]> = Object.fromEntries(demoChannels.map((channel) => [channel.key, zeros()]));
  const controls: Record<string, number[]> = {};
  const add = (series: number[], day: CalendarDay, value: number): void => {
    const week = Math.floor((dayNumber(day) - dayNumber(first)) / 7);
    if (week >= 0 && week < weeks) series[week] = (series[week] ?? 0) + value;
  };
  for (const row of market.rows()) {
    if (row.table === 'control') {
      const series = (controls[row.name] ??= zeros());
      add(series, row.start, (row.value ?? 0) / 7);
    } else if (row.sourceKind === 'PLATFORM') {
      add(spend[row.channel] ?? [], row.start, Number(row.money.spendMicros ?? 0n) / 1e6);
    } else if (row.sourceKind === 'CRM') {
      const value =
        kpi === 'REVENUE'
          ? Number(row.money.revenueMicros ?? 0n) / 1e6
          : kpi === 'CONVERSIONS'
            ? (row.fractional.conversions ?? 0)
            : Number(row.counts.qualifiedLeads ?? 0n);
      add(values, row.start, value);
    }
  }
  return {
    periods: Array.from({ length: weeks }, (_, week) => addDays(first, 7 * week)),
    channels: demoChannels.map((channel) => channel.key),
    series: [{ geo: 'ALL', kpi: values, spend, controls }],
  };
}

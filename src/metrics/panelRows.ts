/** Owns the SQL of series for response fits: long values by place and period, from facts or from a mix-model file. */
import type { FactGrain, SourceKind } from '../domain/facts.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import type { CalendarDay } from '../kernel/calendar.ts';
import type { LongValue } from './alignment.ts';
import { periodSql } from './compile.ts';
import type { RecordSource } from './coverage.ts';

/** Place name where nothing is told by place. */
export const WHOLE_MARKET = 'ALL';

type Input = LongValue & { readonly unit: string };

/** The KPI by ISO week from its source of record, in KPI units. */
export async function factKpi(
  unit: UnitOfWork,
  ask: { record: RecordSource; from: CalendarDay; to: CalendarDay; perUnit: number },
): Promise<LongValue[]> {
  const { record } = ask;
  const rows = await unit.em.execute<{ period: string; value: number }[]>(
    `select (${periodSql.WEEK})::text as period, sum(f.${record.column})::float8 * ? as value from metric_rollup f
     where f.start_day between ?::date and ?::date and f.end_day <= ?::date and f.grain <> 'PERIOD' and f.source_kind = ? and f.source in (?)
       and f.${record.column} is not null group by 1`,
    [ask.perUnit, ask.from, ask.to, ask.to, record.kind, [...record.sources]],
  );
  return rows.map((row) => ({ place: WHOLE_MARKET, name: 'kpi', period: row.period, value: row.value }));
}

/** Input of each channel by ISO week: spend where there is any, else sends, else impressions. */
export async function factInputs(
  unit: UnitOfWork,
  ask: { currency: string; kind: SourceKind; from: CalendarDay; to: CalendarDay },
): Promise<Input[]> {
  const rows = await unit.em.execute<
    { period: string; channel: string; spend: number | null; sends: number | null; impressions: number | null }[]
  >(
    `select (${periodSql.WEEK})::text as period, f.channel, sum(f.spend_micros)::float8 / 1e6 as spend, sum(f.sends)::float8 as sends,
       sum(f.impressions)::float8 as impressions from metric_rollup f
     where f.start_day between ?::date and ?::date and f.end_day <= ?::date and f.grain <> 'PERIOD' and f.source_kind = ? and f.channel is not null
     group by 1, 2`,
    [ask.from, ask.to, ask.to, ask.kind],
  );
  const total = (channel: string, of: 'spend' | 'sends'): number =>
    rows.reduce((sum, row) => sum + (row.channel === channel ? (row[of] ?? 0) : 0), 0);
  const units = new Map(
    [...new Set(rows.map((row) => row.channel))].map((channel) => [
      channel,
      total(channel, 'spend') > 0 ? ask.currency : total(channel, 'sends') > 0 ? 'SENDS' : 'IMPRESSIONS',
    ]),
  );
  return rows.flatMap((row) => {
    const inputUnit = units.get(row.channel) ?? ask.currency;
    const value = inputUnit === 'SENDS' ? row.sends : inputUnit === 'IMPRESSIONS' ? row.impressions : row.spend;
    return value === null
      ? []
      : [{ place: WHOLE_MARKET, name: row.channel, period: row.period, value, unit: inputUnit }];
  });
}

/** The KPI of a mix-model file by place, as the file holds it. */
export async function modelKpi(unit: UnitOfWork, kpi: string): Promise<{ values: LongValue[]; unit: string }> {
  const rows = await unit.em.execute<{ place: string; period: string; value: number; unit: string }[]>(
    `select coalesce(geo, ?) as place, start_day::text as period, sum(value) as value, min(unit) as unit from kpi_fact_live where kpi = ? group by 1, 2`,
    [WHOLE_MARKET, kpi],
  );
  return {
    values: rows.map(({ place, period, value }) => ({ place, name: 'kpi', period, value })),
    unit: rows[0]?.unit ?? 'COUNT',
  };
}

/** Input of each channel of a mix-model file by place; of a channel in several units the money counts, and else the best covered one. */
export async function modelInputs(unit: UnitOfWork): Promise<{ inputs: Input[]; grain: 'DAY' | 'WEEK' | 'MONTH' }> {
  const rows = await unit.em.execute<
    { place: string; period: string; channel: string; value: number; unit: string; grain: FactGrain }[]
  >(
    `with used as (
       select distinct on (channel) channel, unit from (
         select channel, unit, count(*) as n from media_input_live group by 1, 2) u order by channel, (unit ~ '^[A-Z]{3}$') desc, n desc, unit)
     select coalesce(m.geo, ?) as place, m.start_day::text as period, m.channel, sum(m.value) as value, m.unit, min(m.grain) as grain
     from media_input_live m join used u on u.channel = m.channel and u.unit = m.unit group by 1, 2, 3, 5`,
    [WHOLE_MARKET],
  );
  const grains = new Set(rows.map((row) => row.grain));
  return {
    inputs: rows.map(({ place, period, channel, value, unit: inputUnit }) => ({
      place,
      name: channel,
      period,
      value,
      unit: inputUnit,
    })),
    grain: grains.has('PERIOD') ? 'MONTH' : grains.has('WEEK') ? 'WEEK' : 'DAY',
  };
}

/** Controls by place and period: numbers as their mean, each word of a category as an indicator. */
export async function controlValues(unit: UnitOfWork, grain: 'DAY' | 'WEEK' | 'MONTH'): Promise<LongValue[]> {
  // A weekly file keeps the days it names; daily controls are averaged over the ISO week.
  const period =
    grain === 'WEEK' ? `case when f.grain = 'DAY' then ${periodSql.WEEK} else f.start_day end` : 'f.start_day';
  const rows = await unit.em.execute<{ place: string; period: string; name: string; value: number }[]>(
    `select coalesce(f.geo, ?) as place, (${period})::text as period, f.name, avg(f.value) as value from control_fact_live f where f.value is not null group by 1, 2, 3
     union all
     select coalesce(f.geo, ?), (${period})::text, f.name || ':' || f.category, 1 from control_fact_live f
     where f.category is not null and lower(f.category) not in ('', 'na', 'n/a', 'none', 'null', '0', 'no') group by 1, 2, 3`,
    [WHOLE_MARKET, WHOLE_MARKET],
  );
  return rows.map(({ place, name, period: start, value }) => ({ place, name, period: start, value }));
}

/** Days on which campaigns were launched. */
export async function launchDays(
  unit: UnitOfWork,
  window: { from: CalendarDay; to: CalendarDay },
): Promise<CalendarDay[]> {
  const rows = await unit.em.execute<{ day: string }[]>(
    'select distinct launched_on::text as day from campaign where launched_on between ?::date and ?::date order by 1',
    [window.from, window.to],
  );
  return rows.map((row) => row.day);
}

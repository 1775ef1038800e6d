/** Owns how much a workspace has been spending: what a goal's budget is compared with before a run starts. */
import type { UnitOfWork } from '../domain/unit.ts';

/** Highest weekly spend on record as a daily amount in currency units; 0 where facts hold no money, null without facts. */
export async function dailySpendUnits({ em }: UnitOfWork): Promise<number | null> {
  const rows = await em.execute<{ daily: number | null; any_facts: boolean }[]>(
    `with weekly as (
       select date_trunc('week', start_day) as week, sum(spend_micros)::float8 / 1e6 as spend from performance_fact_live where spend_micros is not null group by 1
       union all
       select date_trunc('week', start_day), sum(value) from media_input_live where unit ~ '^[A-Z]{3}$' and grain in ('DAY', 'WEEK') group by 1)
     select max(spend) / 7 as daily,
       exists (select 1 from performance_fact_live) or exists (select 1 from media_input_live) or exists (select 1 from kpi_fact_live) as any_facts
     from weekly`,
  );
  const row = rows[0];
  if (!row?.any_facts) return null;
  return row.daily ?? 0;
}

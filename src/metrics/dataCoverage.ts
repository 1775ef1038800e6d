/** Owns the summary of what a workspace's data hold: which questions they can feed. */
import type { FactGrain, SourceKind } from '../domain/facts.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import type { CalendarDay } from '../kernel/calendar.ts';

/** What is loaded; empty lists and null where nothing is. */
export interface DataCoverage {
  /** First and last day that any fact reaches. */
  readonly span: { readonly from: CalendarDay; readonly to: CalendarDay } | null;
  /** Finest grain that every fact has. */
  readonly grain: FactGrain;
  readonly channels: readonly string[];
  readonly hasCampaigns: boolean;
  readonly hasAudiences: boolean;
  readonly hasMessages: boolean;
  readonly hasEmail: boolean;
  /** Places of a geo panel; 0 where nothing is told by place. */
  readonly geos: number;
  /** Last day by source kind. */
  readonly freshness: readonly { readonly source: SourceKind; readonly through: CalendarDay }[];
  /** Loads behind the facts, oldest first. */
  readonly loadIds: readonly string[];
}

interface SummaryRow {
  from_day: string | null;
  to_day: string | null;
  grains: FactGrain[] | null;
  has_email: boolean | null;
  has_campaigns: boolean;
  has_audiences: boolean;
  has_messages: boolean;
  geos: string | number;
  channels: string[] | null;
  freshness: { source: SourceKind; through: string }[] | null;
}

/** Summarises what is loaded, in two statements. */
export async function dataCoverage(unit: UnitOfWork): Promise<DataCoverage> {
  const rows = await unit.em.execute<SummaryRow[]>(
    `select min(first_day)::text as from_day, max(last_day)::text as to_day, to_jsonb(array_agg(distinct grain)) as grains, bool_or(measure = 'sends') as has_email,
       exists (select 1 from metric_rollup where campaign_id is not null) as has_campaigns,
       exists (select 1 from performance_fact_live where audience_id is not null) as has_audiences,
       exists (select 1 from performance_fact_live where message_id is not null) as has_messages,
       (select count(distinct geo) from metric_fact where geo is not null) as geos,
       (select to_jsonb(array_agg(distinct channel order by channel)) from metric_rollup where channel is not null) as channels,
       (select jsonb_agg(k order by k.source) from (
         select source_kind as source, max(last_day)::text as through from metric_coverage group by source_kind) k) as freshness
     from metric_coverage`,
  );
  const row = rows[0];
  return {
    span: row?.from_day && row.to_day ? { from: row.from_day, to: row.to_day } : null,
    grain: row?.grains?.includes('PERIOD') ? 'PERIOD' : row?.grains?.includes('WEEK') ? 'WEEK' : 'DAY',
    channels: row?.channels ?? [],
    hasCampaigns: row?.has_campaigns ?? false,
    hasAudiences: row?.has_audiences ?? false,
    hasMessages: row?.has_messages ?? false,
    hasEmail: row?.has_email ?? false,
    geos: Number(row?.geos ?? 0),
    freshness: row?.freshness ?? [],
    loadIds: await activeLoadIds(unit),
  };
}

/** Loads whose facts count, oldest first. */
export async function activeLoadIds(unit: UnitOfWork): Promise<string[]> {
  const rows = await unit.em.execute<{ id: string }[]>(
    "select id from import_load where status = 'ACTIVE' order by created_at, id",
  );
  return rows.map((row) => row.id);
}

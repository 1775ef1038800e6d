/** Owns what a workspace's data can answer: the facts that decide which specialists a plan brings. Reads rollups, so that it stays fast. */
import type { UnitOfWork } from '../domain/unit.ts';

/** Which questions the imported rows and the brand material can answer. */
export interface DataReadiness {
  /** Money or mix-model inputs of media. */
  readonly paidMedia: boolean;
  /** Rows cut by at least two audiences. */
  readonly audiences: boolean;
  /** Rows cut by at least two messages, or messages with their copy. */
  readonly messages: boolean;
  /** Sends of email. */
  readonly email: boolean;
  /** Sessions or searches in a channel that nobody pays for. */
  readonly organic: boolean;
  /** Brand documents in memory. */
  readonly brandMaterial: boolean;
  /** A KPI series or outcomes to measure against. */
  readonly outcomes: boolean;
  /** Last day that any fact reaches; null without facts. */
  readonly through: string | null;
}

/** Reads the readiness of the unit's workspace. */
export async function loadReadiness(unit: UnitOfWork): Promise<DataReadiness> {
  const rows = await unit.em.execute<Columns[]>(
    `select
       exists (select 1 from metric_rollup where spend_micros > 0) or exists (select 1 from media_input_live) as paid_media,
       (select count(*) >= 2 from audience) and exists (select 1 from performance_fact_live where audience_id is not null) as audiences,
       exists (select 1 from message where body is not null)
         or ((select count(*) >= 2 from message) and exists (select 1 from performance_fact_live where message_id is not null)) as messages,
       exists (select 1 from metric_rollup where sends > 0 or delivered > 0) as email,
       exists (select 1 from metric_rollup group by channel
         having (sum(sessions) > 0 or sum(search_impressions) > 0) and coalesce(sum(spend_micros), 0) = 0) as organic,
       exists (select 1 from brand_document) as brand_material,
       exists (select 1 from kpi_fact_live) or exists (select 1 from metric_rollup where revenue_micros > 0 or qualified_leads > 0 or conversions > 0) as outcomes,
       greatest((select max(last_day) from metric_coverage), (select max(end_day) from kpi_fact_live), (select max(end_day) from media_input_live))::text as through`,
  );
  const row = rows[0];
  return {
    paidMedia: row?.paid_media ?? false,
    audiences: row?.audiences ?? false,
    messages: row?.messages ?? false,
    email: row?.email ?? false,
    organic: row?.organic ?? false,
    brandMaterial: row?.brand_material ?? false,
    outcomes: row?.outcomes ?? false,
    through: row?.through ?? null,
  };
}

interface Columns {
  paid_media: boolean;
  audiences: boolean;
  messages: boolean;
  email: boolean;
  organic: boolean;
  brand_material: boolean;
  outcomes: boolean;
  through: string | null;
}

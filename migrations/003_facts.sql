-- Facts as imports leave them. Readers see only rows of ACTIVE loads that nothing has restated: the *_live views.

create table import_load (
  id uuid primary key,
  workspace_id uuid not null references workspace,
  file_name text not null,
  file_sha256 text not null,
  options_sha256 text not null,
  preset text not null,
  source text not null,
  status text not null check (status in ('STAGING', 'ACTIVE', 'UNDONE', 'FAILED')),
  rows jsonb not null default '{}',
  -- Whether it holds rows of performance_fact; a mix-model file does not, and then its series are the metrics.
  has_performance boolean not null default false,
  result jsonb,
  from_day date,
  to_day date,
  imported_by text not null,
  created_at timestamptz(3) not null default now(),
  activated_at timestamptz(3),
  undone_at timestamptz(3)
);
create index import_load_same on import_load (workspace_id, file_sha256, options_sha256) where status = 'ACTIVE';

-- Without foreign keys: they would be looked up twice for each of half a million rows, and the views read no row but those of an active load.
create table performance_fact (
  id bigint generated always as identity,
  workspace_id uuid not null,
  load_id uuid not null,
  superseded_by uuid,
  -- Hash of what the row is about (imports: source, account, entities, geo, attribution, grain, days): one live row each.
  identity uuid not null,
  content uuid not null,
  source text not null,
  source_kind text not null,
  account text not null,
  grain text not null check (grain in ('DAY', 'WEEK', 'PERIOD')),
  start_day date not null,
  end_day date not null,
  geo text,
  channel text not null,
  campaign_id uuid,
  audience_id uuid,
  message_id uuid,
  attribution text,
  currency text,
  impressions bigint, clicks bigint, reach bigint, sessions bigint, engaged_sessions bigint,
  sends bigint, delivered bigint, opens bigint, machine_opens bigint, email_clicks bigint, unsubscribes bigint, complaints bigint, bounces bigint,
  search_impressions bigint, search_clicks bigint, qualified_leads bigint, sales bigint,
  spend_micros bigint check (spend_micros >= 0), platform_revenue_micros bigint, pipeline_micros bigint, revenue_micros bigint,
  platform_conversions numeric(20, 6), conversions numeric(20, 6),
  -- Which cuts the row is left out of, so that nothing counts at two levels: bit c stands for the cut with mask c (1 audience, 2 message, 4 geo).
  -- 255 leaves it out of all: the same span is known day by day, or was reported a second time with another attribution setting.
  shadow smallint not null default 0,
  check (end_day >= start_day)
);
create unique index performance_fact_live_identity on performance_fact (workspace_id, identity, load_id);
create index performance_fact_day on performance_fact (workspace_id, start_day);
create index performance_fact_superseded on performance_fact (workspace_id, superseded_by) where superseded_by is not null;

create table kpi_fact (
  workspace_id uuid not null references workspace,
  load_id uuid not null references import_load,
  superseded_by uuid,
  identity uuid not null,
  source text not null,
  grain text not null,
  start_day date not null,
  end_day date not null,
  geo text,
  kpi text not null,
  value double precision not null,
  unit text not null,
  primary key (workspace_id, identity, load_id)
);
create table control_fact (
  workspace_id uuid not null references workspace,
  load_id uuid not null references import_load,
  superseded_by uuid,
  identity uuid not null,
  source text not null,
  grain text not null,
  start_day date not null,
  end_day date not null,
  geo text,
  name text not null,
  value double precision,
  category text,
  primary key (workspace_id, identity, load_id)
);
create table media_input (
  workspace_id uuid not null references workspace,
  load_id uuid not null references import_load,
  superseded_by uuid,
  identity uuid not null,
  source text not null,
  grain text not null,
  start_day date not null,
  end_day date not null,
  geo text,
  channel text not null,
  value double precision not null,
  unit text not null,
  primary key (workspace_id, identity, load_id)
);

-- What a platform's export says of a campaign beside figures; it counts while its load is ACTIVE. The budgets that a load observed go with the load.
create table campaign_report (
  workspace_id uuid not null references workspace,
  load_id uuid not null references import_load,
  campaign_id uuid not null references campaign,
  reported_on date not null,
  status text not null check (status in ('ACTIVE', 'PAUSED', 'ENDED')),
  primary key (workspace_id, load_id, campaign_id)
);
create index campaign_report_newest on campaign_report (campaign_id, reported_on desc);
alter table budget add column load_id uuid references import_load check (load_id is null or status = 'OBSERVED');
create index budget_load on budget (load_id) where load_id is not null;
grant delete on budget to baton_app;
create policy own_loads on budget as restrictive for delete to baton_app using (load_id is not null);

-- Cells of personal columns that an approved change set allows to keep, by line of the file: no metric, model or agent reads them; undoing the load
-- deletes them.
create table import_personal (
  workspace_id uuid not null references workspace,
  load_id uuid not null references import_load,
  line integer not null,
  cells jsonb not null,
  primary key (workspace_id, load_id, line)
);

-- Entity names of different tools that a person has confirmed to be the same.
create table entity_alias (
  workspace_id uuid not null references workspace,
  entity_type text not null check (entity_type in ('campaign', 'audience', 'message')),
  source text not null,
  name text not null,
  entity_id uuid not null,
  confirmed_by text not null,
  created_at timestamptz(3) not null default now(),
  primary key (workspace_id, entity_type, source, name)
);
create table experiment_result (
  id uuid primary key,
  workspace_id uuid not null references workspace,
  channel text not null,
  geos text[],
  start_day date not null,
  end_day date not null,
  incremental_kpi double precision not null,
  standard_error double precision not null check (standard_error > 0),
  spend_micros bigint,
  created_at timestamptz(3) not null default now()
);

select baton_secure('import_load', 'select, insert, update');
select baton_secure('performance_fact', 'select, insert, update, delete');
select baton_secure('kpi_fact', 'select, insert, update, delete');
select baton_secure('control_fact', 'select, insert, update, delete');
select baton_secure('media_input', 'select, insert, update, delete');
select baton_secure('campaign_report', 'select, insert');
select baton_secure('import_personal', 'select, insert, delete');
select baton_secure('entity_alias', 'select, insert');
select baton_secure('experiment_result', 'select, insert');

-- A row is restated only once the load that restates it is active: so an import marks rows in short transactions and comes into force at once.
create view performance_fact_live with (security_invoker = true) as
  select f.* from performance_fact f join import_load l on l.id = f.load_id and l.status = 'ACTIVE'
  where f.superseded_by is null or f.superseded_by not in (select id from import_load where status = 'ACTIVE');
create view kpi_fact_live with (security_invoker = true) as
  select f.* from kpi_fact f join import_load l on l.id = f.load_id and l.status = 'ACTIVE'
  where f.superseded_by is null or f.superseded_by not in (select id from import_load where status = 'ACTIVE');
create view control_fact_live with (security_invoker = true) as
  select f.* from control_fact f join import_load l on l.id = f.load_id and l.status = 'ACTIVE'
  where f.superseded_by is null or f.superseded_by not in (select id from import_load where status = 'ACTIVE');
create view media_input_live with (security_invoker = true) as
  select f.* from media_input f join import_load l on l.id = f.load_id and l.status = 'ACTIVE'
  where f.superseded_by is null or f.superseded_by not in (select id from import_load where status = 'ACTIVE');
-- What the newest active load reports of each campaign.
create view campaign_reported with (security_invoker = true) as
  select distinct on (r.campaign_id) r.workspace_id, r.campaign_id, r.status, r.reported_on
  from campaign_report r join import_load l on l.id = r.load_id and l.status = 'ACTIVE'
  order by r.campaign_id, r.reported_on desc, l.activated_at desc;
grant select on campaign_reported to baton_app;
grant select on performance_fact_live, kpi_fact_live, control_fact_live, media_input_live to baton_app;

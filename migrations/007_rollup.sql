-- What metrics read: one row a day (or week, or period), source, channel and campaign, kept by imports; and what each source covers.

-- Every live row that a metric can be computed from, in one shape. A mix-model file whose load has no performance rows counts as MODEL_INPUT:
-- money of a channel as spend, a KPI in money as revenue or pipeline, other KPIs as counts; what is an index is no metric.
create view metric_fact with (security_invoker = true) as
  select workspace_id, load_id, source, source_kind, grain, start_day, end_day, channel, campaign_id, audience_id, message_id, geo, shadow,
    impressions, clicks, reach, sessions, engaged_sessions, sends, delivered, opens, machine_opens, email_clicks, unsubscribes, complaints, bounces,
    search_impressions, search_clicks, qualified_leads, sales, spend_micros, platform_revenue_micros, pipeline_micros, revenue_micros,
    platform_conversions, conversions
  from performance_fact_live
  union all
  select workspace_id, load_id, source, 'MODEL_INPUT', grain, start_day, end_day, channel, null, null, null, geo, 0::smallint,
    case when unit = 'IMPRESSIONS' then round(value)::bigint end, case when unit = 'CLICKS' then round(value)::bigint end,
    null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
    case when unit ~ '^[A-Z]{3}$' then round(value * 1000000)::bigint end, null, null, null, null, null
  from media_input_live m
  where load_id not in (select id from import_load where has_performance)
  union all
  select workspace_id, load_id, source, 'MODEL_INPUT', grain, start_day, end_day, null, null, null, null, geo, 0::smallint,
    null, null, null, case when kpi = 'SESSIONS' then round(value)::bigint end, null, null, null, null, null, null, null, null, null, null, null,
    case when kpi = 'QUALIFIED_LEADS' then round(value)::bigint end, null, null, null,
    case when kpi = 'PIPELINE' and unit ~ '^[A-Z]{3}$' then round(value * 1000000)::bigint end,
    case when kpi = 'REVENUE' and unit ~ '^[A-Z]{3}$' then round(value * 1000000)::bigint end,
    null, case when kpi = 'CONVERSIONS' then value::numeric(20, 6) end
  from kpi_fact_live k
  where load_id not in (select id from import_load where has_performance);
grant select on metric_fact to baton_app;

-- What a fact is broken down by: 1 audience, 2 message, 4 geo.
create function fact_mask(audience_id uuid, message_id uuid, geo text) returns integer language sql immutable as $$
  select (case when audience_id is null then 0 else 1 end) + (case when message_id is null then 0 else 2 end) + (case when geo is null then 0 else 4 end)
$$;

create index performance_fact_coarse on performance_fact (workspace_id, start_day) where grain <> 'DAY';
create index performance_fact_shadow on performance_fact (workspace_id, start_day) where shadow <> 0;
-- The rows of a load lie together, and ids of loads grow: a summary of each stretch finds them, and costs an insert next to nothing.
create index performance_fact_load on performance_fact using brin (load_id);

-- A rebuild of the rollup for one load: made in short transactions, in force with the load's new status or never.
create table rollup_build (
  id uuid primary key,
  workspace_id uuid not null references workspace,
  load_id uuid not null references import_load,
  in_force boolean not null default false,
  created_at timestamptz(3) not null default clock_timestamp()
);
create table metric_rollup_row (
  workspace_id uuid not null,
  -- Builds that the row comes with and goes with; null for "at once" and "not".
  made_in uuid,
  replaced_in uuid,
  grain text not null,
  start_day date not null,
  end_day date not null,
  source text not null,
  source_kind text not null,
  channel text,
  campaign_id uuid,
  impressions bigint, clicks bigint, reach bigint, sessions bigint, engaged_sessions bigint,
  sends bigint, delivered bigint, opens bigint, machine_opens bigint, email_clicks bigint, unsubscribes bigint, complaints bigint, bounces bigint,
  search_impressions bigint, search_clicks bigint, qualified_leads bigint, sales bigint,
  spend_micros bigint, platform_revenue_micros bigint, pipeline_micros bigint, revenue_micros bigint,
  platform_conversions numeric(20, 6), conversions numeric(20, 6)
);
create index metric_rollup_row_day on metric_rollup_row (workspace_id, start_day);
create index metric_rollup_row_replaced on metric_rollup_row (replaced_in) where replaced_in is not null;
create view metric_rollup with (security_invoker = true) as
  select * from metric_rollup_row
  where (made_in is null or made_in in (select id from rollup_build where in_force))
    and (replaced_in is null or replaced_in not in (select id from rollup_build where in_force));

-- What each source knows of each measure: picks the source of record, tells freshness, and says which grain a question may have.
create table metric_coverage (
  workspace_id uuid not null references workspace,
  source_kind text not null,
  source text not null,
  grain text not null,
  measure text not null,
  rows bigint not null,
  first_day date not null,
  last_day date not null,
  primary key (workspace_id, source_kind, source, grain, measure)
);
-- The coverage of a build, summed up window by window.
create table metric_coverage_next (like metric_coverage, build_id uuid not null, primary key (build_id, source_kind, source, grain, measure));
select baton_secure('rollup_build', 'select, insert, update, delete');
select baton_secure('metric_rollup_row', 'select, insert, update, delete');
select baton_secure('metric_coverage', 'select, insert, delete');
select baton_secure('metric_coverage_next', 'select, insert, update, delete');
grant select on metric_rollup to baton_app;

-- First day on which a fact that reaches into a window from `from_day` on can start: the longest week or period before it.
create function fact_reach(from_day date) returns date language sql stable as $$
  select from_day - coalesce((select max(end_day - start_day) from performance_fact where grain <> 'DAY'), 0)
$$;

-- Marks rows that must not count beside another row of the same campaign and span, in a window.
create function fact_shadow_refresh(from_day date, to_day date) returns void language plpgsql as $$
declare
  earliest date := fact_reach(from_day);
  several_levels boolean;
  several_attributions boolean;
begin
  update performance_fact set shadow = 0 where shadow <> 0 and start_day between earliest and to_day and end_day >= from_day;

  -- Most files hold each campaign at one level under one setting: one pass tells.
  select bool_or(bit_count(masks::bit(8)) > 1), bool_or(attributions) into several_levels, several_attributions from (
    select bit_or(1 << fact_mask(audience_id, message_id, geo)) as masks, min(coalesce(attribution, '')) <> max(coalesce(attribution, '')) as attributions
    from performance_fact_live where start_day between earliest and to_day and end_day >= from_day
    group by source_kind, source, account, channel, campaign_id) campaign;

  if several_levels then
    -- The same campaign at several levels: each cut takes the coarsest level that knows what the cut asks.
    with mixed as (
      select source_kind, source, account, channel, campaign_id, grain, start_day, end_day, bit_or(1 << fact_mask(audience_id, message_id, geo)) as masks
      from performance_fact_live where start_day between earliest and to_day and end_day >= from_day
      group by 1, 2, 3, 4, 5, 6, 7, 8 having bit_count(bit_or(1 << fact_mask(audience_id, message_id, geo))::bit(8)) > 1
    ), chosen as (
      select m.*, cut, (
        select mask from generate_series(0, 7) as mask where m.masks & (1 << mask) <> 0
        order by bit_count((mask & cut)::bit(3)) desc, bit_count(mask::bit(3)), mask limit 1) as mask
      from mixed m cross join generate_series(0, 7) as cut
    ), shadowed as (
      select f.id, sum(1 << c.cut)::smallint as shadow
      from chosen c join performance_fact_live f on f.source_kind = c.source_kind and f.source = c.source and f.account = c.account
        and f.channel = c.channel and f.campaign_id is not distinct from c.campaign_id and f.grain = c.grain
        and f.start_day = c.start_day and f.end_day = c.end_day
      where fact_mask(f.audience_id, f.message_id, f.geo) <> c.mask group by f.id
    )
    update performance_fact p set shadow = s.shadow from shadowed s where p.id = s.id;
  end if;

  if several_attributions then
    -- The same row once more under another attribution setting.
    with several as (
      select source_kind, source, account from performance_fact_live where start_day between earliest and to_day and end_day >= from_day
      group by 1, 2, 3 having min(coalesce(attribution, '')) <> max(coalesce(attribution, ''))
    ), twin as (
      select f.id, row_number() over (
        partition by f.source_kind, f.source, f.account, channel, campaign_id, audience_id, message_id, geo, grain, start_day, end_day
        order by attribution nulls first, f.id) as place
      from performance_fact_live f join several s on s.source_kind = f.source_kind and s.source = f.source and s.account = f.account
      where start_day between earliest and to_day and end_day >= from_day
    )
    update performance_fact p set shadow = 255 from twin t where p.id = t.id and t.place > 1;
  end if;

  -- A week or a period that is also known in finer rows.
  update performance_fact p set shadow = 255
  where p.grain <> 'DAY' and p.start_day between earliest and to_day and p.end_day >= from_day and exists (
    select 1 from performance_fact_live d
    where d.grain <> p.grain and (d.grain = 'DAY' or p.grain = 'PERIOD') and d.source = p.source and d.source_kind = p.source_kind
      and d.account = p.account and d.channel = p.channel and d.campaign_id is not distinct from p.campaign_id
      and d.start_day between p.start_day and p.end_day and d.end_day <= p.end_day);
end $$;

-- The workspace of the session.
create function rollup_workspace() returns uuid language plpgsql stable as $$
declare
  space uuid := nullif(current_setting('app.workspace_id', true), '')::uuid;
begin
  if space is null then
    raise exception 'The rollup needs a workspace session' using hint = 'Set app.workspace_id in the transaction.';
  end if;
  return space;
end $$;

-- The sum of whole numbers as a whole number. The sum of the house counts in numerics, which costs several times as much memory and time.
create aggregate whole_sum(bigint) (sfunc = int8pl, stype = bigint, combinefunc = int8pl, parallel = safe);

-- Adds the rollup of facts that start in one window and reach into another.
create function rollup_add(build uuid, first_start date, last_start date, reaching date) returns void language sql as $$
  insert into metric_rollup_row (workspace_id, made_in, grain, start_day, end_day, source, source_kind, channel, campaign_id,
    impressions, clicks, reach, sessions, engaged_sessions, sends, delivered, opens, machine_opens, email_clicks, unsubscribes, complaints, bounces,
    search_impressions, search_clicks, qualified_leads, sales, spend_micros, platform_revenue_micros, pipeline_micros, revenue_micros,
    platform_conversions, conversions)
  select (select rollup_workspace()), build, grain, start_day, end_day, source, source_kind, channel, campaign_id,
    whole_sum(impressions), whole_sum(clicks), whole_sum(reach), whole_sum(sessions), whole_sum(engaged_sessions), whole_sum(sends), whole_sum(delivered), whole_sum(opens), whole_sum(machine_opens),
    whole_sum(email_clicks), whole_sum(unsubscribes), whole_sum(complaints), whole_sum(bounces), whole_sum(search_impressions), whole_sum(search_clicks), whole_sum(qualified_leads), whole_sum(sales),
    whole_sum(spend_micros), whole_sum(platform_revenue_micros), whole_sum(pipeline_micros), whole_sum(revenue_micros), sum(platform_conversions), sum(conversions)
  from metric_fact
  where start_day between first_start and last_start and end_day >= reaching and (shadow = 0 or shadow & 1 = 0)
  group by grain, start_day, end_day, source, source_kind, channel, campaign_id
$$;

-- Adds to a build's coverage: what the build made in a window, or what counts already outside of it.
create function coverage_add(build uuid, from_day date, to_day date, outside boolean) returns void language sql as $$
  insert into metric_coverage_next (workspace_id, build_id, source_kind, source, grain, measure, rows, first_day, last_day)
  with part as (
    select * from metric_rollup_row where not outside and made_in = build and start_day between from_day and to_day
    union all
    select * from metric_rollup where outside and not coalesce(start_day between from_day and to_day, false)
  ), day as (
    select source_kind, source, grain, start_day, end_day,
      count(impressions) as impressions, count(clicks) as clicks, count(reach) as reach, count(sessions) as sessions,
      count(engaged_sessions) as engaged_sessions, count(sends) as sends, count(delivered) as delivered, count(opens) as opens,
      count(machine_opens) as machine_opens, count(email_clicks) as email_clicks, count(unsubscribes) as unsubscribes,
      count(complaints) as complaints, count(bounces) as bounces, count(search_impressions) as search_impressions,
      count(search_clicks) as search_clicks, count(qualified_leads) as qualified_leads, count(sales) as sales,
      count(spend_micros) as spend_micros, count(platform_revenue_micros) as platform_revenue_micros, count(pipeline_micros) as pipeline_micros,
      count(revenue_micros) as revenue_micros, count(platform_conversions) as platform_conversions, count(conversions) as conversions
    from part group by 1, 2, 3, 4, 5
  )
  select (select rollup_workspace()), build, source_kind, source, grain, m.measure, sum(m.rows), min(start_day), max(end_day)
  from day cross join lateral (values
    ('impressions', impressions), ('clicks', clicks), ('reach', reach), ('sessions', sessions), ('engaged_sessions', engaged_sessions),
    ('sends', sends), ('delivered', delivered), ('opens', opens), ('machine_opens', machine_opens), ('email_clicks', email_clicks),
    ('unsubscribes', unsubscribes), ('complaints', complaints), ('bounces', bounces), ('search_impressions', search_impressions),
    ('search_clicks', search_clicks), ('qualified_leads', qualified_leads), ('sales', sales), ('spend_micros', spend_micros),
    ('platform_revenue_micros', platform_revenue_micros), ('pipeline_micros', pipeline_micros), ('revenue_micros', revenue_micros),
    ('platform_conversions', platform_conversions), ('conversions', conversions)) as m(measure, rows)
  where m.rows > 0
  group by source_kind, source, grain, m.measure
  on conflict (build_id, source_kind, source, grain, measure) do update set rows = metric_coverage_next.rows + excluded.rows,
    first_day = least(metric_coverage_next.first_day, excluded.first_day), last_day = greatest(metric_coverage_next.last_day, excluded.last_day)
$$;

-- Makes the coverage of a build the one that counts.
create function coverage_take(build uuid) returns void language sql as $$
  delete from metric_coverage where workspace_id = rollup_workspace();
  insert into metric_coverage (workspace_id, source_kind, source, grain, measure, rows, first_day, last_day)
    select workspace_id, source_kind, source, grain, measure, rows, first_day, last_day from metric_coverage_next where build_id = build;
  delete from metric_coverage_next where build_id = build
$$;

-- Brings statistics up to date: the embedded database has no autovacuum, and without them a cut over many facts is planned badly. Measures,
-- digests and texts that only go along are never searched for, and they are most of the columns.
create function facts_analyze(target regclass) returns void language plpgsql as $$
begin
  if current_setting('server_version_num')::integer >= 170000 then
    execute format('analyze %s (%s)', target, (
      select string_agg(quote_ident(attname), ', ') from pg_attribute
      where attrelid = target and attnum > 0 and not attisdropped and atttypid not in ('bigint'::regtype, 'numeric'::regtype)
        and attname not in ('identity', 'content', 'account', 'attribution', 'currency')));
  end if;
end $$;

-- Recomputes the rollup of a window, and the coverage, from the live facts, in one transaction.
create function rollup_refresh(from_day date, to_day date) returns void language plpgsql as $$
declare
  space uuid := rollup_workspace();
  build uuid := gen_random_uuid();
  known_rows real := (select reltuples from pg_class where oid = 'metric_rollup_row'::regclass);
  earliest date := least(fact_reach(from_day), (select min(start_day) from metric_rollup where grain <> 'DAY' and end_day >= from_day));
begin
  perform fact_shadow_refresh(from_day, to_day);
  delete from metric_rollup_row where workspace_id = space and start_day between earliest and to_day and end_day >= from_day
    and (made_in is null or made_in in (select id from rollup_build where in_force));
  perform rollup_add(null, earliest, to_day, from_day);
  if (select count(*) from metric_rollup_row where workspace_id = space and start_day between earliest and to_day) > greatest(known_rows, 0) / 10 then
    perform facts_analyze('metric_rollup_row'), facts_analyze('performance_fact'), facts_analyze('import_load');
  end if;
  perform coverage_add(build, null, null, true), coverage_take(build);
end $$;

-- One change of a load at a time decides what counts: held to the end of the transaction.
create function rollup_lock() returns void language sql as $$
  select pg_advisory_xact_lock(hashtextextended('rollup ' || rollup_workspace(), 0))
$$;

-- Begins a build for a load. It voids a build that another change of a load had begun, and is void when another change comes into force first.
create function rollup_begin(build uuid, load uuid) returns void language sql as $$
  select rollup_lock();
  delete from rollup_build where not in_force;
  insert into rollup_build (id, workspace_id, load_id) values (build, rollup_workspace(), load)
$$;

-- Makes the part of a build whose rows start in a window, as if the load had its new status already; nobody else sees that. False where a row
-- would have to give way to another one (weeks beside days, several levels), which takes the whole at once in rollup_refresh, and for a void build.
create function rollup_prepare(build uuid, load uuid, as_status text, from_day date, to_day date) returns boolean language plpgsql as $$
declare
  present text := (select status from import_load where id = load);
  crossing boolean;
begin
  perform 1 from rollup_build where id = build for share;
  if not found then
    return false;
  end if;
  update import_load set status = as_status where id = load;
  crossing := exists (select 1 from performance_fact where shadow <> 0 and start_day between from_day and to_day)
    or exists (select 1 from performance_fact where grain <> 'DAY' and start_day between fact_reach(from_day) and to_day and end_day >= from_day)
    or (select coalesce(bool_or(bit_count(masks::bit(8)) > 1 or attributions), false) from (
      select bit_or(1 << fact_mask(audience_id, message_id, geo)) as masks, min(coalesce(attribution, '')) <> max(coalesce(attribution, '')) as attributions
      from performance_fact_live where start_day between from_day and to_day
      group by source_kind, source, account, channel, campaign_id) campaign);
  if not crossing then
    update metric_rollup_row set replaced_in = build
    where start_day between from_day and to_day and (made_in is null or made_in in (select id from rollup_build where in_force))
      and (replaced_in is null or replaced_in not in (select id from rollup_build where in_force));
    perform rollup_add(build, from_day, to_day, from_day), coverage_add(build, from_day, to_day, false);
  end if;
  -- A load that is being imported shows with each part that it lives.
  update import_load set status = present, rows = case when present = 'STAGING' then rows || jsonb_build_object('beatAt', now()) else rows end
  where id = load;
  return not crossing;
end $$;

-- Brings the rollup up to date in the transaction that changes a load's status, under rollup_lock: by its build, else by counting anew.
create function rollup_settle(build uuid, from_day date, to_day date) returns void language plpgsql as $$
begin
  if exists (select 1 from rollup_build b where b.id = build and not exists (
      select 1 from import_load l where l.id <> b.load_id and greatest(l.activated_at, l.undone_at) >= b.created_at)) then
    update rollup_build set in_force = true where id = build;
    perform coverage_take(build);
  else
    perform rollup_refresh(from_day, to_day);
  end if;
end $$;

-- Removes up to so many rows that no reader sees any more, or never will; gives how many. A row that came at once is in no build: null is in
-- none of no builds either, so it is asked for by name.
create function rollup_sweep(at_most integer) returns integer language plpgsql as $$
declare
  gone integer;
begin
  delete from metric_rollup_row where ctid = any (array(
    select ctid from metric_rollup_row where replaced_in in (select id from rollup_build where in_force)
      or (made_in is not null and made_in not in (select id from rollup_build)) limit at_most));
  get diagnostics gone = row_count;
  delete from metric_coverage_next where build_id not in (select id from rollup_build);
  return gone;
end $$;
do $$
declare
  name regprocedure;
begin
  foreach name in array array['fact_reach(date)', 'fact_shadow_refresh(date, date)', 'rollup_workspace()', 'rollup_add(uuid, date, date, date)',
    'coverage_add(uuid, date, date, boolean)', 'coverage_take(uuid)', 'facts_analyze(regclass)', 'rollup_refresh(date, date)', 'rollup_lock()',
    'rollup_begin(uuid, uuid)', 'rollup_prepare(uuid, uuid, text, date, date)', 'rollup_settle(uuid, date, date)', 'rollup_sweep(integer)']::regprocedure[] loop
    execute format('revoke all on function %s from public', name);
    execute format('grant execute on function %s to baton_app', name);
  end loop;
  if current_setting('server_version_num')::integer >= 170000 then
    grant maintain on metric_rollup_row, performance_fact, import_load to baton_app;
  end if;
end $$;

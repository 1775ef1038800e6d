-- A row is restated only once the load that restates it is active: so an import marks rows in short transactions and comes into force at once.

create or replace view performance_fact_live with (security_invoker = true) as
  select f.* from performance_fact f join import_load l on l.id = f.load_id and l.status = 'ACTIVE'
  where f.superseded_by is null or f.superseded_by not in (select id from import_load where status = 'ACTIVE');
create or replace view kpi_fact_live with (security_invoker = true) as
  select f.* from kpi_fact f join import_load l on l.id = f.load_id and l.status = 'ACTIVE'
  where f.superseded_by is null or f.superseded_by not in (select id from import_load where status = 'ACTIVE');
create or replace view control_fact_live with (security_invoker = true) as
  select f.* from control_fact f join import_load l on l.id = f.load_id and l.status = 'ACTIVE'
  where f.superseded_by is null or f.superseded_by not in (select id from import_load where status = 'ACTIVE');
create or replace view media_input_live with (security_invoker = true) as
  select f.* from media_input f join import_load l on l.id = f.load_id and l.status = 'ACTIVE'
  where f.superseded_by is null or f.superseded_by not in (select id from import_load where status = 'ACTIVE');

create index performance_fact_superseded on performance_fact (workspace_id, superseded_by) where superseded_by is not null;

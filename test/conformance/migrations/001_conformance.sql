-- What the conformance suite works on: a table of a workspace's items, the lease that a checkpointer is fenced by, a door into the queue.
create table item (
  id bigint generated always as identity primary key,
  workspace_id uuid not null,
  worker int not null,
  position int not null
);
create table run_lease (
  run_id uuid primary key,
  workspace_id uuid not null,
  fence bigint not null
);
do $$
declare
  target text;
begin
  foreach target in array array['item', 'run_lease'] loop
    execute format('alter table %I enable row level security', target);
    execute format('alter table %I force row level security', target);
    execute format(
      'create policy workspace_isolation on %I using (workspace_id = nullif(current_setting(''app.workspace_id'', true), '''')::uuid)'
      ' with check (workspace_id = nullif(current_setting(''app.workspace_id'', true), '''')::uuid)', target);
    execute format('grant select, insert, update, delete on %I to baton_app', target);
  end loop;
end $$;
create table counter (name text primary key, value int not null);
grant select, insert, update on counter to baton_app;
insert into counter values ('shared', 0);

create function job_add(kind text, payload json) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform graphile_worker.add_job(identifier => kind, payload => payload);
end $$;
alter function job_add(text, json) owner to baton_queue;

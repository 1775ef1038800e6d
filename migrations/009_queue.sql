-- The queue's doors and what orchestration keeps beside the run: the event writer, what a task left for the supervisor, live workers.

-- What one round of a task left beside its artifact; its key makes a second run of the same round impossible to store.
create table task_result (
  workspace_id uuid not null references workspace,
  task_id uuid not null references task,
  round integer not null check (round >= 1),
  artifact_id uuid not null references artifact,
  recommendations jsonb not null default '[]',
  proposals jsonb not null default '[]',
  findings jsonb not null default '[]',
  primary key (task_id, round)
);
select baton_secure('task_result', 'select, insert');

-- Appends one event: its number is taken under the run's row lock, in the transaction of the change that it tells of.
-- Null where the stream has ended, or where `p_once` finds the same event there already (a node that ran again after a kill).
create function run_event_append(p_run uuid, p_type text, p_task uuid, p_message text, p_data jsonb default '{}', p_once boolean default false)
returns bigint language plpgsql as $$
declare
  v_workspace uuid;
  v_seq bigint;
begin
  select workspace_id into v_workspace from run where id = p_run for update;
  if not found then
    raise exception 'There is no run % to tell of.', p_run using errcode = 'no_data_found';
  end if;
  if exists (select 1 from run_event where run_id = p_run and type in ('RUN_SUCCEEDED', 'RUN_FAILED', 'RUN_CANCELLED')) then
    return null;
  end if;
  if p_once and exists (
    select 1 from run_event where run_id = p_run and type = p_type and task_id is not distinct from p_task and data = p_data
  ) then
    return null;
  end if;
  update run set last_seq = last_seq + 1 where id = p_run returning last_seq into v_seq;
  insert into run_event (workspace_id, run_id, seq, type, task_id, message, data) values (v_workspace, p_run, v_seq, p_type, p_task, p_message, p_data);
  perform pg_notify('run_event', p_run::text);
  return v_seq;
end $$;
create index run_event_end on run_event (run_id) where type in ('RUN_SUCCEEDED', 'RUN_FAILED', 'RUN_CANCELLED');

-- Workers that are alive; a row that lapses tells which locked jobs to free.
create table queue_worker (
  pool_id text primary key,
  expires_at timestamptz not null
);
grant select, insert, update, delete on queue_worker to baton_queue;

-- The one read across workspaces: which exist, so that sweeps can open each in turn.
create function queue_workspaces() returns setof uuid language sql stable security definer set search_path = pg_catalog, public as $$
  select id from workspace order by id
$$;
revoke all on function queue_workspaces() from public;
grant execute on function queue_workspaces() to baton_queue;

-- The one way into the queue, callable inside any unit; the job is seen when the unit commits. Jobs of one run share a queue, so
-- that they run one after the other. The body names the queue's own schema late: it is migrated apart, under baton_queue.
create function job_add(kind text, payload jsonb, job_key text default null) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if kind not in ('run_advance', 'change_set_settled', 'measurement_due', 'effects_sweep', 'leases_sweep', 'simulator_advance') then
    raise exception 'Unknown job kind %.', kind using errcode = 'invalid_parameter_value';
  end if;
  if payload ->> 'workspaceId' is distinct from nullif(current_setting('app.workspace_id', true), '') then
    raise exception 'A job can only be added for the workspace of the session.' using errcode = 'insufficient_privilege';
  end if;
  perform graphile_worker.add_job(
    identifier => kind, payload => payload::json, job_key => job_add.job_key, max_attempts => 6,
    queue_name => case when payload ->> 'runId' is not null then 'run:' || (payload ->> 'runId') end);
end $$;
revoke all on function job_add(text, jsonb, text) from public;
grant execute on function job_add(text, jsonb, text) to baton_app;
alter function job_add(text, jsonb, text) owner to baton_queue;

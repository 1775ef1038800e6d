-- The queue's doors and what orchestration keeps beside the run: the event writer, what a task left for the supervisor, live workers,
-- and the run events that follow from what governance writes.

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
  insert into run_event (workspace_id, run_id, seq, type, task_id, message, data, at) values (v_workspace, p_run, v_seq, p_type, p_task, p_message, p_data, clock_timestamp());
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
  if kind not in ('run_advance', 'change_set_settled', 'measurement_due', 'effects_sweep', 'leases_sweep', 'uploads_sweep', 'simulator_advance') then
    raise exception 'Unknown job kind %.', kind using errcode = 'invalid_parameter_value';
  end if;
  if payload ->> 'workspaceId' is distinct from nullif(current_setting('app.workspace_id', true), '') then
    raise exception 'A job can only be added for the workspace of the session.' using errcode = 'insufficient_privilege';
  end if;
  perform graphile_worker.add_job(
    identifier => kind, payload => payload::json, job_key => job_add.job_key, max_attempts => 4,
    queue_name => case when payload ->> 'runId' is not null then 'run:' || (payload ->> 'runId') end);
end $$;
revoke all on function job_add(text, jsonb, text) from public;
grant execute on function job_add(text, jsonb, text) to baton_app;
grant create on schema public to baton_queue;
alter function job_add(text, jsonb, text) owner to baton_queue;
revoke create on schema public from baton_queue;

-- What governance does to a change set of a run is told by the run in the same transaction, whoever does it.
create function run_tell_change_set() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    perform run_event_append(new.run_id, 'CHANGE_SET_SUBMITTED', null, format('Submitted for approval: %s', new.title),
      jsonb_build_object('changeSetId', new.id, 'revision', new.revision, 'digest', new.digest));
  elsif new.state = 'APPROVED' then
    perform run_event_append(new.run_id, 'CHANGE_SET_APPROVED', null, format('Approved: %s', new.title),
      jsonb_build_object('changeSetId', new.id, 'revision', new.revision, 'digest', new.digest));
  elsif new.state in ('REJECTED', 'EXPIRED', 'SUPERSEDED', 'WITHDRAWN') then
    perform run_event_append(new.run_id, 'CHANGE_SET_REJECTED', null, format('%s: %s%s', initcap(new.state), new.title, coalesce('. ' || nullif(btrim(new.settled_reason), ''), '')),
      jsonb_build_object('changeSetId', new.id, 'revision', new.revision, 'state', new.state, 'reason', new.settled_reason));
  end if;
  return null;
end $$;
-- Triggers of one table fire by name: this one before the approvals that follow from the change set.
create trigger announce_change_set_made after insert on change_set for each row when (new.run_id is not null) execute function run_tell_change_set();
create trigger announce_change_set_moved after update on change_set for each row
  when (new.run_id is not null and new.state is distinct from old.state) execute function run_tell_change_set();

create function run_tell_approval() returns trigger language plpgsql as $$
declare
  change change_set;
begin
  select * into change from change_set where id = new.change_set_id;
  if change.run_id is not null then
    perform run_event_append(change.run_id, 'APPROVAL_REQUESTED', null, format('%s needs a decision: %s', new.gate, change.title),
      jsonb_build_object('approvalId', new.id, 'changeSetId', new.change_set_id, 'gate', new.gate, 'revision', new.revision));
  end if;
  return null;
end $$;
create trigger run_tell_approval after insert on approval for each row execute function run_tell_approval();

create function run_tell_decision() returns trigger language plpgsql as $$
declare
  change change_set;
  who text;
begin
  select * into change from change_set where id = new.change_set_id;
  if change.run_id is not null then
    select email into who from member where id = new.member_id;
    perform run_event_append(change.run_id, 'APPROVAL_DECIDED', null, format('%s by %s at %s: %s', replace(new.verdict, '_', ' '), coalesce(who, 'a person'), new.gate, change.title),
      jsonb_build_object('approvalId', new.approval_id, 'changeSetId', new.change_set_id, 'gate', new.gate, 'verdict', new.verdict));
  end if;
  return null;
end $$;
create trigger run_tell_decision after insert on decision for each row execute function run_tell_decision();

create function run_tell_effect() returns trigger language plpgsql as $$
declare
  change change_set;
  action jsonb;
begin
  select * into change from change_set where id = new.change_set_id;
  if change.run_id is not null then
    action := change.actions -> new.action_index;
    perform run_event_append(change.run_id, case new.status when 'DONE' then 'EFFECT_EXECUTED' else 'EFFECT_FAILED' end, null,
      format('%s: %s of %s', case new.status when 'DONE' then 'Carried out' else 'Refused outside' end, new.kind, action #>> '{target,name}'),
      jsonb_build_object('effectId', new.id, 'changeSetId', new.change_set_id, 'kind', new.kind, 'channel', new.channel, 'status', new.status, 'reference', new.reference,
        'target', action #>> '{target,name}', 'before', action #>> '{before,minor}', 'after', action #>> '{after,minor}', 'currency', action #>> '{after,currency}',
        'period', action ->> 'period'));
  end if;
  return null;
end $$;
create trigger run_tell_effect after update on effect for each row
  when (new.status in ('DONE', 'REFUSED') and new.status is distinct from old.status) execute function run_tell_effect();

-- A card and its forecasts follow what became of its change set: only what was carried out is held against what happened.
create function recommendation_follow() returns trigger language plpgsql as $$
begin
  update recommendation set status = case
      when new.state in ('APPROVED', 'EXECUTING', 'EXECUTION_UNKNOWN') then 'APPROVED'
      when new.state = 'EXECUTED' then 'EXECUTED'
      when new.state = 'NEEDS_APPROVAL' then 'PROPOSED'
      when new.state = 'EXPIRED' then 'EXPIRED'
      when new.state = 'SUPERSEDED' then 'SUPERSEDED'
      else 'REJECTED' end
    where id = new.recommendation_id and status <> 'EXECUTED';
  if new.state in ('REJECTED', 'EXPIRED', 'SUPERSEDED', 'WITHDRAWN', 'FAILED') then
    update forecast set state = case when new.state = 'SUPERSEDED' then 'SUPERSEDED' else 'NEVER_DUE' end
      where recommendation_id = new.recommendation_id and state = 'OPEN' and quantity = 'DELTA';
  end if;
  return null;
end $$;
create trigger recommendation_follow after update on change_set for each row
  when (new.recommendation_id is not null and new.state is distinct from old.state) execute function recommendation_follow();

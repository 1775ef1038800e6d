-- The audit chain: one line of hashed events a workspace, written by audit_append() alone and never changed.
-- Hashes are SHA-256 over 'baton-audit-v1' and the event as flat JSON with sorted keys, which equals RFC 8785 for such events.

create table audit_head (
  workspace_id uuid primary key references workspace,
  last_seq bigint not null,
  last_hash text not null,
  last_at timestamptz not null
);
create table audit_event (
  workspace_id uuid not null references workspace,
  seq bigint not null check (seq >= 1),
  id uuid not null unique,
  at timestamptz not null,
  -- noun.past_tense, such as change_set.submitted
  type text not null check (type ~ '^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$'),
  actor_kind text not null check (actor_kind in ('PERSON', 'TOKEN', 'AGENT', 'SYSTEM')),
  actor_id text not null,
  on_behalf_of text,
  subject_type text not null,
  subject_id text not null,
  run_id uuid,
  change_id uuid,
  digest text,
  policy_version text,
  outcome text not null,
  data_ref text,
  data_hash text,
  prev_hash text not null,
  hash text not null,
  primary key (workspace_id, seq)
);
create index audit_event_subject on audit_event (workspace_id, subject_type, subject_id, seq);
create index audit_event_change on audit_event (workspace_id, change_id, seq) where change_id is not null;

select baton_secure('audit_head', 'select');
select baton_secure('audit_event', 'select');

create function audit_refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'The audit chain is append only: % on % is refused.', tg_op, tg_table_name using errcode = '42501';
end $$;
create trigger audit_event_immutable before update or delete on audit_event for each row execute function audit_refuse_change();
create trigger audit_event_kept before truncate on audit_event for each statement execute function audit_refuse_change();
create trigger audit_head_kept before delete on audit_head for each row execute function audit_refuse_change();
create trigger audit_head_not_cut before truncate on audit_head for each statement execute function audit_refuse_change();

-- A JSON string, or null, as RFC 8785 writes it.
create function audit_json(value text) returns text language sql immutable parallel safe set search_path = public, pg_temp as $$
  select coalesce(to_json(value)::text, 'null')
$$;

-- The exact text that is hashed: every column but the hash, keys in order.
create function audit_canonical(event audit_event) returns text language sql stable set search_path = public, pg_temp as $$
  select '{"actorId":' || audit_json(event.actor_id)
    || ',"actorKind":' || audit_json(event.actor_kind)
    || ',"at":' || audit_json(baton_instant(event.at))
    || ',"changeId":' || audit_json(event.change_id::text)
    || ',"dataHash":' || audit_json(event.data_hash)
    || ',"dataRef":' || audit_json(event.data_ref)
    || ',"digest":' || audit_json(event.digest)
    || ',"id":' || audit_json(event.id::text)
    || ',"onBehalfOf":' || audit_json(event.on_behalf_of)
    || ',"outcome":' || audit_json(event.outcome)
    || ',"policyVersion":' || audit_json(event.policy_version)
    || ',"prevHash":' || audit_json(event.prev_hash)
    || ',"runId":' || audit_json(event.run_id::text)
    || ',"seq":' || event.seq::text
    || ',"subjectId":' || audit_json(event.subject_id)
    || ',"subjectType":' || audit_json(event.subject_type)
    || ',"type":' || audit_json(event.type)
    || ',"workspaceId":' || audit_json(event.workspace_id::text)
    || '}'
$$;

-- Appends one event to the chain of the session's workspace and gives its number. The lock is held to the end of the transaction.
create function audit_append(
  p_type text, p_actor_kind text, p_actor_id text, p_on_behalf_of text, p_subject_type text, p_subject_id text,
  p_run_id uuid, p_change_id uuid, p_digest text, p_policy_version text, p_outcome text, p_data_ref text, p_data_hash text
) returns bigint language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  event audit_event;
  head audit_head;
begin
  event.workspace_id := nullif(current_setting('app.workspace_id', true), '')::uuid;
  if event.workspace_id is null then
    raise exception 'An audit event needs a workspace: app.workspace_id is not set.' using errcode = '42501';
  end if;
  perform pg_advisory_xact_lock(hashtextextended('baton-audit:' || event.workspace_id::text, 0));
  select * into head from audit_head where workspace_id = event.workspace_id;
  event.seq := coalesce(head.last_seq, 0) + 1;
  event.prev_hash := coalesce(head.last_hash, repeat('0', 64));
  event.id := gen_random_uuid();
  event.at := date_trunc('milliseconds', baton_now());
  event.type := p_type;
  event.actor_kind := p_actor_kind;
  event.actor_id := p_actor_id;
  event.on_behalf_of := p_on_behalf_of;
  event.subject_type := p_subject_type;
  event.subject_id := p_subject_id;
  event.run_id := p_run_id;
  event.change_id := p_change_id;
  event.digest := p_digest;
  event.policy_version := p_policy_version;
  event.outcome := p_outcome;
  event.data_ref := p_data_ref;
  event.data_hash := p_data_hash;
  event.hash := encode(sha256(convert_to('baton-audit-v1' || audit_canonical(event), 'UTF8')), 'hex');
  insert into audit_event select event.*;
  insert into audit_head values (event.workspace_id, event.seq, event.hash, event.at)
    on conflict (workspace_id) do update set last_seq = excluded.last_seq, last_hash = excluded.last_hash, last_at = excluded.last_at;
  return event.seq;
end $$;
revoke all on function audit_append(text, text, text, text, text, text, uuid, uuid, text, text, text, text, text) from public;
grant execute on function audit_append(text, text, text, text, text, text, uuid, uuid, text, text, text, text, text) to baton_app;

-- Governance: change sets, approvals, decisions, reservations, executions, effects, and the rules that hold for every login.
-- A change set is what its canonical text says: the database derives actions, gates, base versions and approvals from those bytes,
-- so what people see, what is hashed and what is executed are the same. Policy may ask for more than these rules, never for less.

-- ---------------------------------------------------------------- time

-- Shifts the database clock; empty outside tests, and only the owner may write it.
create table clock_offset (
  only_row boolean primary key default true check (only_row),
  amount interval not null
);

-- The governed time: the clock with its offset, and never earlier than the last audit event of the workspace.
create function baton_now() returns timestamptz language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  shift interval;
  last timestamptz;
begin
  select amount into shift from clock_offset;
  select last_at into last from audit_head where workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid;
  return greatest(clock_timestamp() + coalesce(shift, interval '0'), coalesce(last, '-infinity'));
end $$;

-- An instant as the audit chain and the API write it: UTC with milliseconds.
create function baton_instant(value timestamptz) returns text language sql stable parallel safe set search_path = public, pg_temp as $$
  select to_char(value at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

-- ---------------------------------------------------------------- the floor, owner-only

create table action_kind (
  kind text primary key,
  gates text[] not null check (cardinality(gates) >= 1)
);
insert into action_kind (kind, gates) values
  ('budget.set', '{BUDGET_SHIFT}'),
  ('budget.reduce', '{SAFE_STOP}'),
  ('campaign.pause', '{SAFE_STOP}'),
  ('campaign.resume', '{BUDGET_SHIFT}'),
  ('audience.define', '{AUDIENCE_DEFINITION}'),
  ('message.publish', '{BRAND_CRITICAL}'),
  ('strategy.activate', '{STRATEGY_CHANGE}'),
  ('test.start', '{BUDGET_SHIFT}'),
  ('import.personal', '{PERSONAL_DATA}');

-- Seats that each gate has at the least, and the hours in which to decide and for which an approval counts.
create table gate_floor (
  gate text not null,
  role text not null,
  count integer not null check (count >= 1),
  valid_hours integer not null check (valid_hours > 0),
  proposer_may_decide boolean not null default false,
  primary key (gate, role)
);
insert into gate_floor (gate, role, count, valid_hours, proposer_may_decide) values
  ('STRATEGY_CHANGE', 'STRATEGY_OWNER', 1, 168, false),
  ('AUDIENCE_DEFINITION', 'AUDIENCE_OWNER', 1, 168, false),
  ('BUDGET_SHIFT', 'BUDGET_OWNER', 1, 72, false),
  ('REGULATED_CLAIM', 'COMPLIANCE', 1, 720, false),
  ('BRAND_CRITICAL', 'BRAND_OWNER', 1, 336, false),
  ('PERSONAL_DATA', 'PRIVACY_OFFICER', 1, 168, false),
  ('POLICY_CHANGE', 'COMPLIANCE', 1, 72, false),
  ('POLICY_CHANGE', 'ADMIN', 1, 72, false),
  ('SAFE_STOP', 'OPERATOR', 1, 72, true);

-- Versions of the rules; the newest is in force, and an approval under an older one does not execute.
create table governance_policy (
  version text primary key,
  published_at timestamptz not null default now()
);
insert into governance_policy (version) values ('floor-1');
grant select on action_kind, gate_floor, governance_policy to baton_app;

-- ---------------------------------------------------------------- tables

create table change_set (
  id uuid primary key,
  workspace_id uuid not null references workspace,
  run_id uuid references run,
  recommendation_id uuid references recommendation,
  revision integer not null default 1 check (revision >= 1),
  state text not null default 'NEEDS_APPROVAL' check (state in (
    'NEEDS_APPROVAL', 'APPROVED', 'EXECUTING', 'EXECUTED', 'EXECUTION_UNKNOWN', 'FAILED', 'REJECTED', 'EXPIRED', 'SUPERSEDED', 'WITHDRAWN')),
  title text not null,
  reason text not null,
  if_rejected text not null,
  proposer_kind text not null check (proposer_kind in ('PERSON', 'TOKEN', 'AGENT', 'SYSTEM')),
  proposer_id text not null,
  -- The member for whom an agent, a token or the system proposes.
  on_behalf_of uuid references member,
  -- Members who edited an earlier revision; none of them may decide.
  co_proposers uuid[] not null default '{}',
  -- Findings of the compliance review; JSON null where none took place.
  risk_findings jsonb not null default 'null',
  -- The exact hashed bytes (RFC 8785): workspace, id, revision, actions, baseRefs, evidence, requiredGates, policyVersion.
  canonical text not null,
  digest text not null,
  -- The next five are read from the canonical text by the database.
  actions jsonb not null default '[]',
  base_refs jsonb not null default '[]',
  evidence jsonb not null default '[]',
  required_gates text[] not null default '{}',
  policy_version text not null default '',
  -- Budget figures over the window of 30 days, computed by the database; null where the size cannot be told.
  spend_delta_minor bigint,
  abs_delta_minor bigint,
  window_abs_delta_minor bigint,
  window_base_minor bigint,
  currency text not null default '',
  interrupt_id text,
  -- Why it left NEEDS_APPROVAL or APPROVED without being executed.
  settled_reason text,
  submitted_at timestamptz not null default now(),
  decide_by timestamptz not null default now(),
  settled_at timestamptz,
  created_at timestamptz(3) not null default now()
);
create index change_set_newest on change_set (workspace_id, created_at desc, id);
create index change_set_of_run on change_set (run_id);
create index change_set_open on change_set (workspace_id, state) where state in ('NEEDS_APPROVAL', 'APPROVED', 'EXECUTING', 'EXECUTION_UNKNOWN');

-- Every revision as it was hashed.
create table change_set_revision (
  workspace_id uuid not null references workspace,
  change_set_id uuid not null references change_set,
  revision integer not null,
  canonical text not null,
  digest text not null,
  title text not null,
  reason text not null,
  submitted_at timestamptz not null,
  primary key (change_set_id, revision)
);
create table change_set_action (
  workspace_id uuid not null references workspace,
  change_set_id uuid not null references change_set,
  revision integer not null,
  position integer not null check (position >= 0),
  kind text not null references action_kind,
  action jsonb not null,
  primary key (change_set_id, revision, position)
);
-- One gate of one revision: what the inbox shows.
create table approval (
  id uuid primary key,
  workspace_id uuid not null references workspace,
  change_set_id uuid not null references change_set,
  revision integer not null,
  gate text not null,
  -- [{"role", "count"}]; can only grow, when other approved moves raise the sum of the window.
  seats jsonb not null,
  valid_hours integer not null,
  state text not null default 'PENDING' check (state in ('PENDING', 'CHANGES_REQUESTED', 'APPROVED', 'REJECTED', 'EXPIRED', 'VOID')),
  decide_by timestamptz not null,
  created_at timestamptz(3) not null,
  settled_at timestamptz,
  unique (change_set_id, revision, gate)
);
create index approval_inbox on approval (workspace_id, state, created_at desc, id);

-- Opened by the server when a person looks, so that view time is never the client's word.
create table view_session (
  id uuid primary key,
  workspace_id uuid not null references workspace,
  approval_id uuid not null references approval,
  member_id uuid not null references member,
  revision integer not null,
  digest text not null,
  opened_at timestamptz not null default baton_now()
);
create table decision (
  id uuid primary key,
  workspace_id uuid not null references workspace,
  approval_id uuid not null references approval,
  change_set_id uuid not null references change_set,
  revision integer not null,
  digest text not null,
  gate text not null,
  member_id uuid not null references member,
  actor_kind text not null constraint decision_people_only check (actor_kind = 'PERSON'),
  verdict text not null check (verdict in ('APPROVE', 'REJECT', 'REQUEST_CHANGES')),
  reason text not null check (verdict = 'APPROVE' or btrim(reason) <> ''),
  view_session_id uuid references view_session,
  viewed_ms bigint check (viewed_ms >= 0),
  auth_method text not null,
  auth_age_seconds bigint not null check (auth_age_seconds >= 0),
  decided_at timestamptz not null,
  -- An approval counts until then.
  valid_until timestamptz not null,
  constraint decision_once unique (change_set_id, revision, gate, member_id)
);
create index decision_of_approval on decision (approval_id);

-- Budget taken at approval time, so that parallel approvals cannot jointly pass a threshold.
create table reservation (
  workspace_id uuid not null references workspace,
  change_set_id uuid not null references change_set,
  revision integer not null,
  net_minor bigint,
  abs_minor bigint,
  currency text not null,
  reserved_at timestamptz not null,
  primary key (change_set_id, revision)
);
create index reservation_window on reservation (workspace_id, reserved_at);

create table execution (
  change_set_id uuid primary key references change_set,
  workspace_id uuid not null references workspace,
  revision integer not null,
  digest text not null,
  started_at timestamptz not null default now(),
  ended_at timestamptz
);
-- The outbox: one action carried out at most once. Written before it is sent; a claim keeps two senders apart.
create table effect (
  id uuid primary key,
  workspace_id uuid not null references workspace,
  change_set_id uuid not null references execution,
  revision integer not null,
  action_index integer not null,
  kind text not null references action_kind,
  idempotency_key text not null,
  channel text,
  status text not null default 'PENDING' check (status in ('PENDING', 'DONE', 'REFUSED', 'UNKNOWN')),
  outcome text,
  reference text,
  attempts integer not null default 0,
  claimed_until timestamptz,
  created_at timestamptz(3) not null default now(),
  recorded_at timestamptz,
  constraint effect_once unique (change_set_id, action_index),
  unique (workspace_id, idempotency_key),
  foreign key (change_set_id, revision, action_index) references change_set_action (change_set_id, revision, position)
);
create index effect_orphan on effect (workspace_id, status) where status in ('PENDING', 'UNKNOWN');
create index effect_newest on effect (workspace_id, created_at desc, id);

-- What approvalEvents tells, numbered without a gap in each workspace.
create table approval_head (
  workspace_id uuid primary key references workspace,
  last_seq bigint not null
);
create table approval_event (
  workspace_id uuid not null references workspace,
  seq bigint not null,
  approval_id uuid not null references approval,
  change_set_id uuid not null references change_set,
  type text not null check (type in ('REQUESTED', 'DECIDED', 'APPROVED', 'REJECTED', 'CHANGES_REQUESTED', 'EXPIRED', 'VOIDED', 'REOPENED', 'SEATS_RAISED')),
  at timestamptz not null,
  primary key (workspace_id, seq)
);

select baton_secure('change_set', 'select, insert, update');
select baton_secure('change_set_revision', 'select');
select baton_secure('change_set_action', 'select');
select baton_secure('approval', 'select');
select baton_secure('view_session', 'select');
select baton_secure('decision', 'select');
select baton_secure('reservation', 'select');
select baton_secure('execution', 'select');
select baton_secure('effect', 'select');
select baton_secure('approval_head', 'select');
select baton_secure('approval_event', 'select');
-- When it was opened is the database's word.
grant insert (id, workspace_id, approval_id, member_id, revision, digest) on view_session to baton_app;
grant insert, update on execution, effect to baton_executor;

-- ---------------------------------------------------------------- append only

create function governance_refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append only: % is refused.', tg_table_name, tg_op using errcode = '42501';
end $$;
create trigger decision_immutable before update or delete on decision for each row execute function governance_refuse_change();
create trigger decision_kept before truncate on decision for each statement execute function governance_refuse_change();
create trigger reservation_immutable before update or delete on reservation for each row execute function governance_refuse_change();
create trigger change_set_revision_immutable before update or delete on change_set_revision for each row execute function governance_refuse_change();
create trigger change_set_action_immutable before update or delete on change_set_action for each row execute function governance_refuse_change();
create trigger view_session_immutable before update or delete on view_session for each row execute function governance_refuse_change();
create trigger change_set_kept before delete on change_set for each row execute function governance_refuse_change();
create trigger execution_kept before delete on execution for each row execute function governance_refuse_change();
create trigger effect_kept before delete on effect for each row execute function governance_refuse_change();

-- ---------------------------------------------------------------- budgets: what a change moves, against what

-- Digits after the decimal sign of a currency (ISO 4217); equals currencyExponent of the kernel.
create function currency_exponent(currency text) returns integer language sql immutable set search_path = public, pg_temp as $$
  select case when currency in ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') then 3
    when currency in ('CLP', 'ISK', 'JPY', 'KRW', 'PYG', 'UGX', 'VND', 'XAF', 'XOF') then 0 else 2 end
$$;

-- Periods in the window of 30 days.
create function window_periods(period text) returns numeric language sql immutable set search_path = public, pg_temp as $$
  select case period when 'DAY' then 30 when 'WEEK' then 30 / 7.0 end
$$;

-- The budget row in force for a target {type, id}: a campaign by id, a channel by id or key. What was approved and carried out stands
-- until another is; an export that is older, or was read before a media buyer acted, does not undo it. No row where none is recorded.
-- The same order holds where agents and the API read budgets (metrics/entities.ts, database/entities/campaign.ts).
create function budget_in_force(target jsonb) returns setof budget language sql stable set search_path = public, pg_temp as $$
  select b.* from budget b
    where b.status <> 'SUPERSEDED' and case target ->> 'type'
      when 'campaign' then b.campaign_id::text = target ->> 'id'
      when 'channel' then b.campaign_id is null
        and b.channel = coalesce((select c.key from channel c where c.id::text = target ->> 'id'), target ->> 'id')
      else false end
    order by (b.status = 'APPROVED') desc, b.valid_from desc, b.created_at desc, b.id desc limit 1
$$;

-- Whether what a budget action says it replaces is in force now, to the rounding of one minor unit; true where nothing comparable is known.
create function budget_before_holds(action jsonb) returns boolean language plpgsql stable set search_path = public, pg_temp as $$
declare
  in_force budget;
  present_minor numeric;
begin
  if action ->> 'kind' not in ('budget.set', 'budget.reduce') then
    return true;
  end if;
  select * into in_force from budget_in_force(action -> 'target');
  if in_force.currency is distinct from action #>> '{before,currency}' then
    return true;
  end if;
  present_minor := in_force.amount_micros / power(10::numeric, 6 - currency_exponent(in_force.currency))
    * window_periods(in_force.period) / window_periods(action ->> 'period');
  return coalesce(abs(present_minor - (action #>> '{before,minor}')::numeric) < 1, true);
end $$;

-- What the version of a base is now: as text, compared for equality before execution. Bases: budget, campaign, audience, message, strategy.
create function base_version(base jsonb) returns text language plpgsql stable set search_path = public, pg_temp as $$
declare
  found_version text;
begin
  case base ->> 'entity'
    when 'budget' then
      select format('%s:%s:%s', b.period, b.amount_micros, b.currency) into found_version
        from budget_in_force(jsonb_build_object('type', base ->> 'type', 'id', base ->> 'id')) b;
    when 'campaign' then select format('%s:%s', version, status) into found_version from campaign where id::text = base ->> 'id';
    when 'audience' then select format('%s:%s', version, status) into found_version from audience where id::text = base ->> 'id';
    when 'message' then select format('%s:%s', version, status) into found_version from message where id::text = base ->> 'id';
    -- The base of a strategy is the active one of its market.
    when 'strategy' then select format('%s:%s', id, version) into found_version from strategy where market = base ->> 'id' and status = 'ACTIVE';
    else raise exception 'A base of entity "%" is unknown.', base ->> 'entity' using errcode = '22023';
  end case;
  return coalesce(found_version, 'none');
end $$;

-- Net and absolute move of one action over the window, in minor units of the currency; null where it cannot be told.
create function action_move(action jsonb, currency text, out net numeric, out magnitude numeric)
language plpgsql stable set search_path = public, pg_temp as $$
declare
  in_force budget;
  in_force_minor numeric;
  periods numeric := window_periods(action ->> 'period');
begin
  net := 0;
  magnitude := 0;
  if action ->> 'kind' not in ('budget.set', 'campaign.resume', 'test.start') then
    return;
  end if;
  select * into in_force from budget_in_force(action -> 'target');
  if in_force.currency = currency then
    in_force_minor := in_force.amount_micros / power(10::numeric, 6 - currency_exponent(currency)) * window_periods(in_force.period);
  end if;
  if action ->> 'kind' = 'test.start' then
    net := case when action #>> '{cost,currency}' = currency then (action #>> '{cost,minor}')::numeric end;
    magnitude := abs(net);
  elsif action ->> 'kind' = 'campaign.resume' then
    net := in_force_minor;
    magnitude := in_force_minor;
  elsif action #>> '{after,currency}' = currency and action #>> '{before,currency}' = currency and periods is not null then
    net := ((action #>> '{after,minor}')::numeric - (action #>> '{before,minor}')::numeric) * periods;
    -- A wrong `before` cannot make a move look small.
    magnitude := greatest(abs(net), coalesce(abs((action #>> '{after,minor}')::numeric * periods - in_force_minor), 0));
  else
    net := null;
    magnitude := null;
  end if;
end $$;

-- The budget that shares are taken of: what was approved when the window began, else the imported spend of the latest 30 days; null for neither.
-- Where several files tell of one channel at several levels, the largest single cut counts, so that no spend is counted twice.
create function budget_base_minor() returns bigint language plpgsql stable set search_path = public, pg_temp as $$
declare
  home workspace;
  today date;
  last_day date;
  base_micros numeric;
begin
  select * into home from workspace where id = nullif(current_setting('app.workspace_id', true), '')::uuid;
  today := coalesce(home.business_date, (baton_now() at time zone home.time_zone)::date);
  select sum(amount_micros * window_periods(period)) into base_micros from (
    select distinct on (channel, campaign_id) amount_micros, period from budget
      where change_set_id is not null and valid_from <= today - 30 and currency = home.currency
      order by channel, campaign_id, valid_from desc, created_at desc, id desc) approved;
  if coalesce(base_micros, 0) = 0 then
    select end_day into last_day from performance_fact_live where spend_micros is not null and currency = home.currency order by start_day desc limit 1;
    select sum(channel_spend) into base_micros from (
      select channel, max(cut_spend) as channel_spend from (
        select channel, sum(spend_micros) as cut_spend from performance_fact_live
          where spend_micros is not null and currency = home.currency and start_day > last_day - 30
          group by channel, source, account, (campaign_id is null), (audience_id is null), (message_id is null), (geo is null)) cuts
        group by channel) channels;
  end if;
  if coalesce(base_micros, 0) = 0 then
    select max(end_day) into last_day from media_input_live where unit = home.currency;
    select sum(value)::numeric * 1000000 into base_micros from media_input_live where unit = home.currency and start_day > last_day - 30;
  end if;
  return case when base_micros > 0 then (base_micros / power(10::numeric, 6 - currency_exponent(home.currency)))::bigint end;
end $$;

-- Absolute moves of the window by other change sets: those that wait or were approved at submission, those that were approved afterwards.
create function budget_window_others(except_id uuid, with_waiting boolean, out known boolean, out moved numeric)
language plpgsql stable set search_path = public, pg_temp as $$
begin
  if with_waiting then
    select coalesce(bool_and(abs_delta_minor is not null), true), coalesce(sum(abs_delta_minor), 0) into known, moved from change_set
      where 'BUDGET_SHIFT' = any (required_gates) and id <> except_id and submitted_at > baton_now() - interval '30 days'
        and state in ('NEEDS_APPROVAL', 'APPROVED', 'EXECUTING', 'EXECUTED', 'EXECUTION_UNKNOWN', 'FAILED');
  else
    select coalesce(bool_and(r.abs_minor is not null), true), coalesce(sum(r.abs_minor), 0) into known, moved
      from reservation r join change_set c on c.id = r.change_set_id and c.revision = r.revision
      where c.id <> except_id and r.reserved_at > baton_now() - interval '30 days'
        and c.state in ('APPROVED', 'EXECUTING', 'EXECUTED', 'EXECUTION_UNKNOWN', 'FAILED');
  end if;
end $$;

-- Everything about the money of a list of actions at submission: its own moves, the window with the others, and the base.
create function budget_window(change_id uuid, actions jsonb, out net numeric, out own numeric, out total numeric, out base bigint, out currency text)
language plpgsql stable set search_path = public, pg_temp as $$
declare
  others record;
begin
  select w.currency into currency from workspace w where w.id = nullif(current_setting('app.workspace_id', true), '')::uuid;
  select case when bool_and(m.net is not null) then ceil(sum(m.net)) end, case when bool_and(m.magnitude is not null) then ceil(sum(m.magnitude)) end
    into net, own from jsonb_array_elements(actions) a, lateral action_move(a, budget_window.currency) m;
  select * into others from budget_window_others(change_id, true);
  total := case when others.known then own + others.moved end;
  base := budget_base_minor();
end $$;

-- Seats of BUDGET_SHIFT: over 10 % of the base two budget owners, over 25 % finance as well; an unknown size or base counts as over 25 %.
create function budget_seats(total numeric, base bigint) returns table (role text, count integer) language sql immutable set search_path = public, pg_temp as $$
  select 'BUDGET_OWNER', case when total is null or base is null or base <= 0 or total * 10 > base then 2 else 1 end
  union all
  select 'FINANCE', 1 where total is null or base is null or base <= 0 or total * 4 > base
$$;

-- Seats that a gate of a change set needs now: the largest of the floor, its own canonical text, and its share of the base with
-- the moves that others reserved since.
create function gate_seats(change change_set, wanted_gate text) returns table (role text, count integer)
language plpgsql stable set search_path = public, pg_temp as $$
declare
  window_total numeric;
begin
  if wanted_gate = 'BUDGET_SHIFT' then
    select case when o.known then change.abs_delta_minor + o.moved end into window_total from budget_window_others(change.id, false) o;
  end if;
  return query
    select s.role, max(s.count)::integer from (
      select f.role, f.count from gate_floor f where f.gate = wanted_gate
      union all
      select seat ->> 'role', (seat ->> 'count')::integer
        from jsonb_array_elements(change.canonical::jsonb -> 'requiredGates') g, jsonb_array_elements(g -> 'seats') seat where g ->> 'gate' = wanted_gate
      union all
      select b.role, b.count from budget_seats(window_total, change.window_base_minor) b where wanted_gate = 'BUDGET_SHIFT'
    ) s group by s.role order by s.role;
end $$;

-- Whether distinct people hold every seat of a gate: approvals on this digest, not lapsed, by active members who hold the role now.
-- By Hall's theorem the seats can be filled when each group of roles has at least as many approvers as it has seats.
create function gate_quorum_met(change change_set, wanted_gate text) returns boolean
language plpgsql volatile set search_path = public, pg_temp as $$
declare
  seat_roles text[];
  seat_counts integer[];
  chosen text[];
  demand integer;
  supply integer;
begin
  select array_agg(s.role order by s.role), array_agg(s.count order by s.role) into seat_roles, seat_counts from gate_seats(change, wanted_gate) s;
  if seat_roles is null then
    return false;
  end if;
  for mask in 1 .. (1 << cardinality(seat_roles)) - 1 loop
    select array_agg(seat_roles[i]), sum(seat_counts[i]) into chosen, demand from generate_subscripts(seat_roles, 1) i where mask & (1 << (i - 1)) <> 0;
    select count(distinct d.member_id) into supply
      from decision d join member m on m.id = d.member_id and m.active
      join member_role r on r.member_id = d.member_id and r.role = any (chosen)
      where d.change_set_id = change.id and d.revision = change.revision and d.gate = wanted_gate and d.digest = change.digest
        and d.verdict = 'APPROVE' and d.actor_kind = 'PERSON' and d.valid_until > baton_now();
    if supply < demand then
      return false;
    end if;
  end loop;
  return true;
end $$;

-- ---------------------------------------------------------------- change sets

-- Reads the canonical text into the columns and refuses a change set below the floor.
create function change_set_read_canonical(change change_set) returns change_set
language plpgsql volatile set search_path = public, pg_temp as $$
declare
  content jsonb := change.canonical::jsonb;
  lacking text;
  money record;
begin
  if change.digest is distinct from encode(sha256(convert_to(change.canonical, 'UTF8')), 'hex') then
    raise exception 'The digest of change set % is not the SHA-256 of its canonical text.', change.id using errcode = '23514';
  end if;
  if content ->> 'workspace' is distinct from change.workspace_id::text or content ->> 'id' is distinct from change.id::text
    or (content ->> 'revision')::integer is distinct from change.revision then
    raise exception 'The canonical text of change set % tells of another workspace, id or revision.', change.id using errcode = '23514';
  end if;
  change.actions := content -> 'actions';
  change.base_refs := content -> 'baseRefs';
  change.evidence := content -> 'evidence';
  change.policy_version := content ->> 'policyVersion';
  select coalesce(array_agg(g ->> 'gate' order by g ->> 'gate'), '{}') into change.required_gates from jsonb_array_elements(content -> 'requiredGates') g;
  if jsonb_array_length(change.actions) = 0 then
    raise exception 'Change set % holds no action.', change.id using errcode = '23514';
  end if;
  select string_agg(distinct coalesce(gate, a ->> 'kind'), ', ') into lacking
    from jsonb_array_elements(change.actions) a left join action_kind k on k.kind = a ->> 'kind' left join lateral unnest(k.gates) gate on true
    where gate is null or not (gate = any (change.required_gates));
  if lacking is not null then
    raise exception 'Change set % lacks what its actions need: %.', change.id, lacking using errcode = '23514';
  end if;
  select string_agg(a #>> '{target,name}', ', ') into lacking from jsonb_array_elements(change.actions) a
    left join lateral budget_in_force(a -> 'target') b on true
    where a ->> 'kind' = 'budget.reduce' and (b.id is null or a #>> '{after,currency}' is distinct from b.currency
      or (a #>> '{after,minor}')::numeric < 0
      or (a #>> '{after,minor}')::numeric * window_periods(a ->> 'period') * power(10::numeric, 6 - currency_exponent(b.currency)) >= b.amount_micros * window_periods(b.period));
  if lacking is not null then
    raise exception 'budget.reduce must lower the budget in force: %. Use budget.set, which asks the budget owners.', lacking using errcode = '23514';
  end if;
  select * into money from budget_window(change.id, change.actions);
  change.spend_delta_minor := money.net;
  change.abs_delta_minor := money.own;
  change.window_abs_delta_minor := money.total;
  change.window_base_minor := money.base;
  change.currency := money.currency;
  select string_agg(format('%s %s', s.role, s.count), ', ') into lacking from budget_seats(money.total, money.base) s
    where 'BUDGET_SHIFT' = any (change.required_gates) and not exists (
      select from jsonb_array_elements(content -> 'requiredGates') g, jsonb_array_elements(g -> 'seats') seat
        where g ->> 'gate' = 'BUDGET_SHIFT' and seat ->> 'role' = s.role and (seat ->> 'count')::integer >= s.count);
  if lacking is not null then
    raise exception 'Change set % lacks seats that its share of the budget needs: %.', change.id, lacking using errcode = '23514';
  end if;
  change.submitted_at := baton_now();
  -- An unknown gate has no floor and fails here.
  select min(change.submitted_at + make_interval(hours => least((g ->> 'validHours')::integer, (select min(f.valid_hours) from gate_floor f where f.gate = g ->> 'gate'))))
    into strict change.decide_by from jsonb_array_elements(content -> 'requiredGates') g;
  if exists (select from unnest(change.required_gates) g where g not in (select f.gate from gate_floor f)) then
    raise exception 'Change set % names a gate that does not exist.', change.id using errcode = '23514';
  end if;
  return change;
end $$;

-- Whether a change set may go from one state to another; decided by the rows, whoever asks.
create function change_set_may_become(change change_set, wanted text) returns boolean
language plpgsql volatile set search_path = public, pg_temp as $$
begin
  return case
    when change.state = 'NEEDS_APPROVAL' and wanted = 'APPROVED' then
      not exists (select from unnest(change.required_gates) g where not gate_quorum_met(change, g))
    when change.state = 'APPROVED' and wanted = 'NEEDS_APPROVAL' then
      exists (select from unnest(change.required_gates) g where not gate_quorum_met(change, g))
    when change.state = 'NEEDS_APPROVAL' and wanted = 'REJECTED' then exists (
      select from decision d where d.change_set_id = change.id and d.revision = change.revision and d.verdict = 'REJECT')
    when change.state = 'NEEDS_APPROVAL' and wanted = 'EXPIRED' then exists (
      select from approval a where a.change_set_id = change.id and a.revision = change.revision and a.state <> 'APPROVED' and a.decide_by <= baton_now())
    when change.state = 'APPROVED' and wanted = 'EXPIRED' then exists (
      select from decision d where d.change_set_id = change.id and d.revision = change.revision and d.verdict = 'APPROVE' and d.valid_until <= baton_now())
    when change.state in ('NEEDS_APPROVAL', 'APPROVED') and wanted in ('WITHDRAWN', 'SUPERSEDED') then true
    when change.state = 'APPROVED' and wanted = 'EXECUTING' then exists (select from execution e where e.change_set_id = change.id and e.digest = change.digest)
    when change.state in ('EXECUTING', 'EXECUTION_UNKNOWN') and wanted = 'EXECUTED' then
      not exists (select from effect e where e.change_set_id = change.id and e.status <> 'DONE')
    when change.state in ('EXECUTING', 'EXECUTION_UNKNOWN') and wanted = 'FAILED' then
      exists (select from effect e where e.change_set_id = change.id and e.status = 'REFUSED')
      and not exists (select from effect e where e.change_set_id = change.id and e.status in ('PENDING', 'UNKNOWN'))
    when change.state = 'EXECUTING' and wanted = 'EXECUTION_UNKNOWN' then
      exists (select from effect e where e.change_set_id = change.id and e.status = 'UNKNOWN')
    else false end;
end $$;

create function change_set_guard() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    new.revision := 1;
    new.state := 'NEEDS_APPROVAL';
    new.settled_at := null;
    new.co_proposers := '{}';
    new.created_at := baton_now();
    return change_set_read_canonical(new);
  end if;
  if row(new.id, new.workspace_id, new.run_id, new.recommendation_id, new.proposer_kind, new.proposer_id, new.on_behalf_of, new.created_at)
    is distinct from row(old.id, old.workspace_id, old.run_id, old.recommendation_id, old.proposer_kind, old.proposer_id, old.on_behalf_of, old.created_at)
    or not new.co_proposers @> old.co_proposers then
    raise exception 'What change set % is about and who proposed it cannot be changed.', old.id using errcode = '42501';
  end if;
  if new.revision = old.revision + 1 then
    if old.state not in ('NEEDS_APPROVAL', 'APPROVED') then
      raise exception 'Change set % is % and cannot be revised.', old.id, old.state using errcode = '42501';
    end if;
    new.state := 'NEEDS_APPROVAL';
    new.settled_at := null;
    new.settled_reason := null;
    return change_set_read_canonical(new);
  end if;
  if row(new.revision, new.title, new.reason, new.if_rejected, new.co_proposers, new.risk_findings, new.canonical, new.digest, new.actions, new.base_refs, new.evidence,
      new.required_gates, new.policy_version, new.spend_delta_minor, new.abs_delta_minor, new.window_abs_delta_minor, new.window_base_minor, new.currency,
      new.submitted_at, new.decide_by)
    is distinct from row(old.revision, old.title, old.reason, old.if_rejected, old.co_proposers, old.risk_findings, old.canonical, old.digest, old.actions, old.base_refs, old.evidence,
      old.required_gates, old.policy_version, old.spend_delta_minor, old.abs_delta_minor, old.window_abs_delta_minor, old.window_base_minor, old.currency,
      old.submitted_at, old.decide_by) then
    raise exception 'The content of change set % can change only with a new revision.', old.id using errcode = '42501';
  end if;
  if new.state <> old.state then
    if not change_set_may_become(old, new.state) then
      raise exception 'Change set % is % and may not become %.', old.id, old.state, new.state using errcode = '42501';
    end if;
    new.settled_at := case when new.state in ('NEEDS_APPROVAL', 'APPROVED', 'EXECUTING', 'EXECUTION_UNKNOWN') then null else baton_now() end;
  end if;
  return new;
end $$;
create trigger change_set_guard before insert or update on change_set for each row execute function change_set_guard();

-- Writes what follows from a change set's row: its revision, actions and approvals, and the job that wakes the run.
create function change_set_derive() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if tg_op = 'INSERT' or new.revision <> old.revision then
    update approval set state = 'VOID', settled_at = baton_now()
      where change_set_id = new.id and revision < new.revision and state in ('PENDING', 'CHANGES_REQUESTED', 'APPROVED');
    insert into change_set_revision (workspace_id, change_set_id, revision, canonical, digest, title, reason, submitted_at)
      values (new.workspace_id, new.id, new.revision, new.canonical, new.digest, new.title, new.reason, new.submitted_at);
    insert into change_set_action (workspace_id, change_set_id, revision, position, kind, action)
      select new.workspace_id, new.id, new.revision, a.position - 1, a.action ->> 'kind', a.action
        from jsonb_array_elements(new.actions) with ordinality a(action, position);
    insert into approval (id, workspace_id, change_set_id, revision, gate, seats, valid_hours, decide_by, created_at)
      select gen_random_uuid(), new.workspace_id, new.id, new.revision, g.gate,
          (select jsonb_agg(jsonb_build_object('role', s.role, 'count', s.count) order by s.role) from gate_seats(new, g.gate) s),
          g.hours, new.submitted_at + make_interval(hours => g.hours), new.submitted_at
        from (select r ->> 'gate' as gate, least((r ->> 'validHours')::integer, (select min(f.valid_hours) from gate_floor f where f.gate = r ->> 'gate')) as hours
          from jsonb_array_elements(new.canonical::jsonb -> 'requiredGates') r) g
        order by g.gate;
    update recommendation set status = 'PROPOSED', change_set_id = new.id where id = new.recommendation_id;
    return null;
  end if;
  if new.state <> old.state then
    update recommendation set status = case new.state
        when 'NEEDS_APPROVAL' then 'PROPOSED' when 'WITHDRAWN' then 'SUPERSEDED'
        when 'EXECUTED' then 'EXECUTED' when 'REJECTED' then 'REJECTED' when 'EXPIRED' then 'EXPIRED' when 'SUPERSEDED' then 'SUPERSEDED' else 'APPROVED' end
      where id = new.recommendation_id;
    if new.state in ('REJECTED', 'EXPIRED', 'SUPERSEDED', 'WITHDRAWN') then
      update approval set state = case when new.state = 'EXPIRED' and decide_by <= baton_now() then 'EXPIRED' else 'VOID' end, settled_at = baton_now()
        where change_set_id = new.id and revision = new.revision and state in ('PENDING', 'CHANGES_REQUESTED');
    elsif new.state = 'NEEDS_APPROVAL' then
      update approval a set state = 'PENDING', settled_at = null
        where a.change_set_id = new.id and a.revision = new.revision and a.state = 'APPROVED' and not gate_quorum_met(new, a.gate);
    elsif new.state = 'APPROVED' and 'BUDGET_SHIFT' = any (new.required_gates) then
      insert into reservation (workspace_id, change_set_id, revision, net_minor, abs_minor, currency, reserved_at)
        values (new.workspace_id, new.id, new.revision, new.spend_delta_minor, new.abs_delta_minor, new.currency, baton_now())
        on conflict do nothing;
    end if;
    if old.state = 'NEEDS_APPROVAL' then
      perform job_add('change_set_settled',
        jsonb_build_object('workspaceId', new.workspace_id, 'changeSetId', new.id, 'runId', new.run_id, 'revision', new.revision, 'state', new.state),
        format('change_set_settled:%s:%s:%s', new.id, new.revision, new.state));
    end if;
  end if;
  return null;
end $$;
create trigger change_set_derive after insert or update on change_set for each row execute function change_set_derive();

-- ---------------------------------------------------------------- approvals and decisions

create function approval_event_append(p_workspace uuid, p_approval uuid, p_change_set uuid, p_type text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  next_seq bigint;
begin
  -- The audit lock first: every writer takes the two in this order.
  perform pg_advisory_xact_lock(hashtextextended('baton-audit:' || p_workspace::text, 0));
  insert into approval_head as head (workspace_id, last_seq) values (p_workspace, 1)
    on conflict (workspace_id) do update set last_seq = head.last_seq + 1 returning last_seq into next_seq;
  insert into approval_event values (p_workspace, next_seq, p_approval, p_change_set, p_type, baton_now());
  perform pg_notify('approval_changed', p_workspace::text || ':' || p_approval::text);
end $$;
revoke all on function approval_event_append(uuid, uuid, uuid, text) from public;

create function approval_tell() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    perform approval_event_append(new.workspace_id, new.id, new.change_set_id, 'REQUESTED');
  elsif new.state <> old.state then
    perform approval_event_append(new.workspace_id, new.id, new.change_set_id,
      case new.state when 'VOID' then 'VOIDED' when 'PENDING' then 'REOPENED' else new.state end);
  elsif new.seats <> old.seats then
    perform approval_event_append(new.workspace_id, new.id, new.change_set_id, 'SEATS_RAISED');
  end if;
  return null;
end $$;
create trigger approval_tell after insert or update on approval for each row execute function approval_tell();

-- What stands in the way of this verdict; null when nothing does. The caller holds the change set's row.
create function decision_refusal(change change_set, target approval, p_revision integer, p_digest text, p_member uuid, p_actor_kind text, p_verdict text, p_reason text)
returns text language plpgsql volatile set search_path = public, pg_temp as $$
declare
  alone boolean := (select bool_or(f.proposer_may_decide) from gate_floor f where f.gate = target.gate);
begin
  return case
    when p_actor_kind <> 'PERSON' then 'NOT_ELIGIBLE'
    when exists (select from decision d where d.change_set_id = change.id and d.revision = change.revision and d.gate = target.gate and d.member_id = p_member) then 'ALREADY_DECIDED'
    when target.revision <> change.revision or p_revision <> change.revision or p_digest is distinct from change.digest then 'STALE_DIGEST'
    when change.state = 'REJECTED' then 'VETOED'
    when change.state = 'EXPIRED' then 'EXPIRED'
    when change.state <> 'NEEDS_APPROVAL' then 'SETTLED'
    when not alone and (p_member::text = change.proposer_id or p_member = any (change.co_proposers) or p_member is not distinct from change.on_behalf_of) then 'SELF_APPROVAL'
    when not exists (
      select from member m join member_role r on r.member_id = m.id
        where m.id = p_member and m.workspace_id = change.workspace_id and m.active and r.role in (select s.role from gate_seats(change, target.gate) s)) then 'NOT_ELIGIBLE'
    when exists (
      select from approval a where a.change_set_id = change.id and a.revision = change.revision and a.state <> 'APPROVED' and a.decide_by <= baton_now()) then 'EXPIRED'
    when p_verdict <> 'APPROVE' and btrim(coalesce(p_reason, '')) = '' then 'REASON_REQUIRED'
    when p_verdict = 'APPROVE' and exists (
      select from decision d where d.change_set_id = change.id and d.revision = change.revision and d.gate <> target.gate and d.member_id = p_member and d.verdict = 'APPROVE')
      then 'ONE_GATE_PER_PERSON'
    when p_verdict = 'APPROVE' and exists (
      select from approval a where a.change_set_id = change.id and a.revision = change.revision and a.state = 'CHANGES_REQUESTED') then 'VETOED'
  end;
end $$;

-- Records one verdict with its audit event, settles the approval and the change set, and tells what came of it:
-- {outcome, approvalState, changeSetState}. The only way to a decision; only baton_decider may call it.
create function decision_record(
  p_decision uuid, p_approval uuid, p_revision integer, p_digest text, p_member uuid, p_actor_kind text, p_verdict text, p_reason text,
  p_view_session uuid, p_auth_method text, p_signed_in_at timestamptz
) returns jsonb language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  home uuid := nullif(current_setting('app.workspace_id', true), '')::uuid;
  change change_set;
  target approval;
  looked view_session;
  refusal text;
  seats_now jsonb;
  next_state text;
begin
  -- One verdict of a workspace at a time: two approvals at once see each other's reservation.
  perform pg_advisory_xact_lock(hashtextextended('baton-change:' || home::text, 0));
  select * into target from approval where id = p_approval and workspace_id = home;
  if not found then
    return jsonb_build_object('outcome', 'NOT_FOUND', 'approvalState', null, 'changeSetState', null);
  end if;
  select * into change from change_set where id = target.change_set_id and workspace_id = home for update;
  select * into target from approval where id = p_approval for update;
  refusal := decision_refusal(change, target, p_revision, p_digest, p_member, p_actor_kind, p_verdict, p_reason);
  if refusal is null and p_view_session is not null then
    select * into looked from view_session v where v.id = p_view_session and v.approval_id = p_approval and v.member_id = p_member and v.digest = p_digest;
    if not found then
      refusal := 'VIEW_SESSION_UNKNOWN';
    end if;
  end if;
  if refusal is not null then
    if refusal = 'EXPIRED' and change.state = 'NEEDS_APPROVAL' then
      perform change_set_expire(change.id);
    end if;
    return (select jsonb_build_object('outcome', refusal, 'approvalState', a.state, 'changeSetState', c.state)
      from approval a join change_set c on c.id = a.change_set_id where a.id = p_approval);
  end if;

  insert into decision (id, workspace_id, approval_id, change_set_id, revision, digest, gate, member_id, actor_kind, verdict, reason, view_session_id, viewed_ms,
      auth_method, auth_age_seconds, decided_at, valid_until)
    values (p_decision, home, p_approval, change.id, change.revision, change.digest, target.gate, p_member, p_actor_kind, p_verdict, coalesce(p_reason, ''), looked.id,
      greatest(0, floor(extract(epoch from baton_now() - looked.opened_at) * 1000)), p_auth_method,
      greatest(0, floor(extract(epoch from baton_now() - p_signed_in_at))), baton_now(), baton_now() + make_interval(hours => target.valid_hours));
  perform audit_append('approval.decided', 'PERSON', p_member::text, null, 'approval', p_approval::text, change.run_id, change.id, change.digest, change.policy_version,
    p_verdict, 'decision:' || p_decision::text, encode(sha256(convert_to(p_decision::text || coalesce(p_reason, ''), 'UTF8')), 'hex'));
  perform approval_event_append(home, p_approval, change.id, 'DECIDED');

  if p_verdict = 'APPROVE' then
    select jsonb_agg(jsonb_build_object('role', s.role, 'count', s.count) order by s.role) into seats_now from gate_seats(change, target.gate) s;
    next_state := case when gate_quorum_met(change, target.gate) then 'APPROVED' else target.state end;
    update approval set state = next_state, seats = seats_now, settled_at = case when next_state = 'APPROVED' then baton_now() end where id = p_approval;
    if not exists (select from unnest(change.required_gates) g where not gate_quorum_met(change, g)) then
      update change_set set state = 'APPROVED' where id = change.id;
      perform audit_append('change_set.approved', 'PERSON', p_member::text, null, 'change_set', change.id::text, change.run_id, change.id, change.digest, change.policy_version,
        'APPROVED', null, null);
    end if;
  elsif p_verdict = 'REJECT' then
    update approval set state = 'REJECTED', settled_at = baton_now() where id = p_approval;
    update change_set set state = 'REJECTED', settled_reason = p_reason where id = change.id;
    perform audit_append('change_set.rejected', 'PERSON', p_member::text, null, 'change_set', change.id::text, change.run_id, change.id, change.digest, change.policy_version,
      'REJECTED', null, null);
  else
    update approval set state = 'CHANGES_REQUESTED' where id = p_approval;
  end if;
  return (select jsonb_build_object('outcome', 'OK', 'approvalState', a.state, 'changeSetState', c.state)
    from approval a join change_set c on c.id = a.change_set_id where a.id = p_approval);
end $$;

-- Ends a change set whose time has passed; true when it did so now. Checked whenever somebody decides or executes, and by a sweep.
create function change_set_expire(p_change_set uuid) returns boolean language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  change change_set;
begin
  select * into change from change_set where id = p_change_set and workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid for update;
  if not found or change.state not in ('NEEDS_APPROVAL', 'APPROVED') or not change_set_may_become(change, 'EXPIRED') then
    return false;
  end if;
  update change_set set state = 'EXPIRED', settled_reason = 'The time to decide, or the time for which an approval counts, has passed.' where id = p_change_set;
  perform audit_append('change_set.expired', 'SYSTEM', 'governance', null, 'change_set', change.id::text, change.run_id, change.id, change.digest, change.policy_version, 'EXPIRED', null, null);
  return true;
end $$;

-- ---------------------------------------------------------------- execution

-- Decides anew, from rows and the stored bytes, whether a change set may be executed; null when it may, else why not.
-- The caller holds the change set's row.
create function execution_refusal(change change_set) returns text language plpgsql volatile set search_path = public, pg_temp as $$
declare
  stored jsonb;
begin
  if change.state <> 'APPROVED' then
    return 'NOT_APPROVED';
  end if;
  if change.digest is distinct from encode(sha256(convert_to(change.canonical, 'UTF8')), 'hex') then
    return 'DIGEST_BROKEN';
  end if;
  select jsonb_agg(a.action order by a.position) into stored from change_set_action a where a.change_set_id = change.id and a.revision = change.revision;
  if stored is distinct from change.canonical::jsonb -> 'actions' then
    return 'DIGEST_BROKEN';
  end if;
  if change.policy_version is distinct from (select p.version from governance_policy p order by p.published_at desc, p.version desc limit 1) then
    return 'POLICY_MOVED';
  end if;
  if exists (
    select from change_set_action a join action_kind k on k.kind = a.kind
      where a.change_set_id = change.id and a.revision = change.revision and not k.gates <@ change.required_gates) then
    return 'GATE_MISSING';
  end if;
  if exists (select from decision d where d.change_set_id = change.id and d.revision = change.revision and d.verdict <> 'APPROVE') then
    return 'VETOED';
  end if;
  if change_set_may_become(change, 'EXPIRED') then
    return 'EXPIRED';
  end if;
  if exists (select from unnest(change.required_gates) g where not gate_quorum_met(change, g)) then
    return 'QUORUM_LOST';
  end if;
  if exists (
    select from change_set other, jsonb_array_elements(other.base_refs) theirs, jsonb_array_elements(change.base_refs) ours
      where other.id <> change.id and other.state in ('EXECUTING', 'EXECUTION_UNKNOWN') and theirs - 'version' = ours - 'version') then
    return 'BUSY';
  end if;
  if exists (select from jsonb_array_elements(change.base_refs) b where base_version(b) is distinct from b ->> 'version') then
    return 'BASE_MOVED';
  end if;
  -- Versions are sealed at submission; what the actions were made from was read before that.
  if exists (select from jsonb_array_elements(change.actions) a where not budget_before_holds(a)) then
    return 'BASE_MOVED';
  end if;
  return null;
end $$;

create function execution_guard() returns trigger language plpgsql set search_path = public, pg_temp as $$
declare
  change change_set;
  refusal text;
begin
  if tg_op = 'UPDATE' then
    if row(new.change_set_id, new.workspace_id, new.revision, new.digest, new.started_at) is distinct from row(old.change_set_id, old.workspace_id, old.revision, old.digest, old.started_at)
      or old.ended_at is not null then
      raise exception 'The execution of change set % cannot be changed.', old.change_set_id using errcode = '42501';
    end if;
    return new;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('baton-change:' || new.workspace_id::text, 0));
  select * into change from change_set where id = new.change_set_id for update;
  refusal := execution_refusal(change);
  if refusal is null and (new.digest, new.revision) is distinct from (change.digest, change.revision) then
    refusal := 'DIGEST_BROKEN';
  end if;
  if refusal is not null then
    raise exception 'Change set % may not be executed: %.', new.change_set_id, refusal using errcode = '42501';
  end if;
  new.started_at := baton_now();
  new.ended_at := null;
  return new;
end $$;
create trigger execution_guard before insert or update on execution for each row execute function execution_guard();

create function effect_guard() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    new.status := 'PENDING';
    new.attempts := 0;
    return new;
  end if;
  if row(new.id, new.workspace_id, new.change_set_id, new.revision, new.action_index, new.kind, new.idempotency_key)
    is distinct from row(old.id, old.workspace_id, old.change_set_id, old.revision, old.action_index, old.kind, old.idempotency_key)
    or new.attempts < old.attempts or (old.status in ('DONE', 'REFUSED') and row(new.*) is distinct from row(old.*)) then
    raise exception 'What effect % is, and what came of it, cannot be changed.', old.id using errcode = '42501';
  end if;
  return new;
end $$;
create trigger effect_guard before insert or update on effect for each row execute function effect_guard();

-- ---------------------------------------------------------------- who may call what

revoke all on function decision_record(uuid, uuid, integer, text, uuid, text, text, text, uuid, text, timestamptz) from public;
grant execute on function decision_record(uuid, uuid, integer, text, uuid, text, text, text, uuid, text, timestamptz) to baton_decider;

-- Goals, runs and what they leave: tasks, events, artifacts, evidence, recommendations, forecasts, outcomes.

create table goal (
  id uuid primary key,
  workspace_id uuid not null references workspace,
  owner_member_id uuid not null references member,
  strategy_id uuid references strategy,
  kpi text not null,
  target double precision not null check (target > 0),
  from_day date not null,
  to_day date not null check (to_day >= from_day),
  budget_micros bigint not null check (budget_micros > 0),
  currency text not null,
  market text not null,
  text text not null,
  constraints text[] not null default '{}',
  stage text not null default 'PLAN' check (stage in ('PLAN', 'EXECUTE', 'MEASURE', 'OPTIMIZE', 'CLOSED')),
  created_at timestamptz(3) not null default now()
);
create index goal_newest on goal (workspace_id, created_at desc, id);

create table run (
  id uuid primary key,
  workspace_id uuid not null references workspace,
  goal_id uuid not null references goal,
  parent_run_id uuid references run,
  kind text not null check (kind in ('PLAN_AND_EXECUTE', 'MEASUREMENT')),
  status text not null check (status in ('QUEUED', 'RUNNING', 'WAITING_APPROVAL', 'SUCCEEDED', 'FAILED', 'CANCELLED')),
  graph_version text not null,
  thread_id uuid not null unique,
  seed bigint not null default 1,
  requested_by uuid not null references member,
  plan jsonb,
  plan_digest text,
  last_seq bigint not null default 0,
  -- What its specialists asked of a language model, of failed tries too; the caps of a run are held against it.
  model_calls integer not null default 0 check (model_calls >= 0),
  model_tokens bigint not null default 0 check (model_tokens >= 0),
  failure jsonb,
  cancel_requested_at timestamptz(3),
  queued_at timestamptz(3) not null default now(),
  started_at timestamptz(3),
  ended_at timestamptz(3)
);
create index run_newest on run (workspace_id, queued_at desc, id);
create index run_of_goal on run (goal_id, queued_at desc, id);

create table run_lease (
  run_id uuid primary key references run,
  workspace_id uuid not null references workspace,
  fence bigint not null default 0,
  worker_id text,
  expires_at timestamptz(3)
);
create table task (
  id uuid primary key,
  workspace_id uuid not null references workspace,
  run_id uuid not null references run,
  key text not null,
  position integer not null,
  specialist text not null,
  stage text not null,
  status text not null check (status in ('PENDING', 'RUNNING', 'WAITING', 'SUCCEEDED', 'FAILED', 'SKIPPED', 'CANCELLED')),
  question text not null,
  reason text not null,
  depends_on text[] not null default '{}',
  owner text not null,
  waits_for text,
  attempt integer not null default 0,
  artifact_id uuid,
  error text,
  error_code text,
  started_at timestamptz(3),
  ended_at timestamptz(3),
  unique (run_id, key)
);
create table run_event (
  workspace_id uuid not null references workspace,
  run_id uuid not null references run,
  seq bigint not null,
  type text not null,
  task_id uuid,
  message text not null,
  data jsonb not null default '{}',
  at timestamptz(3) not null default now(),
  primary key (run_id, seq)
);
create table evidence (
  id uuid primary key,
  workspace_id uuid not null references workspace,
  run_id uuid references run,
  kind text not null,
  tier text not null check (tier in ('EXPERIMENT', 'MODEL', 'OBSERVED', 'PRIOR')),
  input text not null,
  output text not null,
  output_digest text not null,
  seed bigint,
  code_version text not null,
  load_ids uuid[] not null default '{}',
  as_of date not null,
  created_at timestamptz(3) not null default now()
);
create index evidence_of_run on evidence (run_id);
create table artifact (
  id uuid primary key,
  workspace_id uuid not null references workspace,
  run_id uuid not null references run,
  task_id uuid references task,
  kind text not null,
  version integer not null default 1,
  digest text not null,
  content jsonb not null,
  model text not null,
  embedded_model boolean not null,
  evidence_ids uuid[] not null default '{}',
  created_at timestamptz(3) not null default now()
);
create index artifact_of_run on artifact (run_id, created_at);
create table recommendation (
  id uuid primary key,
  workspace_id uuid not null references workspace,
  run_id uuid not null references run,
  goal_id uuid not null references goal,
  artifact_id uuid references artifact,
  verb text not null,
  target_type text not null,
  target_id text not null,
  target_name text not null,
  card jsonb not null,
  digest text not null,
  status text not null default 'OPEN' check (status in ('OPEN', 'PROPOSED', 'APPROVED', 'REJECTED', 'EXECUTED', 'EXPIRED', 'SUPERSEDED')),
  change_set_id uuid,
  expires_on date not null,
  created_at timestamptz(3) not null default now()
);
create index recommendation_newest on recommendation (workspace_id, created_at desc, id);
create table forecast (
  id uuid primary key,
  workspace_id uuid not null references workspace,
  run_id uuid not null references run,
  goal_id uuid not null references goal,
  recommendation_id uuid references recommendation,
  evidence_id uuid not null references evidence,
  kpi text not null,
  unit text not null,
  quantity text not null check (quantity in ('DELTA', 'LEVEL')),
  mean double precision not null,
  intervals jsonb not null,
  probability_of_gain double precision,
  method text not null,
  from_day date not null,
  to_day date not null,
  due_on date not null,
  -- What it is held against, fixed when it is registered: how the level without a change was told, how wrong that has been, and of what.
  baseline double precision,
  baseline_method text,
  baseline_sd double precision check (baseline_sd >= 0),
  -- {"type": "TOTAL" | "CHANNEL" | "CAMPAIGN" | "AUDIENCE" | "MESSAGE", "id": ...}: the part of the KPI that is observed.
  scope jsonb not null default '{"type": "TOTAL", "id": null}',
  state text not null default 'OPEN' check (state in ('OPEN', 'SCORED', 'NEVER_DUE', 'SUPERSEDED')),
  observed double precision,
  score jsonb,
  scored_at timestamptz(3),
  created_at timestamptz(3) not null default now()
);
create index forecast_due on forecast (workspace_id, due_on) where state = 'OPEN';
create table outcome (
  id uuid primary key,
  workspace_id uuid not null references workspace,
  goal_id uuid not null references goal,
  forecast_id uuid references forecast,
  kpi text not null,
  unit text not null,
  value double precision not null,
  from_day date not null,
  to_day date not null,
  source text not null,
  completeness double precision not null check (completeness between 0 and 1),
  recorded_by text not null,
  created_at timestamptz(3) not null default now()
);
create table recommendation_score (
  id uuid primary key,
  workspace_id uuid not null references workspace,
  recommendation_id uuid not null references recommendation,
  evaluator text not null,
  metric text not null,
  value double precision not null,
  created_at timestamptz(3) not null default now(),
  unique (recommendation_id, evaluator, metric)
);
create table conflict (
  id uuid primary key,
  workspace_id uuid not null references workspace,
  run_id uuid not null references run,
  kind text not null,
  recommendation_ids uuid[] not null,
  rule text,
  ruling text,
  dissent text not null,
  status text not null check (status in ('RULED', 'ASKED')),
  created_at timestamptz(3) not null default now()
);
-- The sandbox channel's market: its whole state, so that a restart goes on where it stopped.
create table sandbox_market (
  workspace_id uuid primary key references workspace,
  seed bigint not null,
  state jsonb not null,
  advanced_through date not null
);
create table sandbox_call (
  workspace_id uuid not null references workspace,
  idempotency_key text not null,
  action jsonb not null,
  reference text not null,
  at timestamptz(3) not null default now(),
  primary key (workspace_id, idempotency_key)
);

select baton_secure('goal', 'select, insert, update');
select baton_secure('run', 'select, insert, update');
select baton_secure('run_lease', 'select, insert, update');
select baton_secure('task', 'select, insert, update');
select baton_secure('run_event', 'select, insert');
select baton_secure('evidence', 'select, insert');
select baton_secure('artifact', 'select, insert');
select baton_secure('recommendation', 'select, insert, update');
select baton_secure('forecast', 'select, insert, update');
select baton_secure('outcome', 'select, insert');
select baton_secure('recommendation_score', 'select, insert, update');
select baton_secure('conflict', 'select, insert, update');
select baton_secure('sandbox_market', 'select, insert, update');
select baton_secure('sandbox_call', 'select, insert');

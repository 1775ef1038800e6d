-- What a marketing team works with. Campaigns, audiences, messages and budgets change only by an executed effect; imports add what they observe.

create table strategy (
  id uuid primary key,
  workspace_id uuid not null references workspace,
  market text not null,
  version integer not null,
  status text not null check (status in ('DRAFT', 'ACTIVE', 'RETIRED')),
  document jsonb not null,
  digest text not null,
  proposed_by text not null,
  activated_at timestamptz(3),
  created_at timestamptz(3) not null default now(),
  unique (workspace_id, market, version)
);
create unique index strategy_one_active on strategy (workspace_id, market) where status = 'ACTIVE';

create table channel (
  id uuid primary key,
  workspace_id uuid not null references workspace,
  key text not null check (key ~ '^[A-Z][A-Z0-9_]*$'),
  title text not null,
  kind text not null default 'PAID' check (kind in ('PAID', 'OWNED', 'EARNED')),
  unit text not null default 'MONEY',
  created_at timestamptz(3) not null default now(),
  unique (workspace_id, key)
);
create table campaign (
  id uuid primary key,
  workspace_id uuid not null references workspace,
  channel text not null,
  external_id text,
  name text not null,
  status text not null default 'OBSERVED' check (status in ('OBSERVED', 'ACTIVE', 'PAUSED', 'ENDED')),
  objective text,
  market text not null default 'ALL',
  launched_on date,
  version integer not null default 1,
  created_at timestamptz(3) not null default now(),
  unique nulls not distinct (workspace_id, channel, external_id, name)
);
create table audience (
  id uuid primary key,
  workspace_id uuid not null references workspace,
  external_id text,
  name text not null,
  status text not null default 'OBSERVED' check (status in ('OBSERVED', 'ACTIVE', 'RETIRED')),
  definition jsonb not null default '{}',
  parent_name text,
  version integer not null default 1,
  created_at timestamptz(3) not null default now(),
  unique nulls not distinct (workspace_id, external_id, name)
);
create table message (
  id uuid primary key,
  workspace_id uuid not null references workspace,
  external_id text,
  name text not null,
  channel text,
  campaign_id uuid references campaign,
  status text not null default 'OBSERVED' check (status in ('OBSERVED', 'DRAFT', 'ACTIVE', 'RETIRED')),
  headline text,
  body text,
  call_to_action text,
  language text not null default 'en',
  digest text,
  version integer not null default 1,
  created_at timestamptz(3) not null default now(),
  unique nulls not distinct (workspace_id, external_id, name)
);
create table asset (
  id uuid primary key,
  workspace_id uuid not null references workspace,
  sha256 text not null,
  media_type text not null,
  bytes bigint not null,
  name text not null,
  alt_text text,
  rights_expire_on date,
  people_shown boolean not null default false,
  made_by_ai boolean not null default false,
  version integer not null default 1,
  created_at timestamptz(3) not null default now(),
  unique (workspace_id, sha256)
);
-- One row a campaign (or a channel where the data has no campaigns) and period; OBSERVED rows come from imports.
create table budget (
  id uuid primary key,
  workspace_id uuid not null references workspace,
  channel text not null,
  campaign_id uuid references campaign,
  status text not null check (status in ('OBSERVED', 'APPROVED', 'SUPERSEDED')),
  period text not null check (period in ('DAY', 'WEEK')),
  amount_micros bigint not null check (amount_micros >= 0),
  currency text not null,
  valid_from date not null,
  change_set_id uuid,
  created_at timestamptz(3) not null default now()
);
create index budget_current on budget (workspace_id, channel, campaign_id, valid_from desc);

select baton_secure('strategy', 'select, insert');
select baton_secure('channel', 'select, insert, update');
select baton_secure('campaign', 'select, insert');
select baton_secure('audience', 'select, insert');
select baton_secure('message', 'select, insert');
select baton_secure('asset', 'select, insert');
select baton_secure('budget', 'select, insert');
grant update on strategy, campaign, audience, message, budget to baton_executor;
-- An import may add what it observes, and nothing that looks approved.
create policy observed_only on campaign as restrictive for insert to baton_app with check (status in ('OBSERVED') or pg_has_role(current_user, 'baton_executor', 'member'));
create policy observed_only on audience as restrictive for insert to baton_app with check (status in ('OBSERVED') or pg_has_role(current_user, 'baton_executor', 'member'));
create policy observed_only on message as restrictive for insert to baton_app with check (status in ('OBSERVED', 'DRAFT') or pg_has_role(current_user, 'baton_executor', 'member'));
create policy observed_only on budget as restrictive for insert to baton_app with check (status in ('OBSERVED') or pg_has_role(current_user, 'baton_executor', 'member'));
create policy draft_only on strategy as restrictive for insert to baton_app with check (status in ('DRAFT') or pg_has_role(current_user, 'baton_executor', 'member'));

-- The workspace, its members, their roles, API tokens; and the one function that secures every later table.

create function baton_secure(target regclass, app_rights text) returns void language plpgsql as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format(
    -- In a subquery the setting is read once a statement, outside of one once a row.
    'create policy workspace_isolation on %s using (workspace_id = (select nullif(current_setting(''app.workspace_id'', true), '''')::uuid))'
    ' with check (workspace_id = (select nullif(current_setting(''app.workspace_id'', true), '''')::uuid))', target);
  if app_rights <> '' then
    execute format('grant %s on %s to baton_app', app_rights, target);
  end if;
end $$;
revoke all on function baton_secure(regclass, text) from public;

create table workspace (
  id uuid primary key,
  name text not null unique check (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  title text not null,
  time_zone text not null,
  first_weekday smallint not null default 1 check (first_weekday between 1 and 7),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  industry text not null default 'GENERAL',
  market text not null default 'ALL',
  is_demo boolean not null default false,
  business_date date,
  created_at timestamptz(3) not null default now(),
  check (is_demo or business_date is null)
);
alter table workspace enable row level security;
alter table workspace force row level security;
create policy workspace_self on workspace using (id = nullif(current_setting('app.workspace_id', true), '')::uuid);
create policy workspace_owner on workspace to baton_owner using (true) with check (true);
grant select on workspace to baton_app;
grant update (business_date) on workspace to baton_app;

create table member (
  id uuid primary key,
  workspace_id uuid not null references workspace,
  email text not null check (email = lower(email)),
  active boolean not null default true,
  created_at timestamptz(3) not null default now(),
  unique (workspace_id, email)
);
create table member_role (
  workspace_id uuid not null references workspace,
  member_id uuid not null references member,
  role text not null,
  granted_at timestamptz(3) not null default now(),
  primary key (member_id, role)
);
create table api_token (
  id uuid primary key,
  workspace_id uuid not null references workspace,
  name text not null,
  secret_sha256 text not null,
  scopes text[] not null,
  created_by uuid not null references member,
  created_at timestamptz(3) not null default now(),
  expires_at timestamptz(3),
  revoked_at timestamptz(3)
);
create table idempotency_key (
  workspace_id uuid not null references workspace,
  mutation text not null,
  key text not null,
  principal_id text not null,
  input_sha256 text not null,
  response jsonb not null,
  created_at timestamptz(3) not null default now(),
  primary key (workspace_id, mutation, key)
);
create table upload (
  id uuid primary key,
  workspace_id uuid not null references workspace,
  file_name text not null,
  bytes bigint not null,
  sha256 text not null,
  path text not null check (path !~ '^/'),
  created_at timestamptz(3) not null default now(),
  load_id uuid,
  choices_sha256 text,
  check ((load_id is null) = (choices_sha256 is null))
);
select baton_secure('member', 'select');
select baton_secure('member_role', 'select');
select baton_secure('api_token', 'select, insert, update');
select baton_secure('idempotency_key', 'select, insert');
select baton_secure('upload', 'select, insert, update, delete');
create policy member_owner on member to baton_owner using (true) with check (true);
create policy member_role_owner on member_role to baton_owner using (true) with check (true);

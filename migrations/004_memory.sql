-- Brand memory and performance memory. Vectors of different embedding models are never compared.

create table brand_document (
  id uuid primary key,
  workspace_id uuid not null references workspace,
  title text not null,
  source text not null,
  media_type text not null,
  sha256 text not null,
  text text not null,
  trust text not null check (trust in ('OWNED', 'IMPORTED', 'UNTRUSTED')),
  added_by text not null,
  added_at timestamptz(3) not null default now(),
  unique (workspace_id, sha256)
);
create table brand_chunk (
  id uuid primary key,
  workspace_id uuid not null references workspace,
  document_id uuid not null references brand_document on delete cascade,
  position integer not null,
  heading_path text[] not null,
  span_start integer not null,
  span_end integer not null,
  text text not null,
  embedding_model text not null,
  embedding vector not null,
  unique (document_id, position)
);
create table brand_rule (
  id uuid primary key,
  workspace_id uuid not null references workspace,
  document_id uuid not null references brand_document on delete cascade,
  enforcement text not null check (enforcement in ('MUST', 'SHOULD', 'MAY')),
  banned_phrases text[] not null default '{}',
  text text not null
);
create table claim (
  id uuid primary key,
  workspace_id uuid not null references workspace,
  text text not null,
  market text not null default 'ALL',
  document_id uuid references brand_document on delete set null,
  created_at timestamptz(3) not null default now(),
  unique (workspace_id, text, market)
);
create table claim_evidence (
  id uuid primary key,
  workspace_id uuid not null references workspace,
  claim_id uuid not null references claim on delete cascade,
  summary text not null,
  source text not null,
  sha256 text not null,
  expires_on date,
  created_at timestamptz(3) not null default now(),
  unique (claim_id, sha256)
);
create table learning (
  id uuid primary key,
  workspace_id uuid not null references workspace,
  status text not null check (status in ('OBSERVATION', 'HYPOTHESIS', 'RULE', 'RETIRED')),
  content jsonb not null,
  text text not null,
  recommendation_id uuid,
  forecast_id uuid,
  run_id uuid,
  embedding_model text not null,
  embedding vector not null,
  learned_on date not null,
  created_at timestamptz(3) not null default now(),
  unique nulls not distinct (workspace_id, forecast_id)
);
create table playbook (
  id uuid primary key,
  workspace_id uuid not null references workspace,
  version integer not null default 1,
  status text not null check (status in ('OBSERVATION', 'HYPOTHESIS', 'RULE', 'RETIRED')),
  content jsonb not null,
  learning_ids uuid[] not null default '{}',
  created_at timestamptz(3) not null default now()
);
-- Raised with every change, so that indexes held in memory know when they are stale.
create table memory_version (
  workspace_id uuid primary key references workspace,
  version bigint not null default 1
);

select baton_secure('brand_document', 'select, insert, delete');
select baton_secure('brand_chunk', 'select, insert, delete');
select baton_secure('brand_rule', 'select, insert, delete');
select baton_secure('claim', 'select, insert, update, delete');
select baton_secure('claim_evidence', 'select, insert, delete');
select baton_secure('learning', 'select, insert, update, delete');
select baton_secure('playbook', 'select, insert, update');
select baton_secure('memory_version', 'select, insert, update');

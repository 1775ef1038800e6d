/** Owns the roles of the database and what they own: who they are stands here, what each may do with a table stands with the table's migration. */

/** How the statements are run. */
export interface BootstrapOptions {
  /** Whether they run inside the embedded database, as its superuser. */
  embedded: boolean;
  /** Logins of a server and the roles that each takes; quoted by this file. */
  members?: readonly { login: string; roles: readonly string[] }[];
}

/**
 * Statements that make roles, schemas and extensions; running them again changes nothing.
 * `baton_owner` migrates; `baton_app` reads and writes; `baton_decider` and `baton_executor` are that and their own right;
 * `baton_queue` owns the queue's schema. None of them is a superuser or passes by row-level security.
 */
export function bootstrapSql(options: BootstrapOptions): string {
  const statements = [
    ...['baton_owner', 'baton_app', 'baton_decider', 'baton_executor', 'baton_queue'].map(createRole),
    'create extension if not exists vector with schema public',
    'create extension if not exists pg_trgm with schema public',
    // Needed on a server before 16, where the maker of a role is not its member.
    ...(options.embedded ? [] : ['grant baton_owner, baton_queue to current_user']),
    'grant baton_app to baton_decider, baton_executor',
    'grant baton_queue to baton_owner',
    'revoke create on schema public from public',
    'grant usage, create on schema public to baton_owner with grant option',
    "do $$ begin execute format('grant create on database %I to baton_owner with grant option', current_database()); end $$",
    'create schema if not exists checkpoint authorization baton_owner',
    'grant usage on schema checkpoint to baton_app',
    'alter default privileges for role baton_owner in schema checkpoint grant select, insert, update, delete on tables to baton_app',
    'create schema if not exists graphile_worker authorization baton_queue',
    ...(options.embedded ? ['grant pg_checkpoint to baton_app'] : []),
    ...(options.members ?? []).flatMap(({ login, roles }) =>
      roles.map((role) => `grant ${role} to ${quoteName(login)}`),
    ),
  ];
  return `${statements.join(';\n')};`;
}

/** A name as SQL writes it whatever letters it has. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function createRole(role: string): string {
  return (
    `do $$ begin if not exists (select from pg_roles where rolname = '${role}') then ` +
    `create role ${role} nosuperuser nobypassrls nocreatedb nocreaterole inherit nologin; end if; end $$`
  );
}

/** Owns what only the owner's login does with workspaces: listing them, and making one with its first members. */
import type { Pool } from 'pg';
import type { WorkspaceSetup, WorkspaceSummary } from '../domain/workspaces.ts';
import { AppError } from '../kernel/errors.ts';
import { newId } from '../kernel/ids.ts';

const UNIQUE_VIOLATION = '23505';

/** Every workspace, by name. */
export async function listWorkspaces(owner: Pool): Promise<WorkspaceSummary[]> {
  const { rows } = await owner.query<WorkspaceSummary>(
    'select id, name, title, currency, time_zone as "timeZone", is_demo as "isDemo" from workspace order by name',
  );
  return rows;
}

/** Makes a workspace with its members and roles, and begins its audit chain with them. @throws CONFLICT for a taken name */
export async function createWorkspace(owner: Pool, setup: WorkspaceSetup): Promise<WorkspaceSummary> {
  const id = newId();
  const client = await owner.connect();
  try {
    await client.query('begin');
    await client.query("select set_config('app.workspace_id', $1, true)", [id]);
    await client.query(
      `insert into workspace (id, name, title, time_zone, first_weekday, currency, industry, market, is_demo, business_date)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        id,
        setup.name,
        setup.title,
        setup.timeZone,
        setup.firstWeekday,
        setup.currency,
        setup.industry,
        setup.market,
        setup.isDemo,
        setup.businessDate,
      ],
    );
    for (const member of setup.members) {
      const memberId = newId();
      await client.query('insert into member (id, workspace_id, email) values ($1, $2, $3)', [
        memberId,
        id,
        member.email.toLowerCase(),
      ]);
      await client.query(
        'insert into member_role (workspace_id, member_id, role) select $1, $2, role from unnest($3::text[]) as role',
        [id, memberId, member.roles],
      );
      await client.query(
        `select audit_append('member.added', 'SYSTEM', 'setup', null, 'member', $1, null, null, null, null, $2, null, null)`,
        [memberId, [...member.roles].sort().join(',')],
      );
    }
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    if (isUniqueViolation(error))
      throw new AppError('CONFLICT', `The name "${setup.name}" or one of its members is taken already.`, {
        cause: error,
        hint: 'Choose another name.',
      });
    throw error;
  } finally {
    client.release();
  }
  const { name, title, currency, timeZone, isDemo } = setup;
  return { id, name, title, currency, timeZone, isDemo };
}

function isUniqueViolation(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === UNIQUE_VIOLATION;
}

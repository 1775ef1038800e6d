/** Owns what the API and the command line ask of workspaces and members: which there are, who is in one, what day it is. */
import { ApprovalEntity } from '../database/entities/governance.ts';
import { ImportLoadEntity } from '../database/entities/importLoad.ts';
import { RunEntity } from '../database/entities/run.ts';
import { WorkspaceEntity, type WorkspaceRow } from '../database/entities/workspace.ts';
import { MemberEntity, MemberRoleEntity } from '../database/entities/member.ts';
import type { PersonRole } from '../domain/principal.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import { workspaceSetupSchema, type WorkspaceSetup, type WorkspaceSummary } from '../domain/workspaces.ts';
import { dayIn, type CalendarDay } from '../kernel/calendar.ts';
import { AppError } from '../kernel/errors.ts';
import { memberByEmail, type MemberWithRoles } from './authentication.ts';
import { callerOf, systemCaller, type Caller } from './callers.ts';
import type { Services } from './services.ts';

/** The workspace of a unit with its business date. */
export interface WorkspaceView extends WorkspaceRow {
  /** Today in the workspace's time zone; in a demo workspace the day the simulated market has reached. */
  readonly today: CalendarDay;
}

/** Reads the unit's workspace. @throws NOT_FOUND */
export async function currentWorkspace({ em, workspace, clock }: UnitOfWork): Promise<WorkspaceView> {
  const row = await em.findOne(WorkspaceEntity, { id: workspace.id });
  if (!row) throw new AppError('NOT_FOUND', 'There is no such workspace.');
  return Object.assign(row, { today: row.businessDate ?? dayIn(row.timeZone, clock.now()) });
}

/** Members with their roles, by address. */
export async function listMembers({ em }: UnitOfWork): Promise<MemberWithRoles[]> {
  const [members, roles] = await Promise.all([
    em.find(MemberEntity, {}, { orderBy: { email: 'asc' } }),
    em.find(MemberRoleEntity, {}),
  ]);
  return members.map((member) => ({
    id: member.id,
    email: member.email,
    active: member.active,
    roles: roles.filter((role) => role.memberId === member.id).map((role): PersonRole => role.role),
  }));
}

/** Creates a workspace with its first members; needs the owner's login. @throws BAD_USER_INPUT, CONFLICT for a taken name */
export async function createWorkspace(services: Services, setup: unknown): Promise<WorkspaceSummary> {
  const parsed = workspaceSetupSchema.safeParse(setup);
  if (!parsed.success) {
    const complaints = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new AppError('BAD_USER_INPUT', `The workspace cannot be made: ${complaints.join('; ')}.`);
  }
  if (!parsed.data.members.some((member) => member.roles.includes('ADMIN'))) {
    throw new AppError('BAD_USER_INPUT', 'A workspace needs at least one member with the role ADMIN.', {
      hint: 'Pass --admin EMAIL.',
    });
  }
  return services.owner.createWorkspace(parsed.data satisfies WorkspaceSetup);
}

/** What tells which of several workspaces is meant where nobody names one. */
export interface WorkspaceClue {
  /** A thing that one workspace holds. */
  readonly holds?: { readonly kind: keyof typeof HELD; readonly id: string } | undefined;
  /** Address of a member. */
  readonly email?: string | undefined;
}

/** How many things of an id a workspace holds, by what they are. */
const HELD = {
  RUN: ({ em }: UnitOfWork, id: string): Promise<number> => em.count(RunEntity, { id }),
  APPROVAL: ({ em }: UnitOfWork, id: string): Promise<number> => em.count(ApprovalEntity, { id }),
  LOAD: ({ em }: UnitOfWork, id: string): Promise<number> => em.count(ImportLoadEntity, { id }),
} as const;

/**
 * The workspace by name, the only one there is, or the only one that a clue fits; `named` tells whether it has to be named in commands.
 * @throws NOT_FOUND when there is none of that name; BAD_USER_INPUT when several could be meant
 */
export async function findWorkspace(
  services: Services,
  name?: string,
  clue: WorkspaceClue = {},
): Promise<WorkspaceSummary & { readonly named: boolean }> {
  const all = await services.owner.listWorkspaces();
  const names = all.map((workspace) => workspace.name).join(', ') || 'none';
  const found = name === undefined ? await onlyOne(services, all, clue) : all.find((one) => one.name === name);
  if (found) return { ...found, named: all.length > 1 };
  if (name !== undefined) throw new AppError('NOT_FOUND', `There is no workspace "${name}"; there is ${names}.`);
  if (all.length === 0) {
    throw new AppError('NOT_FOUND', 'There is no workspace yet.', {
      hint: 'Make one with `baton demo` or `baton workspace create NAME --admin EMAIL`.',
    });
  }
  throw new AppError('BAD_USER_INPUT', `Several workspaces are here: ${names}.`, {
    hint: 'Name one with --workspace.',
  });
}

/** The only workspace, else the one that holds the thing, else the only one with that active member; each is asked in a unit of its own. */
async function onlyOne(
  services: Services,
  all: readonly WorkspaceSummary[],
  { holds, email }: WorkspaceClue,
): Promise<WorkspaceSummary | undefined> {
  if (all.length <= 1) return all[0];
  const fitting = async (asks: (unit: UnitOfWork) => Promise<boolean>): Promise<WorkspaceSummary[]> => {
    const fits: WorkspaceSummary[] = [];
    for (const one of all) if (await systemCaller(services, one.id, 'command-line').inUnit('app', asks)) fits.push(one);
    return fits;
  };
  if (holds) {
    const { kind, id } = holds;
    const [holder] = await fitting(async (unit) => (await HELD[kind](unit, id)) > 0);
    if (holder) return holder;
  }
  if (email === undefined) return undefined;
  const homes = await fitting(async (unit) => (await memberByEmail(unit, email))?.active ?? false);
  return homes.length === 1 ? homes[0] : undefined;
}

/** A caller for a member of a workspace by address; without one, the only admin. @throws NOT_FOUND, BAD_USER_INPUT */
export async function callerAs(services: Services, workspaceId: string, email?: string): Promise<Caller> {
  const lookup = systemCaller(services, workspaceId, 'command-line');
  const member = await lookup.inUnit('app', async (unit) => {
    if (email !== undefined) return memberByEmail(unit, email);
    const admins = (await listMembers(unit)).filter((one) => one.active && one.roles.includes('ADMIN'));
    if (admins.length === 1) return admins[0] ?? null;
    throw new AppError(
      'BAD_USER_INPUT',
      `This workspace has ${admins.length} admins: ${admins.map((one) => one.email).join(', ')}.`,
      { hint: 'Say who acts with --as EMAIL.' },
    );
  });
  if (!member?.active) {
    throw new AppError('NOT_FOUND', `${email} is no active member of this workspace.`, {
      hint: '`baton workspace list --json` shows the members.',
    });
  }
  const { id: memberId, roles } = member;
  return callerOf(services, workspaceId, {
    kind: 'PERSON',
    memberId,
    email: member.email,
    roles,
    signedInAt: services.clock.now().toISOString(),
  });
}

/** Owns finding out who sent a token: a person's JWT or an API token; the workspace is known before any lookup. */
import { sha256Hex } from '../kernel/canonicalJson.ts';
import { AppError } from '../kernel/errors.ts';
import { isId } from '../kernel/ids.ts';
import {
  ApiTokenEntity,
  MemberEntity,
  MemberRoleEntity,
  type ApiTokenRow,
  type MemberRow,
} from '../database/entities/member.ts';
import { personRoles, tokenScopes, type PersonRole, type TokenScope } from '../domain/principal.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import { callerOf, systemCaller, type Caller } from './callers.ts';
import type { Services } from './services.ts';

/** Role that making a token needs, and keeping it. */
export const TOKEN_MAKER_ROLE: PersonRole = 'ADMIN';

const API_TOKEN = /^baton_([0-9a-f-]{36})_([A-Za-z0-9_-]{20,})$/;

/**
 * The caller behind a bearer token.
 * @throws UNAUTHENTICATED for a token that is unknown, expired, revoked, of a member who left, or made by one who could not make it now
 */
export async function authenticate(services: Services, token: string): Promise<Caller> {
  const api = API_TOKEN.exec(token);
  if (api?.[1] && isId(api[1])) return authenticateApiToken(services, api[1], token);
  const claims = await services.identity.verify(token);
  if (!isId(claims.workspaceId)) throw new AppError('UNAUTHENTICATED', 'The token names no workspace of Baton.');
  const lookup = systemCaller(services, claims.workspaceId, 'authentication');
  const member = await lookup.inUnit('app', (unit) => memberByEmail(unit, claims.email));
  if (!member?.active) {
    throw new AppError('UNAUTHENTICATED', `${claims.email} is no active member of this workspace.`, {
      hint: 'Ask an admin of the workspace for an invitation.',
    });
  }
  return callerOf(services, claims.workspaceId, {
    kind: 'PERSON',
    memberId: member.id,
    email: claims.email,
    roles: member.roles,
    signedInAt: claims.signedInAt,
  });
}

/** A member with roles. */
export interface MemberWithRoles {
  readonly id: string;
  readonly email: string;
  readonly active: boolean;
  readonly roles: readonly PersonRole[];
}

/** The member with that address, or null. */
export async function memberByEmail({ em }: UnitOfWork, email: string): Promise<MemberWithRoles | null> {
  return withRoles(em, await em.findOne(MemberEntity, { email: email.toLowerCase() }));
}

async function withRoles(em: UnitOfWork['em'], member: MemberRow | null): Promise<MemberWithRoles | null> {
  if (!member) return null;
  const rows = await em.find(MemberRoleEntity, { memberId: member.id });
  return {
    id: member.id,
    email: member.email,
    active: member.active,
    roles: rows.map((row) => row.role).filter(isRole),
  };
}

/** A token never outlives the right it was made with: who made it is looked up each time, as the executor looks up approvers. */
async function authenticateApiToken(services: Services, workspaceId: string, token: string): Promise<Caller> {
  const lookup = systemCaller(services, workspaceId, 'authentication');
  const { row, maker } = await lookup.inUnit('app', async ({ em }) => {
    const row = await em.findOne(ApiTokenEntity, { secretSha256: sha256Hex(token) });
    const maker = row && (await withRoles(em, await em.findOne(MemberEntity, { id: row.createdBy })));
    return { row, maker };
  });
  const fault = row ? faultOf(row, maker, services.clock.now()) : 'is unknown';
  if (!row || fault !== null) {
    throw new AppError('UNAUTHENTICATED', `The API token ${fault}.`, {
      hint: 'An admin makes a new one with the mutation apiTokenCreate.',
    });
  }
  return callerOf(services, workspaceId, { kind: 'TOKEN', tokenId: row.id, scopes: row.scopes.filter(isScope) });
}

/** Why a token holds no more, or null. */
function faultOf(row: ApiTokenRow, maker: MemberWithRoles | null, now: Date): string | null {
  if (row.revokedAt) return 'was revoked';
  if (row.expiresAt && row.expiresAt <= now) return 'has expired';
  if (!maker?.active) return 'was made by somebody who has left the workspace';
  return maker.roles.includes(TOKEN_MAKER_ROLE) ? null : `was made by somebody who is no ${TOKEN_MAKER_ROLE} any more`;
}

function isRole(text: string): text is PersonRole {
  return (personRoles as readonly string[]).includes(text);
}

function isScope(text: string): text is TokenScope {
  return (tokenScopes as readonly string[]).includes(text);
}

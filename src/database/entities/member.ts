/** Owns the entities of who may act: members, their roles, and API tokens. */
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { PersonRole } from '../../domain/principal.ts';
import { createdAt, id, instant, textList, workspaceId } from './columns.ts';

/** A person in a workspace; `email` is lower case. */
export const MemberEntity = defineEntity({
  name: 'Member',
  tableName: 'member',
  properties: {
    id: id(),
    workspaceId: workspaceId(),
    email: p.text(),
    active: p.boolean().default(true),
    createdAt: createdAt(),
  },
});
export type MemberRow = InferEntity<typeof MemberEntity>;

/** One role of one member. */
export const MemberRoleEntity = defineEntity({
  name: 'MemberRole',
  tableName: 'member_role',
  properties: {
    memberId: p.manyToOne(MemberEntity).mapToPk().fieldName('member_id').primary(),
    role: p.text().$type<PersonRole>().primary(),
    workspaceId: workspaceId(),
    grantedAt: createdAt(),
  },
});
export type MemberRoleRow = InferEntity<typeof MemberRoleEntity>;

/** A token of a program; only the digest of its secret is stored. */
export const ApiTokenEntity = defineEntity({
  name: 'ApiToken',
  tableName: 'api_token',
  properties: {
    id: id(),
    workspaceId: workspaceId(),
    name: p.text(),
    secretSha256: p.text().fieldName('secret_sha256'),
    scopes: textList(),
    createdBy: p.manyToOne(MemberEntity).mapToPk().fieldName('created_by'),
    createdAt: createdAt(),
    expiresAt: instant().strictNullable(),
    revokedAt: instant().strictNullable(),
  },
});
export type ApiTokenRow = InferEntity<typeof ApiTokenEntity>;

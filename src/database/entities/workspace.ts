/** Owns the entities of a workspace itself: its settings, its idempotency keys and its uploads. */
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { createdAt, day, id, json, whole, workspaceId } from './columns.ts';

/** The tenant; `businessDate` is set in demo workspaces only. */
export const WorkspaceEntity = defineEntity({
  name: 'Workspace',
  tableName: 'workspace',
  properties: {
    id: id(),
    name: p.text(),
    title: p.text(),
    timeZone: p.text(),
    firstWeekday: p.smallint().default(1),
    currency: p.text(),
    industry: p.text().default('GENERAL'),
    market: p.text().default('ALL'),
    isDemo: p.boolean().default(false),
    businessDate: day().strictNullable(),
    createdAt: createdAt(),
  },
});
export type WorkspaceRow = InferEntity<typeof WorkspaceEntity>;

/** The stored response of a mutation that was sent with an idempotency key. */
export const IdempotencyKeyEntity = defineEntity({
  name: 'IdempotencyKey',
  tableName: 'idempotency_key',
  properties: {
    workspaceId: p.uuid().primary(),
    mutation: p.text().primary(),
    key: p.text().primary(),
    principalId: p.text(),
    inputSha256: p.text().fieldName('input_sha256'),
    response: json(),
    createdAt: createdAt(),
  },
});
export type IdempotencyKeyRow = InferEntity<typeof IdempotencyKeyEntity>;

/**
 * A file that was uploaded; `path` is relative to the data folder. Once it was imported, the file is gone and the row names the load and the
 * digest of what was chosen for it.
 */
export const UploadEntity = defineEntity({
  name: 'Upload',
  tableName: 'upload',
  properties: {
    id: id(),
    workspaceId: workspaceId(),
    fileName: p.text(),
    bytes: whole(),
    sha256: p.text(),
    path: p.text(),
    createdAt: createdAt(),
    loadId: p.uuid().strictNullable(),
    choicesSha256: p.text().fieldName('choices_sha256').strictNullable(),
  },
});
export type UploadRow = InferEntity<typeof UploadEntity>;

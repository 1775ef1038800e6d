/** Owns the entities of who is spoken to and with what: audiences, messages and assets. */
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { CampaignEntity } from './campaign.ts';
import { createdAt, day, id, json, whole, workspaceId } from './columns.ts';

/** An audience; `parentName` is the segment that sparse counts shrink to. */
export const AudienceEntity = defineEntity({
  name: 'Audience',
  tableName: 'audience',
  properties: {
    id: id(),
    workspaceId: workspaceId(),
    externalId: p.text().strictNullable(),
    name: p.text(),
    status: p.text().$type<'OBSERVED' | 'ACTIVE' | 'RETIRED'>().default('OBSERVED'),
    definition: json<Record<string, unknown>>().defaultRaw("'{}'"),
    parentName: p.text().strictNullable(),
    version: p.integer().default(1),
    createdAt: createdAt(),
  },
});
export type AudienceRow = InferEntity<typeof AudienceEntity>;

/** A message (creative) with its text where it is known. */
export const MessageEntity = defineEntity({
  name: 'Message',
  tableName: 'message',
  properties: {
    id: id(),
    workspaceId: workspaceId(),
    externalId: p.text().strictNullable(),
    name: p.text(),
    channel: p.text().strictNullable(),
    campaignId: p.manyToOne(CampaignEntity).mapToPk().fieldName('campaign_id').strictNullable(),
    status: p.text().$type<'OBSERVED' | 'DRAFT' | 'ACTIVE' | 'RETIRED'>().default('OBSERVED'),
    headline: p.text().strictNullable(),
    body: p.text().strictNullable(),
    callToAction: p.text().strictNullable(),
    language: p.text().default('en'),
    digest: p.text().strictNullable(),
    version: p.integer().default(1),
    createdAt: createdAt(),
  },
});
export type MessageRow = InferEntity<typeof MessageEntity>;

/** A file that messages use, addressed by the SHA-256 of its bytes. */
export const AssetEntity = defineEntity({
  name: 'Asset',
  tableName: 'asset',
  properties: {
    id: id(),
    workspaceId: workspaceId(),
    sha256: p.text(),
    mediaType: p.text(),
    bytes: whole(),
    name: p.text(),
    altText: p.text().strictNullable(),
    rightsExpireOn: day().strictNullable(),
    peopleShown: p.boolean().default(false),
    madeByAi: p.boolean().default(false),
    version: p.integer().default(1),
    createdAt: createdAt(),
  },
});
export type AssetRow = InferEntity<typeof AssetEntity>;

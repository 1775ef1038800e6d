/** Owns the entities of brand memory: documents, their chunks and rules, claims and their evidence. */
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { createdAt, day, id, textList, vector, workspaceId } from './columns.ts';

/** A document of the brand with its whole text; spans of chunks point into it. */
export const BrandDocumentEntity = defineEntity({
  name: 'BrandDocument',
  tableName: 'brand_document',
  properties: {
    id: id(),
    workspaceId: workspaceId(),
    title: p.text(),
    source: p.text(),
    mediaType: p.text(),
    sha256: p.text(),
    text: p.text(),
    trust: p.text().$type<'OWNED' | 'IMPORTED' | 'UNTRUSTED'>(),
    addedBy: p.text(),
    addedAt: createdAt(),
  },
});
export type BrandDocumentRow = InferEntity<typeof BrandDocumentEntity>;

/** A searchable piece of a document; spans are half-open UTF-16 offsets. */
export const BrandChunkEntity = defineEntity({
  name: 'BrandChunk',
  tableName: 'brand_chunk',
  properties: {
    id: id(),
    workspaceId: workspaceId(),
    documentId: p.manyToOne(BrandDocumentEntity).mapToPk().fieldName('document_id'),
    position: p.integer(),
    headingPath: textList(),
    spanStart: p.integer(),
    spanEnd: p.integer(),
    text: p.text(),
    embeddingModel: p.text(),
    embedding: vector(),
  },
});
export type BrandChunkRow = InferEntity<typeof BrandChunkEntity>;

/** A rule that a document states. */
export const BrandRuleEntity = defineEntity({
  name: 'BrandRule',
  tableName: 'brand_rule',
  properties: {
    id: id(),
    workspaceId: workspaceId(),
    documentId: p.manyToOne(BrandDocumentEntity).mapToPk().fieldName('document_id'),
    enforcement: p.text().$type<'MUST' | 'SHOULD' | 'MAY'>(),
    bannedPhrases: textList().defaultRaw("'{}'"),
    text: p.text(),
  },
});
export type BrandRuleRow = InferEntity<typeof BrandRuleEntity>;

/** A statement that content may make where its evidence holds. */
export const ClaimEntity = defineEntity({
  name: 'Claim',
  tableName: 'claim',
  properties: {
    id: id(),
    workspaceId: workspaceId(),
    text: p.text(),
    market: p.text().default('ALL'),
    documentId: p.manyToOne(BrandDocumentEntity).mapToPk().fieldName('document_id').strictNullable(),
    createdAt: createdAt(),
  },
});
export type ClaimRow = InferEntity<typeof ClaimEntity>;

/** What supports a claim, until it expires. */
export const ClaimEvidenceEntity = defineEntity({
  name: 'ClaimEvidence',
  tableName: 'claim_evidence',
  properties: {
    id: id(),
    workspaceId: workspaceId(),
    claimId: p.manyToOne(ClaimEntity).mapToPk().fieldName('claim_id'),
    summary: p.text(),
    source: p.text(),
    sha256: p.text(),
    expiresOn: day().strictNullable(),
    createdAt: createdAt(),
  },
});
export type ClaimEvidenceRow = InferEntity<typeof ClaimEvidenceEntity>;

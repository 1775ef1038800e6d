/** Owns the rows of brand documents: stored once by the digest of what was given, with chunks, rules and claims, and forgotten whole. */
import { auditAppend } from '../audit/events.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import { newId } from '../kernel/ids.ts';
import { principalId } from '../domain/principal.ts';
import type { StatedRule } from './brandRules.ts';
import type { Chunk } from './chunking.ts';
import { claimEvidenceAdd, claimSave } from './claims.ts';
import type { BrandMediaType } from './documentText.ts';
import { raiseMemoryVersion } from './memoryVersion.ts';
import type { StatedClaim } from './statedClaims.ts';
import { vectorText } from './vectorText.ts';

/** How far a document's text is trusted: the workspace's own, taken over from elsewhere, or from strangers. */
export type Trust = 'OWNED' | 'IMPORTED' | 'UNTRUSTED';

/** A document with everything that is stored of it, made outside any unit. */
export interface PreparedDocument {
  readonly title: string;
  readonly source: string;
  readonly mediaType: BrandMediaType;
  readonly trust: Trust;
  /** SHA-256 of the content as it was given. */
  readonly sha256: string;
  readonly text: string;
  readonly chunks: readonly (Chunk & { readonly embedding: Float32Array })[];
  readonly embeddingModel: string;
  readonly rules: readonly StatedRule[];
  readonly claims: readonly StatedClaim[];
}

/** A document in lists. */
export interface BrandDocument {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly mediaType: string;
  readonly trust: Trust;
  readonly sha256: string;
  readonly chunks: number;
  readonly addedBy: string;
  /** ISO 8601 instant. */
  readonly addedAt: string;
}

/** One chunk with the document that it is from, for statistics over whole texts. */
export interface BrandText {
  readonly documentId: string;
  readonly title: string;
  readonly source: string;
  readonly trust: Trust;
  readonly addedAt: string;
  readonly headingPath: readonly string[];
  readonly text: string;
}

/** Chunks inserted by one statement. */
const CHUNK_BATCH = 200;
const INSTANT = `to_char(d.added_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** Id of the document with that digest, or null. */
export async function brandDocumentByDigest(unit: UnitOfWork, sha256: string): Promise<string | null> {
  const rows = await unit.em.execute<{ id: string }[]>('select id from brand_document where sha256 = ?', [sha256]);
  return rows[0]?.id ?? null;
}

/** Stores a prepared document; when the same was stored meanwhile, gives that one's id and changes nothing. */
export async function brandDocumentStore(
  unit: UnitOfWork,
  document: PreparedDocument,
): Promise<{ id: string; added: boolean }> {
  const id = newId();
  const { title, source, mediaType, sha256, text, trust } = document;
  const rows = await unit.em.execute<{ id: string }[]>(
    `insert into brand_document (id, workspace_id, title, source, media_type, sha256, text, trust, added_by)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (workspace_id, sha256) do nothing returning id`,
    [id, unit.workspace.id, title, source, mediaType, sha256, text, trust, principalId(unit.principal)],
  );
  if (rows.length === 0) return { id: (await brandDocumentByDigest(unit, sha256)) ?? id, added: false };
  await storeChunks(unit, id, document);
  await storeRules(unit, id, document.rules);
  for (const claim of document.claims) {
    const claimId = await claimSave(unit, { text: claim.text, market: claim.market, documentId: id });
    if (claim.evidence) await claimEvidenceAdd(unit, { claimId, ...claim.evidence });
  }
  await raiseMemoryVersion(unit);
  await auditAppend(unit, {
    type: 'brand_document.added',
    subject: { type: 'brand_document', id },
    outcome: trust,
    digest: sha256,
  });
  return { id, added: true };
}

/** Documents of the workspace, newest first. */
export async function brandDocuments(unit: UnitOfWork): Promise<BrandDocument[]> {
  const rows = await unit.em.execute<(Omit<BrandDocument, 'chunks'> & { chunks: string })[]>(
    `select d.id, d.title, d.source, d.media_type as "mediaType", d.trust, d.sha256, d.added_by as "addedBy", ${INSTANT} as "addedAt",
            (select count(*) from brand_chunk c where c.document_id = d.id) as chunks
       from brand_document d order by d.added_at desc, d.id desc`,
  );
  return rows.map((row) => ({ ...row, chunks: Number(row.chunks) }));
}

/** The whole stored text of a document, or null; spans of hits point into it. */
export async function brandDocumentText(unit: UnitOfWork, id: string): Promise<string | null> {
  const rows = await unit.em.execute<{ text: string }[]>('select text from brand_document where id = ?::uuid', [id]);
  return rows[0]?.text ?? null;
}

/** All chunks of the workspace with their documents, in reading order. */
export async function brandTexts(unit: UnitOfWork): Promise<BrandText[]> {
  return unit.em.execute<BrandText[]>(
    `select d.id as "documentId", d.title, d.source, d.trust, ${INSTANT} as "addedAt", to_jsonb(c.heading_path) as "headingPath", c.text
       from brand_chunk c join brand_document d on d.id = c.document_id order by d.added_at, d.id, c.position`,
  );
}

/** Forgets a document with its chunks and rules; claims that it stated stay, without it. Gives whether there was one. */
export async function brandDocumentForget(unit: UnitOfWork, id: string): Promise<boolean> {
  const rows = await unit.em.execute<{ sha256: string }[]>(
    'delete from brand_document where id = ?::uuid returning sha256',
    [id],
  );
  const gone = rows[0];
  if (!gone) return false;
  await raiseMemoryVersion(unit);
  await auditAppend(unit, {
    type: 'brand_document.forgotten',
    subject: { type: 'brand_document', id },
    outcome: 'FORGOTTEN',
    digest: gone.sha256,
  });
  return true;
}

async function storeChunks(unit: UnitOfWork, documentId: string, document: PreparedDocument): Promise<void> {
  for (let start = 0; start < document.chunks.length; start += CHUNK_BATCH) {
    const rows = document.chunks.slice(start, start + CHUNK_BATCH).map((chunk) => ({
      id: newId(),
      position: chunk.position,
      heading_path: chunk.headingPath,
      span_start: chunk.start,
      span_end: chunk.end,
      text: chunk.text,
      embedding: vectorText(chunk.embedding),
    }));
    await unit.em.execute(
      `insert into brand_chunk (id, workspace_id, document_id, position, heading_path, span_start, span_end, text, embedding_model, embedding)
       select r.id, ?::uuid, ?::uuid, r.position, r.heading_path, r.span_start, r.span_end, r.text, ?, r.embedding::vector
         from jsonb_to_recordset(?::jsonb) as r(id uuid, position integer, heading_path text[], span_start integer, span_end integer, text text, embedding text)`,
      [unit.workspace.id, documentId, document.embeddingModel, JSON.stringify(rows)],
    );
  }
}

async function storeRules(unit: UnitOfWork, documentId: string, rules: readonly StatedRule[]): Promise<void> {
  if (rules.length === 0) return;
  const rows = rules.map((rule) => ({
    id: newId(),
    enforcement: rule.enforcement,
    banned_phrases: rule.bannedPhrases,
    text: rule.text,
  }));
  await unit.em.execute(
    `insert into brand_rule (id, workspace_id, document_id, enforcement, banned_phrases, text)
     select r.id, ?::uuid, ?::uuid, r.enforcement, r.banned_phrases, r.text
       from jsonb_to_recordset(?::jsonb) as r(id uuid, enforcement text, banned_phrases text[], text text)`,
    [unit.workspace.id, documentId, JSON.stringify(rows)],
  );
}

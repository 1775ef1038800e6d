/** Owns the way of a document into memory: read, cut, embedded outside any unit, then stored in one. */
import type { Embedder } from '../domain/models.ts';
import type { InUnit } from '../domain/unit.ts';
import { sha256Hex } from '../kernel/canonicalJson.ts';
import { brandDocumentByDigest, brandDocumentStore, type PreparedDocument, type Trust } from './brandDocuments.ts';
import { statedRules } from './brandRules.ts';
import { chunksOf } from './chunking.ts';
import { decodeText, readDocument, type BrandMediaType, type DocumentText } from './documentText.ts';
import { statedClaims } from './statedClaims.ts';

/** What writing to memory needs. */
export interface MemoryTools {
  readonly inUnit: InUnit;
  readonly embedder: Embedder;
  readonly signal: AbortSignal;
}

/** A document as it is given. */
export interface NewBrandDocument {
  /** File name or address, shown as provenance. */
  readonly source: string;
  readonly mediaType: BrandMediaType;
  readonly content: string | Uint8Array;
  /** @default the first heading, else the source */
  readonly title?: string;
  /** @default OWNED */
  readonly trust?: Trust;
}

/** What adding a document did. */
export interface BrandDocumentAdded {
  readonly documentId: string;
  /** False where the same content was there before; then nothing was changed and the counts are 0. */
  readonly added: boolean;
  readonly title: string;
  readonly chunks: number;
  readonly rules: number;
  readonly claims: number;
}

/**
 * Adds a document; the same bytes twice are one document. Rules and claims are read from OWNED documents only: what others
 * wrote is material and never a rule.
 * @throws BAD_USER_INPUT for an empty, overlong or undecodable document; MODEL_FAILED or TIMEOUT of the embedder
 */
export async function brandDocumentAdd(tools: MemoryTools, document: NewBrandDocument): Promise<BrandDocumentAdded> {
  const { inUnit, embedder, signal } = tools;
  const sha256 = sha256Hex(document.content);
  const known = await inUnit('app', (unit) => brandDocumentByDigest(unit, sha256));
  const trust = document.trust ?? 'OWNED';
  const text = readDocument(contentText(document, trust), document.mediaType, document.source);
  const title = document.title ?? titleOf(text) ?? document.source;
  const unchanged = (documentId: string): BrandDocumentAdded => ({
    documentId,
    added: false,
    title,
    chunks: 0,
    rules: 0,
    claims: 0,
  });
  if (known !== null) return unchanged(known);

  const chunks = chunksOf(text);
  const vectors = await embedder.embed(
    chunks.map((chunk) => [...chunk.headingPath, chunk.text].join('\n')),
    { signal },
  );
  const prepared: PreparedDocument = {
    title,
    source: document.source,
    mediaType: document.mediaType,
    trust,
    sha256,
    text: text.text,
    chunks: chunks.map((chunk, index) => ({
      ...chunk,
      embedding: vectors[index] ?? new Float32Array(embedder.dimensions),
    })),
    embeddingModel: embedder.id,
    rules: trust === 'OWNED' ? statedRules(text) : [],
    claims: trust === 'OWNED' ? statedClaims(text, document.source) : [],
  };
  const { id, added } = await inUnit('app', (unit) => brandDocumentStore(unit, prepared));
  return added
    ? {
        documentId: id,
        added,
        title,
        chunks: chunks.length,
        rules: prepared.rules.length,
        claims: prepared.claims.length,
      }
    : unchanged(id);
}

function contentText(document: NewBrandDocument, trust: Trust): string {
  const text = typeof document.content === 'string' ? document.content : decodeText(document.content, document.source);
  // Addresses of people in others' material are not ours to keep.
  return trust === 'OWNED'
    ? text
    : text.replace(/[\p{L}\d._%+-]{1,64}@[\p{L}\d-]{1,63}(?:\.[\p{L}\d-]{1,63}){1,4}/gu, '[e-mail removed]');
}

function titleOf({ text, blocks }: DocumentText): string | undefined {
  const heading = blocks.find((block) => block.kind === 'HEADING');
  return (
    heading &&
    text
      .slice(heading.start, heading.end)
      .replace(/^#{1,6}\s*/, '')
      .split('\n')[0]
      ?.replace(/[*_`#]/g, '')
      .trim()
      .slice(0, 200)
  );
}

/**
 * Owns the search over memory: BM25 and vectors side by side, joined by reciprocal rank fusion, with both parts and the provenance
 * on each hit.
 */
import type { Embedder } from '../domain/models.ts';
import type { MemoryHit } from '../domain/memory.ts';
import type { InUnit, UnitOfWork } from '../domain/unit.ts';
import { AppError } from '../kernel/errors.ts';
import { createIndexCache, type IndexCache } from './indexCache.ts';
import { buildLexicalIndex, type IndexedText, type LexicalIndex } from './lexicalIndex.ts';
import { memoryVersion } from './memoryVersion.ts';
import { loadHits, type FusedHit } from './searchRows.ts';
import { vectorText } from './vectorText.ts';

/** Kinds of memory that can be found. */
export type MemoryKind = MemoryHit['kind'];

/** What to look for. */
export interface MemoryQuery {
  readonly text: string;
  /** Hits at the most, 1 to 50. @default 10 */
  readonly limit?: number;
  /** @default all */
  readonly kinds?: readonly MemoryKind[];
}

/** A search over the memory of workspaces; holds their lexical indexes. */
export interface MemorySearch {
  /** Best hits first; the same query over the same memory gives the same hits. @throws BAD_USER_INPUT for an empty query or a limit out of range */
  search(tools: { readonly inUnit: InUnit; readonly signal: AbortSignal }, query: MemoryQuery): Promise<MemoryHit[]>;
}

/** Constant of reciprocal rank fusion (Cormack, Clarke and Buettcher 2009). */
const RRF_CONSTANT = 60;
/** Candidates that each side brings. */
const CANDIDATES = 50;
/**
 * Weight of the semantic rank against 1 for the lexical one. The embedded embedder knows forms of words and typing errors, not
 * meaning; at full weight it pulls weaker hits up.
 */
const SEMANTIC_WEIGHT = { embedded: 0.5, neural: 1 };
/** Least similarity that counts as a semantic match. */
const LEAST_SIMILARITY = { embedded: 0.12, neural: 0.2 };
const LIMIT = { least: 1, most: 50, standard: 10 };
const QUERY_LIMIT = 4000;

/** A search that embeds queries with this embedder; only vectors of the same embedder are compared. */
export function createMemorySearch(embedder: Embedder, cache: IndexCache = createIndexCache()): MemorySearch {
  const flavour = embedder.id.startsWith('embedded') ? 'embedded' : 'neural';
  return {
    async search({ inUnit, signal }, query) {
      const { text, limit, kinds } = checked(query);
      const [vector] = await embedder.embed([text], { signal });
      return inUnit('app', async (unit) => {
        const index = await indexOf(unit, cache);
        const accept = (key: string): boolean => kinds.includes(KINDS[key.charAt(0)] ?? 'BRAND');
        const lexical = index.search(text, CANDIDATES, accept);
        const semantic = vector
          ? await nearest(unit, { embedder, vector, kinds, least: LEAST_SIMILARITY[flavour] })
          : [];
        const fused = fuse(lexical, semantic, SEMANTIC_WEIGHT[flavour]).slice(0, limit);
        return loadHits(unit, fused);
      });
    },
  };
}

const shared = new WeakMap<Embedder, MemorySearch>();

/** The one search of the process for an embedder, so that each workspace's lexical index is built and kept once. */
export function memorySearchFor(embedder: Embedder): MemorySearch {
  const known = shared.get(embedder);
  if (known) return known;
  const made = createMemorySearch(embedder);
  shared.set(embedder, made);
  return made;
}

const KINDS: Readonly<Record<string, MemoryKind>> = { B: 'BRAND', L: 'LEARNING', P: 'PLAYBOOK' };

function checked(query: MemoryQuery): { text: string; limit: number; kinds: readonly MemoryKind[] } {
  const text = query.text.trim().slice(0, QUERY_LIMIT);
  const limit = query.limit ?? LIMIT.standard;
  if (text === '') throw new AppError('BAD_USER_INPUT', 'The search has no words.', { hint: 'Say what to look for.' });
  if (!Number.isInteger(limit) || limit < LIMIT.least || limit > LIMIT.most) {
    throw new AppError('BAD_USER_INPUT', `A search for ${limit} hits was asked for.`, {
      hint: `Ask for ${LIMIT.least} to ${LIMIT.most}.`,
    });
  }
  return { text, limit, kinds: query.kinds ?? Object.values(KINDS) };
}

async function indexOf(unit: UnitOfWork, cache: IndexCache): Promise<LexicalIndex> {
  const version = await memoryVersion(unit);
  const held = cache.get(unit.workspace.id, version);
  if (held) return held;
  const index = buildLexicalIndex(await searchableTexts(unit));
  cache.set(unit.workspace.id, version, index);
  return index;
}

function searchableTexts(unit: UnitOfWork): Promise<IndexedText[]> {
  return unit.em.execute<IndexedText[]>(
    `select 'B' || c.id as key, d.title || ' ' || array_to_string(c.heading_path, ' ') || ' ' || c.text as text
       from brand_chunk c join brand_document d on d.id = c.document_id
     union all select 'L' || id, text from learning where status <> 'RETIRED'
     union all select 'P' || id, content::text from playbook where status <> 'RETIRED'
     order by key`,
  );
}

interface NearestQuery {
  readonly embedder: Embedder;
  readonly vector: Float32Array;
  readonly kinds: readonly MemoryKind[];
  readonly least: number;
}

/** Nearest vectors of the same embedder by exact search; playbooks have none. */
async function nearest(
  unit: UnitOfWork,
  { embedder, vector, kinds, least }: NearestQuery,
): Promise<{ key: string; score: number }[]> {
  const tables = [
    ...(kinds.includes('BRAND')
      ? [`select 'B' || id as key, embedding from brand_chunk where embedding_model = ?`]
      : []),
    ...(kinds.includes('LEARNING')
      ? [`select 'L' || id as key, embedding from learning where embedding_model = ? and status <> 'RETIRED'`]
      : []),
  ];
  if (tables.length === 0) return [];
  const rows = await unit.em.execute<{ key: string; score: number }[]>(
    `select key, 1 - (embedding <=> ?::vector) as score from (${tables.join(' union all ')}) t order by embedding <=> ?::vector, key limit ${CANDIDATES}`,
    [vectorText(vector), ...tables.map(() => embedder.id), vectorText(vector)],
  );
  return rows.filter((row) => row.score >= least);
}

function fuse(
  lexical: readonly { key: string; score: number }[],
  semantic: readonly { key: string; score: number }[],
  weight: number,
): FusedHit[] {
  const fused = new Map<string, { score: number; lexical: number; semantic: number }>();
  const entry = (key: string): { score: number; lexical: number; semantic: number } => {
    const known = fused.get(key) ?? { score: 0, lexical: 0, semantic: 0 };
    fused.set(key, known);
    return known;
  };
  for (const [rank, hit] of lexical.entries()) {
    entry(hit.key).lexical = hit.score;
    entry(hit.key).score += 1 / (RRF_CONSTANT + rank + 1);
  }
  for (const [rank, hit] of semantic.entries()) {
    entry(hit.key).semantic = hit.score;
    entry(hit.key).score += weight / (RRF_CONSTANT + rank + 1);
  }
  return [...fused]
    .map(([key, { score, lexical: words, semantic: meaning }]) => ({
      key,
      score,
      parts: { lexical: words, semantic: meaning },
    }))
    .toSorted((a, b) => b.score - a.score || b.parts.lexical - a.parts.lexical || a.key.localeCompare(b.key));
}

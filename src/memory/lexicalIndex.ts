/**
 * Owns lexical search: an inverted index in typed arrays and Okapi BM25 as Lucene computes it (k1 1.2, b 0.75, idf of Robertson with
 * 1 added, document length kept in one byte), over Porter2 stems without stop words.
 */
import { termsOf } from '../models/words.ts';

const K1 = 1.2;
const B = 0.75;
/** Lengths below this are kept exactly (Lucene SmallFloat.intToByte4). */
const EXACT_LENGTHS = 24;

/** A text that can be found; `key` is what a hit gives back. */
export interface IndexedText {
  readonly key: string;
  readonly text: string;
}

/** A hit, best first. */
export interface LexicalHit {
  readonly key: string;
  readonly score: number;
}

/** An index over the texts of one workspace at one version. */
export interface LexicalIndex {
  /** Documents in it. */
  readonly size: number;
  /** Memory it holds, in bytes, estimated. */
  readonly bytes: number;
  /** Best documents for a query, at most `limit`; ties in order of insertion. */
  search(query: string, limit: number, accept?: (key: string) => boolean): LexicalHit[];
}

/** Builds an index. */
export function buildLexicalIndex(texts: Iterable<IndexedText>): LexicalIndex {
  const keys: string[] = [];
  const lengths: number[] = [];
  const postings = new Map<string, number[]>();
  let totalLength = 0;
  for (const { key, text } of texts) {
    const counts = new Map<string, number>();
    const terms = termsOf(text);
    for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
    for (const [term, count] of counts) pushPosting(postings, term, [keys.length, count]);
    keys.push(key);
    lengths.push(keptLength(terms.length));
    totalLength += terms.length;
  }
  const table = new Map([...postings].map(([term, flat]): [string, Uint32Array] => [term, Uint32Array.from(flat)]));
  const averageLength = keys.length > 0 ? totalLength / keys.length : 1;
  // k1 (1 - b + b dl / avgdl), once a document.
  const norms = Float64Array.from(lengths, (length) => K1 * (1 - B + (B * length) / Math.max(averageLength, 1e-9)));
  const scores = new Float64Array(keys.length);
  let bytes = keys.length * 120;
  for (const [term, flat] of table) bytes += flat.byteLength + term.length * 2 + 120;

  return {
    size: keys.length,
    bytes,
    search(query, limit, accept) {
      scores.fill(0);
      const touched = new Set<number>();
      // A term that stands twice in the query counts twice, as in Lucene.
      for (const term of termsOf(query)) {
        const flat = table.get(term);
        if (!flat) continue;
        const documents = flat.length / 2;
        const idf = Math.log(1 + (keys.length - documents + 0.5) / (documents + 0.5));
        for (let i = 0; i < flat.length; i += 2) {
          const document = flat[i] ?? 0;
          const frequency = flat[i + 1] ?? 0;
          scores[document] = (scores[document] ?? 0) + (idf * frequency) / (frequency + (norms[document] ?? 1));
          touched.add(document);
        }
      }
      const accepted = accept ? [...touched].filter((document) => accept(keys[document] ?? '')) : [...touched];
      return accepted
        .toSorted((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b)
        .slice(0, limit)
        .map((document) => ({ key: keys[document] ?? '', score: scores[document] ?? 0 }));
    },
  };
}

/** A document length as one byte keeps it: exact below 40, then three significant bits. */
export function keptLength(length: number): number {
  if (length < EXACT_LENGTHS) return length;
  const rest = length - EXACT_LENGTHS;
  const bits = 32 - Math.clz32(rest);
  if (bits < 4) return length;
  const shift = bits - 4;
  return EXACT_LENGTHS + ((rest >>> shift) << shift);
}

function pushPosting(postings: Map<string, number[]>, term: string, posting: readonly [number, number]): void {
  const known = postings.get(term);
  if (known) known.push(...posting);
  else postings.set(term, [...posting]);
}

/**
 * Owns the embedding that needs no model file and no network: signed hashing of stems and character n-grams.
 * It finds the same words, their forms, typing errors and brand names; it does not know that two words mean the same.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Embedder } from '../domain/models.ts';
import { isStopWord, stemOf, wordsOf } from './words.ts';

/** Length of a vector. */
const DIMENSIONS = 256;
/** Lengths of character n-grams, within a word padded by `<` and `>`. */
const GRAM_LENGTHS = [3, 4, 5];
/** Weight of all n-grams of one word together, against 1 for its stem. */
const GRAM_WEIGHT = 1.2;
/** Texts embedded before other work gets its turn. */
const TEXTS_PER_TURN = 32;

/** The embedded embedder: deterministic, unit vectors; the empty text is the first axis. */
export const embeddedEmbedder: Embedder = {
  id: 'embedded-hash-256-v1',
  dimensions: DIMENSIONS,
  async embed(texts, { signal }) {
    const vectors: Float32Array[] = [];
    for (const [index, text] of texts.entries()) {
      if (index % TEXTS_PER_TURN === 0) await nextTurn(undefined, { signal });
      vectors.push(vectorOf(text));
    }
    return vectors;
  },
};

/** Scales a vector to length 1 in place; a vector without length becomes the first axis. */
export function toUnit(vector: Float32Array): Float32Array {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const length = Math.sqrt(squares);
  if (length > 0 && Number.isFinite(length)) return vector.map((value) => value / length);
  const axis = new Float32Array(vector.length);
  axis[0] = 1;
  return axis;
}

/** Similarity of two unit vectors, -1 to 1. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

function vectorOf(text: string): Float32Array {
  const weights = new Map<string, number>();
  for (const word of wordsOf(text)) {
    if (!isStopWord(word))
      for (const [feature, weight] of featuresOf(word)) weights.set(feature, (weights.get(feature) ?? 0) + weight);
  }
  const vector = new Float32Array(DIMENSIONS);
  for (const [feature, weight] of weights) {
    const hash = fnv1a(feature);
    const at = hash % DIMENSIONS;
    // Repetition counts less and less, as in BM25; the sign bit keeps collisions unbiased (Weinberger et al. 2009).
    const value = weight >= 1 ? 1 + Math.log(weight) : weight;
    vector[at] = (vector[at] ?? 0) + (hash & 0x8000_0000 ? -value : value);
  }
  return toUnit(vector);
}

function featuresOf(word: string): [string, number][] {
  const padded = `<${word}>`;
  const grams: string[] = [];
  for (const length of GRAM_LENGTHS) {
    for (let start = 0; start + length <= padded.length; start += 1)
      grams.push(`#${padded.slice(start, start + length)}`);
  }
  const share = grams.length > 0 ? GRAM_WEIGHT / Math.sqrt(grams.length) : 0;
  return [[`=${stemOf(word)}`, 1], ...grams.map((gram): [string, number] => [gram, share])];
}

/** FNV-1a with a final mix, 32 bits without sign, so that neighbouring inputs fall far apart. */
function fnv1a(text: string): number {
  let hash = 0x811c_9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x0100_0193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

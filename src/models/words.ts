/**
 * Owns how text becomes words for search and embedding: folding, splitting, stop words, Porter2 stems.
 * Both sides of a comparison must go through here, or they do not meet.
 */
import stem from 'wink-porter2-stemmer';

/** The stop words of Lucene's standard English analyser; nothing else is dropped. */
const STOP_WORDS: ReadonlySet<string> = new Set(
  'a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to was will with'.split(
    ' ',
  ),
);

const WORD = /[\p{L}\p{N}]+(?:['\u2019][\p{L}]+)*/gu;
const ENGLISH = /^[a-z]+$/;
/** Stems are asked for again and again; the cache is emptied when it is full. */
const STEM_CACHE_LIMIT = 20_000;
const stems = new Map<string, string>();

/** Lower-case words of a text in order, compatibility forms and accents folded (`Caf\u00e9` gives `cafe`), without possessive 's. */
export function wordsOf(text: string): string[] {
  const folded = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return [...folded.matchAll(WORD)].map((match) => match[0].replace(/['\u2019]s$/u, '').replace(/['\u2019]/gu, ''));
}

/** Whether the word carries no meaning for search. */
export function isStopWord(word: string): boolean {
  return STOP_WORDS.has(word);
}

/** Porter2 stem of a folded word; words that are not plain Latin letters stay as they are. */
export function stemOf(word: string): string {
  const known = stems.get(word);
  if (known !== undefined) return known;
  if (stems.size >= STEM_CACHE_LIMIT) stems.clear();
  const stemmed = word.length > 2 && ENGLISH.test(word) ? stem(word) : word;
  stems.set(word, stemmed);
  return stemmed;
}

/** Search terms of a text in order: words without stop words, stemmed. */
export function termsOf(text: string): string[] {
  return wordsOf(text)
    .filter((word) => !isStopWord(word))
    .map(stemOf);
}

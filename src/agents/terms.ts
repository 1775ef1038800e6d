/** Owns the term statistics of a brief: which words and pairs of words own material leans on (tf-idf), and what a reader would ask. */
import { isStopWord, stemOf, wordsOf } from '../models/words.ts';

/** A text of the corpus. */
export interface CorpusText {
  readonly id: string;
  readonly source: 'BRAND' | 'MESSAGE' | 'GOAL';
  readonly text: string;
}

/** One term with its weight; terms of one stem are counted together and shown in their commonest form. */
export interface TermWeight {
  readonly term: string;
  /** Sum over texts of (1 + ln tf) times ln((N + 1) / (df + 0.5)). */
  readonly weight: number;
  readonly count: number;
  readonly documents: number;
  readonly source: 'BRAND' | 'MESSAGE' | 'GOAL';
}

/** Words that say nothing about a topic, beside the stop words of search. */
const FILLER = new Set(
  [
    // Pronouns and question words.
    'we our us you your they them he she who what which when where why how his her their ours yours its',
    // Quantities and numbers.
    'all any each more most other some one two three four five six seven eight nine ten first second last',
    'next much many few little lot own same only once',
    // Verbs that any text holds.
    'can just do does did has have had been being were must should may use used using make made get new',
    'see say says said take takes taken give gives given come comes came go goes gone keep keeps kept',
    'find finds found know knows known look looks work works want wants need needs ask asks asked begin',
    'begins end ends show shows shown set sets put puts turn turns left change changes changed',
    // Time.
    'year years month months week weeks day days hour hours today',
    // Things, people and parts of texts.
    'thing things way ways people person number numbers page pages text texts word words line lines list',
    'lists name names part parts kind kinds anyone everyone nobody nothing something everything',
    // Small words: place, degree, joining.
    'than too very from about into over after before under again here so up down out off per never always',
    'also like without within between because while until still yet even ever good better best old right',
    'long short full back there now then well ready plain',
  ].flatMap((line) => line.split(' ')),
);

/** The heaviest terms of a corpus, pairs of neighbouring words before single words of the same weight. */
export function weighTerms(corpus: readonly CorpusText[], limit: number): TermWeight[] {
  const terms = new Map<
    string,
    { forms: Map<string, number>; perText: Map<string, number>; sources: Map<CorpusText['source'], number> }
  >();
  for (const text of corpus) {
    for (const { key, form } of termsIn(text.text)) {
      const entry = terms.get(key) ?? { forms: new Map(), perText: new Map(), sources: new Map() };
      terms.set(key, entry);
      entry.forms.set(form, (entry.forms.get(form) ?? 0) + 1);
      entry.perText.set(text.id, (entry.perText.get(text.id) ?? 0) + 1);
      entry.sources.set(text.source, (entry.sources.get(text.source) ?? 0) + 1);
    }
  }
  const weighed = [...terms.entries()].flatMap(([key, entry]): (TermWeight & { key: string })[] => {
    const count = [...entry.perText.values()].reduce((sum, n) => sum + n, 0);
    if (count < 2) return [];
    const idf = Math.log((corpus.length + 1) / (entry.perText.size + 0.5));
    const tf = [...entry.perText.values()].reduce((sum, n) => sum + 1 + Math.log(n), 0);
    return [
      {
        key,
        term: commonest(entry.forms),
        weight: tf * idf,
        count,
        documents: entry.perText.size,
        source: commonest(entry.sources),
      },
    ];
  });
  const sorted = weighed.toSorted(
    (a, b) => b.weight * bonus(b.key) - a.weight * bonus(a.key) || a.key.localeCompare(b.key),
  );
  return distinct(sorted)
    .slice(0, limit)
    .map(({ term, weight, count, documents, source }) => ({ term, weight, count, documents, source }));
}

/** Share of a text's content words that a query holds as well, 0 to 1. */
export function overlapOf(query: string, text: string): number {
  const wanted = new Set(contentWords(query).map(stemOf));
  if (wanted.size === 0) return 0;
  const held = new Set(contentWords(text).map(stemOf));
  return [...wanted].filter((word) => held.has(word)).length / wanted.size;
}

/** Words of a text that carry a topic, in order. */
export function contentWords(text: string): string[] {
  return wordsOf(text).filter(isTopical);
}

function termsIn(text: string): { key: string; form: string }[] {
  const found: { key: string; form: string }[] = [];
  for (const phrase of text.split(/[.,;:!?()\n|"\u201c\u201d]+/)) {
    const words = wordsOf(phrase);
    for (const [index, word] of words.entries()) {
      if (!isTopical(word)) continue;
      found.push({ key: stemOf(word), form: word });
      const next = words[index + 1];
      if (next !== undefined && isTopical(next))
        found.push({ key: `${stemOf(word)} ${stemOf(next)}`, form: `${word} ${next}` });
    }
  }
  return found;
}

function isTopical(word: string): boolean {
  return word.length > 2 && !isStopWord(word) && !FILLER.has(word) && !/^\d/.test(word);
}

/** Two words together say more than one. */
function bonus(key: string): number {
  return key.includes(' ') ? 2.2 : 1;
}

/** Leaves out single words that a heavier pair holds already. */
function distinct<T extends { key: string }>(sorted: readonly T[]): T[] {
  const kept: T[] = [];
  for (const term of sorted) {
    if (kept.some((other) => other.key.split(' ').includes(term.key) || term.key.split(' ').includes(other.key)))
      continue;
    kept.push(term);
  }
  return kept;
}

function commonest<T>(counts: ReadonlyMap<T, number>): T {
  return [...counts.entries()].toSorted((a, b) => b[1] - a[1])[0]?.[0] as T;
}

/** Owns the reading level of copy: the Flesch-Kincaid grade (Kincaid et al. 1975), for English. */

/** What the grade is made of. */
export interface Readability {
  readonly sentences: number;
  readonly words: number;
  readonly syllables: number;
  /** School years that a reader needs, one decimal, 0 at the least. */
  readonly grade: number;
}

/** Reading level of a text; 0 of everything where there are no words. */
export function readabilityOf(text: string): Readability {
  const words = text.toLowerCase().match(/[\p{L}]+(?:['\u2019][\p{L}]+)*/gu) ?? [];
  const sentences = Math.max(1, (text.match(/[.!?]+(?:\s|$)/g) ?? []).length);
  if (words.length === 0) return { sentences: 0, words: 0, syllables: 0, grade: 0 };
  const syllables = words.reduce((sum, word) => sum + syllablesOf(word), 0);
  const grade = 0.39 * (words.length / sentences) + 11.8 * (syllables / words.length) - 15.59;
  return { sentences, words: words.length, syllables, grade: Math.max(0, Math.round(grade * 10) / 10) };
}

/** Groups of vowels, without a silent e at the end; one at the least. */
function syllablesOf(word: string): number {
  const bare = word.replace(/[^a-z]/g, '').replace(/(?:[^laeiouy]es|[^laeiouy]ed|[^laeiouy]e)$/, '');
  return Math.max(1, (bare.match(/[aeiouy]+/g) ?? []).length);
}

/** Owns how one rule is matched in one view of a text: boundaries, sentences, other meanings, negation, disclosures. */
import type { Rule } from './rule.ts';

/** A half-open range of UTF-16 units. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A match in a view, with the sentence that it stands in. */
export interface RuleMatch extends Range {
  readonly sentence: Range;
}

interface CompiledRule {
  readonly patterns: readonly RegExp[];
  readonly notAs: readonly RegExp[];
  readonly needs: readonly RegExp[];
  readonly unless: readonly RegExp[];
  readonly unlessInText: readonly RegExp[];
}

const compiled = new WeakMap<Rule, CompiledRule>();

/** Words that turn a claim around, at most four words before it in the same clause; "not only" and its like do not. */
const NEGATION_BEFORE =
  /(?<![\p{L}\p{N}])(?:not(?! (?:only|just|merely))|no(?! (?:other|one|matter|wonder|doubt))|never|without|cannot|neither|nor|avoid|isn't|aren't|wasn't|don't|doesn't|didn't|won't|can't|couldn't|kein\p{L}*|nicht(?! nur)|nie|niemals|ohne)(?![\p{L}\p{N}])(?:[ "']+[^\s.!?;:,"']+){0,4}[ "']*$/u;
/** In German the negation may follow. */
const NEGATION_AFTER = /^(?: [^\s.!?;:,]+){0,2} nicht(?! nur)(?![\p{L}\p{N}])/u;
const SENTENCE_END = /[.!?]+(?=[\s"')]|$)|\n/gu;

/** Matches of a rule in a view's text, in order, without overlaps among themselves. */
export function matchRule(rule: Rule, text: string): RuleMatch[] {
  const parts = compiledOf(rule);
  if (parts.unlessInText.some((pattern) => has(pattern, text))) return [];
  const found = parts.patterns.flatMap((pattern) => rangesOf(pattern, text));
  if (found.length === 0) return [];
  const other = parts.notAs.flatMap((pattern) => rangesOf(pattern, text));
  const kept: RuleMatch[] = [];
  for (const range of found.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    if (kept.some((earlier) => overlap(earlier, range)) || other.some((meaning) => overlap(meaning, range))) continue;
    const sentence = sentenceAround(text, range);
    const around = text.slice(sentence.start, sentence.end);
    if (parts.needs.length > 0 && !parts.needs.some((pattern) => has(pattern, around))) continue;
    if (parts.unless.some((pattern) => has(pattern, around))) continue;
    if (rule.negatable !== false && isNegated(text, range, sentence)) continue;
    kept.push({ ...range, sentence });
  }
  return kept;
}

/** The sentence around a range: ends at a full stop, question mark, exclamation mark before white space, or at a new line. */
export function sentenceAround(text: string, range: Range): Range {
  let start = 0;
  for (const match of text.matchAll(SENTENCE_END)) {
    const end = match.index + match[0].length;
    if (end <= range.start) start = end;
    else if (match.index >= range.end - 1) return { start, end };
  }
  return { start, end: text.length };
}

/** Whether two ranges share a unit. */
export function overlap(a: Range, b: Range): boolean {
  return a.start < b.end && b.start < a.end;
}

/** A pattern of the catalogue as a regular expression: word boundaries around it, any white space for a space, `~n` for up to n words. */
export function compilePattern(pattern: string): RegExp {
  const gapless = pattern.replace(/ ~(\d)/g, (_, words: string) => `\u0000${words}`);
  let source = '';
  let inClass = false;
  for (let i = 0; i < gapless.length; i += 1) {
    const char = gapless.charAt(i);
    if (char === '\\') {
      source += gapless.slice(i, i + 2);
      i += 1;
    } else if (char === '\u0000') {
      i += 1;
      source += `(?:[\\s,'"-]+[^\\s,'".!?;:-]+){0,${gapless.charAt(i)}}?[\\s,'"-]+`;
    } else {
      if (char === '[') inClass = true;
      else if (char === ']') inClass = false;
      source += char === ' ' && !inClass ? '(?:\\s+)' : char;
    }
  }
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${source})(?![\\p{L}\\p{N}])`, 'gu');
}

function compiledOf(rule: Rule): CompiledRule {
  const known = compiled.get(rule);
  if (known) return known;
  const all = (patterns: readonly string[] = []): RegExp[] => patterns.map(compilePattern);
  const made = {
    patterns: all(rule.patterns),
    notAs: all(rule.notAs),
    needs: all(rule.needs),
    unless: all(rule.unless),
    unlessInText: all(rule.unlessInText),
  };
  compiled.set(rule, made);
  return made;
}

function rangesOf(pattern: RegExp, text: string): Range[] {
  return [...text.matchAll(pattern)]
    .filter((match) => match[0].trim() !== '')
    .map((match) => trimmed(match.index, match[0]));
}

function trimmed(index: number, found: string): Range {
  const start = index + (found.length - found.trimStart().length);
  return { start, end: start + found.trim().length };
}

function has(pattern: RegExp, text: string): boolean {
  pattern.lastIndex = 0;
  return pattern.test(text);
}

function isNegated(text: string, range: Range, sentence: Range): boolean {
  return (
    NEGATION_BEFORE.test(text.slice(sentence.start, range.start)) ||
    NEGATION_AFTER.test(text.slice(range.end, sentence.end))
  );
}

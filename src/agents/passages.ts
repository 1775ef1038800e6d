/** Owns the reading of brand material as sentences with their source: statements, questions with their answers, named things. */
import { overlapOf } from './terms.ts';
import type { BrandText } from './tools.ts';

/** Facts from which on a document of facts is enough by itself. */
const ENOUGH_FACTS = 8;

/** One sentence of own material, to the letter, with where it stands. */
export interface Passage {
  readonly text: string;
  readonly title: string;
  readonly heading: string;
  readonly documentId: string;
  readonly date: string;
  readonly trust: 'OWNED' | 'IMPORTED' | 'UNTRUSTED';
  readonly isQuestion: boolean;
  /** Sentences that follow in the same paragraph. */
  readonly next: string;
}

/** Headings under which rules, and not facts, stand. */
const RULE_HEADING =
  /\b(?:tone|voice|rules?|guidelines?|guardrails?|style|never|avoid|don.?ts?|words? we|wording|claims? (?:policy|process)|legal|compliance|logo|colou?r|typography|approval)\b/i;
/** Sentences that tell writers what to do. */
const RULE_SENTENCE =
  /\b(?:must|never|avoid|do not|don't|should|write|use the word|we say|capitali[sz]e|say|headlines?|copy|readers?)\b|^(?:Before|After|Evidence|Condition|Valid|Needs|Judged|Trigger|Proof|MUST|SHOULD|MAY)\b|^\d+\.\s/i;
/** Documents that hold product facts, where material is ordered that well; and parts that describe readers, rivals or the past. */
const FACT_TITLE = /\b(?:products?|facts?|services?|offers?|features?|range|catalogue|specifications?)\b/i;
const NO_FACT_HEADING =
  /\b(?:personas?|competitors?|what we are not|learn\w*|taught|past|campaigns?|the one who|audience)\b|^claims?\b|^claim-/i;

/** All sentences of own material between 12 and 320 units long. */
export function passagesOf(texts: readonly BrandText[]): Passage[] {
  return texts.flatMap((text) => {
    const heading = text.headingPath.at(-1) ?? text.title;
    return paragraphsOf(text.text).flatMap((sentences) =>
      sentences.map((sentence, index) => ({
        text: sentence,
        title: text.title,
        heading,
        documentId: text.documentId,
        date: text.addedAt.slice(0, 10),
        trust: text.trust,
        isQuestion: sentence.endsWith('?'),
        next: sentences.slice(index + 1, index + 3).join(' '),
      })),
    );
  });
}

/** Statements of fact about the brand and its products that copy may lean on: owned, and no rule for writers. */
export function factPassages(passages: readonly Passage[]): Passage[] {
  const stated = passages.filter(
    (passage) =>
      passage.trust === 'OWNED' &&
      !passage.isQuestion &&
      !RULE_HEADING.test(passage.heading) &&
      !NO_FACT_HEADING.test(passage.heading) &&
      !RULE_SENTENCE.test(passage.text) &&
      /^[\p{Lu}\p{N}].*[.!]$/u.test(passage.text),
  );
  const ordered = stated.filter((passage) => FACT_TITLE.test(passage.title));
  return ordered.length >= ENOUGH_FACTS ? ordered : stated;
}

/** The passages closest to a query by shared words, best first; ties keep their order. */
export function closestPassages(query: string, passages: readonly Passage[], limit: number): Passage[] {
  return passages
    .map((passage, index) => ({ passage, index, overlap: overlapOf(query, `${passage.text} ${passage.heading}`) }))
    .filter(({ overlap }) => overlap > 0)
    .toSorted((a, b) => b.overlap - a.overlap || a.index - b.index)
    .slice(0, limit)
    .map(({ passage }) => passage);
}

/** Named things (two or more capitalised words, or one that recurs), with the first sentence that says something of each. */
export function entitiesOf(
  passages: readonly Passage[],
  limit: number,
): { name: string; fact: string; source: string }[] {
  const counts = new Map<string, number>();
  for (const { text } of passages) for (const name of namesIn(text)) counts.set(name, (counts.get(name) ?? 0) + 1);
  const facts = factPassages(passages);
  return [...counts.entries()]
    .filter(([name, count]) => count >= (name.includes(' ') ? 2 : 3))
    .toSorted((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]))
    .flatMap(([name]) => {
      const said =
        facts.find((passage) => passage.text.startsWith(name)) ?? facts.find((passage) => passage.text.includes(name));
      return said ? [{ name, fact: said.text, source: `${said.title}, ${said.heading}` }] : [];
    })
    .slice(0, limit);
}

function namesIn(text: string): Set<string> {
  const inside = text.replace(/^\S+\s/, '');
  const pairs = [...text.matchAll(/\b\p{Lu}\p{Ll}+(?:\s\p{Lu}\p{Ll}+)+\b/gu)].map((match) => match[0]);
  const singles = [...inside.matchAll(/(?<![.!?:]\s)\b\p{Lu}\p{Ll}{3,}\b/gu)].map((match) => match[0]);
  return new Set([...pairs, ...singles]);
}

/** Sentences of a text of own material, in order, without its marks; between 12 and 320 units long. */
export function sentencesOf(text: string): string[] {
  return paragraphsOf(text).flat();
}

/** Paragraphs as lists of sentences; list marks, table rows and headings are not sentences. */
function paragraphsOf(text: string): string[][] {
  return text
    .split(/\n\s*\n|\n(?=\s*(?:[-*]|\d+\.)\s)/)
    .map((block) =>
      block
        .replace(/^#+\s.*$/gm, '')
        .replace(/^\s*(?:[-*>]|\d+\.)\s+/, '')
        .replaceAll('**', '')
        .replace(/\s+/g, ' ')
        .trim(),
    )
    .filter((block) => block !== '' && !block.startsWith('|'))
    .map((block) =>
      block
        .split(/(?<=[.!?])\s+(?=[\p{Lu}\p{N}"\u201c])/u)
        .filter((sentence) => sentence.length >= 12 && sentence.length <= 320),
    )
    .filter((sentences) => sentences.length > 0);
}

/**
 * Owns the reading of rules out of brand material: lines that say what copy must, should or may do, and lists of banned phrases.
 * Only documents that the workspace owns may state rules; who calls this sees to that.
 */
import type { BrandRule } from '../domain/compliance.ts';
import type { DocumentText } from './documentText.ts';

/** A rule as a document states it. */
export type StatedRule = Pick<BrandRule, 'enforcement' | 'text'> & { readonly bannedPhrases: readonly string[] };

/** Rules that one document may state. */
const RULE_LIMIT = 500;
/** Words of a banned phrase at the most; longer quotes are examples. */
const PHRASE_WORDS = 8;
const BAN_HEADING =
  /\b(?:banned|forbidden|prohibited|never (?:say|use|write)|(?:words?|phrases?|terms?) (?:to avoid|we (?:avoid|never use|don.?t use|do not use))|(?:do not|don.?t) (?:say|use|write)|avoid(?:ed)?|off.?limits|verboten\p{L}*|vermeiden|nicht verwenden)\b/iu;
const BAN_SENTENCE =
  /\b(?:must not|must never|may not|never|do not|don.?t|should not|avoid|nie(?:mals)?|nicht) (?:ever )?(?:be )?(?:say(?:ing)?|use[ds]?|using|write|writing|claim|call|describe|verwenden|sagen|schreiben)\b|^(?:[-*]\s+)?avoid\b/iu;
const STATEMENT =
  /\b(?:MUST(?: NOT)?|SHOULD(?: NOT)?|MAY|NEVER|ALWAYS)\b|^(?:[-*]\s+)?(?:must|should|may|never|always|do not|don.?t|avoid)\b|\b(?:copy|we|writers?|headlines?|claims?|every \p{L}+|all \p{L}+|texts?|e-?mails?|ads?) (?:must|should|may|never|always)\b/u;
/** `MUST (R1): ...`, as rule lists write it. */
const LABELLED = /^(MUST|SHOULD|MAY)(?: NOT)?(?: \([^)]{1,40}\))?\s*[:\u2013-]/;
/** A sentence about the words themselves. */
const ABOUT_RULES = /^(?:MUST|SHOULD|MAY) (?:is|are|means?|needs?|stands?)\b/;
/** Names the banned phrases of a rule. */
const BANNED_LABEL = /\b(?:banned|forbidden|do not use|never use|verboten)\s*:/i;
/** After one of these the quotes are what to say instead. */
const CONTRAST =
  /\b(?:instead|rather)\b|[;\u2013\u2014]|\u2192|->|,? (?:but|say|write|use|sondern|stattdessen)(?: |:)|\. /iu;
const QUOTES =
  /["\u201c\u201e\u00ab]([^"\u201c\u201d\u201e\u00ab\u00bb\n]{2,80})["\u201d\u201c\u00bb]|(?<![\p{L}\p{N}])['\u2018]([^'\u2018\u2019\n]{2,60})['\u2019](?![\p{L}\p{N}])|`([^`\n]{2,60})`/gu;

/** Rules of a document in order; the same text only once. */
export function statedRules(document: DocumentText): StatedRule[] {
  const rules = new Map<string, StatedRule>();
  let banning = false;
  let depth = 0;
  for (const block of document.blocks) {
    const text = document.text.slice(block.start, block.end);
    if (block.kind === 'HEADING') {
      if (BAN_HEADING.test(text)) [banning, depth] = [true, block.depth];
      else if (block.depth <= depth) banning = false;
      continue;
    }
    for (const line of linesOf(text)) {
      const rule = banning ? banOf(line) : statementOf(line);
      if (rule && rules.size < RULE_LIMIT) rules.set(rule.text, rules.get(rule.text) ?? rule);
    }
  }
  return [...rules.values()];
}

/** List items and sentences, their marks and emphasis taken away; an item that begins with MUST, SHOULD or MAY stays whole. */
function linesOf(text: string): string[] {
  return text
    .split(/\n(?=\s*(?:[-*+]|\d+[.)])\s)|\n(?=\|)/u)
    .map((item) =>
      item
        .replace(/^\s*(?:[-*+]|\d+[.)])\s+/, '')
        .replace(/\*\*|__/g, '')
        .replace(/\s+/g, ' ')
        .trim(),
    )
    .flatMap((item) => (LABELLED.test(item) ? [item] : item.split(/(?<=[.!?])\s+(?=\p{Lu})/u)))
    .filter((line) => line.length > 1 && !line.startsWith('|') && line.length < 600 && !ABOUT_RULES.test(line));
}

function banOf(line: string): StatedRule | undefined {
  const quoted = quotesBefore(line);
  const head = (line.split(/\s[\u2013\u2014-]\s|[:(;]|->|\u2192|\binstead\b/)[0] ?? '').replace(/\.$/, '');
  const phrases = quoted.length > 0 ? quoted : head.split(/,\s*/).map((part) => part.trim());
  const banned = phrases
    .filter((phrase) => phrase !== '' && phrase.split(/\s+/).length <= PHRASE_WORDS)
    .map((phrase) => phrase.toLowerCase());
  return banned.length > 0
    ? { enforcement: /\bshould\b/i.test(line) ? 'SHOULD' : 'MUST', text: line, bannedPhrases: banned }
    : undefined;
}

function statementOf(line: string): StatedRule | undefined {
  if (line.endsWith('?')) return undefined;
  const bans = BAN_SENTENCE.test(line) || BANNED_LABEL.test(line);
  if (!bans && !STATEMENT.test(line)) return undefined;
  const label = BANNED_LABEL.exec(line);
  const quotes = label ? quotesBefore(line.slice(label.index)) : bans ? quotesBefore(line) : [];
  const text = label ? line.slice(0, label.index).trim() : line;
  return { enforcement: enforcementOf(line), text, bannedPhrases: quotes.map((phrase) => phrase.toLowerCase()) };
}

function enforcementOf(line: string): StatedRule['enforcement'] {
  const label = LABELLED.exec(line)?.[1];
  if (label === 'MUST' || label === 'SHOULD' || label === 'MAY') return label;
  if (/\b(?:must|never|always|do not|don.?t|may not|nie|niemals|nicht)\b/iu.test(line)) return 'MUST';
  if (/\b(?:should|avoid)\b/i.test(line)) return 'SHOULD';
  return 'MAY';
}

/** Quoted phrases up to the point where the line turns to what is right. */
function quotesBefore(line: string): string[] {
  const contrast = [...line.matchAll(new RegExp(CONTRAST.source, 'giu'))].map((match) => match.index);
  const matches = [...line.matchAll(QUOTES)];
  const first = matches[0]?.index ?? 0;
  const end =
    contrast.find(
      (index) =>
        index > first && !matches.some((match) => index > match.index && index < match.index + match[0].length),
    ) ?? line.length;
  return matches
    .filter((match) => match.index < end)
    .map((match) => (match[1] ?? match[2] ?? match[3] ?? '').trim().replace(/[.,]$/, ''))
    .filter((phrase) => phrase !== '' && phrase.split(/\s+/).length <= PHRASE_WORDS);
}

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
/** Headings over lists of words that are banned; a heading that only tells of avoiding something is none. */
const BAN_HEADINGS: readonly RegExp[] = [
  /^(?:banned|forbidden|prohibited|off.?limits|verboten\p{L}*)\b/iu,
  /^(?:avoid|to avoid|(?:zu )?vermeiden|vermeiden sie)(?:$|:| (?:saying|using|writing|these|words?|phrases?|terms?|diese)\b)/iu,
  /^(?:(?:what|words?|phrases?|terms?) )?(?:we |you |to )?(?:never|do not|don.?t|not) (?:to )?(?:say|use|write)\b/iu,
  /\b(?:words?|phrases?|terms?|language|expressions?) (?:that |which )?(?:we |you |are |is )?(?:(?:to )?avoid|never|do not|don.?t|not to|banned|forbidden|prohibited|off.?limits)\b/iu,
  /^(?:(?:was|w\u00f6rter|begriffe|ausdr\u00fccke|formulierungen)\b.{0,12} )?(?:wir )?(?:nie(?:mals)?|nicht|vermeiden)(?: (?:verwenden|sagen|schreiben|benutzen))?$/iu,
];
/** People who are told of and not told what to do: `They do not say "the light is bad"` states no rule. */
const OTHERS =
  '(?:they|he|she|it|who|people|nobody|everyone|others|customers?|clients?|users?|visitors?|readers?|buyers?|prospects?|competitors?|rivals?|teams?|employees|staff|guests?|patients?|parents?|kids|children)';
const WORD_VERB =
  '(?:say(?:ing)?|use|using|write|writing|claim(?:ing)?|call(?:ing)?|describe|describing|print|mention)';
const USED = '(?:said|used|written|claimed|called|described|printed|mentioned)';
const VERWENDEN = '(?:verwenden|sagen|schreiben|benutzen|nennen|behaupten)';
/** Sentences that ban words: orders to the writer, what we and our texts do not say, and what must not be used. */
const BANS: readonly RegExp[] = [
  // "Never say ...", "MUST: do not use ...", "Say what it does; never write ..."
  `^(?:[^"\u201c\u201e\u00ab]{0,80}[,:;.\u2013\u2014] +)?(?:please |and |but )?(?:do not|don.?t|never|avoid) (?:ever )?${WORD_VERB}\\b`,
  // "In headlines never write ..."
  `^(?:in|on|for|with) (?:[\\p{L}-]+ ){1,4}(?<!\\b${OTHERS} )(?:do not|don.?t|never|avoid) ${WORD_VERB}\\b`,
  // "We do not say ...", "Headlines never use ..."
  `\\b(?:we|you|copy|(?:copy)?writers?|authors?|editors?|agenc(?:y|ies)|headlines?|subject lines?|captions?|posts?|claims?|texts?|ads?|e-?mails?) (?:do not|don.?t|never) (?:ever )?${WORD_VERB}\\b`,
  // "Partners must not call ..."
  `\\b\\p{L}+(?<!\\b${OTHERS}) (?:must|may|should|shall) (?:not|never) (?:ever )?${WORD_VERB}\\b`,
  // "... must never be used", "\u201cCheap\u201d is not used"
  `\\b(?:must|may|should|shall) (?:not|never) (?:ever )?be ${USED}\\b`,
  `["\u201d\u201c\u00bb\u2019'] (?:is|are) (?:never|not) ${USED}\\b`,
  '^avoid\\b',
  // German: "Nie ... sagen", "\u201eBillig\u201c nicht verwenden", "Schreiben Sie nie ...", "Wir sagen nicht ...", "... darf nicht verwendet werden"
  `^(?:bitte )?(?:nie(?:mals)?|nicht)\\b[^.]*\\b${VERWENDEN}\\b`,
  `^(?:\\p{L}+ (?:wort|w\u00f6rter|begriffe?|ausdr(?:u|\u00fc)cke?) )?["\u201c\u201e\u00ab][^.]*["\u201d\u201c\u00bb] (?:bitte )?(?:nie(?:mals)?|nicht) ${VERWENDEN}\\b`,
  `^(?:bitte )?(?:${VERWENDEN} sie|verwende|sage?|schreibe?|benutze|nenne|vermeiden? sie|vermeide)\\b[^.]*(?:\\b(?:nie(?:mals)?|nicht|kein\\p{L}*)\\b|["\u201e])`,
  `\\bwir ${VERWENDEN} [^.]*\\b(?:nie(?:mals)?|nicht)\\b|\\bwir ${VERWENDEN} (?:nie(?:mals)?|nicht)\\b`,
  '\\b(?:darf|d\u00fcrfen|sollte?n?) (?:nie(?:mals)?|nicht) (?:verwendet|gesagt|geschrieben|benutzt|genannt)\\b',
].map((source) => new RegExp(source, 'iu'));
const STATEMENT =
  /\b(?:MUST(?: NOT)?|SHOULD(?: NOT)?|MAY|NEVER|ALWAYS)\b|^(?:[-*]\s+)?(?:must|should|may|never|always|do not|don.?t|avoid)\b|\b(?:copy|we|writers?|headlines?|claims?|every \p{L}+|all \p{L}+|texts?|e-?mails?|ads?) (?:must|should|may|never|always)\b/u;
const LIST_ITEM = /^\s*(?:[-*+]|\d+[.)])\s/;
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
      const heading = text.replace(/^[\s#\d.)*_]+|[\s#*_:]+$/g, '');
      if (BAN_HEADINGS.some((form) => form.test(heading))) [banning, depth] = [true, block.depth];
      else if (block.depth <= depth) banning = false;
      continue;
    }
    const listed = LIST_ITEM.test(text);
    for (const line of linesOf(text)) {
      const rule = banning ? banOf(line, listed) : statementOf(line);
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

/** What a line under a banning heading bans: its quotes, else a list item or a bare list of words; a sentence around the list bans nothing. */
function banOf(line: string, listed: boolean): StatedRule | undefined {
  const quoted = quotesBefore(line);
  if (quoted.length === 0 && !listed && /[.!:]$/.test(line)) return undefined;
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
  const bans = BANS.some((form) => form.test(line)) || BANNED_LABEL.test(line);
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
  if (/\b(?:should|avoid|sollten?|vermeiden?)\b/i.test(line)) return 'SHOULD';
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

/**
 * Owns the reading of numbers out of prose: what is written, how exactly, in which unit.
 * Dates, times, ordinals, identifiers, addresses and references to law are no figures and are passed over (rules below).
 */

/** How a number is meant: a share of a hundred, points between shares, money, days or weeks, a multiple, or plain. */
export type MentionKind = 'PERCENT' | 'MONEY' | 'DAYS' | 'WEEKS' | 'TIMES' | 'PLAIN';

/** One number as written. */
export interface NumberMention {
  /** Half-open UTF-16 offsets into the text. */
  readonly start: number;
  readonly end: number;
  readonly quote: string;
  /** Readings of the digits, without sign, magnitude applied; more than one where `1,234` may be a decimal comma. */
  readonly readings: readonly { readonly value: number; readonly tolerance: number }[];
  readonly kind: MentionKind;
  /** ISO code where money names one. */
  readonly currency: string | null;
  /** -1 or 1 where a sign is written, 0 without. */
  readonly sign: -1 | 0 | 1;
}

const MAGNITUDES: Readonly<Record<string, number>> = {
  k: 1e3,
  thousand: 1e3,
  tsd: 1e3,
  tausend: 1e3,
  m: 1e6,
  mn: 1e6,
  mm: 1e6,
  mio: 1e6,
  million: 1e6,
  millions: 1e6,
  millionen: 1e6,
  b: 1e9,
  bn: 1e9,
  mrd: 1e9,
  billion: 1e9,
  billions: 1e9,
  milliarden: 1e9,
};
const SYMBOLS: Readonly<Record<string, string>> = {
  '\u20ac': 'EUR',
  $: 'USD',
  '\u00a3': 'GBP',
  '\u00a5': 'JPY',
};
const SMALL_WORDS: Readonly<Record<string, number>> = {
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  thirteen: 13,
  fourteen: 14,
  fifteen: 15,
  sixteen: 16,
  seventeen: 17,
  eighteen: 18,
  nineteen: 19,
  twenty: 20,
  thirty: 30,
  forty: 40,
  fifty: 50,
  sixty: 60,
  seventy: 70,
  eighty: 80,
  ninety: 90,
};
/** Words for a multiple or a part. */
const RATIO_WORDS: Readonly<Record<string, number>> = {
  doubles: 2,
  doubled: 2,
  doubling: 2,
  twice: 2,
  triple: 3,
  triples: 3,
  tripled: 3,
  tripling: 3,
  quadrupled: 4,
  halved: 0.5,
  halves: 0.5,
  halving: 0.5,
};
const PART_WORDS: Readonly<Record<string, number>> = {
  half: 0.5,
  'a third': 1 / 3,
  'one third': 1 / 3,
  'two thirds': 2 / 3,
  'a quarter': 0.25,
  'one quarter': 0.25,
  'three quarters': 0.75,
};

const MONTHS =
  'jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch)?|m\u00e4rz|apr(?:il)?|may|mai|june?|juni?|july?|juli?|aug(?:ust)?|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?';

/** What looks like a number and is none; what these cover is not read. */
const NO_FIGURES: readonly RegExp[] = [
  /\bhttps?:\/\/\S+|\bwww\.\S+|[^\s@]{1,64}@[^\s@]{1,255}\.\w+/giu, // addresses
  /\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b|\b[0-9a-f]{32,64}\b/giu, // identifiers, digests
  /\b\d{4}-\d{2}-\d{2}(?:T[\d:.]+Z?)?|\b\d{4}-(?:W\d{1,2}|Q[1-4]|\d{2})\b|\b\d{1,2}\.\d{1,2}\.\d{4}\b|\b\d{1,2}\/\d{1,2}\/\d{2,4}\b/giu, // days, months, weeks
  new RegExp(
    `\\b\\d{1,2}(?:st|nd|rd|th|\\.)?\\s+(?:of\\s+)?(?:${MONTHS})\\b\\.?(?:,?\\s+\\d{4})?|\\b(?:${MONTHS})\\b\\.?\\s+\\d{1,2}(?:st|nd|rd|th)?(?:\\s*[-\u2013]\\s*\\d{1,2})?(?!\\d|[.,]\\d|%)(?:,?\\s+\\d{4}\\b)?|\\b(?:${MONTHS})\\b\\.?\\s+\\d{4}\\b`,
    'giu',
  ),
  /\b(?:in|since|during|year|fy|spring|summer|autumn|fall|winter|q[1-4]|h[12]|seit|im jahr)\s+(?:19|20)\d{2}\b(?![.,]?\d|\s*%)/giu, // years
  /\b(?:by|from|until|through|before|after|of|and|to|bis)\s+(?:19|20)\d{2}\b(?![.,]?\d|\s*(?:%|x\b)|\s+\p{Ll}+s\b)/giu, // years, unless something is counted
  /\b(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?\b|\b\d{1,2}\s?(?:am|pm)\b|\b24\/7\b/giu, // times of day
  /\b\d+(?:st|nd|rd|th)\b/giu, // ordinals
  /\b(?:q[1-4]|h[12])\b/giu, // quarters, halves
  /\b(?:article|art\.|section|sec\.|sect\.|\u00a7+|rule|directive|regulation|annex|appendix|step|phase|wave|variant|version|v|option|figure|table|page|chapter|no\.|number|nr\.|part|tier|kw|calendar week|week|round|revision|issue|iso)\s?#?\d+(?:[./-]\d+)*(?:\([0-9a-z]+\))*/giu,
  /\b\d+\s(?:cfr|usc|u\.s\.c\.)\s(?:\u00a7\s?)?[\d.]+(?:\([0-9a-z]+\))*/giu, // law
  /#\d+\b/gu, // references
  /^[ \t]*(?:[-*]\s+)?\d{1,2}[.)]\s/gmu, // list marks
];

/** Codes that are read as money when they stand beside a number. */
const CODES = 'EUR|USD|GBP|CHF|JPY|CAD|AUD|SEK|NOK|DKK|PLN|CZK|INR|BRL|MXN|SGD|HKD|NZD|ZAR|CNY';
const DIGITS = "\\d{1,3}(?:[,.\u2019' \u00a0\u202f]\\d{3})+(?:[.,]\\d+)?|\\d+(?:[.,]\\d+)?";
const FIGURE = new RegExp(
  `(?<![\\p{L}\\p{N}_])(?<sign>[+\u2212\u2013-](?=[\\d\u20ac$\u00a3\u00a5])|minus |plus )?(?<before>(?:(?:${CODES})[\\s\u00a0\u202f]?|[\u20ac$\u00a3\u00a5]\\s?))?(?<inner>[+\u2212-])?(?<digits>(?:${DIGITS})(?!\\d))` +
    `(?:[\\s\u00a0\u202f-]?(?<magnitude>k|thousand|tsd\\.?|tausend|mio\\.?|mrd\\.?|mn|mm|m|bn|b|millions?|millionen|billions?|milliarden)(?![\\p{L}\\p{N}]))?` +
    `(?:[\\s\u00a0\u202f-]?(?<after>%|percentage points?|percent|per cent|prozent|pp|bps|basis points|x|\u00d7|times|fold|days?|tage?n?|weeks?|wochen?|\u20ac|\\$|\u00a3|euros?|dollars?|pounds?|${CODES})(?![\\p{L}\\p{N}]))?`,
  'giu',
);
const HEDGED =
  /(?:about|around|roughly|approximately|approx\.?|some|nearly|almost|over|under|more than|less than|up to|circa|ca\.|rund|etwa|knapp|\u00fcber|~|\u2248)\s*$/iu;

const UNIT_WORD =
  '%|percentage points?|percent|per cent|times|fold|x|days?|weeks?|euros?|dollars?|pounds?|thousand|million|billion|hundred';
const WORD_NUMBERS = Object.keys(SMALL_WORDS).join('|');
/** A number in words counts as a figure only with a unit or a magnitude behind it; alone up to twelve it counts what is listed. */
const WORD_FIGURE = new RegExp(
  `\\b(?<tens>${WORD_NUMBERS})(?:[- ](?<ones>${WORD_NUMBERS}))?(?:[ -](?<scale>hundred|thousand|million|billion))?(?:[ -](?<unit>${UNIT_WORD}))?\\b`,
  'giu',
);
const RATIO_FIGURE = new RegExp(
  `\\b(?:${Object.keys(RATIO_WORDS).join('|')})\\b(?! (?:a|per|each|every|daily|weekly)\\b)|\\b(?:${Object.keys(PART_WORDS).join('|')}) (?:of|as|again)\\b(?! the (?:year|month|week|quarter|day)\\b)`,
  'giu',
);

/** Every figure in the text, in order, without overlaps. */
export function numberMentions(text: string): NumberMention[] {
  const taken = new Uint8Array(text.length);
  for (const pattern of NO_FIGURES)
    for (const match of text.matchAll(pattern)) taken.fill(1, match.index, match.index + match[0].length);
  const found: NumberMention[] = [];
  const add = (mention: NumberMention | undefined): void => {
    if (!mention || taken.subarray(mention.start, mention.end).includes(1)) return;
    taken.fill(1, mention.start, mention.end);
    found.push(mention);
  };
  for (const match of text.matchAll(FIGURE)) add(digitMention(text, match));
  for (const match of text.matchAll(WORD_FIGURE)) add(wordMention(match));
  for (const match of text.matchAll(RATIO_FIGURE)) add(ratioMention(match));
  return found.toSorted((a, b) => a.start - b.start);
}

function digitMention(text: string, match: RegExpMatchArray): NumberMention | undefined {
  const groups = match.groups ?? {};
  const start = match.index ?? 0;
  const end = start + match[0].length;
  // Capitals that touch make it a name: 3D, 2FA. (Letters before it, as in GA4, never get here.)
  if (/^[\p{Lu}_]/u.test(text.charAt(end))) return undefined;
  const magnitude = MAGNITUDES[(groups['magnitude'] ?? '').toLowerCase().replace('.', '')] ?? 1;
  const unit = (groups['after'] ?? '').toLowerCase();
  const before = (groups['before'] ?? '').trim();
  const hedged = HEDGED.test(text.slice(Math.max(0, start - 16), start));
  const sign = signOf(`${groups['sign'] ?? ''}${groups['inner'] ?? ''}`, text, start);
  const points = unit === 'bps' || unit === 'basis points' ? 0.01 : 1;
  const readings = readingsOf(groups['digits'] ?? '', hedged).map((r) => ({
    value: r.value * magnitude * points,
    tolerance: r.tolerance * magnitude * points,
  }));
  return { start, end, quote: match[0], readings, sign, ...kindOf(before, unit, groups['after'] ?? '') };
}

/** A dash between two figures is a range (`10-15`), not a minus. */
function signOf(written: string, text: string, start: number): -1 | 0 | 1 {
  const sign = written.trim().toLowerCase();
  if (sign === '' || sign === '\u2013') return 0;
  if (/[\d%)]\s?$/.test(text.slice(Math.max(0, start - 2), start))) return 0;
  return sign === '+' || sign === 'plus' ? 1 : -1;
}

function kindOf(before: string, unit: string, written: string): { kind: MentionKind; currency: string | null } {
  const named = SYMBOLS[before] ?? (before === '' ? undefined : before.toUpperCase());
  if (named !== undefined) return { kind: 'MONEY', currency: named };
  if (/^(?:%|p|bps|basis)/.test(unit) && !unit.startsWith('pound')) return { kind: 'PERCENT', currency: null };
  if (/^(?:x|\u00d7|times|fold)$/.test(unit)) return { kind: 'TIMES', currency: null };
  if (/^(?:day|tag)/.test(unit)) return { kind: 'DAYS', currency: null };
  if (/^(?:week|woche)/.test(unit)) return { kind: 'WEEKS', currency: null };
  if (/^(?:\u20ac|\$|\u00a3|euro|dollar|pound)/.test(unit))
    return {
      kind: 'MONEY',
      currency: { e: 'EUR', d: 'USD', p: 'GBP' }[unit.charAt(0)] ?? SYMBOLS[unit] ?? null,
    };
  if (CODES.split('|').includes(written.toUpperCase())) return { kind: 'MONEY', currency: written.toUpperCase() };
  return { kind: 'PLAIN', currency: null };
}

/** Readings of written digits: `1,234` as thousands, and as a decimal comma where it can be one. */
function readingsOf(digits: string, hedged: boolean): { value: number; tolerance: number }[] {
  const even = digits.replace(/[\u2019' \u00a0\u202f]/g, '');
  const texts = new Set<string>();
  const marks = even.match(/[.,]/g) ?? [];
  const last = Math.max(even.lastIndexOf('.'), even.lastIndexOf(','));
  if (marks.length === 0) texts.add(even);
  else {
    const asDecimal = `${even.slice(0, last).replace(/[.,]/g, '')}.${even.slice(last + 1)}`;
    const asThousands = even.replace(/[.,]/g, '');
    const groupsOfThree = /^\d{1,3}(?:[.,]\d{3})+$/.test(even);
    if (groupsOfThree) texts.add(asThousands);
    if (!groupsOfThree || marks.length === 1) texts.add(asDecimal);
  }
  return [...texts].map((text) => ({ value: Number(text), tolerance: toleranceOf(text, hedged) }));
}

/** Half of the last place written; after "about" and its like half of the last place that is not zero. */
function toleranceOf(text: string, hedged: boolean): number {
  const fraction = text.split('.')[1];
  if (fraction !== undefined) return 0.5 * 10 ** -fraction.length;
  const zeros = hedged ? (/0*$/.exec(text)?.[0].length ?? 0) : 0;
  return 0.5 * 10 ** Math.min(zeros, Math.max(0, text.length - 1));
}

function wordMention(match: RegExpMatchArray): NumberMention | undefined {
  const groups = match.groups ?? {};
  const tens = SMALL_WORDS[(groups['tens'] ?? '').toLowerCase()] ?? 0;
  const ones = SMALL_WORDS[(groups['ones'] ?? '').toLowerCase()] ?? 0;
  const scaleWord = (groups['scale'] ?? '').toLowerCase();
  const unit = (groups['unit'] ?? '').toLowerCase();
  const scale = scaleWord === 'hundred' ? 100 : (MAGNITUDES[scaleWord] ?? 1);
  const value = (tens + ones) * scale;
  const bare = scale === 1 && !/^(?:%|percent|per cent|times|fold|x|euro|dollar|pound)/.test(unit);
  if (bare && value <= 12) return undefined;
  const start = match.index ?? 0;
  const { kind, currency } = kindOf('', unit, '');
  return {
    start,
    end: start + match[0].length,
    quote: match[0],
    readings: [{ value, tolerance: 0.5 * scale }],
    kind,
    currency,
    sign: 0,
  };
}

function ratioMention(match: RegExpMatchArray): NumberMention {
  const start = match.index ?? 0;
  const phrase = match[0].toLowerCase().replace(/ (?:of|as|again)$/, '');
  const part = PART_WORDS[phrase];
  const readings =
    part === undefined ? [{ value: RATIO_WORDS[phrase] ?? 2, tolerance: 0.1 }] : [{ value: part * 100, tolerance: 3 }];
  return {
    start,
    end: start + match[0].length,
    quote: match[0],
    readings,
    kind: part === undefined ? 'TIMES' : 'PERCENT',
    currency: null,
    sign: 0,
  };
}

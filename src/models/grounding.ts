/**
 * Owns the grounding check: every number in composed prose must come from a figure with evidence or from the facts that
 * the model was given. What is checked is the value, its unit and its direction; whether the sentence around it is apt is not.
 */
import type { Figure } from '../domain/evidence.ts';
import { assertNever } from '../kernel/errors.ts';
import { knownNumbers, type KnownNumber } from './knownNumbers.ts';
import { numberMentions, type NumberMention } from './numberMentions.ts';

/** What prose may be drawn from: figures, and the facts handed to the model (figures in them are found by their shape). */
export interface GroundingSource {
  readonly figures: readonly Figure[];
  readonly facts?: unknown;
}

/** Why a number is not supported: no such value, a value of another unit, or one of the opposite direction. */
export type GroundingFault = 'NO_SOURCE' | 'OTHER_UNIT' | 'OPPOSITE_DIRECTION';

/** A number without support. */
export interface UnsupportedNumber {
  /** Where the text stands in the artifact, dot-separated; empty for a text checked alone. */
  readonly path: string;
  readonly quote: string;
  /** Half-open UTF-16 offsets into that text. */
  readonly span: { readonly start: number; readonly end: number };
  readonly fault: GroundingFault;
}

/** What a check found; grounded when `unsupported` is empty. */
export interface GroundingReport {
  /** Numbers read. */
  readonly numbers: number;
  readonly unsupported: readonly UnsupportedNumber[];
}

/** Keys of an artifact whose texts are references and no prose. */
const REFERENCE_KEY =
  /^(?:id|ids|.*Ids?|path|paths|digest|url|urls|href|from|to|on|at|date|.*(?:On|At|Date|Digest|Key)|currency|unit|kind|type|locale|language|version)$/;
const UP =
  /\b(?:rose|risen|rise|rises|grew|grow|grows|grown|gain(?:s|ed)?|increase[sd]?|increasing|climbed|improved?|up|more|higher|added?|adds|lifted|lifts?|gestiegen|plus)\b/i;
const DOWN =
  /\b(?:fell|fall|falls|fallen|dropped|drops?|declined?|declines|decrease[sd]?|lost|loses?|loss|cut|cuts|reduced?|reduces|shrank|down|less|fewer|lower|gefallen|minus)\b/i;
/** Characters before a number in which a word of direction counts. */
const DIRECTION_WINDOW = 48;
/** Characters after it, for "12% lower". */
const DIRECTION_AFTER = 16;

/** Checks one text. */
export function checkProse(text: string, source: GroundingSource): GroundingReport {
  return checkTexts([{ path: '', text }], knownNumbers(source.figures, source.facts));
}

/**
 * Checks an artifact as a model composed it: the texts in it as prose, and its numeric leaves, which must equal a known number.
 * Texts under reference keys (ids, dates, digests, addresses) are passed over; figures that stand in it are not taken as sources.
 */
export function checkArtifact(artifact: unknown, source: GroundingSource): GroundingReport {
  const known = knownNumbers(source.figures, source.facts);
  const texts: { path: string; text: string }[] = [];
  const numbers: { path: string; value: number }[] = [];
  collect(artifact, [], { texts, numbers });
  const prose = checkTexts(texts, known);
  const strays = numbers.filter(({ value }) => !known.some((entry) => isClose(entry.value, value)));
  return {
    numbers: prose.numbers + numbers.length,
    unsupported: [
      ...prose.unsupported,
      ...strays.map(({ path, value }) => ({
        path,
        quote: String(value),
        span: { start: 0, end: 0 },
        fault: 'NO_SOURCE' as const,
      })),
    ],
  };
}

/** The faults in words that a model can mend its answer by. */
export function groundingAdvice(report: GroundingReport): string {
  const lines = report.unsupported
    .slice(0, 12)
    .map(
      (number) => `- ${number.path === '' ? '' : `${number.path}: `}"${number.quote}": ${FAULT_WORDS[number.fault]}`,
    );
  return [
    'These numbers are not supported by the facts. Use only numbers that stand in the facts, as they stand there, or leave them out:',
    ...lines,
  ].join('\n');
}

const FAULT_WORDS: Readonly<Record<GroundingFault, string>> = {
  NO_SOURCE: 'no fact has this value',
  OTHER_UNIT: 'the fact with this value has another unit',
  OPPOSITE_DIRECTION: 'the fact with this value points the other way',
};

function checkTexts(texts: readonly { path: string; text: string }[], known: readonly KnownNumber[]): GroundingReport {
  let numbers = 0;
  const unsupported: UnsupportedNumber[] = [];
  for (const { path, text } of texts) {
    for (const mention of numberMentions(text)) {
      numbers += 1;
      const fault = faultOf(mention, text, known);
      if (fault)
        unsupported.push({
          path,
          quote: mention.quote,
          span: { start: mention.start, end: mention.end },
          fault,
        });
    }
  }
  return { numbers, unsupported };
}

function faultOf(mention: NumberMention, text: string, known: readonly KnownNumber[]): GroundingFault | undefined {
  const sameValue = known.flatMap((entry) => matchesOf(mention, entry));
  if (sameValue.length === 0) return 'NO_SOURCE';
  const sameUnit = sameValue.filter((match) => match.unitFits);
  if (sameUnit.length === 0) return 'OTHER_UNIT';
  const direction = mention.sign === 0 ? directionBefore(mention, text) : mention.sign;
  const opposed = (match: { value: number }): boolean =>
    mention.sign === 0 ? match.value < 0 && direction > 0 : Math.sign(match.value) === -direction;
  return sameUnit.every(opposed) ? 'OPPOSITE_DIRECTION' : undefined;
}

/** The readings of an entry that equal the mention within what its writing allows. */
function matchesOf(mention: NumberMention, entry: KnownNumber): { value: number; unitFits: boolean }[] {
  return readingsFor(mention, entry).filter(({ value }) =>
    mention.readings.some(
      (reading) =>
        Math.abs(Math.abs(value) - reading.value) <= reading.tolerance * (1 + 1e-9) + Math.abs(value) * 1e-12,
    ),
  );
}

function readingsFor(mention: NumberMention, { value, unit }: KnownNumber): { value: number; unitFits: boolean }[] {
  const open = unit === null;
  const money = unit !== null && /^[A-Z]{3}$/.test(unit) && unit !== 'KPI';
  switch (mention.kind) {
    case 'PERCENT':
      if (unit === 'PERCENT') return [{ value, unitFits: true }];
      if (unit === 'SHARE' || unit === 'RATIO' || open)
        return [{ value: value * 100, unitFits: true }, ...(open ? [] : [{ value, unitFits: false }])];
      return [{ value, unitFits: false }];
    case 'MONEY':
      return [
        {
          value,
          unitFits: open || unit === 'KPI' || (money && (mention.currency === null || mention.currency === unit)),
        },
      ];
    case 'DAYS':
      return [{ value, unitFits: open || unit === 'DAYS' || unit === 'COUNT' }];
    case 'WEEKS':
      return [
        { value: value / 7, unitFits: open || unit === 'DAYS' },
        { value, unitFits: open || unit === 'COUNT' },
      ];
    case 'TIMES':
      return [
        { value, unitFits: open || unit === 'RATIO' || unit === 'COUNT' },
        ...(unit === 'SHARE' || open ? [{ value: value + 1, unitFits: true }] : []),
      ];
    case 'PLAIN':
      return [{ value, unitFits: unit !== 'PERCENT' }];
    default:
      return assertNever(mention.kind);
  }
}

function directionBefore(mention: NumberMention, text: string): -1 | 0 | 1 {
  const before = (
    text
      .slice(Math.max(0, mention.start - DIRECTION_WINDOW), mention.start)
      .split(/[.;:!?,()]\s/)
      .at(-1) ?? ''
  ).toLowerCase();
  const after = text.slice(mention.end, mention.end + DIRECTION_AFTER).split(/[.;:!?,()]/)[0] ?? '';
  // A level ("rose to 12") says nothing about the sign of the number itself.
  if (/\b(?:to|at|from|of|auf|von)\s*$/.test(before)) return 0;
  const up = Math.max(lastIndex(before, UP), UP.test(after) ? before.length + 1 : -1);
  const down = Math.max(lastIndex(before, DOWN), DOWN.test(after) ? before.length + 1 : -1);
  if (up === down) return 0;
  return up > down ? 1 : -1;
}

function lastIndex(text: string, pattern: RegExp): number {
  return Math.max(-1, ...[...text.matchAll(new RegExp(pattern.source, 'gi'))].map((match) => match.index));
}

function isClose(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
}

function collect(
  value: unknown,
  path: readonly string[],
  into: { texts: { path: string; text: string }[]; numbers: { path: string; value: number }[] },
): void {
  if (typeof value === 'string') into.texts.push({ path: path.join('.'), text: value });
  else if (typeof value === 'number') into.numbers.push({ path: path.join('.'), value });
  else if (Array.isArray(value))
    for (const [index, part] of value.entries()) collect(part, [...path, String(index)], into);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, part] of Object.entries(value))
      if (!REFERENCE_KEY.test(key) || typeof part !== 'string') collect(part, [...path, key], into);
  }
}

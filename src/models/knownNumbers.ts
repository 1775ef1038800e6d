/** Owns the numbers that prose may use: those of figures, and those that stand in the facts a model was given. */
import { figureSchema, type Figure } from '../domain/evidence.ts';
import { daysInclusive, isDay } from '../kernel/calendar.ts';
import { assertNever } from '../kernel/errors.ts';
import { currencyExponent } from '../kernel/money.ts';
import { numberMentions, type NumberMention } from './numberMentions.ts';

/** A value that may be said. `unit` as in figures, `PERCENT` for a value already in hundredths, `LENGTH` for how many a list holds; null where the facts name none. */
export interface KnownNumber {
  readonly value: number;
  readonly unit: string | null;
}

const DECIMAL = /^-?\d+(?:\.\d+)?$/;
const FIGURE = figureSchema.strict();

/**
 * All numbers of figures and facts. In facts: numbers and decimal texts; micros and minor units also as whole units; lengths of
 * lists; days between `from` and `to`; numbers inside texts, as they are written there.
 */
export function knownNumbers(figures: readonly Figure[], facts: unknown): KnownNumber[] {
  const known = new Map<string, KnownNumber>();
  const add = (value: number, unit: string | null): void => {
    if (Number.isFinite(value)) known.set(`${value} ${unit ?? ''}`, { value, unit });
  };
  for (const figure of figures) addFigure(figure, add);
  walk(facts, '', {}, add);
  return [...known.values()];
}

type Add = (value: number, unit: string | null) => void;

function addFigure(figure: Figure, add: Add): void {
  for (const value of [figure.value, figure.lower, figure.upper]) if (value !== null) add(value, figure.unit);
  if (figure.interval !== null) add(figure.interval, 'SHARE');
}

function walk(value: unknown, key: string, around: Readonly<Record<string, unknown>>, add: Add): void {
  if (typeof value === 'number') addNumber(value, key, around, add);
  else if (typeof value === 'bigint') addNumber(Number(value), key, around, add);
  else if (typeof value === 'string') addText(value, key, around, add);
  else if (Array.isArray(value)) {
    add(value.length, 'LENGTH');
    for (const part of value) walk(part, key, around, add);
  } else if (typeof value === 'object' && value !== null) walkObject(value as Readonly<Record<string, unknown>>, add);
}

function walkObject(object: Readonly<Record<string, unknown>>, add: Add): void {
  const figure = FIGURE.safeParse(object);
  if (figure.success) {
    addFigure(figure.data, add);
    return;
  }
  const { from, to } = object;
  if (typeof from === 'string' && typeof to === 'string' && isDay(from) && isDay(to))
    add(daysInclusive(from, to), 'DAYS');
  for (const [key, part] of Object.entries(object)) walk(part, key, object, add);
}

function addText(text: string, key: string, around: Readonly<Record<string, unknown>>, add: Add): void {
  if (DECIMAL.test(text)) addNumber(Number(text), key, around, add);
  else
    for (const mention of numberMentions(text))
      for (const { value } of mention.readings) add(value * (mention.sign === -1 ? -1 : 1), unitOf(mention));
}

function addNumber(value: number, key: string, around: Readonly<Record<string, unknown>>, add: Add): void {
  const currency = typeof around['currency'] === 'string' ? around['currency'] : null;
  if (/micros$/i.test(key)) add(value / 1e6, currency);
  else if (/minor$/i.test(key)) add(value / 10 ** exponentOf(currency), currency);
  else if (/(?:percent|pct)$/i.test(key)) add(value, 'PERCENT');
  else if (/days$/i.test(key)) add(value, 'DAYS');
  else if (/(?:count|rows|clicks|impressions|leads|sends|sessions)$/i.test(key)) add(value, 'COUNT');
  else add(value, typeof around['unit'] === 'string' ? around['unit'] : null);
}

function exponentOf(currency: string | null): number {
  return currency !== null && /^[A-Z]{3}$/.test(currency) ? currencyExponent(currency) : 2;
}

function unitOf(mention: NumberMention): string | null {
  switch (mention.kind) {
    case 'PERCENT':
      return 'PERCENT';
    case 'MONEY':
      return mention.currency;
    case 'DAYS':
      return 'DAYS';
    case 'TIMES':
      return 'RATIO';
    case 'WEEKS':
      return 'COUNT';
    case 'PLAIN':
      return null;
    default:
      return assertNever(mention.kind);
  }
}

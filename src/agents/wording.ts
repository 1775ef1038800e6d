/** Owns figures as prose of specialists shows them: rounded to what a reader can use, still within what the grounding check allows. */
import type { Figure } from '../domain/evidence.ts';
import { figureText, valueText } from '../models/phrases.ts';

/** From this size on, fractions of a count or of a currency unit say nothing. */
const WHOLE_FROM = 20;

/** A figure's value, without fractions where it is large. */
export function amount(figure: Figure): string {
  return whole(valueText(roundedFigure(figure)));
}

/** A figure's size without its sign: for words that tell the direction themselves. */
export function size(figure: Figure): string {
  return whole(valueText(roundedFigure({ ...figure, value: Math.abs(figure.value) })));
}

/** A figure with its interval, without fractions where it is large. */
export function amountRange(figure: Figure): string {
  return whole(figureText(roundedFigure(figure)));
}

/** What a figure says of a KPI: `76,086 conversions`, `EUR 7.41 of revenue`. */
function ofKpi(figure: Figure, words: string): string {
  return `${amount(figure)} ${/^[A-Z]{3}$/.test(figure.unit) ? 'of ' : ''}${words}`;
}

/** The same with the interval behind it: `EUR 7.41 of revenue (90% interval EUR 1.38 to EUR 15.14)`. */
export function rangeOfKpi(figure: Figure, words: string): string {
  const range = /\((.*)\)$/.exec(amountRange(figure))?.[1];
  return `${ofKpi(figure, words)}${range ? ` (${range})` : ''}`;
}

/** A change with its sign: `+1,200`, `\u221240`. */
export function signedAmount(figure: Figure): string {
  return figure.value < 0 ? `\u2212${size(figure)}` : `+${size(figure)}`;
}

/** Text without the zeros of whole amounts, where all its amounts are whole. */
function whole(text: string): string {
  return /\d\.(?!00(?!\d))\d+(?!\d*%)/.test(text) ? text : text.replace(/(\d)\.00(?!\d|%)/g, '$1');
}

function roundedFigure(figure: Figure): Figure {
  const counts = figure.unit === 'COUNT' || figure.unit === 'KPI';
  const money = !counts && /^[A-Z]{3}$/.test(figure.unit);
  if (!counts && !(money && Math.abs(figure.value) >= 100)) return figure;
  const round = (value: number): number => (Math.abs(figure.value) >= WHOLE_FROM ? halfAway(value) : value);
  return {
    ...figure,
    value: round(figure.value),
    lower: figure.lower === null ? null : round(figure.lower),
    upper: figure.upper === null ? null : round(figure.upper),
  };
}

/** Rounds as numbers are printed: halves away from zero, so that \u221243.5 is \u221244 wherever it stands. */
function halfAway(value: number): number {
  return Math.sign(value) * Math.round(Math.abs(value));
}

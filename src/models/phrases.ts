/**
 * Owns the wording of figures for prose written by rules: numbers with units, intervals, changes, lists, hedges.
 * Every number it writes passes the grounding check against the figure that it was given; it computes none.
 */
import type { EvidenceTier, Figure } from '../domain/evidence.ts';
import { assertNever } from '../kernel/errors.ts';
import { currencyExponent } from '../kernel/money.ts';

/** Units in which a value is not money. */
const PLAIN_UNITS: ReadonlySet<string> = new Set(['COUNT', 'SHARE', 'RATIO', 'DAYS', 'KPI', 'INDEX']);
/** From this size on, money and counts are told in millions (EUR 1.23 million). */
const MILLION = 1_000_000;
const BILLION = 1_000_000_000;
/** From this size on, fractions of a unit are not told. */
const LARGE = 1_000;

/** A number with its unit: `EUR 1.23 million`, `12.3%`, `1.84`, `28 days`, `1,204`. Anything that is not finite is `an unknown amount`. */
export function numberText(value: number, unit: string): string {
  if (!Number.isFinite(value)) return 'an unknown amount';
  if (unit === 'SHARE') return `${grouped(value * 100, Math.abs(value) < 0.1 ? 2 : 1)}%`;
  if (unit === 'RATIO') return grouped(value, 2);
  if (unit === 'DAYS') return `${grouped(value, Number.isInteger(value) ? 0 : 1)} ${value === 1 ? 'day' : 'days'}`;
  const large = Math.abs(value) >= LARGE;
  if (!PLAIN_UNITS.has(unit) && /^[A-Z]{3}$/.test(unit))
    return `${unit} ${sized(value, large ? 0 : currencyExponent(unit))}`;
  return sized(value, large || Number.isInteger(value) ? 0 : 2);
}

/** A number to its last whole digit, for what people set themselves: `EUR 1,234,567`, `86,000`. */
export function exactText(value: number, unit: string): string {
  const digits = grouped(value, Number.isInteger(value) ? 0 : 2);
  return !PLAIN_UNITS.has(unit) && /^[A-Z]{3}$/.test(unit) ? `${unit} ${digits}` : digits;
}

/** A figure's value alone. */
export function valueText(figure: Figure): string {
  return numberText(figure.value, figure.unit);
}

/** A figure with its interval where it has one: `EUR 12,400 (90% interval EUR 9,800 to EUR 15,100)`. */
export function figureText(figure: Figure): string {
  const range = intervalText(figure);
  return range === '' ? valueText(figure) : `${valueText(figure)} (${range})`;
}

/** The interval of a figure, or an empty text without one: `90% interval 1.10 to 2.40`. */
export function intervalText(figure: Figure): string {
  if (figure.lower === null || figure.upper === null || figure.interval === null) return '';
  const level = `${trimmed(figure.interval * 100, 1)}% interval`;
  return `${level} ${numberText(figure.lower, figure.unit)} to ${numberText(figure.upper, figure.unit)}`;
}

/** A relative change as people say it: `up 12.3%`, `down 4.00%`, `unchanged`. @param share -1 and up; 0.123 is +12.3 % */
export function changeText(share: number): string {
  if (!Number.isFinite(share)) return 'changed by an unknown amount';
  const size = numberText(Math.abs(share), 'SHARE');
  if (Number.parseFloat(size) === 0) return 'unchanged';
  return `${share > 0 ? 'up' : 'down'} ${size}`;
}

/** Names joined for a sentence: `search, social and e-mail`. More than `limit` end in `and others`. @default limit 6 */
export function listText(items: readonly string[], limit = 6): string {
  const shown = items.length > limit ? [...items.slice(0, limit), 'others'] : items;
  if (shown.length < 2) return shown[0] ?? 'none';
  return `${shown.slice(0, -1).join(', ')} and ${shown.at(-1) ?? ''}`;
}

/** A count with its noun: `1 campaign`, `24 campaigns`. */
export function countText(count: number, noun: string, plural = `${noun}s`): string {
  return `${grouped(count, 0)} ${count === 1 ? noun : plural}`;
}

/** A window of days, both counted. */
export function windowText(from: string, to: string): string {
  return from === to ? from : `${from} to ${to}`;
}

/** What kind of support stands behind a statement, to open a sentence with. */
export function tierText(tier: EvidenceTier): string {
  switch (tier) {
    case 'EXPERIMENT':
      return 'A controlled experiment shows';
    case 'MODEL':
      return 'The fitted model estimates';
    case 'OBSERVED':
      return 'The imported data show, without proof of cause,';
    case 'PRIOR':
      return 'No data of this workspace speak to it yet; general experience suggests';
    default:
      return assertNever(tier);
  }
}

/** How much to believe an effect, to be put before it: the wording weakens with the evidence. */
export function hedgeText(effect: {
  readonly tier: EvidenceTier;
  readonly identified: boolean;
  readonly reasons: readonly string[];
}): string {
  if (effect.identified) return tierText(effect.tier);
  const why = effect.reasons.length > 0 ? ` (${listText(effect.reasons, 3)})` : '';
  return `The data cannot tell this effect apart from others${why}; at best they suggest`;
}

/** A probability in words with its figure; the words follow the calibrated scale of the IPCC (AR5 guidance note, table 1). */
export function chanceText(probability: number): string {
  const share = probability < 0.01 ? 'under 1%' : probability > 0.99 ? 'over 99%' : `${trimmed(probability * 100, 0)}%`;
  if (probability >= 0.99) return `virtually certain (${share})`;
  if (probability >= 0.9) return `very likely (${share})`;
  if (probability >= 0.66) return `likely (${share})`;
  if (probability > 0.33) return `about as likely as not (${share})`;
  if (probability > 0.1) return `unlikely (${share})`;
  if (probability > 0.01) return `very unlikely (${share})`;
  return `exceptionally unlikely (${share})`;
}

/** Joins parts to one sentence: spaces evened, first letter raised, a full stop at the end. Empty parts fall away. */
export function sentence(...parts: readonly string[]): string {
  const text = parts
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join(' ')
    .replace(/\s+([,.;:!?])/g, '$1')
    .replace(/\s+/g, ' ');
  if (text === '') return '';
  const raised = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?:]$/.test(raised) ? raised : `${raised}.`;
}

/** Joins sentences to a paragraph, leaving out empty ones. */
export function paragraph(...sentences: readonly string[]): string {
  return sentences.filter((text) => text.trim() !== '').join(' ');
}

/** Cuts text to a slot's limit (UTF-16 units) at a word's end, never inside a word unless the first is too long, without trailing marks. */
export function clip(text: string, limit: number): string {
  const even = text.trim().replace(/\s+/g, ' ');
  if (even.length <= limit) return even;
  const cut = even.slice(0, limit + 1);
  const space = cut.lastIndexOf(' ');
  return (space > 0 ? cut.slice(0, space) : even.slice(0, limit)).replace(/[\s,;:\u2013-]+$/, '');
}

function sized(value: number, decimals: number): string {
  const size = Math.abs(value);
  if (size >= BILLION) return `${grouped(value / BILLION, 2)} billion`;
  if (size >= MILLION) return `${grouped(value / MILLION, 2)} million`;
  return grouped(value, decimals);
}

function trimmed(value: number, decimals: number): string {
  return String(Number(value.toFixed(decimals)));
}

function grouped(value: number, decimals: number): string {
  const text = Math.abs(value).toFixed(decimals);
  const [whole = '0', fraction] = text.split('.');
  const body = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',') + (fraction === undefined ? '' : `.${fraction}`);
  return value < 0 && /[1-9]/.test(text) ? `\u2212${body}` : body;
}

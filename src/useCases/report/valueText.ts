/** Owns how values read in reports: numbers with units, days, unknowns; and what makes text safe in HTML and Markdown. */
import { withoutControls } from '../../domain/text.ts';
import { isDay } from '../../kernel/calendar.ts';
import { numberText } from '../../models/phrases.ts';

const WHOLE = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });
const SHORT = new Intl.NumberFormat('en-GB', { maximumSignificantDigits: 3 });
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** What stands for a value that is not known. */
export const UNKNOWN = '–';

/** A cell as people read it; `unit` is that of its column. */
export function valueText(value: string | number | null, unit: string): string {
  if (value === null) return UNKNOWN;
  if (typeof value === 'string') return unit === 'DAY' && isDay(value) ? dayText(value) : value;
  switch (unit) {
    case 'TEXT':
      return String(value);
    case 'COUNT':
    case 'DAYS':
      return minus(Math.abs(value) < 10 && !Number.isInteger(value) ? SHORT.format(value) : WHOLE.format(value));
    case 'SHARE':
      return percentText(value);
    case 'RATIO':
    case 'SCORE':
    case 'INDEX':
      return minus(SHORT.format(value));
    default:
      return minus(Math.abs(value) < 100 && !Number.isInteger(value) ? value.toFixed(2) : WHOLE.format(value));
  }
}

/** A share as a percentage, rounded as prose rounds it: `80%`, `8.92%`; one too small to show is `under 0.01%`. */
export function percentText(share: number): string {
  if (share !== 0 && Math.abs(share) < 0.00005) return share > 0 ? 'under 0.01%' : '−0%';
  return minus(numberText(share, 'SHARE').replace(/\.0+%$/, '%'));
}

/** A probability: whole percent, and no more precise than anyone can know at either end. */
export function probabilityText(probability: number): string {
  if (probability < 0.01) return 'under 1%';
  if (probability > 0.99) return 'over 99%';
  return percentText(Math.round(probability * 100) / 100);
}

function minus(text: string): string {
  if (!text.startsWith('-')) return text;
  return /[1-9]/.test(text) ? `−${text.slice(1)}` : text.slice(1);
}

/** A day as people read it: 31 Jan 2026. */
export function dayText(day: string): string {
  return `${Number(day.slice(8))} ${MONTHS[Number(day.slice(5, 7)) - 1] ?? ''} ${day.slice(0, 4)}`;
}

/** Abbreviations of the trade, which stay as they are. */
const ABBREVIATIONS = /\b(b2b|crm|cpa|cpc|cpm|cta|ctr|ctv|cvr|geo|kpi|ltv|ooh|pr|roas|roi|sem|seo|sms|tv|ugc)\b/g;

/** An enum value as words: `PAID_SEARCH` becomes `Paid search`, `CTV` stays `CTV`. */
export function words(name: string): string {
  const lower = name.replaceAll('_', ' ').toLowerCase();
  return capital(lower.replace(ABBREVIATIONS, (found) => found.toUpperCase()));
}

/** The same inside a sentence: `paid search`, `CTV`. */
export function wordsInside(name: string): string {
  const text = words(name);
  return /^[A-Z]{2}/.test(text) ? text : text.charAt(0).toLowerCase() + text.slice(1);
}

/** Text with its first letter raised. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Text that is safe between tags and in attributes. */
export function escapeHtml(text: string): string {
  return withoutControls(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** Text that stays text in Markdown, also inside a table cell. */
export function escapeMarkdown(text: string): string {
  return withoutControls(text)
    .replace(/([\\`*_[\]<>|])/g, '\\$1')
    .replaceAll('\n', ' ');
}

/** One CSV field (RFC 4180); text that a spreadsheet would run as a formula is quoted. */
export function csvField(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'string') value = withoutControls(value);
  const text = typeof value === 'string' && /^[=+@\t\r]|^-(?!\d+(?:\.\d+)?$)/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** CSV lines, each ended with CRLF. */
export function csvText(rows: readonly (readonly (string | number | null)[])[]): string {
  return rows.map((row) => `${row.map(csvField).join(',')}\r\n`).join('');
}

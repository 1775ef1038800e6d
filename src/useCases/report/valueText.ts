/** Owns how values read in reports: numbers with units, days, unknowns; and what makes text safe in HTML and Markdown. */
import { isDay } from '../../kernel/calendar.ts';

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
      return Math.abs(value) < 10 && !Number.isInteger(value) ? SHORT.format(value) : WHOLE.format(value);
    case 'SHARE':
      return `${SHORT.format(value * 100)} %`;
    case 'RATIO':
    case 'SCORE':
    case 'INDEX':
      return SHORT.format(value);
    default:
      return Math.abs(value) < 100 && !Number.isInteger(value) ? value.toFixed(2) : WHOLE.format(value);
  }
}

/** A day as people read it: 31 Jan 2026. */
export function dayText(day: string): string {
  return `${Number(day.slice(8))} ${MONTHS[Number(day.slice(5, 7)) - 1] ?? ''} ${day.slice(0, 4)}`;
}

/** An enum value as words: `PAID_SEARCH` becomes `Paid search`. */
export function words(name: string): string {
  const lower = name.replaceAll('_', ' ').toLowerCase();
  return lower.charAt(0).toUpperCase() + lower.slice(1);
}

/** Text that is safe between tags and in attributes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** Text that stays text in Markdown, also inside a table cell. */
export function escapeMarkdown(text: string): string {
  return text.replace(/([\\`*_[\]<>|])/g, '\\$1').replaceAll('\n', ' ');
}

/** One CSV field (RFC 4180); text that a spreadsheet would run as a formula is quoted. */
export function csvField(value: string | number | null): string {
  if (value === null) return '';
  const text = typeof value === 'string' && /^[=+@\t\r]|^-(?!\d+(?:\.\d+)?$)/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** CSV lines, each ended with CRLF. */
export function csvText(rows: readonly (readonly (string | number | null)[])[]): string {
  return rows.map((row) => `${row.map(csvField).join(',')}\r\n`).join('');
}

/** Owns how column names are compared: one form for what differs only in case, width, spaces, dashes or apostrophes. */
import { sha256Hex } from '../../kernel/canonicalJson.ts';

/** A header taken apart: the form to look up, and the currency or unit that its text states. */
export interface HeaderName {
  readonly text: string;
  readonly key: string;
  readonly currency: string | null;
  readonly micros: boolean;
}

const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

/** Whether the text is a currency code of ISO 4217. */
export function isCurrency(code: string): boolean {
  return CURRENCIES.has(code);
}

/** Folds a name or a cell for comparison: NFKC, lower case, one apostrophe, dashes and underscores as spaces, spaces collapsed. */
export function foldText(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\u2018\u2019\u00b4`\u02bc]/g, "'")
    .replace(/[_\-\u2010-\u2015]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Takes a header apart: `Amount spent (USD)` gives the key `amount spent` and the currency, `cost_micros` the key `cost` and micros. */
export function headerName(raw: string): HeaderName {
  const text = raw.normalize('NFKC').trim();
  const suffix = /\s*[([]([A-Z]{3})[)\]]$/.exec(text);
  const currency = suffix?.[1] && isCurrency(suffix[1]) ? suffix[1] : null;
  const bare = foldText(currency && suffix ? text.slice(0, suffix.index) : text);
  const micros = / ?\(?micros\)?$/.test(bare) && bare !== 'micros';
  return { text: raw.trim(), key: micros ? bare.replace(/ ?\(?micros\)?$/, '') : bare, currency, micros };
}

/**
 * Upper snake case of a name in ASCII, as channels, KPIs and controls are keyed: `Paid Search` gives `PAID_SEARCH`, `Büro` gives `BURO`.
 * A name without Latin letters or digits gets a stable key of its own.
 */
export function snakeKey(name: string): string {
  const ascii = name
    .replaceAll('ß', 'ss')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .toUpperCase();
  if (ascii === '')
    return name.trim() === '' ? '' : `NAME_${sha256Hex(name.normalize('NFKC')).slice(0, 8).toUpperCase()}`;
  return /^[0-9]/.test(ascii) ? `N_${ascii}` : ascii;
}

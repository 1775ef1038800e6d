/** Owns how numbers are written: which sign is the decimal one, decided per column from all its cells, and their reading. */

export type DecimalSign = '.' | ',';

/** Cells that mean "not known", which is not zero. `NaN` is not among them: a computation failed, and its export is to be mended. */
const NO_VALUE: ReadonlySet<string> = new Set([
  '',
  '-',
  '--',
  '–',
  '—',
  'n/a',
  'na',
  'null',
  'none',
  '(not set)',
  'not available',
  'k. a.',
  '∞',
]);

const PLAIN = /^-?\d+(?:\.\d+)?$/;
const SPACES = /[\s\u00a0\u202f\u2009'’]/g;

/** What the cells of one column say about its decimal sign; lines are those of the first witness, 0 for none. */
export class NumberColumn {
  readonly header: string;
  /** Counts are whole, so that `1,234` can only be read with a thousands sign. */
  readonly whole: boolean;
  decimal: DecimalSign | undefined;
  pointLine = 0;
  commaLine = 0;
  ambiguousLine = 0;
  ambiguousText = '';

  constructor(header: string, whole: boolean) {
    this.header = header;
    this.whole = whole;
  }

  /** Takes one cell into account. */
  observe(raw: string, line: number): void {
    const point = raw.indexOf('.');
    const comma = raw.indexOf(',');
    if (point < 0 && comma < 0) return;
    const sign = decimalSignOf(raw, this.whole);
    if (sign === '.') this.pointLine ||= line;
    else if (sign === ',') this.commaLine ||= line;
    else if (sign === 'BOTH' && this.ambiguousLine === 0) {
      this.ambiguousLine = line;
      this.ambiguousText = raw;
    }
  }
}

/** The sign that one cell proves to be decimal, `BOTH` when either reading fits, null when it has none. */
export function decimalSignOf(raw: string, whole: boolean): DecimalSign | 'BOTH' | null {
  const text = raw.trim();
  const point = text.lastIndexOf('.');
  const comma = text.lastIndexOf(',');
  if (point < 0 && comma < 0) return null;
  if (point >= 0 && comma >= 0) return point > comma ? '.' : ',';
  const sign = point >= 0 ? '.' : ',';
  const other = sign === '.' ? ',' : '.';
  const last = Math.max(point, comma);
  if (text.indexOf(sign) !== last) return other;
  const after = /^\d*/.exec(text.slice(last + 1))?.[0].length ?? 0;
  const before = /\d*$/.exec(text.slice(0, last))?.[0] ?? '';
  if (after !== 3 || before.length > 3 || before === '' || before.startsWith('0')) return sign;
  return whole ? other : 'BOTH';
}

/** A cell as a plain decimal such as `-1234.5`; null when it says "not known", undefined when it is no number. A percentage becomes a fraction. */
export function readNumber(raw: string, decimal: DecimalSign): string | null | undefined {
  if (decimal === '.' && PLAIN.test(raw)) return raw;
  const text = raw.trim();
  if (NO_VALUE.has(text.toLowerCase()) || /^[<>]/.test(text)) return null;
  const negative = /^\(.*\)$/.test(text);
  const bare = (negative ? text.slice(1, -1) : text)
    .replace(SPACES, '')
    .replace(/^([+-]?)(?:\p{Sc}|[A-Z]{3}|R\$|kr\.?)/u, '$1')
    .replace(/(?:\p{Sc}|[A-Z]{3}|kr\.?|zł)$/u, '');
  const percent = bare.endsWith('%');
  const digits = ungroup(percent ? bare.slice(0, -1) : bare, decimal);
  if (digits === undefined) return undefined;
  const value = percent ? String(Number(digits) / 100) : digits;
  return negative ? `-${value}` : value;
}

/** Takes the thousands signs out; undefined when the groups are not groups of three (or two, as in India) or it is no number. */
function ungroup(text: string, decimal: DecimalSign): string | undefined {
  const group = decimal === '.' ? ',' : '.';
  const [whole, fraction, ...more] = text.split(decimal);
  if (whole === undefined || more.length > 0 || fraction?.includes(group)) return undefined;
  const parts = whole.split(group);
  const grouped = parts.length > 1;
  if (
    grouped &&
    (parts.at(-1)?.length !== 3 ||
      !/^[+-]?\d{1,3}$/.test(parts[0] ?? '') ||
      parts.slice(1, -1).some((part) => part.length !== 3 && part.length !== 2))
  )
    return undefined;
  const plain = parts.join('') + (fraction === undefined ? '' : `.${fraction}`);
  return /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i.test(plain) ? plain : undefined;
}

/** The decimal sign that a locale such as `de-DE` writes; undefined for no locale. */
export function localeDecimal(locale: string): DecimalSign | undefined {
  try {
    const sign = new Intl.NumberFormat(locale).formatToParts(1.5).find((part) => part.type === 'decimal')?.value;
    return sign === ',' ? ',' : '.';
  } catch {
    return undefined;
  }
}

/** What the columns of a file decide together. */
export interface NumberDecision {
  /** Columns whose cells contradict each other, or that fit both readings with nothing in the file to decide. */
  readonly undecided: readonly { readonly column: NumberColumn; readonly reason: 'CONFLICT' | 'AMBIGUOUS' }[];
  /** Whether a sign that an earlier reading used has changed. */
  readonly changed: boolean;
}

/**
 * Sets the decimal sign of each column: from the locale where one is given, else from its own cells, else from
 * the one sign that all decided columns of the file share.
 */
export function decideNumbers(columns: readonly NumberColumn[], locale: string | undefined): NumberDecision {
  const fixed = locale === undefined ? undefined : localeDecimal(locale);
  const own = (column: NumberColumn): DecimalSign | undefined =>
    fixed ?? (column.pointLine > 0 ? (column.commaLine > 0 ? undefined : '.') : column.commaLine > 0 ? ',' : undefined);
  const signs = new Set(columns.map(own).filter((sign) => sign !== undefined));
  const shared = signs.size === 1 ? [...signs][0] : undefined;
  const undecided: NumberDecision['undecided'][number][] = [];
  let changed = false;
  for (const column of columns) {
    const conflict = fixed === undefined && column.pointLine > 0 && column.commaLine > 0;
    const sign = own(column) ?? shared;
    if (conflict) undecided.push({ column, reason: 'CONFLICT' });
    else if (sign === undefined && column.ambiguousLine > 0) undecided.push({ column, reason: 'AMBIGUOUS' });
    const decided = sign ?? '.';
    changed ||= column.decimal !== undefined && column.decimal !== decided;
    column.decimal = decided;
  }
  return { undecided, changed };
}

/** Owns how days are written: ISO, dotted, slashed in either order, with month names; the order is decided per column from all cells. */
import { dayIn, isDay, type CalendarDay } from '../../kernel/calendar.ts';
import { parseInstant } from '../../kernel/clock.ts';

export type DateOrder = 'DMY' | 'MDY';

const NUMERIC = /^(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?:[ T,]+\d{1,2}:\d{2}.*)?$/;
const ISO = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]+\d{1,2}:\d{2}.*)?$/;
const MONTH_ONLY = /^(\d{4})-(\d{2})$/;
const COMPACT = /^(\d{4})(\d{2})(\d{2})(?:\d{2})?$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/;
const CACHE_DAYS = 20_000;

/** Month names and their usual short forms in English, German, Spanish and French, by the first letters that tell them apart. */
const MONTHS: readonly (readonly string[])[] = [
  ['jan', 'jän', 'ene', 'janv'],
  ['feb', 'fév', 'fev'],
  ['mar', 'mär', 'maerz', 'mrz'],
  ['apr', 'abr', 'avr'],
  ['may', 'mai'],
  ['jun', 'juin'],
  ['jul', 'juil'],
  ['aug', 'ago', 'aoû', 'aou'],
  ['sep'],
  ['oct', 'okt'],
  ['nov'],
  ['dec', 'dez', 'dic', 'déc'],
];

/** What the cells of one column say about the order of day and month, and their reading once it is decided. */
export class DateColumn {
  readonly header: string;
  order: DateOrder | undefined;
  dayFirstLine = 0;
  monthFirstLine = 0;
  ambiguousLine = 0;
  ambiguousText = '';
  private readonly timeZone: string;
  private readonly days = new Map<string, CalendarDay | undefined>();

  constructor(header: string, timeZone: string) {
    this.header = header;
    this.timeZone = timeZone;
  }

  /** Takes one cell into account. */
  observe(raw: string, line: number): void {
    if (raw.charCodeAt(4) === 45 || raw.length < 6) return;
    const match = NUMERIC.exec(raw.trim());
    if (!match) return;
    const first = Number(match[1]);
    const second = Number(match[3]);
    if (first > 12 && second <= 12) this.dayFirstLine ||= line;
    else if (second > 12 && first <= 12) this.monthFirstLine ||= line;
    else if (match[2] === '.') this.dayFirstLine ||= line;
    else if (first !== second && this.ambiguousLine === 0) {
      this.ambiguousLine = line;
      this.ambiguousText = raw.trim();
    }
  }

  /** The day of a cell in the decided order; undefined when it is none. */
  read(raw: string): CalendarDay | undefined {
    const known = this.days.get(raw);
    if (known !== undefined) return known;
    const day = readDay(raw, this.order ?? 'DMY', this.timeZone);
    if (this.days.size >= CACHE_DAYS) this.days.clear();
    if (day !== undefined) this.days.set(raw, day);
    return day;
  }

  /** Forgets the cells read so far; needed when the order changes. */
  forget(): void {
    this.days.clear();
  }
}

/** Sets the order of each column; returns the ones that stay open, and whether a used order changed. */
export function decideDates(
  columns: readonly DateColumn[],
  locale: string | undefined,
): { undecided: { column: DateColumn; reason: 'CONFLICT' | 'AMBIGUOUS' }[]; changed: boolean } {
  const fixed = locale === undefined ? undefined : localeOrder(locale);
  const own = (column: DateColumn): DateOrder | undefined =>
    fixed ??
    (column.dayFirstLine > 0
      ? column.monthFirstLine > 0
        ? undefined
        : 'DMY'
      : column.monthFirstLine > 0
        ? 'MDY'
        : undefined);
  const orders = new Set(columns.map(own).filter((order) => order !== undefined));
  const shared = orders.size === 1 ? [...orders][0] : undefined;
  const undecided: { column: DateColumn; reason: 'CONFLICT' | 'AMBIGUOUS' }[] = [];
  let changed = false;
  for (const column of columns) {
    const order = own(column) ?? shared;
    if (fixed === undefined && column.dayFirstLine > 0 && column.monthFirstLine > 0)
      undecided.push({ column, reason: 'CONFLICT' });
    else if (order === undefined && column.ambiguousLine > 0) undecided.push({ column, reason: 'AMBIGUOUS' });
    const decided = order ?? 'DMY';
    if (column.order !== undefined && column.order !== decided) {
      changed = true;
      column.forget();
    }
    column.order = decided;
  }
  return { undecided, changed };
}

/** Reads one day in any known form; instants fall on the day that they have in the time zone. */
export function readDay(raw: string, order: DateOrder, timeZone: string): CalendarDay | undefined {
  const text = raw.trim();
  if (INSTANT.test(text)) return dayIn(timeZone, parseInstant(text));
  const iso = ISO.exec(text) ?? COMPACT.exec(text);
  if (iso) return dayOf(iso[1], iso[2], iso[3]);
  const month = MONTH_ONLY.exec(text);
  if (month) return dayOf(month[1], month[2], '1');
  const numeric = NUMERIC.exec(text);
  if (numeric)
    return order === 'DMY' ? dayOf(numeric[4], numeric[3], numeric[1]) : dayOf(numeric[4], numeric[1], numeric[3]);
  return namedDay(text);
}

/** The two days of a range such as `January 1, 2026 - January 31, 2026` or `01.01.2026 – 31.01.2026`; undefined when it is none. */
export function readDayRange(raw: string, order: DateOrder): { from: CalendarDay; to: CalendarDay } | undefined {
  const text = raw.replace(/["\u201e\u201c]/g, '').trim();
  const parts = text.split(/\s+(?:-|\u2013|\u2014|to|bis|al|au)\s+/i);
  if (parts.length !== 2) return undefined;
  const [from, to] = parts.map((part) => readDay(part, order, 'UTC'));
  return from !== undefined && to !== undefined && from <= to ? { from, to } : undefined;
}

function namedDay(text: string): CalendarDay | undefined {
  const words = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[.,]/g, ' ')
    .replace(/\b(de|del|st|nd|rd|th)\b/g, ' ')
    .replace(/(\d)(st|nd|rd|th)\b/g, '$1')
    .split(/\s+/)
    .filter((word) => word !== '');
  const month = words.findIndex((word) => monthOf(word) > 0);
  if (month < 0) return undefined;
  const numbers = words.filter((word) => /^\d{1,4}$/.test(word));
  const year = numbers.find((number) => number.length === 4);
  const day = numbers.find((number) => number.length <= 2);
  return dayOf(year, String(monthOf(words[month] ?? '')), day ?? '1');
}

/** Month number of a name, 0 for none. */
function monthOf(word: string): number {
  if (!/^\p{L}{3,}$/u.test(word)) return 0;
  return MONTHS.findIndex((stems) => stems.some((stem) => word.startsWith(stem))) + 1;
}

function dayOf(year: string | undefined, month: string | undefined, day: string | undefined): CalendarDay | undefined {
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const text = `${year.length === 2 ? `20${year}` : year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return isDay(text) ? text : undefined;
}

function localeOrder(locale: string): DateOrder | undefined {
  try {
    const parts = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'numeric', year: 'numeric' })
      .formatToParts(parseInstant('2026-02-01T12:00:00Z'))
      .map((part) => part.type);
    return parts.indexOf('month') < parts.indexOf('day') && parts.indexOf('year') > parts.indexOf('day')
      ? 'MDY'
      : 'DMY';
  } catch {
    return undefined;
  }
}

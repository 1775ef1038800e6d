/** Owns the reading of single cells of a row: text, days, counts, money; each bad cell becomes a problem with line, column and mend. */
import type { CalendarDay } from '../../kernel/calendar.ts';
import { microsFromDecimal } from '../../kernel/money.ts';
import type { ColumnUse } from './columns.ts';
import { foldText } from './headerNames.ts';
import { readNumber } from './numberForms.ts';
import { personalCell } from './personalColumns.ts';
import { EMPTY_CELLS } from './presets/preset.ts';
import type { RowContext, RowSink } from './rowContext.ts';
import type { TableRow } from './table.ts';

const SHOWN_CHARACTERS = 60;
const SHORT_AMOUNT = 12;
/** Bytes (UTF-8) of a name, and of a key such as a channel or an id: together they are the key of an index, whose rows end at 2,704. */
const NAME_BYTES = 1200;
const KEY_BYTES = 300;
/** A text of fewer characters is short enough for both. */
const SHORT_TEXT = 100;
const KEY_FIELD = /_id$|^(?:channel|source|account|geo|attribution|currency)$/;
/** Days before this one are a slip of the year, never marketing data. */
const EARLIEST_DAY: CalendarDay = '1990-01-01';
/** Largest amount of one row, in micros: a hundred billion units; more is a slip of the decimal sign, and its sums leave 64 bits. */
const MAX_MICROS = 100_000_000_000_000_000n;

/** Text of a cell; null when it is empty or says "not set". @remarks a cell that holds an e-mail address or the like is a problem */
export function textCell(context: RowContext, row: TableRow, column: ColumnUse | undefined): string | null {
  if (!column) return null;
  const text = (row.cells[column.index] ?? '').trim();
  if (text === '' || (text.length < 16 && EMPTY_CELLS.has(text.toLowerCase()))) return null;
  if (context.forms.observing && text.length > SHORT_TEXT) reportLong(context, row, { column, text });
  const personal =
    context.forms.observing && (text.includes('@') || text.startsWith('+') || text.includes('.'))
      ? personalCell(text)
      : null;
  if (personal !== null) {
    report(context, row, column, {
      found: personal,
      expected: 'no personal data',
      mend: 'Remove it from the file, or leave the column out with --map "COLUMN=ignore".',
    });
    return null;
  }
  return text;
}

/** Day of a cell; null when it is empty or bad (then a problem is reported). */
export function dayCell(context: RowContext, row: TableRow, column: ColumnUse | undefined): CalendarDay | null {
  if (!column) return null;
  const raw = row.cells[column.index] ?? '';
  const dates = context.forms.dates.get(column.header);
  if (!dates || raw.trim() === '' || EMPTY_CELLS.has(raw.trim().toLowerCase())) return null;
  if (context.forms.observing) dates.observe(raw, row.line);
  const day = dates.read(raw);
  if (day !== undefined && day >= EARLIEST_DAY) return day;
  report(context, row, column, {
    found: raw,
    expected: day === undefined ? 'a day such as 2026-01-31' : `a day from ${EARLIEST_DAY} on`,
    mend: 'Write the day as YYYY-MM-DD, or give --locale.',
  });
  return null;
}

/** A plain decimal as text; null when it is empty or bad (then a problem is reported). */
export function numberCell(context: RowContext, row: TableRow, column: ColumnUse): string | null {
  const raw = row.cells[column.index] ?? '';
  if (raw === '') return null;
  const numbers = context.forms.numbers.get(column.header);
  if (!numbers) return null;
  if (context.forms.observing) numbers.observe(raw, row.line);
  const text = readNumber(raw, numbers.decimal ?? '.');
  if (text !== undefined) return text;
  report(context, row, column, {
    found: raw,
    expected: `a number with the decimal sign "${numbers.decimal ?? '.'}"`,
    mend: 'Correct the cell, or give --locale when the sign is another.',
  });
  return null;
}

/** A whole count, not negative; null when unknown or bad. */
export function countCell(context: RowContext, row: TableRow, column: ColumnUse): bigint | null {
  const text = numberCell(context, row, column);
  if (text === null) return null;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return BigInt(value);
  const expected = value < 0 ? 'a count of 0 or more' : 'a whole number';
  report(context, row, column, {
    found: row.cells[column.index] ?? '',
    expected,
    mend: 'Correct the cell, or map the column to another field.',
  });
  return null;
}

/** A number, not negative; null when unknown or bad. */
export function fractionCell(context: RowContext, row: TableRow, column: ColumnUse): number | null {
  const text = numberCell(context, row, column);
  if (text === null) return null;
  const value = Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  report(context, row, column, {
    found: row.cells[column.index] ?? '',
    expected: 'a number of 0 or more',
    mend: 'Correct the cell.',
  });
  return null;
}

/** An amount in micros of its own currency; `negative` says whether refunds are allowed. Null when unknown or bad. */
export function moneyCell(
  context: RowContext,
  row: TableRow,
  of: { column: ColumnUse; negative: boolean },
): bigint | null {
  const text = numberCell(context, row, of.column);
  if (text === null) return null;
  const micros = of.column.micros ? wholeMicros(text) : microsOf(text);
  if (micros === null) {
    report(context, row, of.column, {
      found: text,
      expected: of.column.micros ? 'whole micros' : 'an amount of money',
      mend: 'Correct the cell.',
    });
    return null;
  }
  if (micros > MAX_MICROS || micros < -MAX_MICROS) {
    report(context, row, of.column, {
      found: text,
      expected: 'an amount below 100 billion',
      mend: 'Correct the cell, or give --locale when its decimal sign was misread.',
    });
    return null;
  }
  if (micros >= 0n || of.negative) return micros;
  report(context, row, of.column, {
    found: row.cells[of.column.index] ?? '',
    expected: 'an amount of 0 or more',
    mend: 'Spend cannot be negative: enter a credit note as less spend on its day.',
  });
  return null;
}

/** Micros of a decimal; short amounts by way of a double, which is exact below 100 million units, long ones digit by digit. */
export function microsOf(text: string): bigint | null {
  if (text.length <= SHORT_AMOUNT) {
    const units = Number(text);
    if (Math.abs(units) < 1e8) return BigInt(Math.round(units * 1e6));
  }
  try {
    return microsFromDecimal(text);
  } catch {
    return null;
  }
}

function reportLong(context: RowContext, row: TableRow, { column, text }: { column: ColumnUse; text: string }): void {
  const most = KEY_FIELD.test(column.field ?? '') ? KEY_BYTES : NAME_BYTES;
  const bytes = Buffer.byteLength(text);
  if (bytes <= most) return;
  report(context, row, column, {
    found: text,
    expected: `a text of at most ${most.toLocaleString('en-GB')} bytes; this one has ${bytes.toLocaleString('en-GB')}`,
    mend: 'Shorten it, or leave the column out with --map "COLUMN=ignore".',
  });
}

/** Reports every cell of a row that holds a character zero, whatever its column: the file is broken, or of another encoding. */
export function reportZeros(row: TableRow, headers: readonly { header: string }[], sink: RowSink): void {
  row.cells.forEach((cell, at) => {
    if (!cell.includes('\u0000')) return;
    sink.problem({
      line: row.line,
      column: headers[at]?.header.replaceAll('\u0000', '') || `cell ${at + 1}`,
      found: shownText(cell),
      expected: 'a text without the character zero',
      mend: 'Remove it, or save the file as CSV UTF-8.',
    });
  });
}

/** Reports a bad cell. */
export function report(
  context: RowContext,
  row: TableRow,
  column: ColumnUse,
  what: { found: string; expected: string; mend: string },
): void {
  const { expected, mend } = what;
  context.sink.problem({ line: row.line, column: column.header, found: shownText(what.found), expected, mend });
}

function shownText(text: string): string {
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}

function wholeMicros(text: string): bigint | null {
  const whole = text.replace(/\.0*$/, '');
  return /^[+-]?\d+$/.test(whole) ? BigInt(whole) : null;
}

/** Words that open a totals row, in the languages known. */
const TOTALS =
  /^(?:(?:grand )?totals?|gesamt(?:summe|ergebnis|wert)?|summe|insgesamt|total(?:es)?(?: general| général)?|totaux|ensemble)(?: ?:.*)?$/;
const RESULTS_OF = /^(?:results from|ergebnisse (?:aus|von)|resultados de|résultats de) \d+/;

/** Whether one of the first filled cells says that the row is a total of others. */
export function isTotalsRow(row: TableRow): boolean {
  let filled = 0;
  for (const cell of row.cells) {
    if (cell === '' || cell.trim() === '') continue;
    filled += 1;
    const first = cell.charCodeAt(0);
    if (first > 57 && cell.length < 80) {
      const text = foldText(cell);
      if (TOTALS.test(text) || RESULTS_OF.test(text)) return true;
    }
    if (filled === 2) return false;
  }
  return false;
}

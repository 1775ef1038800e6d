/** Owns how one row of a wide mix-model file or of a KPI panel becomes KPI, control and media-input facts. */
import type { FactGrain } from '../../domain/facts.ts';
import { addDays, dayNumber, type CalendarDay } from '../../kernel/calendar.ts';
import { dayCell, fractionCell, isTotalsRow, microsOf, numberCell, report, textCell } from './cells.ts';
import type { ColumnUse } from './columns.ts';
import { moneyConverter, type MoneyConverter } from './currencies.ts';
import { readNumber } from './numberForms.ts';
import { kpiKey, MONEY_KPIS } from './presets/wideFormat.ts';
import { bounded, monthSpan } from './performanceRows.ts';
import { columnOf, type RowContext, type RowReader, type RowSpan } from './rowContext.ts';
import type { TableRow } from './table.ts';

/** Dates that a file must have before its spacing says anything. */
const SPACING_DATES = 4;

interface Cell {
  readonly column: ColumnUse;
  readonly name: string;
  readonly kind: string;
}

/** What all facts of a row share. */
interface RowKey {
  readonly source: 'wide' | 'panel';
  readonly grain: FactGrain;
  readonly start: CalendarDay;
  readonly end: CalendarDay;
  readonly geo: string | null;
}

/** Reads the rows of a wide file or a panel. */
export function wideRows(context: RowContext): RowReader {
  const date = columnOf(context.mapping, 'date');
  const geoColumn = columnOf(context.mapping, 'geo');
  const cells = context.mapping.columns.flatMap(cellOf);
  const media = cells.filter(
    ({ kind }) => kind === 'spend' || kind === 'impressions' || kind === 'clicks' || kind === 'index',
  );
  const converter = moneyConverter(context);

  return {
    row(row) {
      if (isTotalsRow(row)) return context.sink.skip(row.line, 'totals row');
      const day = dayCell(context, row, date);
      if (day === null) {
        if (date && (row.cells[date.index] ?? '').trim() === '')
          report(context, row, date, {
            found: 'an empty cell',
            expected: 'a day',
            mend: 'Fill in the day, or remove the row.',
          });
        return;
      }
      if (context.forms.observing) context.forms.starts.add(day);
      const span = bounded(context, row, spanFrom(day, context.span));
      if (!span) return;
      const geo = textCell(context, row, geoColumn);
      if (context.forms.observing) context.sink.key(`${day}|${geo ?? ''}`, row.line);
      const key: RowKey = { source: context.preset.shape === 'PANEL' ? 'panel' : 'wide', ...span, geo };
      for (const cell of cells) {
        if (cell.kind === 'kpi') kpiFact(context, row, { cell, key });
        else if (cell.kind === 'control') controlFact(context, row, { cell, key });
      }
      mediaFacts(context, row, { media, key, converter });
    },
    end: () => undefined,
  };
}

/** How far apart the first days of a file are; weeks and months only where every gap fits. */
export function spanOfStarts(starts: ReadonlySet<CalendarDay>): RowSpan {
  if (starts.size < SPACING_DATES) return 'DAY';
  const days = [...starts].map(dayNumber).sort((a, b) => a - b);
  const gaps = days.slice(1).map((day, at) => day - (days[at] ?? day));
  if (gaps.every((gap) => gap % 7 === 0)) return 'WEEK';
  return [...starts].every((day) => day.endsWith('-01')) ? 'MONTH' : 'DAY';
}

function spanFrom(day: CalendarDay, span: RowSpan): { grain: FactGrain; start: CalendarDay; end: CalendarDay } {
  if (span === 'MONTH') return monthSpan(day);
  return span === 'WEEK' ? { grain: 'WEEK', start: day, end: addDays(day, 6) } : { grain: 'DAY', start: day, end: day };
}

function cellOf(column: ColumnUse): Cell[] {
  if (column.field === 'kpi') return [{ column, kind: 'kpi', name: kpiKey(column.header) }];
  const [kind, name] = (column.field ?? '').split(':');
  return kind === undefined || name === undefined ? [] : [{ column, kind, name }];
}

function kpiFact(context: RowContext, row: TableRow, of: { cell: Cell; key: RowKey }): void {
  const text = numberCell(context, row, of.cell.column);
  if (text === null) return;
  const { reportingCurrency } = context.options;
  const unit = of.cell.column.currency ?? (MONEY_KPIS.has(of.cell.name) ? reportingCurrency : 'COUNT');
  context.sink.fact({ table: 'kpi', ...of.key, kpi: of.cell.name, value: Number(text), unit });
}

/** A control is a number, or, when one of its cells is a word, a category; an empty or "na" cell says nothing. */
function controlFact(context: RowContext, row: TableRow, of: { cell: Cell; key: RowKey }): void {
  const { column, name } = of.cell;
  const raw = (row.cells[column.index] ?? '').trim();
  const numbers = context.forms.numbers.get(column.header);
  if (context.forms.observing) numbers?.observe(raw, row.line);
  const text = readNumber(raw, numbers?.decimal ?? '.');
  if (text === undefined && context.forms.observing) context.forms.textColumns.add(column.header);
  if (text === null) return;
  const worded = text === undefined || context.forms.textColumns.has(column.header);
  context.sink.fact({
    table: 'control',
    ...of.key,
    name,
    value: worded ? null : Number(text),
    category: worded ? raw : null,
  });
}

/** Each medium as the double that the file holds; money in the reporting currency. */
function mediaFacts(
  context: RowContext,
  row: TableRow,
  of: { media: readonly Cell[]; key: RowKey; converter: MoneyConverter },
): void {
  for (const { column, kind, name } of of.media) {
    const value = fractionCell(context, row, column);
    if (value === null) continue;
    const fact = (number: number, unit: string): void =>
      context.sink.fact({ table: 'mediaInput', ...of.key, channel: name, value: number, unit });
    if (kind !== 'spend') {
      fact(value, kind === 'index' ? 'INDEX' : kind === 'clicks' ? 'CLICKS' : 'IMPRESSIONS');
      continue;
    }
    const own = column.micros ? BigInt(Math.round(value)) : microsOf(String(value));
    const micros = own === null ? null : of.converter.convert(row, column, own);
    if (own === null || micros === null) continue;
    const units = column.micros ? value / 1e6 : value;
    fact(own === micros ? units : Number(micros) / 1e6, context.options.reportingCurrency);
  }
}

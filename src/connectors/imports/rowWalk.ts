/** Owns the walk over a file's rows: title lines, comment lines, blocks with a header of their own, ragged rows; data rows go to the shape's reader. */
import { reportZeros } from './cells.ts';
import { columnOverrides, mapColumns, type ColumnMapping } from './columns.ts';
import { decideDates, type DateOrder } from './dateForms.ts';
import { isBlank, isComment, type Layout } from './detect.ts';
import { performanceRows } from './performanceRows.ts';
import { recordRows } from './recordRows.ts';
import { periodOfLead } from './reportPeriod.ts';
import type { Forms, ImportOptions, ReportPeriod, RowContext, RowReader, RowSink, RowSpan } from './rowContext.ts';
import type { TableRow } from './table.ts';
import { wideRows } from './wideRows.ts';

/** What a walk needs to know. */
export interface WalkSetting {
  readonly layout: Layout;
  readonly options: ImportOptions;
  readonly forms: Forms;
  readonly span: RowSpan;
  readonly sink: RowSink;
}

/** Takes rows one after the other; tells how many lines with content it saw, without the header. */
export interface RowWalk {
  take(row: TableRow): void;
  end(): void;
  readonly seen: number;
}

const SHOWN_CHARACTERS = 60;

/** Starts a walk at the first row of the file. */
export function walkRows(setting: WalkSetting): RowWalk {
  const { layout, forms, sink } = setting;
  let block: { reader: RowReader; period: ReportPeriod | null; width: number } | null = null;
  let lead: TableRow[] = [];
  let seen = 0;

  const open = (mapping: ColumnMapping, width: number): void => {
    forms.prepare(mapping);
    const period = periodOfLead(lead, leadOrder(setting));
    block = { reader: readerOf({ ...setting, preset: layout.preset, mapping }), period, width };
    lead = [];
  };
  const title = (row: TableRow): void => {
    lead.push(row);
    sink.skip(row.line, `title line: ${shown(row)}`);
  };
  const comment = (row: TableRow): void => {
    if (layout.preset.name === 'ga4') {
      block?.reader.end();
      block = null;
    }
    title(row);
  };
  const laterHeader = (row: TableRow): void => {
    const mapping = mapColumns(row, layout.preset, columnOverrides(setting.options.map ?? {}));
    if (mapping.score > 0) return open(mapping, row.cells.length);
    sink.skip(row.line, `row of a block that is not the table: ${shown(row)}`);
  };

  return {
    take(row) {
      if (forms.observing) reportZeros(row, layout.mapping.columns, sink);
      if (row.line === layout.headerLine) return open(layout.mapping, row.cells.length);
      if (isBlank(row)) return;
      seen += 1;
      if (row.line < layout.headerLine) return title(row);
      if (
        isComment(row) &&
        row.cells.filter((cell) => cell.trim() !== '').length < Math.max(2, layout.mapping.columns.length)
      )
        return comment(row);
      if (!block) return laterHeader(row);
      if (fits(row, block.width, sink)) block.reader.row(row, block.period);
    },
    end: () => block?.reader.end(),
    get seen() {
      return seen;
    },
  };
}

/** Lets the sample rows be looked at, so that numbers and dates have a first reading; nothing comes of them. */
export function surveyRows(setting: Omit<WalkSetting, 'sink'>): void {
  const silent: RowSink = {
    fact: () => undefined,
    problem: () => undefined,
    skip: () => undefined,
    key: () => undefined,
    campaign: () => undefined,
  };
  const walk = walkRows({ ...setting, sink: silent });
  for (const row of setting.layout.lead) walk.take(row);
  walk.take({ line: setting.layout.headerLine, cells: setting.layout.mapping.columns.map((column) => column.header) });
  for (const row of setting.layout.sample) walk.take(row);
}

function readerOf(context: RowContext): RowReader {
  switch (context.preset.shape) {
    case 'RECORDS':
      return recordRows(context);
    case 'WIDE':
    case 'PANEL':
      return wideRows(context);
    case 'PERFORMANCE':
      return performanceRows(context);
  }
}

/** Whether a row has the cells of its header; a single cell is a note, a longer row has a delimiter too many. */
function fits(row: TableRow, width: number, sink: RowSink): boolean {
  if (row.cells.length === width) return true;
  const extra = row.cells.slice(width);
  if (row.cells.length > width && extra.every((cell) => cell.trim() === '')) return true;
  if (width > 2 && row.cells.filter((cell) => cell.trim() !== '').length === 1) {
    sink.skip(row.line, `note: ${shown(row)}`);
    return false;
  }
  sink.problem({
    line: row.line,
    column: `cell ${Math.min(row.cells.length, width + 1)}`,
    found: `${row.cells.length} cells`,
    expected: `${width} cells, as the header has`,
    mend:
      row.cells.length > width
        ? 'A cell holds the delimiter: put it in quotes.'
        : 'The row is cut short: export the file again.',
  });
  return false;
}

/** Order of the dates in title lines: that of the locale or of the table's dates. */
function leadOrder(setting: WalkSetting): DateOrder {
  const dates = [...setting.forms.dates.values()];
  if (dates.length === 0) return setting.options.locale?.endsWith('-US') ? 'MDY' : 'DMY';
  if (dates.some((column) => column.order === undefined)) decideDates(dates, setting.options.locale);
  return dates[0]?.order ?? 'DMY';
}

function shown(row: TableRow): string {
  const text = row.cells
    .map((cell) => cell.trim())
    .filter((cell) => cell !== '')
    .join(' ');
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}

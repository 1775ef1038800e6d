/** Owns the search for the header: which delimiter, which row of the beginning, which tool. */
import { AppError } from '../../kernel/errors.ts';
import { dropPersonalContent, mapColumns, type ColumnMapping } from './columns.ts';
import { foldText } from './headerNames.ts';
import { presets } from './presets/catalogue.ts';
import type { Preset, PresetName } from './presets/preset.ts';
import { DELIMITERS, rowsOf, type Delimiter, type TableHead, type TableRow } from './table.ts';

/** Rows of the beginning that may be the header. */
export const HEADER_ROWS = 20;

const PERSONAL_SAMPLE_ROWS = 200;

/** How a file is laid out. */
export interface Layout {
  readonly preset: Preset;
  readonly delimiter: Delimiter;
  readonly headerLine: number;
  readonly mapping: ColumnMapping;
  /** Rows before the header, which may state the report's dates. */
  readonly lead: readonly TableRow[];
  /** Rows of the beginning that follow the header, to decide number and date forms on. */
  readonly sample: readonly TableRow[];
}

interface Candidate {
  readonly preset: Preset;
  readonly delimiter: Delimiter;
  readonly rows: readonly TableRow[];
  readonly at: number;
  readonly mapping: ColumnMapping;
}

/**
 * Finds the header in the first 20 rows (and after `#` lines of a report with several blocks).
 * @throws BAD_USER_INPUT when no row fits, when two columns have one name, when `--map` names a column that is not there, or when there is one column only
 */
export function detectLayout(
  head: TableHead,
  asked: PresetName | 'auto',
  overrides: ReadonlyMap<string, string>,
): Layout {
  const tables = DELIMITERS.map((delimiter) => ({ delimiter, rows: rowsOf(head.text, delimiter) }));
  const wanted = asked === 'auto' ? presets : presets.filter((preset) => preset.name === asked);
  const candidates = tables.flatMap(({ delimiter, rows }) =>
    headerRows(rows).flatMap((at) =>
      wanted.map((preset): Candidate => ({
        preset,
        delimiter,
        rows,
        at,
        mapping: mapColumns(rows[at] ?? { line: 1, cells: [] }, preset, overrides),
      })),
    ),
  );
  const best = candidates.reduce<Candidate | undefined>(
    (held, next) => (next.mapping.score > (held?.mapping.score ?? 0) ? next : held),
    undefined,
  );
  if (!best) throw noHeader(candidates, tables, asked);
  const header = best.rows[best.at];
  const columns = new Set(header?.cells.map(foldText));
  for (const name of overrides.keys()) {
    if (!columns.has(name))
      throw new AppError('BAD_USER_INPUT', `--map names a column "${name}" that the file does not have.`, {
        hint: `Its columns (line ${header?.line ?? 1}) are: ${listed(header)}.`,
      });
  }
  refuseTwins(best.mapping, header?.line ?? 1);
  const sample = best.rows.slice(best.at + 1);
  return {
    preset: best.preset,
    delimiter: best.delimiter,
    headerLine: header?.line ?? 1,
    mapping: dropPersonalContent(best.mapping, sample.slice(0, PERSONAL_SAMPLE_ROWS)),
    lead: best.rows.slice(0, best.at),
    sample,
  };
}

/** Refuses two columns of one name: which of them is meant is not for us to guess. */
function refuseTwins({ columns }: ColumnMapping, line: number): void {
  for (const column of columns) {
    if (column.dropped !== 'DUPLICATE') continue;
    const twin = columns.find((other) => other.field !== null && foldText(other.header) === foldText(column.header));
    if (!twin) continue;
    throw new AppError(
      'BAD_USER_INPUT',
      `Line ${line}: two columns are named "${column.header}" (${twin.index + 1} and ${column.index + 1}).`,
      { hint: 'Remove or rename one of them in the file.' },
    );
  }
}

/** Indices of rows that may be a header: with two filled cells, early in the file or right after a `#` line or a blank line. */
function headerRows(rows: readonly TableRow[]): number[] {
  const found: number[] = [];
  rows.forEach((row, at) => {
    const before = rows[at - 1];
    const afterLead = before !== undefined && (isComment(before) || isBlank(before));
    if (at >= HEADER_ROWS && !afterLead) return;
    if (row.cells.filter((cell) => cell.trim() !== '').length >= 2 && !isComment(row)) found.push(at);
  });
  return found;
}

/** Whether the row is a `#` line. */
export function isComment(row: TableRow): boolean {
  return (row.cells[0] ?? '').trimStart().startsWith('#');
}

/** Whether all cells are blank. */
export function isBlank(row: TableRow): boolean {
  return row.cells.every((cell) => cell.trim() === '');
}

function noHeader(
  candidates: readonly Candidate[],
  tables: readonly { delimiter: Delimiter; rows: readonly TableRow[] }[],
  asked: string,
): AppError {
  const widest = candidates.reduce<Candidate | undefined>(
    (held, next) => (known(next) > (held ? known(held) : 0) ? next : held),
    undefined,
  );
  if (widest) {
    const row = widest.rows[widest.at];
    const needs = widest.mapping.missing.map((group) => group.join(' or '));
    const what =
      needs.length > 0
        ? `no column for ${needs.join(', and none for ')}`
        : 'no media column (such as tv_spend or tv_S)';
    return new AppError(
      'BAD_USER_INPUT',
      `Line ${row?.line ?? 1} looks like the header of ${widest.preset.label}, but it has ${what}.`,
      {
        hint: `Found the columns ${listed(row)}. Name the missing one with --map "COLUMN=FIELD", or choose another --preset.`,
      },
    );
  }
  const first = tables
    .map(({ rows }) => rows.find((row) => !isBlank(row)))
    .reduce((held, next) => ((next?.cells.length ?? 0) > (held?.cells.length ?? 0) ? next : held), undefined);
  return new AppError(
    'BAD_USER_INPUT',
    `No row of the first ${HEADER_ROWS} is the header of ${asked === 'auto' ? 'a known export' : `the preset ${asked}`}.`,
    {
      hint: `Line ${first?.line ?? 1} has: ${listed(first)}. Expected a header with names such as date, channel, spend, clicks; give --preset and --map COLUMN=FIELD for other names.`,
    },
  );
}

function known(candidate: Candidate): number {
  return [...candidate.mapping.fields].filter((field) => !field.startsWith('control:')).length;
}

function listed(row: TableRow | undefined): string {
  const cells = row?.cells ?? [];
  return `${cells
    .slice(0, 30)
    .map((cell) => `"${cell.trim().slice(0, 60)}"`)
    .join(', ')}${cells.length > 30 ? ', …' : ''}`;
}

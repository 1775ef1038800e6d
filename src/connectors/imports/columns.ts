/** Owns the mapping of a header row to fields under one preset, and what is left out and why. */
import { AppError } from '../../kernel/errors.ts';
import { allFields, isField } from './fields.ts';
import { foldText, headerName, snakeKey } from './headerNames.ts';
import { personalContent, personalHeader } from './personalColumns.ts';
import { namesOf } from './presets/catalogue.ts';
import type { Preset } from './presets/preset.ts';
import { wideField } from './presets/wideFormat.ts';
import type { TableRow } from './table.ts';

/** What becomes of one column of the file. */
export interface ColumnUse {
  readonly index: number;
  readonly header: string;
  /** Field that the column is read as; null when it is not loaded. */
  readonly field: string | null;
  /** Why it is not loaded; null when it is. */
  readonly dropped: 'PERSONAL' | 'KNOWN' | 'UNKNOWN' | 'DUPLICATE' | 'ASKED' | null;
  readonly reason: string;
  /** Currency stated by the header's suffix. */
  readonly currency: string | null;
  /** Whether the header says that the cells are micros. */
  readonly micros: boolean;
}

/** A header row read under one preset. */
export interface ColumnMapping {
  readonly columns: readonly ColumnUse[];
  readonly fields: ReadonlySet<string>;
  /** How well the row fits; 0 when a required field is missing. */
  readonly score: number;
  /** Required groups of which no field was found. */
  readonly missing: readonly (readonly string[])[];
}

const DISTINCTIVE_WEIGHT = 2;
const KNOWN_WEIGHT = 0.5;
const NOT_LOADED = { field: null, currency: null, micros: false } as const;

/** Maps `--map COLUMN=FIELD` by folded column name. @throws BAD_USER_INPUT for an unknown field */
export function columnOverrides(map: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const overrides = new Map<string, string>();
  for (const [column, field] of Object.entries(map)) {
    const name = field.trim();
    if (!isField(name)) {
      throw new AppError('BAD_USER_INPUT', `--map ${column}=${field}: there is no field "${field}".`, {
        hint: `Fields are: ${allFields().join(', ')}.`,
      });
    }
    overrides.set(
      foldText(column),
      name.includes(':') ? name.replace(/:(.*)$/, (_, rest: string) => `:${snakeKey(rest)}`) : name,
    );
  }
  return overrides;
}

/** Reads a header row under a preset; columns that the person mapped come before every alias. */
export function mapColumns(row: TableRow, preset: Preset, overrides: ReadonlyMap<string, string>): ColumnMapping {
  const columns = row.cells.map((cell, index) => useOf(cell, index, { preset, overrides, row }));
  keepFirstOfEachField(columns, preset, overrides);
  const fields = new Set(columns.flatMap((column) => (column.field === null ? [] : [column.field])));
  const missing = preset.required.filter((group) => !group.some((field) => fields.has(field)));
  const enough =
    preset.shape !== 'WIDE' || [...fields].some((field) => /^(spend|impressions|clicks|index):/.test(field));
  const names = namesOf(preset);
  const score = columns.reduce((sum, column) => {
    const key = headerName(column.header).key;
    if (column.field !== null && !column.field.startsWith('control:'))
      return sum + 1 + (names.distinctive.has(key) ? DISTINCTIVE_WEIGHT : 0);
    if (column.dropped === 'KNOWN') return sum + KNOWN_WEIGHT + (names.distinctive.has(key) ? DISTINCTIVE_WEIGHT : 0);
    return sum + (names.distinctive.has(key) ? DISTINCTIVE_WEIGHT : 0);
  }, 0);
  return { columns, fields, score: missing.length === 0 && enough ? score : 0, missing };
}

/** The mapping with those columns dropped whose cells turn out to be personal, as the first rows show. */
export function dropPersonalContent(mapping: ColumnMapping, rows: readonly TableRow[]): ColumnMapping {
  const columns = mapping.columns.map((column): ColumnUse => {
    if (column.dropped === 'PERSONAL') return column;
    const what = personalContent(rows.map((row) => row.cells[column.index] ?? ''));
    return what === null
      ? column
      : { ...column, ...NOT_LOADED, dropped: 'PERSONAL', reason: `personal data: its cells hold ${what}` };
  });
  return {
    ...mapping,
    columns,
    fields: new Set(columns.flatMap((column) => (column.field === null ? [] : [column.field]))),
  };
}

function useOf(
  cell: string,
  index: number,
  on: { preset: Preset; overrides: ReadonlyMap<string, string>; row: TableRow },
): ColumnUse {
  const name = headerName(cell);
  const asked = on.overrides.get(foldText(cell));
  const base = { index, header: name.text, currency: name.currency, micros: name.micros };
  if (asked === 'ignore') return { ...base, ...NOT_LOADED, dropped: 'ASKED', reason: 'left out by --map' };
  if (asked !== undefined)
    return {
      ...base,
      field: asked.replace(/_micros$/, ''),
      micros: name.micros || asked.endsWith('_micros'),
      dropped: null,
      reason: '',
    };
  const names = namesOf(on.preset);
  const alias = names.fields.get(name.key);
  if (alias) return { ...base, field: alias.field, dropped: null, reason: '' };
  if (names.ignored.has(name.key) || names.ignored.has(foldText(cell)))
    return {
      ...base,
      ...NOT_LOADED,
      dropped: 'KNOWN',
      reason: `not loaded: ${on.preset.label} column that Baton computes itself or does not need`,
    };
  const personal = personalHeader(cell);
  if (personal !== null) return { ...base, ...NOT_LOADED, dropped: 'PERSONAL', reason: `personal data: ${personal}` };
  const guessed = guessField(on.preset, name.key, cell, on.row);
  if (guessed !== null && guessed !== 'ignore') return { ...base, field: guessed, dropped: null, reason: '' };
  const reason =
    guessed === 'ignore'
      ? 'not loaded: a row counter'
      : `unknown column: not loaded; use --map "${name.text}=FIELD" to load it`;
  return { ...base, ...NOT_LOADED, dropped: 'UNKNOWN', reason };
}

/** Fields that a name table cannot list: every other column of a wide file, and Klaviyo's conversion metric under its chosen name. */
function guessField(preset: Preset, key: string, cell: string, row: TableRow): string | null {
  if (preset.shape === 'WIDE') return wideField(cell);
  if (preset.name !== 'klaviyo') return null;
  const metric = /^unique (.+)$/.exec(key)?.[1];
  return metric && row.cells.some((other) => headerName(other).key === `${metric} rate`)
    ? 'platform_conversions'
    : null;
}

/** Where two columns name one field, the asked-for one stays, else the one that the alias list puts first; breakdowns may be many. */
function keepFirstOfEachField(columns: ColumnUse[], preset: Preset, overrides: ReadonlyMap<string, string>): void {
  const names = namesOf(preset);
  const rank = (column: ColumnUse): number =>
    overrides.has(foldText(column.header)) ? -1 : (names.fields.get(headerName(column.header).key)?.rank ?? 1000);
  const best = new Map<string, ColumnUse>();
  for (const column of columns) {
    if (column.field === null || column.field === 'breakdown') continue;
    const held = best.get(column.field);
    if (!held || rank(column) < rank(held)) best.set(column.field, column);
  }
  columns.forEach((column, at) => {
    if (column.field === null || column.field === 'breakdown' || best.get(column.field) === column) return;
    columns[at] = {
      ...column,
      ...NOT_LOADED,
      dropped: 'DUPLICATE',
      reason: `not loaded: "${best.get(column.field)?.header ?? ''}" is read as ${column.field}`,
    };
  });
}

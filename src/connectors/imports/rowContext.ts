/** Owns what every row reader is handed: options, decided forms, and where facts, skipped rows and problems go. */
import type { Fact } from '../../domain/facts.ts';
import type { CalendarDay } from '../../kernel/calendar.ts';
import type { CampaignState } from './observedCampaigns.ts';
import type { ColumnMapping, ColumnUse } from './columns.ts';
import { DateColumn } from './dateForms.ts';
import { fieldKind } from './fields.ts';
import { NumberColumn } from './numberForms.ts';
import type { Preset, PresetName } from './presets/preset.ts';
import type { TableRow } from './table.ts';

/** How a person asked for a file to be read. */
export interface ImportOptions {
  /** @default auto */
  readonly preset?: PresetName | 'auto';
  /** Column to field, as `--map` gives it. */
  readonly map?: Readonly<Record<string, string>>;
  /** Currency of money that the file does not name one for. */
  readonly currency?: string;
  /** Units of the reporting currency for one unit of another, as decimal text: `{ USD: '0.92' }`. */
  readonly rates?: Readonly<Record<string, string>>;
  /** Locale of numbers and dates, such as `de-DE`; needed only where the file leaves it open. */
  readonly locale?: string;
  readonly keepPersonal?: boolean;
  /** Account of rows in a file without such a column. */
  readonly account?: string;
  readonly reportingCurrency: string;
  /** Today by the workspace; a later day is refused. */
  readonly businessDate: CalendarDay;
  /** IANA name, for timestamps with an offset. @default UTC */
  readonly timeZone?: string;
}

/** One thing that is wrong with the file, and how to mend it. */
export interface ImportProblem {
  /** 0 where it concerns the whole file. */
  readonly line: number;
  readonly column: string;
  readonly found: string;
  readonly expected: string;
  readonly mend: string;
}

/** Where a row reader puts what it makes of a row. */
export interface RowSink {
  fact(fact: Fact): void;
  problem(problem: ImportProblem): void;
  skip(line: number, reason: string): void;
  /** What the row says of its campaign beside figures; only in the reading that plans. */
  campaign?(state: CampaignState): void;
  /** The identity of the row within its file; the same twice is a problem. */
  key(key: string, line: number): void;
}

/** Days that a block of rows covers by its title lines. */
export interface ReportPeriod {
  readonly from: CalendarDay;
  readonly to: CalendarDay;
}

/** Number and date columns by header, shared by all blocks and passes of a file. */
export class Forms {
  readonly numbers = new Map<string, NumberColumn>();
  readonly dates = new Map<string, DateColumn>();
  /** Control columns of a wide file that hold words. */
  readonly textColumns = new Set<string>();
  /** First days seen in a date column, as far as the spacing of rows decides their grain. */
  readonly starts = new Set<CalendarDay>();
  /** Campaigns that the file gives in total beside their variations. */
  readonly parents = new Set<string>();
  /** Currencies that rows were converted from or are in. */
  readonly currencies = new Set<string>();
  /** Whether cells are still being looked at to decide the forms. */
  observing = true;
  private readonly timeZone: string;

  constructor(timeZone: string) {
    this.timeZone = timeZone;
  }

  /** Makes the columns that a mapping needs. */
  prepare(mapping: ColumnMapping): void {
    for (const column of mapping.columns) {
      if (column.field === null) continue;
      const kind = fieldKind(column.field);
      const numeric =
        kind === 'COUNT' ||
        kind === 'MONEY' ||
        kind === 'FRACTION' ||
        kind === 'DOUBLE' ||
        column.field.startsWith('control:');
      if (numeric && !this.numbers.has(column.header))
        this.numbers.set(column.header, new NumberColumn(column.header, kind === 'COUNT'));
      if (kind === 'DAY' && !this.dates.has(column.header))
        this.dates.set(column.header, new DateColumn(column.header, this.timeZone));
    }
  }
}

/** Spacing of the first days of a file: how long the span of one row is. */
export type RowSpan = 'DAY' | 'WEEK' | 'MONTH';

/** Everything that a row reader needs. */
export interface RowContext {
  readonly preset: Preset;
  readonly mapping: ColumnMapping;
  readonly options: ImportOptions;
  readonly forms: Forms;
  readonly span: RowSpan;
  readonly sink: RowSink;
}

/** Reads one row; `period` is what the title lines of its block say. */
export interface RowReader {
  row(row: TableRow, period: ReportPeriod | null): void;
  /** Called after the last row. */
  end(): void;
}

/** The column that holds a field; undefined when none does. */
export function columnOf(mapping: ColumnMapping, field: string): ColumnUse | undefined {
  return mapping.columns.find((column) => column.field === field);
}

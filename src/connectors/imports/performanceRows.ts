/** Owns how one row of a tool's export or of the long format becomes one performance fact. */
import {
  factSources,
  type EntityRef,
  type FactGrain,
  type FactSource,
  type PerformanceFact,
  type SourceKind,
} from '../../domain/facts.ts';
import { addDays, startOf, weekday, type CalendarDay } from '../../kernel/calendar.ts';
import { campaignStateReader } from './campaignStates.ts';
import { countCell, dayCell, fractionCell, isTotalsRow, moneyCell, report, textCell } from './cells.ts';
import type { ColumnUse } from './columns.ts';
import { moneyConverter } from './currencies.ts';
import { countFields, fractionalFields, moneyFields } from './fields.ts';
import { foldText, snakeKey } from './headerNames.ts';
import { namesOf, presets } from './presets/catalogue.ts';
import { longSourceKind } from './presets/longFormat.ts';
import { isConversionResult } from './presets/metaAds.ts';
import type { Preset } from './presets/preset.ts';
import { columnOf, type ReportPeriod, type RowContext, type RowReader } from './rowContext.ts';
import type { TableRow } from './table.ts';

/** What a row covers. */
interface Span {
  readonly grain: FactGrain;
  readonly start: CalendarDay;
  readonly end: CalendarDay;
}

type Measures = Pick<PerformanceFact, 'counts' | 'money' | 'fractional'>;

/** Money that may be negative: refunds. */
const REFUNDABLE: ReadonlySet<string> = new Set(['revenue', 'platform_revenue']);

/** Headers of Meta's generic result, which is a conversion only where the indicator says so. */
const GENERIC_RESULTS: ReadonlySet<string> = new Set(['results', 'ergebnisse', 'resultados', 'résultats']);

/** Reads the rows of a tool's export: totals and summaries are skipped and listed, the rest become facts. */
export function performanceRows(context: RowContext): RowReader {
  const { mapping, preset, sink, options } = context;
  const column = (field: string): ColumnUse | undefined => columnOf(mapping, field);
  const finest = [...preset.levels]
    .reverse()
    .map((field) => column(field) ?? column(`${field}_id`))
    .find((found) => found !== undefined);
  const breakdowns = mapping.columns.filter((use) => use.field === 'breakdown');
  const variation = column('variation');
  const spanOf = spanReader(context);
  const measuresOf = measureReader(context);
  const entity = entityReader(context);
  const channelOf = channelReader(context);
  const sourceOf = sourceReader(context);
  const account = column('account');
  const stateOf = campaignStateReader(context);

  return {
    row(row, period) {
      if (isTotalsRow(row)) return sink.skip(row.line, 'totals row');
      if (finest && textCell(context, row, finest) === null)
        return sink.skip(row.line, `summary row: no ${finest.header}`);
      const campaign = entity(row, 'campaign');
      const part = textCell(context, row, variation);
      if (variation && campaign) {
        const key = campaign.id ?? campaign.name;
        if (part === null) context.forms.parents.add(key);
        else if (context.forms.parents.has(key))
          return sink.skip(row.line, `variation "${part}" of a campaign that the file also gives in total`);
      }
      const span = spanOf(row, period);
      if (!span) return;
      const channel = channelOf(row);
      if (channel === null) return;
      const measures = measuresOf(row);
      const { source, sourceKind } = sourceOf(row);
      const fact: PerformanceFact = {
        table: 'performance',
        source,
        sourceKind,
        account: textCell(context, row, account) ?? options.account ?? preset.account,
        ...span,
        geo: textCell(context, row, column('geo')),
        channel,
        campaign,
        audience: entity(row, 'audience'),
        message: entity(row, 'message'),
        attribution: textCell(context, row, column('attribution')),
        currency: Object.keys(measures.money).length > 0 ? options.reportingCurrency : null,
        ...measures,
      };
      if (context.forms.observing)
        sink.key(`${factKey(fact)}|${part ?? ''}|${breakdowns.map((use) => row.cells[use.index]).join('|')}`, row.line);
      if (stateOf && sink.campaign && campaign) sink.campaign(stateOf(row, { channel, campaign, day: span.end }));
      sink.fact(fact);
    },
    end: () => undefined,
  };
}

/** The identity of a performance fact as text: the same as the unique key of its table. */
export function factKey(fact: PerformanceFact): string {
  const name = (ref: EntityRef | null): string => (ref === null ? '' : (ref.id ?? `n:${ref.name}`));
  return `${fact.source}|${fact.sourceKind}|${fact.account}|${fact.grain}|${fact.start}|${fact.end}|${fact.geo ?? ''}|${fact.channel}|${name(fact.campaign)}|${name(fact.audience)}|${name(fact.message)}|${fact.attribution ?? ''}`;
}

/** Days that a row covers: its own day, week, month or dates, else the dates of its report's title lines. */
function spanReader(context: RowContext): (row: TableRow, period: ReportPeriod | null) => Span | null {
  const { mapping, options } = context;
  const dated = (['date', 'week', 'month', 'start'] as const)
    .map((field) => ({ field, column: columnOf(mapping, field) }))
    .find(({ column }) => column !== undefined);
  const endColumn = columnOf(mapping, 'end');
  const weekly = context.span === 'WEEK';

  return (row, period) => {
    if (!dated?.column) {
      if (period) return bounded(context, row, spanOfDays(period.from, period.to));
      context.sink.problem({
        line: row.line,
        column: '(none)',
        found: 'neither a day column nor title lines with the dates',
        expected: 'the days that the rows cover',
        mend: `${context.preset.dailyHint} Or keep the title lines of the export.`.trim(),
      });
      return null;
    }
    const day = dayCell(context, row, dated.column);
    if (day === null) {
      if ((row.cells[dated.column.index] ?? '').trim() === '')
        report(context, row, dated.column, {
          found: 'an empty cell',
          expected: 'a day',
          mend: 'Fill in the day, or remove the row.',
        });
      return null;
    }
    if (dated.field === 'date' && context.forms.observing && context.preset.name === 'long')
      context.forms.starts.add(day);
    if (dated.field === 'month') return bounded(context, row, monthSpan(day));
    if (dated.field === 'week' || (dated.field === 'date' && weekly))
      return bounded(context, row, { grain: 'WEEK', start: day, end: addDays(day, 6) });
    if (dated.field === 'date') return bounded(context, row, { grain: 'DAY', start: day, end: day });
    const end = dayCell(context, row, endColumn) ?? day;
    if (end < day) {
      report(context, row, endColumn ?? dated.column, {
        found: end,
        expected: `a day from ${day} on`,
        mend: `Correct the dates; today is ${options.businessDate}.`,
      });
      return null;
    }
    return bounded(context, row, spanOfDays(day, end));
  };
}

/** The month that a day lies in, as a period. */
export function monthSpan(day: CalendarDay): Span {
  const start = startOf('MONTH', day);
  return { grain: 'PERIOD', start, end: addDays(startOf('MONTH', addDays(start, 31)), -1) };
}

function spanOfDays(start: CalendarDay, end: CalendarDay): Span {
  if (start === end) return { grain: 'DAY', start, end };
  return { grain: weekday(start) === 1 && addDays(start, 6) === end ? 'WEEK' : 'PERIOD', start, end };
}

/** Refuses a row that reaches past today; a running week may. */
export function bounded(context: RowContext, row: TableRow, span: Span): Span | null {
  const last = span.grain === 'WEEK' ? span.start : span.end;
  if (last <= context.options.businessDate) return span;
  const column = ['date', 'week', 'month', 'end', 'start']
    .map((field) => columnOf(context.mapping, field))
    .find((found) => found !== undefined);
  const found = {
    found: last,
    expected: `a day up to ${context.options.businessDate}, today in this workspace`,
    mend: 'Remove the rows of the future; facts tell what happened.',
  };
  if (column) report(context, row, column, found);
  else context.sink.problem({ line: row.line, column: '(title lines)', ...found });
  return null;
}

/** All measures of a row; a cell that says "not known" leaves its measure out. */
function measureReader(context: RowContext): (row: TableRow) => Measures {
  const of = <T extends string>(fields: Readonly<Record<string, T>>): { column: ColumnUse; measure: T }[] =>
    context.mapping.columns.flatMap((column) => {
      const measure = column.field === null ? undefined : fields[column.field];
      return measure === undefined ? [] : [{ column, measure }];
    });
  const counts = of(countFields);
  const money = of(moneyFields);
  const fractional = of(fractionalFields);
  const converter = moneyConverter(context);
  const indicator = columnOf(context.mapping, 'result_indicator');
  const credited = (row: TableRow, column: ColumnUse): boolean =>
    context.preset.name !== 'meta-ads' ||
    !GENERIC_RESULTS.has(foldText(column.header)) ||
    isConversionResult(textCell(context, row, indicator) ?? '');

  return (row) => {
    const measures: Measures = { counts: {}, money: {}, fractional: {} };
    for (const { column, measure } of counts) {
      const value = countCell(context, row, column);
      if (value !== null) measures.counts[measure] = value;
    }
    for (const { column, measure } of money) {
      const own = moneyCell(context, row, { column, negative: REFUNDABLE.has(column.field ?? '') });
      const value = own === null ? null : converter.convert(row, column, own);
      if (value !== null) measures.money[measure] = value;
    }
    for (const { column, measure } of fractional) {
      const value = credited(row, column) ? fractionCell(context, row, column) : null;
      if (value !== null) measures.fractional[measure] = value;
    }
    return measures;
  };
}

/** An entity by the columns `campaign` and `campaign_id` (and so on); the name is the id where no name is given. */
function entityReader(
  context: RowContext,
): (row: TableRow, field: 'campaign' | 'audience' | 'message') => EntityRef | null {
  const columns = new Map(
    (['campaign', 'audience', 'message'] as const).map((field) => [
      field,
      { name: columnOf(context.mapping, field), id: columnOf(context.mapping, `${field}_id`) },
    ]),
  );
  return (row, field) => {
    const at = columns.get(field);
    const id = at?.id ? textCell(context, row, at.id) : null;
    const name = at?.name ? textCell(context, row, at.name) : null;
    return id === null && name === null ? null : { id, name: name ?? id ?? '' };
  };
}

/** The channel key of a row: the tool's own names first, then upper snake case, then the tool's usual channel. */
export function channelReader(context: RowContext): (row: TableRow) => string | null {
  const column = columnOf(context.mapping, 'channel');
  const names = namesOf(context.preset).channels;
  const keys = new Map<string, string>();
  return (row) => {
    const text = textCell(context, row, column);
    if (text === null) {
      if (context.preset.channel !== null) return context.preset.channel;
      if (column)
        report(context, row, column, {
          found: 'an empty cell',
          expected: 'a channel',
          mend: 'Name the channel of the row.',
        });
      return null;
    }
    const known = keys.get(text);
    if (known !== undefined) return known;
    const key = names.get(foldText(text)) ?? snakeKey(text);
    if (keys.size < 10_000) keys.set(text, key);
    return key === '' ? 'UNASSIGNED' : key;
  };
}

const sourcePresets: ReadonlyMap<string, Preset> = new Map(presets.map((preset) => [preset.source, preset]));

/** Source of a row: a long file may name the tool in a column; a name that is none of ours stays `long`. */
function sourceReader(context: RowContext): (row: TableRow) => { source: FactSource; sourceKind: SourceKind } {
  const { preset, mapping } = context;
  const column = columnOf(mapping, 'source');
  const own = {
    source: preset.source,
    sourceKind: preset.name === 'long' ? longSourceKind(mapping.fields) : preset.sourceKind,
  };
  return (row) => {
    const name = column ? foldText(textCell(context, row, column) ?? '').replaceAll(' ', '-') : '';
    const source = factSources.find((known) => known === name);
    const kind = source === undefined ? undefined : sourcePresets.get(source)?.sourceKind;
    return source !== undefined && kind !== undefined
      ? { source, sourceKind: source === 'long' ? own.sourceKind : kind }
      : own;
  };
}

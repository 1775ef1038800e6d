/** Owns how CRM records become stage counts: one fact a day, channel and campaign; no record and no person is kept. */
import type { PerformanceFact } from '../../domain/facts.ts';
import type { CalendarDay } from '../../kernel/calendar.ts';
import { dayCell, isTotalsRow, moneyCell, textCell } from './cells.ts';
import { moneyConverter } from './currencies.ts';
import { bounded, channelReader } from './performanceRows.ts';
import { isWonStage } from './presets/hubspot.ts';
import { columnOf, type RowContext, type RowReader } from './rowContext.ts';
import type { TableRow } from './table.ts';

/** Groups held at once; a file with more gives partial sums, which the loader adds. */
const MAX_GROUPS = 20_000;

/** What one record adds to one day. */
interface Stage {
  readonly day: CalendarDay;
  readonly qualifiedLeads?: bigint;
  readonly sales?: bigint;
  readonly conversions?: number;
  readonly pipelineMicros?: bigint;
  readonly revenueMicros?: bigint;
}

/**
 * Counts contacts (a new one is a conversion, a qualified one a qualified lead, each on its own day) and deals (the
 * amount is pipeline on the day of creation; a won one is a sale and revenue on the day of closing).
 */
export function recordRows(context: RowContext): RowReader {
  const groups = new Map<string, PerformanceFact>();
  const flush = (): void => {
    for (const fact of groups.values()) context.sink.fact(fact);
    groups.clear();
  };
  const stagesOf = context.preset.name === 'hubspot-deals' ? dealStages(context) : contactStages(context);
  const channelOf = channelReader(context);
  const campaignColumn = columnOf(context.mapping, 'campaign');
  const record = columnOf(context.mapping, 'record_id');

  return {
    row(row) {
      if (isTotalsRow(row)) return context.sink.skip(row.line, 'totals row');
      const id = textCell(context, row, record);
      if (id !== null && context.forms.observing) context.sink.key(`record ${id}`, row.line);
      const stages = stagesOf(row);
      if (stages.length === 0) return context.sink.skip(row.line, 'record without a date of any stage');
      const channel = channelOf(row) ?? 'UNASSIGNED';
      const name = textCell(context, row, campaignColumn);
      const campaign = name === null ? null : { id: null, name };
      for (const stage of stages) {
        if (bounded(context, row, { grain: 'DAY', start: stage.day, end: stage.day }))
          add(groups, factOf(context, { stage, channel, campaign }));
      }
      if (groups.size >= MAX_GROUPS) flush();
    },
    end: flush,
  };
}

function contactStages(context: RowContext): (row: TableRow) => Stage[] {
  const created = columnOf(context.mapping, 'created_on');
  const qualified = columnOf(context.mapping, 'qualified_on');
  return (row) => {
    const createdOn = dayCell(context, row, created);
    const qualifiedOn = dayCell(context, row, qualified);
    const stages: Stage[] = [];
    if (createdOn !== null) stages.push({ day: createdOn, conversions: 1 });
    if (qualifiedOn !== null) stages.push({ day: qualifiedOn, qualifiedLeads: 1n });
    return stages;
  };
}

function dealStages(context: RowContext): (row: TableRow) => Stage[] {
  const { mapping, options } = context;
  const created = columnOf(mapping, 'created_on');
  const closed = columnOf(mapping, 'closed_on');
  const stageColumn = columnOf(mapping, 'stage');
  const company = columnOf(mapping, 'amount_company');
  const amount = company
    ? { ...company, currency: company.currency ?? options.currency ?? options.reportingCurrency }
    : columnOf(mapping, 'amount');
  const converter = moneyConverter(context);
  return (row) => {
    const createdOn = dayCell(context, row, created);
    const won = isWonStage(textCell(context, row, stageColumn) ?? '');
    const closedOn = won ? dayCell(context, row, closed) : null;
    const own = amount ? moneyCell(context, row, { column: amount, negative: false }) : null;
    const micros = own === null || !amount ? null : converter.convert(row, amount, own);
    const stages: Stage[] = [];
    if (createdOn !== null) stages.push({ day: createdOn, ...(micros === null ? {} : { pipelineMicros: micros }) });
    if (closedOn !== null)
      stages.push({ day: closedOn, sales: 1n, ...(micros === null ? {} : { revenueMicros: micros }) });
    return stages;
  };
}

function factOf(
  context: RowContext,
  of: { stage: Stage; channel: string; campaign: PerformanceFact['campaign'] },
): PerformanceFact {
  const { stage } = of;
  const money = {
    ...(stage.pipelineMicros === undefined ? {} : { pipelineMicros: stage.pipelineMicros }),
    ...(stage.revenueMicros === undefined ? {} : { revenueMicros: stage.revenueMicros }),
  };
  return {
    table: 'performance',
    source: context.preset.source,
    sourceKind: context.preset.sourceKind,
    account: context.options.account ?? context.preset.account,
    grain: 'DAY',
    start: stage.day,
    end: stage.day,
    geo: null,
    channel: of.channel,
    campaign: of.campaign,
    audience: null,
    message: null,
    attribution: null,
    currency: Object.keys(money).length > 0 ? context.options.reportingCurrency : null,
    counts: {
      ...(stage.qualifiedLeads === undefined ? {} : { qualifiedLeads: stage.qualifiedLeads }),
      ...(stage.sales === undefined ? {} : { sales: stage.sales }),
    },
    money,
    fractional: stage.conversions === undefined ? {} : { conversions: stage.conversions },
  };
}

/** Adds a fact to the group of its day, channel and campaign. */
function add(groups: Map<string, PerformanceFact>, fact: PerformanceFact): void {
  const key = `${fact.start}|${fact.channel}|${fact.campaign?.name ?? ''}`;
  const held = groups.get(key);
  if (!held) {
    groups.set(key, fact);
    return;
  }
  groups.set(key, {
    ...held,
    currency: held.currency ?? fact.currency,
    counts: summed(held.counts, fact.counts, (a, b) => a + b),
    money: summed(held.money, fact.money, (a, b) => a + b),
    fractional: summed(held.fractional, fact.fractional, (a, b) => a + b),
  });
}

function summed<K extends string, V>(
  left: Partial<Record<K, V>>,
  right: Partial<Record<K, V>>,
  plus: (a: V, b: V) => V,
): Partial<Record<K, V>> {
  const sum: Partial<Record<K, V>> = { ...left };
  for (const [measure, value] of Object.entries(right) as [K, V][]) {
    const held = sum[measure];
    sum[measure] = held === undefined ? value : plus(held, value);
  }
  return sum;
}

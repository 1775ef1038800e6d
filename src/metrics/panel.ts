/**
 * Owns the series that a response is fitted to: input of each channel, the KPI and what else moves it, aligned on whole periods.
 * Daily facts come by ISO week. A mix-model file keeps its own raw numbers and places. Fits nothing.
 */
import type { UnitOfWork } from '../domain/unit.ts';
import { addDays, startOf, type CalendarDay } from '../kernel/calendar.ts';
import { AppError } from '../kernel/errors.ts';
import { metricNames, type MetricName } from '../domain/metrics.ts';
import { metricDefinition } from './catalogue.ts';
import { readCoverage, recordSource, type RecordSource, type WorkspaceCoverage } from './coverage.ts';
import { activeLoadIds } from './dataCoverage.ts';
import { align, type AlignedPlace, type LongValue } from './alignment.ts';
import { controlValues, factInputs, factKpi, launchDays, modelInputs, modelKpi } from './panelRows.ts';

/** Which series, over which days. */
export interface PanelRequest {
  /** A metric that is a sum, such as `REVENUE`; in a mix-model file also any KPI column by its key. */
  readonly kpi: string;
  /** @default everything loaded */
  readonly from?: CalendarDay;
  readonly to?: CalendarDay;
}

/** Aligned series; every array is as long as `periods`. Made so that a response fit can take it as it is. */
export interface ResponsePanel {
  /** First day of each period, ascending. */
  readonly periods: readonly CalendarDay[];
  readonly periodsPerYear: number;
  /** One entry a place; a single one named `ALL` where nothing is told by place. */
  readonly series: readonly AlignedPlace[];
  readonly channels: readonly string[];
  /** Unit of each channel's input: a currency code, `IMPRESSIONS`, `CLICKS`, `SENDS` or `INDEX`. */
  readonly units: Readonly<Record<string, string>>;
  /** Channels whose input is no money. */
  readonly notMoney: readonly string[];
  /** Indexes of periods in which a campaign was launched. */
  readonly launches: readonly number[];
  readonly kpi: string;
  /** A currency code or `COUNT`. */
  readonly unit: string;
  /** Kind of source that the KPI comes from. */
  readonly kpiSource: string;
  readonly window: { readonly from: CalendarDay; readonly to: CalendarDay };
  readonly loadIds: readonly string[];
}

/** Long values of one workspace before they are aligned. */
export interface PanelMaterial {
  readonly grain: 'DAY' | 'WEEK' | 'MONTH';
  readonly inputs: readonly (LongValue & { readonly unit: string })[];
  readonly kpi: readonly LongValue[];
  readonly unit: string;
  readonly kpiSource: string;
}

const PERIODS_PER_YEAR = { DAY: 365, WEEK: 52, MONTH: 12 } as const;

/** The panel of a KPI; null where the data hold no media input or no such KPI. @throws BAD_USER_INPUT for a ratio */
export async function responsePanel(unit: UnitOfWork, request: PanelRequest): Promise<ResponsePanel | null> {
  const workspace = await readCoverage(unit);
  const kpi = sumMetric(request.kpi);
  const record = kpi ? recordSource(workspace.coverage, kpi.measure) : null;
  const media =
    recordSource(workspace.coverage, 'spend_micros') ??
    recordSource(workspace.coverage, 'impressions') ??
    recordSource(workspace.coverage, 'sends');
  const material =
    media && record && media.kind !== 'MODEL_INPUT'
      ? await fromFacts(unit, {
          workspace,
          media,
          record,
          request,
          unitOfKpi: kpi?.money ? workspace.currency : 'COUNT',
        })
      : await fromModelInput(unit, request);
  if (!material) return null;
  const controls = await controlValues(unit, material.grain);
  const aligned = align({
    ...material,
    controls,
    ...(request.from ? { from: request.from } : {}),
    ...(request.to ? { to: request.to } : {}),
  });
  if (aligned.periods.length === 0 || aligned.channels.length === 0) return null;
  const from = aligned.periods[0] ?? '';
  const last = aligned.periods.at(-1) ?? from;
  const launches = await launchDays(unit, { from: addDays(from, 28), to: last });
  const starts = new Set(launches.map((day) => startOf(material.grain === 'MONTH' ? 'MONTH' : material.grain, day)));
  return {
    periods: aligned.periods,
    periodsPerYear: PERIODS_PER_YEAR[material.grain],
    series: aligned.series,
    channels: aligned.channels,
    units: aligned.units,
    notMoney: aligned.channels.filter((channel) => !/^[A-Z]{3}$/.test(aligned.units[channel] ?? '')),
    launches: aligned.periods.flatMap((period, index) => (starts.has(period) ? [index] : [])),
    kpi: request.kpi,
    unit: material.unit,
    kpiSource: material.kpiSource,
    window: { from, to: endOf(material.grain, last) },
    loadIds: await activeLoadIds(unit),
  };
}

function sumMetric(kpi: string): { measure: Parameters<typeof recordSource>[1]; money: boolean } | null {
  const name = metricNames.find((known): known is MetricName => known === kpi);
  if (!name) return null;
  const { formula, unit } = metricDefinition(name);
  if (formula.kind === 'SUM') return { measure: formula.of, money: unit === 'MONEY' };
  throw new AppError('BAD_USER_INPUT', `${kpi} is a ratio and has no response.`, {
    hint: 'Ask for REVENUE, PIPELINE, QUALIFIED_LEADS, CONVERSIONS or SESSIONS.',
  });
}

interface FactPanel {
  readonly workspace: WorkspaceCoverage;
  readonly media: RecordSource;
  readonly record: RecordSource;
  readonly request: PanelRequest;
  readonly unitOfKpi: string;
}

/** Whole ISO weeks that media and KPI both cover. Periods longer than a week are refused to models: they are left out. */
async function fromFacts(unit: UnitOfWork, panel: FactPanel): Promise<PanelMaterial | null> {
  const { workspace, media, record } = panel;
  const first = later(panel.request.from, media.firstDay > record.firstDay ? media.firstDay : record.firstDay);
  const last = earlier(panel.request.to, media.lastDay < record.lastDay ? media.lastDay : record.lastDay);
  const from = startOf('WEEK', addDays(first, 6));
  const to = addDays(startOf('WEEK', addDays(last, 1)), -1);
  if (from > to) return null;
  const kpi = await factKpi(unit, { record, from, to, perUnit: panel.unitOfKpi === 'COUNT' ? 1 : 1e-6 });
  const inputs = await factInputs(unit, { currency: workspace.currency, kind: media.kind, from, to });
  return { grain: 'WEEK', inputs, kpi, unit: panel.unitOfKpi, kpiSource: record.kind };
}

async function fromModelInput(unit: UnitOfWork, request: PanelRequest): Promise<PanelMaterial | null> {
  const kpi = await modelKpi(unit, request.kpi);
  const { inputs, grain } = await modelInputs(unit);
  if (kpi.values.length === 0 || inputs.length === 0) return null;
  return { grain, inputs, kpi: kpi.values, unit: kpi.unit, kpiSource: 'MODEL_INPUT' };
}

function later(asked: CalendarDay | undefined, day: CalendarDay): CalendarDay {
  return asked !== undefined && asked > day ? asked : day;
}

function earlier(asked: CalendarDay | undefined, day: CalendarDay): CalendarDay {
  return asked !== undefined && asked < day ? asked : day;
}

function endOf(grain: PanelMaterial['grain'], start: CalendarDay): CalendarDay {
  if (grain === 'DAY') return start;
  return grain === 'WEEK' ? addDays(start, 6) : addDays(startOf('MONTH', addDays(start, 31)), -1);
}

/** Owns what stands behind the tools: metrics, memory and outcomes, each call in one unit of its own. Searches embed outside any unit. */
import {
  metricQuerySchema,
  type MetricCell,
  type MetricDimension,
  type MetricName,
  type MetricQueryInput,
  type MetricResult,
} from '../domain/metrics.ts';
import type { Specialist } from '../domain/specialists.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import { brandTexts } from '../memory/brandDocuments.ts';
import { brandRulesOf, claimsOf } from '../memory/claims.ts';
import { learningRecall } from '../memory/performanceMemory.ts';
import { quotedText } from '../memory/quotedData.ts';
import { memorySearchFor } from '../memory/search.ts';
import { dataCoverage } from '../metrics/dataCoverage.ts';
import { audienceFacts, campaignFacts, channelBudgets, messageFacts } from '../metrics/entities.ts';
import { audienceFunnels, emailFunnels, messageFunnels } from '../metrics/funnels.ts';
import { kpiSeries } from '../metrics/kpiSeries.ts';
import { responsePanel } from '../metrics/panel.ts';
import { queryMetrics } from '../metrics/query.ts';
import { changesInMeasurement } from '../outcomes/inMeasurement.ts';
import { recordOfKind, scoredForecasts } from '../outcomes/ledger.ts';
import type { SpecialistContext } from './contract.ts';
import { allow, type Allowed, type MetricRow, type MetricRows, type ToolName, type Tools } from './tools.ts';

/** The tools of one specialist over one task. */
export function toolsFor<N extends ToolName>(
  context: SpecialistContext,
  specialist: Specialist,
  names: readonly N[],
): Allowed<N> {
  return allow(specialist, toolsOf(context), names);
}

function toolsOf(context: SpecialistContext): Tools {
  const { inUnit, embedder, signal } = context;
  const read = <T>(work: (unit: UnitOfWork) => Promise<T>): Promise<T> => inUnit('app', work);
  return {
    'metrics.coverage': () => read(dataCoverage),
    'metrics.query': (query) => read(async (unit) => rowsOf(query, await queryMetrics(unit, query))),
    'metrics.panel': (request) => read((unit) => responsePanel(unit, request)),
    'metrics.series': (request) => read((unit) => kpiSeries(unit, request)),
    'metrics.audienceFunnels': (window) => read((unit) => audienceFunnels(unit, window)),
    'metrics.messageFunnels': (window) => read((unit) => messageFunnels(unit, window)),
    'metrics.email': (request) => read((unit) => emailFunnels(unit, request)),
    'catalogue.campaigns': () => read(campaignFacts),
    'catalogue.messages': () => read(messageFacts),
    'catalogue.audiences': () => read(audienceFacts),
    'catalogue.channelBudgets': () => read(channelBudgets),
    'memory.search': async (text, limit) => {
      const hits = await memorySearchFor(embedder).search({ inUnit, signal }, { text, limit });
      return hits.map((hit) => ({ ...hit, text: quotedText(hit.text, hit.provenance.trust) }));
    },
    'memory.recall': (query) => learningRecall({ inUnit, embedder, signal }, query),
    'memory.brandTexts': async () =>
      (await read(brandTexts)).map((chunk) => ({ ...chunk, text: quotedText(chunk.text, chunk.trust) })),
    'memory.brandRules': () => read(brandRulesOf),
    'memory.claims': () => read(claimsOf),
    'outcomes.recordOfKind': (verb) => read((unit) => recordOfKind(unit, verb)),
    'outcomes.inMeasurement': (today) => read((unit) => changesInMeasurement(unit, today)),
    'outcomes.ledger': () => read((unit) => scoredForecasts(unit)),
  };
}

/** A metric result with keys by name and sums as numbers; fractions beyond 53 bits do not matter to the Brain. */
function rowsOf(input: MetricQueryInput, result: MetricResult): MetricRows {
  const query = metricQuerySchema.parse(input);
  const at = new Map(result.columns.map((column, index) => [column.name, index]));
  const cell = (row: readonly MetricCell[], name: string): MetricCell => row[at.get(name) ?? -1] ?? null;
  const text = (row: readonly MetricCell[], name: string): string | null => {
    const value = cell(row, name);
    return value === null ? null : String(value);
  };
  const entity = (row: readonly MetricCell[], dimension: MetricDimension): { id: string; name: string } | null => {
    const id = text(row, dimension);
    return id === null ? null : { id, name: text(row, `${dimension}_NAME`) ?? id };
  };
  const rows = result.rows.map((row): MetricRow => ({
    period: text(row, 'PERIOD'),
    channel: text(row, 'CHANNEL'),
    campaign: entity(row, 'CAMPAIGN'),
    audience: entity(row, 'AUDIENCE'),
    message: entity(row, 'MESSAGE'),
    geo: text(row, 'GEO'),
    values: Object.fromEntries(
      query.metrics.map((metric): [MetricName, number | null] => [metric, numberOf(cell(row, metric))]),
    ),
  }));
  return {
    rows,
    currency: result.currency,
    dataThrough: result.freshness.loadedThrough,
    outcomeSource: result.freshness.outcomeSource,
  };
}

function numberOf(value: MetricCell): number | null {
  return value === null ? null : Number(value);
}

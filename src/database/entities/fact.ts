/** Owns the entities of facts. Bulk loads and metric queries use SQL; these serve single rows and the check of the schema. */
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { FactGrain, FactSource, SourceKind } from '../../domain/facts.ts';
import { day, double, whole, workspaceId } from './columns.ts';
import { ImportLoadEntity } from './importLoad.ts';

const count = () => whole().strictNullable();
const fraction = () => p.decimal('number').precision(20).scale(6).strictNullable();

/** One row of a performance table; null in a measure means unknown, which is not zero. */
export const PerformanceFactEntity = defineEntity({
  name: 'PerformanceFact',
  tableName: 'performance_fact',
  properties: {
    id: p.bigint().primary().autoincrement(),
    workspaceId: workspaceId(),
    loadId: p.uuid(),
    supersededBy: p.uuid().strictNullable(),
    identity: p.uuid(),
    content: p.uuid(),
    source: p.text().$type<FactSource>(),
    sourceKind: p.text().$type<SourceKind>(),
    account: p.text(),
    grain: p.text().$type<FactGrain>(),
    startDay: day(),
    endDay: day(),
    geo: p.text().strictNullable(),
    channel: p.text(),
    campaignId: p.uuid().strictNullable(),
    audienceId: p.uuid().strictNullable(),
    messageId: p.uuid().strictNullable(),
    attribution: p.text().strictNullable(),
    currency: p.text().strictNullable(),
    impressions: count(),
    clicks: count(),
    reach: count(),
    sessions: count(),
    engagedSessions: count(),
    sends: count(),
    delivered: count(),
    opens: count(),
    machineOpens: count(),
    emailClicks: count(),
    unsubscribes: count(),
    complaints: count(),
    bounces: count(),
    searchImpressions: count(),
    searchClicks: count(),
    qualifiedLeads: count(),
    sales: count(),
    spendMicros: count(),
    platformRevenueMicros: count(),
    pipelineMicros: count(),
    revenueMicros: count(),
    platformConversions: fraction(),
    conversions: fraction(),
    /** Cuts that the row is left out of, so that nothing counts at two levels; kept by `rollup_refresh`. */
    shadow: p.smallint().default(0),
  },
});
export type PerformanceFactRow = InferEntity<typeof PerformanceFactEntity>;

/** Columns that KPI, control and media-input facts share; the key is workspace, identity and load. */
const seriesColumns = () => ({
  workspaceId: p.uuid().primary(),
  identity: p.uuid().primary(),
  loadId: p.manyToOne(ImportLoadEntity).mapToPk().fieldName('load_id').primary(),
  supersededBy: p.uuid().strictNullable(),
  source: p.text().$type<FactSource>(),
  grain: p.text().$type<FactGrain>(),
  startDay: day(),
  endDay: day(),
  geo: p.text().strictNullable(),
});

/** One value of a KPI series. */
export const KpiFactEntity = defineEntity({
  name: 'KpiFact',
  tableName: 'kpi_fact',
  properties: { ...seriesColumns(), kpi: p.text(), value: double(), unit: p.text() },
});
export type KpiFactRow = InferEntity<typeof KpiFactEntity>;

/** One value of a series that explains the KPI and is no medium. */
export const ControlFactEntity = defineEntity({
  name: 'ControlFact',
  tableName: 'control_fact',
  properties: {
    ...seriesColumns(),
    name: p.text(),
    value: double().strictNullable(),
    category: p.text().strictNullable(),
  },
});
export type ControlFactRow = InferEntity<typeof ControlFactEntity>;

/** One raw mix-model input of a channel with its unit. */
export const MediaInputEntity = defineEntity({
  name: 'MediaInput',
  tableName: 'media_input',
  properties: { ...seriesColumns(), channel: p.text(), value: double(), unit: p.text() },
});
export type MediaInputRow = InferEntity<typeof MediaInputEntity>;

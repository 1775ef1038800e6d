/** Owns the entities around imports: loads, names a person has matched, and results of experiments. Facts stand in fact.ts. */
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { ImportResult } from '../../domain/facts.ts';
import { createdAt, day, double, id, instant, json, textList, whole, workspaceId } from './columns.ts';

/** One file that was loaded; its facts count while it is ACTIVE. */
export const ImportLoadEntity = defineEntity({
  name: 'ImportLoad',
  tableName: 'import_load',
  properties: {
    id: id(),
    workspaceId: workspaceId(),
    fileName: p.text(),
    fileSha256: p.text().fieldName('file_sha256'),
    optionsSha256: p.text().fieldName('options_sha256'),
    preset: p.text(),
    source: p.text(),
    status: p.text().$type<'STAGING' | 'ACTIVE' | 'UNDONE' | 'FAILED'>(),
    rows: json<Partial<ImportResult['rows']>>().defaultRaw("'{}'"),
    /** Whether it holds rows of `performance_fact`. */
    hasPerformance: p.boolean().default(false),
    result: json<ImportResult>().strictNullable(),
    fromDay: day().strictNullable(),
    toDay: day().strictNullable(),
    importedBy: p.text(),
    createdAt: createdAt(),
    activatedAt: instant().strictNullable(),
    undoneAt: instant().strictNullable(),
  },
});
export type ImportLoadRow = InferEntity<typeof ImportLoadEntity>;

/** The name that a tool gives an entity, as a person has confirmed it. */
export const EntityAliasEntity = defineEntity({
  name: 'EntityAlias',
  tableName: 'entity_alias',
  properties: {
    workspaceId: p.uuid().primary(),
    entityType: p.text().$type<'campaign' | 'audience' | 'message'>().primary(),
    source: p.text().primary(),
    name: p.text().primary(),
    entityId: p.uuid(),
    confirmedBy: p.text(),
    createdAt: createdAt(),
  },
});
export type EntityAliasRow = InferEntity<typeof EntityAliasEntity>;

/** The measured result of a finished experiment, in KPI units. */
export const ExperimentResultEntity = defineEntity({
  name: 'ExperimentResult',
  tableName: 'experiment_result',
  properties: {
    id: id(),
    workspaceId: workspaceId(),
    channel: p.text(),
    geos: textList().strictNullable(),
    startDay: day(),
    endDay: day(),
    incrementalKpi: double(),
    standardError: double(),
    spendMicros: whole().strictNullable(),
    createdAt: createdAt(),
  },
});
export type ExperimentResultRow = InferEntity<typeof ExperimentResultEntity>;

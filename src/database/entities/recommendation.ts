/** Owns the entities of advice: cards, the forecasts they stand on, scores that others give, and conflicts between cards. */
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { Recommendation, Verb } from '../../domain/recommendations.ts';
import { ArtifactEntity, EvidenceEntity } from './artifact.ts';
import { createdAt, day, double, id, idList, instant, json, workspaceId } from './columns.ts';
import { GoalEntity } from './goal.ts';
import { RunEntity } from './run.ts';

/** One card. */
export const RecommendationEntity = defineEntity({
  name: 'Recommendation',
  tableName: 'recommendation',
  properties: {
    id: id(),
    workspaceId: workspaceId(),
    runId: p.manyToOne(RunEntity).mapToPk().fieldName('run_id'),
    goalId: p.manyToOne(GoalEntity).mapToPk().fieldName('goal_id'),
    artifactId: p.manyToOne(ArtifactEntity).mapToPk().fieldName('artifact_id').strictNullable(),
    verb: p.text().$type<Verb>(),
    targetType: p.text(),
    targetId: p.text(),
    targetName: p.text(),
    card: json<Recommendation>(),
    digest: p.text(),
    status: p
      .text()
      .$type<'OPEN' | 'PROPOSED' | 'APPROVED' | 'REJECTED' | 'EXECUTED' | 'EXPIRED' | 'SUPERSEDED'>()
      .default('OPEN'),
    changeSetId: p.uuid().strictNullable(),
    expiresOn: day(),
    createdAt: createdAt(),
  },
});
export type RecommendationRow = InferEntity<typeof RecommendationEntity>;

/** One forecast of the ledger; `baseline` is the KPI level that a DELTA is measured against. */
export const ForecastEntity = defineEntity({
  name: 'Forecast',
  tableName: 'forecast',
  properties: {
    id: id(),
    workspaceId: workspaceId(),
    runId: p.manyToOne(RunEntity).mapToPk().fieldName('run_id'),
    goalId: p.manyToOne(GoalEntity).mapToPk().fieldName('goal_id'),
    recommendationId: p.manyToOne(RecommendationEntity).mapToPk().fieldName('recommendation_id').strictNullable(),
    evidenceId: p.manyToOne(EvidenceEntity).mapToPk().fieldName('evidence_id'),
    kpi: p.text(),
    unit: p.text(),
    quantity: p.text().$type<'DELTA' | 'LEVEL'>(),
    mean: double(),
    intervals: json<{ level: number; lower: number; upper: number }[]>(),
    probabilityOfGain: double().strictNullable(),
    method: p.text(),
    fromDay: day(),
    toDay: day(),
    dueOn: day(),
    baseline: double().strictNullable(),
    state: p.text().$type<'OPEN' | 'SCORED' | 'NEVER_DUE' | 'SUPERSEDED'>().default('OPEN'),
    observed: double().strictNullable(),
    score: json<Record<string, unknown>>().strictNullable(),
    scoredAt: instant().strictNullable(),
    createdAt: createdAt(),
    baselineMethod: p.text().strictNullable(),
    baselineSd: double().strictNullable(),
    scope: json<{ type: string; id: string | null }>().defaultRaw('\'{"type": "TOTAL", "id": null}\''),
  },
});
export type ForecastRow = InferEntity<typeof ForecastEntity>;

/** A score that an outside evaluator gave a card. */
export const RecommendationScoreEntity = defineEntity({
  name: 'RecommendationScore',
  tableName: 'recommendation_score',
  properties: {
    id: id(),
    workspaceId: workspaceId(),
    recommendationId: p.manyToOne(RecommendationEntity).mapToPk().fieldName('recommendation_id'),
    evaluator: p.text(),
    metric: p.text(),
    value: double(),
    createdAt: createdAt(),
  },
});
export type RecommendationScoreRow = InferEntity<typeof RecommendationScoreEntity>;

/** Cards that contradict each other, with the rule that decided or the question that is open. */
export const ConflictEntity = defineEntity({
  name: 'Conflict',
  tableName: 'conflict',
  properties: {
    id: id(),
    workspaceId: workspaceId(),
    runId: p.manyToOne(RunEntity).mapToPk().fieldName('run_id'),
    kind: p.text(),
    recommendationIds: idList(),
    rule: p.text().strictNullable(),
    ruling: p.text().strictNullable(),
    dissent: p.text(),
    status: p.text().$type<'RULED' | 'ASKED'>(),
    createdAt: createdAt(),
  },
});
export type ConflictRow = InferEntity<typeof ConflictEntity>;

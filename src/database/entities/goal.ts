/** Owns the entities of what is wanted and what came of it: goals and outcomes. */
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { GoalKpi } from '../../domain/goals.ts';
import type { Stage } from '../../domain/specialists.ts';
import { createdAt, day, double, id, textList, whole, workspaceId } from './columns.ts';
import { MemberEntity } from './member.ts';
import { StrategyEntity } from './strategy.ts';

/** A goal; `budgetMicros` and a money target are in `currency`. */
export const GoalEntity = defineEntity({
  name: 'Goal',
  tableName: 'goal',
  properties: {
    id: id(),
    workspaceId: workspaceId(),
    ownerMemberId: p.manyToOne(MemberEntity).mapToPk().fieldName('owner_member_id'),
    strategyId: p.manyToOne(StrategyEntity).mapToPk().fieldName('strategy_id').strictNullable(),
    kpi: p.text().$type<GoalKpi>(),
    target: double(),
    fromDay: day(),
    toDay: day(),
    budgetMicros: whole(),
    currency: p.text(),
    market: p.text(),
    text: p.text(),
    constraints: textList().defaultRaw("'{}'"),
    stage: p.text().$type<Stage | 'CLOSED'>().default('PLAN'),
    createdAt: createdAt(),
  },
});
export type GoalRow = InferEntity<typeof GoalEntity>;

/** An observed value of a KPI over a window, from facts or recorded by a person. */
export const OutcomeEntity = defineEntity({
  name: 'Outcome',
  tableName: 'outcome',
  properties: {
    id: id(),
    workspaceId: workspaceId(),
    goalId: p.manyToOne(GoalEntity).mapToPk().fieldName('goal_id'),
    forecastId: p.uuid().strictNullable(),
    kpi: p.text(),
    unit: p.text(),
    value: double(),
    fromDay: day(),
    toDay: day(),
    source: p.text(),
    completeness: double(),
    recordedBy: p.text(),
    createdAt: createdAt(),
  },
});
export type OutcomeRow = InferEntity<typeof OutcomeEntity>;

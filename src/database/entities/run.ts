/** Owns the entities of a run: the run itself, its lease, its tasks and its events. */
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { RunEventType } from '../../domain/runEvents.ts';
import type { Plan, RunStatus, Specialist, Stage, TaskStatus } from '../../domain/specialists.ts';
import { createdAt, id, instant, json, textList, whole, workspaceId } from './columns.ts';
import { GoalEntity } from './goal.ts';
import { MemberEntity } from './member.ts';

/** One walk of a graph for a goal. */
export const RunEntity = defineEntity({
  name: 'Run',
  tableName: 'run',
  properties: {
    id: id(),
    workspaceId: workspaceId(),
    goalId: p.manyToOne(GoalEntity).mapToPk().fieldName('goal_id'),
    parentRunId: p.uuid().strictNullable(),
    kind: p.text().$type<'PLAN_AND_EXECUTE' | 'MEASUREMENT'>(),
    status: p.text().$type<RunStatus>(),
    graphVersion: p.text(),
    threadId: p.uuid(),
    seed: whole().defaultRaw('1'),
    requestedBy: p.manyToOne(MemberEntity).mapToPk().fieldName('requested_by'),
    plan: json<Plan>().strictNullable(),
    planDigest: p.text().strictNullable(),
    lastSeq: whole().defaultRaw('0'),
    modelCalls: p.integer().default(0),
    modelTokens: whole().defaultRaw('0'),
    failure: json<{ code: string; message: string; hint: string | null }>().strictNullable(),
    cancelRequestedAt: instant().strictNullable(),
    queuedAt: createdAt(),
    startedAt: instant().strictNullable(),
    endedAt: instant().strictNullable(),
  },
});
export type RunRow = InferEntity<typeof RunEntity>;

/** Who may act on a run; a writer with an older fence is refused. */
export const RunLeaseEntity = defineEntity({
  name: 'RunLease',
  tableName: 'run_lease',
  properties: {
    runId: p.manyToOne(RunEntity).mapToPk().fieldName('run_id').primary(),
    workspaceId: workspaceId(),
    fence: whole().defaultRaw('0'),
    workerId: p.text().strictNullable(),
    expiresAt: instant().strictNullable(),
  },
});
export type RunLeaseRow = InferEntity<typeof RunLeaseEntity>;

/** One node of a run's plan; `key` is its id within the plan. */
export const TaskEntity = defineEntity({
  name: 'Task',
  tableName: 'task',
  properties: {
    id: id(),
    workspaceId: workspaceId(),
    runId: p.manyToOne(RunEntity).mapToPk().fieldName('run_id'),
    key: p.text(),
    position: p.integer(),
    specialist: p.text().$type<Specialist>(),
    stage: p.text().$type<Stage>(),
    status: p.text().$type<TaskStatus>(),
    question: p.text(),
    reason: p.text(),
    dependsOn: textList().defaultRaw("'{}'"),
    owner: p.text(),
    waitsFor: p.text().strictNullable(),
    attempt: p.integer().default(0),
    artifactId: p.uuid().strictNullable(),
    error: p.text().strictNullable(),
    errorCode: p.text().strictNullable(),
    startedAt: instant().strictNullable(),
    endedAt: instant().strictNullable(),
  },
});
export type TaskRow = InferEntity<typeof TaskEntity>;

/** One event of a run; `seq` counts from 1 without a gap. */
export const RunEventEntity = defineEntity({
  name: 'RunEvent',
  tableName: 'run_event',
  properties: {
    runId: p.manyToOne(RunEntity).mapToPk().fieldName('run_id').primary(),
    seq: whole().primary(),
    workspaceId: workspaceId(),
    type: p.text().$type<RunEventType>(),
    taskId: p.uuid().strictNullable(),
    message: p.text(),
    data: json<Record<string, string | number | boolean | null>>().defaultRaw("'{}'"),
    at: createdAt(),
  },
});
export type RunEventRow = InferEntity<typeof RunEventEntity>;

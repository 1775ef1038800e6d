/** Owns the entities of performance memory: learnings, playbooks, and the version that tells indexes they are stale. */
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { Learning, learningStatuses } from '../../domain/learnings.ts';
import { createdAt, day, id, idList, json, vector, whole, workspaceId } from './columns.ts';

type LearningStatus = (typeof learningStatuses)[number];

/** What one measured decision taught. */
export const LearningEntity = defineEntity({
  name: 'Learning',
  tableName: 'learning',
  properties: {
    id: id(),
    workspaceId: workspaceId(),
    status: p.text().$type<LearningStatus>(),
    content: json<Learning>(),
    text: p.text(),
    recommendationId: p.uuid().strictNullable(),
    forecastId: p.uuid().strictNullable(),
    runId: p.uuid().strictNullable(),
    embeddingModel: p.text(),
    embedding: vector(),
    learnedOn: day(),
    createdAt: createdAt(),
  },
});
export type LearningRow = InferEntity<typeof LearningEntity>;

/** A rule drawn from learnings. */
export const PlaybookEntity = defineEntity({
  name: 'Playbook',
  tableName: 'playbook',
  properties: {
    id: id(),
    workspaceId: workspaceId(),
    version: p.integer().default(1),
    status: p.text().$type<LearningStatus>(),
    content: json<Record<string, unknown>>(),
    learningIds: idList().defaultRaw("'{}'"),
    createdAt: createdAt(),
  },
});
export type PlaybookRow = InferEntity<typeof PlaybookEntity>;

/** Counts the changes of a workspace's memory. */
export const MemoryVersionEntity = defineEntity({
  name: 'MemoryVersion',
  tableName: 'memory_version',
  properties: { workspaceId: p.uuid().primary(), version: whole().defaultRaw('1') },
});
export type MemoryVersionRow = InferEntity<typeof MemoryVersionEntity>;

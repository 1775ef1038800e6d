/** Owns the entities of what a run leaves to read: artifacts and the evidence that their figures rest on. */
import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { EvidenceTier } from '../../domain/evidence.ts';
import { createdAt, day, id, idList, json, whole, workspaceId } from './columns.ts';
import { RunEntity, TaskEntity } from './run.ts';

/** A stored computation; `input` and `output` are canonical JSON text. */
export const EvidenceEntity = defineEntity({
  name: 'Evidence',
  tableName: 'evidence',
  properties: {
    id: id(),
    workspaceId: workspaceId(),
    runId: p.manyToOne(RunEntity).mapToPk().fieldName('run_id').strictNullable(),
    kind: p.text(),
    tier: p.text().$type<EvidenceTier>(),
    input: p.text(),
    output: p.text(),
    outputDigest: p.text(),
    seed: whole().strictNullable(),
    codeVersion: p.text(),
    loadIds: idList().defaultRaw("'{}'"),
    asOf: day(),
    createdAt: createdAt(),
  },
});
export type EvidenceRow = InferEntity<typeof EvidenceEntity>;

/** A specialist's output, addressed by the digest of its canonical JSON. */
export const ArtifactEntity = defineEntity({
  name: 'Artifact',
  tableName: 'artifact',
  properties: {
    id: id(),
    workspaceId: workspaceId(),
    runId: p.manyToOne(RunEntity).mapToPk().fieldName('run_id'),
    taskId: p.manyToOne(TaskEntity).mapToPk().fieldName('task_id').strictNullable(),
    kind: p.text(),
    version: p.integer().default(1),
    digest: p.text(),
    content: json(),
    model: p.text(),
    embeddedModel: p.boolean(),
    evidenceIds: idList().defaultRaw("'{}'"),
    createdAt: createdAt(),
  },
});
export type ArtifactRow = InferEntity<typeof ArtifactEntity>;

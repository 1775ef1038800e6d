/** Owns storing what a task left: evidence, artifact, cards and findings in one unit with its event, so that a retry finds it. */
import { canonicalJson, digestOf, sha256Hex } from '../kernel/canonicalJson.ts';
import { derivedId } from '../kernel/ids.ts';
import { z } from 'zod';
import type { ChangeProposal, EvidenceDraft, SpecialistResult, UpstreamArtifact } from '../agents/contract.ts';
import { actionSchema } from '../domain/actions.ts';
import { findingSchema } from '../domain/compliance.ts';
import { recommendationSchema, type Recommendation } from '../domain/recommendations.ts';
import type { Specialist } from '../domain/specialists.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import { appendEvent } from './events.ts';
import type { TaskRow } from './tasks.ts';

/** Which round of which task of which run. */
export interface TaskRound {
  readonly runId: string;
  readonly task: Pick<TaskRow, 'id' | 'key' | 'specialist'>;
  readonly round: number;
  /** Version of the code that computed, kept beside each computation. */
  readonly codeVersion: string;
}

/** What a round of a task left beside its artifact. */
export interface StoredResult {
  readonly taskId: string;
  readonly round: number;
  readonly artifactId: string;
  readonly recommendations: readonly Recommendation[];
  readonly proposals: readonly ChangeProposal[];
  readonly findings: SpecialistResult['findings'];
}

const proposalSchema = z.object({
  recommendation: z.number().int().min(0),
  title: z.string(),
  reason: z.string(),
  actions: z.array(actionSchema).min(1),
  ifRejected: z.string(),
  evidenceIds: z.array(z.string()),
});
const findingsSchema = z.array(z.object({ artifactId: z.string(), findings: z.array(findingSchema) }));

/** Whether that round has been stored, so that the specialist need not run again. */
export async function isStored(unit: UnitOfWork, taskId: string, round: number): Promise<boolean> {
  const rows = await unit.em.execute<unknown[]>('select 1 from task_result where task_id = ?::uuid and round = ?', [
    taskId,
    round,
  ]);
  return rows.length > 0;
}

/** Stores a round's result and marks its task as succeeded. Storing the same round again changes nothing. */
export async function storeResult(unit: UnitOfWork, at: TaskRound, result: SpecialistResult): Promise<void> {
  if (await isStored(unit, at.task.id, at.round)) return;
  const artifactId = derivedId('artifact', at.task.id, String(at.round));
  for (const evidence of result.evidence) await storeEvidence(unit, at.runId, evidence, at.codeVersion);
  await unit.em.execute(
    `insert into artifact (id, workspace_id, run_id, task_id, kind, version, digest, content, model, embedded_model, evidence_ids)
     values (?::uuid, ?::uuid, ?::uuid, ?::uuid, ?, ?, ?, ?::jsonb, ?, ?, array(select jsonb_array_elements_text(?::jsonb))::uuid[])`,
    [
      artifactId,
      unit.workspace.id,
      at.runId,
      at.task.id,
      result.kind,
      at.round,
      digestOf(result.content),
      JSON.stringify(result.content),
      result.model,
      result.embeddedModel,
      JSON.stringify(result.evidence.map((evidence) => evidence.id)),
    ],
  );
  await unit.em.execute(
    `insert into task_result (workspace_id, task_id, round, artifact_id, recommendations, proposals, findings)
     values (?::uuid, ?::uuid, ?, ?::uuid, ?::jsonb, ?::jsonb, ?::jsonb)`,
    [
      unit.workspace.id,
      at.task.id,
      at.round,
      artifactId,
      JSON.stringify(result.recommendations),
      JSON.stringify(result.proposals),
      JSON.stringify(result.findings),
    ],
  );
  await unit.em.execute(
    "update task set status = 'SUCCEEDED', artifact_id = ?::uuid, ended_at = now(), error = null where id = ?::uuid",
    [artifactId, at.task.id],
  );
  const about = { key: at.task.key, specialist: at.task.specialist };
  await appendEvent(unit, at.runId, {
    type: 'ARTIFACT_STORED',
    taskId: at.task.id,
    message: `${at.task.key} left its ${words(result.kind)}.`,
    data: {
      ...about,
      artifactId,
      kind: result.kind,
      version: at.round,
      model: result.model,
      embeddedModel: result.embeddedModel,
    },
  });
  await appendEvent(unit, at.runId, {
    type: 'TASK_SUCCEEDED',
    taskId: at.task.id,
    message: `${at.task.key} is done.`,
    data: { ...about, artifactId, round: at.round },
  });
}

/** The newest result of each task that has one. */
export async function loadResults(unit: UnitOfWork, runId: string): Promise<StoredResult[]> {
  const rows = await unit.em.execute<ResultColumns[]>(
    `select distinct on (r.task_id) r.task_id, r.round, r.artifact_id, r.recommendations, r.proposals, r.findings
     from task_result r join task t on t.id = r.task_id where t.run_id = ?::uuid order by r.task_id, r.round desc`,
    [runId],
  );
  return rows.map((row) => ({
    taskId: row.task_id,
    round: row.round,
    artifactId: row.artifact_id,
    recommendations: z.array(recommendationSchema).parse(row.recommendations),
    proposals: z.array(proposalSchema).parse(row.proposals),
    findings: findingsSchema.parse(row.findings),
  }));
}

/** The newest artifacts of some tasks of a run, in plan order. */
export async function loadArtifacts(
  unit: UnitOfWork,
  runId: string,
  taskKeys: readonly string[],
): Promise<UpstreamArtifact[]> {
  const rows = await unit.em.execute<ArtifactColumns[]>(
    `select a.id, t.key, t.specialist, a.kind, a.digest, a.content from task t join artifact a on a.id = t.artifact_id
     where t.run_id = ?::uuid and t.key in (select jsonb_array_elements_text(?::jsonb)) order by t.position`,
    [runId, JSON.stringify(taskKeys)],
  );
  return rows.map((row) => ({
    id: row.id,
    taskKey: row.key,
    specialist: row.specialist,
    kind: row.kind,
    digest: row.digest,
    content: row.content,
  }));
}

/** Stores one computation under the id that figures cite. */
export async function storeEvidence(
  unit: UnitOfWork,
  runId: string,
  evidence: EvidenceDraft,
  codeVersion: string,
): Promise<void> {
  const output = canonicalJson(evidence.output);
  await unit.em.execute(
    `insert into evidence (id, workspace_id, run_id, kind, tier, input, output, output_digest, seed, code_version, load_ids, as_of)
     values (?::uuid, ?::uuid, ?::uuid, ?, ?, ?, ?, ?, ?, ?, array(select jsonb_array_elements_text(?::jsonb))::uuid[], ?::date) on conflict (id) do nothing`,
    [
      evidence.id,
      unit.workspace.id,
      runId,
      evidence.kind,
      evidence.tier,
      canonicalJson(evidence.input),
      output,
      sha256Hex(output),
      evidence.seed,
      codeVersion,
      JSON.stringify(evidence.loadIds),
      evidence.asOf,
    ],
  );
}

function words(kind: string): string {
  return kind.toLowerCase().replaceAll('_', ' ');
}

interface ResultColumns {
  task_id: string;
  round: number;
  artifact_id: string;
  recommendations: unknown;
  proposals: unknown;
  findings: unknown;
}

interface ArtifactColumns {
  id: string;
  key: string;
  specialist: Specialist;
  kind: string;
  digest: string;
  content: unknown;
}

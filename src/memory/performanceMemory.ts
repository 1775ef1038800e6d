/** Owns learnings: what measured decisions taught, written once for each forecast, and recalled for decisions that resemble it. */
import type { Embedder } from '../domain/models.ts';
import { learningSchema, learningStatuses, type Learning } from '../domain/learnings.ts';
import type { InUnit, UnitOfWork } from '../domain/unit.ts';
import { newId } from '../kernel/ids.ts';
import { raiseMemoryVersion } from './memoryVersion.ts';
import { vectorText } from './vectorText.ts';

/** Standing of a learning. */
export type LearningStatus = (typeof learningStatuses)[number];

/** A learning with its vector, ready to be stored in any unit. */
export interface PreparedLearning {
  readonly learning: Learning;
  readonly text: string;
  readonly embeddingModel: string;
  readonly embedding: Float32Array;
}

/** A learning as it is kept. */
export interface StoredLearning {
  readonly id: string;
  readonly status: LearningStatus;
  readonly learning: Learning;
  readonly text: string;
  /** Business day on which it was learned. */
  readonly learnedOn: string;
  readonly runId: string | null;
}

/** A learning that resembles a decision at hand. */
export interface RecalledLearning extends StoredLearning {
  /** 0 to 1: the sum of the parts by their weights. */
  readonly score: number;
  readonly parts: {
    readonly semantic: number;
    readonly verb: number;
    readonly target: number;
    readonly conditions: number;
  };
}

/** The decision that learnings are recalled for. */
export interface LearningQuery {
  readonly verb: string;
  readonly target: { readonly type: string; readonly id: string; readonly name: string };
  readonly conditions: Readonly<Record<string, string>>;
  readonly kpi?: string;
  /** @default 5 */
  readonly limit?: number;
}

/** Shares of the score of a recalled learning. */
const WEIGHTS = { semantic: 0.25, verb: 0.25, target: 0.3, conditions: 0.2 };
/** Least score that is worth citing. */
const LEAST_SCORE = 0.3;
/** Learnings compared for one recall, the nearest by vector. */
const CANDIDATES = 200;
const COLUMNS = `id, status, content, text, to_char(learned_on, 'YYYY-MM-DD') as "learnedOn", run_id as "runId"`;

/** Embeds a learning; call it outside any unit. @throws BAD_USER_INPUT through zod's error when the learning is not whole */
export async function learningPrepare(
  embedder: Embedder,
  learning: Learning,
  signal: AbortSignal,
): Promise<PreparedLearning> {
  const whole = learningSchema.parse(learning);
  const text = textOf(whole.statement, whole);
  const [embedding = new Float32Array(embedder.dimensions)] = await embedder.embed([text], { signal });
  return { learning: whole, text, embeddingModel: embedder.id, embedding };
}

/** Stores a prepared learning; one forecast teaches once, a second time gives the first one's id. */
export async function learningStore(
  unit: UnitOfWork,
  prepared: PreparedLearning,
  about: { readonly learnedOn: string; readonly runId?: string | null; readonly status?: LearningStatus },
): Promise<{ id: string; added: boolean }> {
  const { learning, text, embeddingModel, embedding } = prepared;
  const rows = await unit.em.execute<{ id: string }[]>(
    `insert into learning (id, workspace_id, status, content, text, recommendation_id, forecast_id, run_id, embedding_model, embedding, learned_on)
     values (?, ?, ?, ?::jsonb, ?, ?::uuid, ?::uuid, ?::uuid, ?, ?::vector, ?::date)
     on conflict (workspace_id, forecast_id) do nothing returning id`,
    [
      newId(),
      unit.workspace.id,
      about.status ?? 'OBSERVATION',
      JSON.stringify(learning),
      text,
      learning.recommendationId,
      learning.forecastId,
      about.runId ?? null,
      embeddingModel,
      vectorText(embedding),
      about.learnedOn,
    ],
  );
  if (rows[0]) {
    await raiseMemoryVersion(unit);
    return { id: rows[0].id, added: true };
  }
  const same = await unit.em.execute<{ id: string }[]>('select id from learning where forecast_id = ?::uuid', [
    learning.forecastId,
  ]);
  return { id: same[0]?.id ?? '', added: false };
}

/** Learnings that resemble a decision, best first: by verb, target, conditions and nearness of the text. Retired ones are left out. */
export async function learningRecall(
  tools: { readonly inUnit: InUnit; readonly embedder: Embedder; readonly signal: AbortSignal },
  query: LearningQuery,
): Promise<RecalledLearning[]> {
  const { inUnit, embedder, signal } = tools;
  const [vector] = await embedder.embed([textOf(query.kpi ?? '', query)], { signal });
  if (!vector) return [];
  const rows = await inUnit('app', (unit) =>
    unit.em.execute<(LearningRow & { similarity: number })[]>(
      `select ${COLUMNS}, 1 - (embedding <=> ?::vector) as similarity from learning
        where status <> 'RETIRED' and embedding_model = ? order by embedding <=> ?::vector, id limit ${CANDIDATES}`,
      [vectorText(vector), embedder.id, vectorText(vector)],
    ),
  );
  return rows
    .map((row) => recalled(row, query))
    .filter((learning) => learning.score >= LEAST_SCORE)
    .toSorted((a, b) => b.score - a.score || b.learnedOn.localeCompare(a.learnedOn) || a.id.localeCompare(b.id))
    .slice(0, query.limit ?? 5);
}

/** Learnings of the workspace, newest first. */
export async function learningsOf(
  unit: UnitOfWork,
  page: { readonly limit?: number; readonly status?: LearningStatus } = {},
): Promise<StoredLearning[]> {
  const rows = await unit.em.execute<LearningRow[]>(
    `select ${COLUMNS} from learning where (?::text is null or status = ?) order by learned_on desc, created_at desc, id desc limit ?`,
    [page.status ?? null, page.status ?? null, page.limit ?? 100],
  );
  return rows.map(storedOf);
}

interface LearningRow {
  id: string;
  status: LearningStatus;
  content: unknown;
  text: string;
  learnedOn: string;
  runId: string | null;
}

function storedOf({ id, status, content, text, learnedOn, runId }: LearningRow): StoredLearning {
  return { id, status, learning: learningSchema.parse(content), text, learnedOn, runId };
}

function recalled(row: LearningRow & { similarity: number }, query: LearningQuery): RecalledLearning {
  const stored = storedOf(row);
  const { verb, target, conditions } = stored.learning;
  const parts = {
    semantic: Math.max(0, row.similarity),
    verb: verb === query.verb ? 1 : 0,
    target:
      target.id === query.target.id && target.type === query.target.type
        ? 1
        : target.type === query.target.type
          ? 0.3
          : 0,
    conditions: shareInCommon(conditions, query.conditions),
  };
  const score = (Object.keys(WEIGHTS) as (keyof typeof WEIGHTS)[]).reduce(
    (sum, part) => sum + WEIGHTS[part] * parts[part],
    0,
  );
  return { ...stored, score, parts };
}

function shareInCommon(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): number {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  if (keys.size === 0) return 0;
  return [...keys].filter((key) => a[key] !== undefined && a[key] === b[key]).length / keys.size;
}

function textOf(statement: string, about: Pick<LearningQuery, 'verb' | 'target' | 'conditions'>): string {
  const conditions = Object.entries(about.conditions).map(([key, value]) => `${key} ${value}`);
  return [statement, about.verb, `${about.target.type} ${about.target.name}`, ...conditions]
    .filter((part) => part.trim() !== '')
    .join('. ');
}

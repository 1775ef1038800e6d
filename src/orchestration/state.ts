/** Owns what a run's graph keeps between its steps: ids and small values as plain JSON. What they stand for lives in tables. */
import { Annotation } from '@langchain/langgraph';
import { z } from 'zod';
import { AppError } from '../kernel/errors.ts';
import { GRAPH_VERSION } from './graphVersion.ts';

/** Rounds in which a review may send work back before it goes on with what there is. */
export const MAX_REVIEW_ROUNDS = 2;

/** Ids of what every graph works on; never changed after the start. */
const runKeys = {
  runId: Annotation<string>(),
  workspaceId: Annotation<string>(),
  goalId: Annotation<string>(),
  ownerMemberId: Annotation<string>(),
};

/** State of a plan-and-execute run. */
export const RunState = Annotation.Root({
  ...runKeys,
  /** The tasks to run now, each with its round. */
  wave: Annotation<readonly WaveEntry[]>({ reducer: (_, next) => next, default: () => [] }),
  waveNumber: Annotation<number>({ reducer: (_, next) => next, default: () => 0 }),
  /** The change set that activates the strategy this plan needs; null when the active one holds. */
  strategyChangeSetId: Annotation<string | null>({ reducer: (_, next) => next, default: () => null }),
  /** Compliance rounds that the review has read. */
  reviewedRound: Annotation<number>({ reducer: (_, next) => next, default: () => 0 }),
  /** Where the review sends the run next. */
  reviewed: Annotation<ReviewRoute>({ reducer: (_, next) => next, default: () => 'WORK' as const }),
  /** Change sets that people decide on. */
  changeSetIds: Annotation<readonly string[]>({ reducer: (_, next) => next, default: () => [] }),
  /** Change sets whose branch has ended. */
  endedChangeSetIds: Annotation<readonly string[]>({ reducer: union, default: () => [] }),
});

/** State of one change set's branch; `gate` and `execute` see nothing else of the run. */
export const ChangeState = Annotation.Root({
  runId: Annotation<string>(),
  workspaceId: Annotation<string>(),
  changeSetId: Annotation<string>(),
  /** How the change set stood when a node last read it. */
  standing: Annotation<ChangeStanding>({ reducer: (_, next) => next, default: () => 'OPEN' as const }),
  endedChangeSetIds: Annotation<readonly string[]>({ reducer: union, default: () => [] }),
});

/** What a branch tells the run when it pauses or ends. */
export const ChangeOutput = Annotation.Root({
  endedChangeSetIds: Annotation<readonly string[]>({ reducer: union, default: () => [] }),
});

/** State of a measurement run. */
export const MeasurementState = Annotation.Root({
  ...runKeys,
  parentRunId: Annotation<string>(),
  /** Forecasts that are due and have data over their horizon. */
  forecastIds: Annotation<readonly string[]>({ reducer: (_, next) => next, default: () => [] }),
  learningIds: Annotation<readonly string[]>({ reducer: (_, next) => next, default: () => [] }),
});

/** One task of a wave; a round above 1 answers findings of the review. */
export interface WaveEntry {
  readonly taskId: string;
  readonly round: number;
}

/** WORK: tasks are left. SETTLED: every task has ended. FAILED: what the run was for is missing. */
export type ReviewRoute = 'WORK' | 'SETTLED' | 'FAILED';

/** OPEN: people decide. APPROVED: to be executed. ENDED: executed, rejected, expired or otherwise over. */
export type ChangeStanding = 'OPEN' | 'APPROVED' | 'ENDED';

const idSchema = z.uuid();
const ids = z.array(idSchema).max(500);
const identitySchema = z.object({ runId: idSchema, workspaceId: idSchema, goalId: idSchema, ownerMemberId: idSchema });

const runStateSchema = identitySchema.extend({
  wave: z.array(z.object({ taskId: idSchema, round: z.number().int().min(1) })).max(100),
  waveNumber: z.number().int().min(0),
  strategyChangeSetId: idSchema.nullable(),
  reviewedRound: z.number().int().min(0),
  reviewed: z.enum(['WORK', 'SETTLED', 'FAILED']),
  changeSetIds: ids,
  endedChangeSetIds: ids,
});
const measurementStateSchema = identitySchema.extend({ parentRunId: idSchema, forecastIds: ids, learningIds: ids });
const changeStateSchema = z.object({
  runId: idSchema,
  workspaceId: idSchema,
  changeSetId: idSchema,
  standing: z.enum(['OPEN', 'APPROVED', 'ENDED']),
});
const taskSendSchema = identitySchema.extend({ taskId: idSchema, round: z.number().int().min(1) });

export type RunStateValue = z.infer<typeof runStateSchema>;
export type MeasurementStateValue = z.infer<typeof measurementStateSchema>;
export type ChangeStateValue = z.infer<typeof changeStateSchema>;
/** What `Send` hands to the specialist node for one task. */
export type TaskSend = z.infer<typeof taskSendSchema>;

/** What a run's graph starts from. */
export type RunIdentity = z.infer<typeof identitySchema>;

/** Parses state as a checkpoint gave it back. @throws INTERNAL when it is not of this graph version's shape */
export const readRunState = (value: unknown): RunStateValue => read('run', runStateSchema, value);
/** Parses state of a measurement run. @throws INTERNAL */
export const readMeasurementState = (value: unknown): MeasurementStateValue =>
  read('measurement', measurementStateSchema, value);
/** Parses state of a change set's branch. @throws INTERNAL */
export const readChangeState = (value: unknown): ChangeStateValue => read('change', changeStateSchema, value);
/** Parses what a specialist node was sent. @throws INTERNAL */
export const readTaskSend = (value: unknown): TaskSend => read('task', taskSendSchema, value);

function read<T>(what: string, schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new AppError(
    'INTERNAL',
    `The stored ${what} state does not have the shape of graph version ${GRAPH_VERSION}: ${z.prettifyError(parsed.error)}.`,
  );
}

function union(left: readonly string[], right: readonly string[]): readonly string[] {
  return [...new Set([...left, ...right])];
}

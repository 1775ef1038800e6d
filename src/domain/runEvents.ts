/** Owns what a run tells of itself: event types in the past tense, each with small plain data. */
import { z } from 'zod';

/** Types of run events; the last three end the stream. */
export const runEventTypes = [
  'RUN_QUEUED',
  'GATE_UNSTAFFED',
  'RUN_STARTED',
  'RUN_RESUMED',
  'GOAL_FRAMED',
  'PLAN_PROPOSED',
  'WAVE_DISPATCHED',
  'TASK_STARTED',
  'TASK_PROGRESSED',
  'TASK_SUCCEEDED',
  'TASK_FAILED',
  'TASK_SKIPPED',
  'TEXT_COMPOSED',
  'ARTIFACT_STORED',
  'REVIEW_COMPLETED',
  'RECOMMENDATION_MADE',
  'CHANGE_SET_SUBMITTED',
  'APPROVAL_REQUESTED',
  'APPROVAL_DECIDED',
  'CHANGE_SET_REJECTED',
  'CHANGE_SET_APPROVED',
  'EFFECT_EXECUTED',
  'EFFECT_FAILED',
  'FORECAST_REGISTERED',
  'MEASUREMENT_SCHEDULED',
  'FORECAST_SCORED',
  'LEARNING_WRITTEN',
  'RUN_WAITING',
  'RUN_SUCCEEDED',
  'RUN_FAILED',
  'RUN_CANCELLED',
] as const;
export const runEventTypeSchema = z.enum(runEventTypes);
export type RunEventType = z.infer<typeof runEventTypeSchema>;

/** One event of a run; `seq` counts from 1 without a gap. */
export interface RunEvent {
  readonly runId: string;
  readonly seq: number;
  readonly type: RunEventType;
  readonly at: string;
  /** Task of the plan that it is about, or null. */
  readonly taskId: string | null;
  /** One sentence for people. */
  readonly message: string;
  readonly data: Readonly<Record<string, string | number | boolean | null>>;
}

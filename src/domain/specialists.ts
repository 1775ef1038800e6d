/** Owns the names of the nine specialists, the stages of a goal, and what a task looks like in a plan. */
import { z } from 'zod';

export const specialists = [
  'RESEARCH',
  'AUDIENCE_INSIGHT',
  'SEO_GEO_BRIEF',
  'CONTENT',
  'PAID_MEDIA',
  'EMAIL',
  'REPORTING',
  'COMPLIANCE_REVIEW',
  'NEXT_BEST_ACTION',
] as const;
export const specialistSchema = z.enum(specialists);
export type Specialist = z.infer<typeof specialistSchema>;

/** The four stages every goal walks through. */
export const stages = ['PLAN', 'EXECUTE', 'MEASURE', 'OPTIMIZE'] as const;
export const stageSchema = z.enum(stages);
export type Stage = z.infer<typeof stageSchema>;

export const taskStatuses = ['PENDING', 'RUNNING', 'WAITING', 'SUCCEEDED', 'FAILED', 'SKIPPED', 'CANCELLED'] as const;
export type TaskStatus = (typeof taskStatuses)[number];

export const runStatuses = ['QUEUED', 'RUNNING', 'WAITING_APPROVAL', 'SUCCEEDED', 'FAILED', 'CANCELLED'] as const;
export type RunStatus = (typeof runStatuses)[number];

/** Statuses after which a run never changes again and its events end. */
export const terminalRunStatuses: readonly RunStatus[] = ['SUCCEEDED', 'FAILED', 'CANCELLED'];

/** One task of a plan: ids are unique within the plan and `dependsOn` is acyclic. */
export const plannedTaskSchema = z.object({
  id: z.string().regex(/^[a-z][a-z0-9-]{0,40}$/),
  specialist: specialistSchema,
  stage: stageSchema,
  /** The question this task answers, in words. */
  question: z.string().min(1).max(400),
  /** Why the goal needs it. */
  reason: z.string().min(1).max(400),
  dependsOn: z.array(z.string()).max(12),
});
export type PlannedTask = z.infer<typeof plannedTaskSchema>;

/** Tasks that a plan may hold at the most. */
export const PLAN_SIZE_LIMIT = 24;

export const planSchema = z.object({
  tasks: z.array(plannedTaskSchema).min(1).max(PLAN_SIZE_LIMIT),
  rationale: z.string(),
});
export type Plan = z.infer<typeof planSchema>;

/** Owns what makes a plan acceptable, whoever made it: checked, then hashed. */
import { z } from 'zod';
import { digestOf } from '../kernel/canonicalJson.ts';
import { toError } from '../kernel/errors.ts';
import { planSchema, type Plan, type Specialist } from '../domain/specialists.ts';
import type { ChatModel } from '../domain/models.ts';
import type { DataReadiness } from './dataReadiness.ts';
import { planByRules, writingSpecialists, type PlanGoal } from './planner.ts';

/** A plan that was checked, with the digest of its canonical JSON and where it came from. */
export interface CheckedPlan {
  readonly plan: Plan;
  readonly digest: string;
  readonly source: 'RULES' | 'MODEL';
  /** Why a model's plan was not taken; null when there was none or it was taken. */
  readonly refused: string | null;
}

/** What is wrong with a plan, in words; empty when nothing is. */
export function planFaults(plan: Plan, required: readonly Specialist[], answerable: readonly Specialist[]): string[] {
  const faults: string[] = [];
  const ids = plan.tasks.map((task) => task.id);
  const repeated = ids.filter((id, index) => ids.indexOf(id) !== index);
  if (repeated.length > 0) faults.push(`these task ids stand twice: ${repeated.join(', ')}`);
  for (const task of plan.tasks) {
    const unknown = task.dependsOn.filter((id) => !ids.includes(id));
    if (unknown.length > 0) faults.push(`${task.id} depends on tasks that are not in the plan: ${unknown.join(', ')}`);
    if (!answerable.includes(task.specialist))
      faults.push(`${task.id} asks ${task.specialist}, which the data at hand cannot answer`);
  }
  const cycle = tasksInCycles(plan);
  if (cycle.length > 0) faults.push(`these tasks wait for each other: ${cycle.join(', ')}`);
  const missing = required.filter((specialist) => !plan.tasks.some((task) => task.specialist === specialist));
  if (missing.length > 0) faults.push(`these steps are missing: ${missing.join(', ')}`);
  if (cycle.length === 0) faults.push(...unreviewed(plan));
  return faults;
}

/**
 * The plan of a run. A model that is no rule writer may propose one; whatever is wrong with it, or with the model, the
 * rules' plan is taken instead and the reason is kept.
 */
export async function choosePlan(
  goal: PlanGoal,
  data: DataReadiness,
  options: { chat: ChatModel; signal: AbortSignal },
): Promise<CheckedPlan> {
  const byRules = planByRules(goal, data);
  const rules = (refused: string | null): CheckedPlan => ({
    plan: byRules,
    digest: digestOf(byRules),
    source: 'RULES',
    refused,
  });
  if (options.chat.embedded) return rules(null);
  // Money is left out: a plan states no figures, and a bigint cannot be put in a prompt.
  const { kpi, text, constraints, market } = goal;
  const answerable = [...new Set(byRules.tasks.map((task) => task.specialist))];
  const required = answerable.filter((specialist) => specialist === 'NEXT_BEST_ACTION' || specialist === 'REPORTING');
  try {
    const answer = await options.chat.compose(
      {
        purpose: 'PLAN.propose',
        system:
          'You plan the work of marketing specialists. You only choose, order and question them; you state no figures.',
        instructions:
          'Propose the tasks that this goal needs. Use only the specialists listed. A COMPLIANCE_REVIEW depends on every task that writes. Ids are short lower-case words with hyphens.',
        facts: {
          goal: { kpi, text, constraints, market },
          data: { ...data },
          specialists: answerable,
          rulesPlan: byRules,
        },
        schema: z.toJSONSchema(planSchema),
        byRule: () => byRules,
      },
      { signal: options.signal },
    );
    const parsed = planSchema.safeParse(answer.json);
    if (!parsed.success) return rules(z.prettifyError(parsed.error));
    const faults = planFaults(parsed.data, required, answerable);
    if (faults.length > 0) return rules(faults.join('; '));
    return { plan: parsed.data, digest: digestOf(parsed.data), source: 'MODEL', refused: null };
  } catch (thrown) {
    options.signal.throwIfAborted();
    return rules(toError(thrown).message);
  }
}

/** Ids of tasks that no order can begin, because they wait for each other (Kahn 1962). */
function tasksInCycles(plan: Plan): string[] {
  const open = new Map(
    plan.tasks.map((task) => [
      task.id,
      new Set(task.dependsOn.filter((id) => plan.tasks.some((other) => other.id === id))),
    ]),
  );
  for (;;) {
    const free = [...open].filter(([, waits]) => waits.size === 0).map(([id]) => id);
    if (free.length === 0) return [...open.keys()];
    for (const id of free) open.delete(id);
    for (const waits of open.values()) for (const id of free) waits.delete(id);
  }
}

/** Faults of texts that no review follows, or that decisions are made on before their review. */
function unreviewed(plan: Plan): string[] {
  const byId = new Map(plan.tasks.map((task) => [task.id, task]));
  const reaches = (from: string, target: string): boolean =>
    (byId.get(from)?.dependsOn ?? []).some((id) => id === target || reaches(id, target));
  const reviews = plan.tasks.filter((task) => task.specialist === 'COMPLIANCE_REVIEW');
  const decisions = plan.tasks.filter((task) => task.specialist === 'NEXT_BEST_ACTION');
  const unread = plan.tasks.filter(
    (task) => writingSpecialists.includes(task.specialist) && !reviews.some((review) => reaches(review.id, task.id)),
  );
  const early = decisions.filter((decision) => reviews.some((review) => !reaches(decision.id, review.id)));
  return [
    ...unread.map((task) => `no COMPLIANCE_REVIEW depends on ${task.id}, which writes`),
    ...early.map((task) => `${task.id} does not depend on the COMPLIANCE_REVIEW`),
  ];
}

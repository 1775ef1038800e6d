/** Owns the goal: what a user asks for. */
import { z } from 'zod';
import { isDay } from '../kernel/calendar.ts';

/** KPIs that a goal can be set on; each is a metric of the catalogue. */
export const goalKpis = ['REVENUE', 'PIPELINE', 'QUALIFIED_LEADS', 'CONVERSIONS', 'SESSIONS'] as const;
export const goalKpiSchema = z.enum(goalKpis);
export type GoalKpi = z.infer<typeof goalKpiSchema>;

/** KPIs that are sums of money in the reporting currency. */
export const moneyKpis: readonly GoalKpi[] = ['REVENUE', 'PIPELINE'];

const daySchema = z.string().refine(isDay, { message: 'Write a day as 2026-01-31.' });

/** A goal as it is stated; money is micros of the workspace's reporting currency as decimal text in JSON. */
export const goalInputSchema = z.object({
  kpi: goalKpiSchema,
  /** Target over the window: KPI units, or currency units for money KPIs. */
  target: z.number().positive(),
  from: daySchema,
  to: daySchema,
  budgetMicros: z.bigint().positive(),
  market: z.string().min(1).max(40).default('ALL'),
  /** What is wanted, in words. The only text a plan is made from. */
  text: z.string().max(4000).default(''),
  constraints: z.array(z.string().max(400)).max(20).default([]),
});
export type GoalInput = z.infer<typeof goalInputSchema>;

/** A stored goal. */
export interface Goal extends GoalInput {
  readonly id: string;
  readonly ownerMemberId: string;
  readonly strategyVersionId: string | null;
  readonly currency: string;
}

/** Owns what finished decisions taught: learnings, and playbook rules drawn from them. */
import { z } from 'zod';

export const learningStatuses = ['OBSERVATION', 'HYPOTHESIS', 'RULE', 'RETIRED'] as const;

/** What one measured decision taught. */
export const learningSchema = z.object({
  statement: z.string(),
  verb: z.string(),
  target: z.object({ type: z.string(), id: z.string(), name: z.string() }),
  conditions: z.record(z.string(), z.string()),
  kpi: z.string(),
  expected: z.object({ mean: z.number(), lower: z.number(), upper: z.number(), level: z.number() }),
  observed: z.number(),
  insideInterval: z.boolean(),
  tier: z.string(),
  recommendationId: z.string(),
  forecastId: z.string(),
});
export type Learning = z.infer<typeof learningSchema>;

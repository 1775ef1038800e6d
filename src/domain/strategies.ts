/** Owns the strategy document: versioned, one active per market, what goals and plans are built from. */
import { z } from 'zod';

const share = z.number().min(0).max(1);

/** The content of one strategy version. */
export const strategySchema = z.object({
  title: z.string(),
  objectives: z.array(
    z.object({ kpi: z.string(), metric: z.string(), baseline: z.number(), target: z.number(), date: z.string() }),
  ),
  positioning: z.string(),
  personas: z.array(z.object({ name: z.string(), need: z.string(), trigger: z.string() })),
  offers: z.array(z.string()),
  channelMix: z.array(z.object({ channel: z.string(), minShare: share, maxShare: share })),
  budgetEnvelope: z.object({ minor: z.string(), currency: z.string(), period: z.literal('QUARTER') }),
  exclusions: z.array(z.string()),
  kpiTree: z.array(z.object({ kpi: z.string(), drivers: z.array(z.string()) })),
  owner: z.string(),
  /** Where a draft's personas and offers come from and what is missing; empty once people have written them. */
  draftNotes: z.array(z.string()).default([]),
});
export type Strategy = z.infer<typeof strategySchema>;

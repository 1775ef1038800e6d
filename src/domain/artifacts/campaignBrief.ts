/** Owns the campaign brief: the one page that everyone who makes something works from. */
import { z } from 'zod';
import { figureSchema } from '../evidence.ts';
import { sourceSchema } from './shape.ts';

/** The brief; money figures are in the goal's currency. */
export const campaignBriefSchema = z.object({
  id: z.string(),
  version: z.number().int().positive(),
  name: z.string(),
  owner: z.string(),
  businessContext: z.string(),
  objective: z.object({
    metric: z.string(),
    baseline: figureSchema.nullable(),
    target: figureSchema,
    date: z.string(),
  }),
  primaryKpi: z.string(),
  secondaryKpis: z.array(z.string()),
  audienceRef: z.object({ id: z.string().nullable(), name: z.string() }),
  insight: z.string(),
  singleMessage: z.string(),
  proofPoints: z.array(z.object({ claimId: z.string(), text: z.string() })),
  offer: z.string(),
  callToAction: z.string(),
  channelMix: z.array(
    z.object({ channel: z.string(), minShare: z.number().min(0).max(1), maxShare: z.number().min(0).max(1) }),
  ),
  budget: z.object({
    total: figureSchema,
    capPerChannelShare: z.number().min(0).max(1),
    reallocationThreshold: z.number().min(0).max(1),
  }),
  flight: z.object({ from: z.string(), to: z.string() }),
  markets: z.array(z.string()),
  mandatories: z.array(z.string()),
  exclusions: z.array(z.string()),
  guardrails: z.array(z.string()),
  brandRef: z.string(),
  sourcesUsed: z.array(sourceSchema),
  assumptions: z.array(z.string()),
  risks: z.array(z.string()),
  measurementPlan: z.object({ kpi: z.string(), method: z.string(), holdout: z.string() }),
  approvers: z.array(z.object({ gate: z.string(), role: z.string() })),
  timeline: z.array(z.object({ date: z.string(), milestone: z.string() })),
});
export type CampaignBrief = z.infer<typeof campaignBriefSchema>;

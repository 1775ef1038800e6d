/** Owns the paid-media analysis: what each channel really adds, what is wasted, what is worn out, and how sure that is. */
import { z } from 'zod';
import { figureSchema } from '../evidence.ts';
import { artifactShape, spanSchema, tierSchema } from './shape.ts';

/** One channel: what platforms credit to it beside what the fit says it adds. */
export const channelReturnSchema = z.object({
  channel: z.string(),
  spend: figureSchema,
  spendPerWeek: figureSchema,
  attributedReturn: figureSchema.nullable(),
  incrementalReturn: figureSchema.nullable(),
  marginalReturn: figureSchema.nullable(),
  contribution: figureSchema.nullable(),
  identified: z.boolean(),
  reasons: z.array(z.string()),
  saturation: figureSchema.nullable(),
  halfLifeDays: figureSchema.nullable(),
  tier: tierSchema,
});
export type ChannelReturn = z.infer<typeof channelReturnSchema>;

/** One campaign with its place in its channel. */
export const campaignReturnSchema = z.object({
  id: z.string(),
  name: z.string(),
  channel: z.string(),
  segment: z.enum(['BRAND', 'NON_BRAND', 'PROSPECTING', 'RETARGETING', 'OTHER']),
  spend: figureSchema,
  costPerResult: figureSchema.nullable(),
  attributedReturn: figureSchema.nullable(),
  learning: z.boolean(),
});
export type CampaignReturn = z.infer<typeof campaignReturnSchema>;

/** A thing to act on. */
export const mediaFindingSchema = z.object({
  id: z.string(),
  kind: z.enum([
    'WASTED_SPEND',
    'CREATIVE_FATIGUE',
    'SATURATION',
    'HEADROOM',
    'PLATFORM_OVERCLAIM',
    'NOT_IDENTIFIED',
    'TRACKING',
    'TRAP_AUDIENCE',
  ]),
  severity: z.enum(['INFO', 'WARN', 'BLOCK']),
  target: z.object({ type: z.string(), id: z.string(), name: z.string() }),
  effect: figureSchema.nullable(),
  statement: z.string(),
  action: z.string(),
  owner: z.string(),
  due: z.string(),
  tier: tierSchema,
});
export type MediaFinding = z.infer<typeof mediaFindingSchema>;

/** Wear-out of one creative: its fitted click rate at the end of the window against that at the beginning. */
export const fatigueSchema = z.object({
  messageId: z.string(),
  messageName: z.string(),
  campaignId: z.string().nullable(),
  campaignName: z.string().nullable(),
  channel: z.string(),
  firstRate: figureSchema,
  lastRate: figureSchema,
  /** Relative change between the two. */
  change: figureSchema,
  /** That the rate falls as more is seen. */
  probability: figureSchema,
  weeks: z.number().int(),
  fatigued: z.boolean(),
});
export type Fatigue = z.infer<typeof fatigueSchema>;

/** The analysis. `evidenceId` of the fit lets next-best action allocate over the same draws. */
export const paidMediaAnalysisSchema = artifactShape.extend({
  attributionSetting: z.string(),
  fit: z
    .object({
      evidenceId: z.uuid(),
      method: z.string(),
      kpi: z.string(),
      seed: z.number().int(),
      weeks: z.number().int(),
      window: spanSchema,
      diagnostics: z.array(figureSchema),
      checksFailed: z.array(z.string()),
    })
    .nullable(),
  channels: z.array(channelReturnSchema),
  campaigns: z.array(campaignReturnSchema),
  wastedSpend: z.array(z.object({ target: z.string(), amount: figureSchema, reason: z.string() })),
  fatigue: z.array(fatigueSchema),
  trackingHealth: z.array(z.object({ check: z.string(), passed: z.boolean(), note: z.string() })),
  findings: z.array(mediaFindingSchema),
  confounders: z.array(z.string()),
  proposedTest: z
    .object({ channel: z.string(), design: z.string(), days: z.number().int(), reason: z.string() })
    .nullable(),
});
export type PaidMediaAnalysis = z.infer<typeof paidMediaAnalysisSchema>;

/** Owns the recommendation card and the forecast it stands on. */
import { z } from 'zod';
import { actionSchema } from './actions.ts';
import { evidenceTierSchema, figureSchema } from './evidence.ts';

export const verbs = ['SCALE', 'HOLD', 'PAUSE', 'REDUCE', 'REVISE', 'TEST', 'SHIFT'] as const;
export const verbSchema = z.enum(verbs);
export type Verb = z.infer<typeof verbSchema>;

/** Expected change of a KPI against doing nothing, with nested intervals. */
export const forecastSchema = z.object({
  kpi: z.string(),
  /** Currency code for money KPIs, `COUNT` otherwise. */
  unit: z.string(),
  /** What is forecast: `DELTA` against doing nothing, or `LEVEL` of the KPI over the horizon. */
  quantity: z.enum(['DELTA', 'LEVEL']),
  mean: z.number(),
  intervals: z.array(z.object({ level: z.number(), lower: z.number(), upper: z.number() })),
  probabilityOfGain: z.number().min(0).max(1).nullable(),
  horizonDays: z.number().int().positive(),
  from: z.string(),
  to: z.string(),
  method: z.string(),
  evidenceId: z.string(),
});
export type Forecast = z.infer<typeof forecastSchema>;

/** A card: one thing to do, with everything a person needs to agree or not. */
export const recommendationSchema = z.object({
  question: z.string(),
  verb: verbSchema,
  target: z.object({ type: z.string(), id: z.string(), name: z.string() }),
  /** One sentence of what to do, with size and cap. */
  action: z.string(),
  /** What a change set would hold; empty for HOLD. */
  actions: z.array(actionSchema),
  forecast: forecastSchema.nullable(),
  counterfactual: z.string(),
  rationale: z.string(),
  figures: z.array(figureSchema),
  evidence: z.array(
    z.object({ evidenceId: z.string(), tier: evidenceTierSchema, asOf: z.string(), summary: z.string() }),
  ),
  identified: z.boolean(),
  identifiabilityReasons: z.array(z.string()),
  assumptions: z.array(z.string()),
  rejectedAlternatives: z.array(
    z.object({ alternative: z.string(), score: z.number(), unit: z.string(), reason: z.string() }),
  ),
  dissent: z.array(z.object({ specialist: z.string(), view: z.string() })),
  risks: z.array(z.string()),
  guardrails: z.array(z.string()),
  reversibility: z.enum(['REVERSIBLE', 'COSTLY', 'IRREVERSIBLE']),
  /** Expected KPI lost a week by waiting; null where it is not identified. */
  costOfDelayPerWeek: z.number().nullable(),
  citedLearningIds: z.array(z.string()),
  expiresOn: z.string(),
  /**
   * Record of this kind of advice so far: outcomes scored, share inside the forecast's own 80 % interval, and how many of the others agree
   * with it only once the error of the comparison is allowed for.
   */
  record: z.object({
    scored: z.number().int(),
    coverage80: z.number().nullable(),
    notToldApart: z.number().int().default(0),
  }),
});
export type Recommendation = z.infer<typeof recommendationSchema>;

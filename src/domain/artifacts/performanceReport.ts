/** Owns the performance report: KPI against target, what moved it, how past forecasts did, and how fresh the data are. */
import { z } from 'zod';
import { figureSchema } from '../evidence.ts';
import { artifactShape } from './shape.ts';

/** One driver in the KPI tree; its children multiply or add up to it. */
export const treeNodeSchema = z.object({
  id: z.string(),
  parentId: z.string().nullable(),
  label: z.string(),
  relation: z.enum(['ROOT', 'TIMES', 'PLUS']),
  now: figureSchema,
  before: figureSchema,
  /** What this driver alone did to the KPI, in KPI units; the effects of siblings add up to the change. */
  effect: figureSchema.nullable(),
});
export type TreeNode = z.infer<typeof treeNodeSchema>;

/** The report. */
export const performanceReportSchema = artifactShape.extend({
  kpi: z.string(),
  freshness: z.array(z.object({ source: z.string(), loadedThrough: z.string(), daysBehind: z.number().int() })),
  target: z.object({
    goal: figureSchema,
    /** KPI of the goal's window so far; null before the window begins. */
    actual: figureSchema.nullable(),
    /** Forecast of the goal's window with nothing changed. */
    forecast: figureSchema.nullable(),
    probabilityOfReaching: figureSchema.nullable(),
    gap: figureSchema.nullable(),
  }),
  driverTree: z.array(treeNodeSchema),
  changes: z.array(z.object({ statement: z.string(), cause: z.string(), figures: z.array(figureSchema) })),
  decisionsDue: z.array(z.string()),
  forecastRecord: z.object({
    scored: z.number().int(),
    inside80: z.number().int(),
    /** Outside it, agreeing with it only once the error of the comparison is allowed for. */
    notToldApart: z.number().int().default(0),
    misses: z.array(
      z.object({ kpi: z.string(), window: z.string(), mean: z.number(), observed: z.number(), inside: z.boolean() }),
    ),
  }),
});
export type PerformanceReport = z.infer<typeof performanceReportSchema>;

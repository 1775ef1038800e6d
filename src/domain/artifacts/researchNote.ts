/** Owns the research note: what own material and own data say about a goal, with source, date, trust and quote. */
import { z } from 'zod';
import { figureSchema } from '../evidence.ts';
import { artifactShape, tierSchema } from './shape.ts';

/** One finding; a quote is always the exact text of its source. */
export const researchFindingSchema = z.object({
  id: z.string(),
  statement: z.string(),
  source: z.string(),
  sourceKind: z.enum(['DATA', 'BRAND', 'LEARNING', 'PLAYBOOK']),
  date: z.string(),
  trust: z.enum(['OWNED', 'IMPORTED', 'UNTRUSTED', 'COMPUTED']),
  tier: tierSchema,
  quote: z.string().nullable(),
  figures: z.array(figureSchema),
});
export type ResearchFinding = z.infer<typeof researchFindingSchema>;

/** What moved the KPI: one entity's part in the change between two windows of the same length. */
export const driverSchema = z.object({
  level: z.enum(['CHANNEL', 'CAMPAIGN']),
  id: z.string(),
  name: z.string(),
  change: figureSchema,
  shareOfChange: figureSchema.nullable(),
  /** Where the change came from: more money, or more result for the same money. */
  volumeEffect: figureSchema.nullable(),
  efficiencyEffect: figureSchema.nullable(),
});
export type Driver = z.infer<typeof driverSchema>;

/** The research note. */
export const researchNoteSchema = artifactShape.extend({
  findings: z.array(researchFindingSchema),
  drivers: z.array(driverSchema),
  contradictions: z.array(z.object({ statement: z.string(), between: z.array(z.string()) })),
  unknowns: z.array(z.string()),
  meaningForGoal: z.string(),
});
export type ResearchNote = z.infer<typeof researchNoteSchema>;

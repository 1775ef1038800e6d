/** Owns the recommendation set: the cards of one run, in the order in which they should be read, with what they disagree on. */
import { z } from 'zod';
import { figureSchema } from '../evidence.ts';
import { recommendationSchema } from '../recommendations.ts';
import { artifactShape } from './shape.ts';

/** Two or more cards that cannot both be done as they stand. */
export const cardConflictSchema = z.object({
  kind: z.enum(['OPPOSITE_VERBS', 'JOINT_OVERSPEND', 'SAME_CREATIVE']),
  /** Indexes into `recommendations`. */
  cards: z.array(z.number().int().nonnegative()).min(1),
  statement: z.string(),
  /** Rule that settled it, or null where a person must. */
  ruling: z.string().nullable(),
  dissent: z.string(),
});
export type CardConflict = z.infer<typeof cardConflictSchema>;

/** The recommendation set. */
export const recommendationSetSchema = artifactShape.extend({
  recommendations: z.array(recommendationSchema),
  conflicts: z.array(cardConflictSchema),
  allocation: z
    .object({
      evidenceId: z.uuid(),
      budgetPerWeek: figureSchema,
      rows: z.array(
        z.object({
          channel: z.string(),
          current: figureSchema,
          proposed: figureSchema,
          lower: z.number(),
          upper: z.number(),
          verb: z.string(),
          reasons: z.array(z.string()),
        }),
      ),
    })
    .nullable(),
});
export type RecommendationSet = z.infer<typeof recommendationSetSchema>;

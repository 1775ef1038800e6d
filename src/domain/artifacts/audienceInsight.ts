/** Owns the audience insight: quality of each audience by what it is worth, traps, and the definition it proposes. */
import { z } from 'zod';
import { actionSchema } from '../actions.ts';
import { figureSchema } from '../evidence.ts';
import { artifactShape } from './shape.ts';

/** One audience with its shrunken rates; null figures are stages that the data do not hold. */
export const audienceQualitySchema = z.object({
  id: z.string(),
  name: z.string(),
  rank: z.number().int().positive(),
  reach: figureSchema.nullable(),
  clickRate: figureSchema.nullable(),
  qualifiedRate: figureSchema.nullable(),
  saleRate: figureSchema.nullable(),
  spend: figureSchema.nullable(),
  costPerQualified: figureSchema.nullable(),
  verdict: z.enum(['STRONG', 'AVERAGE', 'WEAK', 'TRAP', 'TOO_LITTLE_DATA']),
  reasons: z.array(z.string()),
});
export type AudienceQuality = z.infer<typeof audienceQualitySchema>;

/** An audience definition with what a privacy officer and an audience owner ask first. */
export const audienceDefinitionSchema = z.object({
  id: z.string(),
  version: z.number().int().positive(),
  name: z.string(),
  purpose: z.string(),
  includeRules: z.array(z.string()),
  /** Exclusions win over inclusions. */
  excludeRules: z.array(z.string()),
  attributes: z.array(
    z.object({
      name: z.string(),
      sensitivity: z.enum(['NONE', 'PERSONAL', 'SPECIAL']),
      basis: z.enum(['DECLARED', 'OBSERVED', 'INFERRED', 'UNKNOWN']),
    }),
  ),
  lawfulBasis: z.string(),
  consentSource: z.string(),
  dataSources: z.array(z.object({ source: z.string(), freshThrough: z.string() })),
  size: figureSchema.nullable(),
  minimumSize: z.number().int().nonnegative(),
  jurisdictions: z.array(z.string()),
  minorsCheck: z.string(),
  protectedClassProxyCheck: z.string(),
  overlap: z.array(z.object({ audience: z.string(), note: z.string() })),
  expectedQualifiedRate: figureSchema.nullable(),
  holdoutShare: z.number().min(0).max(1),
  expiresOn: z.string(),
  approverRole: z.string(),
});
export type AudienceDefinition = z.infer<typeof audienceDefinitionSchema>;

/** The audience insight. `proposal` is what next-best action turns into a card; the specialist itself changes nothing. */
export const audienceInsightSchema = artifactShape.extend({
  audiences: z.array(audienceQualitySchema),
  definition: audienceDefinitionSchema.nullable(),
  proposal: z
    .object({
      action: actionSchema,
      reason: z.string(),
      /** Spend a week that goes to the trap now. */
      spendPerWeek: figureSchema,
      qualifiedLostPerWeek: figureSchema.nullable(),
    })
    .nullable(),
});
export type AudienceInsight = z.infer<typeof audienceInsightSchema>;

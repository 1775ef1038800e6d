/** Owns the compliance review: findings on exact text, by artifact and variant, with a verdict and what would mend it. */
import { z } from 'zod';
import { findingSchema } from '../compliance.ts';
import { artifactShape } from './shape.ts';

/** A finding with where it stands and what is held against it. */
export const reviewedFindingSchema = findingSchema.extend({
  id: z.string(),
  artifactId: z.string(),
  variantId: z.string(),
  textDigest: z.string(),
  verdict: z.enum(['PASS', 'FAIL', 'NEEDS_HUMAN']),
  claimType: z.enum(['EXPRESS', 'IMPLIED', 'COMPARATIVE', 'TESTIMONIAL', 'NONE']),
  evidenceFound: z.array(
    z.object({ claimId: z.string(), proofs: z.number().int().nonnegative(), expiresOn: z.string().nullable() }),
  ),
  disclosureNeeded: z.string().nullable(),
});
export type ReviewedFinding = z.infer<typeof reviewedFindingSchema>;

/** The verdict on one text. */
export const textVerdictSchema = z.object({
  artifactId: z.string(),
  variantId: z.string(),
  name: z.string(),
  channel: z.string(),
  textDigest: z.string(),
  verdict: z.enum(['PASS', 'NEEDS_HUMAN', 'FAIL']),
  block: z.number().int().nonnegative(),
  warn: z.number().int().nonnegative(),
  info: z.number().int().nonnegative(),
  /** Whether a person of the compliance role has to sign before it is published. */
  regulated: z.boolean(),
});
export type TextVerdict = z.infer<typeof textVerdictSchema>;

/** The review. `verdict` is the worst of the texts'. */
export const complianceReviewSchema = artifactShape.extend({
  catalogueVersion: z.string(),
  market: z.string(),
  industry: z.string(),
  verdict: z.enum(['PASS', 'NEEDS_HUMAN', 'FAIL', 'NOTHING_TO_REVIEW']),
  texts: z.array(textVerdictSchema),
  findings: z.array(reviewedFindingSchema),
  claims: z.array(
    z.object({
      id: z.string(),
      text: z.string(),
      proofs: z.number().int().nonnegative(),
      expiresOn: z.string().nullable(),
      usedBy: z.array(z.string()),
      state: z.enum(['PROVEN', 'UNPROVEN', 'EXPIRED']),
    }),
  ),
});
export type ComplianceReview = z.infer<typeof complianceReviewSchema>;

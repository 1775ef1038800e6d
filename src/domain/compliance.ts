/** Owns findings of the compliance reviewer and what it is given to review. */
import { z } from 'zod';

export const findingCategories = [
  'SUPERLATIVE',
  'COMPARATIVE',
  'GUARANTEE',
  'HEALTH',
  'FINANCIAL',
  'ENVIRONMENTAL',
  'ENDORSEMENT',
  'PRICE_URGENCY',
  'SWEEPSTAKES',
  'CHILDREN',
  'AGE_RESTRICTED',
  'SENSITIVE_TARGETING',
  'PERSONAL_DATA',
  'EMAIL_LAW',
  'AI_DISCLOSURE',
  'BRAND_RULE',
  'BRAND_ASSET',
  'CLAIM_EVIDENCE',
] as const;
export const findingCategorySchema = z.enum(findingCategories);
export type FindingCategory = z.infer<typeof findingCategorySchema>;

/** Categories whose finding of WARN or above needs the REGULATED_CLAIM gate. */
export const regulatedCategories: readonly FindingCategory[] = [
  'HEALTH',
  'FINANCIAL',
  'ENVIRONMENTAL',
  'COMPARATIVE',
  'CHILDREN',
  'AGE_RESTRICTED',
];

export const severities = ['INFO', 'WARN', 'BLOCK'] as const;
export type Severity = (typeof severities)[number];

/** One finding; `span` is half-open in UTF-16 offsets into the exact reviewed text. */
export const findingSchema = z.object({
  ruleId: z.string(),
  category: findingCategorySchema,
  severity: z.enum(severities),
  enforcement: z.enum(['MUST', 'SHOULD', 'MAY']),
  span: z.object({ start: z.number().int().min(0), end: z.number().int().min(0) }),
  quote: z.string(),
  reason: z.string(),
  lawRef: z.string(),
  market: z.string(),
  evidenceNeeded: z.array(z.string()),
  suggestion: z.string().nullable(),
  source: z.enum(['RULE', 'MODEL']),
  confidence: z.number().min(0).max(1),
  catalogueVersion: z.string(),
});
export type Finding = z.infer<typeof findingSchema>;

/** A rule that brand material states, read from its documents. */
export interface BrandRule {
  readonly id: string;
  readonly enforcement: 'MUST' | 'SHOULD' | 'MAY';
  /** Phrases that must not stand in copy, lower case; empty where the rule is about tone. */
  readonly bannedPhrases: readonly string[];
  readonly text: string;
  readonly source: string;
}

/** A claim that may be made, with what proves it. */
export interface ClaimRecord {
  readonly id: string;
  readonly text: string;
  readonly market: string;
  readonly evidenceCount: number;
  /** Last day the evidence holds, or null for no end. */
  readonly expiresOn: string | null;
}

/** One text to review, with what the structured checks need. */
export interface ReviewInput {
  readonly id: string;
  readonly text: string;
  readonly channel: string;
  readonly market: string;
  readonly industry: string;
  readonly claims?: readonly ClaimRecord[];
  readonly brandRules?: readonly BrandRule[];
  /** Business date, for expiries. */
  readonly today?: string;
}

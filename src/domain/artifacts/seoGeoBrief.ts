/** Owns the SEO and GEO brief: what to answer, in whose words, with which proof, and what not to claim. */
import { z } from 'zod';
import { figureSchema } from '../evidence.ts';
import { artifactShape } from './shape.ts';

/** A keyword with what own data and own texts say of it. */
export const keywordSchema = z.object({
  term: z.string(),
  role: z.enum(['PRIMARY', 'SECONDARY']),
  /** Weight of the term in own material against the rest of the corpus (tf-idf), a figure of the brief's evidence. */
  weight: figureSchema,
  documents: z.number().int().nonnegative(),
  source: z.enum(['BRAND', 'MESSAGE', 'GOAL']),
});
export type Keyword = z.infer<typeof keywordSchema>;

/** The brief. */
export const seoGeoBriefSchema = artifactShape.extend({
  targetQuestion: z.string(),
  /** The sentence that an answer engine should be able to quote whole. */
  answerSentence: z.string(),
  intent: z.enum(['INFORMATIONAL', 'COMMERCIAL', 'TRANSACTIONAL', 'NAVIGATIONAL']),
  funnelStage: z.enum(['AWARENESS', 'CONSIDERATION', 'DECISION']),
  keywords: z.array(keywordSchema),
  subQuestions: z.array(z.string()),
  /** Answer engines and prompts to watch; citation share is null until an answer log is imported. */
  tracking: z.object({ prompts: z.array(z.string()), citationShare: figureSchema.nullable(), note: z.string() }),
  entities: z.array(z.object({ name: z.string(), fact: z.string(), source: z.string() })),
  evidence: z.array(
    z.object({
      claimId: z.string().nullable(),
      text: z.string(),
      source: z.string(),
      proofs: z.number().int().nonnegative(),
      expiresOn: z.string().nullable(),
    }),
  ),
  headings: z.array(z.object({ level: z.number().int().min(1).max(4), text: z.string(), purpose: z.string() })),
  faq: z.array(z.object({ question: z.string(), answer: z.string(), source: z.string() })),
  blocks: z.array(z.string()),
  schemaType: z.string(),
  internalLinks: z.array(z.object({ anchor: z.string(), target: z.string() })),
  competitorPages: z.array(z.string()),
  doNotClaim: z.array(z.object({ text: z.string(), reason: z.string() })),
  freshUntil: z.string(),
  successMetric: z.string(),
});
export type SeoGeoBrief = z.infer<typeof seoGeoBriefSchema>;

/** Owns the list of artifact kinds: the schema of each, and which specialist makes it. */
import type { z } from 'zod';
import type { Specialist } from '../specialists.ts';
import { audienceInsightSchema } from './audienceInsight.ts';
import { complianceReviewSchema } from './complianceReview.ts';
import { contentDraftSchema } from './contentDraft.ts';
import { emailReportSchema } from './emailReport.ts';
import { paidMediaAnalysisSchema } from './paidMediaAnalysis.ts';
import { performanceReportSchema } from './performanceReport.ts';
import { recommendationSetSchema } from './recommendationSet.ts';
import { researchNoteSchema } from './researchNote.ts';
import { seoGeoBriefSchema } from './seoGeoBrief.ts';

/** Kinds of artifacts, in the order in which a report shows them. */
export const artifactKinds = [
  'RESEARCH_NOTE',
  'AUDIENCE_INSIGHT',
  'PAID_MEDIA_ANALYSIS',
  'EMAIL_REPORT',
  'SEO_GEO_BRIEF',
  'CONTENT_DRAFT',
  'COMPLIANCE_REVIEW',
  'PERFORMANCE_REPORT',
  'RECOMMENDATION_SET',
] as const;
export type ArtifactKind = (typeof artifactKinds)[number];

/** The schema of each kind; every one extends `artifactShape`. */
export const artifactSchemas = {
  RESEARCH_NOTE: researchNoteSchema,
  AUDIENCE_INSIGHT: audienceInsightSchema,
  PAID_MEDIA_ANALYSIS: paidMediaAnalysisSchema,
  EMAIL_REPORT: emailReportSchema,
  SEO_GEO_BRIEF: seoGeoBriefSchema,
  CONTENT_DRAFT: contentDraftSchema,
  COMPLIANCE_REVIEW: complianceReviewSchema,
  PERFORMANCE_REPORT: performanceReportSchema,
  RECOMMENDATION_SET: recommendationSetSchema,
} as const;

/** The content of an artifact of that kind. */
export type ArtifactContent<K extends ArtifactKind> = z.infer<(typeof artifactSchemas)[K]>;

/** The kind that each specialist makes. */
export const kindOf: Readonly<Record<Specialist, ArtifactKind>> = {
  RESEARCH: 'RESEARCH_NOTE',
  AUDIENCE_INSIGHT: 'AUDIENCE_INSIGHT',
  SEO_GEO_BRIEF: 'SEO_GEO_BRIEF',
  CONTENT: 'CONTENT_DRAFT',
  PAID_MEDIA: 'PAID_MEDIA_ANALYSIS',
  EMAIL: 'EMAIL_REPORT',
  REPORTING: 'PERFORMANCE_REPORT',
  COMPLIANCE_REVIEW: 'COMPLIANCE_REVIEW',
  NEXT_BEST_ACTION: 'RECOMMENDATION_SET',
};

/** Whether the text is a kind of artifact. */
export function isArtifactKind(kind: string): kind is ArtifactKind {
  return artifactKinds.some((known) => known === kind);
}

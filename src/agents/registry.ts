/** Owns the list of the nine specialists. */
import type { Specialist } from '../domain/specialists.ts';
import { audienceInsight } from './audienceInsight/specialist.ts';
import { complianceReview } from './complianceReview/specialist.ts';
import { content } from './content/specialist.ts';
import type { SpecialistDefinition } from './contract.ts';
import { email } from './email/specialist.ts';
import { nextBestAction } from './nextBestAction/specialist.ts';
import { paidMedia } from './paidMedia/specialist.ts';
import { reporting } from './reporting/specialist.ts';
import { research } from './research/specialist.ts';
import { seoGeoBrief } from './seoGeoBrief/specialist.ts';

/** Every specialist by name; they hold no state between tasks. */
export function createSpecialists(): Readonly<Record<Specialist, SpecialistDefinition>> {
  return specialists;
}

const specialists: Readonly<Record<Specialist, SpecialistDefinition>> = {
  RESEARCH: research,
  AUDIENCE_INSIGHT: audienceInsight,
  SEO_GEO_BRIEF: seoGeoBrief,
  CONTENT: content,
  PAID_MEDIA: paidMedia,
  EMAIL: email,
  REPORTING: reporting,
  COMPLIANCE_REVIEW: complianceReview,
  NEXT_BEST_ACTION: nextBestAction,
};

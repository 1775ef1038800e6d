/** Owns the list of embedded composers by purpose, for the embedded chat model. */
import type { Composers } from '../models/embeddedChatModel.ts';
import { AUDIENCE_PURPOSE, composeAudience } from './audienceInsight/compose.ts';
import { COMPLIANCE_PURPOSE, composeCompliance } from './complianceReview/compose.ts';
import { composeContent, CONTENT_PURPOSE } from './content/compose.ts';
import { composeEmail, EMAIL_PURPOSE } from './email/compose.ts';
import { ACTION_PURPOSE, composeActions } from './nextBestAction/compose.ts';
import { composeMedia, MEDIA_PURPOSE } from './paidMedia/compose.ts';
import { composeReporting, REPORTING_PURPOSE } from './reporting/compose.ts';
import { composeResearch, RESEARCH_PURPOSE } from './research/compose.ts';
import { composeSeo, SEO_PURPOSE } from './seoGeoBrief/compose.ts';

/** Rules of every specialist. */
export const composers: Composers = {
  [RESEARCH_PURPOSE]: composeResearch,
  [AUDIENCE_PURPOSE]: composeAudience,
  [SEO_PURPOSE]: composeSeo,
  [CONTENT_PURPOSE]: composeContent,
  [MEDIA_PURPOSE]: composeMedia,
  [EMAIL_PURPOSE]: composeEmail,
  [REPORTING_PURPOSE]: composeReporting,
  [COMPLIANCE_PURPOSE]: composeCompliance,
  [ACTION_PURPOSE]: composeActions,
};

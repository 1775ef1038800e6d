/** Owns what the compliance review reads: the exact texts of upstream content, the claim register and the brand's rules. */
import { contentDraftSchema } from '../../domain/artifacts/contentDraft.ts';
import { seoGeoBriefSchema, type SeoGeoBrief } from '../../domain/artifacts/seoGeoBrief.ts';
import type { BrandRule, ClaimRecord } from '../../domain/compliance.ts';
import type { SpecialistContext } from '../contract.ts';
import type { Allowed } from '../tools.ts';

/** Tools of this specialist. */
export const COMPLIANCE_TOOLS = ['memory.claims', 'memory.brandRules'] as const;
type ComplianceTools = Allowed<(typeof COMPLIANCE_TOOLS)[number]>;

/** One text to review, to the letter. */
export interface ReviewedText {
  readonly artifactId: string;
  readonly variantId: string;
  readonly name: string;
  readonly channel: string;
  readonly text: string;
  readonly claimIds: readonly string[];
}

/** What the review works on. */
export interface ComplianceMaterial {
  readonly texts: readonly ReviewedText[];
  readonly claims: readonly ClaimRecord[];
  readonly rules: readonly BrandRule[];
}

/** Reads it all; of several versions of a draft the newest one counts. */
export async function gatherCompliance(
  context: SpecialistContext,
  tools: ComplianceTools,
): Promise<ComplianceMaterial> {
  const newest = [...new Map(context.upstream.map((artifact) => [artifact.taskKey, artifact])).values()];
  const texts = newest.flatMap((artifact): ReviewedText[] => {
    if (artifact.kind === 'CONTENT_DRAFT') {
      return contentDraftSchema.parse(artifact.content).variants.map(({ id, name, channel, reviewText, claimIds }) => ({
        artifactId: artifact.id,
        variantId: id,
        name,
        channel,
        text: reviewText,
        claimIds,
      }));
    }
    return artifact.kind === 'SEO_GEO_BRIEF' ? pageOf(artifact.id, seoGeoBriefSchema.parse(artifact.content)) : [];
  });
  return { texts, claims: await tools['memory.claims'](), rules: await tools['memory.brandRules']() };
}

/** The words of a search brief that a page would publish; nothing where the brief has none. */
function pageOf(artifactId: string, brief: SeoGeoBrief): ReviewedText[] {
  if (brief.notAvailable !== null) return [];
  const lines = [
    brief.answerSentence,
    ...brief.headings.map((heading) => heading.text),
    ...brief.faq.flatMap((entry) => [entry.question, entry.answer]),
  ];
  const claimIds = brief.evidence.flatMap((entry) =>
    entry.claimId !== null && lines.some((line) => line.includes(entry.text)) ? [entry.claimId] : [],
  );
  return [
    {
      artifactId,
      variantId: 'page',
      name: 'Search page',
      channel: 'WEB',
      text: lines.filter((line) => line !== '').join('\n'),
      claimIds,
    },
  ];
}

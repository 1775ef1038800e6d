/** Owns what the compliance review reads: the exact texts of upstream content, the claim register and the brand's rules. */
import { contentDraftSchema, type ContentVariant } from '../../domain/artifacts/contentDraft.ts';
import type { BrandRule, ClaimRecord } from '../../domain/compliance.ts';
import type { SpecialistContext } from '../contract.ts';
import type { Allowed } from '../tools.ts';

/** Tools of this specialist. */
export const COMPLIANCE_TOOLS = ['memory.claims', 'memory.brandRules'] as const;
type ComplianceTools = Allowed<(typeof COMPLIANCE_TOOLS)[number]>;

/** One text to review. */
export interface ReviewedText {
  readonly artifactId: string;
  readonly variant: ContentVariant;
}

/** What the review works on. */
export interface ComplianceMaterial {
  readonly texts: readonly ReviewedText[];
  readonly claims: readonly ClaimRecord[];
  readonly rules: readonly BrandRule[];
}

/** Reads it all; of several versions of a draft the newest one counts. */
export async function gatherCompliance(context: SpecialistContext, tools: ComplianceTools): Promise<ComplianceMaterial> {
  const drafts = new Map(context.upstream.filter((artifact) => artifact.kind === 'CONTENT_DRAFT').map((artifact) => [artifact.taskKey, artifact]));
  const texts = [...drafts.values()].flatMap((artifact) => contentDraftSchema.parse(artifact.content).variants.map((variant) => ({ artifactId: artifact.id, variant })));
  return { texts, claims: await tools['memory.claims'](), rules: await tools['memory.brandRules']() };
}

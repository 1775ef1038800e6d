/** Owns the review itself: the rule reviewer over each exact text, a verdict for each, and the state of every claim that is used. */
import type { ComplianceReview, ReviewedFinding, TextVerdict } from '../../domain/artifacts/complianceReview.ts';
import type { ClaimRecord, Finding } from '../../domain/compliance.ts';
import { needsRegulatedClaimGate } from '../../compliance/gate.ts';
import { review } from '../../compliance/review.ts';
import { sha256Hex } from '../../kernel/canonicalJson.ts';
import type { SpecialistContext } from '../contract.ts';
import type { ComplianceMaterial, ReviewedText } from './gather.ts';

/** Result of the review over all texts. */
export interface ReviewOutcome {
  readonly verdict: ComplianceReview['verdict'];
  readonly texts: readonly TextVerdict[];
  readonly findings: readonly ReviewedFinding[];
  readonly claims: ComplianceReview['claims'];
  /** Findings as the graph takes them, by artifact. */
  readonly byArtifact: readonly { readonly artifactId: string; readonly findings: readonly Finding[] }[];
}

/** Reviews every text. */
export function reviewTexts(context: SpecialistContext, material: ComplianceMaterial): ReviewOutcome {
  const reviewed = material.texts.map((text) => ({ text, findings: findingsOf(context, material, text) }));
  const findings = reviewed.flatMap(({ text, findings: found }) =>
    found.map((finding) => detailed(material, text, finding)),
  );
  const verdicts = reviewed.map(({ text, findings: found }) => verdictOf(context, text, found));
  const artifacts = [...new Set(material.texts.map((text) => text.artifactId))];
  return {
    verdict: worst(verdicts),
    texts: verdicts,
    findings: findings.map((finding, index) => ({ ...finding, id: `finding-${index + 1}` })),
    claims: claimStates(context, material),
    byArtifact: artifacts.map((artifactId) => ({
      artifactId,
      findings: reviewed.filter(({ text }) => text.artifactId === artifactId).flatMap(({ findings: found }) => found),
    })),
  };
}

function findingsOf(context: SpecialistContext, material: ComplianceMaterial, reviewed: ReviewedText): Finding[] {
  return review({
    id: reviewed.variantId,
    text: reviewed.text,
    channel: reviewed.channel,
    market: context.goal.market === 'ALL' ? context.workspace.market : context.goal.market,
    industry: context.workspace.industry,
    claims: material.claims,
    brandRules: material.rules,
    today: context.workspace.businessDate,
  });
}

function detailed(material: ComplianceMaterial, reviewed: ReviewedText, finding: Finding): ReviewedFinding {
  const used = material.claims.filter((claim) => reviewed.claimIds.includes(claim.id));
  return {
    ...finding,
    id: '',
    artifactId: reviewed.artifactId,
    variantId: reviewed.variantId,
    textDigest: sha256Hex(reviewed.text),
    verdict: finding.severity === 'BLOCK' ? 'FAIL' : finding.severity === 'WARN' ? 'NEEDS_HUMAN' : 'PASS',
    claimType: claimTypeOf(finding),
    evidenceFound: used.map((claim) => ({
      claimId: claim.id,
      proofs: claim.evidenceCount,
      expiresOn: claim.expiresOn,
    })),
    disclosureNeeded: /disclos|label|opt-out|unsubscribe|address/i.test(`${finding.suggestion ?? ''} ${finding.reason}`)
      ? finding.suggestion
      : null,
  };
}

function claimTypeOf(finding: Finding): ReviewedFinding['claimType'] {
  if (finding.category === 'COMPARATIVE') return 'COMPARATIVE';
  if (finding.category === 'ENDORSEMENT') return 'TESTIMONIAL';
  if (['SUPERLATIVE', 'GUARANTEE', 'HEALTH', 'FINANCIAL', 'ENVIRONMENTAL', 'CLAIM_EVIDENCE'].includes(finding.category))
    return finding.confidence >= 0.8 ? 'EXPRESS' : 'IMPLIED';
  return 'NONE';
}

function verdictOf(context: SpecialistContext, reviewed: ReviewedText, findings: readonly Finding[]): TextVerdict {
  const count = (severity: Finding['severity']): number =>
    findings.filter((finding) => finding.severity === severity).length;
  const block = count('BLOCK');
  const warn = count('WARN');
  return {
    artifactId: reviewed.artifactId,
    variantId: reviewed.variantId,
    name: reviewed.name,
    channel: reviewed.channel,
    textDigest: sha256Hex(reviewed.text),
    verdict: block > 0 ? 'FAIL' : warn > 0 ? 'NEEDS_HUMAN' : 'PASS',
    block,
    warn,
    info: count('INFO'),
    regulated: needsRegulatedClaimGate(findings, context.workspace.industry),
  };
}

function worst(verdicts: readonly TextVerdict[]): ComplianceReview['verdict'] {
  if (verdicts.length === 0) return 'NOTHING_TO_REVIEW';
  if (verdicts.some((text) => text.verdict === 'FAIL')) return 'FAIL';
  return verdicts.some((text) => text.verdict === 'NEEDS_HUMAN') ? 'NEEDS_HUMAN' : 'PASS';
}

function claimStates(context: SpecialistContext, material: ComplianceMaterial): ComplianceReview['claims'] {
  return material.claims
    .map((claim) => ({
      id: claim.id,
      text: claim.text,
      proofs: claim.evidenceCount,
      expiresOn: claim.expiresOn,
      usedBy: material.texts.filter((text) => text.claimIds.includes(claim.id)).map((text) => text.variantId),
      state: stateOf(claim, context.workspace.businessDate),
    }))
    .filter((claim) => claim.usedBy.length > 0);
}

function stateOf(claim: ClaimRecord, today: string): 'PROVEN' | 'UNPROVEN' | 'EXPIRED' {
  if (claim.evidenceCount === 0) return 'UNPROVEN';
  return claim.expiresOn !== null && claim.expiresOn < today ? 'EXPIRED' : 'PROVEN';
}

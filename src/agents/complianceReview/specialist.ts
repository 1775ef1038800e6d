/** Owns the compliance specialist: gather, review, compose, in this order. */
import { complianceReviewSchema, type ComplianceReview } from '../../domain/artifacts/complianceReview.ts';
import type { Table } from '../../domain/artifacts/shape.ts';
import { CATALOGUE_VERSION } from '../../compliance/catalogue/catalogue.ts';
import { sha256Hex } from '../../kernel/canonicalJson.ts';
import type { SpecialistContext, SpecialistDefinition, SpecialistResult } from '../contract.ts';
import { evidenceBook, type Evidence, type EvidenceBook } from '../evidence.ts';
import { composeGrounded } from '../grounding.ts';
import { shapeOf } from '../prose.ts';
import { finish } from '../result.ts';
import { toolsFor } from '../toolbox.ts';
import {
  COMPLIANCE_INSTRUCTIONS,
  COMPLIANCE_PURPOSE,
  complianceAnswerSchema,
  composeCompliance,
  VERDICT_WORDS,
  type ComplianceFacts,
} from './compose.ts';
import { reviewTexts, type ReviewOutcome } from './compute.ts';
import { COMPLIANCE_TOOLS, gatherCompliance, type ComplianceMaterial } from './gather.ts';

/** Compliance review: may these exact texts be published, and what would mend them? */
export const complianceReview: SpecialistDefinition = {
  specialist: 'COMPLIANCE_REVIEW',
  owner: 'Compliance reviewer',
  purpose:
    'Reviews the exact text of every variant against the rule catalogue, the brand\u2019s rules and the claim register, and gives a verdict with what would mend it.',
  tools: COMPLIANCE_TOOLS,
  run: runCompliance,
};

async function runCompliance(context: SpecialistContext): Promise<SpecialistResult> {
  const book = evidenceBook(context);
  const material = await gatherCompliance(context, toolsFor(context, 'COMPLIANCE_REVIEW', COMPLIANCE_TOOLS));
  const outcome = reviewTexts(context, material);
  const reviewed = reviewedUnder(context);
  const evidence = evidenceOf(book, { material, outcome, reviewed });
  await context.progress(`${outcome.texts.length} texts reviewed, ${outcome.findings.length} findings.`);
  const composed = await composeGrounded(context, {
    purpose: COMPLIANCE_PURPOSE,
    instructions: COMPLIANCE_INSTRUCTIONS,
    facts: factsOf(context, outcome, reviewed),
    figures: [],
    schema: complianceAnswerSchema,
    composer: composeCompliance,
  });
  const content: ComplianceReview = {
    ...shapeOf(context, composed.answer, {
      frames: [
        { key: 'verdict', heading: 'Verdict', table: verdictTable(outcome, evidence.draft.id) },
        { key: 'findings', heading: 'Findings' },
        { key: 'claims', heading: 'Claims in use' },
      ],
      window: null,
      sources: sourcesOf(context, material),
      figures: [],
      caveats: composed.notes,
    }),
    ...reviewed,
    verdict: outcome.verdict,
    texts: [...outcome.texts],
    findings: [...outcome.findings],
    claims: outcome.claims,
  };
  return finish({
    kind: 'COMPLIANCE_REVIEW',
    schema: complianceReviewSchema,
    content,
    composed,
    evidence: book.drafts(),
    findings: outcome.byArtifact,
  });
}

/** The rules that a review goes by. */
type ReviewedUnder = Pick<ComplianceReview, 'catalogueVersion' | 'market' | 'industry'>;

function reviewedUnder({ goal, workspace }: SpecialistContext): ReviewedUnder {
  return {
    catalogueVersion: CATALOGUE_VERSION,
    market: goal.market === 'ALL' ? workspace.market : goal.market,
    industry: workspace.industry,
  };
}

function evidenceOf(
  book: EvidenceBook,
  { material, outcome, reviewed }: { material: ComplianceMaterial; outcome: ReviewOutcome; reviewed: ReviewedUnder },
): Evidence {
  return book.add({
    kind: 'compliance.review',
    tier: 'OBSERVED',
    input: {
      texts: material.texts.map(({ artifactId, variantId, text }) => ({
        artifactId,
        variantId,
        digest: sha256Hex(text),
      })),
      market: reviewed.market,
      industry: reviewed.industry,
      catalogueVersion: reviewed.catalogueVersion,
    },
    output: { texts: outcome.texts, findings: outcome.findings },
  });
}

function factsOf(context: SpecialistContext, outcome: ReviewOutcome, reviewed: ReviewedUnder): ComplianceFacts {
  return {
    goalTo: context.goal.to,
    verdict: outcome.verdict,
    ...reviewed,
    texts: outcome.texts,
    findings: outcome.findings,
    claims: outcome.claims.map(({ text, state, proofs, expiresOn }) => ({ text, state, proofs, expiresOn })),
  };
}

function verdictTable(outcome: ReviewOutcome, evidenceId: string): Table | null {
  if (outcome.texts.length === 0) return null;
  return {
    title: 'Texts and verdicts',
    evidenceId,
    columns: [
      { key: 'name', label: 'Text', unit: 'TEXT' },
      { key: 'verdict', label: 'Verdict', unit: 'TEXT' },
      { key: 'block', label: 'Blocking', unit: 'COUNT' },
      { key: 'warn', label: 'To weigh', unit: 'COUNT' },
      { key: 'info', label: 'For information', unit: 'COUNT' },
    ],
    rows: outcome.texts.map((text, index) => ({
      path: `texts.${index}`,
      cells: [text.name, VERDICT_WORDS[text.verdict] ?? text.verdict, text.block, text.warn, text.info],
    })),
  };
}

function sourcesOf(context: SpecialistContext, material: ComplianceMaterial): ComplianceReview['sources'] {
  const artifacts = [...new Set(material.texts.map((text) => text.artifactId))];
  return artifacts.map((id) => ({
    kind: 'ARTIFACT',
    id,
    title: 'Reviewed text',
    date: context.workspace.businessDate,
    trust: 'COMPUTED',
  }));
}

/** Owns the question whether findings need a compliance person: the REGULATED_CLAIM gate. */
import { regulatedCategories, type Finding } from '../domain/compliance.ts';

/** Industries (parts of their names) where every claim is a regulated one. */
const REGULATED_INDUSTRIES = [
  'pharma',
  'medic',
  'health',
  'supplement',
  'food',
  'financ',
  'fintech',
  'bank',
  'invest',
  'insur',
  'crypto',
  'credit',
  'gambl',
  'casino',
  'betting',
  'alcohol',
  'tobacco',
  'cannabis',
  'legal',
  'energy',
];
/** Categories that become regulated in such an industry. */
const CLAIM_CATEGORIES: ReadonlySet<Finding['category']> = new Set<Finding['category']>([
  'SUPERLATIVE',
  'GUARANTEE',
  'CLAIM_EVIDENCE',
  'ENDORSEMENT',
]);

/** Whether the findings of a text fire REGULATED_CLAIM: a regulated category of WARN or above, or any claim in a regulated industry. */
export function needsRegulatedClaimGate(findings: readonly Finding[], industry: string): boolean {
  const name = industry.toLowerCase();
  const regulated = REGULATED_INDUSTRIES.some((part) => name.includes(part));
  return findings.some(
    (finding) =>
      finding.severity !== 'INFO' &&
      (regulatedCategories.includes(finding.category) || (regulated && CLAIM_CATEGORIES.has(finding.category))),
  );
}

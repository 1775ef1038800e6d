/** Owns the words of the compliance review. Verdicts and findings are computed; the model only tells them. */
import type { ReviewedFinding, TextVerdict } from '../../domain/artifacts/complianceReview.ts';
import { countText, listText, paragraph, sentence } from '../../models/phrases.ts';
import { proseSchema, type Prose } from '../prose.ts';

/** What is composed, as messages of the model name it. */
export const COMPLIANCE_PURPOSE = 'COMPLIANCE_REVIEW.report';

/** What may be said. */
export interface ComplianceFacts {
  /** Last day of the goal. */
  readonly goalTo: string;
  readonly verdict: string;
  readonly market: string;
  readonly industry: string;
  readonly catalogueVersion: string;
  readonly texts: readonly TextVerdict[];
  readonly findings: readonly ReviewedFinding[];
  readonly claims: readonly {
    readonly text: string;
    readonly state: string;
    readonly proofs: number;
    readonly expiresOn: string | null;
  }[];
}

/** What is written. */
export const complianceAnswerSchema = proseSchema;

/** The task for a language model. */
export const COMPLIANCE_INSTRUCTIONS = [
  'Write the compliance review for the person who signs. Sections by key: `verdict` (one paragraph), `findings` (one point each: the quoted words, why, what would mend it, the rule), `claims` (one point each).',
  'Never soften a finding, never add one. Cite the rule of a finding as `lawRef` has it, or say that none was found.',
].join('\n');

/** Writes the review by rules. */
export function composeCompliance(facts: ComplianceFacts): Prose {
  const verdict = verdictText(facts);
  return {
    title: `Compliance review: ${VERDICT_WORDS[facts.verdict] ?? facts.verdict}`,
    summary: verdict,
    sections: [
      { key: 'verdict', paragraphs: [], points: facts.texts.filter((text) => text.verdict !== 'PASS').map(textLine) },
      {
        key: 'findings',
        paragraphs:
          facts.findings.length === 0
            ? ['No rule of the catalogue and no rule of the brand fires on these texts.']
            : [],
        points: facts.findings.map(findingLine),
      },
      { key: 'claims', paragraphs: [], points: facts.claims.map((claim) => claimLine(claim, facts.goalTo)) },
    ],
    caveats: ['Engineering help for reviewers and no legal advice; rules and dates need a lawyer\u2019s check.'],
  };
}

/** Verdicts as people read them. */
export const VERDICT_WORDS: Readonly<Record<string, string>> = {
  PASS: 'passes',
  NEEDS_HUMAN: 'needs a person',
  FAIL: 'fails',
  NOTHING_TO_REVIEW: 'nothing to review',
};

function verdictText(facts: ComplianceFacts): string {
  if (facts.texts.length === 0) return 'No content was drafted in this run, so there was nothing to review.';
  const failed = facts.texts.filter((text) => text.verdict === 'FAIL');
  const open = facts.texts.filter((text) => text.verdict === 'NEEDS_HUMAN');
  const expiring = facts.claims.filter(
    ({ expiresOn, state }) => state === 'PROVEN' && expiresOn !== null && expiresOn < facts.goalTo,
  );
  const regulated = facts.texts.filter((text) => text.regulated);
  return paragraph(
    sentence(
      `${countText(facts.texts.length, 'text was', 'texts were')} reviewed for ${facts.market === 'ALL' ? 'all markets' : facts.market} against catalogue ${facts.catalogueVersion} and the brand\u2019s own rules`,
    ),
    failed.length > 0 ? sentence(`${listText(failed.map((text) => text.name))} must not go out as written`) : '',
    open.length > 0
      ? sentence(
          `${listText(open.map((text) => text.name))} ${open.length === 1 ? 'needs' : 'need'} a person\u2019s judgement`,
        )
      : '',
    failed.length + open.length === 0 ? 'None of them holds a finding that stops it.' : '',
    expiring.length > 0
      ? sentence(
          `The ${expiring.length === 1 ? 'proof' : 'proofs'} of ${listText(
            expiring.map((claim) => `\u201c${claim.text.replace(/[.]$/, '')}\u201d`),
            3,
          )} ${expiring.length === 1 ? 'runs' : 'run'} out before the goal ends on ${facts.goalTo}: renew it, or take the words down by then`,
        )
      : '',
    regulated.length > 0
      ? sentence(
          `${countText(regulated.length, 'text touches', 'texts touch')} a regulated claim and needs the compliance signature`,
        )
      : '',
  );
}

function textLine(text: TextVerdict): string {
  const counts = [
    text.block > 0 ? `${text.block} blocking` : '',
    text.warn > 0 ? `${text.warn} to weigh` : '',
    text.info > 0 ? `${text.info} for information` : '',
  ].filter((part) => part !== '');
  return sentence(
    `${text.name}: ${VERDICT_WORDS[text.verdict] ?? text.verdict}${counts.length > 0 ? ` (${counts.join(', ')})` : ''}`,
  );
}

function findingLine(finding: ReviewedFinding): string {
  const mend = finding.suggestion ? ` ${finding.suggestion}` : '';
  return `\u201c${finding.quote}\u201d: ${sentence(finding.reason)}${mend} (${finding.lawRef})`;
}

function claimLine(claim: ComplianceFacts['claims'][number], goalTo: string): string {
  const runsOut = claim.expiresOn !== null && claim.expiresOn < goalTo;
  const text = claim.text.replace(/[.]$/, '');
  if (claim.state === 'UNPROVEN') return sentence(`\u201c${text}\u201d has no stored proof`);
  if (claim.state === 'EXPIRED')
    return sentence(`The proof of \u201c${text}\u201d ran out on ${claim.expiresOn ?? 'an unknown day'}`);
  return sentence(
    `\u201c${text}\u201d rests on ${countText(claim.proofs, 'proof')}${claim.expiresOn ? ` that ${claim.proofs === 1 ? 'holds' : 'hold'} until ${claim.expiresOn}` : ''}${runsOut ? `, and the goal runs to ${goalTo}: renew the proof or take the words down by then` : ''}`,
  );
}

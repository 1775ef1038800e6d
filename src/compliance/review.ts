/**
 * Owns the review of one text: every rule of the catalogue over every view of it, the brand's own rules, and claims against
 * their evidence. Pure; a model may add findings later and may never lower one of these.
 */
import {
  type BrandRule,
  type Finding,
  type FindingCategory,
  type ReviewInput,
  type Severity,
} from '../domain/compliance.ts';
import { CATALOGUE_VERSION, catalogue } from './catalogue/catalogue.ts';
import { coverOf, isSaidIn, prepareClaims, stemsOf, type PreparedClaim } from './claimCover.ts';
import { marketMeets } from './markets.ts';
import { compilePattern, matchRule, overlap, sentenceAround, type RuleMatch } from './matcher.ts';
import { originalSpan, plainText, viewsOf, type View } from './normalise.ts';
import type { Rule } from './rule.ts';

const RANK: Readonly<Record<Severity, number>> = { INFO: 0, WARN: 1, BLOCK: 2 };
/** Categories that give way where a finding of a more specific one says the same passage. */
const GENERAL: ReadonlySet<FindingCategory> = new Set<FindingCategory>(['GUARANTEE', 'CLAIM_EVIDENCE', 'SUPERLATIVE']);
const BRAND_SEVERITY: Readonly<Record<BrandRule['enforcement'], Severity>> = {
  MUST: 'BLOCK',
  SHOULD: 'WARN',
  MAY: 'INFO',
};
/** Longest text that is reviewed at once, in UTF-16 units; longer ones are reviewed up to there, which a finding says. */
const TEXT_LIMIT = 200_000;

/** Findings of a text in order of where they stand; spans are half-open UTF-16 offsets into `input.text`. */
export function review(input: ReviewInput): Finding[] {
  const text = input.text.slice(0, TEXT_LIMIT);
  const views = viewsOf(text);
  const claims = prepareClaims(input.claims ?? [], { market: input.market, today: input.today }, plainText);
  const rules = catalogue.filter((rule) => applies(rule, input));
  const found = views.flatMap((view) => [
    ...rules.flatMap((rule) =>
      matchRule(rule, view.text).flatMap((match) => catalogueFinding(rule, match, { view, input, claims })),
    ),
    ...(input.brandRules ?? []).flatMap((rule) => brandFindings(rule, view, input)),
    ...invalidClaims(claims, view, input),
  ]);
  if (input.text.length > TEXT_LIMIT) found.push(tooLong(input));
  return withoutRepeats(found);
}

interface Around {
  readonly view: View;
  readonly input: ReviewInput;
  readonly claims: readonly PreparedClaim[];
}

function catalogueFinding(rule: Rule, match: RuleMatch, { view, input, claims }: Around): Finding[] {
  const passage = view.text.slice(match.start, match.end);
  const cover = rule.claimable
    ? coverOf(passage, view.text.slice(match.sentence.start, match.sentence.end), claims)
    : ({ kind: 'NONE' } as const);
  if (cover.kind === 'VALID') return [];
  const finding: Finding = {
    ruleId: rule.id,
    category: rule.category,
    severity: severityOf(rule, input),
    enforcement: rule.enforcement,
    ...placeOf(view, match, input),
    reason: rule.reason,
    lawRef: rule.lawRef,
    evidenceNeeded: [...(rule.evidenceNeeded ?? [])],
    suggestion: rule.suggestion,
    source: 'RULE',
    confidence: rule.confidence,
  };
  return [finding];
}

function severityOf(rule: Rule, input: ReviewInput): Severity {
  const { stricter } = rule;
  const rises =
    stricter && input.today !== undefined && input.today >= stricter.from && marketMeets(stricter.market, input.market);
  return rises ? stricter.severity : rule.severity;
}

function brandFindings(rule: BrandRule, view: View, input: ReviewInput): Finding[] {
  return rule.bannedPhrases.flatMap((phrase) => {
    const plain = plainText(phrase);
    if (plain === '') return [];
    const pattern = compilePattern(plain.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'));
    return [...view.text.matchAll(pattern)].map((match) => ({
      ruleId: rule.id,
      category: 'BRAND_RULE' as const,
      severity: BRAND_SEVERITY[rule.enforcement],
      enforcement: rule.enforcement,
      ...placeOf(view, { start: match.index, end: match.index + match[0].length }, input),
      reason: `The brand's rules say: ${rule.text}`,
      lawRef: rule.source,
      evidenceNeeded: [],
      suggestion: `Leave out "${phrase}".`,
      source: 'RULE' as const,
      confidence: 1,
    }));
  });
}

/** Sentences that make a claim on record whose evidence does not hold, and no valid claim either. */
function invalidClaims(claims: readonly PreparedClaim[], view: View, input: ReviewInput): Finding[] {
  const findings: Finding[] = [];
  if (claims.every((claim) => claim.why === null)) return findings;
  for (let at = 0; at < view.text.length;) {
    const sentence = sentenceAround(view.text, { start: at, end: at + 1 });
    const words = new Set(stemsOf(view.text.slice(sentence.start, sentence.end)));
    const said = claims.filter((claim) => isSaidIn(claim, words));
    const broken = said.find((claim) => claim.why !== null);
    if (broken && said.every((claim) => claim.why !== null))
      findings.push(invalidClaim(broken, placeOf(view, trimRange(view.text, sentence), input)));
    at = Math.max(sentence.end, at + 1);
  }
  return findings;
}

function invalidClaim(
  claim: PreparedClaim,
  place: Pick<Finding, 'span' | 'quote' | 'market' | 'catalogueVersion'>,
): Finding {
  return {
    ruleId: 'CLAIM_EVIDENCE.RECORD',
    category: 'CLAIM_EVIDENCE',
    severity: 'BLOCK',
    enforcement: 'MUST',
    ...place,
    reason: `The claim "${claim.record.text}" is on record, but ${claim.why ?? 'it does not hold'}.`,
    lawRef: 'FTC Act s. 5 (advertising substantiation); UK CAP Code 3.7',
    evidenceNeeded: [`current evidence for claim ${claim.record.id}`],
    suggestion: 'Renew the evidence of the claim, or leave the claim out.',
    source: 'RULE',
    confidence: 0.95,
  };
}

function tooLong(input: ReviewInput): Finding {
  const span = { start: TEXT_LIMIT, end: input.text.length };
  return {
    ruleId: 'BRAND_ASSET.TOO_LONG',
    category: 'BRAND_ASSET',
    severity: 'BLOCK',
    enforcement: 'MUST',
    span,
    quote: input.text.slice(span.start, span.start + 200),
    market: input.market,
    reason: `The text has ${input.text.length} characters; only the first ${TEXT_LIMIT} were reviewed.`,
    lawRef: 'none found',
    evidenceNeeded: [],
    suggestion: 'Split the text and review each part.',
    source: 'RULE',
    confidence: 1,
    catalogueVersion: CATALOGUE_VERSION,
  };
}

function applies(rule: Rule, input: ReviewInput): boolean {
  const industry = input.industry.trim().toLowerCase();
  const channel = input.channel.trim().toLowerCase();
  const unknown = industry === '' || industry === 'general' || industry === 'other';
  if (rule.industries && !unknown && !rule.industries.some((part) => industry.includes(part))) return false;
  if (rule.channels && !rule.channels.some((part) => channel.includes(part))) return false;
  if (rule.minLength !== undefined && input.text.length < rule.minLength) return false;
  return !rule.markets || rule.markets.some((market) => marketMeets(market, input.market));
}

function placeOf(
  view: View,
  range: { start: number; end: number },
  input: ReviewInput,
): Pick<Finding, 'span' | 'quote' | 'market' | 'catalogueVersion'> {
  const span = originalSpan(view, range.start, range.end);
  return {
    span,
    quote: input.text.slice(span.start, span.end),
    market: input.market,
    catalogueVersion: CATALOGUE_VERSION,
  };
}

function trimRange(text: string, range: { start: number; end: number }): { start: number; end: number } {
  const found = text.slice(range.start, range.end);
  const start = range.start + (found.length - found.trimStart().length);
  return { start, end: Math.max(start + 1, start + found.trim().length) };
}

/** One finding a passage and category, the gravest; general categories give way to specific ones that hold them. */
function withoutRepeats(found: readonly Finding[]): Finding[] {
  const kept: Finding[] = [];
  for (const finding of found.toSorted(
    (a, b) => RANK[b.severity] - RANK[a.severity] || b.confidence - a.confidence || a.span.start - b.span.start,
  )) {
    const repeats = kept.some(
      (other) =>
        overlap(other.span, finding.span) &&
        (other.ruleId === finding.ruleId || (other.category === finding.category && finding.category !== 'BRAND_RULE')),
    );
    if (!repeats) kept.push(finding);
  }
  const specific = kept.filter((finding) => !GENERAL.has(finding.category) && finding.category !== 'BRAND_RULE');
  return kept
    .filter(
      (finding) =>
        !GENERAL.has(finding.category) ||
        finding.ruleId === 'CLAIM_EVIDENCE.RECORD' ||
        !specific.some((other) => other.span.start <= finding.span.start && other.span.end >= finding.span.end),
    )
    .toSorted((a, b) => a.span.start - b.span.start || a.span.end - b.span.end || a.ruleId.localeCompare(b.ruleId));
}

/** Owns the lines that copy may be built from: sentences of own material and claims with proof, each free of blocking findings. */
import type { BrandRule, ClaimRecord, Finding } from '../../domain/compliance.ts';
import { review } from '../../compliance/review.ts';
import type { Passage } from '../passages.ts';
import { overlapOf } from '../terms.ts';

/** What parts two lines in a review. */
const GAP = '\n\n';

/** A line with what it rests on. */
export interface Line {
  readonly text: string;
  readonly claimId: string | null;
  readonly source: string;
}

/** What lines are drawn from and held against. */
export interface LineSources {
  readonly facts: readonly Passage[];
  readonly claims: readonly ClaimRecord[];
  readonly rules: readonly BrandRule[];
  readonly today: string;
  readonly market: string;
  readonly industry: string;
  /** Words that a review objected to in an earlier round. */
  readonly refused: readonly string[];
}

/** Claims that hold today, with proof. */
export function provenClaims(claims: readonly ClaimRecord[], today: string): ClaimRecord[] {
  return claims.filter((claim) => claim.evidenceCount > 0 && (claim.expiresOn === null || claim.expiresOn >= today));
}

/** Lines of claims, nearest to the topic first. */
export function claimLines(sources: LineSources, topic: string): Line[] {
  const lines = provenClaims(sources.claims, sources.today).map((claim) => ({
    text: ended(claim.text),
    claimId: claim.id,
    source: 'Claim register',
  }));
  return allowed(sources, ranked(lines, topic));
}

/** Lines of facts, nearest to the topic first. */
export function factLines(sources: LineSources, topic: string): Line[] {
  const lines = sources.facts.map((passage) => ({
    text: passage.text,
    claimId: claimIn(passage.text, sources),
    source: `${passage.title}, ${passage.heading}`,
  }));
  return allowed(sources, ranked(lines, topic));
}

/** Findings on a text as it would be reviewed, for the rule checks of a variant. */
export function findingsOn(text: string, channel: string, sources: LineSources): Finding[] {
  return review({
    id: 'draft',
    text,
    channel,
    market: sources.market,
    industry: sources.industry,
    claims: sources.claims,
    brandRules: sources.rules,
    today: sources.today,
  });
}

/** The text cut to a clause that fits, or null where none does: never in the middle of a thought. */
export function clauseWithin(text: string, limit: number): string | null {
  const whole = text.trim();
  const bare = whole.replace(/[.]$/, '');
  if (whole.length <= limit) return whole;
  if (bare.length <= limit) return bare;
  const clauses = bare.split(/(?:[,:;\u2013\u2014]| - )\s+|(?<=[.!?])\s+/).map((part) => part.trim());
  const fitting = clauses.filter((part) => part.length <= limit && part.length >= 12 && part.split(/\s+/).length >= 3);
  return fitting[0] ?? null;
}

/** A line cut to fit: facts at a clause, claims only at a semicolon, since half a claim is another claim. */
export function lineWithin(line: Line, limit: number): string | null {
  if (line.claimId === null) return clauseWithin(line.text, limit);
  const bare = line.text.trim().replace(/[.]$/, '');
  if (line.text.trim().length <= limit) return line.text.trim();
  return [bare, ...bare.split(/;\s+/)].find((part) => part.length <= limit && part.split(/\s+/).length >= 4) ?? null;
}

/** Lines without a blocking finding. All are reviewed as one text, each a paragraph, since one long review is far cheaper than many short ones. */
function allowed(sources: LineSources, lines: readonly Line[]): Line[] {
  const kept = lines.filter((line) => {
    const text = line.text.toLowerCase();
    return !sources.refused.some((quote) => quote !== '' && text.includes(quote.toLowerCase()));
  });
  const starts = kept.reduce<number[]>(
    (at, _, index) => [
      ...at,
      index === 0 ? 0 : (at[index - 1] ?? 0) + (kept[index - 1]?.text.length ?? 0) + GAP.length,
    ],
    [],
  );
  const blocks = findingsOn(kept.map((line) => line.text).join(GAP), 'ad', sources).filter(
    (finding) => finding.severity === 'BLOCK',
  );
  return kept.filter((line, index) => {
    const start = starts[index] ?? 0;
    return !blocks.some((finding) => finding.span.start < start + line.text.length && finding.span.end > start);
  });
}

function ranked(lines: readonly Line[], topic: string): Line[] {
  return lines
    .map((line, index) => ({ line, index, near: overlapOf(topic, line.text) }))
    .toSorted((a, b) => b.near - a.near || a.index - b.index)
    .map(({ line }) => line);
}

/** The claim that a sentence makes, when it holds nearly all of the claim's words. */
function claimIn(text: string, sources: LineSources): string | null {
  const claim = sources.claims.find((entry) => overlapOf(entry.text, text) >= 0.8);
  return claim?.id ?? null;
}

function ended(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

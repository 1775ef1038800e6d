/** Owns the question whether a claim on record covers what a text says, and whether its evidence holds. */
import type { ClaimRecord } from '../domain/compliance.ts';
import { marketCovers } from './markets.ts';

/** What stands behind a passage: a valid claim, one that does not hold (with the reason), or none. */
export type ClaimCover =
  | { readonly kind: 'VALID'; readonly claim: ClaimRecord }
  | { readonly kind: 'INVALID'; readonly claim: ClaimRecord; readonly why: string }
  | { readonly kind: 'NONE' };

/** Share of a claim's words that a sentence must hold to be that claim. */
const CLAIM_IN_SENTENCE = 0.7;
/** Share of a passage's words that the claim must hold to cover it. */
const PASSAGE_IN_CLAIM = 0.6;
const FILLER: ReadonlySet<string> = new Set(
  'a an and are as at be by for from has in is it of on or our that the their this to we with you your der die das ein eine und ist mit von zu wir ihr sie'.split(
    ' ',
  ),
);

/** The claim behind a passage of a sentence; a valid one wins over an invalid one. Texts are plain views. */
export function coverOf(passage: string, sentence: string, claims: readonly PreparedClaim[]): ClaimCover {
  let invalid: ClaimCover = { kind: 'NONE' };
  const words = new Set(stemsOf(sentence));
  for (const claim of claims) {
    if (!isSaidIn(claim, words) || !speaksOf(claim, passage)) continue;
    if (claim.why === null) return { kind: 'VALID', claim: claim.record };
    invalid = { kind: 'INVALID', claim: claim.record, why: claim.why };
  }
  return invalid;
}

/** A claim made ready: its words, and why it does not hold here (null when it does). */
export interface PreparedClaim {
  readonly record: ClaimRecord;
  readonly stems: ReadonlySet<string>;
  readonly why: string | null;
}

/** Prepares claims for one market and business day; `text` is made plain by the caller's `plain`. */
export function prepareClaims(
  claims: readonly ClaimRecord[],
  where: { readonly market: string; readonly today: string | undefined },
  plain: (text: string) => string,
): PreparedClaim[] {
  return claims.map((record) => ({
    record,
    stems: new Set(stemsOf(plain(record.text))),
    why: whyInvalid(record, where),
  }));
}

/** Whether the sentence makes this claim: most of its words and every number of it. */
export function isSaidIn(claim: PreparedClaim, words: ReadonlySet<string>): boolean {
  if (claim.stems.size === 0) return false;
  const all = [...claim.stems];
  if (all.some((stem) => /\d/.test(stem) && !words.has(stem))) return false;
  return all.filter((stem) => words.has(stem)).length / all.length >= CLAIM_IN_SENTENCE;
}

/** Words of a plain text without fillers and endings; numbers whole. */
export function stemsOf(text: string): string[] {
  return (text.match(/\d+(?:[.,]\d+)*|\p{L}+/gu) ?? [])
    .filter((word) => !FILLER.has(word))
    .map((word) => (word.length > 4 ? word.replace(/(?:ing|ed|es|s|en|e)$/u, '') : word));
}

function speaksOf(claim: PreparedClaim, passage: string): boolean {
  const stems = stemsOf(passage);
  if (stems.some((stem) => /\d/.test(stem) && !claim.stems.has(stem))) return false;
  return stems.length > 0 && stems.filter((stem) => claim.stems.has(stem)).length / stems.length >= PASSAGE_IN_CLAIM;
}

function whyInvalid(
  record: ClaimRecord,
  { market, today }: { market: string; today: string | undefined },
): string | null {
  if (record.evidenceCount < 1) return 'it has no evidence';
  if (record.expiresOn !== null && today !== undefined && record.expiresOn < today)
    return `its evidence expired on ${record.expiresOn}`;
  if (!marketCovers(record.market, market)) return `its evidence holds in ${record.market} and not in ${market}`;
  return null;
}

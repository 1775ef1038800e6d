/** Owns the form of a rule: data only, so that the catalogue can be listed, versioned and measured. */
import type { FindingCategory, Severity } from '../domain/compliance.ts';

/**
 * One rule. Patterns are regular expressions over lower-case normalised text, matched at word boundaries; `~n` in them stands
 * for up to n words. All lists of patterns are alternatives.
 */
export interface Rule {
  readonly id: string;
  readonly category: FindingCategory;
  readonly severity: Severity;
  readonly enforcement: 'MUST' | 'SHOULD' | 'MAY';
  /** Belief that a match is a violation, 0 to 1. */
  readonly confidence: number;
  /** What is found; the span of the finding. */
  readonly patterns: readonly string[];
  /** Other meanings: a match that overlaps one of these is none. */
  readonly notAs?: readonly string[];
  /** Must stand in the same sentence. */
  readonly needs?: readonly string[];
  /** Takes the finding away when it stands in the same sentence. */
  readonly unless?: readonly string[];
  /** Takes the finding away when it stands anywhere in the text: the disclosure that the rule asks for. */
  readonly unlessInText?: readonly string[];
  /** Whether a negation before the match ("no guarantee") takes it away. @default true */
  readonly negatable?: boolean;
  /** Whether a claim with valid evidence that covers the sentence takes it away. @default false */
  readonly claimable?: boolean;
  /** Markets it holds in; absent means all. `EU` covers each member state. */
  readonly markets?: readonly string[];
  /** Industries (parts of their names) it is confined to. */
  readonly industries?: readonly string[];
  /** Channels (parts of their names) it is confined to. */
  readonly channels?: readonly string[];
  /** Shortest text in UTF-16 units that it reads: rules on whole messages leave fragments alone. */
  readonly minLength?: number;
  /** From that day on, in that market, the severity rises. */
  readonly stricter?: { readonly market: string; readonly from: string; readonly severity: Severity };
  readonly reason: string;
  readonly lawRef: string;
  readonly evidenceNeeded?: readonly string[];
  readonly suggestion: string | null;
}

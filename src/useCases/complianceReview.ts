/** Owns the compliance rules on a text that stands alone, without a workspace. */
import { review } from '../compliance/review.ts';
import type { Finding, ReviewInput } from '../domain/compliance.ts';

/** Findings on one text, by its id. */
export function reviewText(input: ReviewInput): { id: string; findings: Finding[] } {
  return { id: input.id, findings: review(input) };
}

/** Owns evidence: what a figure rests on, so that each can be traced and re-derived. */
import { z } from 'zod';

/** Strength of support, strongest first; the screening fit counts as OBSERVED. */
export const evidenceTiers = ['EXPERIMENT', 'MODEL', 'OBSERVED', 'PRIOR'] as const;
export const evidenceTierSchema = z.enum(evidenceTiers);
export type EvidenceTier = z.infer<typeof evidenceTierSchema>;

/**
 * One figure with its source: `path` is where the value stands in the evidence's output, as dot-separated keys
 * and array indexes. The grounding check re-reads it there.
 */
export const figureSchema = z.object({
  label: z.string(),
  value: z.number(),
  /** `COUNT`, `SHARE` (0 to 1), `RATIO`, `DAYS`, a currency code, `KPI`. */
  unit: z.string(),
  lower: z.number().nullable(),
  upper: z.number().nullable(),
  /** Level of lower and upper, such as 0.9; null without an interval. */
  interval: z.number().nullable(),
  evidenceId: z.string(),
  path: z.string(),
});
export type Figure = z.infer<typeof figureSchema>;

/** A stored computation: what went in, the bytes that came out, and what made it. */
export interface EvidenceRecord {
  readonly id: string;
  readonly runId: string | null;
  /** What was computed, such as `brain.screening` or `metrics.query`. */
  readonly kind: string;
  readonly tier: EvidenceTier;
  readonly input: unknown;
  readonly output: unknown;
  readonly outputDigest: string;
  readonly seed: number | null;
  readonly codeVersion: string;
  /** Loads whose rows were read. */
  readonly loadIds: readonly string[];
  /** Last business day that the rows reach. */
  readonly asOf: string;
}

/** Owns the last step of every specialist: the artifact is parsed against its schema before it is handed back. */
import { z } from 'zod';
import type { ArtifactKind } from '../domain/artifacts/artifactKinds.ts';
import type { Recommendation } from '../domain/recommendations.ts';
import { AppError } from '../kernel/errors.ts';
import type { ChangeProposal, EvidenceDraft, SpecialistResult } from './contract.ts';
import { plainJson } from './evidence.ts';

/** Everything a specialist made. */
export interface Finished<T> {
  readonly kind: ArtifactKind;
  readonly schema: z.ZodType<T>;
  readonly content: T;
  readonly composed: { readonly model: string; readonly embedded: boolean };
  readonly evidence: readonly EvidenceDraft[];
  readonly recommendations?: readonly Recommendation[];
  readonly proposals?: readonly ChangeProposal[];
  readonly findings?: SpecialistResult['findings'];
}

/** Name that artifacts show which no model had a part in, because there was nothing to say. */
export const NO_MODEL = { model: 'none', embedded: true } as const;

/** The result as its caller stores it. @throws INTERNAL when the content does not fit its schema */
export function finish<T>(made: Finished<T>): SpecialistResult {
  const parsed = made.schema.safeParse(plainJson(made.content));
  if (!parsed.success)
    throw new AppError(
      'INTERNAL',
      `The ${made.kind} does not fit its schema: ${z.prettifyError(parsed.error).slice(0, 400)}`,
      { cause: parsed.error },
    );
  return {
    kind: made.kind,
    content: parsed.data,
    model: made.composed.model,
    embeddedModel: made.composed.embedded,
    evidence: made.evidence,
    recommendations: made.recommendations ?? [],
    proposals: made.proposals ?? [],
    findings: made.findings ?? [],
  };
}

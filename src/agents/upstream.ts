/** Owns reading what earlier tasks of the run left. */
import type { SpecialistContext } from './contract.ts';

/** The newest upstream artifact of a kind that has something to say, or null. */
export function upstreamOf<T extends { notAvailable: string | null }>(
  context: SpecialistContext,
  kind: string,
  parse: (content: unknown) => T,
): T | null {
  const found = context.upstream.filter((artifact) => artifact.kind === kind).at(-1);
  const content = found ? parse(found.content) : null;
  return content && content.notAvailable === null ? content : null;
}

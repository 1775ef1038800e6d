/** Owns citing the workspace's own documents: each document once, however many of its passages were read. */
import type { Source } from '../domain/artifacts/shape.ts';
import { keyBy } from '../kernel/grouping.ts';
import type { BrandText } from './tools.ts';

/** One source a document, in order of first reading. */
export function documentSources(texts: readonly BrandText[]): Source[] {
  return [...keyBy(texts, (text) => text.documentId).values()].map((text) => ({
    kind: 'BRAND',
    id: text.documentId,
    title: text.title,
    date: text.addedAt.slice(0, 10),
    trust: text.trust,
  }));
}

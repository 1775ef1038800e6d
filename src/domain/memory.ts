/** Owns the shapes of memory: hits with score parts and provenance. */

/** Where a chunk came from. */
export interface Provenance {
  readonly documentId: string;
  readonly title: string;
  readonly source: string;
  readonly headingPath: readonly string[];
  /** Half-open UTF-16 offsets into the stored document text. */
  readonly span: { readonly start: number; readonly end: number };
  readonly trust: 'OWNED' | 'IMPORTED' | 'UNTRUSTED';
  readonly addedAt: string;
}

/** One hit of a memory search. */
export interface MemoryHit {
  readonly id: string;
  readonly kind: 'BRAND' | 'LEARNING' | 'PLAYBOOK';
  readonly text: string;
  readonly score: number;
  readonly parts: { readonly lexical: number; readonly semantic: number };
  readonly provenance: Provenance;
}

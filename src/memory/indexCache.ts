/** Owns the lexical indexes held in this process: one a workspace, bounded, replaced when the workspace's memory has a new version. */
import type { LexicalIndex } from './lexicalIndex.ts';

/** Memory that all indexes may hold together, in bytes. */
const DEFAULT_LIMIT_BYTES = 128 * 1024 * 1024;

/** Indexes by workspace, the least recently used dropped first. */
export interface IndexCache {
  /** The index of that version, or undefined where there is none (an older one is dropped). */
  get(workspaceId: string, version: string): LexicalIndex | undefined;
  set(workspaceId: string, version: string, index: LexicalIndex): void;
  /** Workspaces held. */
  readonly size: number;
}

/** An empty cache. @default limitBytes 128 MB */
export function createIndexCache(limitBytes = DEFAULT_LIMIT_BYTES): IndexCache {
  const held = new Map<string, { version: string; index: LexicalIndex }>();
  const total = (): number => [...held.values()].reduce((sum, entry) => sum + entry.index.bytes, 0);
  return {
    get size() {
      return held.size;
    },
    get(workspaceId, version) {
      const entry = held.get(workspaceId);
      if (!entry) return undefined;
      held.delete(workspaceId);
      if (entry.version !== version) return undefined;
      // Back at the end: most recently used.
      held.set(workspaceId, entry);
      return entry.index;
    },
    set(workspaceId, version, index) {
      held.delete(workspaceId);
      held.set(workspaceId, { version, index });
      for (const oldest of held.keys()) {
        if (total() <= limitBytes || oldest === workspaceId) break;
        held.delete(oldest);
      }
    },
  };
}

/** Owns what of a memory's text is shown to specialists and models: own text whole, text of others without what could lead out. */
import type { Trust } from './brandDocuments.ts';

/** Characters that one quote of a stranger may have. */
const UNTRUSTED_LIMIT = 1200;

/**
 * The text as it may be quoted. What the workspace does not own loses its addresses and images, which could carry data out
 * or lead people astray, and text of strangers is cut short.
 */
export function quotedText(text: string, trust: Trust): string {
  if (trust === 'OWNED') return text;
  const bare = text
    .replace(/!\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\b(?:https?|ftp|data|javascript):\S+|\bwww\.\S+/giu, '[address removed]');
  return trust === 'UNTRUSTED' ? bare.slice(0, UNTRUSTED_LIMIT) : bare;
}

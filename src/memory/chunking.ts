/** Owns the cutting of a document into pieces for search: along its headings, between 80 and 300 words, never inside a sentence if it can be helped. */
import type { Block, DocumentText } from './documentText.ts';

/** A piece of a document; `text` is exactly the stored text between the offsets. */
export interface Chunk {
  readonly position: number;
  /** Headings above it, outermost first, without marks. */
  readonly headingPath: readonly string[];
  /** Half-open UTF-16 offsets into the stored text. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Words of a piece at the most; a longer section is cut into even pieces. */
const MAX_WORDS = 300;

/**
 * Pieces of a document in order. A heading always ends a piece, also a short one: where it stands is worth more than its length.
 * Within a section, blocks are joined up to 300 words, in pieces of about the same size (so that none of a long section falls under 80).
 */
export function chunksOf(document: DocumentText): Chunk[] {
  const chunks: Chunk[] = [];
  for (const section of sectionsOf(document)) {
    for (const { start, end } of piecesOf(document.text, section.blocks)) {
      chunks.push({ position: chunks.length, headingPath: section.path, start, end, text: document.text.slice(start, end) });
    }
  }
  return chunks;
}

/** Number of words in a text, split at white space. */
export function wordCount(text: string): number {
  return text.match(/\S+/g)?.length ?? 0;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

function sectionsOf({ text, blocks }: DocumentText): { path: string[]; blocks: Block[] }[] {
  const sections: { path: string[]; blocks: Block[] }[] = [];
  const path: { depth: number; title: string }[] = [];
  let current: { path: string[]; blocks: Block[] } = { path: [], blocks: [] };
  for (const block of blocks) {
    if (block.kind === 'TEXT') {
      current.blocks.push(block);
      continue;
    }
    if (current.blocks.length > 0) sections.push(current);
    while ((path.at(-1)?.depth ?? 0) >= block.depth) path.pop();
    path.push({ depth: block.depth, title: headingText(text.slice(block.start, block.end)) });
    current = { path: path.map(({ title }) => title), blocks: [] };
  }
  if (current.blocks.length > 0) sections.push(current);
  return sections;
}

function headingText(raw: string): string {
  return (raw.split('\n')[0] ?? '').replace(/^#{1,6}\s*/, '').replace(/\s*#+\s*$/, '').replace(/[*_`]/g, '').trim();
}

function piecesOf(text: string, blocks: readonly Block[]): Range[] {
  const parts = blocks.flatMap((block) => (wordCount(text.slice(block.start, block.end)) > MAX_WORDS ? sentencesOf(text, block) : [block]));
  const total = parts.reduce((sum, part) => sum + wordCount(text.slice(part.start, part.end)), 0);
  const target = total / Math.ceil(total / MAX_WORDS);
  const pieces: { start: number; end: number; words: number }[] = [];
  for (const part of parts) {
    const words = wordCount(text.slice(part.start, part.end));
    const last = pieces.at(-1);
    // Up to the even share, or a little over it when that comes closer; never over the limit.
    if (last && last.words + words <= MAX_WORDS && last.words + words / 2 <= target) {
      last.end = part.end;
      last.words += words;
    } else pieces.push({ start: part.start, end: part.end, words });
  }
  return pieces;
}

/** Sentences of a long block; one without any end is cut after every 300 words. */
function sentencesOf(text: string, block: Range): Range[] {
  const found = text.slice(block.start, block.end);
  const ends = [...found.matchAll(/[.!?]["')\]]*(?=\s)|\n/g)].map((match) => match.index + match[0].length);
  const ranges: Range[] = [];
  let from = 0;
  for (const to of [...ends, found.length]) {
    for (const range of wordRuns(found, from, to)) ranges.push({ start: block.start + range.start, end: block.start + range.end });
    from = to;
  }
  return ranges;
}

function wordRuns(text: string, from: number, to: number): Range[] {
  const words = [...text.slice(from, to).matchAll(/\S+/g)];
  const runs: Range[] = [];
  for (let i = 0; i < words.length; i += MAX_WORDS) {
    const first = words[i];
    const last = words[Math.min(i + MAX_WORDS, words.length) - 1];
    if (first && last) runs.push({ start: from + first.index, end: from + last.index + last[0].length });
  }
  return runs;
}

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
/** Words that the pieces of a long section should have at the most, so that whole sentences fit under the limit. */
const AIMED_WORDS = 240;

/**
 * Pieces of a document in order. A heading always ends a piece, also a short one: where it stands is worth more than its length.
 * A section of up to 300 words is one piece; a longer one is cut between sentences into pieces of about the same size, which keeps
 * them above 80 words as long as its sentences are not longer than that.
 */
export function chunksOf(document: DocumentText): Chunk[] {
  const chunks: Chunk[] = [];
  for (const section of sectionsOf(document)) {
    for (const { start, end } of piecesOf(document.text, section.blocks)) {
      chunks.push({
        position: chunks.length,
        headingPath: section.path,
        start,
        end,
        text: document.text.slice(start, end),
      });
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
  return (raw.split('\n')[0] ?? '')
    .replace(/^#{1,6}\s*/, '')
    .replace(/\s*#+\s*$/, '')
    .replace(/[*_`]/g, '')
    .trim();
}

function piecesOf(text: string, blocks: readonly Block[]): Range[] {
  const words = (range: Range): number => wordCount(text.slice(range.start, range.end));
  const total = blocks.reduce((sum, block) => sum + words(block), 0);
  const count = total <= MAX_WORDS ? 1 : Math.ceil(total / AIMED_WORDS);
  const parts = count === 1 ? blocks : blocks.flatMap((block) => sentencesOf(text, block));
  const pieces: { start: number; end: number; words: number; share: number }[] = [];
  let before = 0;
  for (const part of parts) {
    const size = words(part);
    // A part belongs to the even share in which its middle falls.
    const share = Math.min(count - 1, Math.floor(((before + size / 2) * count) / total));
    before += size;
    const last = pieces.at(-1);
    if (last && last.share === share && last.words + size <= MAX_WORDS) {
      last.end = part.end;
      last.words += size;
    } else pieces.push({ start: part.start, end: part.end, words: size, share });
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
    for (const range of wordRuns(found, from, to))
      ranges.push({ start: block.start + range.start, end: block.start + range.end });
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

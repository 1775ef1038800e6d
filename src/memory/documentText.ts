/**
 * Owns how a file becomes the text that is stored: decoded, without scripts, hidden parts and invisible characters; and its blocks
 * with exact offsets into that text. What is shown nowhere to people must not reach a model.
 */
import { lexer } from 'marked';
import { HTMLElement, NodeType, parse, type Node } from 'node-html-parser';
import { AppError } from '../kernel/errors.ts';

/** Media types that brand material comes in. */
export const brandMediaTypes = ['text/markdown', 'text/html', 'text/plain'] as const;
export type BrandMediaType = (typeof brandMediaTypes)[number];

/** A heading, or a piece of running text (paragraph, list, table); half-open UTF-16 offsets into the stored text. */
export interface Block {
  readonly kind: 'HEADING' | 'TEXT';
  /** 1 to 6 for a heading, 0 for text. */
  readonly depth: number;
  readonly start: number;
  readonly end: number;
}

/** A document as it is stored, with its blocks in order. */
export interface DocumentText {
  readonly text: string;
  readonly blocks: readonly Block[];
}

/** Longest document in UTF-16 units; more is no brand book but a mistake. */
const TEXT_LIMIT = 2_000_000;
const DROPPED_ELEMENTS = new Set([
  'SCRIPT',
  'STYLE',
  'NOSCRIPT',
  'TEMPLATE',
  'IFRAME',
  'OBJECT',
  'EMBED',
  'SVG',
  'FORM',
  'BUTTON',
  'INPUT',
  'SELECT',
  'TEXTAREA',
  'HEAD',
  'NAV',
  'LINK',
  'META',
]);
const BLOCK_ELEMENTS = new Set([
  'P',
  'DIV',
  'SECTION',
  'ARTICLE',
  'MAIN',
  'HEADER',
  'FOOTER',
  'ASIDE',
  'UL',
  'OL',
  'LI',
  'TABLE',
  'TR',
  'BLOCKQUOTE',
  'PRE',
  'FIGURE',
  'FIGCAPTION',
  'DL',
  'DT',
  'DD',
  'BODY',
  'HTML',
  'HR',
  'DETAILS',
  'SUMMARY',
]);
const HIDDEN_STYLE =
  /display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?![.\d])|font-size\s*:\s*0(?![.\d])|(?:left|top|text-indent)\s*:\s*-\d{3,}/i;
/** Zero-width, direction and tag characters: they hide text from people and not from machines. */
const INVISIBLE = /[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u{e0000}-\u{e007f}]/gu;

/** Decodes UTF-8 bytes. @throws BAD_USER_INPUT naming the byte where it breaks */
export function decodeText(bytes: Uint8Array, source: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new AppError('BAD_USER_INPUT', `${source} is not UTF-8 text.`, {
      cause,
      hint: 'Save the file as UTF-8 (Markdown, plain text or HTML) and add it again.',
    });
  }
}

/** The media type of a file by its name. @throws BAD_USER_INPUT for a name of another kind */
export function mediaTypeOf(fileName: string): BrandMediaType {
  const ending = /\.([a-z]+)$/i.exec(fileName)?.[1]?.toLowerCase() ?? '';
  if (['md', 'markdown'].includes(ending)) return 'text/markdown';
  if (['html', 'htm'].includes(ending)) return 'text/html';
  if (['txt', 'text'].includes(ending)) return 'text/plain';
  throw new AppError('BAD_USER_INPUT', `"${fileName}" is no brand material that can be read.`, {
    hint: 'Use a .md, .txt or .html file.',
  });
}

/** Reads content into stored text and blocks. @throws BAD_USER_INPUT when it is empty or too long */
export function readDocument(content: string, mediaType: BrandMediaType, source: string): DocumentText {
  const clean = content.normalize('NFC').replace(/\r\n?/g, '\n').replace(INVISIBLE, '').replaceAll('\u0000', '');
  if (clean.length > TEXT_LIMIT) {
    throw new AppError('BAD_USER_INPUT', `${source} has ${clean.length} characters; ${TEXT_LIMIT} are allowed.`, {
      hint: 'Split it into several documents.',
    });
  }
  const document =
    mediaType === 'text/html'
      ? readHtml(clean)
      : mediaType === 'text/markdown'
        ? readMarkdown(clean)
        : readPlain(clean);
  if (!document.blocks.some((block) => block.kind === 'TEXT')) {
    throw new AppError('BAD_USER_INPUT', `${source} holds no text.`, {
      hint: 'Add a document with headings and paragraphs.',
    });
  }
  return document;
}

function readMarkdown(markdown: string): DocumentText {
  const text = markdown
    .replace(/<!--[\s\S]*?(?:-->|$)/g, '')
    .replace(/<(script|style|iframe|object|embed|template)\b[\s\S]*?(?:<\/\1\s*>|$)/gi, '');
  const blocks: Block[] = [];
  let at = 0;
  for (const token of lexer(text)) {
    // The lexer may even out white space; what it calls raw is looked up from where the last one ended.
    const start = text.startsWith(token.raw, at) ? at : Math.max(at, text.indexOf(token.raw.trim(), at));
    const end = Math.min(text.length, start + token.raw.length);
    at = end;
    if (token.type === 'space' || token.type === 'hr' || token.type === 'html' || token.type === 'def') continue;
    const isHeading = token.type === 'heading';
    blocks.push(
      trimmedBlock(text, {
        kind: isHeading ? 'HEADING' : 'TEXT',
        depth: isHeading ? Number(token['depth']) : 0,
        start,
        end,
      }),
    );
  }
  return { text, blocks: blocks.filter((block) => block.end > block.start) };
}

function readPlain(text: string): DocumentText {
  const blocks = [...text.matchAll(/[^\n]+(?:\n(?!\s*\n)[^\n]+)*/g)].map((match) =>
    trimmedBlock(text, { kind: 'TEXT', depth: 0, start: match.index, end: match.index + match[0].length }),
  );
  return { text, blocks: blocks.filter((block) => block.end > block.start) };
}

function readHtml(html: string): DocumentText {
  const writer = { text: '', blocks: [] as Block[], open: -1 };
  writeNode(parse(html, { comment: false, blockTextElements: { script: false, style: false } }), writer);
  closeBlock(writer);
  return { text: writer.text, blocks: writer.blocks };
}

interface HtmlWriter {
  text: string;
  blocks: Block[];
  /** Where the block that is being written began; -1 without one. */
  open: number;
}

function writeNode(node: Node, writer: HtmlWriter): void {
  if (node.nodeType === NodeType.TEXT_NODE) {
    const words = node.text.replace(/\s+/g, ' ');
    if (words.trim() === '') return;
    if (writer.open < 0) {
      if (writer.text !== '') writer.text += '\n\n';
      writer.open = writer.text.length;
    }
    writer.text += writer.text.length === writer.open || /\s$/.test(writer.text) ? words.trimStart() : words;
    return;
  }
  if (!(node instanceof HTMLElement)) return;
  const name = node.tagName ?? '';
  if (DROPPED_ELEMENTS.has(name) || isHidden(node)) return;
  const heading = /^H([1-6])$/.exec(name);
  if (heading) {
    closeBlock(writer);
    for (const child of node.childNodes) writeNode(child, writer);
    closeBlock(writer, Number(heading[1]));
  } else if (name === 'TABLE') writeTable(node, writer);
  else writeElement(node, name, writer);
}

function writeElement(node: HTMLElement, name: string, writer: HtmlWriter): void {
  const ownBlock = BLOCK_ELEMENTS.has(name);
  if (ownBlock) closeBlock(writer);
  if (name === 'BR' && writer.open >= 0) writer.text += '\n';
  const mark = name === 'LI' ? '- ' : '';
  const before = writer.text.length;
  for (const child of node.childNodes) writeNode(child, writer);
  if (mark !== '' && writer.open >= before)
    writer.text = writer.text.slice(0, writer.open) + mark + writer.text.slice(writer.open);
  if (ownBlock) closeBlock(writer);
}

/** Tables become rows with bars, as in Markdown, so that claims can be read from either. */
function writeTable(table: HTMLElement, writer: HtmlWriter): void {
  closeBlock(writer);
  const rows = table
    .querySelectorAll('tr')
    .filter((row) => !isHidden(row))
    .map((row) =>
      row
        .querySelectorAll('th, td')
        .filter((cell) => !isHidden(cell))
        .map((cell) => cell.text.replace(/\s+/g, ' ').replaceAll('|', '/').trim()),
    );
  const lines = rows.filter((row) => row.length > 0).map((row) => `| ${row.join(' | ')} |`);
  if (lines.length === 0) return;
  if (writer.text !== '') writer.text += '\n\n';
  const start = writer.text.length;
  writer.text += lines.join('\n');
  writer.blocks.push({ kind: 'TEXT', depth: 0, start, end: writer.text.length });
}

function closeBlock(writer: HtmlWriter, depth = 0): void {
  if (writer.open < 0) return;
  writer.text = writer.text.trimEnd();
  if (writer.text.length > writer.open)
    writer.blocks.push({ kind: depth > 0 ? 'HEADING' : 'TEXT', depth, start: writer.open, end: writer.text.length });
  writer.open = -1;
}

function isHidden(element: HTMLElement): boolean {
  const { attributes } = element;
  return 'hidden' in attributes || attributes['aria-hidden'] === 'true' || HIDDEN_STYLE.test(attributes['style'] ?? '');
}

function trimmedBlock(text: string, block: Block): Block {
  const found = text.slice(block.start, block.end);
  const start = block.start + (found.length - found.trimStart().length);
  return { ...block, start, end: start + found.trim().length };
}

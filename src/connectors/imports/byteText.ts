/** Owns the way from bytes to text: encodings, files that are no text, broken bytes and endless lines. Knows nothing of columns. */
import { AppError } from '../../kernel/errors.ts';

/** Opens the same bytes from the start each time it is called; a plan and a load each read the file once. */
export type ByteSource = () => AsyncIterable<Uint8Array>;

export type TextEncodingName = 'utf-8' | 'utf-16le' | 'utf-16be';

/** Bytes that one line may have: far above any export, far below what a buffer should hold. */
export const MAX_LINE_BYTES = 1024 * 1024;

const SLICE_BYTES = 64 * 1024;
const PROBE_BYTES = 512;
const LINE_FEED = 10;

/** First bytes of files that people take for CSV, and what to do with them. */
const FOREIGN_FILES: readonly { readonly bytes: readonly number[]; readonly what: string; readonly mend: string }[] = [
  {
    bytes: [0x50, 0x4b],
    what: 'an Excel workbook or a zip archive (it begins with "PK")',
    mend: 'Open it and save as CSV (UTF-8), or unpack the archive, and import that file.',
  },
  { bytes: [0xd0, 0xcf, 0x11, 0xe0], what: 'an old Excel workbook', mend: 'Open it and save as CSV (UTF-8).' },
  { bytes: [0x1f, 0x8b], what: 'a gzip archive', mend: 'Unpack it and import the CSV inside.' },
  { bytes: [0x25, 0x50, 0x44, 0x46], what: 'a PDF', mend: 'Export the report as CSV instead.' },
];

/** What is told about the bytes while they stream. */
export interface ByteWatcher {
  /** Called with each slice of raw bytes, in order. */
  bytes?(slice: Uint8Array): void;
  /** Called once, before the first text. */
  encoding?(name: TextEncodingName): void;
}

/**
 * Streams the text of a file without its byte order mark, in pieces of at most 64 KiB of bytes.
 * @throws BAD_USER_INPUT for an empty file, a file that is no text, broken bytes (line and byte named), or a line over 1 MiB
 */
export async function* decodeText(source: ByteSource, watcher: ByteWatcher = {}): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  let encoding: TextEncodingName = 'utf-8';
  const lines = new LineGuard();
  let blank = true;
  for await (const slice of slices(source())) {
    watcher.bytes?.(slice);
    if (!decoder) {
      encoding = detectEncoding(slice);
      decoder = new TextDecoder(encoding, { fatal: true });
      watcher.encoding?.(encoding);
    }
    const text = decodeSlice(decoder, slice, { encoding, lines });
    lines.pass(slice);
    if (blank && /\S/.test(text)) blank = false;
    if (text !== '') yield text;
  }
  if (blank)
    throw new AppError('BAD_USER_INPUT', 'The file is empty.', {
      hint: 'Export it again and check that the chosen dates have rows.',
    });
  finish(decoder, encoding, lines);
}

/** Tells the encoding from the byte order mark, else from where the zero bytes stand. @throws BAD_USER_INPUT for a file that is no text */
export function detectEncoding(first: Uint8Array): TextEncodingName {
  for (const foreign of FOREIGN_FILES) {
    if (foreign.bytes.every((byte, at) => first[at] === byte)) {
      throw new AppError('BAD_USER_INPUT', `The file is ${foreign.what}, not CSV text.`, { hint: foreign.mend });
    }
  }
  if (first[0] === 0xff && first[1] === 0xfe) return 'utf-16le';
  if (first[0] === 0xfe && first[1] === 0xff) return 'utf-16be';
  const probe = first.subarray(0, PROBE_BYTES);
  let even = 0;
  let odd = 0;
  probe.forEach((byte, at) => {
    if (byte !== 0) return;
    if (at % 2 === 0) even += 1;
    else odd += 1;
  });
  if (odd > probe.length / 4 && even === 0) return 'utf-16le';
  if (even > probe.length / 4 && odd === 0) return 'utf-16be';
  return 'utf-8';
}

/** Cuts chunks of any size into slices of at most 64 KiB; the first has at least the bytes that tell the encoding, where the file has them. */
async function* slices(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let head: Uint8Array | undefined = new Uint8Array(0);
  for await (const chunk of chunks) {
    let rest = chunk;
    if (head) {
      rest = Buffer.concat([head, chunk]);
      head = rest.length < PROBE_BYTES ? rest : undefined;
      if (head) continue;
    }
    for (let at = 0; at < rest.length; at += SLICE_BYTES) yield rest.subarray(at, at + SLICE_BYTES);
  }
  if (head && head.length > 0) yield head;
}

function decodeSlice(
  decoder: TextDecoder,
  slice: Uint8Array,
  at: { encoding: TextEncodingName; lines: LineGuard },
): string {
  try {
    return decoder.decode(slice, { stream: true });
  } catch (cause) {
    if (at.encoding !== 'utf-8') throw brokenText({ at, line: at.lines.line, byte: at.lines.byteInLine, cause });
    const joined = Buffer.concat([at.lines.openCharacter, slice]);
    const bad = firstBadByte(joined);
    const before = joined.subarray(at.lines.openCharacter.length, bad);
    const feed = before.lastIndexOf(LINE_FEED);
    const line = at.lines.line + countOf(before, LINE_FEED);
    const byte = feed < 0 ? at.lines.byteInLine + before.length : before.length - feed - 1;
    throw brokenText({ at, line, byte, cause, found: joined[bad] });
  }
}

function finish(decoder: TextDecoder | undefined, encoding: TextEncodingName, lines: LineGuard): void {
  try {
    decoder?.decode();
  } catch (cause) {
    throw brokenText({ at: { encoding }, line: lines.line, byte: lines.byteInLine, cause });
  }
}

function brokenText(bad: {
  at: { encoding: TextEncodingName };
  line: number;
  byte: number;
  cause: unknown;
  found?: number | undefined;
}): AppError {
  const value =
    bad.found === undefined
      ? 'a character that is cut off'
      : `byte 0x${bad.found.toString(16).padStart(2, '0').toUpperCase()}`;
  return new AppError(
    'BAD_USER_INPUT',
    `Line ${bad.line}, byte ${bad.byte + 1}: found ${value}, which is no ${bad.at.encoding.toUpperCase()}.`,
    {
      cause: bad.cause,
      hint: 'Save the file as "CSV UTF-8" (not "CSV" of an older Excel, which writes Windows-1252) and import it again.',
    },
  );
}

/** Index of the first byte that no valid UTF-8 holds there: the shortest prefix that a strict decoder refuses ends on it. */
function firstBadByte(bytes: Uint8Array): number {
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (decodes(bytes.subarray(0, middle))) good = middle;
    else bad = middle;
  }
  return bad - 1;
}

function decodes(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

function countOf(bytes: Uint8Array, value: number): number {
  let count = 0;
  for (let at = bytes.indexOf(value); at >= 0; at = bytes.indexOf(value, at + 1)) count += 1;
  return count;
}

/** Follows line and byte numbers, and refuses a line that never ends before more than its limit is held anywhere. */
class LineGuard {
  line = 1;
  byteInLine = 0;
  /** Bytes of a character that the last slice left open. */
  openCharacter: Uint8Array = new Uint8Array(0);

  pass(slice: Uint8Array): void {
    const feeds = countOf(slice, LINE_FEED);
    const firstEnd = Math.max(slice.indexOf(LINE_FEED), slice.indexOf(13));
    const longest = this.byteInLine + (firstEnd < 0 ? slice.length : firstEnd);
    if (longest > MAX_LINE_BYTES) {
      throw new AppError('BAD_USER_INPUT', `Line ${this.line} is longer than ${MAX_LINE_BYTES} bytes.`, {
        hint: 'An export has one row a line: check that this is the CSV export and not a dump or a database file.',
      });
    }
    this.line += feeds;
    const lastEnd = Math.max(slice.lastIndexOf(LINE_FEED), slice.lastIndexOf(13));
    this.byteInLine = lastEnd < 0 ? this.byteInLine + slice.length : slice.length - lastEnd - 1;
    this.openCharacter = openTail(slice);
  }
}

/** The bytes at the end that begin a UTF-8 character and do not finish it. */
function openTail(slice: Uint8Array): Uint8Array {
  for (let back = 1; back <= Math.min(3, slice.length); back += 1) {
    const byte = slice[slice.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? slice.slice(slice.length - back) : new Uint8Array(0);
  }
  return new Uint8Array(0);
}

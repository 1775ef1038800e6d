/** Owns the way from text to rows of cells with their line numbers. Knows nothing of what the columns mean. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { CsvError, parse, type Options } from 'csv-parse';
import { parse as parseSync } from 'csv-parse/sync';
import { AppError } from '../../kernel/errors.ts';
import { decodeText, MAX_LINE_BYTES, type ByteSource, type TextEncodingName } from './byteText.ts';

/** One row: the line it starts on (1 is the first of the file) and its cells as text. */
export interface TableRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Signs that part cells; the first three are what the tools write. */
export const DELIMITERS = [',', ';', '\t', '|'] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** The beginning of a file: enough to find its header. */
export interface TableHead {
  readonly encoding: TextEncodingName;
  readonly text: string;
}

/** What the reader tells while it reads. */
export interface TableProgress {
  bytes(count: number): void;
}

const HEAD_CHARACTERS = 64 * 1024;
const BATCH_ROWS = 1000;

interface InfoRecord {
  readonly record: string[];
  readonly info: { readonly lines: number };
}

/** Reads whole lines from the start of a file, about 64 KiB of them. @throws BAD_USER_INPUT as `decodeText` */
export async function readHead(source: ByteSource): Promise<TableHead> {
  let encoding: TextEncodingName = 'utf-8';
  let text = '';
  let whole = true;
  for await (const piece of decodeText(source, { encoding: (name) => void (encoding = name) })) {
    text += piece;
    if (text.length >= HEAD_CHARACTERS) {
      whole = false;
      break;
    }
  }
  const end = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r'));
  return { encoding, text: whole || end < 0 ? text : text.slice(0, end + 1) };
}

/** Rows of a piece of text under one delimiter; a quote left open at the end is forgiven, since the piece may be cut. */
export function rowsOf(text: string, delimiter: Delimiter): TableRow[] {
  const rows: TableRow[] = [];
  let before = 0;
  try {
    parseSync(text, {
      ...parserOptions(delimiter),
      on_record: (item: unknown) => {
        const { record, info } = item as InfoRecord;
        rows.push({ line: before + 1, cells: record });
        before = info.lines;
        return null;
      },
    });
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
  }
  return rows;
}

/**
 * Streams all rows in batches of 1,000; `digest` of the returned object is set once the last row was read.
 * @throws BAD_USER_INPUT as `decodeText`, and for a quote that never closes
 */
export function openTable(
  source: ByteSource,
  delimiter: Delimiter,
  progress?: TableProgress,
): { rows: AsyncGenerator<TableRow[]>; digest(): string } {
  const hash = createHash('sha256');
  let hex: string | undefined;
  const watch = (slice: Uint8Array): void => {
    hash.update(slice);
    progress?.bytes(slice.length);
  };
  const digest = (): string => (hex ??= hash.digest('hex'));
  return { rows: streamRows(source, delimiter, watch), digest };
}

async function* streamRows(
  source: ByteSource,
  delimiter: Delimiter,
  watch: (slice: Uint8Array) => void,
): AsyncGenerator<TableRow[]> {
  const text = Readable.from(decodeText(source, { bytes: watch }), { highWaterMark: 1 });
  const parser = parse(parserOptions(delimiter));
  text.on('error', (error) => parser.destroy(error));
  text.pipe(parser);
  let before = 0;
  let batch: TableRow[] = [];
  try {
    for await (const item of parser as AsyncIterable<InfoRecord>) {
      batch.push({ line: before + 1, cells: item.record });
      before = item.info.lines;
      if (batch.length < BATCH_ROWS) continue;
      yield batch;
      batch = [];
    }
  } catch (cause) {
    throw cause instanceof CsvError ? brokenTable(cause, before + 1) : cause;
  } finally {
    text.destroy();
  }
  if (batch.length > 0) yield batch;
}

function parserOptions(delimiter: Delimiter): Options {
  return { delimiter, info: true, relax_column_count: true, relax_quotes: true, max_record_size: MAX_LINE_BYTES };
}

function brokenTable(cause: CsvError, line: number): AppError {
  return new AppError('BAD_USER_INPUT', `Line ${line}: a quote (") opens a cell here and never closes.`, {
    cause,
    hint: 'Double each quote inside a quoted cell (""), or remove it.',
  });
}

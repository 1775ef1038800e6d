/** Owns what commands print: answers on standard output, everything else on standard error; colours and bars only on a terminal. */
import { SingleBar } from 'cli-progress';
import { AppError, toError } from '../kernel/errors.ts';
import { paint, printed, printedJson, visibleLine } from './paint.ts';

/** Exit codes of every command. */
export const EXIT = { DONE: 0, FAILED: 1, BAD_INPUT: 2 } as const;

/** Codes of errors that are the user's to mend. */
const INPUT_CODES = new Set([
  'BAD_USER_INPUT',
  'NOT_FOUND',
  'CONFLICT',
  'FORBIDDEN',
  'UNAUTHENTICATED',
  'CONFIG_INVALID',
  'GRAIN_TOO_FINE',
  'DATA_DIR_UNWRITABLE',
]);

/** How one command prints. */
export interface Terminal {
  readonly json: boolean;
  /** Prints the one JSON document in JSON mode, else the text for people. */
  answer(document: unknown, text: string): void;
  /** One line of JSON Lines in JSON mode, else a line for people. */
  line(document: unknown, text: string): void;
  /** What was refused and why: on standard error for people, as the one document in JSON mode. */
  refuse(errors: readonly { readonly code: string; readonly message: string }[]): void;
  /** A note for people, on standard error; silent in JSON mode and where standard error is no terminal. */
  note(text: string): void;
  /** A bar on standard error; silent where it is no terminal. */
  bar(title: string, total: number): { at(value: number): void; stop(): void };
}

/** Lets a command end in its own way when whoever reads it has had enough, as `head` has: the rest is printed to nobody. */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.off('error', ignoreGoneReader).on('error', ignoreGoneReader);
}

function ignoreGoneReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

/** Prints a line or more for people on standard error. */
export function tell(text: string): void {
  process.stderr.write(`${printed(text, process.stderr)}\n`);
}

function print(text: string): void {
  process.stdout.write(`${printed(text, process.stdout)}\n`);
}

function printJson(document: unknown, indent: number): void {
  process.stdout.write(`${printedJson(document, indent)}\n`);
}

/** A terminal for a command; `json` comes from its option. */
export function openTerminal(json: boolean): Terminal {
  const tells = process.stderr.isTTY && !json;
  return {
    json,
    answer: (document, text) => (json ? printJson(document, 2) : print(text)),
    line: (document, text) => (json ? printJson(document, 0) : print(text)),
    refuse: (errors) =>
      json
        ? printJson({ ok: false, errors }, 2)
        : tell(errors.map(({ code, message }) => `${code}: ${message}`).join('\n')),
    note: (text) => void (tells && tell(text)),
    bar: (title, total) => {
      if (!tells) return { at: () => undefined, stop: () => undefined };
      const bar = new SingleBar({
        format: `${title} {bar} {percentage}% {eta_formatted}`,
        hideCursor: true,
        clearOnComplete: true,
        stream: process.stderr,
      });
      bar.start(Math.max(1, total), 0);
      return { at: (value) => bar.update(value), stop: () => bar.stop() };
    },
  };
}

/** Prints an error for people and gives the exit code; a stack only with LOG_LEVEL=debug, through the log. */
export function reportError(thrown: unknown): number {
  const error = toError(thrown);
  tell(`${paint('red', 'baton:')} ${error.message}`);
  if (error instanceof AppError) {
    if (error.hint !== undefined) tell(paint('dim', error.hint));
    return INPUT_CODES.has(error.code) ? EXIT.BAD_INPUT : EXIT.FAILED;
  }
  tell(paint('dim', error.stack ?? ''));
  return EXIT.FAILED;
}

/** Text columns under headings, as wide as their widest cell; numbers to the right. */
export function table(headings: readonly string[], given: readonly (readonly string[])[]): string {
  const rows = given.map((row) => row.map(visibleLine));
  const widths = headings.map((heading, i) => Math.max(heading.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const numeric = headings.map((_, i) => rows.length > 0 && rows.every((row) => /^[-–]?[\d,. %]*$/.test(row[i] ?? '')));
  const cell = (text: string, i: number): string =>
    numeric[i] ? text.padStart(widths[i] ?? 0) : text.padEnd(widths[i] ?? 0);
  const format = (row: readonly string[]): string => row.map(cell).join('  ').trimEnd();
  return [paint('bold', format(headings)), ...rows.map(format)].join('\n');
}

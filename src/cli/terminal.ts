/** Owns what commands print: answers on standard output, everything else on standard error; colours and bars only on a terminal. */
import { SingleBar } from 'cli-progress';
import { styleText } from 'node:util';
import { AppError, toError } from '../kernel/errors.ts';

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
]);

/** How one command prints. */
export interface Terminal {
  readonly json: boolean;
  /** Prints the one JSON document in JSON mode, else the text for people. */
  answer(document: unknown, text: string): void;
  /** One line of JSON Lines in JSON mode, else a line for people. */
  line(document: unknown, text: string): void;
  /** A note for people, on standard error; silent in JSON mode and where standard error is no terminal. */
  note(text: string): void;
  /** A bar on standard error; silent where it is no terminal. */
  bar(title: string, total: number): { at(value: number): void; stop(): void };
}

/** A terminal for a command; `json` comes from its option. */
export function openTerminal(json: boolean): Terminal {
  const tells = process.stderr.isTTY && !json;
  const print = (text: string): void => void process.stdout.write(`${text}\n`);
  return {
    json,
    answer: (document, text) => print(json ? JSON.stringify(document, jsonSafe, 2) : text),
    line: (document, text) => print(json ? JSON.stringify(document, jsonSafe) : text),
    note: (text) => void (tells && process.stderr.write(`${text}\n`)),
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
  process.stderr.write(`${styleText('red', 'baton:')} ${error.message}\n`);
  if (error instanceof AppError) {
    if (error.hint !== undefined) process.stderr.write(`${styleText('dim', error.hint)}\n`);
    return INPUT_CODES.has(error.code) ? EXIT.BAD_INPUT : EXIT.FAILED;
  }
  process.stderr.write(`${styleText('dim', error.stack ?? '')}\n`);
  return EXIT.FAILED;
}

/** Text columns under headings, as wide as their widest cell; numbers to the right. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, i) => Math.max(heading.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const numeric = headings.map((_, i) => rows.length > 0 && rows.every((row) => /^[-–]?[\d,. %]*$/.test(row[i] ?? '')));
  const cell = (text: string, i: number): string =>
    numeric[i] ? text.padStart(widths[i] ?? 0) : text.padEnd(widths[i] ?? 0);
  const format = (row: readonly string[]): string => row.map(cell).join('  ').trimEnd();
  return [styleText('bold', format(headings)), ...rows.map(format)].join('\n');
}

function jsonSafe(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

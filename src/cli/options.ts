/** Owns the options that several commands share, and opening a workspace with them. */
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { AppError, toError } from '../kernel/errors.ts';
import { isId } from '../kernel/ids.ts';
import type { Caller } from '../useCases/callers.ts';
import type { Services } from '../useCases/services.ts';
import type { WorkspaceClue } from '../useCases/workspaces.ts';
import type { Runtime } from './runtime.ts';
import { openTerminal, type Terminal } from './terminal.ts';

/** Sets a command's exit code where it is neither 0 nor an error. */
export type ExitWith = (code: number) => void;

/** A group of commands adds itself to the program. */
export type Register = (root: Command, runtime: Runtime, exitWith: ExitWith) => void;

/** Options of every command that opens the database. */
export interface PlaceOptions {
  readonly workspace?: string;
  readonly dataDir?: string;
  readonly as?: string;
  readonly json?: boolean;
}

/** Adds --json, or what it gives where that is not one document. */
export function withJson(command: Command, gives = 'one JSON document'): Command {
  return command.option('--json', `${gives} on standard output and nothing else there`);
}

/** Adds the options of a command that opens the database; `writes` adds --as. */
export function withPlace(command: Command, writes: boolean, gives?: string): Command {
  withJson(command, gives)
    .option('--data-dir <DIR>', 'data folder (default: $DATA_DIR or .baton)')
    .option('--workspace <NAME>', 'workspace (default: the only one, or the one that the id or --as names)');
  return writes ? command.option('--as <EMAIL>', 'who acts (default: the only admin)') : command;
}

/** Adds an example to a command's help. */
export function withExample(command: Command, ...lines: string[]): Command {
  return command.addHelpText('after', `\nExample:\n${lines.map((line) => `  ${line}`).join('\n')}`);
}

/** What a command in a workspace works with. */
export interface InWorkspace {
  readonly services: Services;
  readonly caller: Caller;
  /** What a command that is printed needs to mean this workspace: ` --workspace NAME` where the folder has several, else empty. */
  readonly naming: string;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** Opens the place and runs the work in the workspace that the options name, or that holds what the command is about. */
export function inWorkspace<T>(
  runtime: Runtime,
  options: PlaceOptions,
  work: (at: InWorkspace) => Promise<T>,
  { of, ...needs }: { worker?: boolean; of?: WorkspaceClue['holds'] } = {},
): Promise<T> {
  const terminal = openTerminal(options.json ?? false);
  return runtime.withServices({ dataDir: options.dataDir, existing: true, ...needs }, async (services, signal) => {
    const { callerAs, findWorkspace } = await import('../useCases/workspaces.ts');
    const workspace = await findWorkspace(services, options.workspace, { holds: of, email: options.as });
    const caller = await callerAs(services, workspace.id, options.as);
    return work({ services, caller, naming: namingOf(workspace), terminal, signal });
  });
}

/** What a printed command needs to mean a workspace. */
export function namingOf({ name, named }: { readonly name: string; readonly named: boolean }): string {
  return named ? ` --workspace ${name}` : '';
}

/** Checks an id argument before anything is opened. @throws BAD_USER_INPUT naming the command that lists such ids */
export function idArgument(text: string, lists: string): string {
  if (isId(text)) return text;
  throw new AppError('BAD_USER_INPUT', `"${text}" is not an id; \`baton ${lists}\` shows them.`);
}

/** Opens a file of lines, or standard input for `-`. @throws BAD_USER_INPUT when it cannot be read */
export async function openLines(file: string): Promise<AsyncIterable<string>> {
  if (file === '-') return createInterface({ input: process.stdin });
  const handle = await open(file).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  if ((await handle.stat()).isDirectory()) {
    await handle.close();
    throw new AppError('BAD_USER_INPUT', `${file} is a folder; one file is expected.`);
  }
  return handle.readLines();
}

/** What is said of a file that cannot be read. */
export function unreadable(file: string, error: unknown): AppError {
  const { code, message } = toError(error) as NodeJS.ErrnoException;
  const why = code === 'ENOENT' ? 'there is no such file' : code === 'EACCES' ? 'this user may not read it' : message;
  return new AppError('BAD_USER_INPUT', `${file} cannot be read: ${why}.`, { cause: error });
}

/** Collects an option that may be given several times. */
export function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}

/** Splits `NAME=VALUE`. @throws BAD_USER_INPUT naming the option when the sign is missing */
export function pair(option: string, text: string): [string, string] {
  const at = text.lastIndexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new AppError('BAD_USER_INPUT', `${option} is "${text}"; expected NAME=VALUE.`);
}

/** Parses a number option. @throws BAD_USER_INPUT naming the option */
export function numberOption(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new AppError('BAD_USER_INPUT', `${option} is "${text}"; expected a number.`);
}

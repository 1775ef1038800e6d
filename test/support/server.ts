/** Owns a real server for tests: the program as users start it, on a folder of its own and a free port, and ways to talk to it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const launcher = join(root, 'src/cli/baton.mjs');
/** Milliseconds in which a server must be ready on a busy machine. */
const READY_MS = 60_000;

/** What a command printed and how it ended. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A GraphQL answer. */
export interface GraphqlAnswer<T> {
  readonly status: number;
  readonly data: T | null | undefined;
  readonly errors: { message: string; extensions: { code: string; [key: string]: unknown } }[] | undefined;
  readonly extensions: Record<string, unknown> | undefined;
}

/** A server that runs. */
export interface TestServer {
  readonly url: string;
  readonly dataDir: string;
  /** Token of the person who starts runs. */
  readonly token: string;
  readonly process: ChildProcess;
  /** A token for a member of the demo, by the part before the at sign. */
  tokenOf(name: string): Promise<string>;
  graphql<T = Record<string, never>>(
    query: string,
    variables?: Record<string, unknown>,
    token?: string | null,
  ): Promise<GraphqlAnswer<T>>;
  /** Runs a document of schema/operations. */
  operation<T = Record<string, never>>(
    name: string,
    variables?: Record<string, unknown>,
    token?: string,
  ): Promise<GraphqlAnswer<T>>;
  /** Runs a command beside the server, on its folder. */
  command(...args: string[]): Promise<CommandResult>;
  stop(): Promise<void>;
}

/** Runs one command to its end; with `readerGone` nobody reads its answer. */
export async function runCommand(
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string; input?: string; readerGone?: boolean } = {},
): Promise<CommandResult> {
  const child = spawn(process.execPath, [launcher, ...args], {
    cwd: options.cwd ?? root,
    env: { ...process.env, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
  if (options.readerGone) child.stdout.destroy();
  child.stdin.end(options.input ?? '');
  const [code] = (await once(child, 'close')) as [number | null];
  return { code: code ?? -1, ...output };
}

/** Starts a server on a folder (a new temporary one by default) and waits until it is ready. */
export async function startServer(options: { dataDir?: string; env?: NodeJS.ProcessEnv } = {}): Promise<TestServer> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'baton-server-')));
  const child = spawn(process.execPath, [launcher, 'start', '--json', '--port', '0', '--data-dir', dataDir], {
    cwd: root,
    env: { ...process.env, ...options.env },
  });
  const { url, token } = await readWelcome(child);
  const call = async <T>(
    query: string,
    variables: Record<string, unknown> = {},
    as: string | null = token,
  ): Promise<GraphqlAnswer<T>> => {
    const headers = {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json',
      ...(as === null ? {} : { authorization: `Bearer ${as}` }),
    };
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query, variables }),
    });
    return { status: response.status, ...((await response.json()) as Omit<GraphqlAnswer<T>, 'status'>) };
  };
  const tokens = new Map<string, Promise<string>>();
  const issue = async (name: string): Promise<string> => {
    const as = `${name}@demo.example`;
    const made = await runCommand(['token', '--as', as, '--data-dir', dataDir, '--workspace', 'demo']);
    return made.stdout.trim();
  };
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
  };
  return {
    url,
    dataDir,
    token,
    process: child,
    tokenOf: (name) => {
      const asked = tokens.get(name) ?? issue(name);
      tokens.set(name, asked);
      return asked;
    },
    graphql: call,
    operation: async (name, variables, as) =>
      call(await readFile(join(root, `schema/operations/${name}.graphql`), 'utf8'), variables, as),
    command: (...args) => runCommand([...args, '--data-dir', dataDir]),
    stop: () => (stopping ??= stop()),
  };
}

/** One server for all tests of a file. */
export function useServer(): () => TestServer {
  let server: TestServer | undefined;
  beforeAll(async () => {
    server = await startServer();
  }, READY_MS);
  afterAll(() => server?.stop());
  return () => {
    if (!server) throw new Error('The server runs only while tests do.');
    return server;
  };
}

async function readWelcome(child: ChildProcess): Promise<{ url: string; token: string }> {
  let text = '';
  let errors = '';
  const ready = Promise.withResolvers<{ url: string; token: string }>();
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    if (text.endsWith('\n}\n')) ready.resolve(JSON.parse(text) as { url: string; token: string });
  });
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  child.once('exit', (code) => ready.reject(new Error(`The server ended with ${code}: ${errors}`)));
  const late = setTimeout(
    () => ready.reject(new Error(`The server was not ready in ${READY_MS} ms: ${errors}`)),
    READY_MS,
  );
  try {
    return await ready.promise;
  } finally {
    clearTimeout(late);
  }
}

/** Owns a real server for benchmarks: the program as users start it, on a temporary folder, and what it takes of the machine. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const launcher = resolve(import.meta.dirname, '../../src/cli/baton.mjs');

/** A server that is measured. */
export interface Serving extends AsyncDisposable {
  readonly url: string;
  readonly token: string;
  readonly dataDir: string;
  /** Milliseconds from the start of the process to the line that says ready. */
  readonly readyMs: number;
  graphql<T>(query: string, variables?: Record<string, unknown>, token?: string): Promise<T>;
  /** Runs a command beside the server; gives standard output and how long it took. */
  command(...args: string[]): Promise<{ stdout: string; ms: number }>;
  /** Resident memory of the server, of commands that run beside it, and of all processes below them, in MB. */
  memoryMb(): Promise<number>;
  stop(): Promise<void>;
}

/** Processes that were started and have not ended. */
const running = new Set<ChildProcess>();

/** Ends every process that a benchmark started; the benchmark then fails, and takes its folders away as it goes. */
export function stopProcesses(): void {
  for (const child of running) child.kill('SIGTERM');
}

/** A folder that is removed after the work. */
export async function inTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Starts a server on a folder and waits until it is ready. */
export async function serve(dataDir: string): Promise<Serving> {
  const began = performance.now();
  const child = spawn(process.execPath, [launcher, 'start', '--json', '--port', '0', '--data-dir', dataDir], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  track(child);
  const { url, token } = await welcome(child);
  const readyMs = performance.now() - began;
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  return {
    url,
    token,
    dataDir,
    readyMs,
    stop,
    [Symbol.asyncDispose]: stop,
    memoryMb: () => treeMemoryMb(new Set([...running].map(({ pid }) => pid ?? 0))),
    command: (...args) => runCommand([...args, '--data-dir', dataDir]),
    graphql: async <T>(query: string, variables: Record<string, unknown> = {}, as: string = token): Promise<T> => {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${as}` },
        body: JSON.stringify({ query, variables }),
      });
      const { data, errors } = (await response.json()) as { data?: T; errors?: { message: string }[] };
      if (errors || !data) throw new Error(errors?.map((error) => error.message).join('; ') ?? 'no data');
      return data;
    },
  };
}

/** Milliseconds that each of `n` calls took, one after the other. */
export async function timed(n: number, call: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < n; i += 1) {
    const began = performance.now();
    await call();
    times.push(performance.now() - began);
  }
  return times;
}

async function runCommand(args: readonly string[]): Promise<{ stdout: string; ms: number }> {
  const began = performance.now();
  const child = spawn(process.execPath, [launcher, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  track(child);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`baton ${args.join(' ')} ended with ${code}: ${stderr}`);
  return { stdout, ms: performance.now() - began };
}

function track(child: ChildProcess): void {
  running.add(child);
  child.once('exit', () => running.delete(child));
}

async function welcome(child: ChildProcess): Promise<{ url: string; token: string }> {
  let text = '';
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk);
    if (text.endsWith('\n}\n')) return JSON.parse(text) as { url: string; token: string };
  }
  throw new Error('The server ended before it was ready.');
}

/** Linux only: sums what the kernel tells of each process in the tree. */
async function treeMemoryMb(roots: ReadonlySet<number>): Promise<number> {
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const parent = /\) \S (\d+)/.exec(stat)?.[1];
    if (parent) parents.set(Number(name), Number(parent));
  }
  const belongs = (pid: number): boolean => roots.has(pid) || (parents.has(pid) && belongs(parents.get(pid) ?? 0));
  let total = 0;
  for (const pid of parents.keys()) {
    if (!belongs(pid)) continue;
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    total += Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  }
  return total;
}

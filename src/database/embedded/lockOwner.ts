/** Owns telling whether the process that a lock names still lives: by machine, boot, process id and start, never by its silence. */
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { hostname, platform } from 'node:os';
import { promisify } from 'node:util';
import { z } from 'zod';
import { newId } from '../../kernel/ids.ts';

/** Fields of `/proc/<pid>/stat` after the name, which may hold blanks: state is field 3 of the whole, start field 22. */
const STATE_FIELD = 0;
const START_FIELD = 19;
const PS_LIMIT_MS = 5_000;

const run = promisify(execFile);

/** What a lock says of the process that wrote it. */
export const lockOwnerShape = z.object({
  /** Of this one taking of the lock. */
  id: z.string().min(1),
  pid: z.number().int(),
  socket: z.string(),
  /** Name of the machine or container, as a person knows it. */
  host: z.string(),
  /** What tells machines of one name apart; empty where the system has nothing. */
  machine: z.string(),
  /** The machine's start that the process belongs to; empty where it cannot be told. */
  boot: z.string(),
  /** When the process started, in the system's own words; empty where it cannot be told. */
  started: z.string(),
});

/** Who serves a data folder. */
export type LockOwner = z.infer<typeof lockOwnerShape>;

/** What is known of an owner. `ELSEWHERE`: it belongs to another machine or container, where nobody here can look. */
export type OwnerState = 'ALIVE' | 'DEAD' | 'ELSEWHERE';

/** The lock entry of a process of this machine. */
export async function describeOwner(of: { pid: number; socket: string }): Promise<LockOwner> {
  const [home, process] = await Promise.all([thisMachine(), lookAt(of.pid)]);
  return { id: newId(), ...of, ...home, started: process === 'GONE' ? '' : process };
}

/** Dead is only who surely is: another boot of this machine, no such process, or one that started at another time. */
export async function stateOf(owner: LockOwner): Promise<OwnerState> {
  const home = await thisMachine();
  const sameBoot = owner.boot !== '' && owner.boot === home.boot;
  const sameMachine = owner.host === home.host && owner.machine === home.machine;
  // A container shares the boot with its host, not the name; a laptop's name changes with its network, not the boot.
  if (!sameMachine && !(sameBoot && platform() === 'darwin')) return 'ELSEWHERE';
  if (!sameBoot && owner.boot !== '' && home.boot !== '') return 'DEAD';
  const found = await lookAt(owner.pid);
  if (found === 'GONE') return 'DEAD';
  return found === '' || owner.started === '' || found === owner.started ? 'ALIVE' : 'DEAD';
}

async function thisMachine(): Promise<Pick<LockOwner, 'host' | 'machine' | 'boot'>> {
  const onMac = platform() === 'darwin';
  const [machine, boot] = await Promise.all([
    textOf('/etc/machine-id'),
    onMac ? outputOf('/usr/sbin/sysctl', ['-n', 'kern.bootsessionuuid']) : textOf('/proc/sys/kernel/random/boot_id'),
  ]);
  return { host: hostname(), machine, boot };
}

/** When a process started; `GONE` where there is none or only its remains, '' where it exists and cannot be looked at. */
async function lookAt(pid: number): Promise<string> {
  if (!exists(pid)) return 'GONE';
  return platform() === 'linux' ? lookInProc(pid) : lookWithPs(pid);
}

async function lookInProc(pid: number): Promise<string> {
  const stat = await textOf(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ended = fields[STATE_FIELD] === 'Z' || fields[STATE_FIELD] === 'X';
  // A process that ended and was not fetched by its parent keeps its number; one whose threads still end is not gone yet.
  if (ended && (await readdir(`/proc/${pid}/task`).catch(() => [])).length <= 1) return 'GONE';
  return fields[START_FIELD] ?? '';
}

async function lookWithPs(pid: number): Promise<string> {
  const [state = '', ...started] = (await outputOf('/bin/ps', ['-o', 'stat=,lstart=', '-p', String(pid)])).split(/\s+/);
  return state.startsWith('Z') ? 'GONE' : started.join(' ');
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function textOf(path: string): Promise<string> {
  return (await readFile(path, 'utf8').catch(() => '')).trim();
}

async function outputOf(program: string, args: readonly string[]): Promise<string> {
  const env = { LC_ALL: 'C', TZ: 'UTC' };
  const { stdout } = await run(program, [...args], { env, timeout: PS_LIMIT_MS }).catch(() => ({ stdout: '' }));
  return stdout.trim();
}

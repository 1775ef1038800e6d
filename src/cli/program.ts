/** Owns the `baton` program: its commands, their shared options, and the exit code. */
import { Command, CommanderError } from 'commander';
import type { Register } from './options.ts';
import type { Runtime } from './runtime.ts';
import { EXIT, outliveReaders, reportError } from './terminal.ts';

/** Groups of commands by what they are called; a group is loaded when one of its commands is asked for, since most bring much with them. */
const GROUPS: readonly { readonly commands: readonly string[]; load(): Promise<Register> }[] = [
  {
    commands: ['start', 'worker', 'migrate', 'token', 'schema'],
    load: async () => (await import('./commands/server.ts')).registerServer,
  },
  { commands: ['workspace'], load: async () => (await import('./commands/workspace.ts')).registerWorkspace },
  { commands: ['demo'], load: async () => (await import('./commands/demo.ts')).registerDemo },
  { commands: ['run'], load: async () => (await import('./commands/run.ts')).registerRun },
  { commands: ['import'], load: async () => (await import('./commands/import.ts')).registerImport },
  { commands: ['approvals'], load: async () => (await import('./commands/approvals.ts')).registerApprovals },
  { commands: ['metrics'], load: async () => (await import('./commands/metrics.ts')).registerMetrics },
  { commands: ['memory'], load: async () => (await import('./commands/memory.ts')).registerMemory },
  { commands: ['compliance'], load: async () => (await import('./commands/compliance.ts')).registerCompliance },
  { commands: ['audit'], load: async () => (await import('./commands/audit.ts')).registerAudit },
  { commands: ['bench'], load: async () => (await import('./commands/bench.ts')).registerBench },
];

/** Runs one command line and gives the exit code: 0 done, 1 failed, 2 bad input or usage. */
export async function program(runtime: Runtime, args: readonly string[]): Promise<number> {
  outliveReaders();
  const root = new Command('baton')
    .description(
      'Baton, a governed marketing operating system: plans, computes, asks people, executes once, measures, learns.',
    )
    .version(runtime.version)
    .showHelpAfterError('(run with --help for an example)')
    .exitOverride();
  let code: number = EXIT.DONE;
  const exitWith = (value: number): void => void (code = value);
  const asked = GROUPS.filter(({ commands }) => commands.includes(args[0] ?? ''));
  // Help, and a name that is not known, speak of all commands.
  for (const group of asked.length > 0 ? asked : GROUPS) (await group.load())(root, runtime, exitWith);
  for (const command of allCommands(root)) command.exitOverride();
  try {
    await root.parseAsync([...args], { from: 'user' });
    return code;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.DONE : EXIT.BAD_INPUT;
    return reportError(thrown);
  }
}

function allCommands(root: Command): Command[] {
  return root.commands.flatMap((command) => [command, ...allCommands(command)]);
}

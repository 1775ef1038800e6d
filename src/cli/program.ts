/** Owns the `baton` program: its commands, their shared options, and the exit code. */
import { Command, CommanderError } from 'commander';
import { registerApprovals } from './commands/approvals.ts';
import { registerAudit } from './commands/audit.ts';
import { registerBench } from './commands/bench.ts';
import { registerCompliance } from './commands/compliance.ts';
import { registerDemo } from './commands/demo.ts';
import { registerImport } from './commands/import.ts';
import { registerMemory } from './commands/memory.ts';
import { registerMetrics } from './commands/metrics.ts';
import { registerRun } from './commands/run.ts';
import { registerServer } from './commands/server.ts';
import { registerWorkspace } from './commands/workspace.ts';
import type { Runtime } from './runtime.ts';
import { EXIT, reportError } from './terminal.ts';

/** Runs one command line and gives the exit code: 0 done, 1 failed, 2 bad input or usage. */
export async function program(runtime: Runtime, args: readonly string[]): Promise<number> {
  const root = new Command('baton')
    .description(
      'Baton, a governed marketing operating system: plans, computes, asks people, executes once, measures, learns.',
    )
    .version(runtime.version)
    .showHelpAfterError('(run with --help for an example)')
    .exitOverride();
  let code: number = EXIT.DONE;
  const exitWith = (value: number): void => void (code = value);
  for (const register of [
    registerServer,
    registerWorkspace,
    registerDemo,
    registerRun,
    registerImport,
    registerApprovals,
    registerMetrics,
    registerMemory,
    registerCompliance,
    registerAudit,
    registerBench,
  ]) {
    register(root, runtime, exitWith);
  }
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

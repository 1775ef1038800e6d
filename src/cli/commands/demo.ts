/** Owns `demo`: the main job from goal to learning, on the demo workspace. */
import { demoCaller, demoGoal, seedDemo } from '../../useCases/demoWorkspace.ts';
import { AppError } from '../../kernel/errors.ts';
import { dayText, valueText, words } from '../../useCases/report/valueText.ts';
import { startRun } from '../../useCases/runs.ts';
import { findWorkspace } from '../../useCases/workspaces.ts';
import { formatMoney } from '../../kernel/money.ts';
import { openAnswers } from '../answers.ts';
import { namingOf, numberOption, withExample, withPlace, type PlaceOptions, type Register } from '../options.ts';
import { approveMode, printingCompanion } from '../runPrinter.ts';
import { followToReport, hasFailed, summaryText } from '../runReporting.ts';
import { EXIT, openTerminal, tell } from '../terminal.ts';

/** Adds the demo. */
export const registerDemo: Register = (root, runtime, exitWith) => {
  const demo = withPlace(root.command('demo'), false)
    .description(
      'run the main job on the demo workspace: one goal, from plan to learning, with every gate answered by a named person',
    )
    .option('--approve <MODE>', 'ask, all or none', 'ask')
    .option('--seed <N>', 'seed of every computation', '1')
    .action(async (options: PlaceOptions & { approve: string; seed: string }) => {
      const mode = approveMode(options.approve);
      const terminal = openTerminal(options.json ?? false);
      const say = (text: string): void => void (!terminal.json && tell(text));
      const seed = numberOption('--seed', options.seed);
      await using answers = mode === 'ask' ? await openAnswers() : null;
      await runtime.withServices({ dataDir: options.dataDir, worker: true }, async (services, signal) => {
        const workspace = await seedDemo(services, { tell: say, signal });
        const caller = await demoCaller(services, workspace);
        const goal = await demoGoal(caller);
        say(
          `Goal, stated by ${caller.principal.email}: ${words(goal.kpi).toLowerCase()} of ${valueText(goal.target, 'COUNT')} from ${dayText(goal.from)} to ${dayText(goal.to)}, budget ${formatMoney(goal.budgetMicros, workspace.currency)}.\n“${goal.text}”\n`,
        );
        const started = await startRun(caller, goal, { idempotencyKey: null, seed });
        if (!started.ok) throw new AppError('BAD_USER_INPUT', started.errors.map((error) => error.message).join('\n'));
        const naming = namingOf(await findWorkspace(services, workspace.name));
        const followed = await followToReport(
          { services, caller, naming, terminal, signal },
          started.value.runId,
          printingCompanion(mode, { write: say, answers, naming }),
        );
        if (hasFailed(followed)) exitWith(EXIT.FAILED);
        terminal.answer(followed.summary, summaryText(followed));
      });
    });
  withExample(demo, 'baton demo --approve ask', 'baton demo --approve all --json');
};

/** Owns `run start`, `run follow`, `run list` and `run cancel`. */
import { microsFromDecimal } from '../../kernel/money.ts';
import { AppError } from '../../kernel/errors.ts';
import { parseDay } from '../../kernel/calendar.ts';
import { newest } from '../../useCases/pages.ts';
import { cancelRun, listRuns, startRun } from '../../useCases/runs.ts';
import { currentWorkspace } from '../../useCases/workspaces.ts';
import { openAnswers, type Answers } from '../answers.ts';
import {
  idArgument,
  inWorkspace,
  numberOption,
  withExample,
  withPlace,
  type InWorkspace,
  type PlaceOptions,
  type Register,
} from '../options.ts';
import { approveMode, printingCompanion, type ApproveMode } from '../runPrinter.ts';
import { followToReport, hasFailed, summaryText } from '../runReporting.ts';
import { EXIT, table, tell } from '../terminal.ts';

interface StartOptions extends PlaceOptions {
  kpi: string;
  target: string;
  from: string;
  to: string;
  budget: string;
  market?: string;
  seed?: string;
  follow?: boolean;
  approve: string;
}

/** How a followed run's approvals are answered. */
interface ApproveBy {
  readonly mode: ApproveMode;
  readonly answers: Answers | null;
}

/** Adds the commands of runs. */
export const registerRun: Register = (root, runtime, exitWith) => {
  const run = root.command('run').description('start, follow, list and cancel runs');
  withExample(run, 'baton run list', 'baton run follow 0198… --approve ask');
  const follow = async (at: InWorkspace, runId: string, by: ApproveBy): Promise<void> => {
    await refuseApproveAll(at, by.mode);
    const followed = await followToReport(
      at,
      runId,
      printingCompanion(by.mode, {
        write: at.terminal.json ? () => undefined : tell,
        answers: by.answers,
        naming: at.naming,
      }),
    );
    if (hasFailed(followed)) exitWith(EXIT.FAILED);
    at.terminal.answer(followed.summary, summaryText(followed));
  };

  const start = withPlace(run.command('start'), true)
    .description('state a goal and start its run')
    .argument('[text]', 'what is wanted, in words')
    .requiredOption('--kpi <KPI>', 'REVENUE, PIPELINE, QUALIFIED_LEADS, CONVERSIONS or SESSIONS')
    .requiredOption('--target <NUMBER>', 'target over the window, in KPI or currency units')
    .requiredOption('--from <DAY>', 'first day (YYYY-MM-DD)')
    .requiredOption('--to <DAY>', 'last day, counted')
    .requiredOption('--budget <AMOUNT>', 'budget over the window, in currency units')
    .option('--market <MARKET>', 'market of the strategy')
    .option('--seed <N>', 'seed of every computation', '1')
    .option('--follow', 'follow the run to its end and write the report')
    .option('--approve <MODE>', 'ask, all (demo workspaces only) or none', 'none')
    .action(async (text: string | undefined, options: StartOptions) => {
      const mode = approveMode(options.approve);
      const goal = goalOf(text ?? '', options);
      const seed = numberOption('--seed', options.seed ?? '1');
      await using answers = options.follow && mode === 'ask' ? await openAnswers() : null;
      await inWorkspace(
        runtime,
        options,
        async (at) => {
          await refuseApproveAll(at, mode);
          const outcome = await startRun(at.caller, goal, { idempotencyKey: null, seed });
          if (!outcome.ok)
            throw new AppError(
              'BAD_USER_INPUT',
              outcome.errors
                .map((error) => `${error.path.length > 0 ? `--${error.path.join('.')}: ` : ''}${error.message}`)
                .join('\n'),
            );
          if (options.follow) return follow(at, outcome.value.runId, { mode, answers });
          return at.terminal.answer(
            outcome.value,
            [
              ...outcome.value.warnings.map((warning) => `Warning: ${warning.message}`),
              `Queued run ${outcome.value.runId}. A running \`baton start\` takes it up; without one nothing works on it until \`baton start\` or \`npx baton run follow ${outcome.value.runId}${at.naming}\`, which also shows it as it goes.`,
            ].join('\n'),
          );
        },
        { worker: options.follow ?? false },
      );
    });
  withExample(
    start,
    'baton run start --kpi REVENUE --target 900000 --from 2026-12-01 --to 2027-02-28 --budget 250000 "Grow revenue without raising cost per sale" --follow',
  );

  const followCommand = withPlace(run.command('follow'), true)
    .description('follow a run to its end and write the report')
    .argument('<id>', 'id of the run')
    .option('--approve <MODE>', 'ask, all (demo workspaces only) or none', 'none')
    .action(async (id: string, options: PlaceOptions & { approve: string }) => {
      const mode = approveMode(options.approve);
      idArgument(id, 'run list');
      await using answers = mode === 'ask' ? await openAnswers() : null;
      await inWorkspace(runtime, options, (at) => follow(at, id, { mode, answers }), {
        worker: true,
        of: { kind: 'RUN', id },
      });
    });
  withExample(followCommand, 'baton run follow 0198… --approve ask');

  const cancel = withPlace(run.command('cancel'), true)
    .description('stop a run; what was executed stays executed')
    .argument('<id>', 'id of the run')
    .action((id: string, options: PlaceOptions) => {
      idArgument(id, 'run list');
      return inWorkspace(
        runtime,
        options,
        async ({ caller, terminal }) => {
          const outcome = await cancelRun(caller, id);
          if (outcome.ok) return terminal.answer(outcome.value, `Asked run ${id} to stop.`);
          exitWith(EXIT.FAILED);
          return terminal.refuse(outcome.errors);
        },
        { worker: true, of: { kind: 'RUN', id } },
      );
    });
  withExample(cancel, 'baton run cancel 0198…');

  const list = withPlace(run.command('list'), false)
    .description('the newest 50 runs')
    .action((options: PlaceOptions) =>
      inWorkspace(runtime, options, async ({ caller, naming, terminal }) => {
        const runs = await caller.inUnit('app', (unit) => newest((page) => listRuns(unit, page)));
        const shown = runs.map(({ id, kind, status, queuedAt }) => ({
          id,
          kind,
          status,
          queuedAt: queuedAt.toISOString(),
        }));
        terminal.answer(
          shown,
          shown.length === 0
            ? `No run yet. \`baton run start${naming}\` starts one.`
            : table(
                ['id', 'kind', 'status', 'queued'],
                shown.map((one) => [one.id, one.kind, one.status, one.queuedAt]),
              ),
        );
      }),
    );
  withExample(list, 'baton run list --json');
};

/** Approving everything is for showing Baton, never for real work. @throws BAD_USER_INPUT in a workspace that is no demo */
export async function refuseApproveAll({ caller }: InWorkspace, mode: ApproveMode): Promise<void> {
  if (mode !== 'all') return;
  const { isDemo, name } = await caller.inUnit('app', currentWorkspace);
  if (!isDemo)
    throw new AppError('BAD_USER_INPUT', `--approve all works in demo workspaces only; "${name}" is none.`, {
      hint: 'Use --approve ask, or `baton approvals decide`.',
    });
}

function goalOf(text: string, options: StartOptions): Record<string, unknown> {
  return {
    kpi: options.kpi.toUpperCase(),
    target: numberOption('--target', options.target),
    from: parseDay(options.from),
    to: parseDay(options.to),
    budgetMicros: microsFromDecimal(options.budget),
    text,
    ...(options.market === undefined ? {} : { market: options.market }),
  };
}

/** Owns `run start`, `run follow` and `run cancel`. */
import { microsFromDecimal } from '../../kernel/money.ts';
import { AppError } from '../../kernel/errors.ts';
import { parseDay } from '../../kernel/calendar.ts';
import { cancelRun, startRun } from '../../useCases/runs.ts';
import { currentWorkspace } from '../../useCases/workspaces.ts';
import {
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
import { EXIT } from '../terminal.ts';

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

/** Adds the commands of runs. */
export const registerRun: Register = (root, runtime, exitWith) => {
  const run = root.command('run').description('start, follow and cancel runs');
  const follow = async (at: InWorkspace, runId: string, mode: ApproveMode): Promise<void> => {
    await refuseApproveAll(at, mode);
    const followed = await followToReport(
      at,
      runId,
      printingCompanion(mode, at.terminal.json ? () => undefined : (text) => void process.stderr.write(`${text}\n`)),
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
    .action((text: string | undefined, options: StartOptions) =>
      inWorkspace(
        runtime,
        options,
        async (at) => {
          const mode = approveMode(options.approve);
          await refuseApproveAll(at, mode);
          const outcome = await startRun(at.caller, goalOf(text ?? '', options), {
            idempotencyKey: null,
            seed: numberOption('--seed', options.seed ?? '1'),
          });
          if (!outcome.ok)
            throw new AppError(
              'BAD_USER_INPUT',
              outcome.errors
                .map((error) => `${error.path.length > 0 ? `--${error.path.join('.')}: ` : ''}${error.message}`)
                .join('\n'),
            );
          if (options.follow) return follow(at, outcome.value.runId, mode);
          return at.terminal.answer(
            outcome.value,
            [
              ...outcome.value.warnings.map((warning) => `Warning: ${warning.message}`),
              `Started run ${outcome.value.runId}. Follow it: npx baton run follow ${outcome.value.runId}`,
            ].join('\n'),
          );
        },
        { worker: options.follow ?? false },
      ),
    );
  withExample(
    start,
    'baton run start --kpi REVENUE --target 900000 --from 2026-12-01 --to 2027-02-28 --budget 250000 "Grow revenue without raising cost per sale" --follow',
  );

  const followCommand = withPlace(run.command('follow'), true)
    .description('follow a run to its end and write the report')
    .argument('<id>', 'id of the run')
    .option('--approve <MODE>', 'ask, all (demo workspaces only) or none', 'none')
    .action((id: string, options: PlaceOptions & { approve: string }) =>
      inWorkspace(runtime, options, (at) => follow(at, id, approveMode(options.approve)), { worker: true }),
    );
  withExample(followCommand, 'baton run follow 0198… --approve ask');

  const cancel = withPlace(run.command('cancel'), true)
    .description('stop a run; what was executed stays executed')
    .argument('<id>', 'id of the run')
    .action((id: string, options: PlaceOptions) =>
      inWorkspace(
        runtime,
        options,
        async ({ caller, terminal }) => {
          const outcome = await cancelRun(caller, id);
          if (!outcome.ok) exitWith(EXIT.FAILED);
          terminal.answer(
            outcome.ok ? outcome.value : outcome.errors,
            outcome.ok ? `Asked run ${id} to stop.` : outcome.errors.map((error) => error.message).join('\n'),
          );
        },
        { worker: true },
      ),
    );
  withExample(cancel, 'baton run cancel 0198…');
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

/** Owns `approvals list`, `show` and `decide`: the inbox in the terminal. */
import { AppError } from '../../kernel/errors.ts';
import {
  approvalDetail,
  approvalInbox,
  carriedOutWithin,
  decideApproval,
  eligibleDeciders,
  openForDecision,
  type ApprovalDetail,
  type ApprovalRow,
  type ChangeSetState,
  type VerdictKind,
} from '../../useCases/approvals.ts';
import type { Caller } from '../../useCases/callers.ts';
import { currentWorkspace } from '../../useCases/workspaces.ts';
import { approvalText } from '../../useCases/report/approvalText.ts';
import {
  idArgument,
  inWorkspace,
  withExample,
  withPlace,
  type InWorkspace,
  type PlaceOptions,
  type Register,
} from '../options.ts';
import { EXIT, table } from '../terminal.ts';

const VERDICTS: Readonly<Record<string, VerdictKind>> = {
  approve: 'APPROVE',
  reject: 'REJECT',
  'request-changes': 'REQUEST_CHANGES',
};

/** Milliseconds that an approved change gets to be carried out or refused while the command waits. */
const EXECUTION_MS = 10_000;
/** States of a change that was approved and yet not carried out. */
const REFUSED_STATES: readonly ChangeSetState[] = ['FAILED', 'SUPERSEDED', 'EXPIRED'];

/** Adds the commands of approvals. */
export const registerApprovals: Register = (root, runtime, exitWith) => {
  const approvals = root.command('approvals').description('what waits for people');
  withExample(
    approvals,
    'baton approvals list',
    'baton approvals decide 0198… --as budget-1@demo.example --verdict approve',
  );
  const list = withPlace(approvals.command('list'), true)
    .description('approvals that wait or were sent back; with --as, those that this person may decide')
    .option('--all', 'settled ones too')
    .action((options: PlaceOptions & { all?: boolean }) =>
      inWorkspace(runtime, options, async ({ caller, terminal }) => {
        const { name } = await caller.inUnit('app', currentWorkspace);
        const rows = (await inbox(caller, options)).map((row) => ({ ...row, workspace: name }));
        terminal.answer(
          rows,
          rows.length === 0
            ? 'Nothing waits.'
            : table(
                ['id', 'gate', 'state', 'title', 'decide by', 'run', 'workspace'],
                rows.map((row) => [
                  row.id,
                  row.gate,
                  row.state,
                  row.title,
                  row.decideBy,
                  row.runId ?? 'none',
                  row.workspace,
                ]),
              ),
        );
      }),
    );
  withExample(list, 'baton approvals list --as budget-1@demo.example');

  const show = withPlace(approvals.command('show'), false)
    .description('one approval: exact diff, reason, forecast, evidence, and who may decide it')
    .argument('<id>', 'id from `approvals list`')
    .action((id: string, options: PlaceOptions) => {
      idArgument(id, 'approvals list');
      const showIt = async ({ caller, terminal }: InWorkspace): Promise<void> => {
        const shown = await caller.inUnit('app', async (unit) => ({
          detail: await approvalDetail(unit, id),
          deciders: await eligibleDeciders(unit, id),
        }));
        const people = shown.deciders.map((one) => one.email).join(', ') || 'nobody';
        terminal.answer(shown, `${approvalText(shown.detail)}\nMay decide: ${people}\n`);
      };
      return inWorkspace(runtime, options, showIt, { of: { kind: 'APPROVAL', id } });
    });
  withExample(show, 'baton approvals show 0198…');

  const decide = withPlace(approvals.command('decide'), true)
    .description('give a verdict as a person, on exactly what the approval says now')
    .argument('<id>', 'id from `approvals list`')
    .requiredOption('--verdict <VERDICT>', 'approve, reject or request-changes')
    .option('--reason <TEXT>', 'why; compulsory unless it is approve', '')
    .action((id: string, options: PlaceOptions & { verdict: string; reason: string }) => {
      idArgument(id, 'approvals list');
      const verdict = VERDICTS[options.verdict];
      if (!verdict)
        throw new AppError(
          'BAD_USER_INPUT',
          `--verdict is "${options.verdict}"; expected approve, reject or request-changes.`,
        );
      const decideIt = async ({ caller, terminal, signal }: InWorkspace): Promise<void> => {
        const detail = await caller.inUnit('app', (unit) => approvalDetail(unit, id));
        const outcome = await decideNow(caller, detail, { verdict, reason: options.reason });
        if (!outcome.ok) {
          exitWith(EXIT.FAILED);
          return terminal.refuse(outcome.errors);
        }
        const changeSet = await carriedOutWithin(caller, detail.changeSet.id, { ms: EXECUTION_MS, signal });
        const { approval } = await caller.inUnit('app', (unit) => approvalDetail(unit, id));
        if (verdict === 'APPROVE' && REFUSED_STATES.includes(changeSet.state)) exitWith(EXIT.FAILED);
        const reason = changeSet.settledReason;
        return terminal.answer(
          { ok: true, approval, changeSet: changeSet.state, reason },
          `Recorded. The approval is ${approval.state}, the change set ${changeSet.state}${reason ? `: ${reason}` : '.'}`,
        );
      };
      return inWorkspace(runtime, options, decideIt, { worker: true, of: { kind: 'APPROVAL', id } });
    });
  withExample(
    decide,
    'baton approvals decide 0198… --as budget-2@demo.example --verdict approve --reason "Within the quarter\'s envelope"',
  );
};

function inbox(caller: Caller, options: PlaceOptions & { all?: boolean }): Promise<ApprovalRow[]> {
  const mine =
    options.as !== undefined && caller.principal.kind === 'PERSON' ? { forMember: caller.principal.memberId } : {};
  return caller.inUnit('app', (unit) =>
    approvalInbox(unit, { ...mine, ...(options.all ? {} : { states: ['PENDING', 'CHANGES_REQUESTED'] as const }) }),
  );
}

/** Opens an approval as the caller and decides on its current bytes. */
async function decideNow(
  caller: Caller,
  { approval }: ApprovalDetail,
  word: { verdict: VerdictKind; reason: string },
): ReturnType<typeof decideApproval> {
  const { viewSessionId } = await openForDecision(caller, approval.id);
  return decideApproval(caller, {
    approvalId: approval.id,
    ...word,
    revision: approval.revision,
    digest: approval.digest,
    viewSessionId,
  });
}

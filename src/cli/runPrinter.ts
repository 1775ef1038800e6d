/** Owns a run in the terminal: its events as lines, its plan, and each approval shown and asked for. */
import type { RunEvent } from '../domain/runEvents.ts';
import { AppError } from '../kernel/errors.ts';
import type { ApprovalDetail } from '../useCases/approvals.ts';
import { approvalText } from '../useCases/report/approvalText.ts';
import { effectText } from '../useCases/report/effectText.ts';
import { words, wordsInside } from '../useCases/report/valueText.ts';
import type { Companion } from '../useCases/runWalk.ts';
import { askVerdict, type Answers } from './answers.ts';
import { paint } from './paint.ts';
import { table } from './terminal.ts';

/** How approvals are answered: asked one by one, all approved (demo workspaces only), or left waiting. */
export type ApproveMode = 'ask' | 'all' | 'none';

/** Events that say nothing to a person who follows along. */
const QUIET = new Set<RunEvent['type']>([
  'TEXT_COMPOSED',
  'RUN_QUEUED',
  'WAVE_DISPATCHED',
  'RUN_RESUMED',
  'RUN_WAITING',
]);
const MARKS: Readonly<Partial<Record<RunEvent['type'], string>>> = {
  GATE_UNSTAFFED: '!',
  TASK_STARTED: '▸',
  TASK_SUCCEEDED: '✓',
  TASK_FAILED: '✗',
  TASK_SKIPPED: '–',
  EFFECT_EXECUTED: '⚡',
  EFFECT_FAILED: '✗',
  RUN_FAILED: '✗',
  RUN_SUCCEEDED: '✓',
  LEARNING_WRITTEN: '✎',
  APPROVAL_DECIDED: '✍',
  CHANGE_SET_REJECTED: '✗',
  RECOMMENDATION_MADE: '→',
};

/** Parses `--approve`. @throws BAD_USER_INPUT */
export function approveMode(text: string): ApproveMode {
  if (text === 'ask' || text === 'all' || text === 'none') return text;
  throw new AppError('BAD_USER_INPUT', `--approve is "${text}"; expected ask, all or none.`);
}

/** Where a companion prints, whom it asks, and what a printed command needs to mean the workspace. */
export interface Company {
  readonly write: (text: string) => void;
  /** Whom the mode `ask` asks. */
  readonly answers: Answers | null;
  readonly naming: string;
}

/** A companion that prints and answers in the given mode. */
export function printingCompanion(mode: ApproveMode, { write, answers, naming }: Company): Companion {
  const voices = new Map<string, number>();
  const shown = new Set<string>();
  return {
    event: (event) => {
      if (!QUIET.has(event.type)) write(eventLine(event));
    },
    plan: (tasks) => {
      const rows = tasks.map((task) => [task.key, words(task.stage), task.question, task.dependsOn.join(', ')]);
      write(`\n${paint('bold', 'The plan')}\n${table(['task', 'stage', 'question', 'after'], rows)}\n`);
    },
    answer: async (detail, deciders) => {
      const { id, digest } = detail.approval;
      const text = shown.has(id + digest) ? againText(detail) : approvalText(detail);
      shown.add(id + digest);
      write(`\n${paint('yellow', '━━ Approval asked ━━')}\n${text}\n`);
      if (mode === 'none' || (mode === 'ask' && !answers)) {
        write(
          `Left waiting. Decide it with: npx baton approvals decide ${detail.approval.id} --as ${deciders[0]?.email ?? 'EMAIL'} --verdict approve${naming}`,
        );
        return null;
      }
      const decider = nextVoice(detail, deciders, voices);
      if (decider === undefined) {
        write('Nobody who may decide this is left: it stays waiting.');
        return null;
      }
      return answers
        ? askVerdict(answers, decider)
        : { verdict: 'APPROVE', reason: 'Approved in the demo.', email: decider };
    },
    answered: (detail, answer, refusal) => {
      const said = `${words(detail.approval.gate)}: ${answer.email} says ${wordsInside(answer.verdict)}`;
      write(refusal === null ? paint('green', said) : paint('red', `${said}, refused: ${refusal}`));
      if (refusal === null && answer.verdict === 'REQUEST_CHANGES') write(sentBackText(detail));
    },
  };
}

/** One event as a line: when, a mark, one sentence. */
export function eventLine(event: RunEvent): string {
  const line = `${paint('dim', event.at.slice(11, 19))} ${MARKS[event.type] ?? '·'} ${sentenceOf(event)}`;
  if (event.type.endsWith('FAILED')) return paint('red', line);
  return event.type === 'RUN_SUCCEEDED' ? paint('green', line) : line;
}

/** An approval that was shown before and waits for one more person. */
function againText({ approval, decisions }: ApprovalDetail): string {
  const said = decisions.map((one) => `${one.email}: ${wordsInside(one.verdict)}`).join('; ');
  return `${approval.title}\nThe same as above (digest ${approval.digest.slice(0, 16)}…), for one more person. So far ${said}.`;
}

/** What happens to a change set that somebody sent back. */
function sentBackText({ approval }: ApprovalDetail): string {
  const until = approval.decideBy.slice(0, 16).replace('T', ' ');
  return `It is not carried out as it stands, and the run waits. Whoever proposed it sees why; it cannot be revised from here yet, so others of that role can only reject it, which lets the run go on, until ${until} UTC.`;
}

/** What an event says: an effect names what it changed, everything else speaks for itself. */
function sentenceOf(event: RunEvent): string {
  return (event.type === 'EFFECT_EXECUTED' ? effectText(event.data) : null) ?? event.message;
}

/** The holder who has spoken least on this change set, so that each gate gets its own person. */
function nextVoice(
  detail: ApprovalDetail,
  deciders: readonly { email: string }[],
  voices: Map<string, number>,
): string | undefined {
  const spoken = (email: string): number => voices.get(`${detail.changeSet.id}:${email}`) ?? 0;
  const next = [...deciders].sort((a, b) => spoken(a.email) - spoken(b.email) || a.email.localeCompare(b.email))[0]
    ?.email;
  if (next !== undefined) voices.set(`${detail.changeSet.id}:${next}`, spoken(next) + 1);
  return next;
}

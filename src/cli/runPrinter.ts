/** Owns a run in the terminal: its events as lines, its plan, and each approval shown and asked for. */
import { createInterface } from 'node:readline/promises';
import { styleText } from 'node:util';
import type { RunEvent } from '../domain/runEvents.ts';
import { AppError } from '../kernel/errors.ts';
import type { ApprovalDetail, VerdictKind } from '../useCases/approvals.ts';
import { approvalText } from '../useCases/report/approvalText.ts';
import { words } from '../useCases/report/valueText.ts';
import type { Answer, Companion } from '../useCases/runWalk.ts';
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

/** A companion that prints to `write` and answers in the given mode. `ask` needs a terminal to be asked at. */
export function printingCompanion(mode: ApproveMode, write: (text: string) => void): Companion {
  const voices = new Map<string, number>();
  return {
    event: (event) => {
      if (!QUIET.has(event.type)) write(eventLine(event));
    },
    plan: (tasks) => {
      const rows = tasks.map((task) => [task.key, words(task.stage), task.question, task.dependsOn.join(', ')]);
      write(`\n${styleText('bold', 'The plan')}\n${table(['task', 'stage', 'question', 'after'], rows)}\n`);
    },
    answer: async (detail, deciders) => {
      write(`\n${styleText('yellow', '━━ Approval asked ━━')}\n${approvalText(detail)}\n`);
      if (mode === 'none') {
        write(
          `Left waiting. Decide it with: npx baton approvals decide ${detail.approval.id} --as ${deciders[0]?.email ?? 'EMAIL'} --verdict approve`,
        );
        return null;
      }
      const decider = nextVoice(detail, deciders, voices);
      if (decider === undefined) {
        write('Nobody who may decide this is left: it stays waiting.');
        return null;
      }
      return mode === 'all' ? { verdict: 'APPROVE', reason: 'Approved in the demo.', email: decider } : ask(decider);
    },
    answered: (detail, answer, refusal) => {
      const said = `${words(detail.approval.gate)}: ${answer.email} says ${words(answer.verdict).toLowerCase()}`;
      write(refusal === null ? styleText('green', said) : styleText('red', `${said}, refused: ${refusal}`));
    },
  };
}

/** One event as a line: when, a mark, one sentence. */
export function eventLine(event: RunEvent): string {
  const line = `${styleText('dim', event.at.slice(11, 19))} ${MARKS[event.type] ?? '·'} ${event.message}`;
  if (event.type.endsWith('FAILED')) return styleText('red', line);
  return event.type === 'RUN_SUCCEEDED' ? styleText('green', line) : line;
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

async function ask(email: string): Promise<Answer | null> {
  if (!process.stdin.isTTY) {
    throw new AppError('BAD_USER_INPUT', '--approve ask needs a terminal to ask at.', {
      hint: 'Use --approve all in a demo workspace, or --approve none and `baton approvals decide`.',
    });
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    for (;;) {
      const said = (await prompt.question(`As ${styleText('bold', email)}: [a]pprove, [r]eject, [c]hanges, [l]ater? `))
        .trim()
        .toLowerCase();
      const verdict: VerdictKind | null | undefined = { a: 'APPROVE', r: 'REJECT', c: 'REQUEST_CHANGES', l: null }[
        said.slice(0, 1)
      ] as VerdictKind | null | undefined;
      if (verdict === undefined) continue;
      if (verdict === null) return null;
      const reason = verdict === 'APPROVE' ? '' : await reasonFor(prompt);
      return { verdict, reason, email };
    }
  } finally {
    prompt.close();
  }
}

async function reasonFor(prompt: { question(text: string): Promise<string> }): Promise<string> {
  for (;;) {
    const reason = (await prompt.question('Why? ')).trim();
    if (reason !== '') return reason;
  }
}

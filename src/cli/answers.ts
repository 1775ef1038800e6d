/** Owns where answers to questions come from: a terminal, or the lines of a pipe or file on standard input. */
import { createInterface } from 'node:readline';
import { createInterface as createPrompt } from 'node:readline/promises';
import { AppError } from '../kernel/errors.ts';
import { endsWithin } from '../kernel/waiting.ts';
import type { VerdictKind } from '../useCases/approvals.ts';
import type { Answer } from '../useCases/runWalk.ts';
import { paint, printed } from './paint.ts';

/** Asks people. */
export interface Answers extends AsyncDisposable {
  /** Puts a question; null when no answer will ever come. */
  ask(question: string): Promise<string | null>;
}

/** What the first letter of an answer means; null leaves the approval waiting. */
const VERDICTS: Readonly<Record<string, VerdictKind | null>> = {
  a: 'APPROVE',
  r: 'REJECT',
  c: 'REQUEST_CHANGES',
  l: null,
};

/** Milliseconds that a pipe gets to show that it holds answers; an empty one is told at once. */
const FIRST_LINE_MS = 1000;

/** Asks for one verdict, and why unless it is an approval; null leaves the approval waiting. */
export async function askVerdict(answers: Answers, email: string): Promise<Answer | null> {
  for (;;) {
    const said = await answers.ask(
      `As ${paint('bold', email)}: [a]pprove, [r]eject, [c]hanges (then waits for a new revision: not possible yet), [l]ater? `,
    );
    if (said === null) return null;
    const verdict = VERDICTS[said.trim().toLowerCase().slice(0, 1)];
    if (verdict === undefined) continue;
    if (verdict === null) return null;
    const reason = verdict === 'APPROVE' ? '' : await reasonFor(answers);
    return reason === null ? null : { verdict, reason, email };
  }
}

async function reasonFor(answers: Answers): Promise<string | null> {
  for (;;) {
    const reason = await answers.ask('Why? ');
    if (reason === null) return null;
    if (reason.trim() !== '') return reason.trim();
  }
}

/** Opens standard input for answers. @throws BAD_USER_INPUT before any work when it is neither a terminal nor holds a line */
export async function openAnswers(): Promise<Answers> {
  return process.stdin.isTTY ? terminalAnswers() : pipedAnswers();
}

function terminalAnswers(): Answers {
  return {
    ask: async (question) => {
      const prompt = createPrompt({ input: process.stdin, output: process.stderr });
      const stop = new AbortController();
      // The prompt takes Ctrl-C for itself; whoever listens for the signal must hear it as well.
      prompt.on('SIGINT', () => {
        process.kill(process.pid, 'SIGINT');
        stop.abort();
      });
      try {
        return await prompt.question(printed(question, process.stderr), { signal: stop.signal });
      } catch (error) {
        // Ctrl-D ends the input, as the end of a pipe does.
        if (!stop.signal.aborted && (error as NodeJS.ErrnoException).code === 'ABORT_ERR') return null;
        if (!stop.signal.aborted) throw error;
        throw new AppError('CANCELLED', 'The command was stopped; what was asked stays waiting.', { cause: error });
      } finally {
        prompt.close();
      }
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}

async function pipedAnswers(): Promise<Answers> {
  const reader = createInterface({ input: process.stdin });
  const lines = reader[Symbol.asyncIterator]();
  let coming = lines.next();
  const close = (): void => {
    reader.close();
    process.stdin.destroy();
  };
  if ((await endsWithin(FIRST_LINE_MS, coming)) && (await coming).done) {
    close();
    throw new AppError('BAD_USER_INPUT', '--approve ask needs a terminal, or answers on standard input.', {
      hint: 'Use --approve all in a demo workspace, or --approve none and `baton approvals`.',
    });
  }
  return {
    ask: async (question) => {
      const { done, value } = await coming;
      process.stderr.write(`${printed(question, process.stderr)}${done ? '' : value}\n`);
      if (done) return null;
      coming = lines.next();
      return value;
    },
    [Symbol.asyncDispose]: async () => close(),
  };
}

/** Owns the second reading of a planned file: its facts, in batches. */
import type { Fact } from '../../domain/facts.ts';
import { AppError } from '../../kernel/errors.ts';
import type { ByteSource } from './byteText.ts';
import { problemText, refuseProblems, type ImportPlan, type ReadProgress } from './importPlan.ts';
import type { RowSink } from './rowContext.ts';
import { walkRows } from './rowWalk.ts';
import { openTable } from './table.ts';

/** Facts in a batch: what one transaction of a load stages. */
export const BATCH_FACTS = 5000;

/**
 * Streams the facts of a planned file in batches of 5,000, in file order. Facts of one identity may come more than once
 * (breakdowns, counted records): the loader adds them up.
 * @throws BAD_USER_INPUT when the plan has problems, FORBIDDEN when it waits for a PERSONAL_DATA approval, CONFLICT when the
 * file is no longer the one that was planned
 */
export async function* readFacts(
  source: ByteSource,
  plan: ImportPlan,
  progress?: (at: ReadProgress) => void,
): AsyncGenerator<Fact[]> {
  refuseProblems(plan, 'the file');
  if (plan.needsPersonalDataApproval) {
    throw new AppError(
      'FORBIDDEN',
      `The columns ${plan.personalColumns.join(', ')} hold personal data, and --keep-personal asks to keep them.`,
      {
        hint: 'This needs a decision on the gate PERSONAL_DATA; without --keep-personal the columns are left out and the rest loads.',
      },
    );
  }
  let batch: Fact[] = [];
  let bytes = 0;
  let rows = 0;
  const sink: RowSink = {
    fact: (fact) => void batch.push(fact),
    problem: (problem) => {
      throw new AppError('CONFLICT', problemText(problem, 'the file'), {
        hint: 'The file changed after it was planned: import it again.',
      });
    },
    skip: () => undefined,
    key: () => undefined,
  };
  const table = openTable(source, plan.reading.layout.delimiter, { bytes: (count) => void (bytes += count) });
  const walk = walkRows({ ...plan.reading, sink });
  for await (const taken of table.rows) {
    for (const row of taken) walk.take(row);
    rows += taken.length;
    progress?.({ bytes, rows });
    while (batch.length >= BATCH_FACTS) {
      const full = batch.slice(0, BATCH_FACTS);
      batch = batch.slice(BATCH_FACTS);
      yield full;
    }
  }
  walk.end();
  for (let at = 0; at < batch.length; at += BATCH_FACTS) yield batch.slice(at, at + BATCH_FACTS);
  if (table.digest() !== plan.fileDigest)
    throw new AppError('CONFLICT', 'The file changed between planning and loading.', { hint: 'Import it again.' });
}

/** Owns the last check before a result is stored: each figure in it must stand at its place in its evidence. */
import type { SpecialistResult } from '../agents/contract.ts';
import { figuresIn } from '../agents/evidence.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import { AppError } from '../kernel/errors.ts';
import { isId } from '../kernel/ids.ts';
import { traceFigures } from '../models/figureTrace.ts';

/** Faults that a message names. */
const FAULTS_TOLD = 3;

/** Traces every figure of a result to its own evidence, or to what earlier tasks stored. @throws INTERNAL naming the figures that do not trace */
export async function refuseUntraced(unit: UnitOfWork, result: SpecialistResult): Promise<void> {
  const figures = figuresIn([result.content, result.recommendations]);
  const evidence = new Map<string, { readonly output: unknown }>(result.evidence.map((draft) => [draft.id, draft]));
  const named = new Set(figures.map((figure) => figure.evidenceId));
  const elsewhere = [...named].filter((id) => !evidence.has(id) && isId(id));
  if (elsewhere.length > 0) {
    const rows = await unit.em.execute<{ id: string; output: string }[]>(
      'select id::text as id, output from evidence where id in (select jsonb_array_elements_text(?::jsonb)::uuid)',
      [JSON.stringify(elsewhere)],
    );
    for (const row of rows) evidence.set(row.id, { output: JSON.parse(row.output) as unknown });
  }
  const faults = traceFigures(figures, evidence);
  if (faults.length === 0) return;
  const told = faults.slice(0, FAULTS_TOLD).map((fault) => `"${fault.label}" at ${fault.path}: ${fault.reason}`);
  throw new AppError(
    'INTERNAL',
    `The ${result.kind} states ${faults.length} of ${figures.length} figures that its evidence does not hold, so it was not stored. ${told.join(' ')}`,
  );
}

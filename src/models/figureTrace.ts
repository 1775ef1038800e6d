/** Owns the tracing of figures: each is read again at its path in the bytes of its evidence and must be the same. */
import type { EvidenceRecord, Figure } from '../domain/evidence.ts';

/** A figure whose evidence does not say what it says. */
export interface FigureFault {
  readonly label: string;
  readonly evidenceId: string;
  readonly path: string;
  readonly reason: string;
}

/** Faults of figures against their evidence; empty when each traces. Relative tolerance 1e-9, for text of decimals. */
export function traceFigures(
  figures: readonly Figure[],
  evidence: ReadonlyMap<string, Pick<EvidenceRecord, 'output'>>,
): FigureFault[] {
  return figures.flatMap((figure) => {
    const reason = faultOf(figure, evidence.get(figure.evidenceId));
    return reason === undefined
      ? []
      : [{ label: figure.label, evidenceId: figure.evidenceId, path: figure.path, reason }];
  });
}

/** The value at dot-separated keys and array indexes of a plain JSON value; undefined where there is none. */
export function valueAt(output: unknown, path: string): unknown {
  if (path === '') return output;
  let at: unknown = output;
  for (const key of path.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Readonly<Record<string, unknown>>)[key];
  }
  return at;
}

function faultOf(figure: Figure, record: Pick<EvidenceRecord, 'output'> | undefined): string | undefined {
  if (!record) return 'There is no such evidence.';
  const found = valueAt(record.output, figure.path);
  const read = typeof found === 'string' && found.trim() !== '' ? Number(found) : found;
  // Evidence keeps money in micros; figures tell it in whole units.
  const value = typeof read === 'number' && /micros$/i.test(figure.path) ? read / 1e6 : read;
  if (typeof value !== 'number' || Number.isNaN(value))
    return `There is no number at this path, but ${JSON.stringify(found)?.slice(0, 60) ?? 'nothing'}.`;
  const close = Math.abs(value - figure.value) <= 1e-9 * Math.max(1, Math.abs(value));
  return close ? undefined : `The evidence says ${value}, the figure ${figure.value}.`;
}

/**
 * Owns how a specialist keeps its computations: each becomes evidence with a derived id, and a figure can only be made by
 * reading a value out of one, so that a figure and its source never differ. Storing belongs to the caller.
 */
import type { EvidenceTier, Figure } from '../domain/evidence.ts';
import { canonicalJson } from '../kernel/canonicalJson.ts';
import { AppError } from '../kernel/errors.ts';
import { derivedId } from '../kernel/ids.ts';
import { valueAt } from '../models/figureTrace.ts';
import type { EvidenceDraft, SpecialistContext } from './contract.ts';

/** A computation to keep; bigint becomes decimal text, what JSON cannot hold is left out. */
export interface Computation {
  readonly kind: string;
  readonly tier: EvidenceTier;
  readonly input: unknown;
  readonly output: unknown;
  /** Last business day that the rows reach. @default the last day of the data, or the business date where that comes first */
  readonly asOf?: string;
  readonly seed?: number;
  readonly loadIds?: readonly string[];
}

/** How a figure is read out of evidence. */
export interface FigureReading {
  readonly label: string;
  readonly path: string;
  readonly unit: string;
  /** Paths of the interval's ends and its level, 0 to 1. */
  readonly interval?: { readonly lower: string; readonly upper: string; readonly level: number };
}

/** One kept computation. */
export interface Evidence {
  readonly draft: EvidenceDraft;
  /** The figure at a path, or null where the evidence holds no number there. */
  figure(reading: FigureReading): Figure | null;
  /** The figure at a path. @throws INTERNAL when there is no number */
  need(reading: FigureReading): Figure;
}

/** The computations of one task. */
export interface EvidenceBook {
  add(computation: Computation): Evidence;
  drafts(): readonly EvidenceDraft[];
}

/** Starts the book of a task; the same computation in the same round of a retried task gets the same id. */
export function evidenceBook(
  context: Pick<SpecialistContext, 'run' | 'task' | 'revision' | 'workspace'>,
): EvidenceBook {
  const drafts: EvidenceDraft[] = [];
  const round = String(context.revision?.round ?? 0);
  return {
    add(computation) {
      const nth = drafts.filter((draft) => draft.kind === computation.kind).length;
      const draft: EvidenceDraft = {
        id: derivedId(context.run.id, context.task.id, round, computation.kind, String(nth)),
        kind: computation.kind,
        tier: computation.tier,
        input: plainJson(computation.input),
        output: plainJson(computation.output),
        seed: computation.seed ?? null,
        loadIds: computation.loadIds ?? [],
        asOf: computation.asOf ?? lastKnownDay(context.workspace),
      };
      drafts.push(draft);
      return evidenceOver(draft);
    },
    drafts: () => drafts,
  };
}

/** The day that a computation on all data is of: no later than the data reach. */
export function lastKnownDay(workspace: SpecialistContext['workspace']): string {
  const { businessDate, dataThrough } = workspace;
  return dataThrough != null && dataThrough < businessDate ? dataThrough : businessDate;
}

/** Figures that stand anywhere in a value, in order, each once. */
export function figuresIn(value: unknown): Figure[] {
  const found = new Map<string, Figure>();
  const walk = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return;
    if (isFigure(part)) found.set(`${part.evidenceId} ${part.path} ${part.label}`, part);
    else for (const child of Object.values(part)) walk(child);
  };
  walk(value);
  return [...found.values()];
}

/** A value as JSON holds it: bigint as text, `undefined` and numbers that are not finite as null. */
export function plainJson(value: unknown): unknown {
  const text = JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === 'bigint') return part.toString();
    if (part instanceof Map) return Object.fromEntries(part);
    if (part instanceof Float64Array || part instanceof Float32Array || part instanceof Int32Array) return [...part];
    return typeof part === 'number' && !Number.isFinite(part) ? null : part;
  });
  const plain: unknown = text === undefined ? null : JSON.parse(text);
  canonicalJson(plain);
  return plain;
}

function evidenceOver(draft: EvidenceDraft): Evidence {
  const read = (path: string): number | null => {
    const found = valueAt(draft.output, path);
    const value = typeof found === 'string' && found.trim() !== '' ? Number(found) : found;
    if (typeof value !== 'number' || !Number.isFinite(value)) return null;
    return /micros$/i.test(path) ? value / 1e6 : value;
  };
  const figure = ({ label, path, unit, interval }: FigureReading): Figure | null => {
    const value = read(path);
    if (value === null) return null;
    const lower = interval ? read(interval.lower) : null;
    const upper = interval ? read(interval.upper) : null;
    const level = interval && lower !== null && upper !== null ? interval.level : null;
    return {
      label,
      value,
      unit,
      lower: level === null ? null : lower,
      upper: level === null ? null : upper,
      interval: level,
      evidenceId: draft.id,
      path,
    };
  };
  return {
    draft,
    figure,
    need(reading) {
      const made = figure(reading);
      if (made) return made;
      throw new AppError(
        'INTERNAL',
        `Evidence ${draft.kind} holds no number at ${reading.path} for "${reading.label}".`,
      );
    },
  };
}

function isFigure(value: object): value is Figure {
  return 'evidenceId' in value && 'path' in value && 'interval' in value && 'label' in value;
}

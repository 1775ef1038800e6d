/** Owns the prose that a model writes for any artifact, and how it joins the computed parts: frames give headings, tables and charts. */
import { z } from 'zod';
import type { Figure } from '../domain/evidence.ts';
import type { ArtifactShape, Chart, Section, Source, Span, Table } from '../domain/artifacts/shape.ts';
import type { SpecialistContext } from './contract.ts';

/** Prose of an artifact; `key` names the section it belongs to. */
export const proseSchema = z.object({
  title: z.string().min(1).max(160),
  summary: z.string().min(1).max(1800),
  sections: z.array(z.object({ key: z.string(), paragraphs: z.array(z.string()), points: z.array(z.string()) })),
  caveats: z.array(z.string()),
});
export type Prose = z.infer<typeof proseSchema>;

/** A section before its prose is written. */
export interface Frame {
  readonly key: string;
  readonly heading: string;
  readonly table?: Table | null;
  readonly chart?: Chart | null;
}

/** What surrounds the prose of an artifact. */
export interface Surroundings {
  readonly frames: readonly Frame[];
  readonly window: Span | null;
  readonly sources: readonly Source[];
  readonly figures: readonly Figure[];
  /** Caveats that the computation itself raises; they stand before the model's. */
  readonly caveats?: readonly string[];
}

/** Joins prose with frames into the fields that every artifact has; sections without prose, table or chart fall away. */
export function shapeOf(context: SpecialistContext, prose: Prose, around: Surroundings): ArtifactShape {
  const written = new Map(prose.sections.map((section) => [section.key, section]));
  const sections = around.frames.map((frame): Section => {
    const text = written.get(frame.key);
    return {
      key: frame.key,
      heading: frame.heading,
      paragraphs: (text?.paragraphs ?? []).filter((line) => line.trim() !== ''),
      points: (text?.points ?? []).filter((line) => line.trim() !== ''),
      table: frame.table ?? null,
      chart: frame.chart ?? null,
    };
  });
  return {
    title: prose.title,
    summary: prose.summary,
    question: context.task.question,
    notAvailable: null,
    window: around.window,
    strategyVersion: context.strategy?.version ?? null,
    sections: sections.filter(
      (section) =>
        section.paragraphs.length + section.points.length > 0 || section.table !== null || section.chart !== null,
    ),
    caveats: [...new Set([...(around.caveats ?? []), ...prose.caveats])].filter((line) => line.trim() !== ''),
    sources: [...around.sources],
    figures: [...around.figures],
  };
}

/** The source of figures that come from the workspace's own facts. @param date last day that they reach */
export function ownDataSource(date: string): Source {
  return { kind: 'METRICS', id: 'performance', title: 'Own performance data', date, trust: 'COMPUTED' };
}

/** The common fields of an artifact that the workspace's data cannot feed. */
export function notAvailableShape(context: SpecialistContext, title: string, reason: string): ArtifactShape {
  return {
    title,
    summary: `Not available: ${reason}`,
    question: context.task.question,
    notAvailable: reason,
    window: null,
    strategyVersion: context.strategy?.version ?? null,
    sections: [],
    caveats: [],
    sources: [],
    figures: [],
  };
}

/**
 * Owns what every artifact has in common, so that one renderer shows them all: title, summary, sections with tables and
 * charts, caveats, sources, figures. Prose stands apart from numbers; each number names the evidence it comes from.
 */
import { z } from 'zod';
import { evidenceTierSchema, figureSchema } from '../evidence.ts';

/** A value of a table: text, a number in the column's unit, or null where it is not known. */
export const cellSchema = z.union([z.string(), z.number(), z.null()]);

/** A column of a table; `key` is where its value stands below the row's path in the evidence. */
export const columnSchema = z.object({
  key: z.string(),
  label: z.string(),
  /** `TEXT`, `DAY`, `COUNT`, `SHARE`, `RATIO`, `DAYS`, `SCORE`, or a currency code. */
  unit: z.string(),
});

/** Rows with their source: the number in a cell is the value at `path.key` of the evidence's output. */
export const tableSchema = z.object({
  title: z.string(),
  /** Evidence of the rows that name none of their own; null for a table that holds text alone. */
  evidenceId: z.uuid().nullable(),
  columns: z.array(columnSchema).min(1),
  rows: z.array(z.object({ path: z.string(), evidenceId: z.uuid().optional(), cells: z.array(cellSchema) })),
});
export type Table = z.infer<typeof tableSchema>;
export type Column = z.infer<typeof columnSchema>;

/** A chart: one list of positions, and series over them; `lower` and `upper` draw a band. */
export const chartSchema = z.object({
  title: z.string(),
  form: z.enum(['LINE', 'BAR', 'INTERVAL']),
  unit: z.string(),
  evidenceId: z.uuid(),
  /** Where the data of the chart stand in the evidence's output. */
  path: z.string(),
  x: z.array(z.string()),
  series: z.array(
    z.object({
      name: z.string(),
      values: z.array(z.number().nullable()),
      lower: z.array(z.number().nullable()).optional(),
      upper: z.array(z.number().nullable()).optional(),
    }),
  ),
});
export type Chart = z.infer<typeof chartSchema>;

/** One part of an artifact as it is read: a heading, prose, points, and at most one table and one chart. */
export const sectionSchema = z.object({
  key: z.string(),
  heading: z.string(),
  paragraphs: z.array(z.string()),
  points: z.array(z.string()),
  table: tableSchema.nullable(),
  chart: chartSchema.nullable(),
});
export type Section = z.infer<typeof sectionSchema>;

/** Material that an artifact was made from. */
export const sourceSchema = z.object({
  kind: z.enum(['METRICS', 'BRAND', 'LEARNING', 'PLAYBOOK', 'ARTIFACT']),
  id: z.string(),
  title: z.string(),
  /** Day of the material, or the last day that the data reach. */
  date: z.string(),
  trust: z.enum(['OWNED', 'IMPORTED', 'UNTRUSTED', 'COMPUTED']),
});
export type Source = z.infer<typeof sourceSchema>;

/** Days that an artifact speaks of, both counted. */
export const spanSchema = z.object({ from: z.string(), to: z.string() });
export type Span = z.infer<typeof spanSchema>;

/** Fields of every artifact. */
export const artifactShape = z.object({
  title: z.string(),
  summary: z.string(),
  /** The question of the task, in words. */
  question: z.string(),
  /** Why the workspace's data cannot answer, or null where they can. Sections are empty then. */
  notAvailable: z.string().nullable(),
  window: spanSchema.nullable(),
  /** Strategy version that it was built from. */
  strategyVersion: z.number().int().nullable(),
  sections: z.array(sectionSchema),
  caveats: z.array(z.string()),
  sources: z.array(sourceSchema),
  /** Every figure that prose may name. */
  figures: z.array(figureSchema),
});
export type ArtifactShape = z.infer<typeof artifactShape>;

/** Strongest support first; the tier of a finding. */
export const tierSchema = evidenceTierSchema;

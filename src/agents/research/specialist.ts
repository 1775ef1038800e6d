/** Owns the research specialist: gather, compute, compose, in this order. */
import type { ResearchNote } from '../../domain/artifacts/researchNote.ts';
import type { Source, Table } from '../../domain/artifacts/shape.ts';
import { researchNoteSchema } from '../../domain/artifacts/researchNote.ts';
import { daysInclusive } from '../../kernel/calendar.ts';
import type { SpecialistContext, SpecialistDefinition, SpecialistResult } from '../contract.ts';
import { evidenceBook, figuresIn } from '../evidence.ts';
import { composeGrounded } from '../grounding.ts';
import { goalFacts, kpiUnit } from '../labels.ts';
import { ownDataSource, shapeOf } from '../prose.ts';
import { finish } from '../result.ts';
import { toolsFor } from '../toolbox.ts';
import {
  composeResearch,
  RESEARCH_INSTRUCTIONS,
  RESEARCH_PURPOSE,
  researchAnswerSchema,
  type ResearchFacts,
} from './compose.ts';
import {
  contradictionsOf,
  dataFindings,
  materialFindings,
  scanDrivers,
  unknownsOf,
  type DriverScan,
} from './compute.ts';
import { gatherResearch, RESEARCH_TOOLS, type ResearchMaterial } from './gather.ts';

/** Research: what do own material and own data say about the goal? */
export const research: SpecialistDefinition = {
  specialist: 'RESEARCH',
  owner: 'Research analyst',
  purpose:
    'Searches brand memory and past learnings for the goal and decomposes what moved the KPI by channel and campaign.',
  tools: RESEARCH_TOOLS,
  run: runResearch,
};

async function runResearch(context: SpecialistContext): Promise<SpecialistResult> {
  const book = evidenceBook(context);
  const material = await gatherResearch(context, toolsFor(context, 'RESEARCH', RESEARCH_TOOLS));
  const scan = scanDrivers(context, book, material);
  const behind = material.coverage.span
    ? daysInclusive(material.coverage.span.to, context.workspace.businessDate) - 1
    : null;
  const fromData = scan ? dataFindings(scan, material) : [];
  const fromMaterial = materialFindings(material.hits);
  const contradictions = contradictionsOf(material);
  const unknowns = unknownsOf(context, material, behind);
  await context.progress(`Read ${fromMaterial.length} passages and ${scan?.drivers.length ?? 0} drivers.`);

  const facts = factsOf(context, { material, scan, fromData, fromMaterial, contradictions, unknowns });
  const figures = figuresIn(facts);
  const composed = await composeGrounded(context, {
    purpose: RESEARCH_PURPOSE,
    instructions: RESEARCH_INSTRUCTIONS,
    facts,
    figures,
    schema: researchAnswerSchema,
    composer: composeResearch,
  });
  const { answer } = composed;
  const statements = new Map(answer.statements.map((entry) => [entry.id, entry.text]));
  const content: ResearchNote = {
    ...shapeOf(context, answer, {
      frames: framesOf(context, scan),
      window: material.windows?.now ?? null,
      sources: sourcesOf(material),
      figures,
      caveats: composed.notes,
    }),
    findings: [...fromData, ...fromMaterial].map((finding) => ({
      ...finding,
      statement: statements.get(finding.id) ?? finding.quote ?? '',
    })),
    drivers: [...(scan?.drivers ?? [])],
    contradictions: contradictions.map((entry, index) => ({
      statement: answer.contradictions[index] ?? entry.parts.join(' / '),
      between: entry.between,
    })),
    unknowns,
    meaningForGoal: answer.meaningForGoal,
  };
  return finish({ kind: 'RESEARCH_NOTE', schema: researchNoteSchema, content, composed, evidence: book.drafts() });
}

function factsOf(
  context: SpecialistContext,
  read: {
    readonly material: ResearchMaterial;
    readonly scan: DriverScan | null;
    readonly fromData: ReturnType<typeof dataFindings>;
    readonly fromMaterial: ReturnType<typeof materialFindings>;
    readonly contradictions: ReturnType<typeof contradictionsOf>;
    readonly unknowns: readonly string[];
  },
): ResearchFacts {
  const { material, scan, fromData, fromMaterial, contradictions, unknowns } = read;
  return {
    goal: goalFacts(context.goal),
    currency: context.workspace.currency,
    windows: material.windows,
    kpi: scan ? { now: scan.now, before: scan.before, change: scan.change, changeShare: scan.changeShare } : null,
    drivers: scan?.drivers ?? [],
    dataFindings: (scan?.drivers ?? [])
      .filter((driver) => driver.level === 'CHANNEL')
      .slice(0, fromData.length)
      .map((driver, index) => ({ id: fromData[index]?.id ?? '', driver })),
    quotes: fromMaterial.map((finding) => ({
      id: finding.id,
      source: finding.source,
      date: finding.date,
      trust: finding.trust,
      kind: finding.sourceKind,
      quote: finding.quote ?? '',
    })),
    contradictions: contradictions.map((entry) => ({
      kind: entry.statement,
      between: entry.between,
      parts: entry.parts,
    })),
    credited: creditFigures(scan),
    unknowns,
  };
}

function framesOf(
  context: SpecialistContext,
  scan: DriverScan | null,
): { key: string; heading: string; table?: Table | null }[] {
  return [
    { key: 'meaning', heading: 'What this means for the goal' },
    { key: 'drivers', heading: 'Who moved it', table: scan ? driverTable(scan, kpiUnit(context.goal)) : null },
    { key: 'material', heading: 'What own material says' },
    { key: 'contradictions', heading: 'Where sources disagree' },
    { key: 'unknowns', heading: 'What is not known' },
  ];
}

function driverTable(scan: DriverScan, unit: string): Table {
  return {
    title: 'Change of the KPI by channel and campaign',
    evidenceId: scan.evidence.draft.id,
    columns: [
      { key: 'name', label: 'Channel or campaign', unit: 'TEXT' },
      { key: 'change', label: 'Change', unit },
      { key: 'volume', label: 'By spend', unit },
      { key: 'efficiency', label: 'By efficiency', unit },
    ],
    rows: scan.drivers.map((driver) => ({
      path: driver.change.path.replace(/\.change$/, ''),
      cells: [
        driver.name,
        driver.change.value,
        driver.volumeEffect?.value ?? null,
        driver.efficiencyEffect?.value ?? null,
      ],
    })),
  };
}

function creditFigures(scan: DriverScan | null): ResearchFacts['credited'] {
  return {
    platform:
      scan?.evidence.figure({
        label: 'conversions that platforms credit to themselves',
        path: 'credited.platform',
        unit: 'COUNT',
      }) ?? null,
    booked:
      scan?.evidence.figure({ label: 'conversions in the outcome source', path: 'credited.booked', unit: 'COUNT' }) ??
      null,
  };
}

function sourcesOf(material: ResearchMaterial): Source[] {
  const documents = new Map(material.hits.map(({ hit }) => [hit.provenance.documentId, hit]));
  const data = material.coverage.span ? [ownDataSource(material.coverage.span.to)] : [];
  return [
    ...data,
    ...[...documents.values()].map((hit) => ({
      kind: hit.kind,
      id: hit.provenance.documentId,
      title: hit.provenance.title,
      date: hit.provenance.addedAt.slice(0, 10),
      trust: hit.provenance.trust,
    })),
  ];
}

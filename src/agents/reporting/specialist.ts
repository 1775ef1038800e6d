/** Owns the reporting specialist: gather, compute, compose, in this order. */
import { performanceReportSchema, type PerformanceReport } from '../../domain/artifacts/performanceReport.ts';
import type { Chart } from '../../domain/artifacts/shape.ts';
import { daysInclusive } from '../../kernel/calendar.ts';
import { windowText } from '../../models/phrases.ts';
import { recommendationSetSchema } from '../../domain/artifacts/recommendationSet.ts';
import { upstreamOf } from '../upstream.ts';
import type { SpecialistContext, SpecialistDefinition, SpecialistResult } from '../contract.ts';
import { evidenceBook, figuresIn, type EvidenceBook } from '../evidence.ts';
import { composeGrounded } from '../grounding.ts';
import { goalFacts, kpiUnit, kpiWords } from '../labels.ts';
import { notAvailableShape, ownDataSource, shapeOf, type Frame } from '../prose.ts';
import { finish, NO_MODEL } from '../result.ts';
import { staleText, stalenessOf } from '../staleness.ts';
import { toolsFor } from '../toolbox.ts';
import {
  composeReporting,
  REPORTING_INSTRUCTIONS,
  REPORTING_PURPOSE,
  reportingAnswerSchema,
  type ReportingFacts,
} from './compose.ts';
import { gatherReporting, REPORTING_TOOLS, type ReportingMaterial } from './gather.ts';
import { outlookOf, type Outlook } from './outlook.ts';
import { changeShareOf, treeOf, type DriverTree } from './tree.ts';

/** Reporting: where does the KPI stand against its target, what moved it, and how good were earlier forecasts? */
export const reporting: SpecialistDefinition = {
  specialist: 'REPORTING',
  owner: 'Reporting analyst',
  purpose:
    'Sets the KPI and its forecast beside the target, splits its change into factors and channels, and reads the ledger of earlier forecasts.',
  tools: REPORTING_TOOLS,
  run: runReporting,
};

const MISSES_SHOWN = 5;

async function runReporting(context: SpecialistContext): Promise<SpecialistResult> {
  const book = evidenceBook(context);
  const material = await gatherReporting(context, toolsFor(context, 'REPORTING', REPORTING_TOOLS));
  if (!material) return unavailable(context);
  const tree = treeOf(context, book, material);
  const outlook = outlookOf(context, book, material);
  await context.progress(
    outlook.forecast
      ? 'KPI, forecast and drivers are computed.'
      : 'KPI and drivers are computed; the window is out of reach of a forecast.',
  );
  const facts = factsOf(context, { material, tree, outlook, record: recordOf(book, material) });
  const figures = figuresIn(facts);
  const composed = await composeGrounded(context, {
    purpose: REPORTING_PURPOSE,
    instructions: REPORTING_INSTRUCTIONS,
    facts: { ...facts, interval: { value: 0.8, unit: 'SHARE' } },
    figures,
    schema: reportingAnswerSchema,
    composer: composeReporting,
  });
  const shape = shapeOf(context, composed.answer, {
    frames: framesOf(context, tree, outlook),
    window: material.windows.now,
    sources: [ownDataSource(material.coverage.span?.to ?? material.windows.now.to)],
    figures,
    caveats: composed.notes,
  });
  return finish({
    kind: 'PERFORMANCE_REPORT',
    schema: performanceReportSchema,
    content: {
      ...shape,
      kpi: context.goal.kpi,
      freshness: facts.freshness,
      target: facts.target,
      driverTree: [...tree.nodes],
      changes: changesOf(tree),
      decisionsDue: decisionsOf(context, outlook),
      forecastRecord: shownRecord(material),
    } satisfies PerformanceReport,
    composed,
    evidence: book.drafts(),
  });
}

function factsOf(
  context: SpecialistContext,
  parts: {
    readonly material: ReportingMaterial;
    readonly tree: DriverTree;
    readonly outlook: Outlook;
    readonly record: ReportingFacts['record'];
  },
): ReportingFacts {
  const { material, tree, outlook, record } = parts;
  return {
    goal: goalFacts(context.goal),
    stale: staleText(stalenessOf(context)),
    windows: material.windows,
    changeShare: changeShareOf(tree),
    tree: tree.nodes,
    target: {
      goal: outlook.target,
      actual: outlook.actual,
      forecast: outlook.forecast,
      probabilityOfReaching: outlook.probability,
      gap: outlook.gap,
    },
    shown: outlook.shown,
    outlookCaveats: outlook.caveats,
    record,
    freshness: material.coverage.freshness.map((entry) => ({
      source: entry.source,
      loadedThrough: entry.through,
      daysBehind: Math.max(0, daysInclusive(entry.through, context.workspace.businessDate) - 1),
    })),
  };
}

/** The ledger in short: how many were scored and held, and the latest that missed. */
function shownRecord({ ledger }: ReportingMaterial): PerformanceReport['forecastRecord'] {
  return {
    scored: ledger.length,
    inside80: ledger.filter((entry) => entry.inside80).length,
    notToldApart: ledger.filter((entry) => !entry.inside80 && entry.agrees80).length,
    misses: ledger
      .filter((entry) => !entry.agrees80)
      .slice(0, MISSES_SHOWN)
      .map((entry) => ({
        kpi: entry.kpi,
        window: windowText(entry.from, entry.to),
        mean: entry.mean,
        observed: entry.observed,
        inside: entry.inside80,
      })),
  };
}

/** Cards of the same run that wait for people, and the gap that a decision has to close. */
function decisionsOf(context: SpecialistContext, outlook: Outlook): string[] {
  const set = upstreamOf(context, 'RECOMMENDATION_SET', (content) => recommendationSetSchema.parse(content));
  const waiting = (set?.recommendations ?? [])
    .filter((card) => card.actions.length > 0)
    .map((card) => `By ${card.expiresOn}: ${card.action}`);
  const short = outlook.probability !== null && outlook.probability.value < 0.5;
  return [...waiting, ...(short ? [`By ${context.goal.from}: what closes the gap to the target`] : [])];
}

function recordOf(book: EvidenceBook, material: ReportingMaterial): ReportingFacts['record'] {
  const scored = material.ledger.length;
  const inside80 = material.ledger.filter((entry) => entry.inside80).length;
  const notToldApart = material.ledger.filter((entry) => !entry.inside80 && entry.agrees80).length;
  if (scored === 0) return { scored, inside80, notToldApart, misses: [] };
  const evidence = book.add({
    kind: 'outcomes.ledger',
    tier: 'OBSERVED',
    input: { forecasts: scored },
    output: { scored, inside80, notToldApart, forecasts: material.ledger },
    loadIds: material.coverage.loadIds,
  });
  const misses = material.ledger
    .flatMap((entry, index) => (entry.agrees80 ? [] : [{ entry, index }]))
    .slice(0, MISSES_SHOWN);
  return {
    scored,
    inside80,
    notToldApart,
    misses: misses.map(({ entry, index }) => ({
      kpi: entry.kpi,
      window: windowText(entry.from, entry.to),
      mean: evidence.need({
        label: `forecast of ${kpiWords(entry.kpi)}, ${entry.from} to ${entry.to}`,
        path: `forecasts.${index}.mean`,
        unit: entry.unit,
      }),
      observed: evidence.need({
        label: `${kpiWords(entry.kpi)} observed, ${entry.from} to ${entry.to}`,
        path: `forecasts.${index}.observed`,
        unit: entry.unit,
      }),
    })),
  };
}

function changesOf(tree: DriverTree): PerformanceReport['changes'] {
  return tree.nodes
    .filter((node) => node.relation !== 'ROOT' && node.effect !== null && node.effect.value !== 0)
    .toSorted((a, b) => Math.abs(b.effect?.value ?? 0) - Math.abs(a.effect?.value ?? 0))
    .slice(0, 5)
    .map((node) => ({
      statement: `${node.label} moved the KPI`,
      cause:
        node.relation === 'TIMES'
          ? 'A factor of the KPI changed; the tree does not say why.'
          : 'Booked under this channel; part of it may have come anyway.',
      figures: node.effect ? [node.now, node.before, node.effect] : [],
    }));
}

function framesOf(context: SpecialistContext, tree: DriverTree, outlook: Outlook): Frame[] {
  const unit = kpiUnit(context.goal);
  const rows = [
    ...tree.factors.map((factor, index) => ({ factor, path: `factors.${index}` })),
    ...tree.channels.map((factor, index) => ({ factor, path: `channels.${index}` })),
  ];
  return [
    { key: 'target', heading: 'KPI against target', chart: outlookChart(outlook, unit) },
    {
      key: 'drivers',
      heading: 'What changed and where',
      table: {
        title: 'Factors and channels, effect on the KPI',
        evidenceId: tree.evidence.draft.id,
        columns: [
          { key: 'label', label: 'Driver', unit: 'TEXT' },
          { key: 'effect', label: 'Effect on the KPI', unit },
        ],
        rows: rows.map(({ factor, path }) => ({ path, cells: [factor.label, factor.effect] })),
      },
    },
    { key: 'record', heading: 'How earlier forecasts did' },
    { key: 'freshness', heading: 'How fresh the data are' },
  ];
}

function outlookChart(outlook: Outlook, unit: string): Chart | null {
  if (!outlook.evidence || outlook.history.length === 0) return null;
  const { history, points } = outlook;
  const gap = Array.from({ length: history.length }, () => null);
  return {
    title: 'KPI by week, with the forecast of the coming weeks',
    form: 'LINE',
    unit,
    evidenceId: outlook.evidence.draft.id,
    path: 'history',
    x: [...history.map((entry) => entry.week), ...points.map((point) => point.week)],
    series: [
      { name: 'Booked', values: [...history.map((entry) => entry.value), ...points.map(() => null)] },
      {
        name: 'Forecast, 80% interval',
        values: [...gap, ...points.map((point) => point.mean)],
        lower: [...gap, ...points.map((point) => point.lower)],
        upper: [...gap, ...points.map((point) => point.upper)],
      },
    ],
  };
}

function unavailable(context: SpecialistContext): SpecialistResult {
  const book = evidenceBook(context);
  const setting = book.add({
    kind: 'goal.setting',
    tier: 'OBSERVED',
    input: { goalId: context.goal.id },
    output: { target: context.goal.target },
  });
  const content: PerformanceReport = {
    ...notAvailableShape(context, 'Performance', 'No performance data are loaded, so there is no KPI to report on.'),
    kpi: context.goal.kpi,
    freshness: [],
    target: {
      goal: setting.need({ label: 'target', path: 'target', unit: kpiUnit(context.goal) }),
      actual: null,
      forecast: null,
      probabilityOfReaching: null,
      gap: null,
    },
    driverTree: [],
    changes: [],
    decisionsDue: [],
    forecastRecord: { scored: 0, inside80: 0, notToldApart: 0, misses: [] },
  };
  return finish({
    kind: 'PERFORMANCE_REPORT',
    schema: performanceReportSchema,
    content,
    composed: NO_MODEL,
    evidence: book.drafts(),
  });
}

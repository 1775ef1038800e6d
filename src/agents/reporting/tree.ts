/** Owns the driver tree: the KPI split into factors that multiply to it, and into channels that add up to it, each with its effect on the change. */
import type { PerformanceReport, TreeNode } from '../../domain/artifacts/performanceReport.ts';
import type { MetricName } from '../../domain/metrics.ts';
import type { SpecialistContext } from '../contract.ts';
import { factorEffects } from '../decomposition.ts';
import type { Evidence, EvidenceBook } from '../evidence.ts';
import { channelTitle, kpiUnit, kpiWords, raised } from '../labels.ts';
import { KPI_CHAIN, type ReportingMaterial } from './gather.ts';

const CHANNELS_SHOWN = 12;

/** One factor as the evidence holds it. */
interface Factor {
  readonly id: string;
  readonly label: string;
  readonly unit: string;
  readonly now: number;
  readonly before: number;
  readonly effect: number | null;
}

/** The tree with its evidence. */
export interface DriverTree {
  readonly evidence: Evidence;
  readonly nodes: readonly TreeNode[];
  readonly factors: readonly Factor[];
  readonly channels: readonly Factor[];
}

/** Builds the tree over the latest weeks and those before. */
export function treeOf(context: SpecialistContext, book: EvidenceBook, material: ReportingMaterial): DriverTree {
  const { goal } = context;
  const factors = factorsOf(context, material);
  const channels = channelsOf(context, material);
  const kpi = { now: material.totals.now[goal.kpi] ?? 0, before: material.totals.before[goal.kpi] ?? 0 };
  const evidence = book.add({
    kind: 'metrics.tree',
    tier: 'OBSERVED',
    input: { kpi: goal.kpi, windows: material.windows, method: 'LMDI-I for factors, differences for channels' },
    output: {
      kpi: { ...kpi, change: kpi.now - kpi.before, changeShare: kpi.before > 0 ? kpi.now / kpi.before - 1 : null },
      factors,
      channels,
    },
    loadIds: material.coverage.loadIds,
    asOf: material.windows.now.to,
  });
  return { evidence, factors, channels, nodes: nodesOf(context, { evidence, factors, channels }) };
}

/** The channels whose change is largest, largest first, and one line for the rest, so that the lines add up. */
function channelsOf({ goal }: SpecialistContext, { channels }: ReportingMaterial): Factor[] {
  const unit = kpiUnit(goal);
  const ids = [...new Set([...channels.now.keys(), ...channels.before.keys()])];
  const all = ids
    .map((id): Factor => {
      const now = channels.now.get(id) ?? 0;
      const before = channels.before.get(id) ?? 0;
      const label = id === 'WITHOUT_CHANNEL' ? 'Without a channel' : channelTitle(id);
      return { id, label, unit, now, before, effect: now - before };
    })
    .toSorted((a, b) => Math.abs(b.effect ?? 0) - Math.abs(a.effect ?? 0));
  if (all.length <= CHANNELS_SHOWN) return all;
  const rest = all.slice(CHANNELS_SHOWN - 1);
  const now = rest.reduce((sum, channel) => sum + channel.now, 0);
  const before = rest.reduce((sum, channel) => sum + channel.before, 0);
  const label = `${rest.length} other channels`;
  return [...all.slice(0, CHANNELS_SHOWN - 1), { id: 'OTHER', label, unit, now, before, effect: now - before }];
}

function nodesOf(
  { goal }: SpecialistContext,
  { evidence, factors, channels }: Omit<DriverTree, 'nodes'>,
): DriverTree['nodes'] {
  const unit = kpiUnit(goal);
  const words = kpiWords(goal.kpi);
  const root: TreeNode = {
    id: 'kpi',
    parentId: null,
    label: raised(words),
    relation: 'ROOT',
    now: evidence.need({ label: `${words}, latest weeks`, path: 'kpi.now', unit }),
    before: evidence.need({ label: `${words}, weeks before`, path: 'kpi.before', unit }),
    effect: evidence.figure({ label: `change of ${words}`, path: 'kpi.change', unit }),
  };
  const nodeOf =
    (list: 'factors' | 'channels', relation: TreeNode['relation']) =>
    (factor: Factor, index: number): TreeNode => ({
      id: `${list}.${factor.id}`,
      parentId: 'kpi',
      label: factor.label,
      relation,
      now: evidence.need({ label: `${factor.label}, latest weeks`, path: `${list}.${index}.now`, unit: factor.unit }),
      before: evidence.need({
        label: `${factor.label}, weeks before`,
        path: `${list}.${index}.before`,
        unit: factor.unit,
      }),
      effect: evidence.figure({
        label: `effect of ${factor.label} on ${words}`,
        path: `${list}.${index}.effect`,
        unit,
      }),
    });
  return [root, ...factors.map(nodeOf('factors', 'TIMES')), ...channels.map(nodeOf('channels', 'PLUS'))];
}

/** Relative change of the KPI, or null where it was zero. */
export function changeShareOf(tree: DriverTree): PerformanceReport['figures'][number] | null {
  return tree.evidence.figure({ label: 'relative change of the KPI', path: 'kpi.changeShare', unit: 'SHARE' });
}

function factorsOf(context: SpecialistContext, material: ReportingMaterial): Factor[] {
  const { kpi, currency } = context.goal;
  const { now, before } = material.totals;
  const known = (metric: MetricName): boolean => (now[metric] ?? 0) > 0 && (before[metric] ?? 0) > 0;
  const steps = KPI_CHAIN[kpi].filter(known);
  const chain: MetricName[] = steps.length > 1 || !known('SPEND') || !known(kpi) ? steps : ['SPEND', kpi];
  if (chain.at(-1) !== kpi) return [];
  const factors = chain.map((metric, index): Omit<Factor, 'effect'> => {
    const previous = chain[index - 1];
    const unitOf = (name: MetricName): string =>
      name === 'SPEND' || name === 'REVENUE' || name === 'PIPELINE' ? currency : 'COUNT';
    if (previous === undefined)
      return {
        id: metric,
        label: raised(kpiWords(metric)),
        unit: unitOf(metric),
        now: now[metric] ?? 0,
        before: before[metric] ?? 0,
      };
    const ratioUnit =
      unitOf(metric) === currency && unitOf(previous) === 'COUNT'
        ? currency
        : unitOf(metric) === 'COUNT' && unitOf(previous) === 'COUNT'
          ? 'SHARE'
          : 'RATIO';
    return {
      id: `${metric}_PER_${previous}`,
      label: `${raised(kpiWords(metric))} per ${singular(kpiWords(previous))}`,
      unit: ratioUnit,
      now: (now[metric] ?? 0) / (now[previous] ?? 1),
      before: (before[metric] ?? 0) / (before[previous] ?? 1),
    };
  });
  const effects = factorEffects(factors);
  return factors.map((factor, index) => ({ ...factor, effect: effects?.[index] ?? null }));
}

function singular(words: string): string {
  return words === 'spend' ? 'unit of spend' : words.replace(/s$/, '');
}

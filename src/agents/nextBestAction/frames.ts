/** Owns the sections of the recommendation set with their table and chart, and what it was made from. */
import type { RecommendationSet } from '../../domain/artifacts/recommendationSet.ts';
import type { SpecialistContext } from '../contract.ts';
import { channelTitle } from '../labels.ts';
import { ownDataSource, type Frame } from '../prose.ts';
import type { ShiftPlan } from './allocation.ts';
import type { ActionMaterial } from './gather.ts';

/** Sections in reading order. */
export function framesOf(context: SpecialistContext, plan: ShiftPlan | null, proposed: boolean): Frame[] {
  const { currency } = context.workspace;
  const title = proposed
    ? 'Weekly budget by channel, now and proposed'
    : 'Weekly budget by channel, now and as the data would split it: not proposed';
  const label = proposed ? 'Proposed' : 'Not proposed: best by the data';
  return [
    {
      key: 'cards',
      heading: 'Recommendations',
      table: plan
        ? {
            title,
            evidenceId: plan.evidence.draft.id,
            columns: [
              { key: 'channel', label: 'Channel', unit: 'TEXT' },
              { key: 'current', label: 'Now, a week', unit: currency },
              { key: 'proposed', label: `${label}, a week`, unit: currency },
            ],
            rows: plan.table.map((row, index) => ({
              path: `perWeek.${index}`,
              cells: [channelTitle(row.channel), row.current.value, row.proposed.value],
            })),
          }
        : null,
      chart: plan
        ? {
            title,
            form: 'BAR',
            unit: currency,
            evidenceId: plan.evidence.draft.id,
            path: 'perWeek',
            x: plan.table.map((row) => channelTitle(row.channel)),
            series: [
              { name: 'Now', values: plan.table.map((row) => row.current.value) },
              { name: label, values: plan.table.map((row) => row.proposed.value) },
            ],
          }
        : null,
    },
    { key: 'conflicts', heading: 'Conflicts between cards' },
  ];
}

/** The data and the artifacts that the cards rest on. */
export function sourcesOf(context: SpecialistContext, material: ActionMaterial): RecommendationSet['sources'] {
  const artifacts = context.upstream.map((artifact) => ({
    kind: 'ARTIFACT' as const,
    id: artifact.id,
    title: artifact.kind,
    date: context.workspace.businessDate,
    trust: 'COMPUTED' as const,
  }));
  const data = material.coverage.span ? [ownDataSource(material.coverage.span.to)] : [];
  return [...data, ...artifacts];
}

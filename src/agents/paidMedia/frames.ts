/** Owns the sections of the paid-media analysis with their tables and charts. */
import type { Table } from '../../domain/artifacts/shape.ts';
import type { SpecialistContext } from '../contract.ts';
import type { Evidence } from '../evidence.ts';
import { returnBase } from '../hurdle.ts';
import { channelTitle, kpiUnit } from '../labels.ts';
import type { Frame } from '../prose.ts';
import type { Returns } from './returns.ts';
import type { Waste } from './waste.ts';

/** Sections in reading order. */
export function framesOf(
  context: SpecialistContext,
  returns: Returns,
  campaigns: { wasteEvidence: Evidence; waste: readonly Waste[] },
): Frame[] {
  return [
    {
      key: 'returns',
      heading: 'What each channel adds',
      table: returnsTable(context, returns),
      chart: returnsChart(context, returns),
    },
    { key: 'waste', heading: 'Wasted spend', table: campaignTable(context, campaigns) },
    { key: 'fatigue', heading: 'Worn creative' },
    { key: 'identification', heading: 'What the data cannot judge' },
    { key: 'test', heading: 'The test that would settle most' },
    { key: 'tracking', heading: 'Tracking' },
  ];
}

function returnsTable(context: SpecialistContext, returns: Returns): Table {
  const { currency } = context.workspace;
  const unit = kpiUnit(context.goal);
  const per = `, per ${currency} ${returnBase(context.goal) === 1 ? '1' : '1,000'}`;
  return {
    title: 'Credited, added and next, by channel',
    evidenceId: returns.evidence.draft.id,
    columns: [
      { key: 'channel', label: 'Channel', unit: 'TEXT' },
      { key: 'spend', label: 'Spend', unit: currency },
      { key: 'attributedReturn', label: `Credited by platforms${per}`, unit },
      { key: 'incrementalReturn.mean', label: `Added${per}`, unit },
      { key: 'marginalReturn.mean', label: `Next unit adds${per}`, unit },
      { key: 'identified', label: 'Can be judged', unit: 'TEXT' },
    ],
    rows: returns.lines.map((line, index) => ({
      path: `channels.${index}`,
      cells: [
        channelTitle(line.channel),
        line.spend,
        line.attributedReturn,
        line.incrementalReturn?.mean ?? null,
        line.marginalReturn?.mean ?? null,
        line.identified ? 'yes' : 'no',
      ],
    })),
  };
}

function returnsChart({ goal, workspace }: SpecialistContext, returns: Returns): NonNullable<Frame['chart']> | null {
  const shown = returns.lines.filter((line) => line.marginalReturn !== null);
  if (shown.length === 0) return null;
  return {
    title: `What the next ${workspace.currency} ${returnBase(goal) === 1 ? '1' : '1,000'} is estimated to add`,
    form: 'INTERVAL',
    unit: kpiUnit(goal),
    evidenceId: returns.evidence.draft.id,
    path: 'channels',
    x: shown.map((line) => channelTitle(line.channel)),
    series: [
      {
        name: 'Marginal return',
        values: shown.map((line) => line.marginalReturn?.mean ?? null),
        lower: shown.map((line) => line.marginalReturn?.lower ?? null),
        upper: shown.map((line) => line.marginalReturn?.upper ?? null),
      },
    ],
  };
}

function campaignTable(
  context: SpecialistContext,
  { wasteEvidence, waste }: { wasteEvidence: Evidence; waste: readonly Waste[] },
): Table | null {
  const wasting = waste.flatMap((entry, index) => (entry.wasted > 0 ? [{ entry, index }] : []));
  if (wasting.length === 0) return null;
  const { currency } = context.workspace;
  return {
    title: 'Campaigns that spend beyond what their channel would have needed',
    evidenceId: wasteEvidence.draft.id,
    columns: [
      { key: 'name', label: 'Campaign', unit: 'TEXT' },
      { key: 'spend', label: 'Spend', unit: currency },
      { key: 'results', label: 'Booked results', unit: 'COUNT' },
      { key: 'costPerResult', label: 'Cost per result', unit: currency },
      { key: 'wasted', label: 'Beyond need', unit: currency },
    ],
    rows: wasting.map(({ entry, index }) => ({
      path: `campaigns.${index}`,
      cells: [
        entry.name,
        entry.spend,
        entry.results,
        entry.results > 0 ? entry.spend / entry.results : null,
        entry.wasted,
      ],
    })),
  };
}

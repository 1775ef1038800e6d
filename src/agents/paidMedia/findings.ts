/** Owns the findings of the paid-media analysis: what each figure asks of somebody, with an owner and a date. Words come from figures. */
import type { Fatigue, MediaFinding, PaidMediaAnalysis } from '../../domain/artifacts/paidMediaAnalysis.ts';
import type { Figure } from '../../domain/evidence.ts';
import { addDays } from '../../kernel/calendar.ts';
import { chanceText, listText, numberText, sentence } from '../../models/phrases.ts';
import type { SpecialistContext } from '../contract.ts';
import type { Evidence } from '../evidence.ts';
import { returnBase } from '../hurdle.ts';
import { channelTitle, kpiWords } from '../labels.ts';
import type { MediaMaterial } from './gather.ts';
import type { Returns } from './returns.ts';
import type { Waste } from './waste.ts';
import { amount, rangeOfKpi } from '../wording.ts';

/** Probability from which a channel is said to pay, or not to pay, for its next unit of spend. */
const SURE = 0.9;
/** Platform credit over booked results from which the difference is told. */
const OVERCLAIM = 1.25;
/** Sessions by clicks below which tracking is in doubt. */
const MIN_SESSIONS_PER_CLICK = 0.5;
const DUE_DAYS = 7;
const TEST_DAYS = 28;

/** What findings are drawn from. */
export interface FindingBasis {
  readonly context: SpecialistContext;
  readonly returns: Returns;
  readonly waste: readonly { readonly waste: Waste; readonly amount: Figure }[];
  readonly fatigue: readonly Fatigue[];
  /** Days that spend and booked results are of. */
  readonly window: { readonly from: string; readonly to: string };
}

/** All findings, gravest first. */
export function mediaFindings(basis: FindingBasis): MediaFinding[] {
  const found = [...wasteFindings(basis), ...fatigueFindings(basis), ...channelFindings(basis)];
  const order: Readonly<Record<MediaFinding['severity'], number>> = { BLOCK: 0, WARN: 1, INFO: 2 };
  return found
    .toSorted((a, b) => order[a.severity] - order[b.severity])
    .map((finding, index) => ({ ...finding, id: `media-${index + 1}` }));
}

function wasteFindings({ context, waste, window }: FindingBasis): MediaFinding[] {
  return waste.map(({ waste: entry, amount: wasted }) => ({
    ...base(context, 'WASTED_SPEND', 'WARN'),
    target: { type: 'campaign', id: entry.id, name: entry.name },
    effect: wasted,
    statement: sentence(
      `From ${window.from} to ${window.to} ${entry.name} spent ${amount(wasted)} beyond what the rest of ${channelTitle(entry.channel)} would have needed for the same booked results`,
    ),
    action: 'Reduce or pause it, and move what it frees',
  }));
}

function fatigueFindings({ context, fatigue }: FindingBasis): MediaFinding[] {
  return fatigue
    .filter((entry) => entry.fatigued)
    .map((entry) => ({
      ...base(context, 'CREATIVE_FATIGUE', 'WARN'),
      target: { type: 'message', id: entry.messageId, name: entry.messageName },
      effect: entry.change,
      statement: sentence(
        `The click rate of \u201c${entry.messageName}\u201d went from ${amount(entry.firstRate)} to ${amount(entry.lastRate)} within ${entry.weeks} weeks; that it wears out as more is seen is ${chanceText(entry.probability.value)}`,
      ),
      action: 'Replace the creative; leave the budget as it is until the new one has run two weeks',
      owner: 'Creative lead',
    }));
}

function channelFindings(basis: FindingBasis): MediaFinding[] {
  return basis.returns.channels.flatMap((_channel, index) => [
    ...judgedFinding(basis, index),
    ...overclaimFinding(basis, index),
  ]);
}

/** What the next unit at a channel brings, where that is sure enough to say; or that the data cannot tell. */
function judgedFinding({ context, returns }: FindingBasis, index: number): MediaFinding[] {
  const channel = returns.channels[index];
  const line = returns.lines[index];
  if (!channel || !line) return [];
  const name = channelTitle(channel.channel);
  const target = { type: 'channel', id: channel.channel, name };
  if (!channel.identified) {
    const why = (channel.reasons[0] ?? 'The series are too short').replaceAll(channel.channel, name);
    return [
      {
        ...base(context, 'NOT_IDENTIFIED', 'INFO'),
        target,
        effect: null,
        statement: sentence(`What ${name} adds cannot be told from these data. ${why}`),
        action: 'Vary or test it before its budget moves much',
      },
    ];
  }
  if (line.aboveHurdle === null || !channel.marginalReturn) return [];
  if (line.aboveHurdle < SURE && line.aboveHurdle > 1 - SURE) return [];
  const pays = line.aboveHurdle >= SURE;
  const above = returns.evidence.need({
    label: `chance that the next unit at ${name} pays`,
    path: `channels.${index}.aboveHurdle`,
    unit: 'SHARE',
  });
  return [
    {
      ...base(context, pays ? 'HEADROOM' : 'SATURATION', pays ? 'INFO' : 'WARN'),
      target,
      effect: channel.marginalReturn,
      statement: sentence(
        `The next ${perText(context)} at ${name} is estimated to add ${rangeOfKpi(channel.marginalReturn, kpiWords(context.goal.kpi))}; that it pays for itself is ${chanceText(above.value)}`,
      ),
      action: pays ? 'Room to scale' : 'Hold or lower its budget',
    },
  ];
}

/** Platforms that credit themselves with clearly more than the books hold. */
function overclaimFinding({ context, returns }: FindingBasis, index: number): MediaFinding[] {
  const channel = returns.channels[index];
  const overclaim = returns.lines[index]?.overclaim ?? null;
  if (!channel || overclaim === null || overclaim <= OVERCLAIM) return [];
  const name = channelTitle(channel.channel);
  const ratio = returns.evidence.need({
    label: `platform credit by booked conversions at ${name}`,
    path: `channels.${index}.overclaim`,
    unit: 'RATIO',
  });
  return [
    {
      ...base(context, 'PLATFORM_OVERCLAIM', 'INFO'),
      target: { type: 'channel', id: channel.channel, name },
      effect: ratio,
      statement: sentence(
        `The platforms of ${name} credit themselves with ${numberText(ratio.value, 'RATIO')} times what the books hold`,
      ),
      action: 'Do not steer on platform credit',
    },
  ];
}

/** Checks of whether the measurements can be trusted at all. */
export function trackingHealth(material: MediaMaterial): PaidMediaAnalysis['trackingHealth'] {
  const clicks = sumOf(material, 'CLICKS');
  const sessions = sumOf(material, 'SESSIONS');
  const silent = material.campaigns
    .filter((row) => (row.values.SPEND ?? 0) > 0 && row.values.QUALIFIED_LEADS === 0 && row.values.CONVERSIONS === 0)
    .map((row) => row.campaign?.name ?? '');
  return [
    clicks > 0 && sessions > 0
      ? {
          check: 'Clicks arrive as sessions',
          passed: sessions / clicks >= MIN_SESSIONS_PER_CLICK,
          note:
            sessions / clicks >= MIN_SESSIONS_PER_CLICK
              ? 'Analytics sees most of the clicks that platforms count.'
              : 'Analytics sees less than half of the clicks; look at consent, redirects and tags.',
        }
      : { check: 'Clicks arrive as sessions', passed: true, note: 'Not checked: clicks or sessions are not loaded.' },
    {
      check: 'Every paid campaign books something',
      passed: silent.length === 0,
      note:
        silent.length === 0
          ? 'No campaign spends without a booked result.'
          : `No booked result in the window: ${listText(silent, 4)}.`,
    },
    {
      check: 'Data are fresh',
      passed: material.coverage.freshness.length > 0,
      note: material.coverage.freshness.map((entry) => `${entry.source} through ${entry.through}`).join('; '),
    },
  ];
}

/** The test that would settle most: the unidentified channel that spends most. */
export function testFor(returns: Returns, geos: number): PaidMediaAnalysis['proposedTest'] {
  const index = returns.channels.findIndex((channel) => !channel.identified && channel.spend.value > 0);
  const channel = returns.channels[index];
  if (!channel) return null;
  return {
    channel: channel.channel,
    design:
      geos >= 4
        ? 'Switch the channel off in half of the regions, drawn at random within pairs of like size'
        : 'Two weeks at the present budget and two weeks at half of it in turns, which comes first drawn at random',
    days: TEST_DAYS,
    reason: channel.reasons[0] ?? 'The data cannot tell what it adds.',
  };
}

/** The wasted amounts as figures of their evidence; campaigns without waste are left out. */
export function wasteFigures(
  evidence: Evidence,
  waste: readonly Waste[],
  currency: string,
): { waste: Waste; amount: Figure }[] {
  return waste.flatMap((entry, index) =>
    entry.wasted > 0
      ? [
          {
            waste: entry,
            amount: evidence.need({
              label: `spend of ${entry.name} without effect`,
              path: `campaigns.${index}.wasted`,
              unit: currency,
            }),
          },
        ]
      : [],
  );
}

/** What returns are told per: `EUR 1,000`. */
export function perText({ goal, workspace }: Pick<SpecialistContext, 'goal' | 'workspace'>): string {
  return `${workspace.currency} ${returnBase(goal) === 1 ? '1' : '1,000'}`;
}

function base(
  context: SpecialistContext,
  kind: MediaFinding['kind'],
  severity: MediaFinding['severity'],
): Omit<MediaFinding, 'target' | 'effect' | 'statement' | 'action'> {
  return {
    id: '',
    kind,
    severity,
    owner: 'Media buyer',
    due: addDays(context.workspace.businessDate, DUE_DAYS),
    tier: 'OBSERVED',
  };
}

function sumOf(material: MediaMaterial, metric: 'CLICKS' | 'SESSIONS'): number {
  return material.channels
    .filter((row) => (row.values.SPEND ?? 0) > 0)
    .reduce((sum, row) => sum + (row.values[metric] ?? 0), 0);
}

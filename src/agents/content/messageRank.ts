/** Owns the ranking of messages as evidence: qualified responses within each channel, by the Brain's comparison that is safe under peeking. */
import { compareMessages, type MessageResult } from '../../brain/message.ts';
import type { Figure } from '../../domain/evidence.ts';
import type { Evidence, EvidenceBook } from '../evidence.ts';
import type { MessageFunnelRow, MetricRow } from '../tools.ts';

/** A message with its standing in its channel. */
export interface RankedMessage {
  readonly id: string;
  readonly name: string;
  readonly channel: string | null;
  /** Campaign in which most of it runs. */
  readonly campaignId: string | null;
  /** Qualified share of clicks, or of people reached where a channel is not clicked. */
  readonly rate: Figure;
  /** Rate by the mean rate of its channel: comparable across channels. */
  readonly index: number;
  /** Worse than the best of its channel beyond doubt. */
  readonly distinct: boolean;
  readonly probabilityBest: number;
}

/** Responses that a message needs to be ranked. */
const MIN_SUCCESSES = 10;

interface ChannelRow extends MessageResult {
  readonly name: string;
  readonly index: number;
}

/** Ranks messages, best index first; channels with fewer than two comparable messages are left out. */
export function rankMessages(
  book: EvidenceBook,
  input: {
    funnels: readonly MessageFunnelRow[];
    weeks: readonly MetricRow[];
    seed: number;
    loadIds: readonly string[];
  },
): { evidence: Evidence | null; ranked: RankedMessage[] } {
  const channels = [...Map.groupBy(input.funnels, (row) => row.channel ?? '')].flatMap(([channel, rows]) => {
    const compared = compareIn(rows, input.seed);
    return compared ? [{ channel, ...compared }] : [];
  });
  if (channels.length === 0) return { evidence: null, ranked: [] };
  const evidence = book.add({
    kind: 'brain.messages',
    tier: 'OBSERVED',
    input: {
      response: 'qualified leads',
      channels: channels.map((entry) => ({ channel: entry.channel, base: entry.base })),
    },
    output: { channels },
    seed: input.seed,
    loadIds: input.loadIds,
  });
  const ranked = channels.flatMap((entry, c) =>
    entry.rows.map((row, r): RankedMessage => ({
      id: row.id,
      name: row.name,
      channel: entry.channel === '' ? null : entry.channel,
      campaignId: campaignOf(row.id, input.weeks),
      rate: evidence.need({
        label: `qualified share of ${entry.base} of \u201c${row.name}\u201d`,
        path: `channels.${c}.rows.${r}.rate.mean`,
        unit: 'SHARE',
        interval: {
          lower: `channels.${c}.rows.${r}.rate.lower`,
          upper: `channels.${c}.rows.${r}.rate.upper`,
          level: 0.9,
        },
      }),
      index: row.index,
      distinct: row.verdict === 'WORSE',
      probabilityBest: row.probabilityBest,
    })),
  );
  return { evidence, ranked: ranked.toSorted((a, b) => b.index - a.index) };
}

/** Compares the messages of one channel against its best; people reached stand in for clicks where a channel is not clicked. */
function compareIn(
  rows: readonly MessageFunnelRow[],
  seed: number,
): { base: 'clicks' | 'people reached'; rows: ChannelRow[] } | null {
  const summed = [...Map.groupBy(rows, (row) => row.id).values()].map((group) => ({
    id: group[0]?.id ?? '',
    name: group[0]?.name ?? '',
    clicks: total(group, 'clicks'),
    reach: total(group, 'reach'),
    successes: total(group, 'qualified'),
  }));
  const usable = summed.filter((row) => row.successes >= MIN_SUCCESSES);
  const byClicks = usable.every((row) => row.successes <= row.clicks);
  const arms = usable
    .map((row) => ({ id: row.id, n: byClicks ? row.clicks : row.reach, successes: row.successes }))
    .filter((arm) => arm.successes <= arm.n);
  if (arms.length < 2) return null;
  const best = arms.toSorted((a, b) => b.successes / b.n - a.successes / a.n)[0];
  const compared = compareMessages(arms, { seed, ...(best ? { controlId: best.id } : {}) });
  const mean = arms.reduce((sum, arm) => sum + arm.successes, 0) / arms.reduce((sum, arm) => sum + arm.n, 0);
  const names = new Map(summed.map((row) => [row.id, row.name]));
  return {
    base: byClicks ? 'clicks' : 'people reached',
    rows: compared.arms.map((arm) => ({ ...arm, name: names.get(arm.id) ?? arm.id, index: arm.rate.mean / mean })),
  };
}

function total(rows: readonly MessageFunnelRow[], stage: 'clicks' | 'reach' | 'qualified'): number {
  return rows.reduce((sum, row) => sum + (row[stage] ?? 0), 0);
}

function campaignOf(messageId: string, weeks: readonly MetricRow[]): string | null {
  const spend = new Map<string, number>();
  for (const row of weeks)
    if (row.message?.id === messageId && row.campaign)
      spend.set(row.campaign.id, (spend.get(row.campaign.id) ?? 0) + (row.values.SPEND ?? 0));
  return [...spend].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}

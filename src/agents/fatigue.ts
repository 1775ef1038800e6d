/** Owns wear-out of creatives as evidence: each creative's weeks through the Brain's fatigue fit, by campaign and message. */
import type { Fatigue } from '../domain/artifacts/paidMediaAnalysis.ts';
import { fatigueOf as fitFatigue } from '../brain/fatigue.ts';
import type { Evidence, EvidenceBook } from './evidence.ts';
import type { MetricRow } from './tools.ts';

/** Relative loss of the click rate over the window below which wear-out is no reason to act. */
const LOSS_THAT_COUNTS = 0.15;
/** Many creatives are looked at, so one alone has to be surer than a single test would ask. */
const SURE = 0.95;

interface CreativeWeeks {
  readonly messageId: string;
  readonly messageName: string;
  readonly campaignId: string | null;
  readonly campaignName: string | null;
  readonly channel: string;
  /** Oldest first. */
  readonly weeks: readonly { readonly week: string; readonly impressions: number; readonly responses: number }[];
}

/** Creatives that are told of, steepest fall first; all stand in the evidence. */
const SHOWN = 12;

/** Wear-out with its evidence; entries by change, steepest fall first; creatives with too little data are left out. */
export function wearOutOf(
  book: EvidenceBook,
  input: { rows: readonly MetricRow[]; loadIds: readonly string[] },
): { evidence: Evidence | null; entries: Fatigue[] } {
  const fitted = creativesOf(input.rows)
    .flatMap((creative) => {
      const fit = fitFatigue(creative.weeks);
      return fit.identified ? [{ ...creative, ...fit, change: fit.lastRate / fit.firstRate - 1 }] : [];
    })
    .toSorted((a, b) => a.change - b.change);
  if (fitted.length === 0) return { evidence: null, entries: [] };
  const evidence = book.add({
    kind: 'brain.fatigue',
    tier: 'OBSERVED',
    input: { lossThatCounts: LOSS_THAT_COUNTS, sure: SURE, creatives: fitted.length },
    output: { creatives: fitted },
    loadIds: input.loadIds,
  });
  return { evidence, entries: fitted.slice(0, SHOWN).map((creative, index) => entryOf(evidence, creative, index)) };
}

function entryOf(
  evidence: Evidence,
  creative: CreativeWeeks & { change: number; probabilityFalling: number },
  index: number,
): Fatigue {
  const name = `\u201c${creative.messageName}\u201d`;
  const at = `creatives.${index}`;
  return {
    messageId: creative.messageId,
    messageName: creative.messageName,
    campaignId: creative.campaignId,
    campaignName: creative.campaignName,
    channel: creative.channel,
    firstRate: evidence.need({
      label: `click rate of ${name} when the window begins`,
      path: `${at}.firstRate`,
      unit: 'SHARE',
    }),
    lastRate: evidence.need({ label: `click rate of ${name} now`, path: `${at}.lastRate`, unit: 'SHARE' }),
    change: evidence.need({ label: `change of the click rate of ${name}`, path: `${at}.change`, unit: 'SHARE' }),
    probability: evidence.need({
      label: `chance that ${name} is wearing out`,
      path: `${at}.probabilityFalling`,
      unit: 'SHARE',
    }),
    weeks: creative.weeks.length,
    fatigued: creative.change <= -LOSS_THAT_COUNTS && creative.probabilityFalling >= SURE,
  };
}

function creativesOf(rows: readonly MetricRow[]): CreativeWeeks[] {
  const groups = Map.groupBy(
    rows.filter((row) => row.message !== null && row.period !== null),
    (row) => `${row.campaign?.id ?? ''} ${row.message?.id ?? ''}`,
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first?.message) return [];
    const weeks = group
      .map((row) => ({
        week: row.period ?? '',
        impressions: row.values.IMPRESSIONS ?? 0,
        responses: Math.min(row.values.CLICKS ?? 0, row.values.IMPRESSIONS ?? 0),
      }))
      .filter((week) => week.impressions > 0)
      .toSorted((a, b) => (a.week < b.week ? -1 : 1));
    return [
      {
        messageId: first.message.id,
        messageName: first.message.name,
        campaignId: first.campaign?.id ?? null,
        campaignName: first.campaign?.name ?? null,
        channel: first.channel ?? '',
        weeks,
      },
    ];
  });
}

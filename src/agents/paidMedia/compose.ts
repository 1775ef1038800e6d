/** Owns the words of the paid-media analysis: what is asked of a language model, and the rules that write it without one. */
import type {
  ChannelReturn,
  Fatigue,
  MediaFinding,
  PaidMediaAnalysis,
} from '../../domain/artifacts/paidMediaAnalysis.ts';
import type { Figure } from '../../domain/evidence.ts';
import { countText, listText, paragraph, sentence, windowText } from '../../models/phrases.ts';
import { channelTitle, type GoalFacts } from '../labels.ts';
import type { Rising } from './returns.ts';
import { proseSchema, type Prose } from '../prose.ts';
import { amount, rangeOfKpi } from '../wording.ts';

/** What is composed, as messages of the model name it. */
export const MEDIA_PURPOSE = 'PAID_MEDIA.analysis';

/** What may be said. */
export interface MediaFacts {
  readonly goal: GoalFacts;
  /** That the data are old; empty where they are recent. */
  readonly stale: string;
  readonly window: { readonly from: string; readonly to: string };
  readonly fitWindow: { readonly from: string; readonly to: string } | null;
  /** Returns are told per this amount. */
  readonly returnPer: string;
  readonly totalSpend: Figure;
  readonly channels: readonly ChannelReturn[];
  readonly wasted: readonly { readonly name: string; readonly amount: Figure }[];
  readonly fatigued: readonly Fatigue[];
  readonly findings: readonly MediaFinding[];
  readonly tracking: PaidMediaAnalysis['trackingHealth'];
  readonly confounders: readonly string[];
  readonly test: PaidMediaAnalysis['proposedTest'];
  readonly hurdle: {
    readonly margin: Figure;
    /** Revenue of a KPI unit, or of 1,000 where one is worth less than a unit of currency; null where nothing says. */
    readonly value: Figure | null;
    readonly valuePer: string;
    /** The series of the file that states the value; null where it comes from booked revenue. */
    readonly control: string | null;
  };
  /** Channels whose next unit adds more than their average one, with the reason. */
  readonly rising: readonly { readonly channel: string; readonly why: Rising }[];
  readonly checksFailed: readonly string[];
  /** Levels of intervals: of estimates of effect, and of forecasts. */
  readonly levels: { readonly estimates: number; readonly forecasts: number };
}

/** What is written. */
export const mediaAnswerSchema = proseSchema;

/** The task for a language model. */
export const MEDIA_INSTRUCTIONS = [
  'Begin with `stale` where it is not empty. Write the paid-media analysis. Sections by key: `returns` (what channels add against what platforms credit), `waste`, `fatigue`, `identification` (which channels the data cannot judge, and why), `test` (the proposed test).',
  'Attributed return is what platforms credit to themselves; incremental return is what the fit estimates was added; marginal return is what the next unit of spend would add. Never mix them.',
  'The fit is a screening fit: write "is estimated", never "is".',
].join('\n');

/** Writes the analysis by rules. */
export function composeMedia(facts: MediaFacts): Prose {
  return {
    title: `Paid media, ${windowText(facts.window.from, facts.window.to)}`,
    summary: summaryText(facts),
    sections: sectionsOf(facts),
    caveats: [
      'The fit is a screening fit on past spend. Season, demand and what competitors did can hide in it; only a test proves what spend adds.',
      hurdleText(facts),
      ...facts.confounders,
    ],
  };
}

/** What the value of a KPI unit is taken from, and the margin that spend is judged at. */
function hurdleText({ goal, hurdle, fitWindow }: MediaFacts): string {
  const { value, control } = hurdle;
  if (!value)
    return sentence(
      `The data hold neither revenue nor a value for ${goal.kpiWords}, so no hurdle can be set and no channel is called profitable`,
    );
  const margin = `Whether spend pays is judged at an assumed margin of ${amount(hurdle.margin)}`;
  if (goal.kpi === 'REVENUE') return sentence(margin);
  const over = fitWindow ? ` from ${windowText(fitWindow.from, fitWindow.to)}` : '';
  return sentence(
    `${margin} and at ${amount(value)} of revenue for ${hurdle.valuePer} ${goal.kpiWords}, ${
      control === null
        ? 'as booked over all loaded data'
        : `the mean of the file\u2019s own column ${control}${over}, each week weighed by its ${goal.kpiWords}; the fit reads that column as a control as well`
    }`,
  );
}

function summaryText(facts: MediaFacts): string {
  return paragraph(
    facts.stale,
    sentence(
      `${amount(facts.totalSpend)} was spent on ${countText(facts.channels.filter((channel) => channel.spend.value > 0).length, 'channel')} from ${windowText(facts.window.from, facts.window.to)}`,
    ),
    bestAndWorst(facts),
    facts.wasted.length > 0
      ? sentence(
          `${listText(
            facts.wasted.map((entry) => entry.name),
            3,
          )} spent well beyond what ${facts.wasted.length === 1 ? 'its' : 'their'} results needed`,
        )
      : '',
    facts.fatigued.length > 0
      ? sentence(
          `${listText(
            facts.fatigued.map((entry) => `\u201c${entry.messageName}\u201d`),
            3,
          )} ${facts.fatigued.length === 1 ? 'is' : 'are'} wearing out`,
        )
      : '',
  );
}

function sectionsOf(facts: MediaFacts): Prose['sections'] {
  return [
    {
      key: 'returns',
      paragraphs: [returnsIntro(facts)],
      points: [
        ...facts.channels.filter((channel) => channel.identified).map((channel) => channelText(facts, channel)),
        ...facts.rising.map((entry) => risingText(facts, entry)),
      ],
    },
    wasteSection(facts),
    fatigueSection(facts),
    { key: 'identification', paragraphs: [identificationIntro(facts)], points: openReasons(facts) },
    {
      key: 'test',
      paragraphs: facts.test
        ? [
            sentence(
              `On ${channelTitle(facts.test.channel)}, for ${facts.test.days} days: ${lowered(facts.test.design)}`,
            ),
          ]
        : [],
      points: [],
    },
    {
      key: 'tracking',
      paragraphs: [],
      points: facts.tracking.filter((check) => !check.passed).map((check) => sentence(check.note)),
    },
  ];
}

function wasteSection(facts: MediaFacts): Prose['sections'][number] {
  return {
    key: 'waste',
    paragraphs:
      facts.wasted.length === 0
        ? ['No campaign stands out as a poor place for money against the others of its channel.']
        : [],
    points: facts.wasted.map((entry) =>
      sentence(`${entry.name}: ${amount(entry.amount)} beyond what its channel would have needed for the same results`),
    ),
  };
}

function fatigueSection(facts: MediaFacts): Prose['sections'][number] {
  return {
    key: 'fatigue',
    paragraphs:
      facts.fatigued.length === 0 ? ['No creative loses click rate steadily enough to call it worn out.'] : [],
    points: facts.findings.filter((finding) => finding.kind === 'CREATIVE_FATIGUE').map((finding) => finding.statement),
  };
}

function returnsIntro(facts: MediaFacts): string {
  if (!facts.fitWindow)
    return sentence(
      `No fit is possible: the data hold no series of ${facts.goal.kpiWords} beside spend that is long enough, so only what platforms credit and what is booked can be shown`,
    );
  return sentence(
    `Returns are told as ${facts.goal.kpiWords} for each ${facts.returnPer}. The fit reads ${windowText(facts.fitWindow.from, facts.fitWindow.to)}; spend is that of ${windowText(facts.window.from, facts.window.to)}, and the next unit is one beyond the mean week of the last quarter of a year of the data. Intervals are of ${percent(facts.levels.estimates)} for estimates of effect and of ${percent(facts.levels.forecasts)} for forecasts`,
  );
}

function channelText(facts: MediaFacts, channel: ChannelReturn): string {
  const name = channelTitle(channel.channel);
  const added = channel.incrementalReturn
    ? `is estimated to have added ${rangeOfKpi(channel.incrementalReturn, facts.goal.kpiWords)} for each ${facts.returnPer}`
    : '';
  const next = channel.marginalReturn
    ? `the next ${facts.returnPer} would add ${rangeOfKpi(channel.marginalReturn, facts.goal.kpiWords)}`
    : '';
  const credit = channel.attributedReturn ? `platforms credit it with ${amount(channel.attributedReturn)}` : '';
  return sentence([`${name} ${added}`.trim(), next, credit].filter((part) => part !== '').join('; '));
}

/** Why a next unit is estimated above the average one, which otherwise reads as a mistake. */
function risingText(facts: MediaFacts, { channel, why }: MediaFacts['rising'][number]): string {
  return sentence(
    `At ${channelTitle(channel)} the next ${facts.returnPer} is estimated to add more than the average one did: ${
      why === 'S_SHAPE'
        ? 'its fitted response is S-shaped, slow at first, and present spend lies on the steep part'
        : why === 'LOWER_SPEND'
          ? 'its spend in the last weeks of the data lies below its mean over the fitted window, and the less is spent the more each unit adds'
          : 'its spend comes in bursts, and the average counts their peaks, where each unit adds less'
    }`,
  );
}

function bestAndWorst(facts: MediaFacts): string {
  const judged = facts.channels
    .filter((channel) => channel.identified && channel.marginalReturn !== null)
    .toSorted((a, b) => (b.marginalReturn?.value ?? 0) - (a.marginalReturn?.value ?? 0));
  const [best] = judged;
  const worst = judged.at(-1);
  if (!best?.marginalReturn)
    return 'The data identify the effect of no channel, so no budget should move on them alone.';
  const { kpiWords } = facts.goal;
  const added = rangeOfKpi(best.marginalReturn, kpiWords);
  if (!worst || worst === best || !worst.marginalReturn)
    return sentence(
      `Only ${channelTitle(best.channel)} can be judged from these data: the next ${facts.returnPer} there is estimated to add ${added}`,
    );
  const among =
    judged.length < facts.channels.length ? `Of the ${judged.length} channels that can be judged, the` : 'The';
  return sentence(
    `${among} next ${facts.returnPer} is estimated to add most at ${channelTitle(best.channel)}, ${added}, and least at ${channelTitle(worst.channel)}, ${rangeOfKpi(worst.marginalReturn, kpiWords)}`,
  );
}

/** Channels by the first reason that stands in their way, so that one reason is told once. */
function openReasons({ channels }: MediaFacts): string[] {
  const groups = Map.groupBy(
    channels.filter((channel) => !channel.identified),
    (channel) =>
      (channel.reasons[0] ?? 'No fit was possible.').replaceAll(channel.channel, channelTitle(channel.channel)),
  );
  return [...groups].map(([reason, group]) =>
    sentence(
      `${listText(
        group.map((channel) => channelTitle(channel.channel)),
        10,
      )}: ${reason}`,
    ),
  );
}

function identificationIntro(facts: MediaFacts): string {
  const open = facts.channels.filter((channel) => !channel.identified);
  if (open.length === 0) return 'Every channel passed the identification checks of the screening fit.';
  return sentence(
    `${countText(open.length, 'channel')} of ${facts.channels.length} cannot be judged from these data; ${open.length === 1 ? 'its' : 'their'} figures are shown and should not move money`,
  );
}

function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}

function lowered(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

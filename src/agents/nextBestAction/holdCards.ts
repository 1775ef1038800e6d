/** Owns the cards that leave money where it is: channels to hold, what is still being measured, and the whole budget with the true cause. */
import type { ChannelVerdict } from '../../brain/verbs.ts';
import { listText, sentence } from '../../models/phrases.ts';
import type { SpecialistContext } from '../contract.ts';
import type { Evidence } from '../evidence.ts';
import { channelTitle, kpiWords } from '../labels.ts';
import type { DraftCard } from './card.ts';
import { channelFrame, frame } from './channelCards.ts';
import type { ActionMaterial } from './gather.ts';

/** Channels that get a card of their own for what cannot be told; more would bury what can be decided. */
const HOLDS_AT_MOST = 4;
/** Changes in measurement whose reasons are told. */
const TOLD = 3;

/** Channels to leave alone, the largest first; where nothing at all can be judged, one card for the goal says so. */
export function holdCards(
  context: SpecialistContext,
  material: ActionMaterial,
  input: { judged: { evidence: Evidence; verdicts: readonly ChannelVerdict[] } | null; moved: ReadonlySet<string> },
): DraftCard[] {
  const { judged, moved } = input;
  const spendOf = (channel: string): number =>
    material.fitted?.fit.channels.find((entry) => entry.channel === channel)?.currentSpend ?? 0;
  const holds = (judged?.verdicts ?? [])
    .filter((verdict) => verdict.verb === 'HOLD' && spendOf(verdict.channel) > 0 && !moved.has(verdict.channel))
    .toSorted((a, b) => spendOf(b.channel) - spendOf(a.channel));
  if (!judged) return [holdGoal(context, material)];
  return holds.slice(0, HOLDS_AT_MOST).map((verdict) => {
    const name = channelTitle(verdict.channel);
    return {
      ...channelFrame(context, material, { judged, verdict }),
      verb: 'HOLD' as const,
      question: `Should the budget of ${name} change on its own?`,
      action: sentence(`Leave ${name} as it is`),
      actions: [],
      forecast: null,
      figures: [],
      alternatives: [],
      ifRejected: 'Nothing changes',
      because: holdReasons(verdict).map((reason) => reason.replaceAll(verdict.channel, name)),
    };
  });
}

/** Reasons that the doubt about identification does not tell already. */
function holdReasons(verdict: ChannelVerdict): string[] {
  const known = new Set(verdict.evidence.identificationReasons);
  const own = verdict.reasons
    .filter((reason) => !known.has(reason) && !reason.startsWith('A test is expected'))
    .slice(0, 2);
  return verdict.evidence.test && verdict.evidence.test.evsi <= verdict.evidence.test.cost
    ? [
        ...own,
        'A test would settle it, and is expected to cost more than the answer would earn within a year; it waits for a cheaper moment.',
      ]
    : own;
}

/** The one card where nothing could be fitted, with the true cause. */
function holdGoal(context: SpecialistContext, material: ActionMaterial): DraftCard {
  const words = kpiWords(context.goal.kpi);
  const missing = !material.kpiTotal;
  const cause = missing
    ? `The loaded data hold no ${words}: there is spend, and nothing of the goal\u2019s KPI to hold it against.`
    : 'The data hold no series of spend and KPI long enough for a fit.';
  return holdGoalCard(context, {
    action: missing
      ? `Load ${words} by week, or state the goal in a KPI that the data hold, before any budget changes.`
      : 'Leave budgets as they are until the data can tell what spend adds.',
    cause,
    because: [
      cause,
      ...(missing ? [] : ['Twenty weeks of spend by channel beside the KPI are the least that a fit needs.']),
    ],
  });
}

/** A card that leaves the whole budget as it is. */
export function holdGoalCard(
  context: SpecialistContext,
  told: {
    action: string;
    cause: string;
    because: readonly string[];
    figures?: DraftCard['figures'];
    evidence?: DraftCard['evidence'];
  },
): DraftCard {
  return {
    ...frame(context),
    verb: 'HOLD',
    target: { type: 'goal', id: context.goal.id, name: 'Media budget across channels' },
    question: `What should change for ${kpiWords(context.goal.kpi)}?`,
    action: told.action,
    actions: [],
    forecast: null,
    figures: told.figures ?? [],
    evidence: told.evidence ?? [],
    identified: false,
    reasons: [told.cause],
    alternatives: [],
    ifRejected: 'Nothing changes',
    because: told.because,
  };
}

/** The card that leaves alone what an earlier change there still measures, with what was learned; null where nothing is being measured. */
export function measuringCard(context: SpecialistContext, material: ActionMaterial): DraftCard | null {
  const { inMeasurement } = material;
  const names = [...new Set(inMeasurement.flatMap((change) => change.targets.map((target) => target.name)))];
  if (names.length === 0) return null;
  const until = inMeasurement.map((change) => change.until).reduce((last, day) => (day > last ? day : last));
  const learnings = inMeasurement.flatMap((change) => change.learning ?? []);
  const cause =
    'What was carried out there cannot be judged yet; another change on top would make it impossible to tell.';
  return {
    ...holdGoalCard(context, {
      action: sentence(
        `Leave ${listText(names, 4)} as they now are, until ${until} at the latest, and measure what was changed`,
      ),
      cause,
      because: [
        cause,
        ...inMeasurement
          .filter((change) => change.learning === null)
          .slice(0, TOLD)
          .map((change) =>
            sentence(`The forecast of the ${change.verb} that was carried out is due on ${change.dueOn}`),
          ),
        ...learnings.slice(0, TOLD).map((learning) => sentence(`Learned from it: ${learning.statement}`)),
      ],
    }),
    question: 'Should what was changed lately be changed again?',
    cites: learnings.map((learning) => learning.id),
  };
}

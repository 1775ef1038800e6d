/** Owns the cards of single channels: the test that would settle most, channels to scale. */
import { channelVerbs, type ChannelVerdict } from '../../brain/verbs.ts';
import { sentence } from '../../models/phrases.ts';
import type { SpecialistContext } from '../contract.ts';
import type { Evidence, EvidenceBook } from '../evidence.ts';
import { channelTitle, kpiUnit, kpiWords } from '../labels.ts';
import { channelMoves } from './budgets.ts';
import { limitPerWeek } from './allocation.ts';
import { believed, staleText, stalenessOf } from '../staleness.ts';
import { evidenceEntry, HORIZON_WEEKS, moneyOf, normalForecast, type DraftCard } from './card.ts';
import type { ActionMaterial } from './gather.ts';
import { amount } from '../wording.ts';

const TEST_DAYS = 28;
const SCALE_STEP = 1.2;
/** Chance of a gain below which nothing is scaled. */
const LEAST_CHANCE = 0.8;

/** Verbs of all channels as evidence. */
export function verdictsOf(
  book: EvidenceBook,
  material: ActionMaterial,
): { evidence: Evidence; verdicts: readonly ChannelVerdict[] } | null {
  if (!material.fitted) return null;
  const { fit, panel } = material.fitted;
  const verdicts = channelVerbs(fit, { hurdle: material.hurdle.marginalReturn, periods: panel.periodsPerYear }).filter(
    (verdict) => !panel.notMoney.includes(verdict.channel),
  );
  const evidence = book.add({
    kind: 'brain.verbs',
    tier: 'OBSERVED',
    input: { dataHash: fit.dataHash, seed: fit.seed, hurdle: material.hurdle },
    output: { verdicts },
    seed: fit.seed,
    loadIds: material.coverage.loadIds,
    asOf: panel.window.to,
  });
  return { evidence, verdicts };
}

/** The test whose result is worth most beyond its cost; null where none pays. */
export function testCard(
  context: SpecialistContext,
  material: ActionMaterial,
  judged: { evidence: Evidence; verdicts: readonly ChannelVerdict[] },
): DraftCard | null {
  const worth = (verdict: ChannelVerdict): number =>
    verdict.evidence.test ? verdict.evidence.test.evsi - verdict.evidence.test.cost : 0;
  const index = judged.verdicts
    .map((verdict, at) => ({ verdict, at }))
    .filter(({ verdict }) => verdict.verb === 'TEST')
    .toSorted((a, b) => worth(b.verdict) - worth(a.verdict))[0]?.at;
  const verdict = index === undefined ? undefined : judged.verdicts[index];
  if (index === undefined || !verdict?.evidence.test) return null;
  const { currency } = context.workspace;
  const name = channelTitle(verdict.channel);
  const at = `verdicts.${index}.evidence.test`;
  const weekly = (material.fitted?.panel.periodsPerYear ?? 52) === 52;
  const design = verdict.evidence.test.design
    .replaceAll(verdict.channel, name)
    .replace('periods', weekly ? 'weeks' : 'periods');
  const value = judged.evidence.need({
    label: `expected worth of a test of ${name}`,
    path: `${at}.evsi`,
    unit: currency,
  });
  const cost = judged.evidence.need({
    label: `expected cost of a test of ${name}`,
    path: `${at}.cost`,
    unit: currency,
  });
  return {
    ...channelFrame(context, material, { judged, verdict }),
    verb: 'TEST',
    question: `What does ${name} really add?`,
    action: sentence(`Test ${name} for ${TEST_DAYS} days: ${lowered(design)}`),
    actions: [
      {
        kind: 'test.start',
        target: { type: 'channel', id: verdict.channel, name },
        design,
        days: TEST_DAYS,
        cost: moneyOf(verdict.evidence.test.cost, currency),
      },
    ],
    forecast: null,
    figures: [value, cost],
    alternatives: [
      {
        alternative: 'Decide without a test',
        score: -value.value,
        unit: currency,
        reason: 'The expected worth of knowing would be given up.',
      },
    ],
    risks: ['Part of the channel\u2019s spend is held out while the test runs.'],
    guardrails: ['The holdout is drawn at random before the test and not changed while it runs'],
    ifRejected: 'The channel goes on and its effect stays unknown',
    because: [sentence(`Knowing is expected to be worth ${amount(value)} over the year and to cost ${amount(cost)}`)],
  };
}

/** Channels that very probably pay at more spend, as far as the goal's budget has room, for when no allocation could be planned. */
export function scaleCards(
  context: SpecialistContext,
  book: EvidenceBook,
  input: { material: ActionMaterial; judged: { evidence: Evidence; verdicts: readonly ChannelVerdict[] } },
): DraftCard[] {
  const { material, judged } = input;
  const stale = stalenessOf(context, material.fitted?.panel.window.to);
  const perWeek = (material.fitted?.panel.periodsPerYear ?? 52) / 52;
  const present =
    (material.fitted?.fit.channels ?? []).reduce((sum, channel) => sum + channel.currentSpend, 0) * perWeek;
  let room = limitPerWeek(context.goal) - present;
  return judged.verdicts
    .filter((verdict) => {
      if (verdict.verb !== 'SCALE' || believed(verdict.evidence.probabilityOfGain, stale) < LEAST_CHANCE) return false;
      const spend = material.fitted?.fit.channels.find((entry) => entry.channel === verdict.channel)?.currentSpend ?? 0;
      const added = spend * perWeek * (SCALE_STEP - 1);
      if (added > room) return false;
      room -= added;
      return true;
    })
    .slice(0, 2)
    .flatMap((verdict) => {
      const fit = material.fitted?.fit.channels.find((channel) => channel.channel === verdict.channel);
      if (!fit?.marginalRoas) return [];
      const periodsPerWeek = (material.fitted?.panel.periodsPerYear ?? 52) / 52;
      const extra = fit.currentSpend * periodsPerWeek * (SCALE_STEP - 1) * HORIZON_WEEKS;
      const sd = ((fit.marginalRoas.upper - fit.marginalRoas.lower) / 3.29) * extra;
      const evidence = book.add({
        kind: 'advice.scale',
        tier: 'OBSERVED',
        input: { channel: verdict.channel, step: SCALE_STEP },
        output: { extra, mean: fit.marginalRoas.mean * extra, sd },
        loadIds: material.coverage.loadIds,
        ...(material.fitted ? { asOf: material.fitted.panel.window.to } : {}),
      });
      const name = channelTitle(verdict.channel);
      const money = evidence.need({
        label: `extra spend at ${name} over the horizon`,
        path: 'extra',
        unit: context.workspace.currency,
      });
      const actions = channelMoves(context, material, {
        moves: [{ channel: verdict.channel, multiple: SCALE_STEP, currentPerWeek: fit.currentSpend * periodsPerWeek }],
      }).flatMap((move) => move.actions);
      if (actions.length === 0) return [];
      return [
        {
          ...channelFrame(context, material, { judged, verdict }),
          verb: 'SCALE' as const,
          question: `Does more spend at ${name} pay?`,
          action: sentence(`Raise ${name} by ${amount(money)} over the horizon`),
          actions,
          forecast: normalForecast(context, {
            mean: fit.marginalRoas.mean * extra,
            sd,
            method: 'Marginal return of the screening fit',
            evidenceId: evidence.draft.id,
          }),
          figures: [money],
          alternatives: [
            {
              alternative: 'Leave it as it is',
              score: 0,
              unit: kpiUnit(context.goal),
              reason: 'The next unit of spend very probably pays.',
            },
          ],
          ifRejected: 'The channel keeps its budget',
          because: [
            staleText(stale),
            ...verdict.reasons.map((reason) => reason.replaceAll(verdict.channel, name)),
          ].filter((line) => line !== ''),
        },
      ];
    });
}

/** What every card of a channel has in common. */
export function channelFrame(
  context: SpecialistContext,
  material: ActionMaterial,
  input: { judged: { evidence: Evidence }; verdict: ChannelVerdict },
): Omit<
  DraftCard,
  'verb' | 'question' | 'action' | 'actions' | 'forecast' | 'figures' | 'alternatives' | 'ifRejected' | 'because'
> {
  const { judged, verdict } = input;
  const name = channelTitle(verdict.channel);
  return {
    ...frame(context),
    target: { type: 'channel', id: verdict.channel, name },
    evidence: [
      evidenceEntry({
        evidenceId: judged.evidence.draft.id,
        tier: 'OBSERVED',
        asOf: judged.evidence.draft.asOf,
        summary: 'Probabilities over the draws of the screening fit',
      }),
    ],
    identified: verdict.evidence.identified,
    reasons: verdict.evidence.identificationReasons.map((reason) => reason.replaceAll(verdict.channel, name)),
    assumptions:
      material.hurdle.marginalReturn === null
        ? ['No value of a KPI unit is known.']
        : ['Spend is judged at the stated margin.'],
  };
}

/** What every card of this file and of the holds has in common. */
export function frame(
  context: SpecialistContext,
): Pick<
  DraftCard,
  'counterfactual' | 'dissent' | 'risks' | 'guardrails' | 'reversibility' | 'costOfDelayPerWeek' | 'assumptions'
> {
  return {
    counterfactual: 'Nothing changes over the same days',
    dissent: [],
    risks: [],
    guardrails: [`Look again when ${kpiWords(context.goal.kpi)} leave their forecast interval`],
    reversibility: 'REVERSIBLE',
    costOfDelayPerWeek: null,
    assumptions: [],
  };
}

function lowered(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** Owns the PAUSE and REDUCE cards: campaigns that very probably waste money are reduced by what they waste, or paused where that is nearly all. */
import type { Action, ActionMoney } from '../../domain/actions.ts';
import type { MediaFinding } from '../../domain/artifacts/paidMediaAnalysis.ts';
import type { Figure } from '../../domain/evidence.ts';
import { momentsOf } from '../../brain/statistics.ts';
import { microsFromMinor, unitsFromMicros } from '../../kernel/money.ts';
import { sentence } from '../../models/phrases.ts';
import type { SpecialistContext } from '../contract.ts';
import { lastKnownDay, type Evidence, type EvidenceBook } from '../evidence.ts';
import { channelTitle, kpiUnit, kpiWords } from '../labels.ts';
import type { CampaignFact } from '../tools.ts';
import { budgetNow } from './budgets.ts';
import { evidenceEntry, HORIZON_DAYS, HORIZON_WEEKS, moneyOf, normalForecast, type DraftCard } from './card.ts';
import { RECENT_WEEKS, type ActionMaterial } from './gather.ts';
import { heldTargets } from './inMeasurement.ts';
import { amount, size } from '../wording.ts';

const CARDS_AT_MOST = 3;
/** Share of a campaign's spend without effect from which it is paused and not reduced. */
const PAUSE_FROM = 0.75;
/** A budget is never cut by more than this in one step. */
const DEEPEST_CUT = 0.6;

/** Cards for wasted spend, most money first; campaigns that are still learning are left alone. */
export function stopCards(context: SpecialistContext, book: EvidenceBook, material: ActionMaterial): DraftCard[] {
  const findings = (material.media?.findings ?? [])
    .filter((finding) => finding.kind === 'WASTED_SPEND' && finding.effect !== null)
    .toSorted((a, b) => (b.effect?.value ?? 0) - (a.effect?.value ?? 0));
  return findings.flatMap((finding) => stopCard(context, book, { material, finding }) ?? []).slice(0, CARDS_AT_MOST);
}

function stopCard(
  context: SpecialistContext,
  book: EvidenceBook,
  input: { material: ActionMaterial; finding: MediaFinding },
): DraftCard | null {
  const { material, finding } = input;
  const campaign = material.campaigns.find((entry) => entry.id === finding.target.id);
  const known = material.media?.campaigns.find((entry) => entry.id === finding.target.id);
  if (
    !campaign ||
    !known ||
    known.learning ||
    !finding.effect ||
    heldTargets(material).has(campaign.id) ||
    campaign.status === 'PAUSED' ||
    campaign.status === 'ENDED'
  )
    return null;
  const share = Math.min(1, finding.effect.value / Math.max(1e-9, known.spend.value));
  const pauses = share >= PAUSE_FROM;
  const cut = pauses ? 1 : Math.min(DEEPEST_CUT, share);
  const planned = cutOf(context, material, { campaign, pauses, cut });
  if (!planned) return null;
  const { action } = planned;
  const lost = lossEvidence(context, book, { material, campaign, planned });
  const words = kpiWords(context.goal.kpi);
  const money = (label: string, path: string): Figure =>
    lost.evidence.need({ label: `${label} ${campaign.name}`, path, unit: context.workspace.currency });
  const freed = money('money freed a week at', 'freedPerWeek');
  const before = money('weekly budget now of', 'beforePerWeek');
  const after = money('weekly budget proposed for', 'afterPerWeek');
  return {
    ...standing(context, campaign),
    verb: pauses ? 'PAUSE' : 'REDUCE',
    action: pauses
      ? sentence(`Pause ${campaign.name}; it frees its budget of ${amount(freed)} a week`)
      : sentence(
          `Reduce ${campaign.name} from ${amount(before)} to ${amount(after)} a week and free ${amount(freed)} a week`,
        ),
    actions: [action],
    forecast: normalForecast(context, {
      mean: lost.mean,
      sd: lost.sd,
      method: 'Booked results of the weeks in which it ran, less the part that the freed money paid for',
      evidenceId: lost.evidence.draft.id,
    }),
    figures: [
      finding.effect,
      known.spend,
      ...(known.costPerResult ? [known.costPerResult] : []),
      freed,
      before,
      after,
      lost.figure,
    ],
    evidence: stopEvidence(context, { material, finding, effect: finding.effect, lost: lost.evidence }),
    because: [
      finding.statement,
      sentence(
        `It saves ${amount(freed)} a week of its budget in force; at the most that gives up ${size(lost.figure)} of the ${words} booked under it over ${HORIZON_DAYS} days`,
      ),
    ],
  };
}

function stopEvidence(
  context: SpecialistContext,
  from: { material: ActionMaterial; finding: MediaFinding; effect: Figure; lost: Evidence },
): DraftCard['evidence'] {
  const { material, finding, effect, lost } = from;
  return [
    evidenceEntry({
      evidenceId: effect.evidenceId,
      tier: finding.tier,
      asOf: material.recent?.to ?? lastKnownDay(context.workspace),
      summary: 'Booked results for the money against the other campaigns of the channel',
    }),
    evidenceEntry({
      evidenceId: lost.draft.id,
      tier: 'OBSERVED',
      asOf: lost.draft.asOf,
      summary: 'Weekly booked results of the campaign',
    }),
  ];
}

/** What every card that stops a campaign has in common. */
function standing(
  context: SpecialistContext,
  campaign: CampaignFact,
): Omit<DraftCard, 'verb' | 'action' | 'actions' | 'forecast' | 'figures' | 'evidence' | 'because'> {
  return {
    target: { type: 'campaign', id: campaign.id, name: campaign.name },
    question: `Is the money in ${campaign.name} well spent?`,
    counterfactual: 'The campaign goes on as it is over the same days',
    identified: true,
    reasons: [],
    assumptions: [
      'The campaign\u2019s booked results are the most that stopping it can cost; part of them would come anyway.',
      `Its channel (${channelTitle(campaign.channel)}) is the right thing to compare it with.`,
    ],
    alternatives: [
      {
        alternative: 'Leave it as it is',
        score: 0,
        unit: kpiUnit(context.goal),
        reason: 'It goes on bringing less than half of what its channel brings for the same money.',
      },
    ],
    dissent: [],
    risks: ['It may do something that booked results do not show, such as making the name known.'],
    guardrails: [
      'Resuming it is a full budget decision',
      `Look again when ${kpiWords(context.goal.kpi)} of the channel fall by more than the forecast says`,
    ],
    reversibility: 'REVERSIBLE',
    costOfDelayPerWeek: null,
    ifRejected: 'The campaign goes on at its present budget',
  };
}

/** A cut as the action carries it out; money in currency units a week. */
interface PlannedCut {
  readonly action: Action;
  readonly beforePerWeek: number;
  readonly afterPerWeek: number;
}

/** Booked KPI that the freed money can cost over the horizon: mean and spread of the weeks in which the campaign ran, as that money stands to theirs. */
function lossEvidence(
  context: SpecialistContext,
  book: EvidenceBook,
  input: { material: ActionMaterial; campaign: CampaignFact; planned: PlannedCut },
): { evidence: Evidence; mean: number; sd: number; figure: Figure } {
  const { material, campaign } = input;
  const { beforePerWeek, afterPerWeek } = input.planned;
  const freedPerWeek = beforePerWeek - afterPerWeek;
  const ran = material.campaignWeeks.filter((row) => row.campaign?.id === campaign.id && (row.values.SPEND ?? 0) > 0);
  const results = ran.map((row) => row.values[context.goal.kpi] ?? 0);
  const spendPerWeek = ran.reduce((sum, row) => sum + (row.values.SPEND ?? 0), 0) / Math.max(1, ran.length);
  const share = spendPerWeek > 0 ? Math.min(1, freedPerWeek / spendPerWeek) : 0;
  const { mean, variance } = momentsOf(results);
  const lost = -mean * HORIZON_WEEKS * share;
  const sd = Math.sqrt(variance * HORIZON_WEEKS) * share;
  const evidence = book.add({
    kind: 'advice.stop',
    tier: 'OBSERVED',
    input: { campaignId: campaign.id, beforePerWeek, afterPerWeek, weeks: RECENT_WEEKS },
    output: {
      weeks: results,
      meanPerWeek: mean,
      spendPerWeek,
      share,
      lost,
      sd,
      beforePerWeek,
      afterPerWeek,
      freedPerWeek,
    },
    loadIds: material.coverage.loadIds,
    ...(material.recent ? { asOf: material.recent.to } : {}),
  });
  return {
    evidence,
    mean: lost,
    sd,
    figure: evidence.need({
      label: `${kpiWords(context.goal.kpi)} booked under ${campaign.name} that are given up`,
      path: 'lost',
      unit: kpiUnit(context.goal),
    }),
  };
}

/** The action with its money, to the cent as it is carried out; null where no budget is known, or one that no result tells of yet would be cut. */
function cutOf(
  context: SpecialistContext,
  material: ActionMaterial,
  input: { campaign: CampaignFact; pauses: boolean; cut: number },
): PlannedCut | null {
  const { campaign, pauses, cut } = input;
  const target = { type: 'campaign' as const, id: campaign.id, name: campaign.name };
  const now = budgetNow(material, campaign);
  if (!now || (now.unseen && !pauses)) return null;
  const { currency } = context.goal;
  const before = moneyOf(now.units, currency);
  const after = moneyOf(pauses ? 0 : now.units * (1 - cut), currency);
  const perWeek = (money: ActionMoney): number =>
    unitsFromMicros(microsFromMinor(BigInt(money.minor), money.currency)) * (now.period === 'DAY' ? 7 : 1);
  return {
    action: pauses
      ? { kind: 'campaign.pause', target }
      : { kind: 'budget.reduce', target, before, after, period: now.period },
    beforePerWeek: perWeek(before),
    afterPerWeek: perWeek(after),
  };
}

/** Owns the PAUSE and REDUCE cards: campaigns that very probably waste money are reduced by what they waste, or paused where that is nearly all. */
import type { Action } from '../../domain/actions.ts';
import type { MediaFinding } from '../../domain/artifacts/paidMediaAnalysis.ts';
import type { Figure } from '../../domain/evidence.ts';
import { momentsOf } from '../../brain/statistics.ts';
import { sentence } from '../../models/phrases.ts';
import type { SpecialistContext } from '../contract.ts';
import { lastKnownDay, type Evidence, type EvidenceBook } from '../evidence.ts';
import { channelTitle, kpiUnit, kpiWords } from '../labels.ts';
import type { CampaignFact } from '../tools.ts';
import { budgetNow } from './budgets.ts';
import { evidenceEntry, HORIZON_DAYS, HORIZON_WEEKS, moneyOf, normalForecast, type DraftCard } from './card.ts';
import { RECENT_WEEKS, type ActionMaterial } from './gather.ts';
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
    campaign.status === 'PAUSED' ||
    campaign.status === 'ENDED'
  )
    return null;
  const share = Math.min(1, finding.effect.value / Math.max(1e-9, known.spend.value));
  const pauses = share >= PAUSE_FROM;
  const cut = pauses ? 1 : Math.min(DEEPEST_CUT, share);
  const lost = lossEvidence(context, book, { material, campaign, cut });
  const action = actionOf(context, material, { campaign, pauses, cut });
  if (!action) return null;
  const words = kpiWords(context.goal.kpi);
  const freed = lost.evidence.need({
    label: `money freed a week at ${campaign.name}`,
    path: 'freedPerWeek',
    unit: context.workspace.currency,
  });
  return {
    ...standing(context, campaign),
    verb: pauses ? 'PAUSE' : 'REDUCE',
    action: pauses
      ? sentence(`Pause ${campaign.name}; it frees ${amount(freed)} a week`)
      : sentence(`Reduce ${campaign.name} and free ${amount(freed)} a week`),
    actions: [action],
    forecast: normalForecast(context, {
      mean: lost.mean,
      sd: lost.sd,
      method: 'Booked results of the latest weeks, less the part that is cut',
      evidenceId: lost.evidence.draft.id,
    }),
    figures: [finding.effect, known.spend, ...(known.costPerResult ? [known.costPerResult] : []), freed, lost.figure],
    evidence: stopEvidence(context, { material, finding, effect: finding.effect, lost: lost.evidence }),
    because: [
      finding.statement,
      sentence(
        `It saves ${amount(freed)} a week; at the most that gives up ${size(lost.figure)} of the ${words} booked under it over ${HORIZON_DAYS} days`,
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

/** Booked KPI that the cut can cost over the horizon: mean and spread of the campaign's own weeks. */
function lossEvidence(
  context: SpecialistContext,
  book: EvidenceBook,
  input: { material: ActionMaterial; campaign: CampaignFact; cut: number },
): { evidence: Evidence; mean: number; sd: number; figure: Figure } {
  const { material, campaign, cut } = input;
  const weeks = material.campaignWeeks.filter((row) => row.campaign?.id === campaign.id);
  const results = weeks.map((row) => row.values[context.goal.kpi] ?? 0);
  const spend = weeks.reduce((sum, row) => sum + (row.values.SPEND ?? 0), 0);
  const { mean, variance } = momentsOf(results);
  const lost = -mean * HORIZON_WEEKS * cut;
  const sd = Math.sqrt(variance * HORIZON_WEEKS) * cut;
  const evidence = book.add({
    kind: 'advice.stop',
    tier: 'OBSERVED',
    input: { campaignId: campaign.id, cut, weeks: RECENT_WEEKS },
    output: { weeks: results, meanPerWeek: mean, lost, sd, freedPerWeek: (spend / Math.max(1, weeks.length)) * cut },
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

function actionOf(
  context: SpecialistContext,
  material: ActionMaterial,
  input: { campaign: CampaignFact; pauses: boolean; cut: number },
): Action | null {
  const { campaign, pauses, cut } = input;
  const target = { type: 'campaign' as const, id: campaign.id, name: campaign.name };
  if (pauses) return { kind: 'campaign.pause', target };
  const now = budgetNow(material, campaign);
  if (!now || now.unseen) return null;
  const { currency } = context.goal;
  return {
    kind: 'budget.reduce',
    target,
    before: moneyOf(now.units, currency),
    after: moneyOf(now.units * (1 - cut), currency),
    period: now.period,
  };
}

/** Owns the paid-media specialist: gather, compute, compose, in this order. */
import {
  paidMediaAnalysisSchema,
  type CampaignReturn,
  type PaidMediaAnalysis,
} from '../../domain/artifacts/paidMediaAnalysis.ts';
import { addDays } from '../../kernel/calendar.ts';
import type { SpecialistContext, SpecialistDefinition, SpecialistResult } from '../contract.ts';
import { evidenceBook, figuresIn, type Evidence, type EvidenceBook } from '../evidence.ts';
import { wearOutOf } from '../fatigue.ts';
import { composeGrounded } from '../grounding.ts';
import { goalFacts, kpiWords } from '../labels.ts';
import { notAvailableShape, ownDataSource, shapeOf } from '../prose.ts';
import { finish, NO_MODEL } from '../result.ts';
import { staleText, stalenessOf } from '../staleness.ts';
import { toolsFor } from '../toolbox.ts';
import type { MetricRow } from '../tools.ts';
import { composeMedia, MEDIA_INSTRUCTIONS, MEDIA_PURPOSE, mediaAnswerSchema, type MediaFacts } from './compose.ts';
import { mediaFindings, perText, testFor, trackingHealth, wasteFigures } from './findings.ts';
import { framesOf } from './frames.ts';
import { gatherMedia, MEDIA_TOOLS, type MediaMaterial } from './gather.ts';
import { FORECAST_LEVEL, returnsOf, type Returns } from './returns.ts';
import { wasteOf, type Waste } from './waste.ts';

/** Paid media: what does each channel really add, what is wasted, what is worn out, and how sure is that? */
export const paidMedia: SpecialistDefinition = {
  specialist: 'PAID_MEDIA',
  owner: 'Media analyst',
  purpose:
    'Fits carry-over and saturation of every channel, sets incremental and marginal return beside platform credit, and finds wasted spend and worn creative.',
  tools: MEDIA_TOOLS,
  run: runMedia,
};

/** Days after its launch for which a campaign counts as learning. */
const LEARNING_DAYS = 21;

async function runMedia(context: SpecialistContext): Promise<SpecialistResult> {
  const book = evidenceBook(context);
  const material = await gatherMedia(context, toolsFor(context, 'PAID_MEDIA', MEDIA_TOOLS));
  if (!material) return unavailable(context);
  const computed = computeMedia(context, book, material);
  const { returns, findings, wasted, waste } = computed;
  const identified = returns.channels.filter((channel) => channel.identified).length;
  await context.progress(
    `${identified} of ${returns.channels.length} channels can be judged; ${findings.length} findings.`,
  );
  const facts = factsOf(context, material, { ...computed, totalSpend: totalSpend(book, context, material) });
  const figures = figuresIn(facts);
  const composed = await composeGrounded(context, {
    purpose: MEDIA_PURPOSE,
    instructions: MEDIA_INSTRUCTIONS,
    facts,
    figures,
    schema: mediaAnswerSchema,
    composer: composeMedia,
  });
  const shape = shapeOf(context, composed.answer, {
    frames: framesOf(context, returns, { wasteEvidence: computed.wasteEvidence, waste }),
    window: material.window,
    sources: [ownDataSource(material.coverage.span?.to ?? material.window.to)],
    figures,
    caveats: composed.notes,
  });
  return finish({
    kind: 'PAID_MEDIA_ANALYSIS',
    schema: paidMediaAnalysisSchema,
    content: {
      ...shape,
      attributionSetting: 'As each platform reports; booked results by the outcome source of the workspace.',
      fit: fitSummary(returns, material),
      channels: [...returns.channels],
      campaigns: campaignReturns(context, computed.wasteEvidence, { material, waste }),
      wastedSpend: wasted.map(({ waste: { name: target }, amount }) => ({ target, amount, reason: WASTE_REASON })),
      fatigue: [...computed.fatigue],
      trackingHealth: facts.tracking,
      findings,
      confounders: [...facts.confounders],
      proposedTest: facts.test,
    } satisfies PaidMediaAnalysis,
    composed,
    evidence: book.drafts(),
  });
}

const WASTE_REASON = 'Booked results for its spend are very probably below half of its channel\u2019s.';

/** Everything that is computed before words are written. */
interface MediaComputed {
  readonly returns: Returns;
  readonly wasteEvidence: Evidence;
  readonly waste: readonly Waste[];
  readonly wasted: ReturnType<typeof wasteFigures>;
  readonly fatigue: PaidMediaAnalysis['fatigue'];
  readonly findings: PaidMediaAnalysis['findings'];
}

function computeMedia(context: SpecialistContext, book: EvidenceBook, material: MediaMaterial): MediaComputed {
  const returns = returnsOf(context, book, material);
  const { evidence: wasteEvidence, waste } = wasteIn(context, book, material);
  const wasted = wasteFigures(wasteEvidence, waste, context.workspace.currency);
  const fatigue = [...wearOutOf(book, { rows: material.messageWeeks, loadIds: material.coverage.loadIds }).entries];
  const findings = mediaFindings({ context, returns, waste: wasted, fatigue, window: material.window });
  return { returns, wasteEvidence, waste, wasted, fatigue, findings };
}

function factsOf(
  context: SpecialistContext,
  material: MediaMaterial,
  computed: MediaComputed & { readonly totalSpend: MediaFacts['totalSpend'] },
): MediaFacts {
  const { returns, findings } = computed;
  const { fitted } = material;
  return {
    goal: goalFacts(context.goal),
    stale: staleText(stalenessOf(context)),
    window: material.window,
    fitWindow: fitted?.panel.window ?? null,
    returnPer: perText(context),
    totalSpend: computed.totalSpend,
    channels: returns.channels,
    wasted: computed.wasted.map((entry) => ({ name: entry.waste.name, amount: entry.amount })),
    fatigued: computed.fatigue.filter((entry) => entry.fatigued),
    findings,
    tracking: trackingHealth(material),
    confounders:
      fitted && fitted.panel.launches.length > 0
        ? [
            'A launch falls into the fitted window; it is allowed for as a lift that fades and can still blur what ran at the same time.',
          ]
        : [],
    test: testFor(returns, material.coverage.geos),
    hurdle: hurdleFacts(context, returns, material),
    rising: returns.lines.flatMap(({ channel, rising }) => (rising ? [{ channel, why: rising }] : [])),
    levels: { estimates: returns.level, forecasts: FORECAST_LEVEL },
    checksFailed: [...new Set(returns.channels.flatMap((channel) => channel.reasons))].slice(0, 8),
  };
}

function hurdleFacts(
  { goal, workspace }: SpecialistContext,
  { evidence, hurdle }: Returns,
  { totals }: MediaMaterial,
): MediaFacts['hurdle'] {
  const small = hurdle.valuePerKpi !== null && hurdle.valuePerKpi < 1;
  return {
    margin: evidence.need({ label: 'assumed margin', path: 'hurdle.margin', unit: 'SHARE' }),
    value: evidence.figure({
      label: `revenue of ${small ? '1,000' : 'one'} of ${kpiWords(goal.kpi)}`,
      path: small ? 'valuePerThousand' : 'hurdle.valuePerKpi',
      unit: workspace.currency,
    }),
    valuePer: small ? '1,000' : 'each of the',
    control: totals.control,
  };
}

function wasteIn(
  context: SpecialistContext,
  book: EvidenceBook,
  material: MediaMaterial,
): { evidence: Evidence; waste: Waste[] } {
  const { kpi } = context.goal;
  const waste = wasteOf(
    material.campaigns.map((row) => ({
      id: row.campaign?.id ?? '',
      name: row.campaign?.name ?? '',
      channel: row.channel ?? '',
      results: bookedOf(row, kpi),
      spend: row.values.SPEND ?? 0,
    })),
  );
  const lines = waste.map((entry) => ({
    ...entry,
    costPerResult: entry.results > 0 ? entry.spend / entry.results : null,
    attributedReturn: entry.spend > 0 ? entry.results / entry.spend : null,
  }));
  const evidence = book.add({
    kind: 'media.waste',
    tier: 'OBSERVED',
    input: { window: material.window, results: kpi === 'SESSIONS' ? 'SESSIONS' : 'QUALIFIED_LEADS, else CONVERSIONS' },
    output: { campaigns: lines },
    loadIds: material.coverage.loadIds,
    asOf: material.window.to,
  });
  return { evidence, waste };
}

/** Results that are counted, not money: one large order must not hide a poor campaign. */
function bookedOf(row: MetricRow, kpi: string): number {
  if (kpi === 'SESSIONS') return row.values.SESSIONS ?? 0;
  return row.values.QUALIFIED_LEADS ?? row.values.CONVERSIONS ?? 0;
}

function campaignReturns(
  context: SpecialistContext,
  evidence: Evidence,
  input: { material: MediaMaterial; waste: readonly Waste[] },
): CampaignReturn[] {
  const { currency, businessDate } = context.workspace;
  return input.waste.map((entry, index) => {
    const known = input.material.campaignFacts.find((campaign) => campaign.id === entry.id);
    const at = `campaigns.${index}`;
    return {
      id: entry.id,
      name: entry.name,
      channel: entry.channel,
      segment: segmentOf(entry.name),
      spend: evidence.need({ label: `spend of ${entry.name}`, path: `${at}.spend`, unit: currency }),
      costPerResult: evidence.figure({
        label: `cost per booked result of ${entry.name}`,
        path: `${at}.costPerResult`,
        unit: currency,
      }),
      attributedReturn: evidence.figure({
        label: `booked results per unit of spend of ${entry.name}`,
        path: `${at}.attributedReturn`,
        unit: 'RATIO',
      }),
      learning: known?.launchedOn != null && addDays(known.launchedOn, LEARNING_DAYS) >= businessDate,
    };
  });
}

function segmentOf(name: string): CampaignReturn['segment'] {
  if (/retarget|remarket|visitors|return/i.test(name)) return 'RETARGETING';
  if (/non.?brand|generic|category/i.test(name)) return 'NON_BRAND';
  if (/\bbrand\b/i.test(name)) return 'BRAND';
  if (/prospect|broad|reach|interest/i.test(name)) return 'PROSPECTING';
  return 'OTHER';
}

function totalSpend(book: EvidenceBook, context: SpecialistContext, material: MediaMaterial): MediaFacts['totalSpend'] {
  const total = material.channels.reduce((sum, row) => sum + (row.values.SPEND ?? 0), 0);
  const evidence = book.add({
    kind: 'media.spend',
    tier: 'OBSERVED',
    input: { window: material.window },
    output: {
      total,
      byChannel: material.channels.map((row) => ({ channel: row.channel, spend: row.values.SPEND ?? null })),
    },
    loadIds: material.coverage.loadIds,
    asOf: material.window.to,
  });
  return evidence.need({ label: 'spend in the window', path: 'total', unit: context.workspace.currency });
}

function fitSummary(returns: Returns, material: MediaMaterial): PaidMediaAnalysis['fit'] {
  const { fitted } = material;
  const { fitEvidence } = returns;
  if (!fitted || !fitEvidence) return null;
  const { panel, fit } = fitted;
  const read = (label: string, path: string) =>
    fitEvidence.figure({ label, path: `diagnostics.${path}`, unit: 'RATIO' });
  return {
    evidenceId: fitEvidence.draft.id,
    method: `${fit.method} fit`,
    kpi: panel.kpi,
    seed: fit.seed,
    weeks: panel.periods.length,
    window: panel.window,
    diagnostics: [
      read('R squared', 'rSquared'),
      read('Durbin-Watson', 'durbinWatson'),
      read('held-out CRPS', 'backtest.crps'),
      read('CRPS of the naive forecast', 'backtest.naiveCrps'),
    ].filter((figure) => figure !== null),
    checksFailed: [...new Set(fit.channels.flatMap((channel) => channel.reasons.map((reason) => reason.code)))],
  };
}

function unavailable(context: SpecialistContext): SpecialistResult {
  const content: PaidMediaAnalysis = {
    ...notAvailableShape(
      context,
      'Paid media',
      'No performance data with channels are loaded. Import an export of an ad platform or a mix-model file first.',
    ),
    attributionSetting: '',
    fit: null,
    channels: [],
    campaigns: [],
    wastedSpend: [],
    fatigue: [],
    trackingHealth: [],
    findings: [],
    confounders: [],
    proposedTest: null,
  };
  return finish({
    kind: 'PAID_MEDIA_ANALYSIS',
    schema: paidMediaAnalysisSchema,
    content,
    composed: NO_MODEL,
    evidence: [],
  });
}

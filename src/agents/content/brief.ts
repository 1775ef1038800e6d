/** Owns the campaign brief: its computed fields, joined with the texts that a model wrote. */
import type { CampaignBrief } from '../../domain/artifacts/campaignBrief.ts';
import type { Source } from '../../domain/artifacts/shape.ts';
import type { ClaimRecord } from '../../domain/compliance.ts';
import type { Figure } from '../../domain/evidence.ts';
import { gateFloor } from '../../domain/gates.ts';
import { addDays } from '../../kernel/calendar.ts';
import { derivedId } from '../../kernel/ids.ts';
import type { SpecialistContext } from '../contract.ts';
import { kpiWords } from '../labels.ts';
import type { ContentAnswer } from './compose.ts';
import type { ContentMaterial } from './gather.ts';

/** Share of the budget that may move without a new brief. */
const REALLOCATION_SHARE = 0.1;
/** Share of the budget that no channel exceeds without a reason. */
const CHANNEL_CAP_SHARE = 0.4;
/** Days from today to the copy being live: review, approval, upload. */
const LEAD_DAYS = 7;

/** What the brief is made from. */
export interface BriefParts {
  readonly answer: ContentAnswer;
  readonly material: ContentMaterial;
  readonly claims: readonly ClaimRecord[];
  readonly figures: { readonly baseline: Figure | null; readonly target: Figure; readonly budget: Figure };
  readonly audience: { readonly id: string | null; readonly name: string };
  readonly callToAction: string;
  readonly sources: readonly Source[];
}

/** The brief of a task. */
export function briefOf(context: SpecialistContext, parts: BriefParts): CampaignBrief {
  const { goal, workspace, strategy } = context;
  const { brief } = parts.answer;
  const rules = parts.material.rules;
  return {
    id: derivedId(context.run.id, context.task.id, 'brief'),
    version: context.revision?.round ?? 1,
    name: brief.name,
    owner: strategy?.document.owner ?? 'Brand owner',
    businessContext: brief.businessContext,
    objective: {
      metric: kpiWords(goal.kpi),
      baseline: parts.figures.baseline,
      target: parts.figures.target,
      date: goal.to,
    },
    primaryKpi: goal.kpi,
    secondaryKpis: ['QUALIFIED_RATE', 'COST_PER_QUALIFIED_LEAD'],
    audienceRef: parts.audience,
    insight: brief.insight,
    singleMessage: brief.singleMessage,
    proofPoints: parts.claims.map((claim) => ({ claimId: claim.id, text: claim.text })),
    offer: brief.offer,
    callToAction: parts.callToAction,
    channelMix: mixOf(context, parts.material),
    budget: {
      total: parts.figures.budget,
      capPerChannelShare: CHANNEL_CAP_SHARE,
      reallocationThreshold: REALLOCATION_SHARE,
    },
    flight: { from: goal.from, to: goal.to },
    markets: [goal.market],
    mandatories: rules
      .filter((rule) => rule.enforcement === 'MUST' && rule.bannedPhrases.length === 0)
      .map((rule) => rule.text)
      .slice(0, 8),
    exclusions: [
      ...(strategy?.document.exclusions ?? []),
      ...rules
        .filter((rule) => rule.bannedPhrases.length > 0)
        .flatMap((rule) => rule.bannedPhrases)
        .slice(0, 12),
    ],
    guardrails: [
      ...goal.constraints,
      'No statement without a source in own material or the claim register',
      'No change of audience or budget while the variants are compared',
    ],
    brandRef: [...new Set(parts.material.texts.map((text) => text.title))].join(', '),
    sourcesUsed: [...parts.sources],
    assumptions: brief.assumptions,
    risks: brief.risks,
    measurementPlan: {
      kpi: goal.kpi,
      method:
        'Qualified responses of each variant against the creative it replaces, by a comparison that may be looked at on any day',
      holdout: 'The replaced creative keeps running at a small share until the comparison is settled',
    },
    approvers: (['BRAND_CRITICAL', 'REGULATED_CLAIM'] as const).flatMap((gate) =>
      gateFloor[gate].seats.map((seat) => ({ gate, role: seat.role })),
    ),
    timeline: [
      { date: workspace.businessDate, milestone: 'Draft and compliance review' },
      { date: addDays(workspace.businessDate, 3), milestone: 'Approval' },
      { date: addDays(workspace.businessDate, LEAD_DAYS), milestone: 'Live' },
      { date: goal.to, milestone: 'Goal\u2019s window ends' },
    ],
  };
}

function mixOf(context: SpecialistContext, material: ContentMaterial): CampaignBrief['channelMix'] {
  const planned = context.strategy?.document.channelMix ?? [];
  if (planned.length > 0)
    return planned.map((entry) => ({ channel: entry.channel, minShare: entry.minShare, maxShare: entry.maxShare }));
  const total = material.channelSpend.reduce((sum, entry) => sum + entry.spend, 0);
  return material.channelSpend.map((entry) => ({
    channel: entry.channel,
    minShare: rounded((entry.spend / total) * 0.7),
    maxShare: rounded(Math.min(1, (entry.spend / total) * 1.3)),
  }));
}

function rounded(share: number): number {
  return Math.round(share * 100) / 100;
}

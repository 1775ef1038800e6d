/** Owns small specialists for runs under test: each leaves an artifact, and next best action proposes two budget moves. */
import type {
  ChangeProposal,
  SpecialistContext,
  SpecialistDefinition,
  SpecialistResult,
} from '../../src/agents/contract.ts';
import type { Action } from '../../src/domain/actions.ts';
import type { Finding } from '../../src/domain/compliance.ts';
import type { Recommendation } from '../../src/domain/recommendations.ts';
import { specialists, type Specialist } from '../../src/domain/specialists.ts';
import { derivedId } from '../../src/kernel/ids.ts';
import { DAILY_MINOR, type House } from '../governance/house.ts';

/** Every specialist as a small one that leaves an artifact; next best action proposes two budget moves. */
export function specialistsOf(
  given: Partial<Record<Specialist, Partial<SpecialistDefinition>>>,
  campaigns: House['campaigns'],
): Record<Specialist, SpecialistDefinition> {
  const definition = (specialist: Specialist): SpecialistDefinition => ({
    specialist,
    owner: `Owner of ${specialist}`,
    purpose: 'For tests.',
    tools: [],
    run: async (context) => (specialist === 'NEXT_BEST_ACTION' ? decisions(context, campaigns) : artifact(context)),
    ...given[specialist],
  });
  return Object.fromEntries(specialists.map((specialist) => [specialist, definition(specialist)])) as Record<
    Specialist,
    SpecialistDefinition
  >;
}

/** An artifact that names what it was made from. */
export function artifact(context: SpecialistContext, more: Partial<SpecialistResult> = {}): SpecialistResult {
  const evidenceId = derivedId('evidence', context.task.id, String(context.revision?.round ?? 1));
  return {
    kind: context.task.specialist,
    content: { round: context.revision?.round ?? 1, upstream: context.upstream.map((one) => one.taskKey) },
    model: 'test',
    embeddedModel: true,
    evidence: [
      {
        id: evidenceId,
        kind: 'test',
        tier: 'OBSERVED',
        input: {},
        output: { value: 1 },
        seed: 1,
        loadIds: [],
        asOf: '2025-12-30',
      },
    ],
    recommendations: [],
    proposals: [],
    findings: [],
    ...more,
  };
}

/** Two cards with one budget move each. */
export function decisions(context: SpecialistContext, campaigns: House['campaigns']): SpecialistResult {
  const made = artifact(context);
  const evidenceId = made.evidence[0]?.id ?? '';
  const names = ['alpha', 'beta'] as const;
  const proposals = names.map((name, recommendation): ChangeProposal => ({
    recommendation,
    title: `Raise ${name}`,
    reason: 'It pays.',
    actions: [raise(campaigns[name], name)],
    ifRejected: 'Nothing changes.',
    evidenceIds: [evidenceId],
  }));
  return { ...made, recommendations: names.map((name) => card(campaigns[name], name, evidenceId)), proposals };
}

/** One euro a day more for a campaign. */
function raise(id: string, name: string): Action {
  const money = (minor: number): { minor: string; currency: string } => ({ minor: String(minor), currency: 'EUR' });
  return {
    kind: 'budget.set',
    target: { type: 'campaign', id, name },
    before: money(DAILY_MINOR),
    after: money(DAILY_MINOR + 100),
    period: 'DAY',
  };
}

/** A card that scales a campaign. */
export function card(id: string, name: string, evidenceId: string, more: Partial<Recommendation> = {}): Recommendation {
  return {
    question: 'What next?',
    verb: 'SCALE',
    target: { type: 'campaign', id, name },
    action: `Raise ${name}.`,
    actions: [],
    forecast: {
      kpi: 'PIPELINE',
      unit: 'EUR',
      quantity: 'LEVEL',
      mean: 100,
      intervals: [{ level: 0.8, lower: 50, upper: 150 }],
      probabilityOfGain: 0.9,
      horizonDays: 28,
      from: '2026-01-02',
      to: '2026-01-29',
      method: 'test',
      evidenceId,
    },
    counterfactual: 'Nothing.',
    rationale: 'It pays.',
    figures: [],
    evidence: [{ evidenceId, tier: 'OBSERVED', asOf: '2025-12-30', summary: 'Seen.' }],
    identified: true,
    identifiabilityReasons: [],
    assumptions: [],
    rejectedAlternatives: [],
    dissent: [],
    risks: [],
    guardrails: [],
    reversibility: 'REVERSIBLE',
    costOfDelayPerWeek: null,
    citedLearningIds: [],
    expiresOn: '2026-02-01',
    record: { scored: 0, coverage80: null, notToldApart: 0 },
    ...more,
  };
}

/** A finding that blocks. */
export function blocking(quote: string): Finding {
  return {
    ruleId: 'test',
    category: 'SUPERLATIVE',
    severity: 'BLOCK',
    enforcement: 'MUST',
    span: { start: 0, end: quote.length },
    quote,
    reason: 'It claims too much.',
    lawRef: 'none',
    market: 'ALL',
    evidenceNeeded: [],
    suggestion: null,
    source: 'RULE',
    confidence: 1,
    catalogueVersion: 'test',
  };
}

/** Owns the card of an audience that clicks and does not qualify: left out of paid media, as the audience specialist proposes. */
import { sentence } from '../../models/phrases.ts';
import type { SpecialistContext } from '../contract.ts';
import { lastKnownDay } from '../evidence.ts';
import { kpiUnit } from '../labels.ts';
import { amount, amountRange } from '../wording.ts';
import { evidenceEntry, type DraftCard } from './card.ts';
import type { ActionMaterial } from './gather.ts';

/** The audience card from the audience specialist's proposal; null without one. */
export function audienceCard(context: SpecialistContext, material: ActionMaterial): DraftCard | null {
  const proposal = material.audience?.proposal;
  const trap = material.audience?.audiences.find((audience) => audience.id === proposal?.action.target.id);
  if (!proposal || !trap) return null;
  const lost = proposal.qualifiedLostPerWeek;
  return {
    verb: 'REVISE',
    target: { type: 'audience', id: proposal.action.target.id, name: proposal.action.target.name },
    question: `Should paid media go on reaching ${trap.name}?`,
    action: sentence(
      `Leave ${trap.name} out of paid campaigns; ${amount(proposal.spendPerWeek)} a week goes there now`,
    ),
    actions: [proposal.action],
    forecast: null,
    counterfactual: 'The audience goes on getting paid media',
    figures: [
      proposal.spendPerWeek,
      ...(lost ? [lost] : []),
      ...(trap.clickRate ? [trap.clickRate] : []),
      ...(trap.costPerQualified ? [trap.costPerQualified] : []),
    ],
    evidence: [
      evidenceEntry({
        evidenceId: proposal.spendPerWeek.evidenceId,
        tier: 'OBSERVED',
        asOf: material.audience?.window?.to ?? lastKnownDay(context.workspace),
        summary: 'Funnel of each audience, shrunk to the others of its channels',
      }),
    ],
    identified: true,
    reasons: [],
    assumptions: ['The money goes to the other audiences of the same campaigns, or is saved where there are none.'],
    alternatives: [
      {
        alternative: 'Keep it for its cheap clicks',
        score: 0,
        unit: kpiUnit(context.goal),
        reason: 'Clicks that do not qualify are no result.',
      },
    ],
    dissent: [],
    risks: ['Reach and clicks fall at once, which looks like a loss to anyone who watches traffic.'],
    guardrails: [
      'What it does is read against the weeks before; nobody is kept in the old definition',
      'Exclusion wins over inclusion',
    ],
    reversibility: 'REVERSIBLE',
    costOfDelayPerWeek: lost && context.goal.kpi === 'QUALIFIED_LEADS' ? lost.value : null,
    ifRejected: 'The audience stays in its campaigns',
    because: [
      proposal.reason,
      trap.costPerQualified ? sentence(`A qualified response there costs ${amountRange(trap.costPerQualified)}`) : '',
      lost
        ? sentence(
            `At the mean of the others the same money would bring about ${amount(lost)} more qualified responses a week, as far as booked results tell`,
          )
        : '',
    ].filter((line) => line !== ''),
  };
}

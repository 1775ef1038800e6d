/** Owns where a run stands in sentences: what became of what it proposed, and how far its cards come against the gap to the target. */
import type { Figure } from '../../domain/evidence.ts';
import type { ChangeHistory, RunRecord } from '../runSummary.ts';
import { listText } from '../../models/phrases.ts';
import { percentText, valueText, wordsInside } from './valueText.ts';

/** What became of change sets, as it is told of several. */
const BECAME: Readonly<Record<ChangeHistory['change']['state'], string>> = {
  NEEDS_APPROVAL: 'waiting for people',
  APPROVED: 'approved and about to be carried out',
  EXECUTING: 'being carried out',
  EXECUTED: 'carried out',
  EXECUTION_UNKNOWN: 'sent without a sure answer',
  FAILED: 'approved and failed',
  REJECTED: 'rejected',
  EXPIRED: 'expired',
  SUPERSEDED: 'overtaken by what changed since',
  WITHDRAWN: 'withdrawn',
};

/** What became of everything that was proposed: `Of 4 changes put to people, now 3 are carried out and 1 is rejected.`; empty where nothing was. */
export function standingText(changes: readonly { readonly change: Pick<ChangeHistory['change'], 'state'> }[]): string {
  const counts = new Map<string, number>();
  for (const { change } of changes) counts.set(BECAME[change.state], (counts.get(BECAME[change.state]) ?? 0) + 1);
  const [first, ...others] = [...counts];
  if (!first) return '';
  if (others.length === 0)
    return `${changes.length === 1 ? 'The one change put to people is' : `All ${changes.length} changes put to people are`} now ${first[0]}.`;
  const parts = [first, ...others].map(([became, count]) => `${count} ${count === 1 ? 'is' : 'are'} ${became}`);
  return `Of ${changes.length} changes put to people, now ${listText(parts, parts.length)}.`;
}

/** How far all cards together come against the gap to the target; empty where no card forecasts the goal's KPI or no gap is known. */
export function togetherText(plan: Pick<RunRecord, 'goal' | 'cards'>, gap: Figure | null): string {
  const forecasts = plan.cards.flatMap(({ card: { card } }) =>
    card.forecast?.quantity === 'DELTA' && card.forecast.kpi === plan.goal.kpi ? [card.forecast] : [],
  );
  if (gap === null || forecasts.length === 0) return '';
  const sum = forecasts.reduce((all, { mean }) => all + mean, 0);
  const days = forecasts.map(({ horizonDays }) => horizonDays).toSorted((a, b) => a - b);
  const horizon = [...new Set([days[0], days.at(-1)])].join(' to ');
  const amount = (value: number): string =>
    `${/^[A-Z]{3}$/.test(gap.unit) && gap.unit !== 'KPI' ? `${gap.unit} ` : ''}${valueText(value, gap.unit)}`;
  const cards = `${forecasts.length === 1 ? 'The one card' : `The ${forecasts.length} cards`} with a forecast of ${wordsInside(plan.goal.kpi)}`;
  const comes = `${forecasts.length === 1 ? 'comes' : 'come'} to ${sum > 0 ? '+' : ''}${amount(sum)} over ${horizon} days${forecasts.length === 1 ? '' : ' together'}`;
  const against =
    gap.value >= 0
      ? `on top of a forecast that is at the target without them`
      : `against a gap of ${amount(-gap.value)} to the target over the goal’s whole window${sum > 0 ? `, ${percentText(Math.round((sum / -gap.value) * 100) / 100)} of it` : ''}`;
  return `${cards} ${comes}, ${against}; this is no certain sum: each card has its own interval and its own days, and what one gains another may gain as well.`;
}

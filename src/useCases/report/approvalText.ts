/** Owns one approval as text for a terminal: what changes, why, what is expected, what it rests on, what happens otherwise. */
import { microsFromMinor, formatMoney } from '../../kernel/money.ts';
import type { Forecast } from '../../domain/recommendations.ts';
import type { ApprovalDetail, DiffRow } from '../approvals.ts';
import { strategyRows } from './strategyText.ts';
import { percentText, probabilityText, UNKNOWN, valueText, words, wordsInside } from './valueText.ts';

/** The approval as lines of text, 100 columns or fewer where words allow. */
export function approvalText(detail: ApprovalDetail): string {
  const { approval, changeSet, diff, forecast, evidence, decisions } = detail;
  const seats = approval.seats.map((seat) => `${seat.count} × ${wordsInside(seat.role)}`).join(' and ');
  const parts = [
    approval.title,
    `Gate ${wordsInside(approval.gate)}: ${seats} must agree by ${approval.decideBy.slice(0, 16).replace('T', ' ')} UTC (${approval.approvals} so far)`,
    `Revision ${approval.revision}, digest ${approval.digest.slice(0, 16)}…`,
    '',
    ...strategyRows(diff).map(diffLine),
    '',
    `Why: ${changeSet.reason}`,
    ...(forecast ? [`Expected: ${forecastText(forecast)}`] : []),
    ...(evidence.length > 0
      ? [`Rests on: ${evidence.map((one) => `${one.kind} (${one.tier.toLowerCase()}, as of ${one.asOf})`).join('; ')}`]
      : []),
    `If rejected: ${changeSet.ifRejected}`,
    ...decisions.map((one) => `${one.email}: ${wordsInside(one.verdict)}${one.reason ? `, "${one.reason}"` : ''}`),
  ];
  return parts.join('\n');
}

/** One line of a diff: `Budget of X per day: EUR 1,000.00 → EUR 1,200.00 (+20%)`. */
export function diffLine(row: DiffRow): string {
  const before = amountText(row.before, row.unit);
  const after = amountText(row.after, row.unit);
  return `  ${row.label}: ${before === UNKNOWN ? '' : `${before} → `}${after}${changeShare(row)}`;
}

/** A forecast in one sentence, with its 80% interval where it has one. */
export function forecastText(forecast: Forecast): string {
  const unit = forecast.unit;
  const interval = forecast.intervals.find((one) => one.level === 0.8) ?? forecast.intervals[0];
  const sign = forecast.quantity === 'DELTA' && forecast.mean > 0 ? '+' : '';
  const amount = (value: number): string =>
    /^[A-Z]{3}$/.test(unit) ? `${unit} ${valueText(value, unit)}` : valueText(value, unit);
  const range = interval
    ? `, ${Math.round(interval.level * 100)}% interval ${amount(interval.lower)} to ${amount(interval.upper)}`
    : '';
  const chance =
    forecast.probabilityOfGain === null || (forecast.quantity === 'DELTA' && forecast.mean < 0)
      ? ''
      : `, probability of gain ${probabilityText(forecast.probabilityOfGain)}`;
  return `${words(forecast.kpi)} ${sign}${amount(forecast.mean)} over ${forecast.horizonDays} days${range}${chance}`;
}

/** Before and after of a line as a person reads them. */
export function amountPair(row: DiffRow): { before: string; after: string } {
  return {
    before: row.before === null ? '' : amountText(row.before, row.unit),
    after: amountText(row.after, row.unit),
  };
}

function amountText(value: string | null, unit: string): string {
  if (value === null) return UNKNOWN;
  if (!/^[A-Z]{3}$/.test(unit) || !/^-?\d+$/.test(value)) return value;
  return formatMoney(microsFromMinor(BigInt(value), unit), unit);
}

function changeShare(row: DiffRow): string {
  if (row.before === null || !/^[A-Z]{3}$/.test(row.unit)) return '';
  const before = Number(row.before);
  if (!(before > 0)) return '';
  const share = Number(row.after) / before - 1;
  return ` (${share >= 0 ? '+' : ''}${percentText(share)})`;
}

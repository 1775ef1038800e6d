/** Owns how the fields of a strategy read where people decide on it: `channelMix.0.maxShare` becomes `Channel mix, paid search, at most`. */
import { formatMoney, microsFromMinor } from '../../kernel/money.ts';
import { isDay } from '../../kernel/calendar.ts';
import type { DiffRow } from '../approvals.ts';
import { dayText, valueText, words } from './valueText.ts';

/** Names of fields that their key does not say well. */
const FIELD_WORDS: Readonly<Record<string, string>> = {
  kpiTree: 'Steered by',
  maxShare: 'at most',
  minShare: 'at least',
  kpi: 'KPI',
  minor: 'amount',
};

/** Fields whose values are names of the domain, such as `PAID_SEARCH`. */
const NAME_FIELDS = new Set(['channel', 'kpi', 'metric', 'owner', 'period', 'drivers']);

/** The same rows with labels and values for people; rows of other gates stay as they are. */
export function strategyRows(rows: readonly DiffRow[]): DiffRow[] {
  const fields = new Map(rows.map((row) => [row.label, row]));
  return rows.flatMap((row): DiffRow[] => {
    if (row.gate !== 'STRATEGY_CHANGE') return [row];
    if (row.field === '') return [{ ...row, before: null, after: 'the active strategy' }];
    if (/(^|\.)currency$/.test(row.field) && fields.has(row.field.replace(/currency$/, 'minor'))) return [];
    const shown = (value: string | null, side: 'before' | 'after'): string | null =>
      value === null ? null : fieldValue(row.field, value, siblingOf(fields, row.field, side));
    return [
      {
        ...row,
        label: fieldLabel(row.field, (key) => siblingOf(fields, row.field, 'after')(key)),
        before: shown(row.before, 'before'),
        after: shown(row.after, 'after') ?? '',
      },
    ];
  });
}

type Sibling = (key: string) => string | null;

/** Value of another field of the same object. */
function siblingOf(fields: ReadonlyMap<string, DiffRow>, field: string, side: 'before' | 'after'): Sibling {
  const parent = field.slice(0, field.lastIndexOf('.') + 1);
  return (key) => fields.get(`${parent}${key}`)?.[side] ?? null;
}

function fieldLabel(field: string, sibling: Sibling): string {
  const parts = field.split('.');
  const last = parts.at(-1) ?? field;
  const named = sibling('channel') ?? sibling('name');
  const path = parts.map((part) => (/^\d+$/.test(part) ? String(Number(part) + 1) : fieldWords(part)));
  const text =
    named !== null && last !== 'channel' && last !== 'name'
      ? `${path[0]}, ${words(named).toLowerCase()}, ${path.at(-1)?.toLowerCase()}`
      : path.join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function fieldWords(key: string): string {
  return FIELD_WORDS[key] ?? key.replace(/([A-Z])/g, ' $1').toLowerCase();
}

function fieldValue(field: string, value: string, sibling: Sibling): string {
  const keys = field.split('.').filter((part) => !/^\d+$/.test(part));
  const last = keys.at(-1) ?? '';
  if (NAME_FIELDS.has(last)) return words(value);
  if (last.endsWith('Share')) return valueText(Number(value), 'SHARE');
  if (last === 'minor') {
    const currency = sibling('currency');
    return currency !== null && /^\d+$/.test(value)
      ? formatMoney(microsFromMinor(BigInt(value), currency), currency)
      : value;
  }
  if (isDay(value)) return dayText(value);
  return /^-?\d+(\.\d+)?$/.test(value) ? valueText(Number(value), 'COUNT') : value;
}

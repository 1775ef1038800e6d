/** Owns how a strategy reads where people decide on it: one line an objective, channel, persona or offer, in words of the trade. */
import { formatMoney, microsFromMinor } from '../../kernel/money.ts';
import { isDay } from '../../kernel/calendar.ts';
import type { DiffRow } from '../approvals.ts';
import { capital, dayText, percentText, valueText, words, wordsInside } from './valueText.ts';

type StrategyRow = Extract<DiffRow, { gate: 'STRATEGY_CHANGE' }>;

/** Values of one thing of the strategy by their key below it; an empty key is the thing itself. */
type Fields = ReadonlyMap<string, string>;

/** How a part of the strategy is called, and how its fields read as one text. */
interface Part {
  readonly label: (fields: Fields) => string;
  readonly text: (fields: Fields) => string;
}

const itself = (fields: Fields): string => plainText(fields.get('') ?? '');
const named = (label: string): Part => ({ label: () => label, text: itself });

/** Parts of the strategy document; a key that is not here reads by its own name. */
const PARTS: Readonly<Record<string, Part>> = {
  objectives: { label: () => 'Objective', text: objectiveText },
  channelMix: { label: (fields) => nameAfter('Channel mix', fields.get('channel')), text: shareText },
  kpiTree: { label: (fields) => nameAfter('What drives', fields.get('kpi')), text: driversText },
  personas: { label: (fields) => `Persona${fields.has('name') ? ` “${fields.get('name')}”` : ''}`, text: personaText },
  budgetEnvelope: { label: () => 'Budget', text: budgetText },
  offers: named('Offer'),
  exclusions: named('Left out'),
  draftNotes: named('Note on this draft'),
  owner: { label: () => 'Owner', text: (fields) => words(fields.get('') ?? '') },
};

/** The same rows with labels and values for people; what did not change or says nothing is left out, rows of other gates stay as they are. */
export function strategyRows(rows: readonly DiffRow[]): DiffRow[] {
  const things = new Map<string, StrategyRow[]>();
  for (const row of rows) {
    if (row.gate !== 'STRATEGY_CHANGE' || row.field === '') continue;
    const thing = thingOf(row.field);
    things.set(thing, [...(things.get(thing) ?? []), row]);
  }
  const told = new Set<string>();
  return rows.flatMap((row): DiffRow[] => {
    if (row.gate !== 'STRATEGY_CHANGE') return [row];
    if (row.field === '') return [{ ...row, before: null, after: 'the active strategy' }];
    const thing = thingOf(row.field);
    if (told.has(thing)) return [];
    told.add(thing);
    return thingRow(thing, things.get(thing) ?? []);
  });
}

/** What a field belongs to: the item of a list (`channelMix.0`), else the field of the document (`budgetEnvelope`). */
function thingOf(field: string): string {
  const [key = field, index] = field.split('.');
  return index !== undefined && /^\d+$/.test(index) ? `${key}.${index}` : key;
}

function thingRow(thing: string, rows: readonly StrategyRow[]): DiffRow[] {
  const first = rows[0];
  if (!first) return [];
  const part = PARTS[thing.split('.')[0] ?? ''] ?? named(fieldWords(thing));
  const fieldsOf = (side: 'before' | 'after'): Fields =>
    new Map(
      rows.flatMap((row) =>
        row[side] === null || row[side] === '' ? [] : [[row.field.slice(thing.length + 1), row[side]]],
      ),
    );
  const [before, after] = [fieldsOf('before'), fieldsOf('after')];
  const texts = { before: before.size > 0 ? part.text(before) : '', after: after.size > 0 ? part.text(after) : '' };
  if (texts.before === texts.after) return [];
  return [
    {
      ...first,
      label: part.label(after.size > 0 ? after : before),
      before: texts.before === '' ? null : texts.before,
      after: texts.after === '' ? 'taken out' : texts.after,
    },
  ];
}

function objectiveText(fields: Fields): string {
  const baseline = Number(fields.get('baseline') ?? 0);
  const name = fields.get('metric') ?? fields.get('kpi');
  return joined(
    name === undefined ? undefined : words(name),
    baseline === 0 ? undefined : `from ${valueText(baseline, 'COUNT')}`,
    fields.has('target') ? `${baseline === 0 ? '' : 'to '}${plainText(fields.get('target') ?? '')}` : undefined,
    fields.has('date') ? `by ${plainText(fields.get('date') ?? '')}` : undefined,
  );
}

function shareText(fields: Fields): string {
  const share = (key: string): string | null => (fields.has(key) ? percentText(Number(fields.get(key))) : null);
  const [least, most] = [share('minShare'), share('maxShare')];
  if (least !== null && most !== null) return `${least} to ${most} of spend`;
  if (most !== null) return `at most ${most} of spend`;
  return least === null ? words(fields.get('channel') ?? '') : `at least ${least} of spend`;
}

function driversText(fields: Fields): string {
  const drivers = [...fields].flatMap(([key, value]) => (key.startsWith('drivers.') ? [wordsInside(value)] : []));
  return drivers.length > 0 ? capital(drivers.join(', ')) : words(fields.get('kpi') ?? '');
}

function personaText(fields: Fields): string {
  const [need, trigger] = [fields.get('need'), fields.get('trigger')];
  const parts = [need && `needs ${need}`, trigger && `acts on ${trigger}`].filter(Boolean);
  return parts.length > 0 ? parts.join('; ') : (fields.get('name') ?? '');
}

function budgetText(fields: Fields): string {
  const [minor, currency, period] = [fields.get('minor'), fields.get('currency'), fields.get('period')];
  const amount =
    minor !== undefined && currency !== undefined && /^\d+$/.test(minor)
      ? formatMoney(microsFromMinor(BigInt(minor), currency), currency)
      : (minor ?? currency);
  return joined(amount, period === undefined ? undefined : `a ${wordsInside(period)}`);
}

function nameAfter(label: string, name: string | undefined): string {
  return name === undefined ? label : `${label}${label === 'Channel mix' ? ',' : ''} ${wordsInside(name)}`;
}

function joined(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(' ');
}

function fieldWords(thing: string): string {
  return capital(words((thing.split('.')[0] ?? thing).replace(/([A-Z])/g, '_$1')));
}

function plainText(value: string): string {
  if (isDay(value)) return dayText(value);
  return /^-?\d+(\.\d+)?$/.test(value) ? valueText(Number(value), 'COUNT') : value;
}

/** Owns how a strategy reads where people decide on it: one line an objective, channel, persona or offer, in words of the trade. */
import { formatMoney, microsFromMinor } from '../../kernel/money.ts';
import { isDay } from '../../kernel/calendar.ts';
import type { DiffRow } from '../approvals.ts';
import { capital, dayText, percentText, valueText, words, wordsInside } from './valueText.ts';

type StrategyRow = Extract<DiffRow, { gate: 'STRATEGY_CHANGE' }>;

/** Values of one thing of the strategy by their key below it, amounts with their currency; an empty key is the thing itself. */
type Fields = ReadonlyMap<string, string>;

/** How a part of the strategy is called by what names its entry, and how its fields read as one text. */
interface Part {
  readonly label: (name: string | undefined) => string;
  readonly text: (fields: Fields) => string;
}

const itself = (fields: Fields): string => plainText(fields.get('') ?? '');
const named = (label: string): Part => ({ label: () => label, text: itself });
const listed = (label: string, text: Part['text']): Part => ({
  label: (name) => (name === undefined ? label : `${label}, ${wordsInside(name)}`),
  text,
});

/** Parts of the strategy document; a key that is not here reads by its own name. */
const PARTS: Readonly<Record<string, Part>> = {
  objectives: listed('Objective', objectiveText),
  channelMix: listed('Channel mix', shareText),
  kpiTree: { label: (name) => joined('What drives', name && wordsInside(name)), text: driversText },
  personas: { label: (name) => joined('Persona', name && `“${name}”`), text: personaText },
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

/** A field as the part, what names its entry, and the key below: `objectives[REVENUE].target`. */
const FIELD = /^(\w+)(?:\[([^]*)\])?(?:\.(\w+))?$/;

/** What a field belongs to: the entry of a list (`channelMix[EMAIL]`), else the field of the document (`budgetEnvelope`). */
function thingOf(field: string): string {
  const [, key = field, name] = FIELD.exec(field) ?? [];
  return name === undefined ? key : `${key}[${name}]`;
}

function thingRow(thing: string, rows: readonly StrategyRow[]): DiffRow[] {
  const first = rows[0];
  if (!first) return [];
  const [, key = thing, name] = FIELD.exec(thing) ?? [];
  const part = PARTS[key] ?? named(fieldWords(key));
  const textOf = (side: 'before' | 'after'): string => {
    const fields = rows.flatMap((row): [string, string][] => {
      const value = row[side];
      return value === null || value === '' ? [] : [[row.field.slice(thing.length + 1), amountText(value, row.unit)]];
    });
    return fields.length > 0 ? part.text(new Map(fields)) : '';
  };
  const [before, after] = [textOf('before'), textOf('after')];
  if (before === after) return [];
  return [
    {
      ...first,
      label: part.label(name),
      unit: 'TEXT',
      before: before === '' ? null : before,
      after: after === '' ? 'taken out' : after,
    },
  ];
}

function objectiveText(fields: Fields): string {
  const [baseline, target, date] = [fields.get('baseline') ?? '', fields.get('target') ?? '', fields.get('date') ?? ''];
  const from = /[1-9]/.test(baseline) ? `from ${plainText(baseline)}` : '';
  const text = joined(
    from,
    target && `${from === '' ? '' : 'to '}${plainText(target)}`,
    date && `by ${plainText(date)}`,
  );
  // How it is measured says something by itself only where nothing else did.
  return text === '' ? (fields.get('metric') ?? '') : text;
}

function shareText(fields: Fields): string {
  const share = (key: string): string | null => (fields.has(key) ? percentText(Number(fields.get(key))) : null);
  const [least, most] = [share('minShare'), share('maxShare')];
  if (least !== null && most !== null) return `${least} to ${most} of spend`;
  if (most !== null) return `at most ${most} of spend`;
  return least === null ? '' : `at least ${least} of spend`;
}

function driversText(fields: Fields): string {
  const drivers = (fields.get('drivers') ?? '').split(', ').filter((name) => name !== '');
  return capital(drivers.map(wordsInside).join(', '));
}

function personaText(fields: Fields): string {
  const [need, trigger] = [fields.get('need'), fields.get('trigger')];
  return [need && `needs ${need}`, trigger && `acts on ${trigger}`].filter(Boolean).join('; ');
}

function budgetText(fields: Fields): string {
  const [amount, currency, period] = [fields.get('minor'), fields.get('currency'), fields.get('period')];
  return joined(amount ?? currency, period && `a ${wordsInside(period)}`);
}

function joined(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(' ');
}

function fieldWords(key: string): string {
  return capital(words(key.replace(/([A-Z])/g, '_$1')));
}

/** A value; one in minor units of a currency as an amount, without cents where there are none. */
function amountText(value: string, unit: string): string {
  if (unit === 'TEXT' || !/^-?\d+$/.test(value)) return value;
  return formatMoney(microsFromMinor(BigInt(value), unit), unit).replace(/\.0+$/, '');
}

function plainText(value: string): string {
  if (isDay(value)) return dayText(value);
  return /^-?\d+(\.\d+)?$/.test(value) ? valueText(Number(value), 'COUNT') : value;
}

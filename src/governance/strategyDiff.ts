/** Owns in which fields two strategy documents differ; entries of lists are matched by what names them, never by their position. */
import { moneyKpis } from '../domain/goals.ts';
import { microsFromUnits, minorFromMicros } from '../kernel/money.ts';

/** One field that differs. */
export interface StrategyField {
  /** `positioning`, `budgetEnvelope.minor`, `objectives[REVENUE].target`, `offers[Sample kit]`. */
  readonly field: string;
  /** Null where there was nothing. Amounts are minor units as decimal text. */
  readonly before: string | null;
  /** Empty where nothing is left. */
  readonly after: string;
  /** `TEXT`, or a currency code for minor units of it. */
  readonly unit: string;
}

/** The key that names an entry of a list; an entry of text names itself. */
const NAMED_BY: Readonly<Record<string, string>> = {
  objectives: 'kpi',
  kpiTree: 'kpi',
  channelMix: 'channel',
  personas: 'name',
};
/** Objectives in money, of which baseline and target are amounts. */
const MONEY_OBJECTIVE = new RegExp(`^objectives\\[(?:${[...moneyKpis].join('|')})\\]\\.(?:baseline|target)$`);

type Document = Readonly<Record<string, unknown>>;

/** Fields in which a document differs from the one that it replaces; either may be missing. */
export function strategyFields(before: unknown, after: unknown): StrategyField[] {
  const [old, next] = [documentOf(before), documentOf(after)];
  const currency = currencyOf(next) ?? currencyOf(old);
  const unitOf = (field: string): string =>
    currency !== undefined && (field === 'budgetEnvelope.minor' || MONEY_OBJECTIVE.test(field)) ? currency : 'TEXT';
  const leaves = { before: leavesOf(old), after: leavesOf(next) };
  return [...new Set([...leaves.before.keys(), ...leaves.after.keys()])].flatMap((field) => {
    const unit = unitOf(field);
    const text = (value: unknown): string =>
      typeof value === 'number' && unit !== 'TEXT'
        ? minorFromMicros(microsFromUnits(value), unit).toString()
        : plainText(value);
    const [was, is] = [leaves.before.get(field), leaves.after.get(field)];
    if (text(was) === text(is)) return [];
    return [{ field, before: was === undefined ? null : text(was), after: text(is), unit }];
  });
}

/** Values of a document by their path. */
function leavesOf(document: Document): Map<string, unknown> {
  return new Map(
    Object.entries(document).flatMap(([key, value]): [string, unknown][] => {
      if (Array.isArray(value)) return entriesOf(key, value);
      if (!isDocument(value)) return [[key, value]];
      return Object.entries(value).map(([inner, leaf]) => [`${key}.${inner}`, leaf]);
    }),
  );
}

function entriesOf(key: string, list: readonly unknown[]): [string, unknown][] {
  const seen = new Map<string, number>();
  return list.flatMap((entry): [string, unknown][] => {
    const by = NAMED_BY[key];
    const named = isDocument(entry) && by !== undefined ? entry[by] : entry;
    const count = (seen.get(plainText(named)) ?? 0) + 1;
    seen.set(plainText(named), count);
    const path = `${key}[${plainText(named)}${count > 1 ? ` ${count}` : ''}]`;
    if (!isDocument(entry)) return [[path, entry]];
    return Object.entries(entry).flatMap(([inner, leaf]) => (inner === by ? [] : [[`${path}.${inner}`, leaf]]));
  });
}

function plainText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(plainText).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function documentOf(value: unknown): Document {
  return isDocument(value) ? value : {};
}

function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function currencyOf({ budgetEnvelope }: Document): string | undefined {
  const currency = isDocument(budgetEnvelope) ? budgetEnvelope['currency'] : undefined;
  return typeof currency === 'string' && /^[A-Z]{3}$/.test(currency) ? currency : undefined;
}

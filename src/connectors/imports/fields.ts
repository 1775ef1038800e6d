/** Owns the fields that a column can be read as: their names, which `--map` takes too, and what kind of value each holds. */
import type { ConversionMeasure, CountMeasure, MoneyMeasure } from '../../domain/facts.ts';

/** Columns that say what a row is about; the value is kept as text or as a day. */
export const keyFields = [
  'date',
  'week',
  'month',
  'start',
  'end',
  'source',
  'account',
  'channel',
  'campaign',
  'campaign_id',
  'campaign_status',
  'budget_type',
  'budget_name',
  'audience',
  'audience_id',
  'message',
  'message_id',
  'geo',
  'attribution',
  'currency',
  'breakdown',
  'variation',
  'result_indicator',
  'record_id',
  'stage',
  'created_on',
  'qualified_on',
  'closed_on',
  'kpi',
  'ignore',
] as const;
export type KeyField = (typeof keyFields)[number];

/** Fields whose cells are whole counts. */
export const countFields: Readonly<Record<string, CountMeasure>> = {
  impressions: 'impressions',
  clicks: 'clicks',
  reach: 'reach',
  sessions: 'sessions',
  engaged_sessions: 'engagedSessions',
  sends: 'sends',
  delivered: 'delivered',
  opens: 'opens',
  machine_opens: 'machineOpens',
  email_clicks: 'emailClicks',
  unsubscribes: 'unsubscribes',
  complaints: 'complaints',
  bounces: 'bounces',
  search_impressions: 'searchImpressions',
  search_clicks: 'searchClicks',
  qualified_leads: 'qualifiedLeads',
  sales: 'sales',
};

/** Fields whose cells are amounts of money, in currency units unless the header says micros. */
export const moneyFields: Readonly<Record<string, MoneyMeasure>> = {
  spend: 'spendMicros',
  platform_revenue: 'platformRevenueMicros',
  pipeline: 'pipelineMicros',
  revenue: 'revenueMicros',
};

/** Fields whose cells are counts that several tools give as fractions. */
export const fractionalFields: Readonly<Record<string, ConversionMeasure>> = {
  platform_conversions: 'platformConversions',
  conversions: 'conversions',
};

/** Money that is no measure of a row: of a record (a deal), which becomes pipeline and revenue by its dates, and a campaign's budget. */
export const AMOUNT_FIELDS: readonly string[] = ['amount', 'amount_company', 'budget'];

/** Kinds of cells, as the readers tell them apart. */
export type FieldKind = 'DAY' | 'TEXT' | 'COUNT' | 'MONEY' | 'FRACTION' | 'DOUBLE' | 'NONE';

/** Prefixes of fields of a wide file; the channel or name follows the colon, as in `spend:TV`. */
export const widePrefixes = ['spend', 'impressions', 'clicks', 'index', 'kpi', 'control'] as const;
export type WidePrefix = (typeof widePrefixes)[number];

const DAY_FIELDS: ReadonlySet<string> = new Set([
  'date',
  'week',
  'month',
  'start',
  'end',
  'created_on',
  'qualified_on',
  'closed_on',
]);
const KEY_FIELDS: ReadonlySet<string> = new Set(keyFields);

/** The kind of a field; `DOUBLE` for the numbers of wide files and panels, `NONE` for `ignore`. */
export function fieldKind(field: string): FieldKind {
  if (field === 'ignore') return 'NONE';
  if (field === 'kpi' || field.includes(':')) return field.startsWith('control:') ? 'TEXT' : 'DOUBLE';
  if (DAY_FIELDS.has(field)) return 'DAY';
  if (KEY_FIELDS.has(field)) return 'TEXT';
  if (field in countFields) return 'COUNT';
  if (field in moneyFields || AMOUNT_FIELDS.includes(field)) return 'MONEY';
  return 'FRACTION';
}

/** Whether the text names a field, with or without the `_micros` of a money field. */
export function isField(field: string): boolean {
  const [prefix, name] = field.split(':');
  if (name !== undefined) return name.trim() !== '' && (widePrefixes as readonly string[]).includes(prefix ?? '');
  const bare = field.replace(/_micros$/, '');
  if (bare !== field) return bare in moneyFields;
  return (
    KEY_FIELDS.has(field) ||
    field in countFields ||
    field in moneyFields ||
    field in fractionalFields ||
    AMOUNT_FIELDS.includes(field)
  );
}

/** All field names, for messages and help. */
export function allFields(): string[] {
  const wide = widePrefixes.map((prefix) => `${prefix}:NAME`);
  return [
    ...keyFields,
    ...Object.keys(countFields),
    ...Object.keys(moneyFields),
    ...Object.keys(fractionalFields),
    ...AMOUNT_FIELDS,
    ...wide,
  ];
}

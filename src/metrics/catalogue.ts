/** Owns what each metric means: its parts, its formula, its unit, and which kind of source is its source of record. */
import type { SourceKind } from '../domain/facts.ts';
import { metricNames, type MetricName } from '../domain/metrics.ts';

/** Additive columns of facts and rollups that metrics are computed from. */
export const measures = [
  'spend_micros',
  'impressions',
  'clicks',
  'reach',
  'sessions',
  'engaged_sessions',
  'sends',
  'delivered',
  'opens',
  'machine_opens',
  'email_clicks',
  'unsubscribes',
  'complaints',
  'bounces',
  'sales',
  'platform_conversions',
  'platform_revenue_micros',
  'conversions',
  'qualified_leads',
  'pipeline_micros',
  'revenue_micros',
] as const;
export type Measure = (typeof measures)[number];

/** Where a measure's source of record is looked for, first kind with rows wins. */
export type RecordRule = 'PLATFORM' | 'ANALYTICS' | 'OUTCOME';

/** Kinds of sources by rule, in order. One source of CRM or ANALYTICS counts; PLATFORM and MODEL_INPUT sources cover different media and add up. */
export const recordOrder: Readonly<Record<RecordRule, readonly SourceKind[]>> = {
  PLATFORM: ['PLATFORM', 'MODEL_INPUT'],
  ANALYTICS: ['ANALYTICS', 'PLATFORM', 'MODEL_INPUT'],
  OUTCOME: ['CRM', 'ANALYTICS', 'PLATFORM', 'MODEL_INPUT'],
};

/** Measures that are outcomes or sessions; every other measure is the platforms'. */
const recordRules: Partial<Record<Measure, RecordRule>> = {
  sessions: 'ANALYTICS',
  engaged_sessions: 'ANALYTICS',
  sales: 'OUTCOME',
  conversions: 'OUTCOME',
  qualified_leads: 'OUTCOME',
  pipeline_micros: 'OUTCOME',
  revenue_micros: 'OUTCOME',
};

/** The rule by which a measure's source of record is found. */
export function recordRule(measure: Measure): RecordRule {
  return recordRules[measure] ?? 'PLATFORM';
}

/** How a metric comes from its parts: one sum, or a sum over another, times a factor. */
export type MetricFormula =
  | { readonly kind: 'SUM'; readonly of: Measure }
  | {
      readonly kind: 'RATIO';
      readonly numerator: Measure;
      readonly denominator: Measure;
      readonly factor: number;
    };

/** What a metric is, for people, for the compiler and for front ends. */
export interface MetricDefinition {
  readonly name: MetricName;
  readonly label: string;
  readonly description: string;
  readonly formula: MetricFormula;
  /** `MONEY` stands for the workspace's currency. */
  readonly unit: 'COUNT' | 'SHARE' | 'RATIO' | 'MONEY';
  /** `ZERO`: a period without a row is zero where its source covers the period; `NULL`: it is not known. */
  readonly empty: 'ZERO' | 'NULL';
  readonly record: RecordRule;
}

type Entry = Pick<MetricDefinition, 'label' | 'description' | 'formula' | 'unit'>;

const sum = (label: string, of: Measure, description: string): Entry => ({
  label,
  description,
  formula: { kind: 'SUM', of },
  unit: of.endsWith('_micros') ? 'MONEY' : 'COUNT',
});

const ratio = (label: string, unit: Entry['unit'], parts: [Measure, Measure, number?], description: string): Entry => ({
  label,
  description,
  formula: { kind: 'RATIO', numerator: parts[0], denominator: parts[1], factor: parts[2] ?? 1 },
  unit,
});

const entries: Readonly<Record<MetricName, Entry>> = {
  SPEND: sum('Spend', 'spend_micros', 'Cost of media as the ad platforms report it.'),
  IMPRESSIONS: sum('Impressions', 'impressions', 'Times that an ad was shown.'),
  CLICKS: sum('Clicks', 'clicks', 'Clicks on ads, as the platforms count them.'),
  SESSIONS: sum('Sessions', 'sessions', 'Visits to the site, as web analytics counts them.'),
  SENDS: sum('Sends', 'sends', 'E-mails sent.'),
  DELIVERED: sum('Delivered', 'delivered', 'E-mails that a mail server accepted.'),
  OPENS: sum('Opens', 'opens', 'Opens of e-mails; mail programs that open by themselves inflate them.'),
  EMAIL_CLICKS: sum('E-mail clicks', 'email_clicks', 'Unique clicks in e-mails.'),
  UNSUBSCRIBES: sum('Unsubscribes', 'unsubscribes', 'Recipients who left the list.'),
  COMPLAINTS: sum('Complaints', 'complaints', 'Recipients who reported spam.'),
  PLATFORM_CONVERSIONS: sum(
    'Platform conversions',
    'platform_conversions',
    'Conversions that the platforms credit to themselves; platforms may claim the same one.',
  ),
  PLATFORM_REVENUE: sum(
    'Platform revenue',
    'platform_revenue_micros',
    'Revenue that the platforms credit to themselves; platforms may claim the same order.',
  ),
  CONVERSIONS: sum(
    'Conversions',
    'conversions',
    "Conversions as the workspace's outcome source counts them, each once.",
  ),
  QUALIFIED_LEADS: sum('Qualified leads', 'qualified_leads', 'Leads that met the bar of the outcome source.'),
  PIPELINE: sum('Pipeline', 'pipeline_micros', 'Amount of open deals created, by the outcome source.'),
  REVENUE: sum('Revenue', 'revenue_micros', 'Revenue of closed sales, by the outcome source.'),
  CTR: ratio(
    'Click-through rate',
    'SHARE',
    ['clicks', 'impressions'],
    'Clicks by impressions. Says nothing about quality.',
  ),
  CVR: ratio('Conversion rate', 'SHARE', ['conversions', 'clicks'], 'Conversions of the outcome source by clicks.'),
  CPC: ratio('Cost per click', 'MONEY', ['spend_micros', 'clicks', 1e-6], 'Spend by clicks.'),
  CPM: ratio(
    'Cost per 1,000 impressions',
    'MONEY',
    ['spend_micros', 'impressions', 1e-3],
    'Spend by impressions, times 1,000.',
  ),
  CPA: ratio(
    'Cost per conversion',
    'MONEY',
    ['spend_micros', 'conversions', 1e-6],
    'Spend by conversions of the outcome source.',
  ),
  COST_PER_QUALIFIED_LEAD: ratio(
    'Cost per qualified lead',
    'MONEY',
    ['spend_micros', 'qualified_leads', 1e-6],
    'Spend by qualified leads.',
  ),
  QUALIFIED_RATE: ratio(
    'Qualified rate',
    'SHARE',
    ['qualified_leads', 'clicks'],
    'Qualified leads by clicks: how much intent the traffic brings.',
  ),
  ROAS: ratio(
    'Return on ad spend',
    'RATIO',
    ['revenue_micros', 'spend_micros'],
    'Revenue of the outcome source by spend; attributed, not incremental.',
  ),
  PLATFORM_ROAS: ratio(
    'Platform return on ad spend',
    'RATIO',
    ['platform_revenue_micros', 'spend_micros'],
    'Revenue that platforms claim by spend. Never a decision input alone.',
  ),
};

/** The definition of one metric. */
export function metricDefinition(name: MetricName): MetricDefinition {
  const entry = entries[name];
  const parts = partsOf(entry.formula);
  const outcome = parts.map(recordRule).find((rule) => rule !== 'PLATFORM');
  return {
    name,
    ...entry,
    empty: entry.formula.kind === 'SUM' ? 'ZERO' : 'NULL',
    record: outcome ?? 'PLATFORM',
  };
}

/** Every metric with its definition, in the order of the vocabulary. */
export function metricCatalogue(): readonly MetricDefinition[] {
  return metricNames.map(metricDefinition);
}

/** Measures that a formula needs. */
export function partsOf(formula: MetricFormula): readonly Measure[] {
  return formula.kind === 'SUM' ? [formula.of] : [formula.numerator, formula.denominator];
}

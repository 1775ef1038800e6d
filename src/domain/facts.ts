/** Owns the rows that imports write and metrics read: performance, KPI, control and media-input facts. */
import type { CalendarDay } from '../kernel/calendar.ts';

/** Tools that facts come from; `long` and `wide` are plain files of the user's own. */
export const factSources = [
  'google-ads',
  'meta-ads',
  'ga4',
  'hubspot',
  'klaviyo',
  'long',
  'wide',
  'panel',
  'simulator',
] as const;
export type FactSource = (typeof factSources)[number];

/** What kind of tool a source is; the outcome source of a workspace is the first of CRM, ANALYTICS, PLATFORM that has rows. */
export const sourceKinds = ['PLATFORM', 'ANALYTICS', 'CRM', 'MODEL_INPUT'] as const;
export type SourceKind = (typeof sourceKinds)[number];

/** What one row covers: a day, an ISO week, or a period with a start and an end that is never spread over days. */
export const factGrains = ['DAY', 'WEEK', 'PERIOD'] as const;
export type FactGrain = (typeof factGrains)[number];

/** An entity as a file names it: by id where the tool gives one, else by name. */
export interface EntityRef {
  readonly id: string | null;
  readonly name: string;
}

/** Counts that add up over rows; null means the source does not know, which is not zero. */
export const countMeasures = [
  'impressions',
  'clicks',
  'reach',
  'sessions',
  'engagedSessions',
  'sends',
  'delivered',
  'opens',
  'machineOpens',
  'emailClicks',
  'unsubscribes',
  'complaints',
  'bounces',
  'searchImpressions',
  'searchClicks',
  'qualifiedLeads',
  'sales',
] as const;
export type CountMeasure = (typeof countMeasures)[number];

/** Sums of money in micros of the row's currency; null means unknown. */
export const moneyMeasures = ['spendMicros', 'platformRevenueMicros', 'pipelineMicros', 'revenueMicros'] as const;
export type MoneyMeasure = (typeof moneyMeasures)[number];

/** Conversions are fractional in several tools, so they are kept as numbers with six decimals. */
export const conversionMeasures = ['platformConversions', 'conversions'] as const;
export type ConversionMeasure = (typeof conversionMeasures)[number];

/** One row of a performance table; identity: source, account, level entities, geo, attribution, grain, start. */
export interface PerformanceFact {
  readonly table: 'performance';
  readonly source: FactSource;
  readonly sourceKind: SourceKind;
  readonly account: string;
  readonly grain: FactGrain;
  readonly start: CalendarDay;
  /** Last day covered, counted; equals `start` for DAY. */
  readonly end: CalendarDay;
  readonly geo: string | null;
  /** Channel key such as `PAID_SEARCH`: upper snake case. */
  readonly channel: string;
  readonly campaign: EntityRef | null;
  readonly audience: EntityRef | null;
  readonly message: EntityRef | null;
  /** Attribution setting the platform reports with, or null. */
  readonly attribution: string | null;
  /** ISO 4217, of all money in the row, after any `--rate`; null when the row has none. */
  readonly currency: string | null;
  readonly counts: Partial<Record<CountMeasure, bigint>>;
  readonly money: Partial<Record<MoneyMeasure, bigint>>;
  readonly fractional: Partial<Record<ConversionMeasure, number>>;
}

/** One value of a KPI series (revenue of a mix-model file, `Y` of a geo panel). */
export interface KpiFact {
  readonly table: 'kpi';
  readonly source: FactSource;
  readonly grain: FactGrain;
  readonly start: CalendarDay;
  readonly end: CalendarDay;
  readonly geo: string | null;
  /** Upper snake case, such as `REVENUE`. */
  readonly kpi: string;
  readonly value: number;
  /** `COUNT`, a currency code, or `INDEX`. */
  readonly unit: string;
}

/** One value of a series that explains the KPI but is no medium: price, competitor, holiday, event. */
export interface ControlFact {
  readonly table: 'control';
  readonly source: FactSource;
  readonly grain: FactGrain;
  readonly start: CalendarDay;
  readonly end: CalendarDay;
  readonly geo: string | null;
  readonly name: string;
  readonly value: number | null;
  readonly category: string | null;
}

/** One raw mix-model input of a channel, kept as the double that the file holds. */
export interface MediaInputFact {
  readonly table: 'mediaInput';
  readonly source: FactSource;
  readonly grain: FactGrain;
  readonly start: CalendarDay;
  readonly end: CalendarDay;
  readonly geo: string | null;
  readonly channel: string;
  readonly value: number;
  /** A currency code for money, `IMPRESSIONS`, `CLICKS`, or `INDEX`. */
  readonly unit: string;
}

export type Fact = PerformanceFact | KpiFact | ControlFact | MediaInputFact;

/** What an import did or, in a dry run, would do. */
export interface ImportResult {
  /** Id of the load; null in a dry run and where the same file was loaded before under `sameAs`. */
  readonly load: string | null;
  readonly sameAs: string | null;
  readonly preset: string;
  readonly rows: { read: number; added: number; restated: number; unchanged: number; skipped: number };
  readonly skipped: { line: number; reason: string }[];
  readonly columns: { column: string; field: string }[];
  /** Columns left out, with the reason (personal data, unknown). */
  readonly dropped: { column: string; reason: string }[];
  readonly from: CalendarDay | null;
  readonly to: CalendarDay | null;
  readonly notes: string[];
  readonly status: 'LOADED' | 'UNCHANGED' | 'DRY_RUN' | 'WAITING_APPROVAL';
}

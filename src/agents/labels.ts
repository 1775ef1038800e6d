/** Owns how KPIs, channels and levels are named to people, and the unit of a KPI. */
import { moneyKpis, type Goal, type GoalKpi } from '../domain/goals.ts';
import { formatMoney } from '../kernel/money.ts';

const KPI_WORDS: Readonly<Record<GoalKpi, string>> = {
  REVENUE: 'revenue',
  PIPELINE: 'pipeline value',
  QUALIFIED_LEADS: 'qualified leads',
  CONVERSIONS: 'conversions',
  SESSIONS: 'sessions',
};

/** A KPI in words, lower case. */
export function kpiWords(kpi: string): string {
  return (KPI_WORDS as Readonly<Record<string, string>>)[kpi] ?? kpi.toLowerCase().replaceAll('_', ' ');
}

/** Whether a KPI's words take a plural verb: `conversions are`, `revenue is`. */
export function isPlural(kpi: string): boolean {
  return kpiWords(kpi).endsWith('s');
}

/** Unit of figures of a KPI: the currency for money KPIs, else `COUNT`. */
export function kpiUnit(goal: Pick<Goal, 'kpi' | 'currency'>): string {
  return moneyKpis.includes(goal.kpi) ? goal.currency : 'COUNT';
}

/** A channel key as people write it: `PAID_SEARCH` gives `paid search`; short keys stay capitals. */
export function channelWords(channel: string): string {
  if (/^(?:CTV|TV|OOH|SEO|SEM|CRM|SMS|PR)$/.test(channel)) return channel;
  return channel.toLowerCase().replaceAll('_', ' ');
}

/** The same at the start of a sentence or in a table. */
export function channelTitle(channel: string): string {
  const words = channelWords(channel);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A name in title position: first letter raised. */
export function raised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The goal as facts for a composer; nothing in it is a bigint. */
export interface GoalFacts {
  readonly kpi: string;
  readonly kpiWords: string;
  readonly unit: string;
  readonly target: number;
  readonly window: { readonly from: string; readonly to: string };
  readonly budget: string;
  readonly market: string;
  readonly text: string;
  readonly constraints: readonly string[];
}

/** What a composer may say of the goal. */
export function goalFacts(goal: Goal): GoalFacts {
  return {
    kpi: goal.kpi,
    kpiWords: kpiWords(goal.kpi),
    unit: kpiUnit(goal),
    target: goal.target,
    window: { from: goal.from, to: goal.to },
    budget: formatMoney(goal.budgetMicros, goal.currency),
    market: goal.market,
    text: goal.text,
    constraints: goal.constraints,
  };
}

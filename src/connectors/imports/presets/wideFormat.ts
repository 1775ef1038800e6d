/** Owns how the columns of a mix-model file are told apart: date, geo, KPI, media by suffix or prefix, controls; and the KPI panel. */
import { foldText, snakeKey } from '../headerNames.ts';
import type { Preset } from './preset.ts';

const BASE = {
  source: 'wide',
  sourceKind: 'MODEL_INPUT',
  ignored: [],
  distinctive: [],
  channel: null,
  channelNames: {},
  levels: [],
  dailyHint: '',
  account: '',
} as const;

const DATE_NAMES = [
  'date',
  'day',
  'week',
  'date week',
  'week start',
  'wk',
  'time',
  'ds',
  'month',
  'period',
  'Datum',
  'Tag',
  'Woche',
  'Monat',
  'Fecha',
  'Semana',
  'Jour',
  'Semaine',
];
const GEO_NAMES = [
  'geo',
  'region',
  'location',
  'market',
  'dma',
  'state',
  'city',
  'country',
  'unit',
  'store',
  'Region',
  'Land',
  'Stadt',
  'Markt',
  'Región',
  'Ciudad',
  'Région',
  'Ville',
];

export const wideFormat: Preset = {
  ...BASE,
  name: 'wide',
  label: 'a wide mix-model file',
  shape: 'WIDE',
  aliases: { date: DATE_NAMES, geo: GEO_NAMES, currency: ['currency', 'Währung'] },
  required: [['date']],
};

export const panelFormat: Preset = {
  ...BASE,
  name: 'panel',
  label: 'a KPI panel (unit, date, value)',
  shape: 'PANEL',
  source: 'panel',
  aliases: {
    date: DATE_NAMES,
    geo: GEO_NAMES,
    kpi: ['y', 'kpi', 'value', 'sales', 'conversions', 'orders', 'revenue', 'outcome', 'target', 'Umsatz', 'Wert'],
  },
  required: [['date'], ['geo'], ['kpi']],
};

/** Unit words at the end or start of a media column and the field that they stand for. */
const MEDIA_WORDS: readonly { readonly field: string; readonly words: readonly string[] }[] = [
  {
    field: 'spend',
    words: ['spend', 'cost', 'costs', 'spending', 'investment', 'kosten', 'ausgaben', 'gasto', 'inversion', 'cout'],
  },
  { field: 'impressions', words: ['impression', 'impressions', 'impr', 'imps', 'impressionen'] },
  { field: 'clicks', words: ['click', 'clicks', 'klicks', 'clics'] },
  { field: 'index', words: ['grp', 'grps', 'trp', 'views', 'reach', 'index', 'exposure', 'ots'] },
];

/** Short suffixes after an underscore; upper case only, so that `sales_s` stays what it is. */
const SHORT_SUFFIXES: Readonly<Record<string, string>> = { S: 'spend', I: 'impressions', P: 'index', B: 'control' };

const KPI_NAMES: ReadonlySet<string> = new Set([
  'y',
  'kpi',
  'revenue',
  'sales',
  'conversions',
  'orders',
  'leads',
  'signups',
  'bookings',
  'installs',
  'subscriptions',
  'gmv',
  'turnover',
  'target',
  'umsatz',
  'verkäufe',
  'erlös',
  'bestellungen',
  'ventas',
  'ingresos',
  'ventes',
  'pipeline',
  'qualified leads',
  'sessions',
]);

const TREND_NAMES: ReadonlySet<string> = new Set([
  't',
  'index',
  'trend',
  'row',
  'id',
  'dayofyear',
  'day of year',
  'weekofyear',
  'week of year',
  'unnamed: 0',
  '',
  'year',
  'month of year',
]);

/** Names of revenue, which is money in the reporting currency and keyed `REVENUE`. */
const REVENUE_NAMES: ReadonlySet<string> = new Set([
  'revenue',
  'gmv',
  'turnover',
  'umsatz',
  'erlös',
  'ingresos',
  "chiffre d'affaires",
]);

/** KPI keys that are money in the reporting currency. */
export const MONEY_KPIS: ReadonlySet<string> = new Set(['REVENUE', 'PIPELINE']);

/** Key of a KPI column by its header. */
export function kpiKey(header: string): string {
  return REVENUE_NAMES.has(foldText(header)) ? 'REVENUE' : snakeKey(header);
}

/** Field of a column of a wide file that is neither date nor geo: media, KPI, control, or `ignore` for row counters. */
export function wideField(header: string): string {
  const text = header.trim();
  const key = foldText(text);
  if (TREND_NAMES.has(key)) return 'ignore';
  if (KPI_NAMES.has(key)) return `kpi:${kpiKey(text)}`;
  const indexed = /^x\d+$/i.exec(text);
  if (indexed) return `index:${text.toUpperCase()}`;
  const short = /^(.+)_([SIPB])$/.exec(text);
  if (short?.[1] && short[2]) {
    const kind = SHORT_SUFFIXES[short[2]] ?? 'control';
    return kind === 'control'
      ? `control:${snakeKey(short[1])}`
      : (mediaField(short[1], kind) ?? `${kind}:${snakeKey(short[1])}`);
  }
  if (/(^| )per /.test(key) || / ?control$/.test(key)) return `control:${snakeKey(text.replace(/[ _]control$/i, ''))}`;
  return mediaField(text, null) ?? `control:${snakeKey(text)}`;
}

/** `tv_spend`, `Spend TV` and `search_clicks_P`: the unit word decides the field, the rest is the channel; the word `fallback` yields to it. */
function mediaField(text: string, fallback: string | null): string | null {
  const parts = foldText(text).split(' ');
  if (parts.length < 2) return null;
  const last = parts.at(-1) ?? '';
  const first = parts[0] ?? '';
  for (const { field, words } of MEDIA_WORDS) {
    const unit = fallback === 'spend' || fallback === 'impressions' ? fallback : field;
    if (words.includes(last)) return `${unit}:${snakeKey(parts.slice(0, -1).join(' '))}`;
    if (words.includes(first)) return `${unit}:${snakeKey(parts.slice(1).join(' '))}`;
  }
  return null;
}

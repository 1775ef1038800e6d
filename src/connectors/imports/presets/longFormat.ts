/** Owns the plain long format: one row a day and entity under our own field names, with their usual synonyms (English, German, Spanish, French). */
import type { SourceKind } from '../../../domain/facts.ts';
import { countFields, fractionalFields, moneyFields } from '../fields.ts';
import type { Preset } from './preset.ts';

export const longFormat: Preset = {
  name: 'long',
  label: 'the plain long format',
  shape: 'PERFORMANCE',
  source: 'long',
  sourceKind: 'PLATFORM',
  aliases: {
    date: ['date', 'day', 'Datum', 'Tag', 'Fecha', 'Día', 'Jour'],
    week: ['week', 'week start', 'week_start', 'date_week', 'Woche', 'Semana', 'Semaine'],
    month: ['month', 'Monat', 'Mes', 'Mois'],
    start: ['start', 'start date', 'period start', 'from', 'Beginn', 'von', 'Startdatum', 'Fecha de inicio', 'Date de début'],
    end: ['end', 'end date', 'period end', 'to', 'Ende', 'bis', 'Enddatum', 'Fecha de fin', 'Date de fin'],
    source: ['source', 'platform', 'Quelle', 'Plattform', 'Fuente'],
    account: ['account', 'account id', 'account name', 'Konto', 'Cuenta', 'Compte'],
    channel: ['channel', 'channel name', 'media channel', 'Kanal', 'Canal'],
    campaign: ['campaign', 'campaign name', 'Kampagne', 'Kampagnenname', 'Campaña', 'Campagne'],
    campaign_id: ['campaign id', 'Kampagnen-ID', 'ID de campaña', 'ID de campagne'],
    audience: ['audience', 'audience name', 'segment', 'ad set', 'ad group', 'Zielgruppe', 'Audiencia', 'Público'],
    audience_id: ['audience id', 'segment id', 'ad set id', 'ad group id'],
    message: ['message', 'message name', 'creative', 'creative name', 'ad', 'ad name', 'asset', 'Botschaft', 'Anzeige', 'Motiv', 'Mensaje', 'Anuncio'],
    message_id: ['message id', 'creative id', 'ad id'],
    geo: ['geo', 'region', 'country', 'market', 'location', 'state', 'city', 'dma', 'Land', 'Markt', 'País', 'Pays', 'Región', 'Région'],
    attribution: ['attribution', 'attribution setting'],
    currency: ['currency', 'currency code', 'Währung', 'Moneda', 'Devise'],
    breakdown: ['breakdown', 'device', 'placement', 'age', 'gender', 'network'],
    spend: ['spend', 'cost', 'amount spent', 'ad spend', 'costs', 'Kosten', 'Ausgaben', 'Coste', 'Gasto', 'Inversión', 'Coût', 'Dépenses'],
    impressions: ['impressions', 'impr', 'impr.', 'Impressionen', 'Impresiones'],
    clicks: ['clicks', 'link clicks', 'Klicks', 'Clics'],
    reach: ['reach', 'Reichweite', 'Alcance', 'Couverture'],
    sessions: ['sessions', 'visits', 'Sitzungen', 'Besuche', 'Sesiones', 'Visitas'],
    engaged_sessions: ['engaged sessions'],
    sends: ['sends', 'sent', 'recipients', 'emails sent', 'Versendet', 'Empfänger'],
    delivered: ['delivered', 'deliveries', 'Zugestellt'],
    opens: ['opens', 'unique opens', 'email opens', 'Öffnungen'],
    machine_opens: ['machine opens'],
    email_clicks: ['email clicks', 'unique clicks'],
    unsubscribes: ['unsubscribes', 'Abmeldungen'],
    complaints: ['complaints', 'spam complaints', 'Beschwerden'],
    bounces: ['bounces'],
    search_impressions: ['search impressions'],
    search_clicks: ['search clicks'],
    platform_conversions: ['platform conversions'],
    platform_revenue: ['platform revenue', 'conversion value', 'conv. value'],
    conversions: ['conversions', 'leads', 'signups', 'orders', 'Konversionen', 'Abschlüsse', 'Conversiones'],
    qualified_leads: ['qualified leads', 'mql', 'mqls', 'sql', 'qualified', 'qualifizierte leads'],
    sales: ['sales', 'deals won', 'Verkäufe', 'Ventas', 'Ventes'],
    pipeline: ['pipeline', 'pipeline value', 'pipeline amount'],
    revenue: ['revenue', 'revenue amount', 'Umsatz', 'Erlös', 'Ingresos', "Chiffre d'affaires", 'Revenu'],
  },
  ignored: ['ctr', 'cpc', 'cpm', 'cpa', 'cvr', 'roas', 'conversion rate', 'open rate', 'click rate', 'frequency'],
  distinctive: ['channel', 'audience', 'message', 'qualified leads', 'pipeline', 'Kanal', 'Zielgruppe'],
  required: [
    ['date', 'week', 'month', 'start'],
    ['channel'],
    ['spend', 'impressions', 'clicks', 'sessions', 'sends', 'delivered', 'conversions', 'platform_conversions', 'qualified_leads', 'pipeline', 'revenue', 'sales', 'search_impressions'],
  ],
  channel: null,
  channelNames: {},
  levels: [],
  dailyHint: 'Export one row a day, with a column "date".',
  account: '',
};

const CRM_FIELDS = ['qualified_leads', 'pipeline', 'sales'];
const ANALYTICS_FIELDS = ['conversions', 'revenue', 'sessions', 'engaged_sessions'];

/**
 * Kind of source of a plain file: that of a platform as soon as it has costs or contacts, which is then also where its outcomes
 * count from while no CRM or analytics is imported; else told by the deepest stage that it holds.
 */
export function longSourceKind(fields: ReadonlySet<string>): SourceKind {
  const measured = [...fields].filter((field) => field in countFields || field in moneyFields || field in fractionalFields);
  if (measured.some((field) => !CRM_FIELDS.includes(field) && !ANALYTICS_FIELDS.includes(field))) return 'PLATFORM';
  return measured.some((field) => CRM_FIELDS.includes(field)) ? 'CRM' : 'ANALYTICS';
}

/** Owns how HubSpot names the columns of its deal and contact exports (English, German, Spanish, French). */
import type { Preset } from './preset.ts';

const CHANNEL_NAMES: Readonly<Record<string, string>> = {
  'paid search': 'PAID_SEARCH', 'organic search': 'ORGANIC_SEARCH', 'paid social': 'PAID_SOCIAL', 'organic social': 'ORGANIC_SOCIAL', 'social media': 'ORGANIC_SOCIAL', 'email marketing': 'EMAIL', email: 'EMAIL',
  'direct traffic': 'DIRECT', referrals: 'REFERRAL', 'offline sources': 'OFFLINE', offline: 'OFFLINE', 'other campaigns': 'OTHER', 'ai referrals': 'AI_REFERRAL',
  'bezahlte suche': 'PAID_SEARCH', 'organische suche': 'ORGANIC_SEARCH', 'bezahlte social media': 'PAID_SOCIAL', 'organische social media': 'ORGANIC_SOCIAL', 'e mail marketing': 'EMAIL', 'direkter traffic': 'DIRECT',
  'direct traffic (direkt)': 'DIRECT', verweise: 'REFERRAL', empfehlungen: 'REFERRAL', 'offline quellen': 'OFFLINE', 'andere kampagnen': 'OTHER',
  'búsqueda de pago': 'PAID_SEARCH', 'búsqueda orgánica': 'ORGANIC_SEARCH', 'tráfico directo': 'DIRECT', 'recherche payante': 'PAID_SEARCH', 'recherche organique': 'ORGANIC_SEARCH', 'trafic direct': 'DIRECT',
};

const SOURCE = ['Original Traffic Source', 'Original Source', 'Original Source Type', 'Ursprüngliche Traffic-Quelle', 'Ursprüngliche Quelle', 'Ursprünglicher Quelltyp', 'Fuente original del tráfico', 'Fuente original', "Source d'origine du trafic", "Source d'origine"];
const DRILL_DOWN = [
  'Original Traffic Source Drill-Down 1', 'Original Source Drill-Down 1', 'Ursprüngliche Traffic-Quelle Drill-Down 1', 'Ursprüngliche Traffic-Quelle – Aufschlüsselung 1', 'Ursprüngliche Quelle – Drill-Down 1', 'Ursprüngliche Quelle – Aufschlüsselung 1',
  'Desglose 1 de la fuente original', "Détail 1 de la source d'origine",
];
const CREATED = ['Create Date', 'Created Date', 'Createdate', 'Erstelldatum', 'Erstellungsdatum', 'Erstellt am', 'Fecha de creación', 'Date de création'];
const RECORD = ['Record ID', 'Deal ID', 'Contact ID', 'Datensatz-ID', 'ID de registro', "ID d'enregistrement", "Id. d'enregistrement"];

export const hubspotDeals: Preset = {
  name: 'hubspot-deals',
  label: 'HubSpot deals',
  shape: 'RECORDS',
  source: 'hubspot',
  sourceKind: 'CRM',
  aliases: {
    record_id: RECORD,
    stage: ['Deal Stage', 'Deal-Phase', 'Dealphase', 'Etapa del negocio', 'Étape de la transaction', 'Phase de la transaction'],
    created_on: CREATED,
    closed_on: ['Close Date', 'Closedate', 'Abschlussdatum', 'Fecha de cierre', 'Date de fermeture', 'Date de clôture'],
    amount: ['Amount', 'Betrag', 'Wert', 'Valor', 'Importe', 'Cantidad', 'Montant'],
    amount_company: ['Amount in company currency', 'Betrag in Unternehmenswährung', 'Betrag in der Unternehmenswährung', 'Importe en la moneda de la empresa', "Montant dans la devise de l'entreprise"],
    currency: ['Currency', 'Währung', 'Moneda', 'Devise'],
    channel: SOURCE,
    campaign: DRILL_DOWN,
  },
  ignored: ['Deal Name', 'Pipeline', 'Deal Type', 'Deal probability', 'Dealname', 'Deal-Name', 'Dealtyp', 'Nombre del negocio', 'Nom de la transaction', 'Original Traffic Source Drill-Down 2', 'Ursprüngliche Traffic-Quelle Drill-Down 2', 'Ursprüngliche Traffic-Quelle – Aufschlüsselung 2'],
  distinctive: ['Deal Stage', 'Deal-Phase', 'Dealphase', 'Deal Name', 'Dealname', 'Deal-Name', 'Deal owner', 'Amount in company currency', 'Etapa del negocio', 'Étape de la transaction', 'Phase de la transaction'],
  required: [['stage'], ['created_on', 'closed_on']],
  channel: 'UNASSIGNED',
  channelNames: CHANNEL_NAMES,
  levels: [],
  dailyHint: '',
  account: 'deals',
};

export const hubspotContacts: Preset = {
  name: 'hubspot-contacts',
  label: 'HubSpot contacts',
  shape: 'RECORDS',
  source: 'hubspot',
  sourceKind: 'CRM',
  aliases: {
    record_id: RECORD,
    stage: ['Lifecycle Stage', 'Lifecycle-Phase', 'Etapa del ciclo de vida', 'Étape du cycle de vie', 'Phase du cycle de vie'],
    created_on: CREATED,
    qualified_on: [
      'Became a Marketing Qualified Lead Date', 'Became a marketing qualified lead date', 'Date entered "Marketing Qualified Lead (Lifecycle Stage Pipeline)"', 'Wurde Marketing-Qualified-Lead am', 'Datum: Wurde Marketing Qualified Lead',
      'Datum der Umwandlung in Marketing Qualified Lead', 'Fecha en que se convirtió en lead calificado para marketing', 'Date de passage à lead marketing qualifié',
    ],
    channel: SOURCE,
    campaign: DRILL_DOWN,
  },
  ignored: ['Lead Status', 'Lead-Status', 'Marketing contact status', 'Marketingkontakt-Status', 'Original Source Drill-Down 2', 'Ursprüngliche Quelle – Drill-Down 2', 'Ursprüngliche Quelle – Aufschlüsselung 2'],
  distinctive: ['Lifecycle Stage', 'Lifecycle-Phase', 'Marketing contact status', 'Marketingkontakt-Status', 'Lead Status', 'Lead-Status', 'Contact owner', 'Etapa del ciclo de vida', 'Phase du cycle de vie', 'Étape du cycle de vie'],
  required: [['stage', 'qualified_on'], ['created_on', 'qualified_on']],
  channel: 'UNASSIGNED',
  channelNames: CHANNEL_NAMES,
  levels: [],
  dailyHint: '',
  account: 'contacts',
};

/** Whether a deal stage means that the deal was won, in the languages known; the pipeline's name may follow in brackets. */
export function isWonStage(stage: string): boolean {
  return /\bclosed ?won\b|closedwon|\bgewonnen\b|\bganad[ao]\b|\bgagnée?\b/i.test(stage.normalize('NFKC')) && !/nicht gewonnen/i.test(stage);
}

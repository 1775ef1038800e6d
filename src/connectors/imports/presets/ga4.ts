/** Owns how Google Analytics 4 names the columns of its traffic acquisition report (English, German, Spanish, French). */
import type { Preset } from './preset.ts';

export const ga4: Preset = {
  name: 'ga4',
  label: 'Google Analytics 4',
  shape: 'PERFORMANCE',
  source: 'ga4',
  sourceKind: 'ANALYTICS',
  aliases: {
    date: ['Date', 'Day', 'Datum', 'Tag', 'Fecha', 'Día', 'Jour', 'Date + hour (YYYYMMDDHH)'],
    channel: [
      'Session primary channel group (Default Channel Group)', 'Session primary channel group (Default channel group)', 'Session default channel group', 'Session default channel grouping', 'Default channel group', 'First user default channel group',
      'Primäre Channelgruppe der Sitzung (Standard-Channelgruppe)', 'Sitzung – primäre Channelgruppe (Standard-Channelgruppe)', 'Standard-Channelgruppe der Sitzung', 'Sitzung – Standard-Channelgruppe', 'Standard-Channelgruppe',
      'Grupo de canales principal de la sesión (Grupo de canales predeterminado)', 'Grupo de canales predeterminado de la sesión', 'Grupo de canales predeterminado de sesión',
      'Groupe de canaux principal de la session (Groupe de canaux par défaut)', 'Groupe de canaux par défaut de la session',
    ],
    campaign: ['Session campaign', 'Campaign', 'Session manual campaign name', 'Sitzung – Kampagne', 'Kampagne der Sitzung', 'Kampagne', 'Campaña de la sesión', 'Campaña de sesión', 'Campagne de la session'],
    campaign_id: ['Session campaign ID', 'Session manual campaign ID', 'Kampagnen-ID der Sitzung'],
    geo: ['Country', 'Region', 'Land', 'País', 'Pays', 'Région'],
    breakdown: ['Session source / medium', 'Session source', 'Session medium', 'Device category', 'Landing page', 'Sitzung – Quelle/Medium', 'Quelle/Medium der Sitzung', 'Gerätekategorie', 'Fuente/medio de la sesión', 'Source/Support de la session', 'New / returning'],
    sessions: ['Sessions', 'Sitzungen', 'Sesiones'],
    engaged_sessions: ['Engaged sessions', 'Sitzungen mit Interaktionen', 'Sitzungen mit Interaktion', 'Sesiones con interacción', 'Sessions avec engagement'],
    conversions: ['Key events', 'Conversions', 'Schlüsselereignisse', 'Wichtige Ereignisse', 'Eventos clave', 'Conversiones', 'Événements clés'],
    revenue: ['Total revenue', 'Purchase revenue', 'Gesamtumsatz', 'Umsatz insgesamt', 'Ingresos totales', 'Total de ingresos', 'Revenu total', 'Revenus totaux'],
    currency: ['Currency', 'Währung', 'Moneda', 'Devise'],
  },
  ignored: [
    'Users', 'Total users', 'New users', 'Active users', 'Engagement rate', 'Average engagement time per session', 'Engaged sessions per user', 'Events per session', 'Event count', 'Session key event rate', 'Session conversion rate', 'Bounce rate', 'Views',
    'Nutzer', 'Nutzer insgesamt', 'Neue Nutzer', 'Aktive Nutzer', 'Interaktionsrate', 'Durchschnittliche Interaktionsdauer pro Sitzung', 'Durchschnittliche Interaktionszeit pro Sitzung', 'Ereignisse pro Sitzung', 'Ereignisanzahl', 'Rate der Schlüsselereignisse pro Sitzung', 'Schlüsselereignisrate der Sitzung',
    'Usuarios', 'Porcentaje de interacciones', 'Tiempo de interacción medio por sesión', 'Eventos por sesión', 'Número de eventos', 'Tasa de eventos clave de sesión',
    'Utilisateurs', "Taux d'engagement", "Durée d'engagement moyenne par session", 'Événements par session', "Nombre d'événements", "Taux d'événements clés par session",
  ],
  distinctive: ['Engaged sessions', 'Sitzungen mit Interaktionen', 'Key events', 'Schlüsselereignisse', 'Engagement rate', 'Sessions', 'Sitzungen', 'Event count', 'Ereignisanzahl', 'Sesiones con interacción', 'Sessions avec engagement', 'Events per session'],
  required: [['channel', 'campaign'], ['sessions']],
  channel: 'UNASSIGNED',
  channelNames: { '(other)': 'OTHER', 'organische suche': 'ORGANIC_SEARCH', 'bezahlte suche': 'PAID_SEARCH', direkt: 'DIRECT', verweis: 'REFERRAL' },
  levels: [],
  dailyHint: 'In Google Analytics add the dimension "Date" to the report and download it again.',
  account: '',
};

/** Owns how Meta Ads Manager names the columns of its exports (English, German, Spanish, French). */
import type { Preset } from './preset.ts';

export const metaAds: Preset = {
  name: 'meta-ads',
  label: 'Meta Ads Manager',
  shape: 'PERFORMANCE',
  source: 'meta-ads',
  sourceKind: 'PLATFORM',
  aliases: {
    date: ['Day', 'Date', 'Tag', 'Día', 'Jour'],
    week: ['Week', 'Woche', 'Semana', 'Semaine'],
    start: ['Reporting starts', 'Reporting start', 'Berichtsstart', 'Berichtsbeginn', 'Beginn des Berichts', 'Inicio del informe', 'Inicio de los informes', 'Début des rapports', 'Début du rapport'],
    end: ['Reporting ends', 'Reporting end', 'Berichtsende', 'Ende des Berichts', 'Fin del informe', 'Fin de los informes', 'Fin des rapports', 'Fin du rapport'],
    account: ['Account name', 'Ad account', 'Kontoname', 'Name des Werbekontos', 'Nombre de la cuenta', 'Nom du compte', 'Account ID', 'Konto-ID', 'Identificador de la cuenta', 'ID du compte'],
    campaign: ['Campaign name', 'Campaign', 'Kampagnenname', 'Name der Kampagne', 'Nombre de la campaña', 'Nom de la campagne'],
    campaign_id: ['Campaign ID', 'Kampagnen-ID', 'ID der Kampagne', 'Identificador de la campaña', 'ID de la campagne'],
    audience: ['Ad set name', 'Ad Set Name', 'Anzeigengruppenname', 'Name der Anzeigengruppe', 'Nombre del conjunto de anuncios', "Nom de l'ensemble de publicités"],
    audience_id: ['Ad set ID', 'Anzeigengruppen-ID', 'ID der Anzeigengruppe', 'Identificador del conjunto de anuncios', "ID de l'ensemble de publicités"],
    message: ['Ad name', 'Name der Anzeige', 'Anzeigenname', 'Nombre del anuncio', 'Nom de la publicité'],
    message_id: ['Ad ID', 'Anzeigen-ID', 'ID der Anzeige', 'Identificador del anuncio', 'ID de la publicité'],
    attribution: ['Attribution setting', 'Attributionseinstellung', 'Zuordnungseinstellung', 'Configuración de atribución', "Paramètre d'attribution"],
    geo: ['Country', 'Region', 'Land', 'País', 'Región', 'Pays', 'Région'],
    breakdown: ['Age', 'Gender', 'Platform', 'Placement', 'Impression device', 'Device platform', 'Alter', 'Geschlecht', 'Plattform', 'Platzierung', 'Edad', 'Sexo', 'Plataforma', 'Ubicación', 'Âge', 'Sexe', 'Plateforme', 'Emplacement'],
    result_indicator: ['Result indicator', 'Result type', 'Ergebnisindikator', 'Ergebnistyp', 'Indicador de resultado', 'Indicator de resultados', 'Indicador de resultados', 'Indicateur de résultat', 'Indicateur de résultats'],
    currency: ['Currency', 'Währung', 'Divisa', 'Moneda', 'Devise'],
    spend: ['Amount spent', 'Ausgegebener Betrag', 'Importe gastado', 'Cantidad gastada', 'Montant dépensé'],
    impressions: ['Impressions', 'Impressionen', 'Impresiones'],
    reach: ['Reach', 'Reichweite', 'Alcance', 'Couverture'],
    clicks: ['Link clicks', 'Link-Klicks', 'Linkklicks', 'Clics en el enlace', 'Clics sur un lien'],
    platform_conversions: ['Purchases', 'Website purchases', 'Käufe', 'Website-Käufe', 'Compras', 'Compras en el sitio web', 'Achats', 'Achats sur le site web', 'Results', 'Ergebnisse', 'Resultados', 'Résultats'],
    platform_revenue: [
      'Purchases conversion value', 'Purchase conversion value', 'Website purchases conversion value', 'Conversion-Wert von Käufen', 'Conversion-Wert für Käufe', 'Conversion-Wert der Käufe',
      'Valor de conversión de compras', 'Valor de conversión de las compras', 'Valeur de conversion des achats',
    ],
  },
  ignored: [
    'Campaign delivery', 'Ad set delivery', 'Ad delivery', 'Campaign budget', 'Campaign budget type', 'Ad set budget', 'Ad set budget type', 'Frequency', 'Cost per results', 'Cost per result', 'Ends', 'Starts',
    'CPM (cost per 1,000 impressions)', 'CPC (cost per link click)', 'CTR (link click-through rate)', 'Clicks (all)', 'CTR (all)', 'CPC (all)', 'Purchase ROAS (return on ad spend)', 'Bid', 'Bid type', 'Quality ranking',
    'Auslieferung der Kampagne', 'Kampagnenauslieferung', 'Kampagnenbudget', 'Art des Kampagnenbudgets', 'Kampagnenbudget-Typ', 'Budget der Anzeigengruppe', 'Häufigkeit', 'Frequenz', 'Kosten pro Ergebnis', 'Kosten pro Ergebnisse', 'Ende', 'Start', 'Endet',
    'CPM (Kosten pro 1.000 Impressionen)', 'CPC (Kosten pro Link-Klick)', 'CTR (Link-Klickrate)', 'Klicks (alle)', 'CTR (alle)', 'CPC (alle)', 'ROAS (Return on Ad Spend) für Käufe',
    'Entrega de la campaña', 'Presupuesto de la campaña', 'Frecuencia', 'Costo por resultado', 'Coste por resultados', 'Finalización', 'Clics (todos)', 'CTR (todos)', 'CPC (todos)',
    'Diffusion de la campagne', 'Budget de la campagne', 'Répétition', 'Coût par résultat', 'Fin', 'Clics (tous)', 'CTR (tous)', 'CPC (tous)',
  ],
  distinctive: ['Reporting starts', 'Reporting ends', 'Amount spent', 'Ausgegebener Betrag', 'Berichtsstart', 'Berichtsbeginn', 'Berichtsende', 'Result indicator', 'Ergebnisindikator', 'Importe gastado', 'Inicio del informe', 'Montant dépensé', 'Début des rapports', 'Link clicks', 'Link-Klicks', 'Campaign delivery', 'Attribution setting'],
  required: [['campaign', 'campaign_id', 'audience', 'message'], ['spend', 'impressions', 'clicks'], ['date', 'week', 'start']],
  channel: 'PAID_SOCIAL',
  channelNames: {},
  levels: ['campaign', 'audience', 'message'],
  dailyHint: 'In Ads Manager choose Breakdown > By time > Day and export again.',
  account: '',
};

/** Kinds of result that are a conversion; `Results` of another kind (reach, clicks, views) is no conversion. */
const CONVERSION_RESULT = /purchase|lead|complete_registration|offsite_conversion|onsite_conversion|subscribe|submit_application|start_trial|schedule|contact|kauf|compra|achat|conversion/i;

/** Whether a cell of `Result indicator` names a conversion. */
export function isConversionResult(indicator: string): boolean {
  return CONVERSION_RESULT.test(indicator) && !/post_engagement|link_click|messaging_conversation/i.test(indicator);
}

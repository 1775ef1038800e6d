/** Owns funnels: counts by stage of audiences, messages and e-mails over a window. The statistics on them are the Brain's. */
import type { UnitOfWork } from '../domain/unit.ts';
import type { CalendarDay } from '../kernel/calendar.ts';
import type { Measure } from './catalogue.ts';
import { sumsByCut, type CutRow, type Window } from './cuts.ts';

/** Counts by stage of one audience or message; null is a stage that no source knows at this cut. */
export interface FunnelRow {
  readonly id: string;
  readonly name: string;
  /** People reached; impressions (or deliveries) where the platform tells no reach. */
  readonly reach: number | null;
  readonly clicks: number | null;
  /** Engaged sessions. */
  readonly engaged: number | null;
  readonly qualified: number | null;
  readonly sales: number | null;
  /** Whole currency units. */
  readonly spend: number | null;
}

/** Counts of one message in one channel, shown to one audience where that is known. */
export interface MessageFunnelRow extends FunnelRow {
  readonly channel: string | null;
  readonly audienceId: string | null;
}

/** E-mail counts of one campaign, and message where asked for. */
export interface EmailFunnelRow {
  readonly campaign: { readonly id: string; readonly name: string };
  readonly message: { readonly id: string; readonly name: string } | null;
  readonly period: CalendarDay | null;
  readonly sends: number;
  readonly delivered: number | null;
  readonly opens: number | null;
  /** Opens by mail programs and not by people. */
  readonly machineOpens: number | null;
  readonly clicks: number | null;
  readonly unsubscribes: number | null;
  readonly complaints: number | null;
  readonly bounces: number | null;
  readonly conversions: number | null;
  /** Whole currency units. */
  readonly revenue: number | null;
}

const FUNNEL_MEASURES: readonly Measure[] = [
  'reach',
  'impressions',
  'delivered',
  'clicks',
  'email_clicks',
  'engaged_sessions',
  'qualified_leads',
  'sales',
  'conversions',
  'spend_micros',
];
const EMAIL_MEASURES: readonly Measure[] = [
  'sends',
  'delivered',
  'opens',
  'machine_opens',
  'email_clicks',
  'unsubscribes',
  'complaints',
  'bounces',
  'conversions',
  'platform_conversions',
  'revenue_micros',
  'platform_revenue_micros',
];

/** Funnel of each audience that facts of the window name, sorted by name. */
export async function audienceFunnels(unit: UnitOfWork, window: Window): Promise<FunnelRow[]> {
  const rows = await sumsByCut(unit, { window, by: ['audience'], known: ['audience'], measures: FUNNEL_MEASURES });
  return byName(rows.flatMap((row) => (row.keys.audience ? [stages(row, row.keys.audience, row.names.audience)] : [])));
}

/** Funnel of each message by channel and audience, sorted by name. A message shown to several audiences has several rows. */
export async function messageFunnels(unit: UnitOfWork, window: Window): Promise<MessageFunnelRow[]> {
  const rows = await sumsByCut(unit, {
    window,
    by: ['message', 'channel', 'audience'],
    known: ['message'],
    measures: FUNNEL_MEASURES,
  });
  return byName(
    rows.flatMap((row) =>
      row.keys.message
        ? [
            {
              ...stages(row, row.keys.message, row.names.message),
              channel: row.keys.channel ?? null,
              audienceId: row.keys.audience ?? null,
            },
          ]
        : [],
    ),
  );
}

/** What an e-mail funnel is asked by. */
export interface EmailFunnelRequest {
  readonly window: Window;
  readonly grain: 'TOTAL' | 'WEEK' | 'DAY';
  readonly byMessage: boolean;
}

/** Counts of e-mails by campaign, period and, where asked, message; only rows with sends. */
export async function emailFunnels(unit: UnitOfWork, request: EmailFunnelRequest): Promise<EmailFunnelRow[]> {
  const rows = await sumsByCut(unit, {
    window: request.window,
    by: request.byMessage ? ['campaign', 'message'] : ['campaign'],
    known: request.byMessage ? ['campaign', 'message'] : ['campaign'],
    measures: EMAIL_MEASURES,
    grain: request.grain,
  });
  return rows.flatMap((row) => {
    const { campaign, message } = row.keys;
    const sends = row.sums.sends ?? null;
    if (!campaign || sends === null) return [];
    return [
      {
        campaign: { id: campaign, name: row.names.campaign ?? campaign },
        message: message ? { id: message, name: row.names.message ?? message } : null,
        period: row.period,
        sends,
        delivered: row.sums.delivered ?? null,
        opens: row.sums.opens ?? null,
        machineOpens: row.sums.machine_opens ?? null,
        clicks: row.sums.email_clicks ?? null,
        unsubscribes: row.sums.unsubscribes ?? null,
        complaints: row.sums.complaints ?? null,
        bounces: row.sums.bounces ?? null,
        conversions: row.sums.conversions ?? row.sums.platform_conversions ?? null,
        revenue: units(row.sums.revenue_micros ?? row.sums.platform_revenue_micros),
      },
    ];
  });
}

function stages({ sums }: CutRow, id: string, name: string | undefined): FunnelRow {
  return {
    id,
    name: name ?? id,
    reach: sums.reach ?? sums.impressions ?? sums.delivered ?? null,
    clicks: added(sums.clicks, sums.email_clicks),
    engaged: sums.engaged_sessions ?? null,
    qualified: sums.qualified_leads ?? null,
    sales:
      sums.sales ?? (sums.conversions === null || sums.conversions === undefined ? null : Math.round(sums.conversions)),
    spend: units(sums.spend_micros),
  };
}

function added(a: number | null | undefined, b: number | null | undefined): number | null {
  return a === null || a === undefined ? (b ?? null) : a + (b ?? 0);
}

function units(micros: number | null | undefined): number | null {
  return micros === null || micros === undefined ? null : micros / 1e6;
}

function byName<T extends FunnelRow>(rows: readonly T[]): T[] {
  return [...rows].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

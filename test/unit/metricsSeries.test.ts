/** Claim: series and funnels hand the Brain what the rows say: whole aligned periods, one source for each stage, raw units of mix-model files. */
import { describe, expect, it } from 'vitest';
import type { InUnit } from '../../src/domain/unit.ts';
import { addDays } from '../../src/kernel/calendar.ts';
import { newId } from '../../src/kernel/ids.ts';
import { dataCoverage } from '../../src/metrics/dataCoverage.ts';
import { audienceFunnels, emailFunnels, messageFunnels } from '../../src/metrics/funnels.ts';
import { kpiSeries } from '../../src/metrics/kpiSeries.ts';
import { responsePanel } from '../../src/metrics/panel.ts';
import { queryMetrics } from '../../src/metrics/query.ts';
import { useTestDatabase } from '../support/database.ts';
import { addEntity, insertLoad, loadFacts } from '../support/facts.ts';

const test = useTestDatabase();
const fresh = async (): Promise<InUnit> => test().units(await test().addWorkspace());
const MONDAY = '2026-01-05';

/** Writes weekly rows of a mix-model file: a value a week for each series. */
async function loadModelFile(
  inUnit: InUnit,
  rows: {
    table: 'media_input' | 'kpi_fact' | 'control_fact';
    name: string;
    unit?: string;
    geo?: string | null;
    values: (number | string)[];
  }[],
): Promise<void> {
  await inUnit('app', async (unit) => {
    const loadId = newId();
    await insertLoad(unit, loadId);
    for (const { table, name, unit: inUnits = 'EUR', geo = null, values } of rows) {
      const [column, extra] = {
        media_input: ['channel', 'unit'],
        kpi_fact: ['kpi', 'unit'],
        control_fact: ['name', 'category'],
      }[table] as [string, string];
      for (const [week, value] of values.entries()) {
        const start = addDays(MONDAY, 7 * week);
        const worded = table === 'control_fact' && typeof value === 'string';
        await unit.em.execute(
          `insert into ${table} (workspace_id, load_id, identity, source, grain, start_day, end_day, geo, ${column}, value, ${extra})
           values (?::uuid, ?::uuid, ?::uuid, 'wide', 'WEEK', ?::date, ?::date, ?, ?, ?, ?)`,
          [
            unit.workspace.id,
            loadId,
            newId(),
            start,
            addDays(start, 6),
            geo,
            name,
            worded ? null : value,
            table === 'control_fact' ? (worded ? value : null) : inUnits,
          ],
        );
      }
    }
    await unit.em.execute('select rollup_refresh(?::date, ?::date)', [MONDAY, addDays(MONDAY, 70)]);
  });
}

describe('a panel from daily facts', () => {
  it('holds whole ISO weeks that media and KPI both cover, with sends where a channel has no cost', async () => {
    const inUnit = await fresh();
    const days = Array.from({ length: 20 }, (_, n) => addDays('2026-01-03', n));
    await loadFacts(inUnit, [
      ...days.map((start) => ({ start, values: { spend_micros: 2_500_000, clicks: 5 } })),
      ...days.map((start) => ({ source: 'klaviyo', channel: 'EMAIL', start, values: { sends: 10 } })),
      ...days.map((start) => ({
        source: 'hubspot',
        kind: 'CRM' as const,
        start,
        values: { revenue_micros: 30_000_000, qualified_leads: 1 },
      })),
    ]);
    const panel = await inUnit('app', (unit) => responsePanel(unit, { kpi: 'REVENUE' }));
    expect(panel).toMatchObject({
      periods: [MONDAY, '2026-01-12'],
      periodsPerYear: 52,
      channels: ['EMAIL', 'PAID_SEARCH'],
      notMoney: ['EMAIL'],
      units: { EMAIL: 'SENDS', PAID_SEARCH: 'EUR' },
      unit: 'EUR',
      kpiSource: 'CRM',
      window: { from: MONDAY, to: '2026-01-18' },
      series: [{ geo: 'ALL', kpi: [210, 210], spend: { EMAIL: [70, 70], PAID_SEARCH: [17.5, 17.5] } }],
    });
    const series = await inUnit('app', (unit) => kpiSeries(unit, { kpi: 'QUALIFIED_LEADS', grain: 'WEEK' }));
    expect(series).toEqual({ periods: [MONDAY, '2026-01-12'], values: [7, 7], unit: 'COUNT', source: 'CRM' });
    const coverage = await inUnit('app', (unit) => dataCoverage(unit));
    expect(coverage).toMatchObject({
      span: { from: '2026-01-03', to: '2026-01-22' },
      grain: 'DAY',
      channels: ['EMAIL', 'PAID_SEARCH'],
      hasCampaigns: false,
      hasEmail: true,
      geos: 0,
    });
    expect(coverage.loadIds).toHaveLength(1);
  });
});

describe('a panel from a mix-model file', () => {
  it('keeps raw numbers, prefers money, and turns words into indicators', async () => {
    const inUnit = await fresh();
    await loadModelFile(inUnit, [
      { table: 'media_input', name: 'TV', values: [22358.3466666667, 0, 5] },
      { table: 'media_input', name: 'SOCIAL', values: [7607.1329148046, 1, 2] },
      { table: 'media_input', name: 'SOCIAL', unit: 'IMPRESSIONS', values: [24301284.2, 100, 200] },
      { table: 'media_input', name: 'X1', unit: 'INDEX', values: [0.31, 0.11, 0.2] },
      { table: 'kpi_fact', name: 'REVENUE', values: [2754371.66666667, 2584276.6, 2547387] },
      { table: 'control_fact', name: 'COMPETITOR', values: [8125009, 7901549, 7801241] },
      { table: 'control_fact', name: 'EVENTS', values: ['na', 'event1', 'na'] },
    ]);
    const panel = await inUnit('app', (unit) => responsePanel(unit, { kpi: 'REVENUE' }));
    expect(panel).toMatchObject({
      channels: ['SOCIAL', 'TV', 'X1'],
      notMoney: ['X1'],
      unit: 'EUR',
      kpiSource: 'MODEL_INPUT',
      periods: [MONDAY, '2026-01-12', '2026-01-19'],
    });
    expect(panel?.series).toEqual([
      {
        geo: 'ALL',
        kpi: [2754371.66666667, 2584276.6, 2547387],
        spend: { TV: [22358.3466666667, 0, 5], SOCIAL: [7607.1329148046, 1, 2], X1: [0.31, 0.11, 0.2] },
        controls: { COMPETITOR: [8125009, 7901549, 7801241], 'EVENTS:event1': [0, 1, 0] },
      },
    ]);
    const metrics = await inUnit('app', (unit) =>
      queryMetrics(unit, {
        metrics: ['SPEND', 'IMPRESSIONS', 'REVENUE'],
        from: MONDAY,
        to: '2026-01-25',
        grain: 'WEEK',
      }),
    );
    expect(metrics.rows[0]).toEqual([MONDAY, '29965.479582', '24301284', '2754371.666667']);
  });

  it('keeps places apart and leaves out those without a full KPI', async () => {
    const inUnit = await fresh();
    await loadModelFile(inUnit, [
      ...['North', 'South'].map((geo) => ({ table: 'media_input' as const, name: 'TV', geo, values: [1, 2, 3] })),
      { table: 'kpi_fact', name: 'CONVERSIONS', unit: 'COUNT', geo: 'North', values: [10, 20, 30] },
      { table: 'kpi_fact', name: 'CONVERSIONS', unit: 'COUNT', geo: 'South', values: [11, 21, 31] },
      { table: 'kpi_fact', name: 'CONVERSIONS', unit: 'COUNT', geo: 'West', values: [12] },
    ]);
    const panel = await inUnit('app', (unit) => responsePanel(unit, { kpi: 'CONVERSIONS' }));
    expect(panel?.series.map((place) => [place.geo, place.kpi])).toEqual([
      ['North', [10, 20, 30]],
      ['South', [11, 21, 31]],
    ]);
    expect(await inUnit('app', (unit) => responsePanel(unit, { kpi: 'REVENUE' }))).toBeNull();
    const byGeo = await inUnit('app', (unit) =>
      queryMetrics(unit, { metrics: ['CONVERSIONS', 'SPEND'], dimensions: ['GEO'], from: MONDAY, to: '2026-01-25' }),
    );
    expect(byGeo.rows).toEqual([
      ['North', '60', '6.00'],
      ['South', '63', '6.00'],
      ['West', '12', null],
    ]);
  });
});

describe('funnels', () => {
  it('take each stage from one source and know what nobody counted', async () => {
    const inUnit = await fresh();
    const [loyal, curious] = [
      await addEntity(inUnit, 'audience', 'Loyal'),
      await addEntity(inUnit, 'audience', 'Curious'),
    ];
    const offer = await addEntity(inUnit, 'message', 'Offer');
    await loadFacts(inUnit, [
      {
        start: MONDAY,
        audience: loyal,
        message: offer,
        values: { reach: 1000, impressions: 1400, clicks: 50, spend_micros: 20_000_000, platform_conversions: 9 },
      },
      {
        start: MONDAY,
        audience: curious,
        message: offer,
        values: { reach: 1000, impressions: 1500, clicks: 150, spend_micros: 20_000_000 },
      },
      {
        source: 'ga4',
        kind: 'ANALYTICS',
        start: MONDAY,
        audience: loyal,
        values: { engaged_sessions: 30, conversions: 5 },
      },
      {
        source: 'hubspot',
        kind: 'CRM',
        start: MONDAY,
        audience: loyal,
        message: offer,
        values: { qualified_leads: 8, sales: 2 },
      },
    ]);
    const window = { from: MONDAY, to: MONDAY };
    const audiences = await inUnit('app', (unit) => audienceFunnels(unit, window));
    expect(audiences).toEqual([
      {
        id: curious,
        name: 'Curious',
        reach: 1000,
        clicks: 150,
        engaged: 0,
        qualified: 0,
        sales: 0,
        spend: 20,
      },
      { id: loyal, name: 'Loyal', reach: 1000, clicks: 50, engaged: 30, qualified: 8, sales: 2, spend: 20 },
    ]);
    const messages = await inUnit('app', (unit) => messageFunnels(unit, window));
    expect(messages.map((row) => [row.name, row.channel, row.audienceId, row.clicks, row.engaged])).toEqual(
      expect.arrayContaining([
        ['Offer', 'PAID_SEARCH', loyal, 50, null],
        ['Offer', 'PAID_SEARCH', curious, 150, null],
      ]),
    );
  });

  it('of e-mails hold sends and what became of them by campaign and week', async () => {
    const inUnit = await fresh();
    const campaign = await addEntity(inUnit, 'campaign', 'Newsletter');
    await loadFacts(inUnit, [
      {
        source: 'klaviyo',
        channel: 'EMAIL',
        start: MONDAY,
        campaign,
        values: {
          sends: 100,
          delivered: 98,
          opens: 60,
          machine_opens: 20,
          email_clicks: 7,
          unsubscribes: 1,
          bounces: 2,
          revenue_micros: 90_500_000,
        },
      },
      {
        source: 'klaviyo',
        channel: 'EMAIL',
        start: '2026-01-13',
        campaign,
        values: { sends: 50, delivered: 50, email_clicks: 5 },
      },
      { start: MONDAY, campaign: await addEntity(inUnit, 'campaign', 'Search'), values: { clicks: 4 } },
    ]);
    const rows = await inUnit('app', (unit) =>
      emailFunnels(unit, { window: { from: MONDAY, to: '2026-01-18' }, grain: 'WEEK', byMessage: false }),
    );
    expect(rows).toEqual([
      {
        campaign: { id: campaign, name: 'Newsletter' },
        message: null,
        period: MONDAY,
        sends: 100,
        delivered: 98,
        opens: 60,
        machineOpens: 20,
        clicks: 7,
        unsubscribes: 1,
        complaints: null,
        bounces: 2,
        conversions: null,
        revenue: 90.5,
      },
      expect.objectContaining({ period: '2026-01-12', sends: 50, clicks: 5, opens: null }),
    ]);
  });
});

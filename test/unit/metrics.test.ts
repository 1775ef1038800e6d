/** Claim: metrics count each thing once, from its source of record, exactly, and ratios come from their parts at every level. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { MetricQueryInput, MetricResult } from '../../src/domain/metrics.ts';
import type { InUnit } from '../../src/domain/unit.ts';
import { queryMetrics } from '../../src/metrics/query.ts';
import { useTestDatabase } from '../support/database.ts';
import { addEntity, loadFacts, undoLoad, type TestFact } from '../support/facts.ts';

const test = useTestDatabase();
const ask = (inUnit: InUnit, query: MetricQueryInput): Promise<MetricResult> =>
  inUnit('app', (unit) => queryMetrics(unit, query));
const fresh = async (): Promise<InUnit> => test().units(await test().addWorkspace());
const january = { from: '2026-01-01', to: '2026-01-31' };

describe('sources of record', () => {
  let inUnit: InUnit;
  beforeAll(async () => {
    inUnit = await fresh();
    await loadFacts(inUnit, [
      {
        source: 'google-ads',
        start: '2026-01-05',
        values: {
          spend_micros: 100_000_001,
          clicks: 40,
          impressions: 1000,
          platform_conversions: 3,
          platform_revenue_micros: 900_000_000,
        },
      },
      {
        source: 'meta-ads',
        channel: 'PAID_SOCIAL',
        start: '2026-01-05',
        values: { spend_micros: 50_000_000, clicks: 10, impressions: 3000, platform_conversions: 1 },
      },
      {
        source: 'ga4',
        kind: 'ANALYTICS',
        start: '2026-01-05',
        values: { sessions: 45, conversions: 2, revenue_micros: 600_000_000 },
      },
      {
        source: 'hubspot',
        kind: 'CRM',
        start: '2026-01-05',
        values: { qualified_leads: 4, conversions: 1, revenue_micros: 300_000_000 },
      },
    ]);
  });

  it('count one sale that three tools saw once, in the tool that comes first', async () => {
    const result = await ask(inUnit, {
      ...january,
      metrics: ['CONVERSIONS', 'REVENUE', 'PLATFORM_CONVERSIONS', 'SESSIONS'],
    });
    expect(result.rows).toEqual([['1', '300.00', '4', '45']]);
    expect(result.freshness).toEqual({ loadedThrough: '2026-01-05', outcomeSource: 'CRM' });
  });

  it('are shown side by side when the source is a dimension, and the totals still do not add them', async () => {
    const result = await ask(inUnit, {
      ...january,
      metrics: ['CONVERSIONS'],
      dimensions: ['SOURCE'],
      includeTotals: true,
    });
    expect(result.columns.map((column) => column.name)).toEqual(['SOURCE', 'SOURCE_KIND', 'CONVERSIONS']);
    expect(result.rows).toEqual([
      ['ga4', 'ANALYTICS', '2'],
      ['google-ads', 'PLATFORM', '3'],
      ['hubspot', 'CRM', '1'],
      ['meta-ads', 'PLATFORM', '1'],
    ]);
    expect(result.totals).toEqual([null, null, '1']);
  });

  it('add platforms, which sell different media, to the micro', async () => {
    const result = await ask(inUnit, {
      ...january,
      metrics: ['SPEND', 'CTR', 'ROAS', 'COST_PER_QUALIFIED_LEAD'],
      dimensions: ['CHANNEL'],
      includeTotals: true,
    });
    expect(result.totals).toEqual([null, '150.000001', 50 / 4000, 300_000_000 / 150_000_001, 150.000001 / 4]);
    expect(result.rows.map((row) => row.slice(0, 3))).toEqual([
      ['PAID_SEARCH', '100.000001', 0.04],
      ['PAID_SOCIAL', '50.00', 10 / 3000],
    ]);
  });

  it('fall to the platforms own claims where nothing better is loaded', async () => {
    const other = await fresh();
    await loadFacts(other, [
      { source: 'google-ads', start: '2026-01-05', values: { spend_micros: 1_000_000, platform_conversions: 2.5 } },
    ]);
    const result = await ask(other, { ...january, metrics: ['CONVERSIONS', 'QUALIFIED_LEADS'] });
    expect(result.rows).toEqual([['2.5', null]]);
    expect(result.freshness.outcomeSource).toBe('PLATFORM');
  });
});

describe('levels of one campaign', () => {
  it('never add up: totals take the campaign, a cut by message takes the messages', async () => {
    const inUnit = await fresh();
    const campaign = await addEntity(inUnit, 'campaign', 'Brand');
    const [first, second] = [await addEntity(inUnit, 'message', 'A'), await addEntity(inUnit, 'message', 'B')];
    const day = { start: '2026-01-05', campaign };
    await loadFacts(inUnit, [
      { ...day, values: { spend_micros: 10_000_000, clicks: 10 } },
      { ...day, message: first, values: { spend_micros: 6_000_000, clicks: 6 } },
      { ...day, message: second, values: { spend_micros: 3_900_000, clicks: 4 } },
    ]);
    const total = await ask(inUnit, { ...january, metrics: ['SPEND', 'CLICKS'], dimensions: ['CAMPAIGN'] });
    expect(total.rows).toEqual([[campaign, 'Brand', '10.00', '10']]);
    const cut = await ask(inUnit, {
      ...january,
      metrics: ['SPEND', 'CPC'],
      dimensions: ['MESSAGE'],
      orderBy: { metric: 'SPEND' },
    });
    expect(cut.rows).toEqual([
      [first, 'A', '6.00', 1],
      [second, 'B', '3.90', 3.9 / 4],
    ]);
    const named = await ask(inUnit, {
      ...january,
      metrics: ['CLICKS'],
      filters: [{ dimension: 'MESSAGE', in: ['B'] }],
    });
    expect(named.rows).toEqual([['4']]);
  });

  it('count one attribution setting where a platform reports a row under two', async () => {
    const inUnit = await fresh();
    await loadFacts(inUnit, [
      { start: '2026-01-05', attribution: '1-day click', values: { spend_micros: 10_000_000 } },
      { start: '2026-01-05', attribution: '7-day click', values: { spend_micros: 10_000_000 } },
    ]);
    expect((await ask(inUnit, { ...january, metrics: ['SPEND'] })).rows).toEqual([['10.00']]);
  });
});

describe('grains', () => {
  it('refuse to spread a period, and count it where the window holds it whole', async () => {
    const inUnit = await fresh();
    await loadFacts(inUnit, [
      {
        source: 'ga4',
        kind: 'ANALYTICS',
        grain: 'PERIOD',
        start: '2026-01-03',
        end: '2026-01-20',
        values: { sessions: 700 },
      },
    ]);
    expect((await ask(inUnit, { ...january, metrics: ['SESSIONS'] })).rows).toEqual([['700']]);
    expect((await ask(inUnit, { ...january, metrics: ['SESSIONS'], grain: 'MONTH' })).rows).toEqual([
      ['2026-01-01', '700'],
    ]);
    expect((await ask(inUnit, { from: '2026-01-04', to: '2026-01-31', metrics: ['SESSIONS'] })).rows).toEqual([[null]]);
    await expect(ask(inUnit, { ...january, metrics: ['SESSIONS'], grain: 'WEEK' })).rejects.toMatchObject({
      code: 'GRAIN_TOO_FINE',
      hint: expect.stringContaining('segment by Day') as unknown,
    });
  });

  it('keep a week whole, also one that starts on Sunday, and refuse it by day', async () => {
    const inUnit = await fresh();
    await loadFacts(inUnit, [
      { grain: 'WEEK', start: '2026-01-04', end: '2026-01-10', values: { spend_micros: 7_000_000 } },
    ]);
    expect(
      (await ask(inUnit, { ...january, metrics: ['SPEND'], grain: 'WEEK' })).rows.filter(
        (row) => row[1] !== '0.00' && row[1] !== null,
      ),
    ).toEqual([['2026-01-05', '7.00']]);
    await expect(ask(inUnit, { ...january, metrics: ['SPEND'], grain: 'DAY' })).rejects.toMatchObject({
      code: 'GRAIN_TOO_FINE',
    });
  });

  it('leave out a period that is also known day by day', async () => {
    const inUnit = await fresh();
    await loadFacts(inUnit, [{ grain: 'PERIOD', start: '2026-01-01', end: '2026-01-31', values: { clicks: 99 } }]);
    const days = await loadFacts(inUnit, [
      { start: '2026-01-05', values: { clicks: 40 } },
      { start: '2026-01-06', values: { clicks: 58 } },
    ]);
    expect(
      (await ask(inUnit, { ...january, metrics: ['CLICKS'], grain: 'DAY' })).rows.filter(
        (row) => row[1] !== '0' && row[1] !== null,
      ),
    ).toEqual([
      ['2026-01-05', '40'],
      ['2026-01-06', '58'],
    ]);
    expect((await ask(inUnit, { ...january, metrics: ['CLICKS'] })).rows).toEqual([['98']]);
    await undoLoad(inUnit, days);
    expect((await ask(inUnit, { ...january, metrics: ['CLICKS'] })).rows).toEqual([['99']]);
  });
});

describe('empty periods', () => {
  it('are zero where the source covers them, unknown where it does not, and unknown where its rows leave the measure open', async () => {
    const inUnit = await fresh();
    await loadFacts(inUnit, [
      { start: '2026-01-05', values: { clicks: 4, spend_micros: 1_000_000 } },
      { start: '2026-01-07', values: { clicks: 6, spend_micros: 1_000_000 } },
      { source: 'klaviyo', channel: 'EMAIL', start: '2026-01-06', values: { sends: 100 } },
    ]);
    const rows = await ask(inUnit, {
      from: '2026-01-04',
      to: '2026-01-08',
      metrics: ['CLICKS', 'SPEND', 'CPC'],
      dimensions: ['CHANNEL'],
      grain: 'DAY',
    });
    expect(rows.rows).toEqual([
      ['2026-01-05', 'PAID_SEARCH', '4', '1.00', 0.25],
      ['2026-01-06', 'PAID_SEARCH', '0', '0.00', null],
      ['2026-01-07', 'PAID_SEARCH', '6', '1.00', 1 / 6],
    ]);
    const email = await ask(inUnit, {
      ...january,
      metrics: ['SENDS', 'SPEND'],
      filters: [{ dimension: 'CHANNEL', in: ['EMAIL'] }],
    });
    expect(email.rows).toEqual([['100', null]]);
  });
});

describe('pages and mistakes', () => {
  const facts: TestFact[] = Array.from({ length: 5 }, (_, n) => ({
    start: '2026-01-05',
    channel: `CHANNEL_${n}`,
    values: { clicks: n + 1 },
  }));

  it('say whether there is more, while totals stay those of the whole', async () => {
    const inUnit = await fresh();
    await loadFacts(inUnit, facts);
    const page = await ask(inUnit, {
      ...january,
      metrics: ['CLICKS'],
      dimensions: ['CHANNEL'],
      orderBy: { metric: 'CLICKS' },
      limit: 2,
      offset: 2,
      includeTotals: true,
    });
    expect(page).toMatchObject({
      rows: [
        ['CHANNEL_2', '3'],
        ['CHANNEL_1', '2'],
      ],
      hasMore: true,
      totals: [null, '15'],
    });
    expect(
      (await ask(inUnit, { ...january, metrics: ['CLICKS'], dimensions: ['CHANNEL'], limit: 2, offset: 3 })).hasMore,
    ).toBe(false);
  });

  it('are named with what was found and what to do', async () => {
    const inUnit = await fresh();
    const wrong: [Partial<MetricQueryInput>, RegExp][] = [
      [{ from: '2026-02-30' }, /from is "2026-02-30"/],
      [{ from: '2026-03-01' }, /from \(2026-03-01\) is after to/],
      [{ metrics: ['CLICKS', 'CLICKS'] }, /CLICKS twice/],
      [{ orderBy: { metric: 'SPEND' } }, /orderBy names SPEND/],
      [{ metrics: ['PROFIT' as 'SPEND'] }, /metrics\.0/],
      [{ from: '1990-01-01', grain: 'DAY' }, /more than 4000 periods/],
    ];
    for (const [part, message] of wrong) {
      await expect(ask(inUnit, { ...january, metrics: ['CLICKS'], ...part })).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
        message: expect.stringMatching(message) as unknown,
      });
    }
    expect((await ask(inUnit, { ...january, metrics: ['CLICKS', 'CTR'] })).rows).toEqual([[null, null]]);
  });

  it('show nothing of another workspace', async () => {
    const [mine, theirs] = [await fresh(), await fresh()];
    await loadFacts(theirs, facts);
    expect((await ask(mine, { ...january, metrics: ['CLICKS'] })).rows).toEqual([[null]]);
  });
});

/** Claim: exports of the five tools are read as they really are, in two languages each; nothing counts twice and nothing personal is kept. */
import { describe, expect, it } from 'vitest';
import { countSum, fixtureSource, moneyUnits, performanceOf, planAndRead } from '../support/importFiles.ts';

describe('Google Ads', () => {
  it('reads an English day report with title lines, totals at the foot and " --" cells', async () => {
    const { plan, facts } = await planAndRead(fixtureSource('google-ads-en.csv'));
    expect(plan.preset).toBe('google-ads');
    expect(plan.grains).toEqual(['DAY']);
    expect(moneyUnits(facts, 'spendMicros')).toBe(864.2);
    expect(countSum(facts, 'impressions')).toBe(121_351);
    expect(plan.skipped.map(({ line, reason }) => [line, reason.split(':')[0]])).toEqual([
      [1, 'title line'],
      [2, 'title line'],
      [8, 'totals row'],
      [9, 'totals row'],
    ]);
    expect(performanceOf(facts).map(({ campaign }) => campaign?.name)).toContain('Total Fitness launch');
    const video = performanceOf(facts).find(({ channel }) => channel === 'PAID_VIDEO');
    expect(video?.fractional.platformConversions).toBeUndefined();
  });

  it('reads a German UTF-16 report without days as one period and says how to get days', async () => {
    const { plan, facts } = await planAndRead(fixtureSource('google-ads-de.csv'));
    expect(plan.encoding).toBe('utf-16le');
    expect(performanceOf(facts).map(({ grain, start, end }) => [grain, start, end])).toEqual([
      ['PERIOD', '2026-01-01', '2026-01-31'],
      ['PERIOD', '2026-01-01', '2026-01-31'],
    ]);
    expect(moneyUnits(facts, 'spendMicros')).toBe(11_875.58);
    expect(countSum(facts, 'clicks')).toBe(20_798);
    expect(performanceOf(facts).map(({ channel }) => channel)).toEqual(['PAID_SEARCH', 'DISPLAY']);
    expect(plan.notes.join(' ')).toContain('Segment > Time > Day');
  });
});

describe('Meta Ads Manager', () => {
  it('skips the summary row, counts only results that are conversions, and converts the currency of the header', async () => {
    const { plan, facts } = await planAndRead(fixtureSource('meta-ads-en.csv'), { rates: { USD: '0.5' } });
    expect(plan.skipped).toEqual([{ line: 2, reason: 'summary row: no Campaign name' }]);
    expect(moneyUnits(facts, 'spendMicros')).toBe(256.2);
    expect(moneyUnits(facts, 'platformRevenueMicros')).toBe(1120);
    const conversions = performanceOf(facts).map(({ fractional }) => fractional.platformConversions ?? null);
    expect(conversions).toEqual([14, 18, null, null]);
    expect(performanceOf(facts)[0]?.attribution).toBe('7-day click or 1-day view');
  });

  it('refuses a foreign currency without a rate and says which option mends it', async () => {
    await expect(planAndRead(fixtureSource('meta-ads-en.csv'))).rejects.toThrow(/found "USD".*--rate USD=0\.92/s);
  });

  it('reads a German ad-level export at the level of ads alone', async () => {
    const { facts } = await planAndRead(fixtureSource('meta-ads-de.csv'));
    expect(moneyUnits(facts, 'spendMicros')).toBe(731.25);
    expect(performanceOf(facts).map(({ message, grain }) => [message?.name, grain])).toEqual([
      ['Motiv Beet', 'WEEK'],
      ['Motiv Ernte', 'WEEK'],
    ]);
  });
});

describe('Google Analytics 4', () => {
  it('finds the table behind the chart block and dates it by the lines above it', async () => {
    const { plan, facts } = await planAndRead(fixtureSource('ga4-en.csv'), { currency: 'EUR' });
    expect(plan.headerLine).toBe(16);
    expect(countSum(facts, 'sessions')).toBe(15_905);
    expect(moneyUnits(facts, 'revenueMicros')).toBe(39_274.75);
    expect(performanceOf(facts).map(({ channel }) => channel)).toEqual([
      'ORGANIC_SEARCH',
      'PAID_SEARCH',
      'UNASSIGNED',
      'OTHER',
    ]);
    expect([plan.from, plan.to, plan.grains[0]]).toEqual(['2026-01-01', '2026-01-31', 'PERIOD']);
  });

  it('asks for the currency that the export does not name', async () => {
    await expect(planAndRead(fixtureSource('ga4-en.csv'))).rejects.toThrow(/money without a currency.*--currency EUR/s);
  });

  it('reads a German report by date, where "(not set)" names no campaign', async () => {
    const { facts } = await planAndRead(fixtureSource('ga4-de.csv'), { currency: 'EUR' });
    expect(performanceOf(facts).map(({ start, campaign }) => [start, campaign?.name ?? null])).toEqual([
      ['2026-01-01', null],
      ['2026-01-02', 'Marke Süd'],
      ['2026-01-03', 'Marke Süd'],
    ]);
    expect(performanceOf(facts)[2]?.money.revenueMicros).toBeUndefined();
  });
});

describe('HubSpot', () => {
  it('turns deals into pipeline on the day of creation and revenue on the day of winning', async () => {
    const { plan, facts } = await planAndRead(fixtureSource('hubspot-deals-en.csv'));
    const rows = performanceOf(facts).map(({ start, channel, campaign, counts, money }) => ({
      start,
      channel,
      campaign: campaign?.name ?? null,
      ...counts,
      ...money,
    }));
    expect(rows).toEqual([
      { start: '2026-01-05', channel: 'PAID_SEARCH', campaign: 'Brand search', pipelineMicros: 16_500_000_000n },
      {
        start: '2026-01-20',
        channel: 'PAID_SEARCH',
        campaign: 'Brand search',
        sales: 1n,
        revenueMicros: 12_500_000_000n,
      },
      { start: '2026-01-07', channel: 'ORGANIC_SEARCH', campaign: null, pipelineMicros: 8_000_500_000n },
    ]);
    expect(plan.personalColumns).toEqual(['Deal owner']);
    expect(plan.skipped).toEqual([{ line: 5, reason: 'record without a date of any stage' }]);
  });

  it('takes the amount in company currency where a German export has it', async () => {
    const { facts } = await planAndRead(fixtureSource('hubspot-deals-de.csv'));
    expect(moneyUnits(facts, 'pipelineMicros')).toBe(16_500);
    expect(moneyUnits(facts, 'revenueMicros')).toBe(12_500);
  });

  it.each(['hubspot-contacts-de.csv', 'hubspot-contacts-en.csv'])(
    'counts the contacts of %s by stage and keeps no person',
    async (name) => {
      const { plan, facts } = await planAndRead(fixtureSource(name));
      expect(plan.personalColumns).toHaveLength(6);
      expect(plan.columns.map(({ column }) => column)).not.toContain('Email');
      const text = JSON.stringify(facts, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
      expect(text).not.toMatch(/example\.com|Vorname\d|Nachname\d|\+49|203\.0\.113|ruft/);
      const contacts = performanceOf(facts).reduce((sum, { fractional }) => sum + (fractional.conversions ?? 0), 0);
      expect([contacts, countSum(facts, 'qualifiedLeads')]).toEqual(name.includes('-de') ? [3, 2] : [2, 1]);
    },
  );

  it('loads nothing while personal columns are asked for and not approved', async () => {
    await expect(planAndRead(fixtureSource('hubspot-contacts-en.csv'), { keepPersonal: true })).rejects.toThrow(
      /hold personal data/,
    );
  });
});

describe('Klaviyo', () => {
  it('does not add variations to the campaign that they belong to', async () => {
    const { plan, facts } = await planAndRead(fixtureSource('klaviyo-en.csv'), {
      currency: 'USD',
      rates: { USD: '1' },
    });
    expect(countSum(facts, 'sends')).toBe(23_604);
    expect(plan.skipped.map(({ line }) => line)).toEqual([3, 4]);
    expect(performanceOf(facts).map(({ channel, start }) => [channel, start])).toEqual([
      ['EMAIL', '2026-01-08'],
      ['SMS', '2026-01-15'],
    ]);
    expect(moneyUnits(facts, 'spendMicros')).toBe(0);
    expect(performanceOf(facts)[0]?.money).not.toHaveProperty('spendMicros');
  });

  it('refuses another currency than the sign in the cells', async () => {
    await expect(planAndRead(fixtureSource('klaviyo-en.csv'), { currency: 'EUR' })).rejects.toThrow(/dollar sign/);
  });

  it('reads a German export whose cells bear the euro sign', async () => {
    const { facts } = await planAndRead(fixtureSource('klaviyo-de.csv'));
    expect(moneyUnits(facts, 'platformRevenueMicros')).toBe(11_632.6);
    expect(countSum(facts, 'delivered')).toBe(23_480);
  });
});

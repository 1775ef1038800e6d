/** Claim: the public example files that the project is tried on are read whole: weeks, geos, raw doubles, words among controls, KPI panels. */
import { createReadStream, existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Fact } from '../../src/domain/facts.ts';
import { planAndRead } from '../support/importFiles.ts';

const FOLDER = fileURLToPath(new URL('../../../shared/data/', import.meta.url));
const there = existsSync(`${FOLDER}robyn_weekly.csv`);
if (!there) process.stderr.write('Skipped: the example data of the folder ../shared/data is not there.\n');

const read = (name: string): ReturnType<typeof planAndRead> => planAndRead(() => createReadStream(FOLDER + name));
const sum = (facts: readonly Fact[], table: Fact['table'], of: Record<string, string>): number =>
  facts
    .filter(
      (fact) => fact.table === table && Object.entries(of).every(([key, value]) => Reflect.get(fact, key) === value),
    )
    .reduce((total, fact) => total + Number(Reflect.get(fact, 'value')), 0);

describe.skipIf(!there)('example data', () => {
  it('reads the weekly mix-model file: money, impressions, clicks, words among controls', async () => {
    const { plan, facts } = await read('robyn_weekly.csv');
    expect([plan.preset, plan.grains, plan.rows.read, plan.from, plan.to]).toEqual([
      'wide',
      ['WEEK'],
      208,
      '2015-11-23',
      '2019-11-17',
    ]);
    expect(Object.fromEntries(plan.columns.map(({ column, field }) => [column, field]))).toMatchObject({
      revenue: 'kpi:REVENUE',
      tv_S: 'spend:TV',
      facebook_I: 'impressions:FACEBOOK',
      search_clicks_P: 'clicks:SEARCH',
      competitor_sales_B: 'control:COMPETITOR_SALES',
    });
    expect(
      facts.find((fact) => fact.table === 'mediaInput' && fact.channel === 'FACEBOOK' && fact.unit === 'IMPRESSIONS'),
    ).toMatchObject({ value: 24_301_284.2375304 });
    expect(
      facts
        .filter((fact) => fact.table === 'control' && fact.name === 'EVENTS')
        .every((fact) => fact.table === 'control' && fact.value === null && fact.category !== 'na'),
    ).toBe(true);
  });

  it('reads the geo file by geo and week, with its controls and its KPI', async () => {
    const { plan, facts } = await read('meridian_geo_media.csv');
    expect([plan.preset, plan.grains, plan.rows.read]).toEqual(['wide', ['WEEK'], 3120]);
    expect(new Set(facts.map((fact) => fact.table === 'performance' || fact.geo)).size).toBe(20);
    expect(plan.facts).toEqual({ performance: 0, kpi: 3120, control: 12_480, mediaInput: 24_960 });
    expect(facts.find((fact) => fact.table === 'mediaInput' && fact.unit === 'EUR')).toMatchObject({
      channel: 'CHANNEL0',
      geo: 'Geo0',
      value: 3733.023,
    });
  });

  it('reads month/day/year weeks and an index between 0 and 1', async () => {
    const { plan, facts } = await read('pymc_mmm_example.csv');
    expect([plan.grains, plan.from, plan.rows.read]).toEqual([['WEEK'], '2018-04-02', 179]);
    expect(plan.dropped.map(({ column }) => column)).toEqual(['dayofyear', 't']);
    expect(facts.find((fact) => fact.table === 'mediaInput')).toMatchObject({
      channel: 'X1',
      unit: 'INDEX',
      value: 0.3185800179359486,
    });
  });

  it.each([
    ['geolift_pretest.csv', 3600, '2021-03-31'],
    ['geolift_test.csv', 4200, '2021-04-15'],
  ])('reads the panel %s as a KPI by place and day', async (name, rows, to) => {
    const { plan, facts } = await read(name);
    expect([plan.preset, plan.facts.kpi, plan.to, plan.grains]).toEqual(['panel', rows, to, ['DAY']]);
    expect(sum(facts, 'kpi', { geo: 'chicago', kpi: 'Y' })).toBeGreaterThan(0);
  });
});

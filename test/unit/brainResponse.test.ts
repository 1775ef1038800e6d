/** Claims: the screening fit recovers known truths, says when it cannot, replays to the byte, and refuses bad series by name. */
import { existsSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { screenResponse } from '../../src/brain/response.ts';
import type { ResponseFit, ResponseInput } from '../../src/brain/responseTypes.ts';
import { fitScreening } from '../../src/brain/screening.ts';
import { adstock, adstockWeights, hill, hillSlope, spendScale } from '../../src/brain/transforms.ts';
import { seededRandom } from '../../src/kernel/random.ts';
import { createMarket } from '../../src/simulator/market.ts';
import { weeklyResponseInput } from '../../src/simulator/marketSeries.ts';

/** Public example data beside the checkout; the test that needs it is skipped where it is not there. */
const PYMC = new URL('../../../shared/data/pymc_mmm_example.csv', import.meta.url);

/** A market of two channels with a known response. */
function twoChannels(options: { seed: number; rows?: number; steady?: boolean; twins?: boolean; chasing?: boolean }): {
  input: ResponseInput;
  truth: number[];
} {
  const random = seededRandom(options.seed).split('two channels');
  const rows = options.rows ?? 130;
  const shocks = Array.from({ length: rows }, () => random.normal(0, 25));
  const spendOf = (t: number): number =>
    Math.max(0, 400 + (options.steady ? random.normal(0, 20) : 350 * Math.sin(t / 3.1) + random.normal(0, 90)));
  const a = Array.from(
    { length: rows },
    (_, t) => spendOf(t) + (options.chasing ? 8 * Math.max(0, shocks[t - 1] ?? 0) : 0),
  );
  const b = options.twins
    ? a.map((value) => Math.max(0, 2 * value + random.normal(0, 10)))
    : Array.from({ length: rows }, () => Math.max(0, random.normal(300, 200)));
  const effectOf = (spend: number[], decay: number, size: number): number[] => {
    const scale = spendScale(spend);
    return Array.from(adstock(spend, decay), (level) => size * hill(level / scale, 0.7, 1.2));
  };
  const effects = [effectOf(a, 0.4, 380), effectOf(b, 0, 220)];
  const kpi = Array.from(
    { length: rows },
    (_, t) =>
      1000 +
      0.4 * t +
      60 * Math.sin((2 * Math.PI * t) / 52) +
      (effects[0]?.[t] ?? 0) +
      (effects[1]?.[t] ?? 0) +
      (shocks[t] ?? 0),
  );
  const periods = Array.from({ length: rows }, (_, t) => `period ${t + 1}`);
  return {
    input: { periods, channels: ['A', 'B'], series: [{ geo: 'ALL', kpi, spend: { A: a, B: b } }], seed: options.seed },
    truth: effects.map((effect) => effect.reduce((sum, value) => sum + value, 0)),
  };
}

function codesOf(fit: ResponseFit, channel: string): string[] {
  return fit.channels.find((entry) => entry.channel === channel)?.reasons.map((reason) => reason.code) ?? [];
}

describe('transforms', () => {
  it('keep adstock weights at a sum of one and the Hill curve between 0 and 1, rising', () => {
    let successes = 0;
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 0.95, noNaN: true }),
        fc.double({ min: 0.05, max: 5, noNaN: true }),
        fc.double({ min: 0.5, max: 4, noNaN: true }),
        fc.double({ min: 0, max: 50, noNaN: true }),
        (decay, k, s, u) => {
          expect(adstockWeights(decay).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
          const value = hill(u, k, s);
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1);
          expect(hill(u * 1.5 + 0.01, k, s)).toBeGreaterThanOrEqual(value);
          expect(hillSlope(u, k, s)).toBeGreaterThanOrEqual(0);
          successes += 1;
        },
      ),
      { seed: 7 },
    );
    console.log(`transforms: ${successes} random cases held`);
  });

  it('agree with values computed by hand', () => {
    expect(hill(0, 0.5, 2)).toBe(0);
    expect(hill(0.5, 0.5, 2)).toBeCloseTo(0.5, 12);
    expect(hill(1, 0.5, 2)).toBeCloseTo(0.8, 12);
    expect(hillSlope(1, 0.5, 2)).toBeCloseTo(0.32, 12);
    expect(Array.from(adstock([1, 0, 0], 0.5))[1]).toBeCloseTo(0.5 * (adstockWeights(0.5)[0] ?? 0), 12);
    expect(Array.from(adstock([3, 4], 0))).toEqual([3, 4]);
  });
});

describe('the screening fit', () => {
  it.skipIf(!existsSync(PYMC))('covers the published contributions of the two-channel example', () => {
    const [header, ...rows] = readFileSync(PYMC, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(','));
    const column = (name: string): number[] => rows.map((row) => Number(row[header!.indexOf(name)]));
    const fit = screenResponse({
      periods: rows.map((row) => row[0]!),
      channels: ['x1', 'x2'],
      notMoney: ['x1', 'x2'],
      series: [
        {
          geo: 'ALL',
          kpi: column('y'),
          spend: { x1: column('x1'), x2: column('x2') },
          controls: { event_1: column('event_1'), event_2: column('event_2') },
        },
      ],
    });
    const [x1, x2] = fit.channels;
    expect(x1!.contribution.lower).toBeLessThan(274_848);
    expect(x1!.contribution.upper).toBeGreaterThan(274_848);
    expect(x2!.contribution.lower).toBeLessThan(65_906);
    expect(x2!.contribution.upper).toBeGreaterThan(65_906);
    expect(x1!.adstockDecay.mean).toBeCloseTo(0.4, 1);
    expect(x2!.adstockDecay.mean).toBeCloseTo(0.2, 1);
    expect(x1!.roas).toBeNull();
  });

  it('covers the truth of simulated markets at about the stated rate, over seeds', () => {
    let covered = 0;
    let total = 0;
    let identified = 0;
    let silent = 0;
    for (let seed = 1; seed <= 4; seed += 1) {
      const market = createMarket({ seed, startDay: '2024-11-25', days: 728 });
      const fit = screenResponse({ ...weeklyResponseInput(market, 'QUALIFIED_LEADS'), seed });
      for (const channel of fit.channels) {
        const truth = market.truth.contribution(channel.channel, 'QUALIFIED_LEADS');
        const { lower, upper } = channel.contribution;
        const miss = Math.max(lower - truth, truth - upper, 0);
        total += 1;
        if (miss === 0) covered += 1;
        if (channel.identified) identified += 1;
        if (channel.identified && miss > 0.25 * truth) silent += 1;
      }
    }
    console.log(
      `simulated markets: 90 % intervals cover ${covered} of ${total}, ${identified} identified, ${silent} silent failures`,
    );
    expect(covered / total).toBeGreaterThanOrEqual(0.8);
    expect(identified / total).toBeGreaterThan(0.3);
    expect(silent / total).toBeLessThanOrEqual(0.1);
  }, 20_000);

  it('covers a two-channel truth and identifies it', () => {
    const { input, truth } = twoChannels({ seed: 3 });
    const fit = screenResponse(input);
    fit.channels.forEach((channel, m) => {
      expect(channel.reasons.map((reason) => reason.code)).toEqual([]);
      expect(channel.contribution.lower).toBeLessThan(truth[m]!);
      expect(channel.contribution.upper).toBeGreaterThan(truth[m]!);
    });
  });

  it('pools a panel of places with shared shapes', () => {
    const places = [1, 2, 3, 4].map((seed) => twoChannels({ seed, rows: 60 }));
    const series = places.map(({ input }, g) => ({ ...input.series[0]!, geo: `place ${g + 1}` }));
    const fit = screenResponse({ ...places[0]!.input, series });
    const truth = places.reduce((sum, place) => sum + place.truth[0]!, 0);
    expect(fit.geos).toBe(4);
    expect(fit.channels[0]!.contribution.lower).toBeLessThan(truth);
    expect(fit.channels[0]!.contribution.upper).toBeGreaterThan(truth);
  });

  it('names a steady channel, a correlated pair, a short series, a typing error and a chaser of demand', () => {
    expect(codesOf(screenResponse(twoChannels({ seed: 1, steady: true }).input), 'A')).toContain('SPEND_TOO_STEADY');

    const twins = screenResponse(twoChannels({ seed: 2, twins: true }).input);
    expect(codesOf(twins, 'B')).toContain('CORRELATED_CHANNELS');
    expect(twins.pairs[0]!.channels).toEqual(['A', 'B']);

    expect(codesOf(screenResponse(twoChannels({ seed: 3, rows: 20 }).input), 'A')).toContain('TOO_FEW_ROWS');

    const typo = twoChannels({ seed: 4 }).input;
    const spend = [...typo.series[0]!.spend['B']!];
    spend[40] = 20 * spend[41]! + 9000;
    const series = [{ ...typo.series[0]!, spend: { ...typo.series[0]!.spend, B: spend } }];
    const flagged = screenResponse({ ...typo, series });
    expect(codesOf(flagged, 'B')).toContain('SPEND_OUTLIER');
    expect(flagged.channels[1]!.reasons.map((reason) => reason.text).join(' ')).toContain('period 41');

    expect(codesOf(screenResponse(twoChannels({ seed: 5, chasing: true }).input), 'A')).toContain('DEMAND_CHASING');
  });

  it('gives the same bytes for the same seed, in its own thread as well, and others for another seed', async () => {
    const { input } = twoChannels({ seed: 6, rows: 60 });
    const here = JSON.stringify(screenResponse(input));
    expect(JSON.stringify(screenResponse(input))).toBe(here);
    expect(JSON.stringify(await fitScreening(input))).toBe(here);
    expect(JSON.stringify(screenResponse({ ...input, seed: 99 }))).not.toBe(here);
  });

  it('stops its thread when the signal aborts', async () => {
    const abort = new AbortController();
    const fit = fitScreening(twoChannels({ seed: 6 }).input, { signal: abort.signal });
    abort.abort();
    await expect(fit).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('refuses series that are not finite, negative, missing or of another length, and says where', async () => {
    const { input } = twoChannels({ seed: 7, rows: 40 });
    const base = input.series[0]!;
    const withKpi = (kpi: number[]): ResponseInput => ({ ...input, series: [{ ...base, kpi }] });
    expect(() => screenResponse(withKpi(base.kpi.map((value, t) => (t === 11 ? Number.NaN : value))))).toThrow(
      /KPI of "ALL" holds NaN in row 12/,
    );
    expect(() => screenResponse(withKpi(base.kpi.slice(1)))).toThrow(/39 rows, and there are 40 periods/);
    expect(() => screenResponse({ ...input, series: [{ ...base, spend: { A: base.spend['A']! } }] })).toThrow(
      /no spend series for B/,
    );
    const negative = base.spend['A']!.map((value, t) => (t === 3 ? -1 : value));
    await expect(
      fitScreening({ ...input, series: [{ ...base, spend: { ...base.spend, A: negative } }] }),
    ).rejects.toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringContaining('row 4') });
  });

  it('never lets a NaN out, whatever finite series come in', () => {
    let successes = 0;
    fc.assert(
      fc.property(
        fc.integer({ min: 8, max: 40 }),
        fc.infiniteStream(fc.double({ min: 0, max: 1e9, noNaN: true })),
        (rows, stream) => {
          const take = (): number[] => Array.from({ length: rows }, () => stream.next().value as number);
          const kpi = take().map((value) => value + 1);
          const fit = screenResponse({
            periods: take().map(String),
            channels: ['A', 'B'],
            series: [{ geo: 'ALL', kpi, spend: { A: take(), B: Array.from({ length: rows }, () => 0) } }],
            draws: 20,
          });
          expect(
            JSON.stringify(fit, (_, value: unknown) =>
              typeof value === 'number' && !Number.isFinite(value) ? 'NOT FINITE' : value,
            ),
          ).not.toContain('NOT FINITE');
          expect(codesOf(fit, 'B')).toContain('NO_SPEND');
          successes += 1;
        },
      ),
      { seed: 11, numRuns: 30 },
    );
    console.log(`no NaN: ${successes} random series held`);
  });
});

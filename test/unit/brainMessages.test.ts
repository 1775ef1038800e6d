/** Claims: comparisons match known answers, hold their error under peeking, find fatigue and audience traps, and forecasts cover what comes. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rankAudiences, type AudienceCounts } from '../../src/brain/audience.ts';
import { compareArms, splitPValue } from '../../src/brain/experiment.ts';
import { fatigueOf } from '../../src/brain/fatigue.ts';
import { forecastSeries } from '../../src/brain/forecast.ts';
import { compareMessages, correct } from '../../src/brain/message.ts';
import { seededRandom } from '../../src/kernel/random.ts';
import { createMarket } from '../../src/simulator/market.ts';
import { FATIGUED_MESSAGE_ID, TRAP_AUDIENCE_ID } from '../../src/simulator/demoTruth.ts';

const market = createMarket({ seed: 4, startDay: '2024-11-25', days: 728 });

describe('two arms', () => {
  it('agree with values computed by hand', () => {
    const control = { n: 1000, successes: 100 };
    const treatment = { n: 1000, successes: 120 };
    const fixed = compareArms(control, treatment, { method: 'fixed', difference: 'absolute' });
    // sqrt(.1 x .9 / 1000 + .12 x .88 / 1000)
    expect(fixed.standardError).toBeCloseTo(0.013_986, 6);
    expect(fixed.estimate).toBeCloseTo(0.02, 12);
    expect(fixed.pValue).toBeCloseTo(0.153, 3);
    expect(compareArms(control, treatment, { method: 'fixed' }).estimate).toBeCloseTo(0.2, 12);
    const sequential = compareArms(control, treatment, { difference: 'absolute' });
    const rho2 = (-2 * Math.log(0.05) + Math.log(1 - 2 * Math.log(0.05))) / 5000;
    const scaled = 2000 * rho2 + 1;
    const half = fixed.standardError! * Math.sqrt((2 * scaled * Math.log(Math.sqrt(scaled) / 0.05)) / (2000 * rho2));
    expect(sequential.upper! - sequential.estimate!).toBeCloseTo(half, 10);
    expect(sequential.upper! - sequential.lower!).toBeGreaterThan(fixed.upper! - fixed.lower!);
  });

  it('find a broken split, and say so where there is no variance', () => {
    expect(splitPValue(5000, 5000, 0.5)).toBeCloseTo(1, 6);
    expect(splitPValue(5000, 5400, 0.5)).toBeLessThan(0.001);
    expect(compareArms({ n: 50, successes: 0 }, { n: 50, successes: 0 }).error).toContain('varies');
    expect(() => compareArms({ n: 5, successes: 6 }, { n: 5, successes: 1 })).toThrow(/6 successes out of 5/);
  });

  it('keep false winners below alpha at any of 40 looks, where a repeated t test does not', () => {
    const trials = 300;
    let sequential = 0;
    let naive = 0;
    for (let seed = 0; seed < trials; seed += 1) {
      const random = seededRandom(seed).split('peeking');
      const arms = { control: { n: 0, successes: 0 }, treatment: { n: 0, successes: 0 } };
      let byInterval = false;
      let byTest = false;
      for (let look = 0; look < 40; look += 1) {
        for (const arm of [arms.control, arms.treatment]) {
          arm.n += 200;
          arm.successes += random.binomial(200, 0.1);
        }
        const result = compareArms(arms.control, arms.treatment, { difference: 'absolute' });
        byInterval ||= result.lower! > 0 || result.upper! < 0;
        byTest ||=
          compareArms(arms.control, arms.treatment, { method: 'fixed', difference: 'absolute' }).pValue! < 0.05;
      }
      sequential += byInterval ? 1 : 0;
      naive += byTest ? 1 : 0;
    }
    console.log(
      `peeking 40 times: always-valid ${(100 * sequential) / trials} % false winners, repeated t test ${((100 * naive) / trials).toFixed(1)} %`,
    );
    expect(sequential / trials).toBeLessThanOrEqual(0.05);
    expect(naive / trials).toBeGreaterThan(0.12);
  });
});

describe('several messages', () => {
  it('name a clear winner and leave a close race open', () => {
    const clear = compareMessages([
      { id: 'now', n: 20_000, successes: 400 },
      { id: 'new', n: 20_000, successes: 620 },
      { id: 'odd', n: 20_000, successes: 380 },
    ]);
    expect(clear.winnerId).toBe('new');
    expect(clear.arms.find((arm) => arm.id === 'new')!.verdict).toBe('BETTER');
    expect(clear.lossOfKeeping).toBeGreaterThan(0.3);
    const open = compareMessages([
      { id: 'now', n: 900, successes: 40 },
      { id: 'new', n: 900, successes: 47 },
    ]);
    expect(open.winnerId).toBeNull();
    expect(open.arms[1]!.verdict).toBe('UNDECIDED');
  });

  it('name nobody on a broken split or a handful of responses', () => {
    const arms = [
      { id: 'now', n: 20_000, successes: 400 },
      { id: 'new', n: 22_000, successes: 800 },
    ];
    expect(compareMessages(arms).winnerId).toBe('new');
    expect(compareMessages(arms, { expectedShares: { now: 0.5, new: 0.5 } })).toMatchObject({
      winnerId: null,
      reasons: [expect.stringContaining('broken')],
    });
    expect(
      compareMessages([
        { id: 'now', n: 100, successes: 2 },
        { id: 'new', n: 100, successes: 9 },
      ]).arms[1]!.verdict,
    ).toBe('TOO_FEW');
  });

  it('correct p values by Holm and by e-BH, never below the raw ones', () => {
    expect(
      correct(
        [
          { p: 0.01, logE: 0 },
          { p: 0.04, logE: 0 },
          { p: 0.03, logE: 0 },
        ],
        { alpha: 0.05, method: 'holm' },
      ),
    ).toEqual([0.03, 0.06, 0.06]);
    expect(
      correct(
        [
          { p: 1, logE: Math.log(70) },
          { p: 1, logE: 0 },
        ],
        { alpha: 0.05, method: 'ebh' },
      ),
    ).toEqual([0.05, 1]);
    let successes = 0;
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 8 }), (values) => {
        correct(
          values.map((p) => ({ p, logE: -Math.log(Math.max(p, 1e-300)) })),
          { alpha: 0.05, method: 'holm' },
        ).forEach((p, i) => expect(p).toBeGreaterThanOrEqual(values[i]!));
        successes += 1;
      }),
      { seed: 3 },
    );
    console.log(`Holm: ${successes} random sets held`);
  });

  it('give the same bytes for the same seed', () => {
    const arms = [
      { id: 'a', n: 500, successes: 25 },
      { id: 'b', n: 480, successes: 31 },
    ];
    expect(JSON.stringify(compareMessages(arms, { seed: 5 }))).toBe(JSON.stringify(compareMessages(arms, { seed: 5 })));
  });
});

describe('fatigue', () => {
  it('is found in the worn creative of the simulated market and not in a steady one', () => {
    const weekly = (messageId: string): { impressions: number; responses: number }[] => {
      const weeks = new Map<number, { impressions: number; responses: number }>();
      market.rows().forEach((row) => {
        if (row.table !== 'performance' || row.sourceKind !== 'PLATFORM' || row.message?.id !== messageId) return;
        const week = Math.floor(Date.parse(row.start) / 604_800_000);
        const sum = weeks.get(week) ?? { impressions: 0, responses: 0 };
        weeks.set(week, {
          impressions: sum.impressions + Number(row.counts.impressions ?? 0n),
          responses: sum.responses + Number(row.counts.clicks ?? 0n),
        });
      });
      return [...weeks].sort(([a], [b]) => a - b).map(([, sum]) => sum);
    };
    const worn = fatigueOf(weekly(FATIGUED_MESSAGE_ID));
    const steady = fatigueOf(weekly('msg-search-glare'));
    expect(worn).toMatchObject({ identified: true });
    if (worn.identified) {
      expect(worn.probabilityFalling).toBeGreaterThan(0.99);
      expect(worn.lastRate / worn.firstRate).toBeLessThan(0.6);
    }
    if (steady.identified) expect(steady.lastRate / steady.firstRate).toBeGreaterThan(0.85);
  });

  it('is not identified from a few periods', () => {
    expect(fatigueOf([{ impressions: 100, responses: 3 }])).toMatchObject({ identified: false });
  });
});

describe('audiences', () => {
  it('rank by cost of a qualified response: the click-bait audience of the market is flagged and never first', () => {
    const sums = new Map<string, { -readonly [K in keyof AudienceCounts]: AudienceCounts[K] }>();
    for (const row of market.rows()) {
      if (row.table !== 'performance' || !row.audience || row.channel === 'EMAIL') continue;
      const key = `${row.audience.id}|${row.channel}`;
      const sum = sums.get(key) ?? {
        audience: row.audience.id ?? '',
        parent: row.channel,
        reach: 0,
        click: 0,
        engaged: 0,
        qualified: 0,
        sale: 0,
        spend: 0,
      };
      sum.reach += Number(row.counts.impressions ?? 0n);
      sum.click = (sum.click ?? 0) + Number(row.counts.clicks ?? 0n);
      sum.engaged = (sum.engaged ?? 0) + Number(row.counts.engagedSessions ?? 0n);
      sum.qualified += Number(row.counts.qualifiedLeads ?? 0n);
      sum.sale = (sum.sale ?? 0) + Number(row.counts.sales ?? 0n);
      sum.spend += Number(row.money.spendMicros ?? 0n) / 1e6;
      sums.set(key, sum);
    }
    const { audiences } = rankAudiences([...sums.values()], { valuePerSale: 470 });
    const trap = audiences.find((audience) => audience.audience === TRAP_AUDIENCE_ID)!;
    expect(trap.trap).toBe(true);
    expect(trap.rank).toBe(audiences.length);
    expect(trap.clickLift!.mean).toBeGreaterThan(2);
    expect(audiences.filter((audience) => audience.trap)).toHaveLength(1);
  });

  it('never put a higher click rate first for its clicks, whatever the counts', () => {
    let successes = 0;
    fc.assert(
      fc.property(fc.integer({ min: 60, max: 400 }), fc.integer({ min: 3, max: 30 }), (qualified, factor) => {
        const honest = {
          audience: 'honest',
          reach: 100_000,
          click: 1000,
          engaged: 600,
          qualified,
          sale: 10,
          spend: 5000,
        };
        const bait = {
          ...honest,
          audience: 'bait',
          click: Math.min(60_000, 1000 * factor),
          qualified: Math.floor(qualified / 4),
        };
        expect(rankAudiences([bait, honest]).audiences[0]!.audience).toBe('honest');
        successes += 1;
      }),
      { seed: 2, numRuns: 20 },
    );
    console.log(`audience ranking: ${successes} random click-baits stayed second`);
  });

  it('shrink a tiny audience toward the others and say that its rank says little', () => {
    const big = { audience: 'big', reach: 50_000, click: 500, engaged: 300, qualified: 60, sale: 12, spend: 3000 };
    const tiny = { audience: 'tiny', reach: 40, click: 3, engaged: 3, qualified: 2, sale: 1, spend: 3 };
    const result = rankAudiences([big, { ...big, audience: 'other', qualified: 50 }, tiny]).audiences.find(
      (audience) => audience.audience === 'tiny',
    )!;
    expect(result.qualifiedRate.mean).toBeLessThan(2 / 40);
    expect(result.identified).toBe(false);
    expect(() => rankAudiences([{ ...tiny, reach: -1 }])).toThrow(/negative or no number/);
  });
});

describe('forecasts', () => {
  const series = (seed: number, length: number): number[] => {
    const random = seededRandom(seed).split('series');
    let wave = 0;
    return Array.from({ length }, (_, t) => {
      wave = 0.6 * wave + random.normal(0, 4);
      return 200 + 0.3 * t + 25 * Math.sin((2 * Math.PI * t) / 52) + wave + random.normal(0, 5);
    });
  };

  it('cover what comes at about the stated rate and beat repeating last year', () => {
    let covered = 0;
    let total = 0;
    let mase = 0;
    for (let seed = 1; seed <= 12; seed += 1) {
      const values = series(seed, 104 + 13);
      const forecast = forecastSeries({ values: values.slice(0, 104), horizon: 13, interval: 0.9 });
      if (!forecast.identified) throw new Error('expected a forecast');
      mase += forecast.backtest.mase / 12;
      forecast.points.forEach((point, h) => {
        total += 1;
        if (values[104 + h]! >= point.lower && values[104 + h]! <= point.upper) covered += 1;
      });
    }
    console.log(
      `forecasts: 90 % intervals cover ${((100 * covered) / total).toFixed(1)} % of ${total} points, mean MASE ${mase.toFixed(2)}`,
    );
    expect(covered / total).toBeGreaterThan(0.8);
    expect(mase).toBeLessThan(1);
  });

  it('replay to the byte, stay at zero for a dead series, and say when there is too little', () => {
    const values = series(3, 80);
    expect(JSON.stringify(forecastSeries({ values, horizon: 8 }))).toBe(
      JSON.stringify(forecastSeries({ values, horizon: 8 })),
    );
    const dead = forecastSeries({ values: Array.from({ length: 30 }, () => 0), horizon: 4 });
    if (dead.identified) dead.points.forEach((point) => expect(point.upper).toBeLessThan(1e-6));
    expect(forecastSeries({ values: [1, 2, 3], horizon: 2 })).toMatchObject({
      identified: false,
      reasons: [expect.stringContaining('3 values')],
    });
    expect(() => forecastSeries({ values: [...values, Number.NaN], horizon: 2 })).toThrow(/row 81/);
  });
});

/** Claims: allocations keep budget and bounds, are optimal on a grid, beat the present split where the truth is known, and verbs follow their rules. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocateBudget } from '../../src/brain/allocate.ts';
import type { ChannelDraws, ChannelFit, ResponseFit } from '../../src/brain/responseTypes.ts';
import { screenResponse } from '../../src/brain/response.ts';
import { channelVerbs, decideVerb, hurdleOf, type VerbEvidence } from '../../src/brain/verbs.ts';
import { createMarket } from '../../src/simulator/market.ts';
import { weeklyResponseInput } from '../../src/simulator/marketSeries.ts';

interface Curve {
  readonly spend: number;
  readonly effect: number;
  readonly k: number;
  readonly s: number;
  readonly identified?: boolean;
}

/** A fit whose draws are known curves, three of them a channel, a little apart. */
function fitOf(curves: readonly Curve[], residualSd = 10): ResponseFit {
  const estimate = { mean: 1, lower: 0.5, upper: 1.5 };
  const draws = curves.map((curve, m): ChannelDraws => ({
    channel: `C${m + 1}`,
    currentSpend: curve.spend,
    effect: [0.9, 1, 1.1].map((factor) => curve.effect * factor),
    decay: [0, 0, 0],
    halfSaturation: [curve.k, curve.k, curve.k],
    slope: [curve.s, curve.s, curve.s],
    contribution: [1, 1, 1],
    levels: { '0.00': { scaled: [0.8], weight: [1] } },
  }));
  const channels = draws.map((draw, m): ChannelFit => ({
    channel: draw.channel,
    contribution: estimate,
    share: estimate,
    roas: estimate,
    marginalRoas: estimate,
    adstockDecay: estimate,
    halfSaturation: estimate,
    slope: estimate,
    totalSpend: 1,
    currentSpend: draw.currentSpend,
    identified: curves[m]?.identified ?? true,
    reasons: curves[m]?.identified === false ? [{ code: 'MOSTLY_PRIOR', text: 'The data say little.' }] : [],
  }));
  return {
    method: 'screening',
    seed: 1,
    dataHash: '',
    interval: 0.9,
    rows: 104,
    geos: 1,
    kpiTotal: 1,
    kpiMean: 1,
    channels,
    pairs: [],
    draws,
    diagnostics: {
      rSquared: 1,
      durbinWatson: 2,
      residualSd,
      backtest: null,
      priorScale: 0.3,
      rHatMax: null,
      essMin: null,
      converged: null,
    },
  };
}

const curveArbitrary = fc.record({
  spend: fc.double({ min: 10, max: 1e5, noNaN: true }),
  effect: fc.double({ min: 0, max: 1e4, noNaN: true }),
  k: fc.constantFrom(0.3, 0.6, 1, 2),
  s: fc.constantFrom(0.8, 1.2, 2, 4),
});

describe('allocation', () => {
  it('spends the budget within the bounds and is no worse than the best grid point, S-shapes included', () => {
    let successes = 0;
    let worst = 0;
    fc.assert(
      fc.property(
        fc.array(curveArbitrary, { minLength: 2, maxLength: 6 }),
        fc.double({ min: 0.75, max: 1.25, noNaN: true }),
        (curves, ratio) => {
          const present = curves.reduce((sum, curve) => sum + curve.spend, 0) * 13;
          const result = allocateBudget({ fit: fitOf(curves), budget: present * ratio });
          const total = result.allocation.reduce((sum, channel) => sum + channel.proposed, 0);
          expect(Math.abs(total - result.budget) / result.budget).toBeLessThan(1e-6);
          for (const channel of result.allocation) {
            expect(channel.proposed).toBeGreaterThanOrEqual(channel.lower * (1 - 1e-9));
            expect(channel.proposed).toBeLessThanOrEqual(channel.upper * (1 + 1e-9));
          }
          expect(result.auditGap!).toBeLessThan(0.002);
          worst = Math.max(worst, result.auditGap!);
          successes += 1;
        },
      ),
      { seed: 5, numRuns: 60 },
    );
    console.log(`allocation: ${successes} random problems held, worst audit gap ${(100 * worst).toFixed(4)} %`);
  });

  it('never does worse than the present split of the same money', () => {
    let successes = 0;
    fc.assert(
      fc.property(fc.array(curveArbitrary, { minLength: 2, maxLength: 5 }), (curves) => {
        const result = allocateBudget({ fit: fitOf(curves) });
        expect(result.kpiDelta.mean).toBeGreaterThanOrEqual(
          -1e-6 * 13 * curves.reduce((sum, curve) => sum + curve.effect, 0),
        );
        successes += 1;
      }),
      { seed: 6, numRuns: 60 },
    );
    console.log(`no harm: ${successes} random problems held`);
  });

  it('gives two equal channels the same, and finds equal marginal returns in the inside', () => {
    const twin: Curve = { spend: 100, effect: 50, k: 1, s: 1.2 };
    const equal = allocateBudget({ fit: fitOf([twin, twin]), bounds: { min: 0.5, max: 2 } });
    expect(equal.allocation[0]!.proposed).toBeCloseTo(equal.allocation[1]!.proposed, 0);

    const uneven = allocateBudget({ fit: fitOf([twin, { ...twin, effect: 65 }]), bounds: { min: 0.2, max: 3 } });
    expect(uneven.allocation[0]!.marginalRoas! / uneven.allocation[1]!.marginalRoas!).toBeCloseTo(1, 2);
    expect(uneven.marginalRoasAtOptimum! / uneven.allocation[1]!.marginalRoas!).toBeCloseTo(1, 1);
  });

  it('keeps the share of a channel whose effect is not identified, unless told otherwise', () => {
    const curves: Curve[] = [
      { spend: 100, effect: 90, k: 1, s: 1, identified: false },
      { spend: 100, effect: 40, k: 1, s: 1 },
      { spend: 100, effect: 10, k: 1, s: 1 },
    ];
    const held = allocateBudget({ fit: fitOf(curves) });
    expect(held.allocation[0]).toMatchObject({ held: true, proposed: 1300 });
    expect(held.allocation[1]!.proposed).toBeGreaterThan(1300);
    const moved = allocateBudget({ fit: fitOf(curves), holdUnidentified: false });
    expect(moved.allocation[0]!.proposed).toBeGreaterThan(1300);
  });

  it('compares with the same split of a new total when asked, and refuses a budget that the bounds do not reach', () => {
    const fit = fitOf([
      { spend: 100, effect: 50, k: 1, s: 1 },
      { spend: 100, effect: 30, k: 1, s: 1 },
    ]);
    const doubled = allocateBudget({ fit, budget: 5200, reference: 'PROPORTIONAL' });
    expect(doubled.allocation.reduce((sum, channel) => sum + channel.proposed, 0)).toBeCloseTo(5200, 2);
    expect(() => allocateBudget({ fit, budget: 5200 })).toThrow(/allow 1820 to 3380/);
    expect(() => allocateBudget({ fit, budget: -1 })).toThrow(/cannot be allocated/);
    expect(() => allocateBudget({ fit, bounds: { min: 2, max: 1 } })).toThrow(/are none/);
  });

  it('trades mean for a better worst fifth under cvar20', () => {
    const safe: Curve = { spend: 100, effect: 50, k: 1, s: 1 };
    const fit = fitOf([safe, { ...safe, effect: 52 }]);
    const risky: ChannelDraws = { ...fit.draws[1]!, effect: [5, 52, 99] };
    const uncertain = { ...fit, draws: [fit.draws[0]!, risky] };
    const mean = allocateBudget({ fit: uncertain, bounds: { min: 0.3, max: 2 } });
    const careful = allocateBudget({ fit: uncertain, bounds: { min: 0.3, max: 2 }, risk: 'cvar20' });
    expect(careful.allocation[1]!.proposed).toBeLessThan(mean.allocation[1]!.proposed);
    expect(Math.min(...careful.kpiDeltaDraws)).toBeGreaterThan(Math.min(...mean.kpiDeltaDraws));
  });

  it('tells of the first periods only what carry-over lets show, and widens by what the model leaves out', () => {
    const fit = fitOf([
      { spend: 100, effect: 100, k: 1, s: 1 },
      { spend: 100, effect: 40, k: 1, s: 1 },
    ]);
    const slow = {
      ...fit,
      draws: fit.draws.map((draws) => ({
        ...draws,
        decay: [0.5, 0.5, 0.5],
        levels: { '0.50': draws.levels['0.00']! },
      })),
    };
    const quick = allocateBudget({ fit, periods: 4 });
    expect(quick.withinHorizon.mean).toBeCloseTo(quick.kpiDelta.mean, 9);
    const built = allocateBudget({ fit: slow, periods: 4 });
    // A carry-over of one half shows 1/2, 3/4, 7/8 and 15/16 of a lasting change: 49/64 in the mean.
    expect(built.withinHorizon.mean / built.kpiDelta.mean).toBeCloseTo(49 / 64, 6);
    const many = {
      ...fit,
      draws: fit.draws.map((draws) => ({
        ...draws,
        effect: Array.from({ length: 200 }, () => draws.effect[1]!),
        decay: Array(200).fill(0),
        halfSaturation: Array(200).fill(1),
        slope: Array(200).fill(1),
      })),
    };
    const width = (modelError: number): number => {
      const { lower, upper } = allocateBudget({ fit: many, modelError }).kpiDelta;
      return upper - lower;
    };
    expect(width(0)).toBeCloseTo(0, 6);
    expect(width(0.4)).toBeGreaterThan(1.5 * width(0.2));
    expect(width(0.2)).toBeGreaterThan(0);
  });

  it('gains on the true curves of simulated markets', () => {
    let gains = 0;
    for (const seed of [1, 2, 3]) {
      const market = createMarket({ seed, startDay: '2024-11-25', days: 728 });
      const { allocation } = allocateBudget({
        fit: screenResponse({ ...weeklyResponseInput(market, 'QUALIFIED_LEADS'), seed }),
      });
      const truth = (pick: 'current' | 'proposed'): number =>
        allocation.reduce((sum, channel) => sum + market.truth.response(channel.channel, channel[pick] / 91), 0);
      const gain = truth('proposed') / truth('current') - 1;
      console.log(`seed ${seed}: true gain of media-driven leads ${(100 * gain).toFixed(1)} %`);
      if (gain > 0) gains += 1;
    }
    expect(gains).toBe(3);
  }, 20_000);
});

describe('verbs', () => {
  const evidence: VerbEvidence = {
    identified: true,
    identificationReasons: [],
    hurdle: 1.5,
    probabilityScalePays: 0.5,
    probabilityBelowHurdle: 0.5,
    probabilityOfGain: 0.5,
    probabilityLosesOverall: 0.5,
    test: null,
    context: {},
  };
  const test = { evpi: 900, evsi: 500, cost: 100, standardError: 1, design: '' };

  it('follow the rules, and say why in words with figures', () => {
    expect(decideVerb('C', { ...evidence, probabilityScalePays: 0.95, probabilityOfGain: 0.9 }).verb).toBe('SCALE');
    expect(decideVerb('C', { ...evidence, probabilityBelowHurdle: 0.95, probabilityLosesOverall: 0.95 }).verb).toBe(
      'PAUSE',
    );
    expect(
      decideVerb('C', {
        ...evidence,
        probabilityBelowHurdle: 0.95,
        probabilityLosesOverall: 0.95,
        context: { protectedWindow: true },
      }),
    ).toMatchObject({ verb: 'HOLD' });
    expect(decideVerb('C', { ...evidence, probabilityBelowHurdle: 0.95, probabilityLosesOverall: 0.2 })).toMatchObject({
      verb: 'HOLD',
      reasons: [expect.stringContaining('95%'), expect.stringContaining('do not pause')],
    });
    expect(decideVerb('C', { ...evidence, context: { fatigueProbability: 0.97 } }).verb).toBe('REVISE');
    expect(decideVerb('C', { ...evidence, context: { messageLoss: 0.06 } }).verb).toBe('REVISE');
    expect(decideVerb('C', { ...evidence, test }).verb).toBe('TEST');
    expect(decideVerb('C', evidence).verb).toBe('HOLD');
  });

  it('abstain with the reason where nothing is identified or no value is known', () => {
    const unclear = {
      ...evidence,
      identified: false,
      identificationReasons: ['The data say little.'],
      probabilityScalePays: 0.99,
      probabilityOfGain: 0.99,
    };
    expect(decideVerb('C', unclear)).toMatchObject({ verb: 'HOLD', reasons: ['The data say little.'] });
    expect(decideVerb('C', { ...unclear, test }).verb).toBe('TEST');
    expect(decideVerb('C', { ...evidence, hurdle: null }).reasons[0]).toContain('No value of a KPI unit');
    expect(hurdleOf({})).toBeNull();
    expect(hurdleOf({ revenueKpi: true, margin: 0.5 })).toBe(2);
    expect(hurdleOf({ valuePerKpi: 100, margin: 0.6 })).toBeCloseTo(1 / 60, 12);
  });

  it('read a fit: a strong channel scales, a hopeless one pauses, an unknown one is tested or held', () => {
    const fit = fitOf([
      { spend: 100, effect: 4000, k: 1, s: 1 },
      { spend: 100, effect: 20, k: 1, s: 1 },
      { spend: 100, effect: 400, k: 1, s: 1, identified: false },
    ]);
    const verbs = channelVerbs(fit, { hurdle: 1 });
    expect(verbs.map((verdict) => verdict.verb).slice(0, 2)).toEqual(['HOLD', 'HOLD']);
    // Three draws cannot carry nine in ten: with as many as a fit keeps, the same curves decide.
    const many = {
      ...fit,
      draws: fit.draws.map((draws) => ({
        ...draws,
        effect: Array.from({ length: 60 }, (_, j) => draws.effect[j % 3]!),
        decay: Array.from({ length: 60 }, () => 0),
        halfSaturation: Array.from({ length: 60 }, () => 1),
        slope: Array.from({ length: 60 }, () => 1),
      })),
    };
    expect(
      channelVerbs(many, { hurdle: 1 })
        .map((verdict) => verdict.verb)
        .slice(0, 2),
    ).toEqual(['SCALE', 'PAUSE']);
    expect(['TEST', 'HOLD']).toContain(channelVerbs(many, { hurdle: 1 })[2]!.verb);
  });
});

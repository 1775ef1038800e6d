/** Claim: a forecast is scored by proper rules, and what it is held against comes from the past by a method that was rated on the past. */
import { describe, expect, it } from 'vitest';
import { baselineLevel } from '../../src/outcomes/baseline.ts';
import { judgedInterval, scoreAgainst } from '../../src/outcomes/score.ts';
import { normalQuantile } from '../../src/brain/distributions.ts';
import type { Forecast, Recommendation } from '../../src/domain/recommendations.ts';
import { learningOf } from '../../src/orchestration/followUp.ts';
import type { ForecastView, RecommendationView } from '../../src/useCases/recommendations.ts';
import { measuredForecasts } from '../../src/useCases/report/measuredForecasts.ts';
import { outcomeText } from '../../src/useCases/report/measuredHtml.ts';
import { seededRandom } from '../../src/kernel/random.ts';

const normalForecast = (mean: number, sd: number) => ({
  quantity: 'DELTA' as const,
  mean,
  probabilityOfGain: 0.9,
  intervals: [0.5, 0.8, 0.95].map((level) => ({
    level,
    lower: mean - sd * normalQuantile((1 + level) / 2),
    upper: mean + sd * normalQuantile((1 + level) / 2),
  })),
});

describe('a score', () => {
  it('is given with the interval that reports show beside it', () => {
    const forecast = normalForecast(1643, 150);
    const judged = judgedInterval(forecast.intervals[1]!, forecast.mean, 1500);
    expect(judged.upper - judged.lower).toBeGreaterThan(10 * 2 * 150);
    for (const [observed, inside] of [
      [judged.lower - 1, false],
      [judged.lower + 1, true],
      [judged.upper - 1, true],
      [judged.upper + 1, false],
    ] as const)
      expect(scoreAgainst(forecast, { observed, baselineSd: 1500, naive: 0 }).agrees80).toBe(inside);
  });

  it('tells which intervals held', () => {
    const forecast = normalForecast(100, 10);
    expect(scoreAgainst(forecast, { observed: 111, baselineSd: 0, naive: 0 })).toMatchObject({
      inside50: false,
      inside80: true,
      inside95: true,
      error: 11,
      widened: false,
      naiveAbsoluteError: 111,
    });
    expect(scoreAgainst({ ...forecast, intervals: [] }, { observed: 111, baselineSd: 0, naive: null })).toMatchObject({
      inside80: null,
      naiveAbsoluteError: null,
    });
  });

  it('never counts an outcome as inside the forecast\u2019s own interval because the comparison is coarse', () => {
    expect(scoreAgainst(normalForecast(100, 10), { observed: 120, baselineSd: 0, naive: 0 })).toMatchObject({
      inside80: false,
      agrees80: false,
    });
    expect(scoreAgainst(normalForecast(100, 10), { observed: 120, baselineSd: 20, naive: 0 })).toMatchObject({
      inside80: false,
      inside95: false,
      agrees80: true,
      widened: true,
    });
  });

  it('keeps the interval that it judged by, and says whether the comparison can tell the forecast from no effect', () => {
    const sharp = scoreAgainst(normalForecast(100, 10), { observed: 90, baselineSd: 20, naive: 0 });
    expect(sharp).toMatchObject({ inside80: true, agrees80: true, tellsFromNothing: true });
    expect(sharp.judged80?.lower).toBeCloseTo(100 - 1.2816 * Math.hypot(10, 20), 1);
    const coarse = scoreAgainst(normalForecast(100, 10), { observed: -80, baselineSd: 200, naive: 0 });
    expect(coarse).toMatchObject({ inside80: false, agrees80: true, tellsFromNothing: false });
    expect(coarse.comparisonError80).toBeCloseTo(256.3, 1);
  });

  it('has a CRPS near that of the normal distribution it approximates, and a Brier score of the chance of gain', () => {
    // Exact CRPS of N(0, 1) at 0.5 is 0.331 (Gneiting and Raftery 2007, equation 21).
    expect(scoreAgainst(normalForecast(0, 1), { observed: 0.5, baselineSd: 0, naive: 0 }).crps).toBeCloseTo(0.331, 1);
    expect(scoreAgainst(normalForecast(0, 1), { observed: 0.5, baselineSd: 0, naive: 0 }).brier).toBeCloseTo(0.01, 9);
    expect(scoreAgainst(normalForecast(0, 1), { observed: -0.5, baselineSd: 0, naive: 0 }).brier).toBeCloseTo(0.81, 9);
  });

  it('is best in expectation for the forecast that is true', () => {
    const random = seededRandom(3);
    const draws = Array.from({ length: 2000 }, () => random.normal(10, 2));
    const mean = (sd: number, at = 10): number =>
      draws.reduce(
        (sum, observed) => sum + scoreAgainst(normalForecast(at, sd), { observed, baselineSd: 0, naive: 0 }).crps,
        0,
      ) / draws.length;
    expect(mean(2)).toBeLessThan(mean(0.5));
    expect(mean(2)).toBeLessThan(mean(8));
    expect(mean(2)).toBeLessThan(mean(2, 13));
  });
});

describe('what is told of a score', () => {
  const told = (observed: number, baselineSd: number) => {
    const forecast = {
      ...normalForecast(966, 135),
      kpi: 'QUALIFIED_LEADS',
      unit: 'COUNT',
      horizonDays: 28,
      from: '2026-10-26',
      to: '2026-11-22',
      method: 'screening',
      evidenceId: 'e',
    } as Forecast;
    const score = scoreAgainst(forecast, { observed, baselineSd, naive: 0 });
    const card = { verb: 'SHIFT', target: { type: 'goal', id: 'g', name: 'Budget' } } as Recommendation;
    const scored = {
      forecastId: 'f',
      recommendationId: 'r',
      forecast,
      observed,
      inside80: score.inside80,
      tier: 'OBSERVED',
      score,
      baselineMethod: 'recent-level',
    };
    const view = { ...forecast, observed, baselineSd, score, state: 'SCORED' } as unknown as ForecastView;
    const row = { id: 'r', verb: 'SHIFT', targetName: 'Budget' } as RecommendationView;
    return {
      learning: learningOf(card, scored, 'r'),
      report: measuredForecasts([{ card: row, forecasts: [view] }])[0]!,
    };
  };

  it('is inside only by the forecast\u2019s own interval, and not told apart where only the comparison\u2019s error reaches it', () => {
    const coarse = told(-810, 1500);
    expect(coarse.learning.insideInterval).toBe(false);
    expect(coarse.learning.statement).toContain('cannot be told apart');
    expect(coarse.report.verdict).toBe('NOT_TOLD_APART');
    expect(outcomeText(coarse.report)).toMatch(/outside its own 80% interval of .*: not told apart\.$/);
    expect(told(1300, 300).learning.statement).toContain('agrees with it only with the error of the comparison');
    expect(told(1000, 10).report.verdict).toBe('INSIDE');
    expect(told(-810, 10).report.verdict).toBe('OUTSIDE');
  });
});

describe('the level without a change', () => {
  it('is the recent level of a steady series, with the error that it made before', () => {
    const random = seededRandom(5);
    const level = baselineLevel(
      Array.from({ length: 40 }, () => 100 + random.normal(0, 5)),
      28,
    );
    expect(level?.method).toBe('recent-level');
    expect(level?.level).toBeGreaterThan(380);
    expect(level?.level).toBeLessThan(420);
    expect(level?.sd).toBeGreaterThan(4);
    expect(level?.sd).toBeLessThan(25);
  });

  it('follows the season where last year shows one', () => {
    const seasonal = Array.from({ length: 117 }, (_, week) => 100 + 60 * Math.sin((2 * Math.PI * week) / 52));
    const truth = [117, 118, 119, 120].reduce((sum, week) => sum + 100 + 60 * Math.sin((2 * Math.PI * week) / 52), 0);
    const level = baselineLevel(seasonal, 28);
    expect(level?.method).toBe('recent-level-seasonal');
    expect(Math.abs((level?.level ?? 0) / truth - 1)).toBeLessThan(0.05);
  });

  it('is not told from less than eight weeks', () => {
    expect(baselineLevel([1, 2, 3], 28)).toBeNull();
  });
});

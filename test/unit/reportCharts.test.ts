/** Charts of reports: every interval is seen, also one that is far wider than the others. */
import { describe, expect, test } from 'vitest';
import type { Chart } from '../../src/domain/artifacts/shape.ts';
import { chartFigure, cutOf } from '../../src/useCases/report/charts.ts';

function intervalChart(values: number[], lower: number[], upper: number[]): Chart {
  return {
    title: 'What the next unit of spend is estimated to add',
    form: 'INTERVAL',
    unit: 'RATIO',
    evidenceId: '0198c0de-0000-7000-8000-000000000000',
    path: 'channels',
    x: values.map((_value, i) => `Channel ${i}`),
    series: [{ name: 'Marginal return', values, lower, upper }],
  };
}

/** Numbers on the value axis of the wide drawing. */
function axisNumbers(html: string): number[] {
  const wide = html.slice(0, html.indexOf('class="narrow"'));
  return [...wide.matchAll(/<text[^>]*>([\d,.]+)<\/text>/g)].map((found) => Number(found[1]?.replaceAll(',', '')));
}

describe('charts of reports', () => {
  test('the axis reaches to the end of the widest interval, so that none is dropped', async () => {
    const chart = intervalChart([7.41, 5.35, 5.01], [1.38, 2.13, 3], [15.14, 9.84, 7]);
    const html = await chartFigure(chart, 'Next unit adds');
    expect(cutOf(chart)).toBeNull();
    expect(Math.max(...axisNumbers(html))).toBeGreaterThanOrEqual(15.14);
    expect(html).toContain('Next unit adds');
    // Each interval is a line and two ends, in both drawings.
    expect(html.match(/stroke="#0072B2"/g)?.length).toBeGreaterThanOrEqual(2 * 3 * 3);
  });

  test('an interval that would squeeze all others ends in an arrow with its number', async () => {
    const chart = intervalChart([1, 2], [0.5, 1.5], [1.5, 400]);
    expect(cutOf(chart)).toEqual({ from: 0, to: 8 });
    expect(await chartFigure(chart)).toContain('to 400');
  });

  test('a cut axis still holds every value, also one that has no interval', () => {
    const chart = intervalChart([10], [5], [40_000]);
    const observed = { name: 'Observed', values: [-5000] };
    expect(cutOf({ ...chart, series: [...chart.series, observed] })).toEqual({ from: -5000, to: 20_000 });
  });

  test('names of rows stand whole, and the title is text of the page', async () => {
    const chart = { ...intervalChart([1], [0.5], [2]), x: ['Facilities and workplace leaders'] };
    const html = await chartFigure(chart);
    expect(html.slice(0, html.indexOf('class="narrow"'))).toContain('>Facilities and workplace leaders<');
    expect(html).toContain('<figcaption>What the next unit of spend is estimated to add</figcaption>');
  });
});

/** Claim: the paid-media analysis values a KPI unit by what the file states, and speaks only of the channels that it can judge. */
import { describe, expect, it } from 'vitest';
import { hurdleOf, statedTotals } from '../../src/agents/hurdle.ts';
import { composeMedia, type MediaFacts } from '../../src/agents/paidMedia/compose.ts';
import type { ChannelReturn } from '../../src/domain/artifacts/paidMediaAnalysis.ts';
import type { Figure } from '../../src/domain/evidence.ts';

const place = (kpi: readonly number[], controls: Readonly<Record<string, readonly number[]>>) => ({
  geo: 'ALL',
  kpi,
  spend: {},
  controls,
});

describe('the value of a conversion', () => {
  it('is the mean of a control that states it, each period weighed by its conversions, over all places', () => {
    const series = [
      place([100, 300], { REVENUE_PER_CONVERSION: [2, 4] }),
      place([100, 0], { REVENUE_PER_CONVERSION: [6, 99] }),
    ];
    const stated = statedTotals({ kpi: 'CONVERSIONS' }, { series });
    expect(stated).toEqual({ control: 'REVENUE_PER_CONVERSION', kpi: 500, revenue: 2000 });
    expect(hurdleOf({ kpi: 'CONVERSIONS' }, stated ?? { kpi: null, revenue: null }).valuePerKpi).toBe(4);
  });

  it('is not made up where no control names it, nor where one place lacks it', () => {
    expect(statedTotals({ kpi: 'CONVERSIONS' }, { series: [place([1], { SENTIMENT: [1] })] })).toBeNull();
    const series = [place([1], { REVENUE_PER_CONVERSION: [1] }), place([1], {})];
    expect(statedTotals({ kpi: 'CONVERSIONS' }, { series })).toBeNull();
  });
});

const figure = (value: number, unit: string, spread = 0): Figure => ({
  label: 'a figure',
  value,
  unit,
  lower: spread ? value - spread : null,
  upper: spread ? value + spread : null,
  interval: spread ? 0.9 : null,
  evidenceId: 'e',
  path: 'p',
});

const channel = (name: string, next: number, identified: boolean): ChannelReturn => ({
  channel: name,
  spend: figure(1000, 'EUR'),
  spendPerWeek: figure(125, 'EUR'),
  attributedReturn: null,
  incrementalReturn: figure(next / 2, 'EUR', 0.25),
  marginalReturn: figure(next, 'EUR', 0.5),
  contribution: null,
  identified,
  reasons: identified ? [] : [`The interval of ${name} is too wide.`],
  saturation: null,
  halfLifeDays: null,
  tier: 'OBSERVED',
});

const window = { from: '2024-01-01', to: '2024-02-25' };
const facts = (changed: Partial<MediaFacts>): MediaFacts => ({
  goal: {
    kpi: 'REVENUE',
    kpiWords: 'revenue',
    unit: 'EUR',
    target: 1,
    window,
    budget: 'EUR 1.00',
    market: 'ALL',
    text: '',
    constraints: [],
  },
  stale: '',
  window,
  fitWindow: window,
  returnPer: 'EUR 1',
  totalSpend: figure(3000, 'EUR'),
  channels: [],
  wasted: [],
  fatigued: [],
  findings: [],
  tracking: [],
  confounders: [],
  test: null,
  hurdle: { margin: figure(0.6, 'SHARE'), value: figure(1, 'EUR'), valuePer: 'each of the', control: null },
  rising: [],
  checksFailed: [],
  levels: { estimates: 0.9, forecasts: 0.8 },
  ...changed,
});

describe('the words of the analysis', () => {
  it('compare only channels that can be judged, say so, and give money its unit', () => {
    const channels = [channel('PRINT', 5.35, true), channel('SEARCH', 5.01, false), channel('TV', 7.41, true)];
    expect(composeMedia(facts({ channels })).summary).toContain(
      'Of the 2 channels that can be judged, the next EUR 1 is estimated to add most at TV, EUR 7.41 of revenue (90% interval EUR 6.91 to EUR 7.91), and least at Print, EUR 5.35 of revenue',
    );
    const one = composeMedia(facts({ channels: channels.slice(0, 2) })).summary;
    expect(one).toContain('Only Print can be judged from these data');
  });

  it('say where the value of a KPI unit comes from, or that there is none', () => {
    const goal = { ...facts({}).goal, kpi: 'CONVERSIONS', kpiWords: 'conversions', unit: 'COUNT' };
    const hurdle = { ...facts({}).hurdle, value: figure(35.01, 'EUR'), valuePer: '1,000' };
    const stated = composeMedia(facts({ goal, hurdle: { ...hurdle, control: 'REVENUE_PER_CONVERSION' } })).caveats;
    expect(stated.join(' ')).toContain('EUR 35.01 of revenue for 1,000 conversions');
    expect(stated.join(' ')).toContain('REVENUE_PER_CONVERSION');
    expect(composeMedia(facts({ goal, hurdle: { ...hurdle, value: null } })).caveats.join(' ')).toContain(
      'neither revenue nor a value for conversions',
    );
  });

  it('explain a next unit above the average one', () => {
    const rising = [{ channel: 'OOH', why: 'LOWER_SPEND' as const }];
    const returns = composeMedia(facts({ channels: [channel('OOH', 1, true)], rising })).sections[0];
    expect(returns?.points.join(' ')).toMatch(/At OOH the next EUR 1 .* lies below its mean/);
  });
});

/** The grounding check: numbers in prose are traced to figures and facts, and nothing else passes. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Figure } from '../../src/domain/evidence.ts';
import { traceFigures } from '../../src/models/figureTrace.ts';
import { checkArtifact, checkProse, groundingAdvice } from '../../src/models/grounding.ts';
import { numberMentions } from '../../src/models/numberMentions.ts';
import {
  changeText,
  chanceText,
  exactText,
  clip,
  figureText,
  hedgeText,
  listText,
  numberText,
  sentence,
} from '../../src/models/phrases.ts';

const figure = (value: number, unit: string, more: Partial<Figure> = {}): Figure => ({
  label: 'x',
  value,
  unit,
  lower: null,
  upper: null,
  interval: null,
  evidenceId: 'e1',
  path: 'value',
  ...more,
});
const figures = [
  figure(0.1234, 'SHARE'),
  figure(1_234_567, 'EUR', { lower: 980_000, upper: 1_510_000, interval: 0.9 }),
  figure(-0.081, 'SHARE'),
  figure(2.31, 'RATIO'),
  figure(28, 'DAYS'),
  figure(11_987, 'COUNT'),
];
const facts = {
  campaigns: ['a', 'b', 'c'],
  budgetMicros: '250000000000',
  currency: 'EUR',
  window: { from: '2026-01-05', to: '2026-02-01' },
  product: 'The free trial runs 14 days at 99.95 % uptime.',
};
const faults = (text: string): string[] =>
  checkProse(text, { figures, facts }).unsupported.map((n) => `${n.quote.trim()} ${n.fault}`);

describe('supported', () => {
  test.each([
    'Revenue rose 12.3% in the window.',
    'Der Umsatz stieg um 12,3 %.',
    'It brought EUR 1.2 million.',
    'It brought \u20ac1.23m (90% interval EUR 980,000 to EUR 1,510,000).',
    'It brought 1.234.567 \u20ac.',
    'CPA fell by 8.1 percent.',
    'CPA changed by -8.1%.',
    'The return was 2.3x the spend.',
    'Over 28 days, that is 4 weeks, it held.',
    'About 12,000 clicks came in.',
    'All 3 campaigns ran.',
    'Three of the campaigns carried it.',
    'From 2026-01-05 to 1 February 2026, and in 2025, nothing changed.',
    'See GA4, B2B, Q3 2026, step 2, variant 3, Article 50 and 16 CFR 255.5 (the 2nd rule), #12.',
    'The budget is EUR 250,000.',
    'The trial runs 14 days with 99.95% uptime.',
    '1. First point\n2. Second point',
    'Mail 24/7 at 09:30 to a3@example.org or https://example.org/2?x=9.',
  ])('%s', (text) => expect(faults(text)).toEqual([]));
});

describe('not supported', () => {
  test.each([
    ['Revenue rose 13.4% in the window.', '13.4% NO_SOURCE'],
    ['It brought EUR 1.3 million.', 'EUR 1.3 million NO_SOURCE'],
    ['It brought $1.2 million.', '$1.2 million OTHER_UNIT'],
    ['CPA rose by 8.1%.', '8.1% OPPOSITE_DIRECTION'],
    ['CPA changed by +8.1%.', '+8.1% OPPOSITE_DIRECTION'],
    ['We got 12,000 clicks.', '12,000 NO_SOURCE'],
    ['The return tripled.', 'tripled OTHER_UNIT'],
    ['Half of all buyers came back.', 'Half of NO_SOURCE'],
    ['Up twenty percent.', 'twenty percent NO_SOURCE'],
    ['It took 31 days.', '31 days NO_SOURCE'],
    ['28% of buyers.', '28% OTHER_UNIT'],
    ['2500 clicks more', '2500 NO_SOURCE'],
    ['It weighs 5kg.', '5 NO_SOURCE'],
  ])('%s', (text, fault) => expect(faults(text)).toEqual([fault]));
});

test('spans are half-open offsets into the text as it stands', () => {
  const text = 'Gr\u00fc\u00dfe \u{1F44B}: +13.4% mehr';
  const [number] = checkProse(text, { figures }).unsupported;
  expect(text.slice(number!.span.start, number!.span.end)).toBe('+13.4%');
});

test('an artifact is checked leaf by leaf, numbers too, references not', () => {
  const report = checkArtifact(
    {
      id: 'run-77',
      title: 'Up 12.3%',
      items: [
        { text: 'Gain of 55%', score: 2.31 },
        { text: 'ok', score: 7.5 },
      ],
      from: '2026-01-05',
    },
    { figures },
  );
  expect(report.numbers).toBe(4);
  expect(report.unsupported.map((n) => [n.path, n.quote])).toEqual([
    ['items.0.text', '55%'],
    ['items.1.score', '7.5'],
  ]);
  expect(groundingAdvice(report)).toContain('items.0.text: "55%"');
});

test('whatever the phrases write of a figure is traced back to it', () => {
  const unit = fc.constantFrom('SHARE', 'RATIO', 'DAYS', 'COUNT', 'EUR', 'JPY');
  const value = fc.oneof(
    fc.double({ min: -5, max: 5, noNaN: true }),
    fc.double({ min: -5e9, max: 5e9, noNaN: true }),
    fc.integer({ min: 0, max: 5000 }),
  );
  fc.assert(
    fc.property(value, value, value, unit, (mid, lower, upper, of) => {
      const one = figure(mid, of, { lower, upper, interval: 0.9 });
      expect(checkProse(`It is ${figureText(one)}.`, { figures: [one] }).unsupported).toEqual([]);
      if (of === 'SHARE') expect(checkProse(`It is ${changeText(mid)}.`, { figures: [one] }).unsupported).toEqual([]);
    }),
    { numRuns: 400, seed: 5 },
  );
});

test('a number changed by one in its last place is never supported', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9998 }), (n) => {
      expect(
        checkProse(`It is ${((n + 1) / 10).toFixed(1)}%.`, { figures: [figure(n / 1000, 'SHARE')] }).unsupported,
      ).toHaveLength(1);
    }),
    { numRuns: 300, seed: 6 },
  );
});

test('figures are read again in the bytes of their evidence', () => {
  const evidence = new Map([['e1', { output: { rows: [['SEARCH', '12.5']], spendMicros: '3000000' } }]]);
  const ok = [figure(12.5, 'COUNT', { path: 'rows.0.1' }), figure(3, 'EUR', { path: 'spendMicros' })];
  expect(traceFigures(ok, evidence)).toEqual([]);
  const bad = [
    figure(13, 'COUNT', { path: 'rows.0.1' }),
    figure(1, 'COUNT', { path: 'rows.9.1' }),
    figure(1, 'COUNT', { evidenceId: 'e2' }),
    figure(1, 'COUNT', { path: 'constructor' }),
  ];
  expect(traceFigures(bad, evidence).map((f) => f.reason.slice(0, 12))).toEqual([
    'The evidence',
    'There is no ',
    'There is no ',
    'There is no ',
  ]);
});

test('phrases read as people write', () => {
  expect(numberText(1_234_567, 'EUR')).toBe('EUR 1.23 million');
  expect(numberText(-950.5, 'EUR')).toBe('EUR \u2212950.50');
  expect(numberText(0.0456, 'SHARE')).toBe('4.56%');
  expect(changeText(-0.2)).toBe('down 20.0%');
  expect(changeText(0.00001)).toBe('unchanged');
  expect(chanceText(0.93)).toBe('very likely (93%)');
  expect(chanceText(1)).toBe('virtually certain (over 99%)');
  expect(exactText(1_234_567, 'EUR')).toBe('EUR 1,234,567');
  expect(listText(['a', 'b', 'c'])).toBe('a, b and c');
  expect(sentence(hedgeText({ tier: 'OBSERVED', identified: false, reasons: ['spend never moved'] }), 'a gain')).toBe(
    'The data cannot tell this effect apart from others (spend never moved); at best they suggest a gain.',
  );
  expect(clip('Plan, prove and learn with every campaign', 24)).toBe('Plan, prove and learn');
});

test('a reading of a long hostile text stays fast', () => {
  const text = `${'1,'.repeat(20_000)} ${'9 '.repeat(20_000)}`;
  const started = performance.now();
  numberMentions(text);
  expect(performance.now() - started).toBeLessThan(3000);
});

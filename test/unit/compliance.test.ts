/** The rule catalogue and its reviewer: measured on a corpus, exact in its spans, careful with evidence. */
import { describe, expect, test } from 'vitest';
import { findingCategories, findingSchema, type ClaimRecord, type ReviewInput } from '../../src/domain/compliance.ts';
import { catalogue } from '../../src/compliance/catalogue/catalogue.ts';
import { needsRegulatedClaimGate } from '../../src/compliance/gate.ts';
import { review } from '../../src/compliance/review.ts';
import { corpus } from './complianceCorpus.ts';

const input = (text: string, more: Partial<ReviewInput> = {}): ReviewInput => ({
  id: 't',
  text,
  channel: 'WEB',
  market: 'US',
  industry: 'software',
  today: '2026-06-01',
  ...more,
});
const categories = (text: string, more: Partial<ReviewInput> = {}): string[] =>
  [...new Set(review(input(text, more)).map((f) => f.category))].toSorted();

test('the catalogue holds at least 35 rules over every category that rules can find, with unique ids', () => {
  expect(catalogue.length).toBeGreaterThanOrEqual(35);
  expect(new Set(catalogue.map((rule) => rule.id)).size).toBe(catalogue.length);
  const covered = new Set<string>(catalogue.map((rule) => rule.category));
  expect(findingCategories.filter((category) => !covered.has(category))).toEqual(['BRAND_RULE']);
});

test('on the corpus precision and recall of categories stay above their floors', () => {
  let hits = 0;
  let alarms = 0;
  let misses = 0;
  const wrong: string[] = [];
  for (const [text, expected, where] of corpus) {
    const found = categories(text, where);
    hits += found.filter((category) => (expected as readonly string[]).includes(category)).length;
    const extra = found.filter((category) => !(expected as readonly string[]).includes(category));
    const missing = expected.filter((category) => !found.includes(category));
    alarms += extra.length;
    misses += missing.length;
    if (extra.length + missing.length > 0)
      wrong.push(`${text.slice(0, 70)}: extra ${extra.join()} missing ${missing.join()}`);
  }
  const precision = hits / (hits + alarms);
  const recall = hits / (hits + misses);
  console.log(
    `compliance corpus: ${corpus.length} texts, precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}\n${wrong.join('\n')}`,
  );
  expect(precision).toBeGreaterThanOrEqual(0.95);
  expect(recall).toBeGreaterThanOrEqual(0.95);
});

test('every finding is whole and quotes its span exactly', () => {
  for (const [text, , where] of corpus) {
    for (const finding of review(input(text, where))) {
      expect(findingSchema.parse(finding).quote).toBe(text.slice(finding.span.start, finding.span.end));
      expect(finding.quote).not.toBe('');
      expect(finding.lawRef).not.toBe('');
    }
  }
});

describe('disguises', () => {
  test.each([
    ['\u{1F525} Gu\u200bar\u00adanteed results', 'Gu\u200bar\u00adanteed'],
    ['ｇｕａｒａｎｔｅｅｄ results', 'ｇｕａｒａｎｔｅｅｄ'],
    ['it is g u a r a n t e e d here', 'g u a r a n t e e d'],
    ['gu@r@nteed results', 'gu@r@nteed'],
    ['e\u0301lan: guarant\u0435ed', 'guarant\u0435ed'],
  ])('%s is seen through and quoted as written', (text, quote) => {
    expect(review(input(text)).map((f) => [f.category, f.quote])).toEqual([['GUARANTEE', quote]]);
  });
});

describe('claims on record', () => {
  const text = 'Our software cuts reporting time by 40%. It is the best tool there is.';
  const claim = (more: Partial<ClaimRecord> = {}): ClaimRecord => ({
    id: 'c1',
    text: 'Cuts reporting time by 40 %',
    market: 'ALL',
    evidenceCount: 1,
    expiresOn: null,
    ...more,
  });

  test('satisfy the passage that they cover and no other', () => {
    expect(categories(text)).toEqual(['CLAIM_EVIDENCE', 'SUPERLATIVE']);
    expect(categories(text, { claims: [claim()] })).toEqual(['SUPERLATIVE']);
  });

  test.each([
    ['expired', { expiresOn: '2026-05-31' }, 'expired on 2026-05-31'],
    ['without evidence', { evidenceCount: 0 }, 'no evidence'],
    ['of another market', { market: 'DE' }, 'holds in DE'],
  ])('block when %s', (_name, more, why) => {
    const finding = review(input(text, { claims: [claim(more)] })).find((f) => f.ruleId === 'CLAIM_EVIDENCE.RECORD');
    expect(finding).toMatchObject({ severity: 'BLOCK', quote: 'Our software cuts reporting time by 40%.' });
    expect(finding?.reason).toContain(why);
  });

  test('with another number do not cover', () => {
    expect(categories(text, { claims: [claim({ text: 'Cuts reporting time by 30 %' })] })).toContain('CLAIM_EVIDENCE');
  });

  test('never excuse what is barred outright', () => {
    expect(categories('This tea cures cancer.', { claims: [claim({ text: 'This tea cures cancer' })] })).toEqual([
      'HEALTH',
    ]);
  });
});

test('a brand rule finds its phrases at word boundaries, through disguise, with its severity', () => {
  const brandRules = [
    {
      id: 'r1',
      enforcement: 'MUST' as const,
      bannedPhrases: ['cheap', 'game-changer'],
      text: 'Never say "cheap".',
      source: 'brand.md',
    },
  ];
  const found = review(input('Not cheaper, but CH\u0435AP. A game-changer (really).', { brandRules }));
  expect(found.map((f) => [f.ruleId, f.severity, f.quote])).toEqual([
    ['r1', 'BLOCK', 'CH\u0435AP'],
    ['r1', 'BLOCK', 'game-changer'],
  ]);
});

test('generic green claims block in the EU from the day the directive applies', () => {
  const severity = (market: string, today: string): string | undefined =>
    review(input('Eco-friendly bottles.', { market, today }))[0]?.severity;
  expect([severity('DE', '2026-09-26'), severity('DE', '2026-09-27'), severity('US', '2026-09-27')]).toEqual([
    'WARN',
    'BLOCK',
    'WARN',
  ]);
});

test('the gate opens for regulated categories, and for any claim in a regulated industry', () => {
  expect(needsRegulatedClaimGate(review(input('Boosts your immune system.')), 'software')).toBe(true);
  expect(needsRegulatedClaimGate(review(input('The best tool on earth.')), 'software')).toBe(false);
  expect(
    needsRegulatedClaimGate(
      review(input('The best tool on earth.', { industry: 'Consumer finance' })),
      'Consumer finance',
    ),
  ).toBe(true);
  expect(needsRegulatedClaimGate([], 'pharma')).toBe(false);
});

test('a long hostile text is reviewed in bounded time', () => {
  const started = performance.now();
  for (const text of [
    'guarantee '.repeat(4000),
    'win a '.repeat(6000),
    'a '.repeat(20_000),
    '"'.repeat(20_000),
    '1'.repeat(40_000),
    'cures very very '.repeat(2500),
  ])
    review(input(text));
  expect(performance.now() - started).toBeLessThan(8000);
});

/** Text of reports: what people, files and models wrote stays text in HTML, Markdown and spreadsheets. */
import { describe, expect, test } from 'vitest';
import { durationOf, secondsText } from '../../src/cli/runDuration.ts';
import type { Figure } from '../../src/domain/evidence.ts';
import type { Strategy } from '../../src/domain/strategies.ts';
import type { RunEvent } from '../../src/domain/runEvents.ts';
import { strategyFields } from '../../src/governance/strategyDiff.ts';
import type { DiffRow } from '../../src/useCases/approvals.ts';
import { diffLine } from '../../src/useCases/report/approvalText.ts';
import { effectText } from '../../src/useCases/report/effectText.ts';
import { standingText, togetherText } from '../../src/useCases/report/standingText.ts';
import { strategyRows } from '../../src/useCases/report/strategyText.ts';
import {
  csvText,
  escapeHtml,
  escapeMarkdown,
  probabilityText,
  valueText,
  words,
  wordsInside,
} from '../../src/useCases/report/valueText.ts';
import { summaryOf, type RunRecord } from '../../src/useCases/runSummary.ts';

describe('text of reports', () => {
  test('a spreadsheet runs no formula out of a CSV field, and negative amounts stay numbers', () => {
    const formulas = ['=1+1', '+1', '@SUM(A1)', '-SUM(A1)', "-2+3+cmd|' /C calc'!A0", '-1.5e3*2', '\t=1+1'];
    for (const formula of formulas) expect(csvText([[formula]]).startsWith("'"), formula).toBe(true);
    expect(csvText([['-12', '-12.50', -3, 'a-b', null, 'x,"y"']])).toBe('-12,-12.50,-3,a-b,,"x,""y"""\r\n');
  });

  test('controls and direction marks of names reach no document and no file', () => {
    const name = 'Esc\u001b[31mred\u0007bell\u202egnp\u009b';
    for (const write of [escapeHtml, escapeMarkdown, (text: string) => csvText([[text]])])
      expect(write(name)).not.toMatch(/(?![\r\n])[\p{Cc}\u202e]/u);
    expect(csvText([['\u0007=1+1']])).toBe("'=1+1\r\n");
  });

  test('marks of HTML and Markdown are written out', () => {
    expect(escapeHtml(`<img src='x' onerror="a&b">`)).toBe('&lt;img src=&#39;x&#39; onerror=&quot;a&amp;b&quot;&gt;');
    expect(escapeMarkdown('![a](b) | <i>\n# c')).toBe(String.raw`!\[a\](b) \| \<i\> # c`);
  });
});

describe('words of reports', () => {
  test('a share reads the same everywhere, and a chance says no more than anyone can know', () => {
    expect([0.8, 0.0109, -0.0892, 1, 0, 0.00002].map((share) => valueText(share, 'SHARE'))).toEqual([
      '80%',
      '1.09%',
      '−8.92%',
      '100%',
      '0%',
      'under 0.01%',
    ]);
    expect([0.00025, 0.998, 0.934].map(probabilityText)).toEqual(['under 1%', 'over 99%', '93%']);
  });

  test('abbreviations of the trade stay as they are', () => {
    expect(['PAID_SEARCH', 'CTV', 'SEO_GEO_BRIEF', 'CVR'].map(words)).toEqual([
      'Paid search',
      'CTV',
      'SEO GEO brief',
      'CVR',
    ]);
    expect(['PAID_SEARCH', 'OOH'].map(wordsInside)).toEqual(['paid search', 'OOH']);
  });

  const strategyText = (before: Partial<Strategy> | null, after: Partial<Strategy>): string[] => {
    const shared = { gate: 'STRATEGY_CHANGE', actionIndex: 0, market: 'ALL' } as const;
    const rows = strategyFields(before, after).map((one): DiffRow => ({ ...shared, label: one.field, ...one }));
    return strategyRows(rows).map((row) => diffLine(row).trim());
  };
  const money = (minor: string) => ({ minor, currency: 'EUR', period: 'QUARTER' }) as const;
  const objective = (kpi: string, target: number, baseline = 0) => {
    return { kpi, metric: kpi, baseline, target, date: '2027-02-28' };
  };

  test('a first strategy reads as one line a thing, without what says nothing', () => {
    const first = strategyText(null, {
      objectives: [objective('REVENUE', 90_000_000)],
      positioning: '',
      personas: [{ name: 'Planner, v. 2 [new]', need: 'samples', trigger: '' }],
      offers: ['Kit [free]. Now'],
      channelMix: [{ channel: 'OOH', minShare: 0.168, maxShare: 0.313 }],
      budgetEnvelope: money('25277778'),
      kpiTree: [{ kpi: 'REVENUE', drivers: ['CVR', 'SESSIONS'] }],
    });
    expect(first).toEqual([
      'Objective, revenue: EUR 90,000,000 by 28 Feb 2027',
      'Persona “Planner, v. 2 [new]”: needs samples',
      'Offer: Kit [free]. Now',
      'Channel mix, OOH: 16.8% to 31.3% of spend',
      'Budget: EUR 252,777.78 a quarter',
      'What drives revenue: CVR, sessions',
    ]);
  });

  test('what is added, taken out or moved up in a list of a strategy changes nothing else of it', () => {
    const [leads, revenue] = [objective('QUALIFIED_LEADS', 86_000, 80_000), objective('REVENUE', 900, 800)];
    const sessions = { kpi: 'SESSIONS', drivers: ['CTR'] };
    const email = { channel: 'EMAIL', minShare: 0.1, maxShare: 0.3 };
    const changed = strategyText(
      {
        objectives: [leads, revenue, objective('PIPELINE', 47)],
        channelMix: [email, { channel: 'OOH', minShare: 0, maxShare: 0.2 }],
        offers: ['Old', 'Kit'],
        budgetEnvelope: money('100'),
        kpiTree: [sessions, { kpi: 'REVENUE', drivers: ['CVR', 'SESSIONS'] }],
      },
      {
        objectives: [revenue, { ...leads, target: 82_000 }, objective('SESSIONS', 5)],
        channelMix: [{ ...email, maxShare: 0.4 }],
        offers: ['Kit', 'New'],
        budgetEnvelope: money('200'),
        kpiTree: [{ kpi: 'REVENUE', drivers: ['CVR', 'CLICKS'] }, sessions],
      },
    );
    expect(changed).toEqual([
      'Objective, qualified leads: 86,000 → 82,000',
      'Objective, pipeline: EUR 47 by 28 Feb 2027 → taken out',
      'Channel mix, email: at most 30% of spend → at most 40% of spend',
      'Channel mix, OOH: 0% to 20% of spend → taken out',
      'Offer: Old → taken out',
      'Budget: EUR 1 → EUR 2',
      'What drives revenue: CVR, sessions → CVR, clicks',
      'Objective, sessions: 5 by 28 Feb 2027',
      'Offer: New',
    ]);
  });

  test('the report says what became of the changes, and how far the cards come towards the target', () => {
    const changes = (['EXECUTED', 'EXECUTED', 'REJECTED'] as const).map((state) => ({ change: { state } }));
    expect(standingText(changes)).toBe('Of 3 changes put to people, now 2 are carried out and 1 is rejected.');
    expect(standingText(changes.slice(0, 2))).toBe('All 2 changes put to people are now carried out.');
    expect(standingText([])).toBe('');
    const card = (kpi: string, mean: number) => ({
      card: { card: { forecast: { kpi, quantity: 'DELTA', mean, horizonDays: 28 } } },
    });
    const plan = { goal: { kpi: 'REVENUE' }, cards: [card('REVENUE', 300), card('REVENUE', -50), card('CTR', 9)] };
    const gap = (value: number) => ({ value, unit: 'EUR' }) as Figure;
    const told = (value: number): string => togetherText(plan as unknown as RunRecord, gap(value));
    expect(told(-1000)).toMatch(
      /^The 2 cards with a forecast of revenue come to \+EUR 250 over 28 days together, against a gap of EUR 1,000 to the target over the goal’s whole window, 25% of it; this is no certain sum/,
    );
    expect(told(10)).toContain('on top of a forecast that is at the target without them');
    expect(togetherText({ ...plan, cards: [] } as unknown as RunRecord, gap(-1))).toBe('');
  });

  test('a run took as long as its own events say, without the time that people took', () => {
    const at = (type: RunEvent['type'], time: string) => ({ type, at: `2026-12-01T${time}.000Z` });
    const events = [at('RUN_QUEUED', '08:00:00'), at('RUN_STARTED', '09:00:00'), at('RUN_WAITING', '09:00:04')];
    expect(durationOf(events)).toEqual({ working: 4, waiting: 0 });
    const later = [at('APPROVAL_DECIDED', '10:00:04'), at('RUN_RESUMED', '11:00:04'), at('RUN_SUCCEEDED', '11:00:06')];
    expect(durationOf([...events, ...later])).toEqual({ working: 6, waiting: 7200 });
    expect([0.12, 90, 900, 7_200, 200_000].map(secondsText)).toEqual(['0.1 s', '90.0 s', '15 min', '2 h', '2.3 days']);
  });

  test('an effect names what it changed, from what to what', () => {
    const data = { kind: 'budget.set', target: 'Search | Brand', currency: 'EUR', before: '59472', after: '77314' };
    expect(effectText({ ...data, period: 'DAY', channel: 'sandbox' })).toBe(
      'Budget of Search | Brand per day: EUR 594.72 → EUR 773.14',
    );
    expect(effectText({ ...data, channel: 'file', reference: 'a.json' })).toContain('written to a.json');
    expect(effectText({ kind: 'budget.set' })).toBeNull();
  });

  test('a summary names each change that people approved and that was then refused, and why', () => {
    const history = (state: string, verdict: string, settledReason: string | null) => ({
      change: { id: state, title: `Change ${state}`, state, revision: 1, settledReason, actions: [{}, {}] },
      decisions: [{ revision: 1, verdict, gate: 'BUDGET_SHIFT', email: 'budget-1@demo.example' }],
      effects: [],
      diff: [],
    });
    const record = {
      run: { id: 'r', status: 'SUCCEEDED' },
      tasks: [],
      artifacts: [],
      cards: [],
      learnings: [],
      changes: [
        history('SUPERSEDED', 'APPROVE', 'What it starts from changed.'),
        history('REJECTED', 'REJECT', 'Too much.'),
        history('EXECUTED', 'APPROVE', null),
      ],
    } as unknown as RunRecord;
    expect(summaryOf([record], { report: null, markdown: null, changeSheet: null, seconds: 1 }).notCarriedOut).toEqual([
      { title: 'Change SUPERSEDED', state: 'SUPERSEDED', actions: 2, reason: 'What it starts from changed.' },
    ]);
  });
});

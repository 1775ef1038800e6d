/** Text of reports: what people, files and models wrote stays text in HTML, Markdown and spreadsheets. */
import { describe, expect, test } from 'vitest';
import type { DiffRow } from '../../src/useCases/approvals.ts';
import { effectText } from '../../src/useCases/report/effectText.ts';
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

  test('a strategy reads as one line a thing, without what did not change or says nothing', () => {
    const row = (field: string, before: string | null, after: string): DiffRow => ({
      gate: 'STRATEGY_CHANGE',
      actionIndex: 0,
      label: field,
      before,
      after,
      unit: 'TEXT',
      market: 'ALL',
      field,
    });
    const rows = strategyRows([
      row('kpiTree.0.kpi', null, 'REVENUE'),
      row('kpiTree.0.drivers.0', null, 'CVR'),
      row('kpiTree.0.drivers.1', null, 'SESSIONS'),
      row('channelMix.0.channel', null, 'OOH'),
      row('channelMix.0.maxShare', null, '0.313'),
      row('channelMix.0.minShare', null, '0.168'),
      row('channelMix.1.maxShare', '0.3', '0.4'),
      row('objectives.0.metric', null, 'REVENUE'),
      row('objectives.0.baseline', null, '0'),
      row('objectives.0.target', null, '90000000'),
      row('objectives.0.date', null, '2027-02-28'),
      row('budgetEnvelope.minor', null, '25277778'),
      row('budgetEnvelope.currency', null, 'EUR'),
      row('budgetEnvelope.period', null, 'QUARTER'),
      row('positioning', null, ''),
    ]);
    expect(rows.map(({ label, before, after }) => [label, before, after])).toEqual([
      ['What drives revenue', null, 'CVR, sessions'],
      ['Channel mix, OOH', null, '16.8% to 31.3% of spend'],
      ['Channel mix', 'at most 30% of spend', 'at most 40% of spend'],
      ['Objective', null, 'Revenue 90,000,000 by 28 Feb 2027'],
      ['Budget', null, 'EUR 252,777.78 a quarter'],
    ]);
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

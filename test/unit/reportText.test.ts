/** Text of reports: what people, files and models wrote stays text in HTML, Markdown and spreadsheets. */
import { describe, expect, test } from 'vitest';
import { csvText, escapeHtml, escapeMarkdown } from '../../src/useCases/report/valueText.ts';

describe('text of reports', () => {
  test('a spreadsheet runs no formula out of a CSV field, and negative amounts stay numbers', () => {
    const formulas = ['=1+1', '+1', '@SUM(A1)', '-SUM(A1)', "-2+3+cmd|' /C calc'!A0", '-1.5e3*2', '\t=1+1'];
    for (const formula of formulas) expect(csvText([[formula]]).startsWith("'"), formula).toBe(true);
    expect(csvText([['-12', '-12.50', -3, 'a-b', null, 'x,"y"']])).toBe('-12,-12.50,-3,a-b,,"x,""y"""\r\n');
  });

  test('marks of HTML and Markdown are written out', () => {
    expect(escapeHtml(`<img src='x' onerror="a&b">`)).toBe('&lt;img src=&#39;x&#39; onerror=&quot;a&amp;b&quot;&gt;');
    expect(escapeMarkdown('![a](b) | <i>\n# c')).toBe(String.raw`!\[a\](b) \| \<i\> # c`);
  });
});

/** Claims: old data are told, and weaken what may be claimed, the more the older they are. */
import { describe, expect, it } from 'vitest';
import type { WorkspaceFacts } from '../../src/agents/contract.ts';
import { lastKnownDay } from '../../src/agents/evidence.ts';
import { believed, driftOf, staleText, stalenessOf } from '../../src/agents/staleness.ts';

const at = (dataThrough: string): { workspace: WorkspaceFacts } => ({
  workspace: {
    id: 'w',
    currency: 'EUR',
    timeZone: 'UTC',
    industry: '',
    market: 'ALL',
    businessDate: '2026-11-23',
    dataThrough,
    isDemo: false,
  },
});

describe('the age of data', () => {
  it('is told from eight weeks on, by the last day of the data', () => {
    expect(stalenessOf(at('2026-10-01'))).toBeNull();
    expect(staleText(stalenessOf(at('2019-11-17')))).toMatch(/^The data end on 2019-11-17, 366 weeks before today/);
    expect(lastKnownDay(at('2019-11-17').workspace)).toBe('2019-11-17');
    expect(lastKnownDay(at('2027-01-01').workspace)).toBe('2026-11-23');
  });

  it('pulls a chance towards even odds and widens what is unknown; past spend alone is never quite sure', () => {
    expect(believed(1, null)).toBe(0.95);
    const year = stalenessOf(at('2025-11-24'));
    expect(believed(1, year)).toBeCloseTo(0.725, 2);
    expect(driftOf(year)).toBeCloseTo(0.3, 2);
    expect(believed(1, stalenessOf(at('2019-11-17')))).toBeLessThan(0.51);
    expect(driftOf(null)).toBe(0);
  });
});

/** Claim: for any loads, restatements and undos, the rollup says what a brute-force sum over the live facts says, and totals are the sums of rows. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InUnit } from '../../src/domain/unit.ts';
import { addDays } from '../../src/kernel/calendar.ts';
import { queryMetrics } from '../../src/metrics/query.ts';
import { useTestDatabase } from '../support/database.ts';
import { loadFacts, undoLoad, type TestFact } from '../support/facts.ts';

const test = useTestDatabase();
const window = { from: '2026-01-01', to: '2026-01-28' };

const fact = fc.record({
  day: fc.integer({ min: 0, max: 27 }),
  channel: fc.constantFrom('PAID_SEARCH', 'PAID_SOCIAL', 'DISPLAY'),
  kind: fc.constantFrom('PLATFORM' as const, 'CRM' as const),
  amount: fc.integer({ min: 0, max: 1_000_000_000 }),
  count: fc.integer({ min: 0, max: 50 }),
});
const load = fc.uniqueArray(fact, {
  minLength: 1,
  maxLength: 12,
  selector: ({ day, channel, kind }) => `${day}|${channel}|${kind}`,
});

interface Drawn {
  readonly day: number;
  readonly channel: string;
  readonly kind: 'PLATFORM' | 'CRM';
  readonly amount: number;
  readonly count: number;
}

function toFact({ day, channel, kind, amount, count }: Drawn): TestFact {
  return {
    start: addDays(window.from, day),
    channel,
    kind,
    source: kind === 'CRM' ? 'hubspot' : 'google-ads',
    values:
      kind === 'CRM' ? { revenue_micros: amount, qualified_leads: count } : { spend_micros: amount, clicks: count },
  };
}

/** Live rows after the loads: a restating load replaces rows of the same day, channel and kind. */
function live(...loads: readonly (readonly Drawn[])[]): Drawn[] {
  const rows = new Map(loads.flat().map((row) => [`${row.day}|${row.channel}|${row.kind}`, row]));
  return [...rows.values()];
}

async function expectSame(inUnit: InUnit, rows: readonly Drawn[]): Promise<void> {
  const sum = (of: (row: Drawn) => number, kind: string, channel?: string): bigint =>
    rows
      .filter((row) => row.kind === kind && (channel === undefined || row.channel === channel))
      .reduce((total, row) => total + BigInt(of(row)), 0n);
  const result = await inUnit('app', (unit) =>
    queryMetrics(unit, {
      ...window,
      metrics: ['SPEND', 'CLICKS', 'REVENUE', 'QUALIFIED_LEADS', 'CPC', 'ROAS'],
      dimensions: ['CHANNEL'],
      grain: 'WEEK',
      includeTotals: true,
    }),
  );
  const micros = (cell: unknown): bigint => (cell === null ? 0n : BigInt(Math.round(Number(cell) * 1e6)));
  const column = (index: number, of: (cell: unknown) => bigint, channel?: string): bigint =>
    result.rows
      .filter((row) => channel === undefined || row[1] === channel)
      .reduce((total, row) => total + of(row[index]), 0n);
  const whole = (cell: unknown): bigint => BigInt(Number(cell ?? 0));
  for (const channel of ['PAID_SEARCH', 'PAID_SOCIAL', 'DISPLAY']) {
    expect(column(2, micros, channel)).toBe(sum((row) => row.amount, 'PLATFORM', channel));
    expect(column(5, whole, channel)).toBe(sum((row) => row.count, 'CRM', channel));
  }
  const totals = result.totals ?? [];
  expect(micros(totals[2])).toBe(column(2, micros));
  expect(whole(totals[3])).toBe(column(3, whole));
  expect(micros(totals[4])).toBe(sum((row) => row.amount, 'CRM'));
  for (const row of [...result.rows, totals]) {
    const [spend, clicks, revenue] = [micros(row[2]), whole(row[3]), micros(row[4])];
    if (row[6] !== null && row[6] !== undefined)
      expect(Number(row[6])).toBeCloseTo(Number(spend) / 1e6 / Number(clicks), 9);
    if (row[7] !== null && row[7] !== undefined) expect(Number(row[7])).toBeCloseTo(Number(revenue) / Number(spend), 9);
  }
}

describe('the rollup', () => {
  it('equals a brute-force sum after loads, a restatement and its undo', async () => {
    await fc.assert(
      fc.asyncProperty(load, load, async (first, second) => {
        const inUnit = test().units(await test().addWorkspace());
        const original = await loadFacts(inUnit, first.map(toFact));
        await expectSame(inUnit, first);
        const restating = await loadFacts(inUnit, second.map(toFact), original);
        await expectSame(inUnit, live(first, second));
        await undoLoad(inUnit, restating);
        await expectSame(inUnit, first);
      }),
      { numRuns: 12, seed: 7 },
    );
  });
});

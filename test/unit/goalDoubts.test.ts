/** Claim: before a strategy is decided on, people hear what the data cost and lack, and its draft names only measures that the data hold. */
import { expect, it } from 'vitest';
import { loadFacts } from '../../src/connectors/imports/loadFacts.ts';
import { originOf } from '../../src/connectors/imports/loadResult.ts';
import { readFacts } from '../../src/connectors/imports/readFacts.ts';
import type { Goal } from '../../src/domain/goals.ts';
import { addDays } from '../../src/kernel/calendar.ts';
import { newId } from '../../src/kernel/ids.ts';
import { goalDoubts, heldMetrics } from '../../src/orchestration/goalDoubts.ts';
import { draftStrategy } from '../../src/orchestration/strategyDraft.ts';
import { useTestDatabase } from '../support/database.ts';
import { plan, textSource } from '../support/importFiles.ts';

const test = useTestDatabase();
const WEEKS = 20;
const FIRST = '2026-01-05';
const THROUGH = addDays(FIRST, WEEKS * 7 - 1);

/** The last 13 weeks cost 1,000 each, the weeks before them 9,000. */
const rows = Array.from({ length: WEEKS }, (_, week) => {
  const spend = week < WEEKS - 13 ? 9000 : 1000;
  return `${addDays(FIRST, 7 * week)},${5000 + week},${spend}`;
});
const goal: Goal = {
  id: newId(),
  ownerMemberId: newId(),
  strategyVersionId: null,
  text: 'Grow revenue',
  kpi: 'REVENUE',
  target: 1_234_567,
  from: '2026-06-01',
  to: '2026-06-28',
  budgetMicros: 400_000_000n,
  currency: 'EUR',
  market: 'ALL',
  constraints: [],
};

it('tells present media cost against the budget over the weeks that cards call present, and drafts with what is held', async () => {
  const inUnit = test().units(await test().addWorkspace());
  const source = textSource(`DATE,revenue,tv_S\n${rows.join('\n')}\n`, 4096);
  const planned = await plan(source, {});
  await loadFacts(inUnit, originOf(planned, 'mix.csv'), { batches: readFacts(source, planned) });
  await inUnit('app', async (unit) => {
    const doubts = (await goalDoubts(unit, goal, THROUGH)).join(' ');
    expect(doubts).toContain('Media cost EUR 1,000 a week in the last 13 weeks of the data');
    expect(doubts).toMatch(/budget comes to EUR 100(?:\.00)? a week/);
    expect([...(await heldMetrics(unit, ['PIPELINE', 'CONVERSIONS', 'SPEND'], THROUGH))]).toEqual(['SPEND']);
    const draft = await draftStrategy(unit, goal, { active: null, dataThrough: THROUGH });
    expect(draft.kpiTree).toEqual([{ kpi: 'REVENUE', drivers: ['SPEND'] }]);
  });
});

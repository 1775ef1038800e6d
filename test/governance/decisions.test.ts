/** Deciding on change sets through the real database: who may, on which bytes, until when, and what a verdict does. */
import { describe, expect, test } from 'vitest';
import { useTestDatabase } from '../support/database.ts';
import { buildHouse, type House } from './house.ts';

const database = useTestDatabase();

describe('decisions', () => {
  test('one budget owner approves a small move, which then is approved', async () => {
    const house: House = await buildHouse(database());
    const change = await house.submit([house.budgetMove('alpha', 500)]);
    expect(change.gates).toEqual([{ gate: 'BUDGET_SHIFT', seats: [{ role: 'BUDGET_OWNER', count: 1 }], validHours: 72 }]);
    const decided = await house.verdict(house.person('BUDGET_OWNER'), change, 'APPROVE');
    expect(decided).toMatchObject({ outcome: 'OK', approvalState: 'APPROVED', changeSetState: 'APPROVED' });
  });
});

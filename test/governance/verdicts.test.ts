/** What a verdict does to its approval, its change set and the inbox, through the real database. */
import { beforeEach, describe, expect, test } from 'vitest';
import {
  approvalCounts,
  approvalDetail,
  approvalEventsAfter,
  approvalInbox,
  approvalsHead,
  eligibleDeciders,
} from '../../src/governance/approvals.ts';
import { loadChangeSet } from '../../src/governance/changeSetRows.ts';
import { expireChangeSets, reviseChangeSet, withdrawChangeSet } from '../../src/governance/changeSets.ts';
import { useTestDatabase } from '../support/database.ts';
import { buildHouse, setClockOffset, type House } from './house.ts';

const database = useTestDatabase();
let house: House;
beforeEach(async () => {
  house = await buildHouse(database());
});

describe('what a verdict does', () => {
  test('the same person decides a gate once', async () => {
    const change = await house.submit([house.budgetMove('alpha', 5000)]);
    await house.verdict(house.person('BUDGET_OWNER'), change, 'APPROVE');
    expect((await house.verdict(house.person('BUDGET_OWNER'), change, 'APPROVE')).outcome).toBe('ALREADY_DECIDED');
    expect((await house.verdict(house.person('BUDGET_OWNER'), change, 'REJECT')).outcome).toBe('ALREADY_DECIDED');
  });

  test('one rejection is a veto, needs a reason, and tells it to the run', async () => {
    const change = await house.submit([house.budgetMove('alpha', 5000)]);
    expect((await house.verdict(house.person('BUDGET_OWNER'), change, 'REJECT', { reason: '  ' })).outcome).toBe(
      'REASON_REQUIRED',
    );
    await house.verdict(house.person('BUDGET_OWNER'), change, 'APPROVE');
    const veto = await house.verdict(house.person('BUDGET_OWNER', 1), change, 'REJECT', { reason: 'Wrong quarter.' });
    expect(veto).toMatchObject({ outcome: 'OK', changeSetState: 'REJECTED' });
    expect(await house.agent('app', async (unit) => (await loadChangeSet(unit, change.id)).settledReason)).toBe(
      'Wrong quarter.',
    );
    expect((await house.verdict(house.person('FINANCE'), change, 'APPROVE')).outcome).toBe('VETOED');
  });

  test('asking for changes blocks approval until a new revision, and the change waits', async () => {
    const change = await house.submit([house.budgetMove('alpha', 5000)]);
    const asked = await house.verdict(house.person('BUDGET_OWNER'), change, 'REQUEST_CHANGES', {
      reason: 'Half of it.',
    });
    expect(asked).toMatchObject({
      outcome: 'OK',
      approvalState: 'CHANGES_REQUESTED',
      changeSetState: 'NEEDS_APPROVAL',
    });
    expect((await house.verdict(house.person('BUDGET_OWNER', 1), change, 'APPROVE')).outcome).toBe('VETOED');
    const revised = await house.agent('app', (unit) =>
      reviseChangeSet(unit, { changeSetId: change.id, revision: 1, actions: [house.budgetMove('alpha', 500)] }),
    );
    expect((await house.verdict(house.person('BUDGET_OWNER'), revised, 'APPROVE')).outcome).toBe('OK');
  });

  test('a withdrawn change can no longer be decided, and only its people withdraw it', async () => {
    const change = await house.submit([house.budgetMove('alpha', 500)]);
    await expect(
      house.as(house.person('ANALYST'))('app', (unit) => withdrawChangeSet(unit, change.id, 'x')),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await house.as(house.person('STRATEGIST'))('app', (unit) => withdrawChangeSet(unit, change.id, 'Changed my mind.'));
    expect((await house.verdict(house.person('BUDGET_OWNER'), change, 'APPROVE')).outcome).toBe('SETTLED');
  });

  test('two approvals at once: both count, the change is approved once', async () => {
    const change = await house.submit([house.budgetMove('alpha', 5000)]);
    expect(change.gates[0]?.seats).toEqual([{ role: 'BUDGET_OWNER', count: 2 }]);
    const decided = await Promise.all(
      [0, 1].map((n) => house.verdict(house.person('BUDGET_OWNER', n as 0 | 1), change, 'APPROVE')),
    );
    expect(decided.map((one) => one.outcome)).toEqual(['OK', 'OK']);
    expect(new Set(decided.map((one) => one.changeSetState))).toEqual(new Set(['APPROVED', 'NEEDS_APPROVAL']));
  });

  test('the same person twice at once: one verdict', async () => {
    const change = await house.submit([house.budgetMove('alpha', 5000)]);
    const decided = await Promise.all(
      [1, 2, 3].map(() => house.verdict(house.person('BUDGET_OWNER'), change, 'APPROVE')),
    );
    expect(decided.map((one) => one.outcome).sort()).toEqual(['ALREADY_DECIDED', 'ALREADY_DECIDED', 'OK']);
  });

  test('after its time a change set expires at the verdict, at reading, and by the sweep', async () => {
    const atVerdict = await house.submit([house.budgetMove('alpha', 500)]);
    const bySweep = await house.submit([house.budgetMove('beta', 500)]);
    await setClockOffset(database(), '73 hours');
    try {
      expect((await house.approvals(bySweep.id)).map((row) => row.state)).toEqual(['EXPIRED']);
      const late = await house.verdict(house.person('BUDGET_OWNER'), atVerdict, 'APPROVE');
      expect(late).toMatchObject({ outcome: 'EXPIRED', approvalState: 'EXPIRED', changeSetState: 'EXPIRED' });
      expect(await house.agent('app', (unit) => expireChangeSets(unit))).toEqual([bySweep.id]);
    } finally {
      await setClockOffset(database(), '0');
    }
  });
});

describe('the inbox', () => {
  test('shows each member what they may decide, with counts, diff, events without a gap', async () => {
    const before = await house.agent('app', (unit) => approvalsHead(unit));
    const change = await house.submit([house.budgetMove('alpha', 500)]);
    await house.submit([house.pause('beta')]);
    const owner = house.person('BUDGET_OWNER');
    const mine = await house.as(owner)('app', (unit) => approvalInbox(unit, { forMember: owner.memberId }));
    expect(mine.map((row) => row.changeSetId)).toEqual([change.id]);
    const counts = await house.as(owner)('app', (unit) => approvalCounts(unit, owner.memberId));
    expect(counts).toMatchObject({
      pending: 2,
      mine: 1,
      byGate: [
        { gate: 'BUDGET_SHIFT', pending: 1 },
        { gate: 'SAFE_STOP', pending: 1 },
      ],
    });
    const detail = await house.as(owner)('app', (unit) => approvalDetail(unit, mine[0]?.id ?? ''));
    expect(detail.diff).toEqual([
      {
        gate: 'BUDGET_SHIFT',
        actionIndex: 0,
        label: 'Budget of alpha per day',
        before: '10000',
        after: '10500',
        unit: 'EUR',
        target: 'alpha',
        period: 'DAY',
      },
    ]);
    const deciders = await house.agent('app', (unit) => eligibleDeciders(unit, mine[0]?.id ?? ''));
    expect(deciders.map((member) => member.email)).toEqual([
      'budget_owner.0@demo.example',
      'budget_owner.1@demo.example',
    ]);
    await house.verdict(owner, change, 'APPROVE');
    const events = await house.agent('app', (unit) => approvalEventsAfter(unit, before));
    expect(events.map(({ seq, type }) => [seq - before, type])).toEqual([
      [1, 'REQUESTED'],
      [2, 'REQUESTED'],
      [3, 'DECIDED'],
      [4, 'APPROVED'],
    ]);
  });
});

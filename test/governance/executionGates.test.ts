/** Executing only when every gate holds at that moment: the re-decision under lock. */
import { beforeEach, describe, expect, test } from 'vitest';
import { reviseChangeSet, withdrawChangeSet, type SubmittedChange } from '../../src/governance/changeSets.ts';

import { executeChangeSet, type ExecutionResult, type Executor } from '../../src/governance/execution.ts';

import { newId } from '../../src/kernel/ids.ts';
import { campaignFacts } from '../../src/metrics/entities.ts';
import { campaignsById } from '../../src/useCases/campaigns.ts';
import { useTestDatabase } from '../support/database.ts';
import { fakeChannel, type FakeChannel } from './fakeChannel.ts';
import { asOwner, buildHouse, setClockOffset, type House } from './house.ts';

const database = useTestDatabase();
let house: House;
let channel: FakeChannel;
let executor: Executor;
beforeEach(async () => {
  house = await buildHouse(database());
  channel = fakeChannel();
  executor = { inUnit: house.executor, channels: [channel], signal: new AbortController().signal, busyMs: 0 };
});

const execute = (changeSetId: string, more: Partial<Executor> = {}): Promise<ExecutionResult> =>
  executeChangeSet({ ...executor, ...more }, changeSetId);
async function approved(actions: readonly unknown[]): Promise<SubmittedChange> {
  const change = await house.submit(actions);
  await house.approveAll(change);
  return change;
}
describe('only when every gate holds at that moment', () => {
  test('G1, G14: nothing executes before approval, whatever anybody claims', async () => {
    const change = await house.submit([house.budgetMove('alpha', 500)]);
    expect(await execute(change.id)).toMatchObject({ refusal: 'NOT_APPROVED', effects: [] });
    expect(channel.requests).toEqual([]);
    const forced = house.executor('executor', (unit) =>
      unit.em.execute(
        'insert into execution (change_set_id, workspace_id, revision, digest) values (?::uuid, ?::uuid, 1, ?)',
        [change.id, house.workspaceId, change.digest],
      ),
    );
    await expect(forced).rejects.toThrow(/may not be executed: NOT_APPROVED/);
    const claimed = house.executor('executor', (unit) =>
      unit.em.execute(`update change_set set state = 'APPROVED' where id = ?::uuid`, [change.id]),
    );
    await expect(claimed).rejects.toThrow(/may not become APPROVED/);
  });

  test('a rejected, withdrawn or revised change does not execute', async () => {
    const rejected = await house.submit([house.budgetMove('alpha', 500)]);
    await house.verdict(house.person('BUDGET_OWNER'), rejected, 'REJECT');
    const withdrawn = await approved([house.budgetMove('beta', 500)]);
    await house.agent('app', (unit) => withdrawChangeSet(unit, withdrawn.id, 'No longer needed.'));
    const revised = await approved([house.budgetMove('gamma', 500)]);
    await house.agent('app', (unit) =>
      reviseChangeSet(unit, { changeSetId: revised.id, revision: 1, title: 'Edited after approval' }),
    );
    for (const change of [rejected, withdrawn, revised])
      expect((await execute(change.id)).refusal).toBe('NOT_APPROVED');
    expect(channel.requests).toEqual([]);
  });

  test('G6: an approval that lapsed does not execute', async () => {
    const change = await approved([house.budgetMove('alpha', 500)]);
    await setClockOffset(database(), '73 hours');
    try {
      expect(await execute(change.id)).toMatchObject({ refusal: 'EXPIRED', change: { state: 'EXPIRED' } });
    } finally {
      await setClockOffset(database(), '0');
    }
  });

  test('an approver who lost the role no longer counts, and the change waits again', async () => {
    const change = await approved([house.budgetMove('alpha', 500)]);
    await asOwner(database(), house.workspaceId, [
      'delete from member_role where member_id = $1',
      [house.person('BUDGET_OWNER').memberId],
    ]);
    expect(await execute(change.id)).toMatchObject({ refusal: 'QUORUM_LOST', change: { state: 'NEEDS_APPROVAL' } });
    expect((await house.verdict(house.person('BUDGET_OWNER', 1), change, 'APPROVE')).changeSetState).toBe('APPROVED');
    expect((await execute(change.id)).change.state).toBe('EXECUTED');
  });

  test('a change whose base moved is not executed', async () => {
    const first = await approved([house.budgetMove('alpha', 500)]);
    const second = await approved([house.budgetMove('alpha', 700)]);
    expect((await execute(first.id)).change.state).toBe('EXECUTED');
    expect(await execute(second.id)).toMatchObject({ refusal: 'BASE_MOVED', change: { state: 'SUPERSEDED' } });
  });

  test('a change waits while another one on the same base is under way', async () => {
    const first = await approved([house.budgetMove('alpha', 500)]);
    const second = await approved([house.budgetMove('alpha', 700)]);
    channel.plan('UNKNOWN_BUT_DONE');
    await execute(first.id);
    expect(await execute(second.id)).toMatchObject({ refusal: 'BUSY', change: { state: 'APPROVED' } });
  });

  test('an approval under older rules does not execute', async () => {
    const change = await approved([house.budgetMove('alpha', 500)]);
    await database().database.ownerPool.query(`insert into governance_policy (version) values ('floor-2')`);
    try {
      expect(await execute(change.id)).toMatchObject({ refusal: 'POLICY_MOVED', change: { state: 'SUPERSEDED' } });
    } finally {
      await database().database.ownerPool.query(`delete from governance_policy where version = 'floor-2'`);
    }
  });

  test('G12: bytes that were altered behind the rules are not executed', async () => {
    const change = await approved([house.budgetMove('alpha', 500)]);
    await asOwner(
      database(),
      house.workspaceId,
      ['alter table change_set_action disable trigger change_set_action_immutable', []],
      [
        `update change_set_action set action = jsonb_set(action, '{after,minor}', '"99999"') where change_set_id = $1`,
        [change.id],
      ],
      ['alter table change_set_action enable trigger change_set_action_immutable', []],
    );
    expect((await execute(change.id)).refusal).toBe('DIGEST_BROKEN');
    expect(channel.requests).toEqual([]);
  });

  test('G11: a decision after execution began is refused', async () => {
    const change = await approved([house.budgetMove('alpha', 500)]);
    await execute(change.id);
    expect((await house.verdict(house.person('BUDGET_OWNER', 1), change, 'REJECT')).outcome).toBe('SETTLED');
  });

  test('a budget move that was read before another was carried out does not execute, though it was proposed afterwards', async () => {
    const first = await approved([house.budgetMove('alpha', 500)]);
    const read = house.budgetMove('alpha', 500);
    expect((await execute(first.id)).change.state).toBe('EXECUTED');
    const again = await approved([read]);
    expect(await execute(again.id)).toMatchObject({
      refusal: 'BASE_MOVED',
      change: { state: 'SUPERSEDED', settledReason: expect.stringMatching(/Propose it again on the present state/) },
      effects: [],
    });
    expect(channel.requests).toHaveLength(1);
  });

  test('after it was carried out a budget is in force wherever it is read, whatever a later export shows, and the next move starts from it', async () => {
    await execute((await approved([house.budgetMove('alpha', 500)])).id);
    const id = house.campaigns.alpha;
    await house.agent('app', (unit) =>
      unit.em.execute(
        `insert into budget (id, workspace_id, channel, campaign_id, status, period, amount_micros, currency, valid_from)
         values (?::uuid, ?::uuid, 'PAID_SEARCH', ?::uuid, 'OBSERVED', 'DAY', 100000000, 'EUR', current_date + 3)`,
        [newId(), house.workspaceId, id],
      ),
    );
    const [agents, api] = await house.agent('app', async (unit) => [
      (await campaignFacts(unit)).find((campaign) => campaign.id === id)?.budget?.amountMicros,
      (await campaignsById(unit, [id])).get(id)?.budgetInForce?.amountMicros,
    ]);
    expect([agents, api]).toEqual([105_000_000n, '105000000']);
    const next = {
      ...house.budgetMove('alpha', 0),
      before: { minor: '10500', currency: 'EUR' },
      after: { minor: '11000', currency: 'EUR' },
    };
    expect((await execute((await approved([next])).id)).change.state).toBe('EXECUTED');
  });
});

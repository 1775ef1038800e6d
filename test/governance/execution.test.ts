/** Carrying out approved changes: once, only when every gate holds at that moment, through crashes and unknown answers. */
import { beforeEach, describe, expect, test } from 'vitest';
import { auditEvents } from '../../src/audit/events.ts';
import { verifyChain } from '../../src/audit/verify.ts';
import { type SubmittedChange } from '../../src/governance/changeSets.ts';
import { loadChangeSet } from '../../src/governance/changeSetRows.ts';
import { claimEffect, startExecution } from '../../src/governance/effects.ts';
import {
  executeChangeSet,
  sweepOrphanedEffects,
  type ExecutionResult,
  type Executor,
} from '../../src/governance/execution.ts';
import { proposeSafeStop } from '../../src/governance/safeStop.ts';
import { newId } from '../../src/kernel/ids.ts';
import { useTestDatabase } from '../support/database.ts';
import { fakeChannel, type FakeChannel } from './fakeChannel.ts';
import { asOwner, buildHouse, type House } from './house.ts';

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
async function statusOf(campaign: 'alpha' | 'beta'): Promise<{ status: string; budget: string }> {
  const rows = await house.agent('app', (unit) =>
    unit.em.execute<{ status: string; budget: string }[]>(
      `select c.status, b.amount_micros as budget from campaign c, budget_in_force(jsonb_build_object('type', 'campaign', 'id', c.id)) b where c.id = ?::uuid`,
      [house.campaigns[campaign]],
    ),
  );
  return rows[0]!;
}
/** Lets every claim lapse, as time would. */
const lapseClaims = (): Promise<void> =>
  asOwner(database(), house.workspaceId, [
    `update effect set claimed_until = now() - interval '1 second' where claimed_until is not null`,
    [],
  ]);

describe('at most once', () => {
  test('an approved change is sent once and changes the governed state, with its audit events', async () => {
    const change = await approved([house.budgetMove('alpha', 500), house.budgetMove('beta', -500)]);
    const result = await execute(change.id);
    expect(result).toMatchObject({
      refusal: null,
      change: { state: 'EXECUTED' },
      effects: [
        { status: 'DONE', attempts: 1, channel: 'fake' },
        { status: 'DONE', attempts: 1 },
      ],
    });
    expect([...channel.done.values()]).toEqual([1, 1]);
    expect(channel.requests[0]).toMatchObject({
      workspaceId: house.workspaceId,
      digest: change.digest,
      changeSetId: change.id,
    });
    expect(await statusOf('alpha')).toEqual({ status: 'ACTIVE', budget: '105000000' });
    expect(await statusOf('beta')).toEqual({ status: 'ACTIVE', budget: '95000000' });
    const events = await house.agent('app', (unit) => auditEvents(unit, { changeId: change.id }));
    expect(events.map((event) => event.type)).toEqual([
      'change_set.submitted',
      'approval.decided',
      'change_set.approved',
      'change_set.executing',
      'effect.recorded',
      'effect.recorded',
      'change_set.executed',
    ]);
    expect((await house.agent('app', (unit) => verifyChain(unit))).status).toBe('OK');
  });

  test('G2: called twice, and twice at once, it acts once', async () => {
    const change = await approved([house.budgetMove('alpha', 500)]);
    const both = await Promise.all([execute(change.id), execute(change.id), execute(change.id)]);
    expect(both.map((result) => result.change.state)).toEqual(['EXECUTED', 'EXECUTED', 'EXECUTED']);
    expect((await execute(change.id)).change.state).toBe('EXECUTED');
    expect([...channel.done.values()]).toEqual([1]);
  });

  test('killed between the outbox row and the send: the next call sends it', async () => {
    const change = await approved([house.budgetMove('alpha', 500)]);
    await house.executor('executor', (unit) => startExecution(unit, change.id));
    expect((await execute(change.id)).change.state).toBe('EXECUTED');
    expect([...channel.done.values()]).toEqual([1]);
  });

  test('killed between the effect and its record: the next call asks by key and does not send again', async () => {
    const change = await approved([house.budgetMove('alpha', 500)]);
    await house.executor('executor', (unit) => startExecution(unit, change.id));
    const claim = await house.executor('executor', (unit) =>
      claimEffect(unit, change.id, { claimMs: 15_000, channelOf: () => 'fake' }),
    );
    if (claim.kind !== 'OURS') throw new Error('The effect was not free.');
    const { effect } = claim;
    await channel.send(
      {
        workspaceId: house.workspaceId,
        effectId: effect.id,
        idempotencyKey: effect.idempotencyKey,
        changeSetId: change.id,
        digest: change.digest,
        action: effect.action,
      },
      executor.signal,
    );
    await lapseClaims();
    const swept = await sweepOrphanedEffects(executor);
    expect(swept.map((result) => result.change.state)).toEqual(['EXECUTED']);
    expect(channel.reconciled).toEqual([effect.idempotencyKey]);
    expect([...channel.done.values()]).toEqual([1]);
    expect((await statusOf('alpha')).budget).toBe('105000000');
  });

  test('an answer that got lost after the deed is reconciled, not repeated', async () => {
    const change = await approved([house.budgetMove('alpha', 500)]);
    channel.plan('UNKNOWN_BUT_DONE');
    expect((await execute(change.id)).change.state).toBe('EXECUTION_UNKNOWN');
    expect((await statusOf('alpha')).budget).toBe('100000000');
    const again = await execute(change.id);
    expect(again).toMatchObject({ change: { state: 'EXECUTED' }, effects: [{ status: 'DONE', attempts: 2 }] });
    expect([...channel.done.values()]).toEqual([1]);
  });

  test('a send that never arrived is sent again under the same key', async () => {
    const change = await approved([house.budgetMove('alpha', 500)]);
    channel.plan('UNKNOWN_AND_LOST');
    await execute(change.id);
    expect((await execute(change.id)).change.state).toBe('EXECUTED');
    expect(new Set(channel.requests.map((request) => request.idempotencyKey)).size).toBe(1);
    expect([...channel.done.values()]).toEqual([1]);
  });

  test('a channel that does not answer in time leaves an unknown outcome, and the rest is not sent', async () => {
    const change = await approved([house.budgetMove('alpha', 500), house.budgetMove('beta', -500)]);
    channel.plan('HANGS');
    const result = await execute(change.id, { sendTimeoutMs: 30 });
    expect(result.effects.map((effect) => effect.status)).toEqual(['UNKNOWN', 'PENDING']);
    expect(result.effects[0]?.outcome).toMatch(/took longer than 30 ms/);
  });

  test('asking and sending share one time limit, so that a claim never lapses while its sender still sends', async () => {
    const change = await approved([house.budgetMove('alpha', 500)]);
    channel.plan('UNKNOWN_AND_LOST');
    await execute(change.id);
    const asked = Promise.withResolvers<null>();
    const answered = Promise.withResolvers<void>();
    const slow: FakeChannel = {
      ...channel,
      reconcile: async () => {
        const late = await asked.promise;
        queueMicrotask(() => setImmediate(answered.resolve));
        return late;
      },
    };
    const result = await execute(change.id, { channels: [slow], sendTimeoutMs: 30 });
    expect(result.effects[0]?.outcome).toMatch(/took longer than 30 ms/);
    asked.resolve(null);
    await answered.promise;
    expect(channel.requests).toHaveLength(1);
    expect([...channel.done.values()]).toEqual([]);
  });

  test('a refusal fails the change set and stops its other actions', async () => {
    const change = await approved([house.budgetMove('alpha', 500), house.budgetMove('beta', -500)]);
    channel.plan('REFUSES');
    const result = await execute(change.id);
    expect(result).toMatchObject({
      change: { state: 'FAILED', settledReason: 'The outside says no.' },
      effects: [{ status: 'REFUSED' }, { status: 'REFUSED', attempts: 0 }],
    });
    expect(channel.requests).toHaveLength(1);
  });

  test('without a channel for its kind an action is refused', async () => {
    const change = await approved([house.budgetMove('alpha', 500)]);
    const result = await execute(change.id, { channels: [{ ...channel, accepts: () => false }] });
    expect(result.change).toMatchObject({
      state: 'FAILED',
      settledReason: 'No channel of this installation carries out budget.set.',
    });
  });
});

describe('what it changes', () => {
  test('an operator stops a campaign with one click; resuming asks the budget owner', async () => {
    const operator = house.person('OPERATOR');
    const stopped = await house.as(operator)('decider', (unit) =>
      proposeSafeStop(unit, { actions: [house.pause('alpha')], reason: 'Broken landing page.' }),
    );
    expect(stopped).toMatchObject({ outcome: 'OK', changeSetState: 'APPROVED' });
    await execute(stopped.changeSetId!);
    expect((await statusOf('alpha')).status).toBe('PAUSED');
    const resume = await house.submit([{ kind: 'campaign.resume', target: house.pause('alpha').target }]);
    // A campaign of 100.00 a day moves 3,000.00 of a base of 12,000.00: 25 %, not more.
    expect(resume.gates).toEqual([
      { gate: 'BUDGET_SHIFT', seats: [{ role: 'BUDGET_OWNER', count: 2 }], validHours: 72 },
    ]);
    const nobody = await house.as(house.person('ANALYST'))('decider', (unit) =>
      proposeSafeStop(unit, { actions: [house.pause('beta')], reason: 'x' }),
    );
    expect(nobody).toMatchObject({ outcome: 'NOT_ELIGIBLE', changeSetId: null });
    await expect(
      house.as(operator)('decider', (unit) =>
        proposeSafeStop(unit, { actions: [house.budgetMove('beta', 1)], reason: 'x' }),
      ),
    ).rejects.toThrow(/no safe stop/);
  });

  test('audiences, messages and strategies become active, and what they replace is retired', async () => {
    const [audienceId, oldId, messageId, activeId, draftId] = [newId(), newId(), newId(), newId(), newId()];
    const document = { title: 'Old', positioning: 'Cheap' };
    await asOwner(
      database(),
      house.workspaceId,
      [
        `insert into message (id, workspace_id, name, status, headline) values ($1, $2, 'old', 'ACTIVE', 'Old words')`,
        [oldId, house.workspaceId],
      ],
      [
        `insert into strategy (id, workspace_id, market, version, status, document, digest, proposed_by) values ($1, $2, 'ALL', 1, 'ACTIVE', $3, 'd', 'x')`,
        [activeId, house.workspaceId, document],
      ],
      [
        `insert into strategy (id, workspace_id, market, version, status, document, digest, proposed_by) values ($1, $2, 'ALL', 2, 'DRAFT', $3, 'd', 'x')`,
        [draftId, house.workspaceId, { ...document, positioning: 'Good' }],
      ],
    );
    const change = await approved([
      {
        kind: 'audience.define',
        target: { type: 'audience', id: audienceId, name: 'Engaged' },
        before: null,
        after: 'Engaged visitors',
        definition: { include: ['engaged'] },
      },
      {
        kind: 'message.publish',
        target: { type: 'message', id: messageId, name: 'new' },
        campaignId: house.campaigns.alpha,
        campaignName: 'alpha',
        replacesMessageId: oldId,
        headline: 'New words',
        body: 'Text',
        callToAction: 'Try',
        claimIds: [],
        contentDigest: 'c'.repeat(64),
      },
      {
        kind: 'strategy.activate',
        target: { type: 'strategy', id: draftId, name: 'Version 2' },
        before: activeId,
        after: draftId,
        market: 'ALL',
      },
    ]);
    expect((await execute(change.id)).change.state).toBe('EXECUTED');
    const rows = await house.agent('app', (unit) =>
      unit.em.execute<{ name: string; status: string }[]>(
        `select name, status from audience union all select name, status from message union all select 'strategy ' || version, status from strategy order by 1`,
      ),
    );
    expect(rows.map((row) => `${row.name} ${row.status}`)).toEqual([
      'Engaged ACTIVE',
      'new ACTIVE',
      'old RETIRED',
      'strategy 1 RETIRED',
      'strategy 2 ACTIVE',
    ]);
    // The strategy went to no channel.
    expect(channel.requests.map((request) => request.action.kind)).toEqual(['audience.define', 'message.publish']);
  });

  test('a card follows its change set', async () => {
    const [cardId, goal] = [newId(), `(select goal_id from run where id = '${house.runId}')`];
    await asOwner(database(), house.workspaceId, [
      `insert into recommendation (id, workspace_id, run_id, goal_id, verb, target_type, target_id, target_name, card, digest, expires_on)
       values ($1, $2, $3, ${goal}, 'SCALE', 'campaign', 'x', 'x', '{}', $4, current_date)`,
      [cardId, house.workspaceId, house.runId, 'e'.repeat(64)],
    ]);
    const statusOfCard = async (): Promise<unknown> =>
      (
        await house.agent('app', (unit) =>
          unit.em.execute<{ status: string }[]>('select status from recommendation where id = ?::uuid', [cardId]),
        )
      )[0]?.status;
    const change = await house.submit([house.budgetMove('alpha', 500)], { recommendationId: cardId });
    expect(await statusOfCard()).toBe('PROPOSED');
    expect((await house.agent('app', (unit) => loadChangeSet(unit, change.id))).evidence).toEqual([
      { id: cardId, digest: 'e'.repeat(64) },
    ]);
    await house.approveAll(change);
    expect(await statusOfCard()).toBe('APPROVED');
    await execute(change.id);
    expect(await statusOfCard()).toBe('EXECUTED');
  });
});

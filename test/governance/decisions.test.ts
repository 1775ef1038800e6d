/** Deciding on change sets through the real database: who may, on which bytes, until when, and what a verdict does. */
import { beforeEach, describe, expect, test } from 'vitest';
import { decisionsOf, openApproval } from '../../src/governance/approvals.ts';
import { reviseChangeSet, submitChangeSet } from '../../src/governance/changeSets.ts';

import { loadChangeSet } from '../../src/governance/changeSetRows.ts';
import { decide } from '../../src/governance/decisions.ts';
import { canonicalJson, sha256Hex } from '../../src/kernel/canonicalJson.ts';
import { newId } from '../../src/kernel/ids.ts';
import { useTestDatabase } from '../support/database.ts';
import { asOwner, buildHouse, type House } from './house.ts';

const database = useTestDatabase();
let house: House;
beforeEach(async () => {
  house = await buildHouse(database());
});

describe('who may decide', () => {
  test('one budget owner approves a small move', async () => {
    const change = await house.submit([house.budgetMove('alpha', 500)]);
    expect(change.gates).toEqual([
      { gate: 'BUDGET_SHIFT', seats: [{ role: 'BUDGET_OWNER', count: 1 }], validHours: 72 },
    ]);
    const decided = await house.verdict(house.person('BUDGET_OWNER'), change, 'APPROVE');
    expect(decided).toMatchObject({ outcome: 'OK', approvalState: 'APPROVED', changeSetState: 'APPROVED' });
  });

  test('a member without the role is not eligible', async () => {
    const change = await house.submit([house.budgetMove('alpha', 500)]);
    expect((await house.verdict(house.person('COMPLIANCE'), change, 'APPROVE')).outcome).toBe('NOT_ELIGIBLE');
  });

  test('a role that was taken away after sign-in no longer counts', async () => {
    const change = await house.submit([house.budgetMove('alpha', 500)]);
    const owner = house.person('BUDGET_OWNER');
    await asOwner(database(), house.workspaceId, ['delete from member_role where member_id = $1', [owner.memberId]]);
    expect((await house.verdict(owner, change, 'APPROVE')).outcome).toBe('NOT_ELIGIBLE');
  });

  test('G4: tokens, agents and the system can never decide', async () => {
    const change = await house.submit([house.budgetMove('alpha', 500)]);
    const owner = house.person('BUDGET_OWNER');
    for (const principal of [
      { kind: 'TOKEN', tokenId: owner.memberId, scopes: ['runs:write'] } as const,
      { kind: 'AGENT', agent: 'PAID_MEDIA', runId: house.runId, onBehalfOf: owner.memberId } as const,
      { kind: 'SYSTEM', service: 'executor' } as const,
    ]) {
      expect((await house.verdict(principal, change, 'APPROVE')).outcome).toBe('NOT_ELIGIBLE');
    }
    const [approval] = await house.approvals(change.id);
    const insert = asOwner(database(), house.workspaceId, [
      `insert into decision (id, workspace_id, approval_id, change_set_id, revision, digest, gate, member_id, actor_kind, verdict, reason, auth_method, auth_age_seconds, decided_at, valid_until)
       values ($1, $2, $3, $4, 1, $5, 'BUDGET_SHIFT', $6, 'AGENT', 'APPROVE', '', 'NONE', 0, now(), now())`,
      [newId(), house.workspaceId, approval?.id, change.id, change.digest, owner.memberId],
    ]);
    await expect(insert).rejects.toThrow(/decision_people_only/);
  });

  test('G3: proposer, editor and the person whom an agent works for cannot approve their own change', async () => {
    const owner = house.person('BUDGET_OWNER');
    const own = await house.as(owner)('app', (unit) =>
      submitChangeSet(unit, {
        title: 'Mine',
        reason: 'Mine.',
        ifRejected: 'Nothing.',
        actions: [house.budgetMove('alpha', 500)],
        evidenceIds: [],
      }),
    );
    expect((await house.verdict(owner, own, 'APPROVE')).outcome).toBe('SELF_APPROVAL');

    const forOwner = await house.as({
      kind: 'AGENT',
      agent: 'PAID_MEDIA',
      runId: house.runId,
      onBehalfOf: owner.memberId,
    })('app', (unit) =>
      submitChangeSet(unit, {
        title: 'For',
        reason: 'For.',
        ifRejected: 'Nothing.',
        actions: [house.budgetMove('beta', 500)],
        evidenceIds: [],
      }),
    );
    expect((await house.verdict(owner, forOwner, 'APPROVE')).outcome).toBe('SELF_APPROVAL');

    const edited = await house.submit([house.budgetMove('gamma', 500)]);
    const revised = await house.as(owner)('app', (unit) =>
      reviseChangeSet(unit, { changeSetId: edited.id, revision: 1, actions: [house.budgetMove('gamma', 400)] }),
    );
    expect((await house.verdict(owner, revised, 'APPROVE')).outcome).toBe('SELF_APPROVAL');
    expect((await house.verdict(house.person('BUDGET_OWNER', 1), revised, 'APPROVE')).outcome).toBe('OK');
  });

  test('the maker of a token cannot approve what the token proposed', async () => {
    const owner = house.person('BUDGET_OWNER');
    const tokenId = newId();
    await asOwner(database(), house.workspaceId, [
      `insert into api_token (id, workspace_id, name, secret_sha256, scopes, created_by) values ($1, $2, 'ci', 'x', '{runs:write}', $3)`,
      [tokenId, house.workspaceId, owner.memberId],
    ]);
    const change = await house.as({ kind: 'TOKEN', tokenId, scopes: ['runs:write'] })('app', (unit) =>
      submitChangeSet(unit, {
        title: 'T',
        reason: 'T.',
        ifRejected: 'Nothing.',
        actions: [house.budgetMove('alpha', 500)],
        evidenceIds: [],
      }),
    );
    expect((await house.verdict(owner, change, 'APPROVE')).outcome).toBe('SELF_APPROVAL');
  });

  test('one person satisfies one gate of a change', async () => {
    const both = house.person('BUDGET_OWNER');
    await asOwner(database(), house.workspaceId, [
      `insert into member_role (workspace_id, member_id, role) values ($1, $2, 'AUDIENCE_OWNER')`,
      [house.workspaceId, both.memberId],
    ]);
    const audience = {
      kind: 'audience.define',
      target: { type: 'audience', id: newId(), name: 'Engaged' },
      before: null,
      after: 'Visitors of 30 days',
      definition: {},
    };
    const change = await house.submit([house.budgetMove('alpha', 500), audience]);
    expect((await house.verdict(both, change, 'APPROVE', { gate: 'BUDGET_SHIFT' })).outcome).toBe('OK');
    expect((await house.verdict(both, change, 'APPROVE', { gate: 'AUDIENCE_DEFINITION' })).outcome).toBe(
      'ONE_GATE_PER_PERSON',
    );
    const other = await house.verdict(house.person('AUDIENCE_OWNER'), change, 'APPROVE', {
      gate: 'AUDIENCE_DEFINITION',
    });
    expect(other).toMatchObject({ outcome: 'OK', changeSetState: 'APPROVED' });
  });

  test('a person with two of a gate’s roles fills one seat', async () => {
    const both = house.person('BUDGET_OWNER');
    await asOwner(database(), house.workspaceId, [
      `insert into member_role (workspace_id, member_id, role) values ($1, $2, 'FINANCE')`,
      [house.workspaceId, both.memberId],
    ]);
    const change = await house.submit([house.budgetMove('alpha', 15_000)]);
    expect(change.gates[0]?.seats).toEqual([
      { role: 'BUDGET_OWNER', count: 2 },
      { role: 'FINANCE', count: 1 },
    ]);
    await house.verdict(both, change, 'APPROVE');
    expect((await house.verdict(house.person('BUDGET_OWNER', 1), change, 'APPROVE')).changeSetState).toBe(
      'NEEDS_APPROVAL',
    );
    expect((await house.verdict(house.person('FINANCE'), change, 'APPROVE')).changeSetState).toBe('APPROVED');
  });

  test('G10: an approval of another workspace cannot be seen or decided', async () => {
    const foreign = await buildHouse(database());
    const change = await foreign.submit([foreign.budgetMove('alpha', 500)]);
    const [approval] = await foreign.approvals(change.id);
    const decided = await house.as(house.person('BUDGET_OWNER'))('decider', (unit) =>
      decide(unit, {
        approvalId: approval?.id ?? '',
        verdict: 'APPROVE',
        reason: '',
        revision: 1,
        digest: change.digest,
      }),
    );
    expect(decided.outcome).toBe('NOT_FOUND');
    expect(await house.approvals(change.id)).toEqual([]);
    // The right workspace, but a member of another one.
    expect((await foreign.verdict(house.person('BUDGET_OWNER'), change, 'APPROVE')).outcome).toBe('NOT_ELIGIBLE');
  });
});

describe('on which bytes', () => {
  test('the digest is the SHA-256 of the canonical text, and the actions are what it says', async () => {
    const change = await house.submit([house.budgetMove('alpha', 500)]);
    const stored = await house.agent('app', (unit) => loadChangeSet(unit, change.id));
    expect(stored.digest).toBe(sha256Hex(stored.canonical));
    const content = JSON.parse(stored.canonical) as { actions: unknown; requiredGates: unknown };
    expect(canonicalJson(content)).toBe(stored.canonical);
    expect(content.actions).toEqual(stored.actions);
    expect(stored).toMatchObject({ spendDeltaMinor: 15_000n, absDeltaMinor: 15_000n, windowBaseMinor: 1_200_000n });
  });

  test('G5: a stale digest, a stale revision and a decision on an old revision are refused', async () => {
    const first = await house.submit([house.budgetMove('alpha', 500)]);
    const owner = house.person('BUDGET_OWNER');
    const [old] = await house.approvals(first.id);
    expect((await house.verdict(owner, first, 'APPROVE', { digest: '0'.repeat(64) })).outcome).toBe('STALE_DIGEST');
    expect(
      (await house.verdict(owner, first, 'APPROVE', { revision: 1, digest: first.digest.toUpperCase() })).outcome,
    ).toBe('STALE_DIGEST');
    await house.as(house.person('STRATEGIST'))('app', (unit) =>
      reviseChangeSet(unit, { changeSetId: first.id, revision: 1, title: 'Again' }),
    );
    const late = await house.as(owner)('decider', (unit) =>
      decide(unit, { approvalId: old?.id ?? '', verdict: 'APPROVE', reason: '', revision: 1, digest: first.digest }),
    );
    expect(late.outcome).toBe('STALE_DIGEST');
  });

  test('an edit voids approvals already given', async () => {
    const first = await house.submit([house.budgetMove('alpha', 5000)]);
    await house.verdict(house.person('BUDGET_OWNER'), first, 'APPROVE');
    const revised = await house.agent('app', (unit) =>
      reviseChangeSet(unit, { changeSetId: first.id, revision: 1, reason: 'With a better reason.' }),
    );
    expect(revised).toMatchObject({ revision: 2, state: 'NEEDS_APPROVAL' });
    expect(revised.digest).not.toBe(first.digest);
    const states = (await house.approvals(first.id)).map(({ revision, state }) => `${revision} ${state}`);
    expect(new Set(states)).toEqual(new Set(['1 VOID', '2 PENDING']));
    await expect(
      house.agent('app', (unit) => reviseChangeSet(unit, { changeSetId: first.id, revision: 1, title: 'x' })),
    ).rejects.toThrow(/at revision 2/);
  });

  test('a view session counts only for its person and bytes, and its time is the server’s', async () => {
    const change = await house.submit([house.budgetMove('alpha', 500)]);
    const [approval] = await house.approvals(change.id);
    const owner = house.person('BUDGET_OWNER');
    const opened = await house.as(owner)('app', (unit) => openApproval(unit, approval?.id ?? ''));
    const verdict = {
      approvalId: approval?.id ?? '',
      verdict: 'APPROVE' as const,
      reason: '',
      revision: 1,
      digest: change.digest,
      viewSessionId: opened.viewSessionId,
    };
    const other = await house.as(house.person('BUDGET_OWNER', 1))('decider', (unit) => decide(unit, verdict));
    expect(other.outcome).toBe('VIEW_SESSION_UNKNOWN');
    expect((await house.as(owner)('decider', (unit) => decide(unit, verdict))).outcome).toBe('OK');
    const [decision] = await house.agent('app', (unit) => decisionsOf(unit, change.id));
    expect(decision?.viewedMs).toBeGreaterThanOrEqual(0);
  });
});

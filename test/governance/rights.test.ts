/** What plain SQL of each login may do to governed tables: the guards hold against SQL, not only against the code. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Login } from '../../src/database/embedded/logins.ts';
import type { SubmittedChange } from '../../src/governance/changeSets.ts';
import { newId } from '../../src/kernel/ids.ts';
import { useTestDatabase } from '../support/database.ts';
import { asOwner, buildHouse, type House } from './house.ts';

const database = useTestDatabase();
let house: House;
let change: SubmittedChange;
let approvalId: string;
beforeAll(async () => {
  house = await buildHouse(database());
  change = await house.submit([house.budgetMove('alpha', 500)]);
  approvalId = (await house.approvals(change.id))[0]!.id;
});

/** Runs one statement of a login inside the workspace and rolls it back; gives the refusal's code, or null when it was let through. */
async function refusalOf(login: Login, sql: string): Promise<string | null> {
  const client = await database().database.poolOf(login).connect();
  try {
    await client.query('begin');
    await client.query(`select set_config('app.workspace_id', $1, true)`, [house.workspaceId]);
    await client.query(sql);
    return null;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  } finally {
    await client.query('rollback');
    client.release();
  }
}

const DENIED = '42501';
const DECISION = (): string =>
  `insert into decision (id, workspace_id, approval_id, change_set_id, revision, digest, gate, member_id, actor_kind, verdict, reason, auth_method, auth_age_seconds, decided_at, valid_until)
   values ('${newId()}', '${house.workspaceId}', '${approvalId}', '${change.id}', 1, '${change.digest}', 'BUDGET_SHIFT', '${house.person('BUDGET_OWNER').memberId}', 'PERSON', 'APPROVE', '', 'x', 0, now(), now() + interval '1 day')`;
const RECORD = (): string =>
  `select decision_record('${newId()}', '${approvalId}', 1, '${change.digest}', '${house.person('BUDGET_OWNER').memberId}', 'PERSON', 'APPROVE', '', null, 'x', null)`;
const EXECUTION = (): string =>
  `insert into execution (change_set_id, workspace_id, revision, digest) values ('${change.id}', '${house.workspaceId}', 1, '${change.digest}')`;
const EFFECT = (): string =>
  `insert into effect (id, workspace_id, change_set_id, revision, action_index, kind, idempotency_key) values ('${newId()}', '${house.workspaceId}', '${change.id}', 1, 0, 'budget.set', 'k')`;
const RESERVATION = (): string =>
  `insert into reservation (workspace_id, change_set_id, revision, currency, reserved_at) values ('${house.workspaceId}', '${change.id}', 1, 'EUR', now())`;

describe('plain SQL', () => {
  test('the app writes no decision, reservation, execution or effect, and cannot call the decider’s door', async () => {
    for (const sql of [DECISION(), RECORD(), EXECUTION(), EFFECT(), RESERVATION()])
      expect([sql.slice(0, 40), await refusalOf('baton_app', sql)]).toEqual([sql.slice(0, 40), DENIED]);
  });

  test('the decider writes a verdict through its function alone', async () => {
    for (const sql of [DECISION(), EXECUTION(), EFFECT(), RESERVATION()])
      expect(await refusalOf('baton_decider', sql)).toBe(DENIED);
    expect(await refusalOf('baton_decider', RECORD())).toBeNull();
  });

  test('the executor writes no verdict, and no execution that is not approved', async () => {
    for (const sql of [DECISION(), RECORD(), RESERVATION(), EXECUTION()])
      expect(await refusalOf('baton_executor', sql)).toBe(DENIED);
    // An effect without its execution breaks the foreign key.
    expect(await refusalOf('baton_executor', EFFECT())).toBe('23503');
  });

  test('nobody but the owner writes the floor, the rules, the clock, approvals or the chain', async () => {
    const statements = [
      `update action_kind set gates = '{SAFE_STOP}'`,
      `insert into action_kind values ('x', '{SAFE_STOP}')`,
      `delete from gate_floor`,
      `update gate_floor set count = 0`,
      `insert into governance_policy (version) values ('loose')`,
      `insert into clock_offset (amount) values ('-1 day')`,
      `update approval set state = 'APPROVED'`,
      `insert into change_set_action select * from change_set_action`,
      `update change_set_action set kind = 'campaign.pause'`,
      `delete from change_set`,
      `insert into audit_event select * from audit_event`,
      `update audit_event set outcome = 'x'`,
      `delete from audit_event`,
      `truncate audit_event`,
      `update audit_head set last_seq = 0`,
      `insert into approval_event select * from approval_event`,
      `insert into member_role select workspace_id, id, 'ADMIN' from member`,
      `select approval_event_append(null, null, null, 'APPROVED')`,
    ];
    for (const login of ['baton_app', 'baton_decider', 'baton_executor'] as const) {
      for (const sql of statements) expect([login, sql, await refusalOf(login, sql)]).toEqual([login, sql, DENIED]);
    }
  });

  test('a change set keeps its content, its proposer and its state against an update', async () => {
    for (const sets of [
      `title = 'other'`,
      `digest = 'x'`,
      `required_gates = '{SAFE_STOP}'`,
      `state = 'APPROVED'`,
      `state = 'EXECUTED'`,
      `proposer_id = 'x'`,
      `on_behalf_of = null`,
      `decide_by = decide_by + interval '1 year'`,
    ]) {
      expect([sets, await refusalOf('baton_app', `update change_set set ${sets}`)]).toEqual([sets, DENIED]);
    }
    // A new revision needs bytes of its own.
    expect(await refusalOf('baton_app', 'update change_set set revision = 2')).toBe('23514');
    expect(await refusalOf('baton_app', `update change_set set interrupt_id = 'i'`)).toBeNull();
  });

  test('governed state changes only under the executor’s login', async () => {
    const statements = [
      `update campaign set status = 'PAUSED'`,
      `update budget set amount_micros = 1`,
      `insert into budget (id, workspace_id, channel, status, period, amount_micros, currency, valid_from) values ('${newId()}', '${house.workspaceId}', 'X', 'APPROVED', 'DAY', 1, 'EUR', now())`,
    ];
    for (const login of ['baton_app', 'baton_decider'] as const)
      for (const sql of statements) expect([sql, await refusalOf(login, sql)]).toEqual([sql, DENIED]);
    for (const sql of statements) expect([sql, await refusalOf('baton_executor', sql)]).toEqual([sql, null]);
  });

  test('even the owner cannot change a decision, an effect’s outcome or an event without switching guards off', async () => {
    await house.verdict(house.person('BUDGET_OWNER'), change, 'APPROVE');
    for (const sql of [
      `update decision set verdict = 'REJECT'`,
      'delete from decision',
      'truncate decision cascade',
      `update audit_event set outcome = 'x'`,
      'delete from audit_event',
    ]) {
      await expect(asOwner(database(), house.workspaceId, [sql, []])).rejects.toMatchObject({ code: DENIED });
    }
  });

  test('another workspace’s session sees and changes nothing', async () => {
    const foreign = await database().addWorkspace();
    const seen = await database().units(foreign)('executor', async (unit) => {
      const counts: Record<string, number> = {};
      for (const table of [
        'change_set',
        'change_set_action',
        'change_set_revision',
        'approval',
        'decision',
        'reservation',
        'execution',
        'effect',
        'view_session',
        'approval_event',
        'audit_event',
        'audit_head',
        'approval_head',
      ]) {
        const rows = await unit.em.execute<{ n: number }[]>(`select count(*)::int as n from ${table}`);
        counts[table] = rows[0]?.n ?? -1;
      }
      return counts;
    });
    expect(Object.values(seen).every((count) => count === 0)).toBe(true);
  });
});

/** The floor in code and in the database: the same gates, seats and thresholds in both, and no way below them. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { actionGates, type Action } from '../../src/domain/actions.ts';
import { gateFloor, gates, type Gate } from '../../src/domain/gates.ts';
import type { InUnit } from '../../src/domain/unit.ts';
import { loadChangeSet } from '../../src/governance/changeSetRows.ts';
import { budgetSeats } from '../../src/governance/floor.ts';
import { staffGates } from '../../src/governance/staffing.ts';
import { canonicalJson, sha256Hex } from '../../src/kernel/canonicalJson.ts';
import { currencyExponent } from '../../src/kernel/money.ts';
import { newId } from '../../src/kernel/ids.ts';
import { useTestDatabase } from '../support/database.ts';
import { asOwner, buildHouse } from './house.ts';

describe('the same floor in the database', () => {
  const database = useTestDatabase();

  test('action_kind and gate_floor hold what the code holds', async () => {
    const owner = database().database.ownerPool;
    const kinds = await owner.query<{ kind: string; gates: string[] }>('select kind, gates from action_kind');
    expect(Object.fromEntries(kinds.rows.map((row) => [row.kind, row.gates]))).toEqual(actionGates);
    const floor = await owner.query(
      'select gate, role, count, valid_hours, proposer_may_decide from gate_floor order by gate, role',
    );
    const expected = gates.flatMap((gate) =>
      gateFloor[gate].seats.map((seat) => ({
        gate,
        ...seat,
        valid_hours: gateFloor[gate].validHours,
        proposer_may_decide: gateFloor[gate].proposerMayDecide,
      })),
    );
    expect(floor.rows).toEqual(expected.sort((a, b) => (`${a.gate}${a.role}` < `${b.gate}${b.role}` ? -1 : 1)));
  });

  test('seats of a budget share are the same in code and SQL, for any sum and base', async () => {
    const amount = fc.option(fc.bigInt({ min: 0n, max: 10n ** 14n }), { nil: null, freq: 10 });
    const edge = fc
      .bigInt({ min: 1n, max: 10n ** 9n })
      .chain((base) => fc.constantFrom(10n, 4n).map((part) => ({ totalMinor: base, baseMinor: base * part })));
    const windows = fc.sample(fc.oneof(edge, fc.record({ totalMinor: amount, baseMinor: amount })), {
      numRuns: 300,
      seed: 7,
    });
    const answer = await database().database.ownerPool.query<{ seats: unknown }>(
      `select (select jsonb_agg(jsonb_build_object('role', role, 'count', count) order by role) from budget_seats((w ->> 'total')::numeric, (w ->> 'base')::bigint)) as seats
         from jsonb_array_elements($1::jsonb) with ordinality e(w, n) order by n`,
      [
        JSON.stringify(
          windows.map((window) => ({
            total: window.totalMinor?.toString() ?? null,
            base: window.baseMinor?.toString() ?? null,
          })),
        ),
      ],
    );
    expect(answer.rows.map((row) => row.seats)).toEqual(windows.map((window) => budgetSeats(window)));
  });

  test('digits of a currency are the same in code and SQL', async () => {
    const codes = ['EUR', 'JPY', 'BHD', 'CLP', 'TND', 'USD', 'XOF', 'LYD'];
    const answer = await database().database.ownerPool.query<{ digits: number }>(
      'select currency_exponent(c) as digits from unnest($1::text[]) with ordinality u(c, n) order by n',
      [codes],
    );
    expect(answer.rows.map((row) => row.digits)).toEqual(codes.map(currencyExponent));
  });

  test('G7: an unknown action or field is refused, whichever door it comes through', async () => {
    const house = await buildHouse(database());
    await expect(
      house.submit([{ kind: 'account.close', target: { type: 'campaign', id: 'x', name: 'x' } }]),
    ).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await expect(house.submit([{ ...house.pause('alpha'), force: true }])).rejects.toThrow(
      /a field that its kind does not have/,
    );
    await expect(house.submit([])).rejects.toThrow(/at least one action/);
    const raw = {
      workspace: house.workspaceId,
      id: newId(),
      revision: 1,
      actions: [{ kind: 'account.close' }],
      baseRefs: [],
      evidence: [],
      requiredGates: [],
      policyVersion: 'floor-1',
    };
    await expect(insertRaw(house.agent, raw)).rejects.toThrow(/lacks what its actions need: account.close/);
  });

  test('G8: plain SQL cannot submit below the floor: gates, seats, digest, a reduction that raises', async () => {
    const house = await buildHouse(database());
    const gate = (seats: object[]): object[] => [{ gate: 'BUDGET_SHIFT', seats, validHours: 72 }];
    const content = (more: object): object => ({
      workspace: house.workspaceId,
      id: newId(),
      revision: 1,
      actions: [house.budgetMove('alpha', 15_000)],
      baseRefs: [],
      evidence: [],
      requiredGates: [],
      policyVersion: 'floor-1',
      ...more,
    });
    await expect(insertRaw(house.agent, content({}))).rejects.toThrow(/lacks what its actions need: BUDGET_SHIFT/);
    await expect(
      insertRaw(house.agent, content({ requiredGates: gate([{ role: 'BUDGET_OWNER', count: 1 }]) })),
    ).rejects.toThrow(/lacks seats/);
    await expect(
      insertRaw(
        house.agent,
        content({
          requiredGates: [
            { gate: 'NONE', seats: [], validHours: 1 },
            ...gate([
              { role: 'BUDGET_OWNER', count: 2 },
              { role: 'FINANCE', count: 1 },
            ]),
          ],
        }),
      ),
    ).rejects.toThrow(/./);
    await expect(insertRaw(house.agent, content({}), 'f'.repeat(64))).rejects.toThrow(/not the SHA-256/);
    const raise = {
      kind: 'budget.reduce',
      target: house.pause('alpha').target,
      before: { minor: '99999', currency: 'EUR' },
      after: { minor: '20000', currency: 'EUR' },
      period: 'DAY',
    };
    await expect(house.submit([raise])).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining('must lower the budget in force'),
    });
  });

  test('G9: 100 moves of 1 % need what one move of 100 % needs, and a wrong "before" hides nothing', async () => {
    const house = await buildHouse(database());
    const whole = await house.submit([house.budgetMove('alpha', 40_000)]);
    const split = await buildHouse(database());
    let last = await split.submit([split.budgetMove('alpha', 400)]);
    expect(last.gates[0]?.seats).toEqual([{ role: 'BUDGET_OWNER', count: 1 }]);
    for (let n = 2; n <= 100; n += 1) last = await split.submit([split.budgetMove('alpha', 400)]);
    expect(last.gates).toEqual(whole.gates);
    const lied = await buildHouse(database());
    const move = lied.budgetMove('alpha', 40_000) as Extract<Action, { kind: 'budget.set' }>;
    const hidden = await lied.submit([{ ...move, before: move.after }]);
    expect(hidden.gates).toEqual(whole.gates);
  });

  test('a sum that grew after submission raises the seats at the verdict', async () => {
    const house = await buildHouse(database());
    // Both are under 10 % when they are submitted, the second only because the first is rejected then; its twin is approved later.
    const first = await house.submit([house.budgetMove('alpha', 3000)]);
    await house.verdict(house.person('BUDGET_OWNER'), first, 'REJECT');
    const second = await house.submit([house.budgetMove('alpha', 3000)]);
    await asOwner(database(), house.workspaceId, [
      `insert into reservation select workspace_id, id, revision, abs_delta_minor, abs_delta_minor, currency, baton_now() from change_set where id = $1`,
      [first.id],
    ]);
    await asOwner(
      database(),
      house.workspaceId,
      ['alter table change_set disable trigger change_set_guard', []],
      [`update change_set set state = 'EXECUTED' where id = $1`, [first.id]],
      ['alter table change_set enable trigger change_set_guard', []],
    );
    const one = await house.verdict(house.person('BUDGET_OWNER'), second, 'APPROVE');
    expect(one).toMatchObject({ outcome: 'OK', changeSetState: 'NEEDS_APPROVAL' });
    const [approval] = await house.approvals(second.id);
    expect(approval?.seats).toEqual([{ role: 'BUDGET_OWNER', count: 2 }]);
    expect((await house.verdict(house.person('BUDGET_OWNER', 1), second, 'APPROVE')).changeSetState).toBe('APPROVED');
  });

  test('without a budget and without spend every move counts as over 25 %', async () => {
    const house = await buildHouse(database());
    await asOwner(database(), house.workspaceId, ['delete from budget', []]);
    const change = await house.submit([house.budgetMove('alpha', 1)]);
    expect(change.gates[0]?.seats).toEqual([
      { role: 'BUDGET_OWNER', count: 2 },
      { role: 'FINANCE', count: 1 },
    ]);
    const stored = await house.agent('app', (unit) => loadChangeSet(unit, change.id));
    expect(stored.windowBaseMinor).toBeNull();
  });

  test('the same id proposed twice is one change set', async () => {
    const house = await buildHouse(database());
    const id = newId();
    const first = await house.submit([house.pause('alpha')], { id });
    const again = await house.submit([house.pause('alpha')], { id });
    expect(again).toEqual({ ...first, created: false });
  });

  test('staffing names the seat that nobody is left for', async () => {
    const house = await buildHouse(database());
    const both = house.person('BUDGET_OWNER');
    await asOwner(
      database(),
      house.workspaceId,
      [`delete from member_role where role = 'FINANCE'`, []],
      [
        'insert into member_role (workspace_id, member_id, role) values ($1, $2, $3)',
        [house.workspaceId, both.memberId, 'FINANCE'],
      ],
    );
    const wanted = [
      {
        gate: 'BUDGET_SHIFT' as const,
        seats: [
          { role: 'BUDGET_OWNER' as const, count: 2 },
          { role: 'FINANCE' as const, count: 1 },
        ],
      },
    ];
    const floorOf = (gate: Gate) => ({ gate, seats: gateFloor[gate].seats });
    const short = await house.agent('app', (unit) => staffGates(unit, wanted, []));
    expect(short).toEqual([{ gate: 'BUDGET_SHIFT', role: 'FINANCE', holders: 1 }]);
    const enough = await house.agent('app', (unit) =>
      staffGates(unit, [floorOf('BUDGET_SHIFT'), floorOf('PERSONAL_DATA')], [both.memberId]),
    );
    expect(enough).toEqual([]);
    const owners = [house.person('BUDGET_OWNER', 0).memberId, house.person('BUDGET_OWNER', 1).memberId];
    const none = await house.agent('app', (unit) => staffGates(unit, [floorOf('BUDGET_SHIFT')], owners));
    expect(none).toEqual([{ gate: 'BUDGET_SHIFT', role: 'BUDGET_OWNER', holders: 0 }]);
  });

  /** Writes a change set as plain SQL of the app's login. */
  async function insertRaw(inUnit: InUnit, content: object, digest?: string): Promise<unknown> {
    const canonical = canonicalJson(content);
    return inUnit('app', (unit) =>
      unit.em.execute(
        `insert into change_set (id, workspace_id, title, reason, if_rejected, proposer_kind, proposer_id, canonical, digest) values (?::uuid, ?::uuid, 't', 'r', 'n', 'SYSTEM', 'x', ?, ?)`,
        [(content as { id: string }).id, unit.workspace.id, canonical, digest ?? sha256Hex(canonical)],
      ),
    );
  }
});

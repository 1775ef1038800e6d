/** Random walks through the gates on the real database beside an independent model, and the same with faults planted in the SQL. */
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { verifyChain } from '../../src/audit/verify.ts';
import { useTestDatabase } from '../support/database.ts';
import { hardWalks, walks, type Step } from './gateModel.ts';
import { createWalker } from './gateWalker.ts';
import { buildHouse, type House } from './house.ts';

/** Walks a commit; a nightly run sets more. */
const RUNS = Number(process.env['GATE_WALKS'] ?? 30);
const SEED = Number(process.env['GATE_SEED'] ?? 20_260_101);
/** Walks in which a planted fault must show. */
const FAULT_RUNS = 40;

/** One rule taken out of a function of the database. */
interface Fault {
  readonly name: string;
  readonly edits: readonly (readonly [fn: string, rule: string, instead: string])[];
}
const FAULTS: readonly Fault[] = [
  { name: 'no self-check', edits: [['decision_refusal', 'when not alone and (', 'when false and (']] },
  { name: 'stale digest accepted', edits: [['decision_refusal', 'or p_digest is distinct from change.digest', '']] },
  { name: 'deadline ignored', edits: [['decision_refusal', 'a.decide_by <= baton_now()', 'false']] },
  {
    name: 'lapse of approvals ignored',
    edits: [
      ['change_set_may_become', 'd.valid_until <= baton_now()', 'false'],
      ['gate_quorum_met', 'd.valid_until > baton_now()', 'true'],
    ],
  },
  {
    name: 'lost role ignored',
    edits: [['gate_quorum_met', 'join member_role r on r.member_id = d.member_id and r.role = any (chosen)', '']],
  },
  {
    name: 'rejection ignored',
    edits: [
      [
        'decision_record',
        "update change_set set state = 'REJECTED', settled_reason = p_reason where id = change.id;",
        '',
      ],
    ],
  },
  {
    name: 'old revision counted',
    edits: [
      ['gate_quorum_met', 'd.revision = change.revision and ', ''],
      ['gate_quorum_met', 'and d.digest = change.digest', ''],
    ],
  },
  { name: 'policy version ignored', edits: [['execution_refusal', "return 'POLICY_MOVED';", 'null;']] },
  { name: 'one person at two gates', edits: [['decision_refusal', "then 'ONE_GATE_PER_PERSON'", 'then null']] },
  {
    name: 'one approver where two are needed',
    edits: [['gate_quorum_met', 'if supply < demand then', 'if supply < 1 then']],
  },
  { name: 'request for changes ignored', edits: [['decision_refusal', "a.state = 'CHANGES_REQUESTED'", 'false']] },
];

const examples = hardWalks.map((walk): [Step[]] => [walk]);
const database = useTestDatabase();
let house: House;
beforeAll(async () => {
  house = await buildHouse(database());
});

async function rewrite(fn: string, change: (text: string) => string): Promise<void> {
  const owner = database().database.ownerPool;
  const found = await owner.query<{ text: string }>(
    'select pg_get_functiondef(oid) as text from pg_proc where proname = $1',
    [fn],
  );
  await owner.query(change(found.rows[0]!.text));
}

describe('random walks', () => {
  test(`G1 to G6, G11, G14: the database does what the rules say, over ${RUNS} walks`, async () => {
    const walker = await createWalker(database(), house);
    await fc.assert(
      fc.asyncProperty(walks, (steps) => walker.walk(steps)),
      { numRuns: RUNS, seed: SEED, endOnFailure: true, examples },
    );
    const { steps, executed, outcomes } = walker.reached;
    console.info(
      `gate walks: seed ${SEED}, ${RUNS} walks, ${steps} steps, ${executed} executed, verdicts ${JSON.stringify(outcomes)}`,
    );
    expect(executed).toBeGreaterThan(0);
    expect(outcomes['OK']).toBeGreaterThan(RUNS);
    expect((await house.agent('app', (unit) => verifyChain(unit))).failures).toEqual([]);
  });

  test.each(FAULTS)('planted fault: $name is caught', async ({ name, edits }) => {
    const originals: string[] = [];
    for (const [fn, rule, instead] of edits) {
      await rewrite(fn, (text) => {
        if (!text.includes(rule)) throw new Error(`${fn} has no rule "${rule}".`);
        originals.unshift(text);
        return text.replace(rule, instead);
      });
    }
    try {
      const walker = await createWalker(database(), house);
      const found = await fc.check(
        fc.asyncProperty(walks, (steps) => walker.walk(steps)),
        { numRuns: FAULT_RUNS, seed: SEED, endOnFailure: true, examples },
      );
      expect([name, String(found.errorInstance)]).toEqual([name, expect.stringContaining('the rules say')]);
    } finally {
      for (const text of originals) await database().database.ownerPool.query(text);
    }
  });
});

/** Owns walking the real database and the model of the gate rules side by side, step by step. */
import { approvalInbox } from '../../src/governance/approvals.ts';
import {
  reviseChangeSet,
  submitChangeSet,
  withdrawChangeSet,
  type SubmittedChange,
} from '../../src/governance/changeSets.ts';
import { decide } from '../../src/governance/decisions.ts';
import { executeChangeSet } from '../../src/governance/execution.ts';
import type { Principal } from '../../src/domain/principal.ts';
import { newId } from '../../src/kernel/ids.ts';
import type { TestDatabase } from '../support/database.ts';
import { fakeChannel } from './fakeChannel.ts';
import { Model, PEOPLE, ROLE_OF, SELF, type GateName, type Step } from './gateModel.ts';
import { asOwner, setClockOffset, type House } from './house.ts';

/** What a walk reached, for the figures that tests print. */
export interface Reached {
  steps: number;
  outcomes: Record<string, number>;
  executed: number;
}

/** Runs walks on one workspace. Its clock only moves forward. */
export interface Walker {
  /** @throws when the database and the model differ */
  walk(steps: readonly Step[]): Promise<void>;
  readonly reached: Reached;
}

/** Makes a walker with people of its own in a house. */
export async function createWalker(database: TestDatabase, house: House): Promise<Walker> {
  const members = PEOPLE.map(() => newId());
  await asOwner(
    database,
    house.workspaceId,
    ...members.map(
      (id, index) =>
        [
          `insert into member (id, workspace_id, email) values ($1, $2, $3)`,
          [id, house.workspaceId, `walker.${index}.${id}@demo.example`],
        ] as const,
    ),
  );
  const clock = await database.database.ownerPool.query<{ hours: number }>(
    `select coalesce(max(extract(epoch from amount) / 3600), 0)::int as hours from clock_offset`,
  );
  let offset = clock.rows[0]?.hours ?? 0;
  const reached: Reached = { steps: 0, outcomes: {}, executed: 0 };
  const principal = (index: number): Principal => ({
    kind: 'PERSON',
    memberId: members[index]!,
    email: `walker.${index}@demo.example`,
    roles: [],
    signedInAt: '2026-01-01T00:00:00.000Z',
  });
  const agent = house.as({ kind: 'AGENT', agent: 'NEXT_BEST_ACTION', runId: house.runId, onBehalfOf: members[SELF]! });
  const setRole = (index: number, name: GateName, held: boolean): Promise<void> =>
    asOwner(
      database,
      house.workspaceId,
      held
        ? [
            'insert into member_role (workspace_id, member_id, role) values ($1, $2, $3) on conflict do nothing',
            [house.workspaceId, members[index], ROLE_OF[name]],
          ]
        : ['delete from member_role where member_id = $1 and role = $2', [members[index], ROLE_OF[name]]],
    );
  const seated = PEOPLE.flatMap((held, index) =>
    held.map((name) => ({ member_id: members[index], role: ROLE_OF[name] })),
  );
  const resetRoles = (): Promise<void> =>
    asOwner(
      database,
      house.workspaceId,
      ['delete from member_role where member_id = any ($1)', [members]],
      [
        'insert into member_role (workspace_id, member_id, role) select $1, member_id, role from jsonb_to_recordset($2) as r(member_id uuid, role text)',
        [house.workspaceId, JSON.stringify(seated)],
      ],
    );
  const actions = (): unknown[] => [
    {
      kind: 'audience.define',
      target: { type: 'audience', id: newId(), name: newId() },
      before: null,
      after: 'x',
      definition: { include: [{ attribute: 'y', sensitivity: 'special' }] },
    },
    {
      kind: 'message.publish',
      target: { type: 'message', id: newId(), name: newId() },
      campaignId: '',
      campaignName: '',
      replacesMessageId: null,
      headline: 'h',
      body: 'b',
      callToAction: 'c',
      claimIds: [],
      contentDigest: 'd',
    },
  ];

  const walk = async (steps: readonly Step[]): Promise<void> => {
    await resetRoles();
    const model = new Model();
    const channel = fakeChannel();
    let change: SubmittedChange = await agent('app', (unit) =>
      submitChangeSet(unit, {
        title: 't',
        reason: 'r',
        ifRejected: 'n',
        actions: actions(),
        evidenceIds: [],
        findings: [],
      }),
    );
    const decideStep = async (step: Extract<Step, { do: 'decide' }>): Promise<string> => {
      const rows = await agent('app', (unit) => approvalInbox(unit, { changeSetId: change.id, gates: [step.gate] }));
      const approvalId = rows.find((row) => row.revision === change.revision)?.id ?? '';
      const answer = await house.as(principal(step.person))('decider', (unit) =>
        decide(unit, {
          approvalId,
          verdict: step.verdict,
          reason: 'because',
          revision: change.revision,
          digest: step.stale ? '0'.repeat(64) : change.digest,
        }),
      );
      return answer.outcome;
    };
    let said = '';
    for (const step of steps) {
      reached.steps += 1;
      switch (step.do) {
        case 'decide':
          said = await decideStep(step);
          reached.outcomes[said] = (reached.outcomes[said] ?? 0) + 1;
          same(step, said, model.decide(step));
          break;
        case 'tick':
          offset += step.hours;
          model.now += step.hours;
          await setClockOffset(database, `${offset} hours`);
          break;
        case 'role':
          if (step.held) model.held[step.person]?.add(step.gate);
          else model.held[step.person]?.delete(step.gate);
          await setRole(step.person, step.gate, step.held);
          break;
        case 'policy':
          model.policyMoved = true;
          await database.database.ownerPool.query(
            'insert into governance_policy (version, published_at) values ($1, clock_timestamp())',
            [`floor-${newId()}`],
          );
          break;
        case 'revise': {
          const editor = step.editor === null ? agent : house.as(principal(step.editor));
          const revised = await editor('app', (unit) =>
            reviseChangeSet(unit, { changeSetId: change.id, revision: change.revision, title: newId() }),
          ).catch(refusedAs('CONFLICT'));
          same(step, revised !== null, model.revise(step.editor));
          change = revised ?? change;
          break;
        }
        case 'withdraw':
          same(
            step,
            (await agent('app', (unit) => withdrawChangeSet(unit, change.id, 'x')).catch(refusedAs('CONFLICT'))) !==
              null,
            model.withdraw(),
          );
          break;
        case 'execute': {
          const result = await executeChangeSet(
            { inUnit: house.executor, channels: [channel], signal: new AbortController().signal, busyMs: 0 },
            change.id,
          );
          const before = model.state;
          same(step, result.change.state, model.execute());
          if (before === 'APPROVED' && model.state === 'EXECUTED') reached.executed += 1;
          break;
        }
      }
      // G1 and G2: something happened outside only when the model says so, and then once an action.
      same(step, [...channel.done.values()].join(), model.state === 'EXECUTED' ? '1,1' : '');
      const stored = await agent('app', (unit) =>
        unit.em.execute<{ state: string }[]>('select state from change_set where id = ?::uuid', [change.id]),
      );
      same(step, stored[0]?.state, model.state);
    }
  };
  return { walk, reached };
}

function same(step: Step, found: unknown, expected: unknown): void {
  if (found !== expected)
    throw new Error(
      `After ${JSON.stringify(step)} the database says ${String(found)}, the rules say ${String(expected)}.`,
    );
}

function refusedAs(code: string): (error: unknown) => null {
  return (error) => {
    if ((error as { code?: string }).code === code) return null;
    throw error;
  };
}

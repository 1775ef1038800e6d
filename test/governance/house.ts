/** Owns a workspace for governance tests: two holders of each role, campaigns with budgets, a proposing agent, ways to propose and decide. */
import { approvalInbox, type ApprovalRow, type VerdictKind } from '../../src/governance/approvals.ts';
import type { ChangeRequest, SubmittedChange } from '../../src/governance/changeSets.ts';
import { submitChangeSet } from '../../src/governance/changeSets.ts';
import { decide, type Decided } from '../../src/governance/decisions.ts';
import type { Action } from '../../src/domain/actions.ts';
import { personRoles, type PersonRole, type Principal } from '../../src/domain/principal.ts';
import type { InUnit } from '../../src/domain/unit.ts';
import { newId } from '../../src/kernel/ids.ts';
import type { TestDatabase } from '../support/database.ts';

/** Budget of each campaign a day, in cents; four campaigns make the base of 30 days 12,000.00. */
export const DAILY_MINOR = 10_000;
const CAMPAIGNS = ['alpha', 'beta', 'gamma', 'delta'] as const;
type CampaignName = (typeof CAMPAIGNS)[number];

/** A workspace with people. */
export interface House {
  readonly workspaceId: string;
  readonly runId: string;
  readonly campaigns: Readonly<Record<CampaignName, string>>;
  /** The n-th holder (0 or 1) of a role. */
  person(role: PersonRole, n?: 0 | 1): Principal & { kind: 'PERSON' };
  /** Units as a principal. */
  as(principal: Principal): InUnit;
  /** Units as the agent that works for the first strategist. */
  readonly agent: InUnit;
  readonly agentPrincipal: Principal;
  readonly executor: InUnit;
  /** A budget move of one campaign by that many cents a day. */
  budgetMove(campaign: CampaignName, byMinor: number): Action;
  pause(campaign: CampaignName): Action;
  submit(actions: readonly unknown[], more?: Partial<ChangeRequest>): Promise<SubmittedChange>;
  approvals(changeSetId: string): Promise<ApprovalRow[]>;
  /** Decides a gate of the present revision as a principal. */
  verdict(
    principal: Principal,
    change: SubmittedChange,
    verdict: VerdictKind,
    more?: { gate?: string; digest?: string; revision?: number; reason?: string },
  ): Promise<Decided>;
  /** Approves every gate by as many holders as it has seats. */
  approveAll(change: SubmittedChange): Promise<void>;
}

/** Moves the database clock of a test. */
export async function setClockOffset(database: TestDatabase, interval: string): Promise<void> {
  await database.database.ownerPool.query(
    'insert into clock_offset (amount) values ($1::interval) on conflict (only_row) do update set amount = excluded.amount',
    [interval],
  );
}

/** Builds the workspace. */
export async function buildHouse(database: TestDatabase): Promise<House> {
  const workspaceId = await database.addWorkspace();
  const owner = database.database.ownerPool;
  const people = new Map<string, Principal & { kind: 'PERSON' }>();
  for (const role of personRoles) {
    for (const n of [0, 1]) {
      const email = `${role.toLowerCase()}.${n}@demo.example`;
      people.set(`${role}.${n}`, {
        kind: 'PERSON',
        memberId: newId(),
        email,
        roles: [role],
        signedInAt: '2026-01-01T00:00:00.000Z',
      });
    }
  }
  const members = JSON.stringify(
    [...people.values()].map(({ memberId, email, roles }) => ({ id: memberId, email, role: roles[0] })),
  );
  const campaigns = Object.fromEntries(CAMPAIGNS.map((name) => [name, newId()])) as Record<CampaignName, string>;
  const rows = JSON.stringify(
    CAMPAIGNS.map((name) => ({ id: campaigns[name], name, budget: newId(), change: newId() })),
  );
  const runId = newId();
  const goalId = newId();
  const strategist = people.get('STRATEGIST.0')?.memberId;
  await inWorkspace(owner, workspaceId, [
    [
      'insert into member (id, workspace_id, email) select id, $1, email from jsonb_to_recordset($2) as m(id uuid, email text)',
      [workspaceId, members],
    ],
    [
      'insert into member_role (workspace_id, member_id, role) select $1, id, role from jsonb_to_recordset($2) as m(id uuid, role text)',
      [workspaceId, members],
    ],
    [
      `insert into campaign (id, workspace_id, channel, name, status) select id, $1, 'PAID_SEARCH', name, 'ACTIVE' from jsonb_to_recordset($2) as c(id uuid, name text)`,
      [workspaceId, rows],
    ],
    [
      `insert into budget (id, workspace_id, channel, campaign_id, status, period, amount_micros, currency, valid_from, change_set_id)
       select budget, $1, 'PAID_SEARCH', id, 'APPROVED', 'DAY', $3, 'EUR', current_date - 60, change from jsonb_to_recordset($2) as c(id uuid, budget uuid, change uuid)`,
      [workspaceId, rows, DAILY_MINOR * 10_000],
    ],
    [
      `insert into goal (id, workspace_id, owner_member_id, kpi, target, from_day, to_day, budget_micros, currency, market, text)
       values ($1, $2, $3, 'REVENUE', 1, current_date, current_date + 90, 1, 'EUR', 'ALL', 'Grow.')`,
      [goalId, workspaceId, strategist],
    ],
    [
      `insert into run (id, workspace_id, goal_id, kind, status, graph_version, thread_id, requested_by) values ($1, $2, $3, 'PLAN_AND_EXECUTE', 'RUNNING', '1', $1, $4)`,
      [runId, workspaceId, goalId, strategist],
    ],
  ]);
  return houseOf(database, { workspaceId, runId, people, campaigns });
}

type Statement = readonly [string, readonly unknown[]];

async function inWorkspace(
  pool: TestDatabase['database']['ownerPool'],
  workspaceId: string,
  statements: readonly Statement[],
): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query(`select set_config('app.workspace_id', $1, true)`, [workspaceId]);
    for (const [sql, values] of statements) await client.query(sql, [...values]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}

/** Runs SQL as the owner inside a workspace. */
export async function asOwner(
  database: TestDatabase,
  workspaceId: string,
  ...statements: readonly Statement[]
): Promise<void> {
  await inWorkspace(database.database.ownerPool, workspaceId, statements);
}

interface Parts {
  workspaceId: string;
  runId: string;
  people: ReadonlyMap<string, Principal & { kind: 'PERSON' }>;
  campaigns: Record<CampaignName, string>;
}

function houseOf(database: TestDatabase, { workspaceId, runId, people, campaigns }: Parts): House {
  const person: House['person'] = (role, n = 0) => {
    const found = people.get(`${role}.${n}`);
    if (!found) throw new Error(`No holder ${n} of ${role}.`);
    return found;
  };
  const as = (principal: Principal): InUnit => database.units(workspaceId, principal);
  const agentPrincipal: Principal = {
    kind: 'AGENT',
    agent: 'NEXT_BEST_ACTION',
    runId,
    onBehalfOf: person('STRATEGIST').memberId,
  };
  const target = (name: CampaignName): { type: 'campaign'; id: string; name: string } => ({
    type: 'campaign',
    id: campaigns[name],
    name,
  });
  const house: House = {
    workspaceId,
    runId,
    campaigns,
    person,
    as,
    agentPrincipal,
    agent: as(agentPrincipal),
    executor: as({ kind: 'SYSTEM', service: 'executor' }),
    budgetMove: (name, byMinor) => ({
      kind: 'budget.set',
      target: target(name),
      before: { minor: String(DAILY_MINOR), currency: 'EUR' },
      after: { minor: String(DAILY_MINOR + byMinor), currency: 'EUR' },
      period: 'DAY',
    }),
    pause: (name) => ({ kind: 'campaign.pause', target: target(name) }),
    submit: (actions, more) =>
      house.agent('app', (unit) =>
        submitChangeSet(unit, {
          title: 'A change',
          reason: 'It pays.',
          ifRejected: 'Nothing changes.',
          actions,
          evidenceIds: [],
          findings: [],
          ...more,
        }),
      ),
    approvals: (changeSetId) => house.executor('app', (unit) => approvalInbox(unit, { changeSetId })),
    verdict: async (principal, change, verdict, more = {}) => {
      const rows = await house.approvals(change.id);
      const row = rows.find(
        (candidate) =>
          candidate.revision === change.revision && (more.gate === undefined || candidate.gate === more.gate),
      );
      return as(principal)('decider', (unit) =>
        decide(unit, {
          approvalId: row?.id ?? newId(),
          verdict,
          reason: more.reason ?? (verdict === 'APPROVE' ? '' : 'Not now.'),
          revision: more.revision ?? change.revision,
          digest: more.digest ?? change.digest,
        }),
      );
    },
    approveAll: async (change) => {
      for (const { gate, seats } of change.gates) {
        for (const { role, count } of seats) {
          for (let n = 0; n < count; n += 1) {
            const decided = await house.verdict(person(role, n as 0 | 1), change, 'APPROVE', { gate });
            if (decided.outcome !== 'OK') throw new Error(`${gate} ${role}: ${decided.outcome}`);
          }
        }
      }
    },
  };
  return house;
}

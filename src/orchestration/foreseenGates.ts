/**
 * Owns saying before a run works which gates it will come to that nobody can decide. It warns and refuses nothing: a plan
 * is worth seeing, and a run waits at a gate until somebody can.
 */
import type { ActionKind } from '../domain/actions.ts';
import type { Gate } from '../domain/gates.ts';
import type { Goal } from '../domain/goals.ts';
import type { PersonRole } from '../domain/principal.ts';
import type { Specialist } from '../domain/specialists.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import { requiredGates, type BudgetWindow } from '../governance/floor.ts';
import { staffGates, type MissingSeats } from '../governance/staffing.ts';
import { loadReadiness } from './dataReadiness.ts';
import { appendEvent } from './events.ts';
import { loadActiveStrategy, loadGoal, loadWorkspaceFacts } from './goalContext.ts';
import { planByRules } from './planner.ts';
import { strategyDifferences } from './strategyDraft.ts';

/** A seat that nobody is there for, with a sentence for people. */
export interface UnstaffedGate {
  readonly gate: Gate;
  readonly role: PersonRole;
  readonly message: string;
}

/** What a run may propose, one change set each, when the specialist that finds the reason for it is in the plan. */
const foreseen: readonly { readonly kind: ActionKind; readonly after: Specialist }[] = [
  { kind: 'budget.set', after: 'PAID_MEDIA' },
  { kind: 'campaign.pause', after: 'PAID_MEDIA' },
  { kind: 'audience.define', after: 'AUDIENCE_INSIGHT' },
  { kind: 'message.publish', after: 'CONTENT' },
];

/** A move below every threshold: what a larger one needs beside is known only once it stands. */
const SMALLEST_MOVE: BudgetWindow = { totalMinor: 0n, baseMinor: 1n };

/**
 * Tells a run's followers of each gate that it may come to and that nobody can decide, one event each, and gives them. @throws NOT_FOUND
 */
export async function tellUnstaffedGates(unit: UnitOfWork, runId: string, goalId: string): Promise<UnstaffedGate[]> {
  const goal = await loadGoal(unit, goalId);
  const { industry } = await loadWorkspaceFacts(unit);
  const found = new Map<string, UnstaffedGate>();
  for (const kind of await kindsOf(unit, goal)) {
    // A review comes before every publication; which findings it has cannot be foreseen.
    const gates = requiredGates({ actions: [{ kind }], findings: [], personalData: 'NONE', industry }, SMALLEST_MOVE);
    const missing = await staffGates(unit, gates, [goal.ownerMemberId]);
    for (const seat of missing) found.set(`${seat.gate} ${seat.role}`, unstaffed(seat));
  }
  for (const { gate, role, message } of found.values())
    await appendEvent(unit, runId, { type: 'GATE_UNSTAFFED', message, data: { gate, role } });
  return [...found.values()];
}

async function kindsOf(unit: UnitOfWork, goal: Goal): Promise<ActionKind[]> {
  const active = await loadActiveStrategy(unit, goal.market);
  const plan = planByRules(goal, await loadReadiness(unit));
  const planned = foreseen.filter(({ after }) => plan.tasks.some((task) => task.specialist === after));
  return [
    ...(strategyDifferences(active?.document ?? null, goal).length > 0 ? (['strategy.activate'] as const) : []),
    ...planned.map(({ kind }) => kind),
  ];
}

function unstaffed({ gate, role, holders }: MissingSeats[number]): UnstaffedGate {
  const why =
    holders === 0
      ? `nobody but whoever the run is for may decide it as ${role}`
      : `each gate of a change needs a person of its own, and too few hold the role ${role}`;
  return {
    gate,
    role,
    message: `Nobody can decide the gate ${gate} that this run may come to: ${why}. The run works up to it and waits there until an admin gives somebody else that role.`,
  };
}

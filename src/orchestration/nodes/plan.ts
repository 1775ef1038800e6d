/** Owns the plan of a run and the strategy it needs: chosen once, checked, hashed, stored with its tasks. */
import { AppError } from '../../kernel/errors.ts';
import { derivedId } from '../../kernel/ids.ts';
import { loadChangeSet } from '../../governance/changeSetRows.ts';
import { submitChangeSet } from '../../governance/changeSets.ts';
import type { Goal } from '../../domain/goals.ts';
import { specialists, type Specialist } from '../../domain/specialists.ts';
import type { UnitOfWork } from '../../domain/unit.ts';
import { loadReadiness } from '../dataReadiness.ts';
import { appendEvent } from '../events.ts';
import { goalDoubts } from '../goalDoubts.ts';
import { loadActiveStrategy, loadGoal } from '../goalContext.ts';
import { chatOf } from '../modelUsage.ts';
import { choosePlan, type CheckedPlan } from '../planCheck.ts';
import { failRun } from '../runs.ts';
import { readRunState, type ReviewRoute } from '../state.ts';
import { draftStrategy, storeDraft, strategyDifferences } from '../strategyDraft.ts';
import { insertTasks } from '../tasks.ts';
import type { RunWork } from '../services.ts';

/** Makes the node that plans. A plan that a run already has is kept, whatever a model would say now. */
export function planNode(work: RunWork) {
  return async (raw: unknown): Promise<{ strategyChangeSetId: string | null }> => {
    const state = readRunState(raw);
    const { goal, data, planned } = await work.inUnit('app', async (unit) => ({
      goal: await loadGoal(unit, state.goalId),
      data: await loadReadiness(unit),
      planned: await hasPlan(unit, state.runId),
    }));
    if (!planned) {
      const chosen = await choosePlan(goal, data, { chat: chatOf(work), signal: work.signal });
      await work.inUnit('app', (unit) => storePlan(unit, work, chosen));
    }
    return {
      strategyChangeSetId: await work.agentUnit('SUPERVISOR')('app', (unit) =>
        proposeStrategy(unit, state.runId, goal),
      ),
    };
  };
}

/** Makes the node after the strategy's gate: the run goes on under an active strategy, or ends with the reason. */
export function strategyNode(work: RunWork) {
  return async (raw: unknown): Promise<{ reviewed: ReviewRoute }> => {
    const { runId, strategyChangeSetId } = readRunState(raw);
    return work.inUnit('app', async (unit) => {
      if (strategyChangeSetId !== null) {
        const change = await loadChangeSet(unit, strategyChangeSetId);
        if (change.state !== 'EXECUTED') {
          await failRun(unit, runId, {
            code: 'NOT_APPROVED',
            message: `The strategy that this goal needs was not activated (${change.state.toLowerCase()})${change.settledReason ? `: ${change.settledReason}` : '.'}`,
            hint: 'Change the goal so that it fits the active strategy, or propose a strategy that people agree to.',
          });
          return { reviewed: 'FAILED' };
        }
      }
      const goal = await loadGoal(unit, work.run.goalId);
      const active = await loadActiveStrategy(unit, goal.market);
      if (active)
        await unit.em.execute('update goal set strategy_id = ?::uuid where id = ?::uuid', [active.id, goal.id]);
      return { reviewed: 'WORK' };
    });
  };
}

/** Where the run goes after its strategy is settled. */
export function afterStrategy(raw: unknown): 'dispatch' | 'end' {
  return readRunState(raw).reviewed === 'FAILED' ? 'end' : 'dispatch';
}

async function hasPlan(unit: UnitOfWork, runId: string): Promise<boolean> {
  const rows = await unit.em.execute<unknown[]>('select 1 from run where id = ?::uuid and plan is not null', [runId]);
  return rows.length > 0;
}

async function storePlan(
  unit: UnitOfWork,
  work: RunWork,
  { plan, digest, source, refused }: CheckedPlan,
): Promise<void> {
  const stored = await unit.em.execute<unknown[]>(
    'update run set plan = ?::jsonb, plan_digest = ? where id = ?::uuid and plan is null returning id',
    [JSON.stringify(plan), digest, work.run.id],
  );
  if (stored.length === 0) return;
  const owners = Object.fromEntries(specialists.map((name) => [name, work.services.specialists[name].owner])) as Record<
    Specialist,
    string
  >;
  await insertTasks(unit, work.run.id, plan, owners);
  await appendEvent(unit, work.run.id, {
    type: 'PLAN_PROPOSED',
    message: `${plan.tasks.length} tasks: ${plan.tasks.map((task) => task.id).join(', ')}.`,
    data: { tasks: plan.tasks.length, digest, source, refused, rationale: plan.rationale },
  });
}

/** Submits the strategy that the goal needs, when the active one does not hold it; gives its change set. */
async function proposeStrategy(unit: UnitOfWork, runId: string, goal: Goal): Promise<string | null> {
  const id = derivedId('strategyChange', runId);
  const known = await unit.em.execute<unknown[]>('select 1 from change_set where id = ?::uuid', [id]);
  if (known.length > 0) return id;
  const active = await loadActiveStrategy(unit, goal.market);
  const reasons = strategyDifferences(active?.document ?? null, goal);
  if (reasons.length === 0) return null;
  const { through } = await loadReadiness(unit);
  if (through === null)
    throw new AppError('BAD_USER_INPUT', 'This workspace has no performance data to draft a strategy from.');
  const document = await draftStrategy(unit, goal, { active: active?.document ?? null, dataThrough: through });
  const draft = await storeDraft(unit, runId, goal.market, document);
  const target = { type: 'strategy' as const, id: draft.id, name: `${document.title} (version ${draft.version})` };
  await submitChangeSet(unit, {
    id,
    runId,
    title: `Activate strategy version ${draft.version} for ${goal.market}`,
    reason: [...reasons, ...(await goalDoubts(unit, goal, through)), ...(active ? [] : document.draftNotes)].join(' '),
    ifRejected: 'The run ends without work: its plan would have no strategy to stand on.',
    actions: [{ kind: 'strategy.activate', target, before: active?.id ?? null, after: draft.id, market: goal.market }],
    evidenceIds: [],
  });
  return id;
}

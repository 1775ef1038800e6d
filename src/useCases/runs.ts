/** Owns starting, stopping and reading runs with their tasks and artifacts. */
import { ArtifactEntity, EvidenceEntity, type ArtifactRow, type EvidenceRow } from '../database/entities/artifact.ts';
import { GoalEntity, type GoalRow } from '../database/entities/goal.ts';
import { RunEntity, TaskEntity, type RunRow, type TaskRow } from '../database/entities/run.ts';
import { terminalRunStatuses } from '../domain/specialists.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import { done, refused, type Outcome, type UserError } from '../domain/userErrors.ts';
import { tellUnstaffedGates } from '../orchestration/foreseenGates.ts';
import { cancelRun as requestCancel, createRun, latestOfGoals } from '../orchestration/runs.ts';
import { dailySpendUnits } from '../metrics/spendLevel.ts';
import { groupBy, keyBy } from '../kernel/grouping.ts';
import { memberIdOf, requirePerson, requireScope, type Caller } from './callers.ts';
import { stateGoal } from './goals.ts';
import { once } from './idempotency.ts';
import { pageRows, type PageRequest } from './pages.ts';

export type GoalView = GoalRow;
export type RunView = RunRow;
export type TaskView = TaskRow;
export type ArtifactView = ArtifactRow;
export type EvidenceView = EvidenceRow;

/** What `runStart` answers: ids, so that the stored answer of an idempotency key stays small. */
export interface StartedRun {
  readonly goalId: string;
  readonly runId: string;
  /** What will stand in the run's way later, such as a gate that nobody can decide. */
  readonly warnings: readonly UserError[];
}

/**
 * States a goal and queues its run. The run plans, works, and waits at gates for people.
 * @throws FORBIDDEN for tokens without runs:write and for callers that are no person
 */
export function startRun(
  caller: Caller,
  goal: unknown,
  options: { idempotencyKey: string | null; seed?: number } = { idempotencyKey: null },
): Promise<Outcome<StartedRun>> {
  requireScope(caller, 'runs:write');
  const memberId = memberIdOf(caller);
  return caller.inUnit('app', (unit) => {
    const input = JSON.parse(
      JSON.stringify({ goal, seed: options.seed }, (_key, value: unknown) =>
        typeof value === 'bigint' ? value.toString() : value,
      ),
    ) as unknown;
    return once(unit, { mutation: 'runStart', key: options.idempotencyKey, input }, async () => {
      const spend = await dailySpendUnits(unit);
      if (spend === null) {
        return refused(
          'NO_DATA',
          'This workspace has no performance data yet. Import some first: `baton import performance FILE`, or the mutation performanceImport.',
        );
      }
      const stated = await stateGoal(unit, memberId, goal, spend);
      if (!stated.ok) return stated;
      const { runId } = await createRun(unit, {
        goalId: stated.value.id,
        requestedBy: memberId,
        ...(options.seed === undefined ? {} : { seed: options.seed }),
      });
      const unstaffed = await tellUnstaffedGates(unit, runId, stated.value.id);
      const warnings = unstaffed.map(({ message }) => ({ code: 'GATE_UNSTAFFED' as const, message, path: [] }));
      return done({ goalId: stated.value.id, runId, warnings });
    });
  });
}

/** Asks a run to stop; work stops within seconds, what was executed stays. */
export function cancelRun(caller: Caller, runId: string): Promise<Outcome<{ runId: string }>> {
  requirePerson(caller);
  return caller.inUnit('app', async (unit) => {
    const status = await requestCancel(unit, runId);
    if (terminalRunStatuses.includes(status)) return refused('ENDED', `The run has already ended: ${status}.`, 'runId');
    return done({ runId });
  });
}

/** Goals, newest first. */
export function listGoals(unit: UnitOfWork, page: PageRequest): Promise<GoalView[]> {
  return pageRows(unit, GoalEntity, { time: 'createdAt', page });
}

/** Runs, newest first; of one goal when it is named. */
export function listRuns(unit: UnitOfWork, page: PageRequest, goalId?: string): Promise<RunView[]> {
  return pageRows(unit, RunEntity, { time: 'queuedAt', page, ...(goalId === undefined ? {} : { where: { goalId } }) });
}

/** Goals by id. */
export async function goalsById({ em }: UnitOfWork, ids: readonly string[]): Promise<Map<string, GoalView>> {
  return keyBy(await em.find(GoalEntity, { id: { $in: [...ids] } }), (goal) => goal.id);
}

/** Runs by id. */
export async function runsById({ em }: UnitOfWork, ids: readonly string[]): Promise<Map<string, RunView>> {
  return keyBy(await em.find(RunEntity, { id: { $in: [...ids] } }), (run) => run.id);
}

/** Runs that one goal shows at the most. */
const RUNS_OF_GOAL_LIMIT = 50;

/** Runs of goals, newest first, at most 50 a goal. */
export async function runsOfGoals({ em }: UnitOfWork, goalIds: readonly string[]): Promise<Map<string, RunView[]>> {
  const latest = latestOfGoals(goalIds, RUNS_OF_GOAL_LIMIT);
  const runs = await em.find(RunEntity, latest, { orderBy: [{ queuedAt: 'desc' }, { id: 'asc' }] });
  return groupBy(runs, (run) => run.goalId);
}

/** Tasks of runs in plan order; at most 24 a run. */
export async function tasksOfRuns({ em }: UnitOfWork, runIds: readonly string[]): Promise<Map<string, TaskView[]>> {
  return groupBy(
    await em.find(TaskEntity, { runId: { $in: [...runIds] } }, { orderBy: { position: 'asc' } }),
    (task) => task.runId,
  );
}

/** Artifacts of runs, oldest first; a task sent back leaves one for each round. */
export async function artifactsOfRuns(
  { em }: UnitOfWork,
  runIds: readonly string[],
): Promise<Map<string, ArtifactView[]>> {
  return groupBy(
    await em.find(ArtifactEntity, { runId: { $in: [...runIds] } }, { orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] }),
    (artifact) => artifact.runId,
  );
}

/** Artifacts by id. */
export async function artifactsById({ em }: UnitOfWork, ids: readonly string[]): Promise<Map<string, ArtifactView>> {
  return keyBy(await em.find(ArtifactEntity, { id: { $in: [...ids] } }), (artifact) => artifact.id);
}

/** Evidence by id. */
export async function evidenceById({ em }: UnitOfWork, ids: readonly string[]): Promise<Map<string, EvidenceView>> {
  return keyBy(await em.find(EvidenceEntity, { id: { $in: [...ids] } }), (evidence) => evidence.id);
}

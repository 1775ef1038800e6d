/** Owns the run row: creating, cancelling, its statuses, each with its event and job in one unit. Walking the graph is elsewhere. */
import { raw, type ObjectQuery } from '@mikro-orm/core';
import { AppError } from '../kernel/errors.ts';
import { newId } from '../kernel/ids.ts';
import { terminalRunStatuses, type RunStatus } from '../domain/specialists.ts';
import type { RunRow as RunEntityRow } from '../database/entities/run.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import { appendEvent } from './events.ts';
import { addRunJob } from './jobs.ts';
import { GRAPH_VERSION } from './graphVersion.ts';

/** A run as the worker needs it. */
export interface RunRow {
  readonly id: string;
  readonly goalId: string;
  readonly parentRunId: string | null;
  readonly kind: 'PLAN_AND_EXECUTE' | 'MEASUREMENT';
  readonly status: RunStatus;
  readonly graphVersion: string;
  readonly threadId: string;
  readonly seed: number;
  readonly requestedBy: string;
  readonly startedAt: string | null;
  readonly cancelRequested: boolean;
}

/** What a new run is for. `id` is given where a retry must name the same run. */
export interface NewRun {
  readonly goalId: string;
  readonly requestedBy: string;
  readonly kind?: RunRow['kind'];
  readonly parentRunId?: string;
  readonly seed?: number;
  readonly id?: string;
}

/** Why a run failed, for people. */
export interface RunFailure {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
}

/** Creates a queued run with its lease, first event and job. Creating the same id again changes nothing. */
export async function createRun(unit: UnitOfWork, run: NewRun): Promise<{ runId: string; created: boolean }> {
  const runId = run.id ?? newId();
  const kind = run.kind ?? 'PLAN_AND_EXECUTE';
  const inserted = await unit.em.execute<unknown[]>(
    `insert into run (id, workspace_id, goal_id, parent_run_id, kind, status, graph_version, thread_id, seed, requested_by)
     values (?::uuid, ?::uuid, ?::uuid, ?::uuid, ?, 'QUEUED', ?, ?::uuid, ?, ?::uuid) on conflict (id) do nothing returning id`,
    [
      runId,
      unit.workspace.id,
      run.goalId,
      run.parentRunId ?? null,
      kind,
      GRAPH_VERSION,
      newId(),
      run.seed ?? 1,
      run.requestedBy,
    ],
  );
  if (inserted.length === 0) return { runId, created: false };
  await unit.em.execute('insert into run_lease (run_id, workspace_id) values (?::uuid, ?::uuid)', [
    runId,
    unit.workspace.id,
  ]);
  const what =
    kind === 'MEASUREMENT'
      ? 'Waiting for a worker to measure what the decisions brought.'
      : 'Waiting for a worker to plan this goal.';
  await appendEvent(unit, runId, { type: 'RUN_QUEUED', message: what, data: { kind } });
  await addRunJob(unit, runId);
  return { runId, created: true };
}

/** Condition on runs: those that are among the latest of each goal. */
export function latestOfGoals(goalIds: readonly string[], limit: number): ObjectQuery<RunEntityRow> {
  const latest = raw(
    `id in (select r.id from unnest(?::uuid[]) g(id) cross join lateral
       (select id from run where goal_id = g.id order by queued_at desc, id limit ?) r)`,
    [`{${goalIds.join(',')}}`, limit],
  );
  return { [latest]: [] };
}

/** Reads a run. @throws NOT_FOUND */
export async function loadRun(unit: UnitOfWork, runId: string): Promise<RunRow> {
  const rows = await unit.em.execute<RunColumns[]>(
    `select id, goal_id, parent_run_id, kind, status, graph_version, thread_id, seed, requested_by, started_at::text, cancel_requested_at is not null as cancel_requested
     from run where id = ?::uuid`,
    [runId],
  );
  const row = rows[0];
  if (!row)
    throw new AppError('NOT_FOUND', `This workspace has no run ${runId}.`, { hint: 'List the runs to find its id.' });
  return {
    id: row.id,
    goalId: row.goal_id,
    parentRunId: row.parent_run_id,
    kind: row.kind,
    status: row.status,
    graphVersion: row.graph_version,
    threadId: row.thread_id,
    seed: Number(row.seed),
    requestedBy: row.requested_by,
    startedAt: row.started_at,
    cancelRequested: row.cancel_requested,
  };
}

/**
 * Asks for a run to stop: its worker aborts within a heartbeat, a waiting run is cancelled by the next job.
 * Gives the status found; a run that has ended stays as it is. @throws NOT_FOUND
 */
export async function cancelRun(unit: UnitOfWork, runId: string): Promise<RunStatus> {
  const { status } = await loadRun(unit, runId);
  if (terminalRunStatuses.includes(status)) return status;
  await unit.em.execute(
    'update run set cancel_requested_at = coalesce(cancel_requested_at, now()) where id = ?::uuid',
    [runId],
  );
  await unit.em.execute("select pg_notify('run_cancel', ?)", [runId]);
  await addRunJob(unit, runId);
  return status;
}

/** Marks a run as worked on and tells how it came to that. `afterLoss`: the worker before never gave its lease back. */
export async function markRunning(unit: UnitOfWork, run: RunRow, afterLoss: boolean): Promise<void> {
  await unit.em.execute(
    "update run set status = 'RUNNING', started_at = coalesce(started_at, now()) where id = ?::uuid and status in ('QUEUED', 'WAITING_APPROVAL', 'RUNNING')",
    [run.id],
  );
  if (run.startedAt === null) {
    await appendEvent(unit, run.id, { type: 'RUN_STARTED', message: 'A worker has begun.', once: true });
    return;
  }
  const lost = afterLoss && run.status === 'RUNNING';
  const message = lost
    ? 'A worker goes on where another was lost.'
    : run.status === 'RUNNING'
      ? 'Going on after a pause.'
      : 'Going on after a decision.';
  await appendEvent(unit, run.id, { type: 'RUN_RESUMED', message, data: { after: run.status, lost } });
}

/** Marks a run as waiting for people and tells how many change sets wait; a run that waits already stays silent. */
export async function markWaiting(unit: UnitOfWork, run: RunRow, waiting: number): Promise<void> {
  const moved = await unit.em.execute<unknown[]>(
    "update run set status = 'WAITING_APPROVAL' where id = ?::uuid and status in ('RUNNING', 'QUEUED') returning id",
    [run.id],
  );
  if (moved.length === 0) return;
  const message = `Waiting for people to decide on ${waiting === 1 ? 'one change set' : `${waiting} change sets`}.`;
  await appendEvent(unit, run.id, { type: 'RUN_WAITING', message, data: { waiting } });
}

/** Ends a run as succeeded. */
export async function succeedRun(unit: UnitOfWork, runId: string, message: string): Promise<void> {
  if (await endRun(unit, runId, 'SUCCEEDED', null)) return;
  await appendEvent(unit, runId, { type: 'RUN_SUCCEEDED', message });
}

/** Ends a run as failed with a reason that a person can act on; tasks that had not ended are skipped. */
export async function failRun(unit: UnitOfWork, runId: string, failure: RunFailure): Promise<void> {
  if (await endRun(unit, runId, 'FAILED', failure)) return;
  await endTasks(unit, runId, 'SKIPPED');
  await appendEvent(unit, runId, {
    type: 'RUN_FAILED',
    message: failure.message,
    data: { code: failure.code, hint: failure.hint },
  });
}

/** Ends a run as cancelled, with its open tasks. */
export async function finishCancelled(unit: UnitOfWork, runId: string): Promise<void> {
  if (await endRun(unit, runId, 'CANCELLED', null)) return;
  await endTasks(unit, runId, 'CANCELLED');
  await appendEvent(unit, runId, { type: 'RUN_CANCELLED', message: 'The run was cancelled by a person.' });
}

/** Moves the goal's stage forward; a goal never goes back. */
export async function moveGoalStage(
  unit: UnitOfWork,
  goalId: string,
  stage: 'PLAN' | 'EXECUTE' | 'MEASURE' | 'OPTIMIZE',
): Promise<void> {
  await unit.em.execute(
    `update goal set stage = ? where id = ?::uuid
     and array_position(array['PLAN', 'EXECUTE', 'MEASURE', 'OPTIMIZE', 'CLOSED'], stage) < array_position(array['PLAN', 'EXECUTE', 'MEASURE', 'OPTIMIZE', 'CLOSED'], ?)`,
    [stage, goalId, stage],
  );
}

/** True when the run had ended before, so that there is nothing to tell. */
async function endRun(
  unit: UnitOfWork,
  runId: string,
  status: 'SUCCEEDED' | 'FAILED' | 'CANCELLED',
  failure: RunFailure | null,
): Promise<boolean> {
  const rows = await unit.em.execute<unknown[]>(
    `update run set status = ?, ended_at = now(), failure = ?::jsonb
     where id = ?::uuid and status not in ('SUCCEEDED', 'FAILED', 'CANCELLED') returning id`,
    [status, failure === null ? null : JSON.stringify(failure), runId],
  );
  return rows.length === 0;
}

async function endTasks(unit: UnitOfWork, runId: string, status: 'SKIPPED' | 'CANCELLED'): Promise<void> {
  await unit.em.execute(
    "update task set status = ?, ended_at = now(), waits_for = null where run_id = ?::uuid and status in ('PENDING', 'RUNNING', 'WAITING')",
    [status, runId],
  );
}

interface RunColumns {
  id: string;
  goal_id: string;
  parent_run_id: string | null;
  kind: RunRow['kind'];
  status: RunStatus;
  graph_version: string;
  thread_id: string;
  seed: string;
  requested_by: string;
  started_at: string | null;
  cancel_requested: boolean;
}

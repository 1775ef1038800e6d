/** Owns the task rows of a run: storing a plan, which tasks are ready, and their statuses with the events that tell of them. */
import { derivedId } from '../kernel/ids.ts';
import type { Plan, PlannedTask, Specialist, Stage, TaskStatus } from '../domain/specialists.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import { appendEvent } from './events.ts';

/** A task as it stands now. `rounds` counts stored results: the next round is one more. */
export interface TaskRow {
  readonly id: string;
  readonly key: string;
  readonly specialist: Specialist;
  readonly stage: Stage;
  readonly status: TaskStatus;
  readonly question: string;
  readonly reason: string;
  readonly dependsOn: readonly string[];
  readonly attempt: number;
  readonly rounds: number;
}

/** Times that a task is begun again after its worker was lost, before it counts as failed. */
export const MAX_TASK_ATTEMPTS = 3;

/** Specialists that gather what others made: they go on when at least one of these tasks succeeded. */
const gatherers: readonly Specialist[] = ['COMPLIANCE_REVIEW', 'NEXT_BEST_ACTION', 'REPORTING'];

const ended: readonly TaskStatus[] = ['SUCCEEDED', 'FAILED', 'SKIPPED', 'CANCELLED'];

/** The row id of a plan's task; the same in every try. */
export function taskIdOf(runId: string, key: string): string {
  return derivedId('task', runId, key);
}

/** Stores the tasks of a plan; storing the same plan again changes nothing. */
export async function insertTasks(
  unit: UnitOfWork,
  runId: string,
  plan: Plan,
  owners: Readonly<Record<Specialist, string>>,
): Promise<void> {
  const rows = plan.tasks.map((task, position) => ({
    id: taskIdOf(runId, task.id),
    key: task.id,
    position,
    specialist: task.specialist,
    stage: task.stage,
    question: task.question,
    reason: task.reason,
    depends_on: task.dependsOn,
    owner: owners[task.specialist],
    waits_for: waitsFor(task, plan),
  }));
  await unit.em.execute(
    `insert into task (id, workspace_id, run_id, key, position, specialist, stage, status, question, reason, depends_on, owner, waits_for)
     select t.id, ?::uuid, ?::uuid, t.key, t.position, t.specialist, t.stage, 'PENDING', t.question, t.reason, t.depends_on, t.owner, t.waits_for
     from jsonb_to_recordset(?::jsonb) as t(id uuid, key text, position int, specialist text, stage text, question text, reason text, depends_on text[], owner text, waits_for text)
     on conflict (run_id, key) do nothing`,
    [unit.workspace.id, runId, JSON.stringify(rows)],
  );
}

/** Every task of a run, in plan order. */
export async function loadTasks(unit: UnitOfWork, runId: string): Promise<TaskRow[]> {
  const rows = await unit.em.execute<TaskColumns[]>(
    `select id, key, specialist, stage, status, question, reason, to_jsonb(depends_on) as depends_on, attempt,
       (select count(*)::int from task_result r where r.task_id = t.id) as rounds
     from task t where run_id = ?::uuid order by position`,
    [runId],
  );
  return rows.map(({ depends_on, ...row }) => ({ ...row, dependsOn: depends_on }));
}

/** How the tasks stand: which can run, which can never run, and whether all have ended. */
export interface Readiness {
  readonly ready: readonly TaskRow[];
  readonly blocked: readonly TaskRow[];
  readonly settled: boolean;
}

/**
 * Sorts a run's tasks. RUNNING ones are ready too: no worker has them at the time of dispatch, so theirs was lost.
 * A gatherer needs one of its inputs, every other specialist all of them.
 */
export function readiness(tasks: readonly TaskRow[]): Readiness {
  const byKey = new Map(tasks.map((task) => [task.key, task]));
  const open = tasks.filter((task) => !ended.includes(task.status));
  const inputsOf = (task: TaskRow): TaskRow[] => task.dependsOn.flatMap((key) => byKey.get(key) ?? []);
  const ready = open.filter(
    (task) => inputsOf(task).every((input) => ended.includes(input.status)) && canRun(task, inputsOf(task)),
  );
  const blocked = open.filter((task) => isBlocked(task, inputsOf(task)));
  return { ready, blocked, settled: open.length === 0 };
}

/** Marks tasks that can never run as skipped, each with the reason. */
export async function skipTasks(
  unit: UnitOfWork,
  runId: string,
  tasks: readonly TaskRow[],
  reason: string,
): Promise<void> {
  for (const task of tasks) {
    await unit.em.execute(
      "update task set status = 'SKIPPED', waits_for = null, error = ?, ended_at = now() where id = ?::uuid",
      [reason, task.id],
    );
    await appendEvent(unit, runId, {
      type: 'TASK_SKIPPED',
      taskId: task.id,
      message: `${task.key} is skipped: ${reason}`,
      data: { key: task.key, specialist: task.specialist },
      once: true,
    });
  }
}

/** Marks a task as begun and tells of it; gives which attempt this is. */
export async function startTask(unit: UnitOfWork, runId: string, task: TaskRow, round: number): Promise<number> {
  const rows = await unit.em.execute<{ attempt: number }[]>(
    `update task set status = 'RUNNING', waits_for = null, attempt = attempt + 1, started_at = coalesce(started_at, now()), error = null, error_code = null where id = ?::uuid returning attempt`,
    [task.id],
  );
  const attempt = rows[0]?.attempt ?? 1;
  const again =
    round > 1 ? ` again after review (round ${round})` : attempt > 1 ? ' again after its worker was lost' : '';
  await appendEvent(unit, runId, {
    type: 'TASK_STARTED',
    taskId: task.id,
    message: `${task.key} begins${again}.`,
    data: { key: task.key, specialist: task.specialist, stage: task.stage, round, attempt },
  });
  return attempt;
}

/** Marks a task as failed, with a reason for people. */
export async function failTask(
  unit: UnitOfWork,
  runId: string,
  task: Pick<TaskRow, 'id' | 'key' | 'specialist'>,
  reason: { code: string; message: string },
): Promise<void> {
  const rows = await unit.em.execute<unknown[]>(
    "update task set status = 'FAILED', error = ?, error_code = ?, ended_at = now() where id = ?::uuid and status not in ('SUCCEEDED', 'FAILED', 'CANCELLED') returning id",
    [reason.message, reason.code, task.id],
  );
  if (rows.length === 0) return;
  await appendEvent(unit, runId, {
    type: 'TASK_FAILED',
    taskId: task.id,
    message: `${task.key} failed: ${reason.message}`,
    data: { key: task.key, specialist: task.specialist, code: reason.code },
  });
}

/** Sends tasks back to be done again in their next round. */
export async function reopenTasks(unit: UnitOfWork, taskIds: readonly string[], waitsFor: string): Promise<void> {
  for (const id of taskIds) {
    await unit.em.execute(
      "update task set status = 'PENDING', attempt = 0, waits_for = ?, ended_at = null where id = ?::uuid",
      [waitsFor, id],
    );
  }
}

/** A task as a specialist is told of it. */
export function plannedTaskOf(task: TaskRow): PlannedTask {
  return {
    id: task.key,
    specialist: task.specialist,
    stage: task.stage,
    question: task.question,
    reason: task.reason,
    dependsOn: [...task.dependsOn],
  };
}

function canRun(task: TaskRow, inputs: readonly TaskRow[]): boolean {
  const good = inputs.filter((input) => input.status === 'SUCCEEDED').length;
  return gatherers.includes(task.specialist) ? inputs.length === 0 || good > 0 : good === inputs.length;
}

function isBlocked(task: TaskRow, inputs: readonly TaskRow[]): boolean {
  const lost = inputs.filter((input) => ended.includes(input.status) && input.status !== 'SUCCEEDED').length;
  return gatherers.includes(task.specialist) ? inputs.length > 0 && lost === inputs.length : lost > 0;
}

function waitsFor(task: PlannedTask, plan: Plan): string | null {
  const names = plan.tasks.filter((other) => task.dependsOn.includes(other.id)).map((other) => other.id);
  return names.length === 0 ? null : names.join(', ');
}

interface TaskColumns extends Omit<TaskRow, 'dependsOn'> {
  depends_on: string[];
}

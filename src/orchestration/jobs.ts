/** Owns the kinds of queue jobs and the one way to add them: inside a unit, seen by the worker when the unit commits. */
import { z } from 'zod';
import type { UnitOfWork } from '../domain/unit.ts';

/** Kinds of jobs; `job_add` of migration 009 refuses any other. */
export const jobKinds = ['run_advance', 'change_set_settled', 'measurement_due', 'effects_sweep', 'leases_sweep', 'simulator_advance'] as const;
export type JobKind = (typeof jobKinds)[number];

const workspaceJob = z.object({ workspaceId: z.uuid() });
const runJob = workspaceJob.extend({ runId: z.uuid() });

/** Payload of each kind, as a handler may trust it after parsing. */
export const jobPayloads = {
  run_advance: runJob,
  change_set_settled: runJob.extend({ changeSetId: z.uuid() }),
  simulator_advance: runJob.extend({ through: z.string() }),
  measurement_due: workspaceJob,
  effects_sweep: workspaceJob,
  leases_sweep: workspaceJob,
} as const;

type Payload<K extends JobKind> = Omit<z.infer<(typeof jobPayloads)[K]>, 'workspaceId'>;

/**
 * Adds a job in the unit's transaction. Jobs that name a run wait for each other; a job with the key of one that has not
 * begun replaces it.
 */
export async function addJob<K extends JobKind>(unit: UnitOfWork, kind: K, payload: Payload<K>, key?: string): Promise<void> {
  const body = JSON.stringify({ ...payload, workspaceId: unit.workspace.id });
  await unit.em.execute('select job_add(?, ?::jsonb, ?)', [kind, body, key ?? null]);
}

/** Adds the job that carries a run on from wherever it stands. */
export function addRunJob(unit: UnitOfWork, runId: string): Promise<void> {
  return addJob(unit, 'run_advance', { runId }, `run:${runId}`);
}

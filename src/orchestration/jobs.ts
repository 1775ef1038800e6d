/** Owns the kinds of queue jobs and the one way to add them: inside a unit, seen by the worker when the unit commits. */
import { z } from 'zod';
import type { UnitOfWork } from '../domain/unit.ts';

/** Kinds of jobs; `job_add` of migration 009 refuses any other. */
export const jobKinds = [
  'run_advance',
  'change_set_settled',
  'measurement_due',
  'effects_sweep',
  'leases_sweep',
  'uploads_sweep',
  'simulator_advance',
] as const;
export type JobKind = (typeof jobKinds)[number];

const runJob = z.object({ workspaceId: z.uuid(), runId: z.uuid() });
/** Sweeps name one workspace, or none: then they go through all, as the clock starts them. */
const sweepJob = z.object({ workspaceId: z.uuid().optional() });

/** Payload of each kind, as a handler may trust it after parsing. */
export const jobPayloads = {
  run_advance: runJob,
  /** Written by the database when a change set leaves NEEDS_APPROVAL; a change set that a person proposed has no run. */
  change_set_settled: runJob.extend({ runId: z.uuid().nullable(), changeSetId: z.uuid() }),
  simulator_advance: runJob.extend({ through: z.string() }),
  measurement_due: sweepJob,
  effects_sweep: sweepJob,
  leases_sweep: sweepJob,
  uploads_sweep: sweepJob,
} as const;

type Payload<K extends JobKind> = Omit<z.infer<(typeof jobPayloads)[K]>, 'workspaceId'>;

/**
 * Adds a job in the unit's transaction. Jobs that name a run wait for each other; a job with the key of one that has not
 * begun replaces it.
 */
export async function addJob<K extends JobKind>(
  unit: UnitOfWork,
  kind: K,
  payload: Payload<K>,
  key?: string,
): Promise<void> {
  const body = JSON.stringify({ ...payload, workspaceId: unit.workspace.id });
  await unit.em.execute('select job_add(?, ?::jsonb, ?)', [kind, body, key ?? null]);
}

/** Adds the job that carries a run on from wherever it stands. */
export function addRunJob(unit: UnitOfWork, runId: string): Promise<void> {
  return addJob(unit, 'run_advance', { runId }, `run:${runId}`);
}

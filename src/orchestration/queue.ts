/** Owns what each kind of job does. Every handler may run twice: what it changes is named by derived ids and guarded by rows. */
import { AppError, toError } from '../kernel/errors.ts';
import { derivedId } from '../kernel/ids.ts';
import { executeChangeSet } from '../governance/execution.ts';
import { advanceRun } from './advance.ts';
import { standingOf } from './changeStanding.ts';
import { addJob, addRunJob, jobPayloads, type JobKind } from './jobs.ts';
import { createRun, failRun, loadRun } from './runs.ts';
import { startDueMeasurements, sweepEffects, sweepLeases, sweepUploads, systemUnit, workspaceIds } from './sweeps.ts';
import type { WorkerServices } from './services.ts';

/** How a handler is run: by which worker, until when, and whether this is its last try. */
export interface JobRun {
  readonly workerId: string;
  readonly stop: AbortSignal;
  readonly lastTry: boolean;
}

/** Carries out one job. @throws what shall be tried again */
export type JobHandler = (payload: unknown, job: JobRun) => Promise<void>;

/** The handler of each kind. */
export function jobHandlers(services: WorkerServices): Readonly<Record<JobKind, JobHandler>> {
  return {
    async run_advance(payload, job) {
      await carryOn(services, jobPayloads.run_advance.parse(payload), job);
    },
    async change_set_settled(payload, job) {
      const { runId, workspaceId, changeSetId } = jobPayloads.change_set_settled.parse(payload);
      if (runId !== null) await carryOn(services, { runId, workspaceId }, job);
      else await executeAlone(services, { workspaceId, changeSetId }, job);
    },
    async simulator_advance(payload, job) {
      await advanceMarket(services, jobPayloads.simulator_advance.parse(payload), job);
    },
    async measurement_due(payload) {
      const { workspaceId } = jobPayloads.measurement_due.parse(payload);
      await everyWorkspace(services, workspaceId, (id) => systemUnit(services, id)('app', startDueMeasurements));
    },
    async effects_sweep(payload, job) {
      const { workspaceId } = jobPayloads.effects_sweep.parse(payload);
      await everyWorkspace(services, workspaceId, (id) => {
        job.stop.throwIfAborted();
        return sweepEffects(services, id, job.stop);
      });
    },
    async leases_sweep() {
      await sweepLeases(services, false);
    },
    async uploads_sweep(payload) {
      const { workspaceId } = jobPayloads.uploads_sweep.parse(payload);
      await everyWorkspace(services, workspaceId, (id) => sweepUploads(services, id));
    },
  };
}

/**
 * Does the same in one workspace, or in each when none is named. What fails in one does not keep the others waiting.
 * @throws the first fault, once every workspace has had its turn
 */
async function everyWorkspace(
  services: WorkerServices,
  workspaceId: string | undefined,
  work: (id: string) => Promise<unknown>,
): Promise<void> {
  const faults: unknown[] = [];
  for (const id of workspaceId === undefined ? await workspaceIds(services.queuePool) : [workspaceId]) {
    try {
      await work(id);
    } catch (thrown) {
      services.log.warn({ err: toError(thrown), workspaceId: id }, 'A sweep of one workspace failed.');
      faults.push(thrown);
    }
  }
  if (faults.length > 0) throw faults[0];
}

/** Carries a run on. One that another worker holds is looked at again: its lease lapses before the tries are used up. */
async function carryOn(
  services: WorkerServices,
  at: { workspaceId: string; runId: string },
  job: JobRun,
): Promise<void> {
  if ((await advanceRun(services, { ...at, ...job })) !== 'BUSY') return;
  if (!job.lastTry) throw new AppError('CONFLICT', `Another worker holds run ${at.runId}; the job is tried again.`);
  await systemUnit(services, at.workspaceId)('app', (unit) => addRunJob(unit, at.runId));
}

/** A change set that no run waits for is executed as soon as it is approved. */
async function executeAlone(
  services: WorkerServices,
  at: { workspaceId: string; changeSetId: string },
  job: JobRun,
): Promise<void> {
  const standing = await systemUnit(services, at.workspaceId)('app', (unit) => standingOf(unit, at.changeSetId));
  if (standing !== 'APPROVED') return;
  await executeChangeSet(
    { inUnit: systemUnit(services, at.workspaceId, 'executor'), channels: services.channels, signal: job.stop },
    at.changeSetId,
  );
}

/**
 * Lets the demo's market run on, then measures. An import that is under way is waited for, and a worker that stops leaves it to
 * the next one; a market that cannot run on for another reason leaves a failed measurement run that says why.
 */
async function advanceMarket(
  services: WorkerServices,
  at: { workspaceId: string; runId: string; through: string },
  job: JobRun,
): Promise<void> {
  const inUnit = systemUnit(services, at.workspaceId);
  let failure: Error | undefined;
  try {
    await services.advanceMarket({ workspaceId: at.workspaceId, through: at.through }, job.stop);
  } catch (thrown) {
    if (!job.lastTry) throw thrown;
    failure = toError(thrown);
    if (job.stop.aborted || (failure instanceof AppError && failure.code === 'CONFLICT'))
      return inUnit('app', (unit) =>
        addJob(unit, 'simulator_advance', { runId: at.runId, through: at.through }, `simulator:${at.runId}`),
      );
    services.log.error({ err: failure, runId: at.runId }, 'The simulated market could not run on.');
  }
  await inUnit('app', async (unit) => {
    const parent = await loadRun(unit, at.runId);
    const { runId } = await createRun(unit, {
      id: derivedId('measurement', at.runId, at.through),
      goalId: parent.goalId,
      requestedBy: parent.requestedBy,
      kind: 'MEASUREMENT',
      parentRunId: parent.id,
      seed: parent.seed,
    });
    if (failure === undefined) return;
    const hint = failure instanceof AppError ? (failure.hint ?? null) : null;
    await failRun(unit, runId, {
      code: failure instanceof AppError ? failure.code : 'INTERNAL',
      message: `The simulated market could not run on: ${failure.message}`,
      hint,
    });
  });
}

/** Owns the end of a run: what was carried out, when it is measured, and the last event. */
import { addDays } from '../../kernel/calendar.ts';
import { listChangeSets } from '../../governance/changeSetRows.ts';
import type { UnitOfWork } from '../../domain/unit.ts';
import { appendEvent } from '../events.ts';
import { loadWorkspaceFacts } from '../goalContext.ts';
import { addJob } from '../jobs.ts';
import { moveGoalStage, succeedRun } from '../runs.ts';
import { readRunState } from '../state.ts';
import type { RunWork } from '../services.ts';

/** Days that a demo workspace's market runs on after its decisions were carried out. */
export const DEMO_ADVANCE_DAYS = 28;

/** Makes the node that closes a run once every branch has ended. */
export function closeNode(work: RunWork) {
  return async (raw: unknown): Promise<object> => {
    const { runId, goalId } = readRunState(raw);
    await work.inUnit('app', async (unit) => {
      const changeSets = await listChangeSets(unit, { runId });
      const executed = changeSets.filter((change) => change.state === 'EXECUTED').length;
      await moveGoalStage(unit, goalId, 'MEASURE');
      await scheduleMeasurement(unit, runId, executed);
      const others = changeSets.length - executed;
      await succeedRun(unit, runId, `Done: ${executed} change sets carried out, ${others} not.`);
    });
    return {};
  };
}

/** In a demo workspace the market runs on by itself; elsewhere each forecast waits for the days it is about. */
async function scheduleMeasurement(unit: UnitOfWork, runId: string, executed: number): Promise<void> {
  const workspace = await loadWorkspaceFacts(unit);
  const rows = await unit.em.execute<{ due_on: string | null; open: number }[]>(
    "select max(due_on)::text as due_on, count(*)::int as open from forecast where run_id = ?::uuid and state = 'OPEN'",
    [runId],
  );
  const open = rows[0]?.open ?? 0;
  const advances = workspace.isDemo && executed > 0;
  const dueOn = advances ? addDays(workspace.businessDate, DEMO_ADVANCE_DAYS) : (rows[0]?.due_on ?? null);
  if (dueOn === null) return;
  const what = advances ? `The simulated market runs on to ${dueOn}, then ${open} forecasts are scored.` : `Measuring until ${dueOn}: ${open} forecasts wait for data.`;
  await appendEvent(unit, runId, { type: 'MEASUREMENT_SCHEDULED', message: what, data: { dueOn, forecasts: open } });
  if (advances) await addJob(unit, 'simulator_advance', { runId, through: dueOn }, `simulator:${runId}`);
}

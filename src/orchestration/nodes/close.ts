/** Owns the end of a run: what was carried out, when it is measured, and the last event. */
import { addDays } from '../../kernel/calendar.ts';
import { listChangeSets } from '../../governance/changeSetRows.ts';
import type { UnitOfWork } from '../../domain/unit.ts';
import { countText } from '../../models/phrases.ts';
import { appendEvent } from '../events.ts';
import { loadWorkspaceFacts } from '../goalContext.ts';
import { addJob } from '../jobs.ts';
import { MEASURABLE } from '../measurable.ts';
import { moveGoalStage, succeedRun } from '../runs.ts';
import { readRunState } from '../state.ts';
import type { RunWork } from '../services.ts';

/** Days that a demo workspace's market runs on after its decisions were carried out: four weeks, or to the end of a forecast a week longer. */
const DEMO_DAYS = { usual: 28, most: 35 };

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
      await succeedRun(unit, runId, `Done: ${countText(executed, 'change set')} carried out, ${others} not.`);
    });
    return {};
  };
}

/** In a demo workspace the market runs on by itself; elsewhere each forecast waits for the days it is about. */
async function scheduleMeasurement(unit: UnitOfWork, runId: string, executed: number): Promise<void> {
  const workspace = await loadWorkspaceFacts(unit);
  const day = (days: number): string => addDays(workspace.businessDate, days - 1);
  const rows = await unit.em.execute<{ due_on: string | null; open: number; through: string }[]>(
    `select max(f.due_on)::text as due_on, count(*)::int as open,
       greatest(?::date, max(f.to_day) filter (where f.to_day <= ?::date))::text as through
     from forecast f where f.run_id = ?::uuid and ${MEASURABLE}`,
    [day(DEMO_DAYS.usual), day(DEMO_DAYS.most), runId],
  );
  const { due_on: dueOn = null, open = 0, through = day(DEMO_DAYS.usual) } = rows[0] ?? {};
  if (workspace.isDemo && executed > 0) {
    const message = `The simulated market runs on to ${through}, then ${open} forecasts are scored.`;
    await appendEvent(unit, runId, {
      type: 'MEASUREMENT_SCHEDULED',
      message,
      data: { dueOn: addDays(through, 1), forecasts: open },
    });
    await addJob(unit, 'simulator_advance', { runId, through }, `simulator:${runId}`);
  } else if (dueOn !== null) {
    await appendEvent(unit, runId, {
      type: 'MEASUREMENT_SCHEDULED',
      message: `Measuring until ${dueOn}: ${open} forecasts wait for data.`,
      data: { dueOn, forecasts: open },
    });
  }
}

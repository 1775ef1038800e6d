/** Owns the first node of a run: what is asked, of which data. */
import { AppError } from '../../kernel/errors.ts';
import { exactText } from '../../models/phrases.ts';
import { loadReadiness } from '../dataReadiness.ts';
import { kpiUnit, kpiWords, raised } from '../../agents/labels.ts';
import { appendEvent } from '../events.ts';
import { goalDoubts } from '../goalDoubts.ts';
import { loadGoal } from '../goalContext.ts';
import { moveGoalStage } from '../runs.ts';
import { readRunState } from '../state.ts';
import type { RunWork } from '../services.ts';

/** Makes the node that frames the goal. @throws BAD_USER_INPUT when the workspace has no data to answer with */
export function frameNode(work: RunWork) {
  return async (raw: unknown): Promise<object> => {
    const state = readRunState(raw);
    await work.inUnit('app', async (unit) => {
      const goal = await loadGoal(unit, state.goalId);
      const data = await loadReadiness(unit);
      if (data.through === null) {
        throw new AppError(
          'BAD_USER_INPUT',
          'This workspace has no performance data, so no figure can be computed for the goal.',
          {
            hint: 'Import some first: `baton import performance FILE`.',
          },
        );
      }
      const doubts = await goalDoubts(unit, goal, data.through);
      await moveGoalStage(unit, goal.id, 'PLAN');
      await appendEvent(unit, state.runId, {
        type: 'GOAL_FRAMED',
        message: `${raised(kpiWords(goal.kpi))} of ${exactText(goal.target, kpiUnit(goal))} from ${goal.from} to ${goal.to}, with data through ${data.through}.${doubts.map((doubt) => ` ${doubt}`).join('')}`,
        data: {
          goalId: goal.id,
          kpi: goal.kpi,
          target: goal.target,
          from: goal.from,
          to: goal.to,
          market: goal.market,
          dataThrough: data.through,
        },
        once: true,
      });
    });
    return {};
  };
}

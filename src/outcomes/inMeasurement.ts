/** Owns which carried-out changes are still being measured: their forecast is open, or its score could not be told apart lately. */
import type { Action } from '../domain/actions.ts';
import type { Verb } from '../domain/recommendations.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import { addDays, type CalendarDay } from '../kernel/calendar.ts';

/** Days after its forecast's horizon for which a change that could not be told apart is left alone: eight weeks. */
const LEFT_ALONE_DAYS = 56;

/** A carried-out change that the next plan leaves alone, so that it can be judged. */
export interface ChangeInMeasurement {
  readonly forecastId: string;
  readonly verb: Verb;
  /** First day after the forecast's horizon. */
  readonly dueOn: CalendarDay;
  /** First day on which the plan may move it again. */
  readonly until: CalendarDay;
  /** What was learned where it was scored and could not be told apart; null while it is not scored. */
  readonly learning: { readonly id: string; readonly statement: string } | null;
  /** Campaigns, or channels where no campaign is known, that it changed. */
  readonly targets: readonly { readonly id: string; readonly name: string }[];
}

/** Changes that are still being measured on a day, newest first. */
export async function changesInMeasurement(
  { em }: UnitOfWork,
  today: CalendarDay,
): Promise<readonly ChangeInMeasurement[]> {
  const rows = await em.execute<MeasuringSqlRow[]>(
    `select f.id, r.verb, f.due_on::text as due_on, f.state, c.actions, l.id as learning_id, l.content->>'statement' as statement
     from change_set c join recommendation r on r.id = c.recommendation_id join forecast f on f.recommendation_id = r.id
       left join learning l on l.forecast_id = f.id
     where c.state in ('EXECUTED', 'EXECUTION_UNKNOWN') and f.quantity = 'DELTA' and f.due_on > ?::date
       and (f.state = 'OPEN' or (f.state = 'SCORED' and (f.score->>'agrees80')::boolean
         and (not (f.score->>'inside80')::boolean or not coalesce((f.score->>'tellsFromNothing')::boolean, true))))
     order by f.due_on desc, f.id`,
    [addDays(today, -LEFT_ALONE_DAYS)],
  );
  return rows.map((row) => ({
    forecastId: row.id,
    verb: row.verb,
    dueOn: row.due_on,
    until: row.state === 'OPEN' && row.due_on > today ? row.due_on : addDays(row.due_on, LEFT_ALONE_DAYS),
    learning: row.learning_id === null ? null : { id: row.learning_id, statement: row.statement ?? '' },
    targets: row.actions.flatMap(targetOf),
  }));
}

/** What of the market an action changes; empty for actions that change no money and no creative. */
function targetOf(action: Action): { id: string; name: string }[] {
  if (action.kind === 'message.publish') return [{ id: action.campaignId, name: action.campaignName }];
  if (action.kind === 'budget.set' || action.kind === 'budget.reduce' || action.kind === 'campaign.pause')
    return [{ id: action.target.id, name: action.target.name }];
  return [];
}

interface MeasuringSqlRow {
  id: string;
  verb: Verb;
  due_on: CalendarDay;
  state: string;
  actions: Action[];
  learning_id: string | null;
  statement: string | null;
}

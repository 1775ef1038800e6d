/** Owns loading what hangs on change sets for whole lists at once: the change sets, their diffs, verdicts and forecasts. */
import type { Forecast } from '../domain/recommendations.ts';
import {
  changeSetsById,
  decisionsOfAll,
  diffsOf,
  forecastsOfCards,
  type ChangeSetRow,
  type DecisionRow,
  type DiffRow,
} from '../useCases/approvals.ts';
import { know, loadOne, type ApiContext } from './context.ts';

const CHANGE_SET = 'changeSet';

/** The change set of an id. */
export function changeOf(context: ApiContext, id: string): Promise<ChangeSetRow | undefined> {
  return loadOne(context, CHANGE_SET, id, changeSetsById);
}

/** Keeps change sets that a list read for what hangs on them. */
export function keepChanges(context: ApiContext, changes: ChangeSetRow[]): ChangeSetRow[] {
  for (const change of changes) know(context, CHANGE_SET, { key: change.id, value: change, batch: changeSetsById });
  return changes;
}

/** Every line of a change set, for all gates. */
export async function diffOfChange(context: ApiContext, id: string): Promise<readonly DiffRow[]> {
  const lines = await loadOne<DiffRow[]>(context, 'diffOfChangeSet', id, async (unit, ids) => {
    const changes = await Promise.all(ids.map((one) => changeOf(context, one)));
    return diffsOf(
      unit,
      changes.filter((change) => change !== undefined),
    );
  });
  return lines ?? [];
}

/** Verdicts on a change set, oldest first, all revisions. */
export async function decisionsOfChange(context: ApiContext, id: string): Promise<readonly DecisionRow[]> {
  return (await loadOne(context, 'decisionsOfChangeSet', id, decisionsOfAll)) ?? [];
}

/** What a card forecasts; null without a card. */
export async function forecastOfCard(context: ApiContext, cardId: string | null): Promise<Forecast | null> {
  return cardId === null ? null : ((await loadOne(context, 'forecastOfCard', cardId, forecastsOfCards)) ?? null);
}

/** Owns the writing of what a load observed of campaigns beside figures: reported status and daily budgets. Never an approved one. */
import type { EntityRef } from '../../domain/facts.ts';
import type { UnitOfWork } from '../../domain/unit.ts';
import type { CalendarDay } from '../../kernel/calendar.ts';
import { newId } from '../../kernel/ids.ts';
import { entityId, type EntityIds } from './observedEntities.ts';

/** A campaign as one row of an export shows it; null is "not said" (or a word that Baton does not know). */
export interface CampaignState {
  readonly channel: string;
  readonly campaign: EntityRef;
  readonly day: CalendarDay;
  readonly status: 'ACTIVE' | 'PAUSED' | 'ENDED' | null;
  /** Micros of the reporting currency a day; null for a lifetime budget, one of the ad sets, or none. */
  readonly dailyBudgetMicros: bigint | null;
  /** Name of the budget: several campaigns that name one share it, and then it is none of theirs. */
  readonly budgetName: string | null;
}

/** Writes states under the load, in the unit that makes it active; campaigns that the load did not stage are left out. */
export async function recordCampaigns(
  { em, workspace }: UnitOfWork,
  loadId: string,
  of: { states: readonly CampaignState[]; entities: EntityIds },
): Promise<void> {
  const rows = of.states.flatMap((state) => {
    const campaign = entityId(of.entities, 'campaign', { channel: state.channel, ref: state.campaign });
    const told = state.status !== null || state.dailyBudgetMicros !== null;
    return campaign === null || !told
      ? []
      : [
          {
            id: newId(),
            campaign,
            channel: state.channel,
            day: state.day,
            status: state.status,
            budget: state.dailyBudgetMicros?.toString() ?? null,
          },
        ];
  });
  if (rows.length === 0) return;
  const from = `from (select distinct on (campaign) * from jsonb_to_recordset(?::jsonb)
       as s(id uuid, campaign uuid, channel text, day date, status text, budget bigint) order by campaign, day desc) s`;
  const json = JSON.stringify(rows);
  await em.execute(
    `insert into campaign_report (workspace_id, load_id, campaign_id, reported_on, status)
     select ?, ?, campaign, day, status ${from} where status is not null`,
    [workspace.id, loadId, json],
  );
  await em.execute(
    `insert into budget (id, workspace_id, channel, campaign_id, status, period, amount_micros, currency, valid_from, load_id)
     select s.id, w.id, s.channel, s.campaign, 'OBSERVED', 'DAY', s.budget, w.currency, s.day, ? ${from}, workspace w where w.id = ? and s.budget is not null`,
    [loadId, json, workspace.id],
  );
}

/** Takes back the budgets of a load; its reports of status stop counting with the load itself. */
export async function forgetCampaigns({ em }: UnitOfWork, loadId: string): Promise<void> {
  await em.execute('delete from budget where load_id = ?', [loadId]);
}

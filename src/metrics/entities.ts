/** Owns reading what facts are about: campaigns with the budget in force, messages with their copy, audiences with their definition. */
import type { UnitOfWork } from '../domain/unit.ts';
import type { CalendarDay } from '../kernel/calendar.ts';

/** A budget in force: the newest approved one, else the newest observed one. */
export interface CurrentBudget {
  readonly amountMicros: bigint;
  readonly period: 'DAY' | 'WEEK';
  /** `APPROVED` or `OBSERVED`. */
  readonly status: string;
  /** First day that it counts for. */
  readonly validFrom: CalendarDay;
}

/** A campaign as it is known; `budget` is null where none is. */
export interface CampaignFact {
  readonly id: string;
  readonly name: string;
  readonly channel: string;
  readonly status: string;
  readonly objective: string | null;
  readonly launchedOn: CalendarDay | null;
  readonly budget: CurrentBudget | null;
}

/** A message (creative) as it is known; copy is null where no source had it. */
export interface MessageFact {
  readonly id: string;
  readonly name: string;
  readonly channel: string | null;
  readonly campaignId: string | null;
  readonly status: string;
  readonly headline: string | null;
  readonly body: string | null;
  readonly callToAction: string | null;
}

/** An audience as it is known. */
export interface AudienceFact {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly version: number;
  readonly definition: Readonly<Record<string, unknown>>;
  readonly parentName: string | null;
}

const IN_FORCE = "order by (status = 'APPROVED') desc, valid_from desc, created_at desc";

interface BudgetSqlRow {
  amount: string | null;
  period: 'DAY' | 'WEEK' | null;
  budget_status: string | null;
  valid_from: CalendarDay | null;
}

/** Campaigns of the workspace by channel and name. */
export async function campaignFacts({ em }: UnitOfWork): Promise<CampaignFact[]> {
  const rows = await em.execute<(Omit<CampaignFact, 'budget'> & BudgetSqlRow)[]>(
    `select c.id, c.name, c.channel, case when c.status = 'OBSERVED' then coalesce(r.status, c.status) else c.status end as status, c.objective, c.launched_on::text as "launchedOn", b.amount_micros::text as amount, b.period, b.status as budget_status, b.valid_from::text
     from campaign c left join campaign_reported r on r.campaign_id = c.id left join lateral (
       select amount_micros, period, status, valid_from from budget where campaign_id = c.id and status in ('APPROVED', 'OBSERVED') ${IN_FORCE} limit 1) b on true
     order by c.channel, c.name, c.id`,
  );
  return rows.map(({ amount, period, budget_status, valid_from, ...campaign }) => ({
    ...campaign,
    budget: budgetOf({ amount, period, budget_status, valid_from }),
  }));
}

/** Budgets in force of whole channels, by channel key: where the data have no campaigns. */
export async function channelBudgets({ em }: UnitOfWork): Promise<Map<string, CurrentBudget>> {
  const rows = await em.execute<(BudgetSqlRow & { channel: string })[]>(
    `select distinct on (channel) channel, amount_micros::text as amount, period, status as budget_status, valid_from::text from budget
     where campaign_id is null and status in ('APPROVED', 'OBSERVED') order by channel, (status = 'APPROVED') desc, valid_from desc, created_at desc`,
  );
  return new Map(
    rows.flatMap((row) => {
      const budget = budgetOf(row);
      return budget ? [[row.channel, budget] as const] : [];
    }),
  );
}

/** Messages of the workspace by name. */
export async function messageFacts({ em }: UnitOfWork): Promise<MessageFact[]> {
  return em.execute<MessageFact[]>(
    'select id, name, channel, campaign_id as "campaignId", status, headline, body, call_to_action as "callToAction" from message order by name, id',
  );
}

/** Audiences of the workspace by name. */
export async function audienceFacts({ em }: UnitOfWork): Promise<AudienceFact[]> {
  return em.execute<AudienceFact[]>(
    'select id, name, status, version, definition, parent_name as "parentName" from audience order by name, id',
  );
}

function budgetOf({
  amount,
  period,
  budget_status: status,
  valid_from: validFrom,
}: BudgetSqlRow): CurrentBudget | null {
  return amount === null || period === null || validFrom === null
    ? null
    : { amountMicros: BigInt(amount), period, status: status ?? 'OBSERVED', validFrom };
}

/** Owns loading what every step of a run is about: the goal, the workspace's facts and the active strategy. */
import { dayIn } from '../kernel/calendar.ts';
import { AppError } from '../kernel/errors.ts';
import type { WorkspaceFacts } from '../agents/contract.ts';
import { goalKpiSchema, type Goal } from '../domain/goals.ts';
import { strategySchema, type Strategy } from '../domain/strategies.ts';
import type { UnitOfWork } from '../domain/unit.ts';

/** A strategy version with its document. */
export interface StrategyVersion {
  readonly id: string;
  readonly version: number;
  readonly document: Strategy;
}

/** Reads a goal. @throws NOT_FOUND */
export async function loadGoal(unit: UnitOfWork, goalId: string): Promise<Goal> {
  const rows = await unit.em.execute<GoalColumns[]>(
    `select id, owner_member_id, strategy_id, kpi, target, from_day::text, to_day::text, budget_micros::text, currency, market, text, to_jsonb(constraints) as constraints
     from goal where id = ?::uuid`,
    [goalId],
  );
  const row = rows[0];
  if (!row) throw new AppError('NOT_FOUND', `This workspace has no goal ${goalId}.`);
  return {
    id: row.id,
    ownerMemberId: row.owner_member_id,
    strategyVersionId: row.strategy_id,
    kpi: goalKpiSchema.parse(row.kpi),
    target: row.target,
    from: row.from_day,
    to: row.to_day,
    budgetMicros: BigInt(row.budget_micros),
    currency: row.currency,
    market: row.market,
    text: row.text,
    constraints: row.constraints,
  };
}

/** Reads the facts of the unit's workspace; the business date is today in its time zone, and a column in a demo workspace. */
export async function loadWorkspaceFacts(unit: UnitOfWork): Promise<WorkspaceFacts> {
  const rows = await unit.em.execute<WorkspaceColumns[]>(
    'select id, currency, time_zone, industry, market, is_demo, business_date::text from workspace where id = ?::uuid',
    [unit.workspace.id],
  );
  const row = rows[0];
  if (!row) throw new AppError('NOT_FOUND', `There is no workspace ${unit.workspace.id}.`);
  return {
    id: row.id,
    currency: row.currency,
    timeZone: row.time_zone,
    industry: row.industry,
    market: row.market,
    businessDate: row.business_date ?? dayIn(row.time_zone, unit.clock.now()),
    isDemo: row.is_demo,
  };
}

/** The active strategy of a market; one for all markets stands in where the market has none of its own. */
export async function loadActiveStrategy(unit: UnitOfWork, market: string): Promise<StrategyVersion | null> {
  const rows = await unit.em.execute<{ id: string; version: number; document: unknown }[]>(
    "select id, version, document from strategy where status = 'ACTIVE' and market in (?, 'ALL') order by (market = ?) desc limit 1",
    [market, market],
  );
  const row = rows[0];
  return row ? { id: row.id, version: row.version, document: strategySchema.parse(row.document) } : null;
}

interface GoalColumns {
  id: string;
  owner_member_id: string;
  strategy_id: string | null;
  kpi: string;
  target: number;
  from_day: string;
  to_day: string;
  budget_micros: string;
  currency: string;
  market: string;
  text: string;
  constraints: string[];
}

interface WorkspaceColumns {
  id: string;
  currency: string;
  time_zone: string;
  industry: string;
  market: string;
  is_demo: boolean;
  business_date: string | null;
}

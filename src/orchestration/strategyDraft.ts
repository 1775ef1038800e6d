/** Owns whether a goal stays inside the active strategy, and the draft of the version that it would need. Every figure is read from rows. */
import { kpiUnit, kpiWords } from '../agents/labels.ts';
import { addDays, daysInclusive } from '../kernel/calendar.ts';
import { digestOf } from '../kernel/canonicalJson.ts';
import { AppError } from '../kernel/errors.ts';
import { derivedId } from '../kernel/ids.ts';
import { formatMoney, microsFromMinor, minorFromMicros } from '../kernel/money.ts';
import { moneyKpis, type Goal, type GoalKpi } from '../domain/goals.ts';
import type { MetricName } from '../domain/metrics.ts';
import type { Strategy } from '../domain/strategies.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import { queryMetrics } from '../metrics/query.ts';
import { exactText } from '../models/phrases.ts';
import type { StrategyVersion } from './goalContext.ts';
import { heldMetrics } from './goalDoubts.ts';
import { draftMaterial, readStrategyMaterial, type DraftedMaterial } from './strategyMaterial.ts';

/** Days of a quarter, on average. */
const QUARTER_DAYS = 91n;
/** Days of spend that the channel mix is read from. */
const MIX_DAYS = 90;
/** How far a channel may move from its share: the bounds that budgets are allocated within. */
const SHARE_BOUNDS = { min: 0.7, max: 1.3 };

/** What moves each KPI, nearest first; a draft names those that the data hold. */
const drivers: Readonly<Record<GoalKpi, readonly MetricName[]>> = {
  REVENUE: ['PIPELINE', 'CONVERSIONS', 'SPEND'],
  PIPELINE: ['QUALIFIED_LEADS', 'SPEND'],
  QUALIFIED_LEADS: ['CONVERSIONS', 'CLICKS', 'SPEND'],
  CONVERSIONS: ['CVR', 'CLICKS', 'SPEND'],
  SESSIONS: ['CLICKS', 'IMPRESSIONS', 'SPEND'],
};

/** Why the goal needs another strategy than the active one; empty when it stays inside it. */
export function strategyDifferences(active: Strategy | null, goal: Goal): string[] {
  if (active === null) return [`No strategy is active for the market ${goal.market}.`];
  const reasons: string[] = [];
  const told = (value: number): string => exactText(value, kpiUnit(goal));
  const objective = active.objectives.find((entry) => entry.kpi === goal.kpi);
  if (!objective) reasons.push(`The active strategy has no objective for ${kpiWords(goal.kpi)}.`);
  else if (goal.target > objective.target)
    reasons.push(`The goal's target of ${told(goal.target)} is above the objective's ${told(objective.target)}.`);
  const needed = envelopeMicros(goal);
  const allowed =
    active.budgetEnvelope.currency === goal.currency
      ? microsFromMinor(BigInt(active.budgetEnvelope.minor), goal.currency)
      : 0n;
  if (needed > allowed)
    reasons.push(
      `The goal spends ${formatMoney(needed, goal.currency)} a quarter; the envelope is ${formatMoney(allowed, goal.currency)}.`,
    );
  return reasons;
}

/** The document that the goal needs: the active one with this goal's objective and envelope, or a first one read from the data. */
export async function draftStrategy(
  unit: UnitOfWork,
  goal: Goal,
  { active, dataThrough }: { active: Strategy | null; dataThrough: string },
): Promise<Strategy> {
  const baseline = await kpiTotal(unit, goal);
  const objective = { kpi: goal.kpi, metric: goal.kpi, baseline, target: goal.target, date: goal.to };
  const currency = goal.currency;
  const kept =
    active?.budgetEnvelope.currency === currency ? microsFromMinor(BigInt(active.budgetEnvelope.minor), currency) : 0n;
  const envelope = envelopeMicros(goal) > kept ? envelopeMicros(goal) : kept;
  return {
    title:
      active?.title ??
      `Growing ${goal.kpi.toLowerCase().replaceAll('_', ' ')} in ${goal.market === 'ALL' ? 'every market' : goal.market}`,
    objectives: [...(active?.objectives ?? []).filter((entry) => entry.kpi !== goal.kpi), objective],
    positioning: active?.positioning ?? goal.text,
    ...(active ? keptMaterial(active) : draftMaterial(await readStrategyMaterial(unit, { currency, dataThrough }))),
    channelMix: active && active.channelMix.length > 0 ? active.channelMix : await channelMix(unit, dataThrough),
    budgetEnvelope: { minor: minorFromMicros(envelope, currency).toString(), currency, period: 'QUARTER' },
    exclusions: [...new Set([...(active?.exclusions ?? []), ...goal.constraints])],
    kpiTree: [
      ...(active?.kpiTree ?? []).filter((entry) => entry.kpi !== goal.kpi),
      { kpi: goal.kpi, drivers: [...(await heldMetrics(unit, drivers[goal.kpi], dataThrough))] },
    ],
    owner: active?.owner ?? 'STRATEGY_OWNER',
  };
}

/** Stores a draft as the market's next version; the same run names the same row in every try. */
export async function storeDraft(
  unit: UnitOfWork,
  runId: string,
  market: string,
  document: Strategy,
): Promise<StrategyVersion> {
  const id = derivedId('strategy', runId);
  await unit.em.execute(
    `insert into strategy (id, workspace_id, market, version, status, document, digest, proposed_by)
     select ?::uuid, ?::uuid, ?, coalesce(max(version), 0) + 1, 'DRAFT', ?::jsonb, ?, ? from strategy where market = ? on conflict (id) do nothing`,
    [id, unit.workspace.id, market, JSON.stringify(document), digestOf(document), `run ${runId}`, market],
  );
  const rows = await unit.em.execute<{ version: number }[]>('select version from strategy where id = ?::uuid', [id]);
  if (!rows[0]) throw new AppError('INTERNAL', `The strategy draft of run ${runId} was not stored.`);
  return { id, version: rows[0].version, document };
}

function keptMaterial({ personas, offers, draftNotes }: Strategy): DraftedMaterial {
  return { personas, offers, draftNotes };
}

/** The goal's budget spread over a quarter. */
function envelopeMicros(goal: Goal): bigint {
  return (goal.budgetMicros * QUARTER_DAYS) / BigInt(daysInclusive(goal.from, goal.to));
}

/** The KPI over the days before the goal's window, as many as it has; 0 where nothing is known of them. */
async function kpiTotal(unit: UnitOfWork, goal: Goal): Promise<number> {
  const days = daysInclusive(goal.from, goal.to);
  const window = { from: addDays(goal.from, -days), to: addDays(goal.from, -1) };
  const series = await unit.em.execute<{ value: number | null }[]>(
    'select sum(value) as value from kpi_fact_live where kpi = ? and start_day >= ?::date and end_day <= ?::date',
    [goal.kpi, window.from, window.to],
  );
  if (typeof series[0]?.value === 'number') return series[0].value;
  const result = await queryMetrics(unit, { metrics: [goal.kpi], ...window, grain: 'TOTAL' });
  const total = Number(result.rows[0]?.[0] ?? 0);
  return moneyKpis.includes(goal.kpi) ? Math.round(total * 100) / 100 : total;
}

/** Ranges around each channel's share of recent money; channels without spend have no share. */
async function channelMix(unit: UnitOfWork, dataThrough: string): Promise<Strategy['channelMix']> {
  const rows = await unit.em.execute<{ channel: string; amount: number }[]>(
    `select channel, max(amount) as amount from (
       select channel, sum(spend_micros)::float8 / 1e6 as amount from performance_fact_live
         where spend_micros > 0 and start_day > ?::date - ?::int group by channel, source, account, (campaign_id is null), (audience_id is null), (message_id is null), (geo is null)
       union all
       select channel, sum(value) from media_input_live where unit ~ '^[A-Z]{3}$' and start_day > ?::date - ?::int group by channel) cuts
     group by channel order by channel`,
    [dataThrough, MIX_DAYS, dataThrough, MIX_DAYS],
  );
  const total = rows.reduce((sum, row) => sum + row.amount, 0);
  const rounded = (share: number): number => Math.min(1, Math.round(share * 10_000) / 10_000);
  return rows
    .filter((row) => row.amount > 0)
    .map((row) => ({
      channel: row.channel,
      minShare: rounded((row.amount / total) * SHARE_BOUNDS.min),
      maxShare: rounded((row.amount / total) * SHARE_BOUNDS.max),
    }));
}

/** Owns the scorecard: productivity and precision of the same decisions, from runs, approvals and the ledger. */
import type { UnitOfWork } from '../domain/unit.ts';

/** Quantiles of a duration in hours; null where nothing was measured. */
export interface HoursSpread {
  readonly n: number;
  readonly p50: number | null;
  readonly p90: number | null;
}

/** How fast and how cleanly decisions were made. */
export interface Productivity {
  /** From a run's start in the queue to its end, waiting for people included. */
  readonly cycleTime: HoursSpread;
  /** From an approval's request to a person's verdict. */
  readonly approvalLatency: HoursSpread;
  readonly approvalLatencyByGate: readonly (HoursSpread & { readonly gate: string })[];
  /** Change sets approved in their first revision, by all approved. */
  readonly firstPassApproval: number | null;
  /** Change sets sent back at least once, by all that were decided. */
  readonly reworkRate: number | null;
  readonly meanRounds: number | null;
}

/** How right the forecasts were. */
export interface Precision {
  readonly scored: number;
  readonly coverage50: number | null;
  readonly coverage80: number | null;
  readonly coverage95: number | null;
  /** Mean absolute error by the larger of observed and forecast. */
  readonly meanAbsoluteErrorShare: number | null;
  /** 1 less the absolute errors by those of a forecast without a model; below 0 the models did harm. */
  readonly forecastSkill: number | null;
  readonly brier: number | null;
}

/** One decided change set, with what was forecast for it and came of it. */
export interface DecisionScore {
  readonly changeSetId: string;
  readonly recommendationId: string | null;
  readonly forecastId: string | null;
  readonly state: string;
  readonly rounds: number;
  /** From the first request to the last verdict. */
  readonly latencyHours: number | null;
  readonly expected: number | null;
  readonly observed: number | null;
  readonly inside80: boolean | null;
}

/** Productivity and precision, and the decisions that both are computed from. */
export interface Scorecard {
  readonly productivity: Productivity;
  readonly precision: Precision;
  readonly decisions: readonly DecisionScore[];
}

/** Decisions that a scorecard lists at the most, newest first. */
const DECISION_LIMIT = 200;
const HOURS = 'extract(epoch from (%)) / 3600';

/** The scorecard of a workspace. */
export async function scorecard(unit: UnitOfWork): Promise<Scorecard> {
  return { productivity: await productivity(unit), precision: await precision(unit), decisions: await decisions(unit) };
}

function spreadSql(duration: string): string {
  const hours = HOURS.replace('%', duration);
  return `count(*)::int as n, percentile_cont(0.5) within group (order by (${hours})::float8) as p50, percentile_cont(0.9) within group (order by (${hours})::float8) as p90`;
}

async function productivity({ em }: UnitOfWork): Promise<Productivity> {
  const cycle = await em.execute<HoursSpread[]>(
    `select ${spreadSql('ended_at - queued_at')} from run where kind = 'PLAN_AND_EXECUTE' and status = 'SUCCEEDED' and ended_at is not null`,
  );
  const latency = await em.execute<(HoursSpread & { gate: string | null })[]>(
    `select d.gate, ${spreadSql('d.decided_at - a.created_at')} from decision d join approval a on a.id = d.approval_id group by grouping sets ((), (d.gate)) order by d.gate`,
  );
  const rounds = await em.execute<
    { approved: number; first_pass: number; decided: number; reworked: number; mean_rounds: number | null }[]
  >(
    `with judged as (
       select c.revision, c.state in ('APPROVED', 'EXECUTING', 'EXECUTED', 'EXECUTION_UNKNOWN', 'FAILED') as approved,
         c.revision > 1 or exists (select 1 from decision d where d.change_set_id = c.id and d.verdict = 'REQUEST_CHANGES') as reworked
       from change_set c where exists (select 1 from decision d where d.change_set_id = c.id))
     select (count(*) filter (where approved))::int as approved, (count(*) filter (where approved and not reworked))::int as first_pass, count(*)::int as decided,
       (count(*) filter (where reworked))::int as reworked, avg(revision)::float8 as mean_rounds from judged`,
  );
  const round = rounds[0];
  const empty: HoursSpread = { n: 0, p50: null, p90: null };
  const overall = latency.find((row) => row.gate === null);
  return {
    cycleTime: cycle[0] ?? empty,
    approvalLatency: overall ? { n: overall.n, p50: overall.p50, p90: overall.p90 } : empty,
    approvalLatencyByGate: latency.flatMap(({ gate, n, p50, p90 }) => (gate === null ? [] : [{ gate, n, p50, p90 }])),
    firstPassApproval: share(round?.first_pass, round?.approved),
    reworkRate: share(round?.reworked, round?.decided),
    meanRounds: round?.mean_rounds ?? null,
  };
}

async function precision({ em }: UnitOfWork): Promise<Precision> {
  const rows = await em.execute<
    Record<'scored' | 'c50' | 'c80' | 'c95' | 'error_share' | 'error' | 'naive' | 'brier', number | null>[]
  >(
    `select count(*)::int as scored, avg((score->>'inside50')::boolean::int)::float8 as c50, avg((score->>'inside80')::boolean::int)::float8 as c80,
       avg((score->>'inside95')::boolean::int)::float8 as c95, avg((score->>'absoluteErrorShare')::float8) as error_share,
       sum(abs((score->>'error')::float8) / nullif(scale, 0)) filter (where score->>'naiveAbsoluteError' is not null) as error,
       sum((score->>'naiveAbsoluteError')::float8 / nullif(scale, 0)) as naive, avg((score->>'brier')::float8) as brier
     from (select score, greatest(abs(observed), abs(mean)) as scale from forecast where state = 'SCORED' and score is not null) s`,
  );
  const row = rows[0];
  const naive = row?.naive ?? 0;
  return {
    scored: row?.scored ?? 0,
    coverage50: row?.c50 ?? null,
    coverage80: row?.c80 ?? null,
    coverage95: row?.c95 ?? null,
    meanAbsoluteErrorShare: row?.error_share ?? null,
    forecastSkill: naive > 0 ? 1 - (row?.error ?? 0) / naive : null,
    brier: row?.brier ?? null,
  };
}

async function decisions({ em }: UnitOfWork): Promise<DecisionScore[]> {
  const rows = await em.execute<DecisionSqlRow[]>(
    `select c.id, c.recommendation_id, f.id as forecast_id, c.state, c.revision, d.latency, f.mean, f.observed, (f.score->>'inside80')::boolean as inside80
     from change_set c
     join lateral (
       select max(d.decided_at) as decided_at, (${HOURS.replace('%', 'max(d.decided_at) - min(a.created_at)')})::float8 as latency
       from decision d join approval a on a.id = d.approval_id where d.change_set_id = c.id) d on d.decided_at is not null
     left join forecast f on f.recommendation_id = c.recommendation_id
     order by d.decided_at desc, c.id limit ?`,
    [DECISION_LIMIT],
  );
  return rows.map((row) => ({
    changeSetId: row.id,
    recommendationId: row.recommendation_id,
    forecastId: row.forecast_id,
    state: row.state,
    rounds: row.revision,
    latencyHours: row.latency,
    expected: row.mean,
    observed: row.observed,
    inside80: row.inside80,
  }));
}

interface DecisionSqlRow {
  id: string;
  recommendation_id: string | null;
  forecast_id: string | null;
  state: string;
  revision: number;
  latency: number | null;
  mean: number | null;
  observed: number | null;
  inside80: boolean | null;
}

function share(part: number | undefined, whole: number | undefined): number | null {
  return part === undefined || !whole ? null : part / whole;
}

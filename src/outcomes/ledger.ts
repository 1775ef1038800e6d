/** Owns reading the ledger: how advice of one kind has done so far, and the forecasts that were scored. */
import type { UnitOfWork } from '../domain/unit.ts';
import type { CalendarDay } from '../kernel/calendar.ts';

/**
 * How advice of one kind has done. `inside80` fell inside the forecast's own 80 % interval and `coverage80` is their share, null before
 * anything was scored; `notToldApart` fell outside it and agree with it only once the error of the comparison is allowed for.
 */
export interface AdviceRecord {
  readonly scored: number;
  readonly inside80: number;
  readonly notToldApart: number;
  readonly coverage80: number | null;
}

/** The record of all scored cards of a verb; only forecasts with an 80 % interval count. */
export async function recordOfKind({ em }: UnitOfWork, verb: string): Promise<AdviceRecord> {
  const rows = await em.execute<{ scored: number; inside: number; unsure: number }[]>(
    `select count(*)::int as scored, (count(*) filter (where (f.score->>'inside80')::boolean))::int as inside,
       (count(*) filter (where not (f.score->>'inside80')::boolean and (f.score->>'agrees80')::boolean))::int as unsure
     from forecast f join recommendation r on r.id = f.recommendation_id
     where f.state = 'SCORED' and r.verb = ? and f.score->>'inside80' is not null`,
    [verb],
  );
  const { scored = 0, inside = 0, unsure = 0 } = rows[0] ?? {};
  return { scored, inside80: inside, notToldApart: unsure, coverage80: scored > 0 ? inside / scored : null };
}

/** One scored forecast as reports show it. */
export interface LedgerEntry {
  readonly id: string;
  readonly kpi: string;
  readonly unit: string;
  readonly from: CalendarDay;
  readonly to: CalendarDay;
  readonly mean: number;
  readonly lower80: number | null;
  readonly upper80: number | null;
  readonly observed: number;
  readonly inside80: boolean;
  /** Whether it agrees with the forecast once the error of the comparison is allowed for. */
  readonly agrees80: boolean;
}

/** The latest scored forecasts, newest first. */
export async function scoredForecasts({ em }: UnitOfWork, limit = 100): Promise<LedgerEntry[]> {
  const rows = await em.execute<LedgerSqlRow[]>(
    `select id, kpi, unit, from_day::text as from_day, to_day::text as to_day, mean, intervals, observed, coalesce((score->>'inside80')::boolean, false) as inside80,
       coalesce((score->>'agrees80')::boolean, false) as agrees80
     from forecast where state = 'SCORED' and observed is not null order by scored_at desc, id limit ?`,
    [limit],
  );
  return rows.map((row) => {
    const interval = row.intervals.find(({ level }) => Math.abs(level - 0.8) < 0.005);
    return {
      id: row.id,
      kpi: row.kpi,
      unit: row.unit,
      from: row.from_day,
      to: row.to_day,
      mean: row.mean,
      lower80: interval?.lower ?? null,
      upper80: interval?.upper ?? null,
      observed: row.observed,
      inside80: row.inside80,
      agrees80: row.agrees80,
    };
  });
}

interface LedgerSqlRow {
  id: string;
  kpi: string;
  unit: string;
  from_day: string;
  to_day: string;
  mean: number;
  intervals: { level: number; lower: number; upper: number }[];
  observed: number;
  inside80: boolean;
  agrees80: boolean;
}

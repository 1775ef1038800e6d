/** Owns what the loaded sources cover, and the choice of a measure's source of record. Reads what `rollup_refresh` keeps. */
import type { FactGrain, SourceKind } from '../domain/facts.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import { AppError } from '../kernel/errors.ts';
import { dayIn, type CalendarDay } from '../kernel/calendar.ts';
import { recordOrder, recordRule, type Measure } from './catalogue.ts';

/** What one source knows of one measure in one grain; days are the first and the last that a row reaches. */
export interface Coverage {
  readonly kind: SourceKind;
  readonly source: string;
  readonly grain: FactGrain;
  readonly measure: string;
  readonly rows: number;
  readonly firstDay: CalendarDay;
  readonly lastDay: CalendarDay;
}

/** The settings and the coverage of a workspace. */
export interface WorkspaceCoverage {
  readonly currency: string;
  readonly timeZone: string;
  /** Today in the time zone; in a demo workspace the day that the market has reached. */
  readonly today: CalendarDay;
  readonly coverage: readonly Coverage[];
}

/** Where a measure is read: rows of that kind and those sources, in that column. */
export interface RecordSource {
  readonly kind: SourceKind;
  readonly sources: readonly string[];
  readonly column: Measure;
  readonly firstDay: CalendarDay;
  readonly lastDay: CalendarDay;
  /** Whether weeks or periods are among the rows. */
  readonly coarse: boolean;
}

/** What stands in for an outcome where only platforms report it: their own claims. */
const platformClaims: Partial<Record<Measure, Measure>> = {
  conversions: 'platform_conversions',
  revenue_micros: 'platform_revenue_micros',
};

interface CoverageRow {
  currency: string;
  time_zone: string;
  business_date: string | null;
  source_kind: SourceKind | null;
  source: string;
  grain: FactGrain;
  measure: string;
  rows: string | number;
  first_day: string;
  last_day: string;
}

/** Reads the workspace's settings and coverage in one statement. @throws NOT_FOUND outside a workspace session */
export async function readCoverage(unit: UnitOfWork): Promise<WorkspaceCoverage> {
  const rows = await unit.em.execute<CoverageRow[]>(
    `select w.currency, w.time_zone, w.business_date::text as business_date, c.source_kind, c.source, c.grain, c.measure, c.rows, c.first_day::text as first_day, c.last_day::text as last_day
     from workspace w left join metric_coverage c on c.workspace_id = w.id where w.id = ? order by c.source, c.grain, c.measure`,
    [unit.workspace.id],
  );
  const first = rows[0];
  if (!first)
    throw new AppError('NOT_FOUND', `Workspace ${unit.workspace.id} was not found.`, {
      hint: 'Use the id of a workspace of yours.',
    });
  const coverage = rows.flatMap((row) =>
    row.source_kind === null
      ? []
      : [
          {
            kind: row.source_kind,
            source: row.source,
            grain: row.grain,
            measure: row.measure,
            rows: Number(row.rows),
            firstDay: row.first_day,
            lastDay: row.last_day,
          },
        ],
  );
  const today = first.business_date ?? dayIn(first.time_zone, unit.clock.now());
  return { currency: first.currency, timeZone: first.time_zone, today, coverage };
}

/** The source of record of a measure, or null where no source has rows for it. `only` limits the choice to named sources. */
export function recordSource(
  coverage: readonly Coverage[],
  measure: Measure,
  only?: ReadonlySet<string>,
): RecordSource | null {
  const rule = recordRule(measure);
  for (const kind of recordOrder[rule]) {
    const candidates = coverage.filter((entry) => entry.kind === kind && (!only || only.has(entry.source)));
    const claim = kind === 'PLATFORM' ? platformClaims[measure] : undefined;
    for (const column of claim ? [measure, claim] : [measure]) {
      const rows = candidates.filter((entry) => entry.measure === column);
      if (rows.length > 0) return recordFrom(rows, kind, column);
    }
  }
  return null;
}

/** Of several analytics tools or CRMs the one with most rows counts: they see the same sales. Platforms and models cover different media. */
function recordFrom(rows: readonly Coverage[], kind: SourceKind, column: Measure): RecordSource {
  const totals = new Map<string, number>();
  for (const row of rows) totals.set(row.source, (totals.get(row.source) ?? 0) + row.rows);
  const ranked = [...totals].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([source]) => source);
  const sources = kind === 'CRM' || kind === 'ANALYTICS' ? ranked.slice(0, 1) : ranked;
  const used = rows.filter((row) => sources.includes(row.source));
  return {
    kind,
    sources,
    column,
    firstDay: used.reduce((day, row) => (row.firstDay < day ? row.firstDay : day), used[0]?.firstDay ?? ''),
    lastDay: used.reduce((day, row) => (row.lastDay > day ? row.lastDay : day), ''),
    coarse: used.some((row) => row.grain !== 'DAY'),
  };
}

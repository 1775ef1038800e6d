/** Owns the outlook: the forecast of the goal's window with nothing changed, and the chance of reaching the target. */
import { forecastSeries } from '../../brain/forecast.ts';
import { normalCdf, normalQuantile } from '../../brain/distributions.ts';
import type { Figure } from '../../domain/evidence.ts';
import { addDays, dayNumber, daysInclusive } from '../../kernel/calendar.ts';
import type { SpecialistContext } from '../contract.ts';
import type { Evidence, EvidenceBook } from '../evidence.ts';
import { kpiUnit, kpiWords } from '../labels.ts';
import type { ReportingMaterial } from './gather.ts';

/** Weeks between the end of the data and the end of the goal's window beyond which no forecast of it is given. */
const FURTHEST_WEEKS = 104;
/** Weeks that are shown when the goal's window is out of reach. */
const SHOWN_WEEKS = 13;
const WEEK = 7;
const WEEKS_OF_YEAR = 52;
/** Weeks of the past that are shown beside the forecast. */
const HISTORY_WEEKS = 78;
const SHARE_80 = 0.8;

/** The outlook with its evidence; figures are null where they cannot be told, with the reason in `caveats`. */
export interface Outlook {
  readonly evidence: Evidence | null;
  readonly target: Figure;
  readonly actual: Figure | null;
  readonly forecast: Figure | null;
  readonly gap: Figure | null;
  readonly probability: Figure | null;
  /** Forecast of the weeks right after the data, where the goal's window is out of reach. */
  readonly shown: { readonly from: string; readonly to: string; readonly total: Figure } | null;
  readonly caveats: readonly string[];
  readonly history: readonly { readonly week: string; readonly value: number }[];
  readonly points: readonly {
    readonly week: string;
    readonly mean: number;
    readonly lower: number;
    readonly upper: number;
  }[];
}

/** Forecasts the goal's window from the weekly series. */
export function outlookOf(context: SpecialistContext, book: EvidenceBook, material: ReportingMaterial): Outlook {
  const told = forecastOf(context, material);
  const { history, points } = told;
  const evidence = evidenceOf(context, book, { material, told });
  return {
    evidence,
    ...figuresOf(context, evidence),
    shown: shownOf(context, evidence, told),
    caveats: caveatsOf(told),
    history,
    points,
  };
}

type IdentifiedForecast = Extract<ReturnType<typeof forecastSeries>, { identified: true }>;

/** What the weekly series says of the goal's window. */
interface Told {
  /** Weeks from the end of the data to the end of the goal's window. */
  readonly reach: number;
  readonly reachable: boolean;
  /** Weeks forecast. */
  readonly horizon: number;
  readonly dataEnd: string | null;
  readonly result: ReturnType<typeof forecastSeries> | null;
  readonly points: Outlook['points'];
  readonly history: Outlook['history'];
  readonly window: WindowTotal | null;
  /** Total of the weeks right after the data, where the goal's window is out of reach. */
  readonly after: { readonly mean: number; readonly lower: number; readonly upper: number } | null;
}

function forecastOf(context: SpecialistContext, material: ReportingMaterial): Told {
  const { series } = material;
  const lastWeek = series?.periods.at(-1);
  const dataEnd = lastWeek === undefined ? null : addDays(lastWeek, WEEK - 1);
  const reach = dataEnd === null ? 0 : Math.ceil((dayNumber(context.goal.to) - dayNumber(dataEnd)) / WEEK);
  const reachable = reach >= 1 && reach <= FURTHEST_WEEKS;
  const horizon = reachable ? reach : SHOWN_WEEKS;
  const result =
    series && series.values.length > 0
      ? forecastSeries({ values: series.values, horizon, season: WEEKS_OF_YEAR, interval: SHARE_80 })
      : null;
  const points =
    result?.identified && dataEnd !== null
      ? result.points.map(({ step, mean, lower, upper }) => ({
          week: addDays(dataEnd, 1 + (step - 1) * WEEK),
          mean,
          lower,
          upper,
        }))
      : [];
  const window =
    reachable && result?.identified
      ? windowTotal(context, { points, total: result.total, actual: material.actual?.value ?? 0 })
      : null;
  const history = series
    ? series.periods.map((week, index) => ({ week, value: series.values[index] ?? 0 })).slice(-HISTORY_WEEKS)
    : [];
  const after = !reachable && result?.identified ? totalOf(result.total) : null;
  return { reach, reachable, horizon, dataEnd, result, points, history, window, after };
}

function totalOf({ mean, intervals }: IdentifiedForecast['total']): Told['after'] {
  const interval = intervals.find((entry) => entry.level === SHARE_80);
  return interval ? { mean, lower: interval.lower, upper: interval.upper } : null;
}

function shownOf({ goal }: SpecialistContext, evidence: Evidence, { points }: Told): Outlook['shown'] {
  const [from, last] = [points[0]?.week, points.at(-1)?.week];
  const total = evidence.figure({
    label: `forecast of ${kpiWords(goal.kpi)} for the weeks right after the data`,
    path: 'after.mean',
    unit: kpiUnit(goal),
    interval: { lower: 'after.lower', upper: 'after.upper', level: SHARE_80 },
  });
  return total && from !== undefined && last !== undefined ? { from, to: addDays(last, WEEK - 1), total } : null;
}

function evidenceOf(
  { goal }: SpecialistContext,
  book: EvidenceBook,
  { material, told }: { material: ReportingMaterial; told: Told },
): Evidence {
  const { result, history, points, window } = told;
  return book.add({
    kind: 'brain.forecast',
    tier: 'MODEL',
    input: {
      kpi: goal.kpi,
      window: { from: goal.from, to: goal.to },
      weeks: material.series?.values.length ?? 0,
      horizon: told.horizon,
    },
    output: {
      target: goal.target,
      actual: material.actual,
      window,
      after: told.after,
      history,
      points,
      ...(result?.identified ? { method: result.method, backtest: result.backtest } : {}),
    },
    loadIds: material.coverage.loadIds,
    asOf: told.dataEnd ?? material.windows.now.to,
  });
}

function figuresOf(
  { goal }: SpecialistContext,
  evidence: Evidence,
): Pick<Outlook, 'target' | 'actual' | 'forecast' | 'gap' | 'probability'> {
  const unit = kpiUnit(goal);
  const words = kpiWords(goal.kpi);
  return {
    target: evidence.need({ label: `target of ${words}`, path: 'target', unit }),
    actual: evidence.figure({ label: `${words} of the goal\u2019s window so far`, path: 'actual.value', unit }),
    forecast: evidence.figure({
      label: `forecast of ${words} over the goal\u2019s window with nothing changed`,
      path: 'window.mean',
      unit,
      interval: { lower: 'window.lower', upper: 'window.upper', level: SHARE_80 },
    }),
    gap: evidence.figure({ label: 'forecast less target', path: 'window.gap', unit }),
    probability: evidence.figure({
      label: 'chance of reaching the target with nothing changed',
      path: 'window.probability',
      unit: 'SHARE',
    }),
  };
}

interface WindowTotal {
  readonly mean: number;
  readonly lower: number;
  readonly upper: number;
  readonly gap: number;
  readonly probability: number;
}

/** Forecast weeks inside the window by the days they share with it, added to what has happened already. */
function windowTotal(
  context: SpecialistContext,
  input: {
    points: Outlook['points'];
    total: { mean: number; intervals: readonly { level: number; lower: number; upper: number }[] };
    actual: number;
  },
): WindowTotal {
  const { goal } = context;
  const { points, total, actual } = input;
  const shares = points.map((point) => {
    const from = point.week > goal.from ? point.week : goal.from;
    const to = addDays(point.week, WEEK - 1) < goal.to ? addDays(point.week, WEEK - 1) : goal.to;
    return from > to ? 0 : daysInclusive(from, to) / WEEK;
  });
  const inside = points.reduce((sum, point, index) => sum + point.mean * (shares[index] ?? 0), 0);
  const interval = total.intervals.find((entry) => entry.level === SHARE_80);
  const z = normalQuantile((1 + SHARE_80) / 2);
  const sdOfAll = interval ? (interval.upper - total.mean) / z : 0;
  // Errors of weeks hang together only in part, so a part of the horizon keeps more than its share of the spread.
  const sd = sdOfAll * Math.sqrt(shares.reduce((sum, share) => sum + share, 0) / Math.max(1, points.length));
  const mean = actual + inside;
  return {
    mean,
    lower: Math.max(0, mean - z * sd),
    upper: mean + z * sd,
    gap: mean - goal.target,
    probability: sd > 0 ? normalCdf((mean - goal.target) / sd) : mean >= goal.target ? 1 : 0,
  };
}

function caveatsOf({ dataEnd, result, reach, reachable, after }: Told): string[] {
  if (dataEnd === null) return ['The KPI has no weekly series, so nothing is forecast.'];
  if (result && !result.identified && result.reasons.length > 0) return [...result.reasons];
  if (reach < 1) return ['The data cover the whole window of the goal, so nothing is left to forecast.'];
  return reachable
    ? []
    : [
        `The goal\u2019s window lies too far beyond the data for a forecast of it.${after ? ' The weeks right after the data are forecast instead.' : ''}`,
      ];
}

/** Owns the putting of long values onto one grid of periods: the same rows for every place, channel, KPI and control. Pure. */
import type { CalendarDay } from '../kernel/calendar.ts';

/** One value of a named series in one place and period. */
export interface LongValue {
  readonly place: string;
  readonly name: string;
  /** First day of the period. */
  readonly period: CalendarDay;
  readonly value: number;
}

/** Series of one place on the common grid. */
export interface AlignedPlace {
  readonly geo: string;
  readonly kpi: readonly number[];
  readonly spend: Readonly<Record<string, readonly number[]>>;
  readonly controls: Readonly<Record<string, readonly number[]>>;
}

/** What is aligned. */
export interface AlignmentInput {
  readonly inputs: readonly (LongValue & { readonly unit: string })[];
  readonly kpi: readonly LongValue[];
  readonly controls: readonly LongValue[];
  readonly from?: CalendarDay;
  readonly to?: CalendarDay;
}

/** Aligned series; channels and controls are sorted by name. */
export interface Aligned {
  readonly periods: readonly CalendarDay[];
  readonly series: readonly AlignedPlace[];
  readonly channels: readonly string[];
  readonly units: Readonly<Record<string, string>>;
}

/** A control is used where at least this share of its periods is known. */
const MIN_CONTROL_SHARE = 0.8;

/**
 * Aligns on the periods in which every place has a KPI. Input that is missing in a period is zero, since nothing was reported as bought;
 * a missing control keeps its last known value. Places without a full KPI are left out, as are channels without any input.
 */
export function align(input: AlignmentInput): Aligned {
  const inWindow = (value: LongValue): boolean =>
    (input.from === undefined || value.period >= input.from) && (input.to === undefined || value.period <= input.to);
  const kpi = grid(input.kpi.filter(inWindow));
  const media = grid(input.inputs.filter(inWindow));
  const controls = grid(input.controls);
  const { periods, places } = fullPlaces(kpi, media);
  const channels = [...new Set(input.inputs.filter((value) => value.value > 0).map((value) => value.name))].sort();
  const units = Object.fromEntries(input.inputs.map((value) => [value.name, value.unit]));
  return {
    periods,
    channels,
    units: Object.fromEntries(channels.map((channel) => [channel, units[channel] ?? ''])),
    series: places.map((place) => ({
      geo: place,
      kpi: periods.map((period) => kpi.get(place)?.get('kpi')?.get(period) ?? 0),
      spend: Object.fromEntries(
        channels.map((channel) => [
          channel,
          periods.map((period) => Math.max(0, media.get(place)?.get(channel)?.get(period) ?? 0)),
        ]),
      ),
      controls: controlsOf(controls, place, periods),
    })),
  };
}

type Grid = Map<string, Map<string, Map<CalendarDay, number>>>;

function grid(values: readonly LongValue[]): Grid {
  const places: Grid = new Map();
  for (const { place, name, period, value } of values) {
    const names = places.get(place) ?? new Map<string, Map<CalendarDay, number>>();
    const series = names.get(name) ?? new Map<CalendarDay, number>();
    series.set(period, value);
    names.set(name, series);
    places.set(place, names);
  }
  return places;
}

/** Periods between the first and the last KPI that also have media, and the places that have a KPI in all of them. */
function fullPlaces(kpi: Grid, media: Grid): { periods: CalendarDay[]; places: string[] } {
  const bought = new Set(
    [...media.values()].flatMap((names) => [...names.values()].flatMap((series) => [...series.keys()])),
  );
  const counts = new Map<CalendarDay, number>();
  for (const names of kpi.values())
    for (const period of names.get('kpi')?.keys() ?? []) counts.set(period, (counts.get(period) ?? 0) + 1);
  const most = Math.max(0, ...counts.values());
  // A period that most places lack is no period of the panel; a place that lacks one of the others is no place of it.
  const periods = [...counts]
    .filter(([period, places]) => places * 2 > most && bought.has(period))
    .map(([period]) => period)
    .sort();
  const places = [...kpi]
    .filter(([, names]) => periods.every((period) => names.get('kpi')?.has(period)))
    .map(([place]) => place)
    .sort();
  return { periods, places };
}

function controlsOf(controls: Grid, place: string, periods: readonly CalendarDay[]): Record<string, number[]> {
  const own = new Map([...(controls.get('ALL') ?? []), ...(controls.get(place) ?? [])]);
  const used: Record<string, number[]> = {};
  for (const [name, series] of [...own].sort(([a], [b]) => (a < b ? -1 : 1))) {
    // An indicator of a category is there only where it holds.
    const indicator = name.includes(':');
    const known = periods.filter((period) => series.has(period)).length;
    if (!indicator && known < MIN_CONTROL_SHARE * periods.length) continue;
    const values = indicator ? periods.map((period) => series.get(period) ?? 0) : carried(series, periods);
    if (values.some((value) => value !== values[0])) used[name] = values;
  }
  return used;
}

function carried(series: ReadonlyMap<CalendarDay, number>, periods: readonly CalendarDay[]): number[] {
  let last = series.get(periods.find((period) => series.has(period)) ?? '') ?? 0;
  return periods.map((period) => (last = series.get(period) ?? last));
}

/** Owns what the calendar does to the demo market: season, weekdays, holidays, launch, price and competitor. No spend. */
import { addDays, dayNumber, weekday, type CalendarDay } from '../kernel/calendar.ts';
import { seededRandom } from '../kernel/random.ts';
import { LAUNCH_WEEKS_BEFORE_END } from './demoCampaigns.ts';
import { marketTruth } from './demoTruth.ts';
import type { MarketState } from './marketTypes.ts';

/** Demand by ISO weekday, Monday first: offices buy on working days. */
const WEEKDAY_DEMAND = [1.22, 1.25, 1.2, 1.15, 1, 0.58, 0.6] as const;
/** Spend by ISO weekday. */
const WEEKDAY_SPEND = [1.1, 1.12, 1.1, 1.08, 1, 0.8, 0.8] as const;
/** Month-day spans in which offices are closed or half empty, both ends counted. */
const HOLIDAYS: readonly (readonly [from: string, to: string])[] = [
  ['12-23', '12-31'],
  ['01-01', '01-04'],
  ['05-01', '05-01'],
  ['08-08', '08-16'],
];

/** Persistence of latent demand from one day to the next, and its innovation: weekly AR(.8) with sd .3, by day. */
const DEMAND_PERSISTENCE = 0.8 ** (1 / 7);
const DEMAND_INNOVATION = 0.5 * Math.sqrt(1 - DEMAND_PERSISTENCE ** 2);
/** Days that the launch takes to build up, and after which half of its lift is gone. */
const LAUNCH_RAMP_DAYS = 14;
const LAUNCH_HALF_LIFE_DAYS = 45;
const LAUNCH_LIFT = 0.16;

/** What a day brings, apart from advertising. */
export interface DayConditions {
  readonly day: CalendarDay;
  /** Whole weeks since the history began. */
  readonly week: number;
  readonly demand: number;
  /** Multiplies the organic base. */
  readonly organicFactor: number;
  readonly spendFactor: number;
  readonly launchSpendFactor: number;
  /** The same values as the control rows show them. */
  readonly controls: Readonly<Record<string, number>>;
}

/** Conditions of the day after the state's. */
export function nextConditions(
  state: Pick<MarketState, 'seed' | 'startDay' | 'historyDays' | 'day' | 'demand'>,
): DayConditions {
  const day = addDays(state.day, 1);
  const index = dayNumber(day) - dayNumber(state.startDay);
  const random = seededRandom(state.seed).split(`day:${day}`);
  const demand = DEMAND_PERSISTENCE * state.demand + random.normal(0, DEMAND_INNOVATION);
  const holiday = isHoliday(day) ? 1 : 0;
  const price = 100 * (1 + 0.03 * Math.floor(index / 182)) + 1.2 * Math.sin(index / 23);
  const competitor = Math.max(0, 1 + 0.5 * Math.sin(index / 37 + (state.seed % 7)) + random.normal(0, 0.12));
  const sinceLaunch = index - (state.historyDays - 7 * LAUNCH_WEEKS_BEFORE_END);
  const shock = random.normal(0, marketTruth.dailyNoise) / Math.sqrt(randomScale(random.gamma(2.5)));
  const factor = Math.exp(
    marketTruth.yearlyGrowth * (index / 365) +
      season(day) +
      marketTruth.demandEffect * demand -
      0.4 * holiday -
      0.8 * (price / 100 - 1) -
      0.05 * (competitor - 1) +
      launchLift(sinceLaunch) +
      shock,
  );
  const at = weekday(day) - 1;
  return {
    day,
    week: Math.floor(index / 7),
    demand,
    organicFactor: factor * (WEEKDAY_DEMAND[at] ?? 1),
    spendFactor: (WEEKDAY_SPEND[at] ?? 1) * (holiday ? 0.7 : 1) * (1 + 0.6 * season(day)),
    launchSpendFactor: sinceLaunch >= 0 && sinceLaunch < 35 ? 1.5 : 1,
    controls: {
      category_interest: round(100 * Math.exp(0.2 * demand + 0.5 * season(day) + random.normal(0, 0.01))),
      competitor_pressure: round(competitor),
      price_index: round(price),
      holiday,
      launch: round(launchLift(sinceLaunch) / LAUNCH_LIFT),
    },
  };
}

/** Two harmonics of the year on the log scale: autumn and spring are the seasons of office projects. */
function season(day: CalendarDay): number {
  const phase = (2 * Math.PI * (dayNumber(day) % 365.25)) / 365.25;
  return 0.09 * Math.cos(phase - 4.9) + 0.05 * Math.cos(2 * phase - 1.6);
}

function launchLift(sinceLaunch: number): number {
  if (sinceLaunch < 0) return 0;
  const ramp = Math.min(1, sinceLaunch / LAUNCH_RAMP_DAYS);
  return LAUNCH_LIFT * ramp * 0.5 ** (Math.max(0, sinceLaunch - LAUNCH_RAMP_DAYS) / LAUNCH_HALF_LIFE_DAYS);
}

/** Scale mixture that turns a normal shock into one with t5 tails: chi-square(5)/5 from a gamma(2.5) draw. */
function randomScale(gamma: number): number {
  return (2 * gamma) / 5;
}

function isHoliday(day: CalendarDay): boolean {
  const monthDay = day.slice(5);
  return HOLIDAYS.some(([from, to]) => monthDay >= from && monthDay <= to);
}

function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}

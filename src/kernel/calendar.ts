/** Owns calendar days, as `YYYY-MM-DD` text without a time zone, and the periods they fall into. */
import { AppError } from './errors.ts';

/** A day as `YYYY-MM-DD` (ISO 8601); compares correctly as text. */
export type CalendarDay = string;

/** Spans that a day can be grouped by; weeks are ISO weeks and start on Monday. */
export type Grain = 'DAY' | 'WEEK' | 'MONTH' | 'QUARTER' | 'YEAR';

const DAY_MS = 86_400_000;
const DAY_PATTERN = /^\d{4}-\d{2}-\d{2}$/;

/** Whether the text is a day that exists. */
export function isDay(text: string): boolean {
  if (!DAY_PATTERN.test(text)) return false;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}

/** Parses a day. @throws BAD_USER_INPUT when the text is none. */
export function parseDay(text: string): CalendarDay {
  if (isDay(text)) return text;
  throw new AppError('BAD_USER_INPUT', `"${text}" is not a day.`, { hint: 'Write it as 2026-01-31.' });
}

/** Days since 1970-01-01. */
export function dayNumber(day: CalendarDay): number {
  return Math.round(Date.parse(`${day}T00:00:00Z`) / DAY_MS);
}

/** The day with that number; the inverse of `dayNumber`. */
export function dayFromNumber(number: number): CalendarDay {
  return new Date(number * DAY_MS).toISOString().slice(0, 10);
}

/** The day that many days later (earlier when negative). */
export function addDays(day: CalendarDay, days: number): CalendarDay {
  return dayFromNumber(dayNumber(day) + days);
}

/** Days from `from` to `to`, both counted. */
export function daysInclusive(from: CalendarDay, to: CalendarDay): number {
  return dayNumber(to) - dayNumber(from) + 1;
}

/** ISO weekday: 1 is Monday, 7 is Sunday. */
export function weekday(day: CalendarDay): number {
  return ((((dayNumber(day) + 3) % 7) + 7) % 7) + 1;
}

/** The first day of the period that holds the day. */
export function startOf(grain: Grain, day: CalendarDay): CalendarDay {
  const year = day.slice(0, 4);
  const month = Number(day.slice(5, 7));
  switch (grain) {
    case 'DAY':
      return day;
    case 'WEEK':
      return addDays(day, 1 - weekday(day));
    case 'MONTH':
      return `${day.slice(0, 7)}-01`;
    case 'QUARTER':
      return `${year}-${String(month - ((month - 1) % 3)).padStart(2, '0')}-01`;
    case 'YEAR':
      return `${year}-01-01`;
  }
}

/** The day that an instant falls on in a time zone (IANA name). */
export function dayIn(timeZone: string, instant: Date): CalendarDay {
  return new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(
    instant,
  );
}

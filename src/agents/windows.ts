/** Owns the windows that specialists look at: whole ISO weeks that end where the data end, and the same length before. */
import type { Span } from '../domain/artifacts/shape.ts';
import { addDays, daysInclusive, startOf, type CalendarDay } from '../kernel/calendar.ts';

/** Weeks that "now" and "before" hold when two windows are compared. */
export const COMPARED_WEEKS = 8;

/** The last whole weeks through the last day that the data reach. */
export function lastWeeks(dataThrough: CalendarDay, weeks: number): Span {
  const nextMonday = startOf('WEEK', addDays(dataThrough, 1));
  return { from: addDays(nextMonday, -7 * weeks), to: addDays(nextMonday, -1) };
}

/** The window of the same length that ends the day before. */
export function windowBefore(window: Span): Span {
  const days = daysInclusive(window.from, window.to);
  return { from: addDays(window.from, -days), to: addDays(window.from, -1) };
}

/** Weeks of a window, fractions included. */
export function weeksOf(window: Span): number {
  return daysInclusive(window.from, window.to) / 7;
}

/** The part of a window that the data cover, or null where there is none. */
export function coveredPart(window: Span, dataThrough: CalendarDay): Span | null {
  if (dataThrough < window.from) return null;
  return { from: window.from, to: dataThrough < window.to ? dataThrough : window.to };
}

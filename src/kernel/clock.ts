/** Owns the reading of time. Nothing outside this folder calls `Date.now` or `new Date()`. */
import { AppError } from './errors.ts';

/** What time it is; tests pass a fixed one. */
export interface Clock {
  /** The present instant. */
  now(): Date;
}

/** The clock of the machine. */
export const systemClock: Clock = { now: () => new Date() };

/** A clock that stands still at an ISO instant and moves only when told. */
export function fixedClock(iso: string): Clock & { advanceMs(ms: number): void } {
  let at = new Date(iso).getTime();
  return { now: () => new Date(at), advanceMs: (ms) => void (at += ms) };
}

/** Milliseconds from an arbitrary start, never going back: for durations. */
export function monotonicMs(): number {
  return performance.now();
}

/** Parses an ISO 8601 instant. @throws BAD_USER_INPUT when it is none. */
export function parseInstant(iso: string): Date {
  const instant = new Date(iso);
  if (Number.isNaN(instant.getTime())) {
    throw new AppError('BAD_USER_INPUT', `"${iso}" is not an instant.`, { hint: 'Write it as 2026-01-31T09:00:00Z.' });
  }
  return instant;
}

/** An instant moved by a number of milliseconds. */
export function addMs(instant: Date, ms: number): Date {
  return new Date(instant.getTime() + ms);
}

/** The ISO text of an instant given in seconds since 1970, as tokens carry it. */
export function isoFromSeconds(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

/** Owns how long a run took by its own events: at work, and waiting for people apart. */
import type { RunEvent } from '../domain/runEvents.ts';

/** Seconds from the start of a run to its last event, without and with waiting for people told apart. */
export interface RunDuration {
  readonly working: number;
  readonly waiting: number;
}

/** The duration of a run by its events from the first, in order; zero for one that never began. */
export function durationOf(events: readonly Pick<RunEvent, 'type' | 'at'>[]): RunDuration {
  let [working, waiting] = [0, 0];
  let before: Pick<RunEvent, 'type' | 'at'> | undefined;
  let waits = false;
  for (const event of events) {
    const seconds = before ? (Date.parse(event.at) - Date.parse(before.at)) / 1000 : 0;
    if (waits) waiting += seconds;
    else working += seconds;
    if (event.type === 'RUN_WAITING') waits = true;
    else if (event.type === 'RUN_RESUMED') waits = false;
    if (before || event.type === 'RUN_STARTED') before = event;
  }
  return { working, waiting };
}

/** Seconds for people: `0.4 s`, `12 min`, `3.5 h`, `2 days`. */
export function secondsText(seconds: number): string {
  const short = (value: number): string => String(Math.round(value * 10) / 10);
  if (seconds < 120) return `${seconds.toFixed(1)} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${short(seconds / 3_600)} h`;
  return `${short(seconds / 86_400)} days`;
}

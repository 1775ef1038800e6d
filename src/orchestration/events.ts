/** Owns the events of a run: appending inside the transaction of the change, reading after a cursor, following until the end. */
import { AppError } from '../kernel/errors.ts';
import { runEventTypeSchema, type RunEvent, type RunEventType } from '../domain/runEvents.ts';
import type { InUnit, UnitOfWork } from '../domain/unit.ts';
import type { Wakeups } from './wakeups.ts';

/** What to tell. `message` is one sentence for people; `data` is small and plain. */
export interface EventDraft {
  readonly type: RunEventType;
  readonly message: string;
  readonly taskId?: string;
  readonly data?: RunEvent['data'];
  /** Skips the append when the same event (type, task, data) is there: for nodes that a kill can make run twice. */
  readonly once?: boolean;
}

/** Events read at a time. */
const BATCH = 500;
/** A reader that was not woken reads again after this long, in case a notification was lost. */
const RE_READ_MS = 10_000;

const endTypes: readonly RunEventType[] = ['RUN_SUCCEEDED', 'RUN_FAILED', 'RUN_CANCELLED'];

/**
 * Appends one event of a run in the unit's transaction; its number is taken under the run row's lock.
 * Gives the number, or null where it was there already (`once`) or the stream has ended.
 */
export async function appendEvent(unit: UnitOfWork, runId: string, draft: EventDraft): Promise<number | null> {
  const rows = await unit.em.execute<{ seq: string | null }[]>(
    'select run_event_append(?::uuid, ?, ?::uuid, ?, ?::jsonb, ?) as seq',
    [runId, draft.type, draft.taskId ?? null, draft.message, JSON.stringify(draft.data ?? {}), draft.once ?? false],
  );
  const seq = rows[0]?.seq;
  return seq === null || seq === undefined ? null : Number(seq);
}

/** Events of a run with `seq` above the cursor, oldest first. @default limit 500 */
export async function readEvents(unit: UnitOfWork, runId: string, after: number, limit = BATCH): Promise<RunEvent[]> {
  const rows = await unit.em.execute<EventRow[]>(
    `select run_id, seq, type, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, task_id, message, data
     from run_event where run_id = ?::uuid and seq > ? order by seq limit ?`,
    [runId, after, limit],
  );
  return rows.map((row) => ({
    runId: row.run_id,
    seq: Number(row.seq),
    type: runEventTypeSchema.parse(row.type),
    at: row.at,
    taskId: row.task_id,
    message: row.message,
    data: row.data,
  }));
}

/** What following needs: a way to read and a way to wait. */
export interface FollowServices {
  readonly inUnit: InUnit;
  readonly wakeups: Wakeups;
}

/**
 * Gives a run's events after a cursor, without gap or duplicate, and ends after the terminal one.
 * Leaving (`return`, or the signal) ends its subscription at once, also while it waits.
 * @throws NOT_FOUND when the workspace has no such run
 */
export function followRun(
  services: FollowServices,
  runId: string,
  after: number,
  signal?: AbortSignal,
): AsyncIterableIterator<RunEvent> {
  return new RunFollower(services, { runId, after }, signal);
}

/** An iterator of its own rather than a generator: a parked generator does not run its `finally` when its reader leaves. */
class RunFollower implements AsyncIterableIterator<RunEvent> {
  readonly #services: FollowServices;
  readonly #runId: string;
  readonly #unsubscribe: () => void;
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = (): void => this.#leave();
  #cursor: number;
  #buffer: RunEvent[] = [];
  #left = false;
  #ended = false;
  #checked = false;
  #woken = false;
  #wake: (() => void) | undefined;

  constructor(services: FollowServices, at: { runId: string; after: number }, signal: AbortSignal | undefined) {
    this.#services = services;
    this.#runId = at.runId;
    this.#cursor = at.after;
    this.#signal = signal;
    this.#unsubscribe = services.wakeups.subscribe('run_event', at.runId, () => this.#nudge());
    if (signal?.aborted) this.#leave();
    else signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<RunEvent, undefined>> {
    while (!this.#left) {
      const event = this.#buffer.shift();
      if (event) return { done: false, value: event };
      if (this.#ended) break;
      this.#woken = false;
      await this.#read();
      if (this.#buffer.length === 0 && !this.#ended) await this.#wait();
    }
    this.#leave();
    return { done: true, value: undefined };
  }

  return(): Promise<IteratorResult<RunEvent, undefined>> {
    this.#leave();
    return Promise.resolve({ done: true, value: undefined });
  }

  #leave(): void {
    this.#left = true;
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#unsubscribe();
    this.#nudge();
  }

  async #read(): Promise<void> {
    try {
      const { events, terminal } = await this.#services.inUnit('app', async (unit) => {
        const events = await readEvents(unit, this.#runId, this.#cursor);
        return { events, terminal: events.length === 0 ? await this.#isOver(unit) : false };
      });
      this.#buffer = events;
      this.#cursor = events.at(-1)?.seq ?? this.#cursor;
      this.#ended = terminal || endTypes.includes(events.at(-1)?.type ?? 'RUN_QUEUED');
    } catch (error) {
      this.#leave();
      throw error;
    }
  }

  /** With nothing to read: whether the cursor already stands at the end. */
  async #isOver(unit: UnitOfWork): Promise<boolean> {
    if (this.#checked && !this.#woken) return false;
    const rows = await unit.em.execute<{ over: boolean }[]>(
      `select exists (select 1 from run_event e where e.run_id = r.id and e.type in ('RUN_SUCCEEDED', 'RUN_FAILED', 'RUN_CANCELLED')) as over
       from run r where r.id = ?::uuid`,
      [this.#runId],
    );
    if (!rows[0])
      throw new AppError('NOT_FOUND', `This workspace has no run ${this.#runId}.`, {
        hint: 'List the runs to find its id.',
      });
    this.#checked = true;
    return rows[0].over;
  }

  #nudge(): void {
    this.#woken = true;
    this.#wake?.();
  }

  async #wait(): Promise<void> {
    if (this.#woken || this.#left) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      timer = setTimeout(resolve, RE_READ_MS);
    });
    clearTimeout(timer);
    this.#wake = undefined;
  }
}

interface EventRow {
  run_id: string;
  seq: string;
  type: string;
  at: string;
  task_id: string | null;
  message: string;
  data: Record<string, string | number | boolean | null>;
}

/** Owns telling a run's followers what a model writes: gathered, and told at most four times a second. */
import type { RunWork } from './services.ts';
import type { TaskRow } from './tasks.ts';
import { appendEvent } from './events.ts';

/** Text is gathered this long before it becomes an event. */
export const TEXT_PAUSE_MS = 250;

/** Gathers text of one task. */
export interface TextTeller {
  add(delta: string): void;
  /** Tells what is left. @throws what telling threw */
  end(): Promise<void>;
}

/** Starts gathering for a task. */
export function textTeller(work: RunWork, task: Pick<TaskRow, 'id' | 'key'>): TextTeller {
  let gathered = '';
  let timer: NodeJS.Timeout | undefined;
  let telling: Promise<unknown> = Promise.resolve();
  const tell = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const text = gathered;
    gathered = '';
    if (text === '') return;
    const event = {
      type: 'TEXT_COMPOSED',
      taskId: task.id,
      message: `${task.key} writes.`,
      data: { key: task.key, text },
    } as const;
    telling = telling.then(() => work.inUnit('app', (unit) => appendEvent(unit, work.run.id, event)));
    telling.catch(() => undefined);
  };
  return {
    add(delta) {
      gathered += delta;
      timer ??= setTimeout(tell, TEXT_PAUSE_MS);
    },
    async end() {
      tell();
      await telling;
    },
  };
}

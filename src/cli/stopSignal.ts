/** Owns how a command hears that it is to stop. */
import { AppError } from '../kernel/errors.ts';

/** A signal that aborts at the first SIGINT or SIGTERM; a second one ends the process at once, as it would without us. */
export interface StopSignal {
  readonly signal: AbortSignal;
  /** Listens no longer. */
  release(): void;
}

/** Listens for SIGINT and SIGTERM until it is released. */
export function stopSignal(): StopSignal {
  const controller = new AbortController();
  const abort = (): void => controller.abort(new AppError('CANCELLED', 'The command was stopped.'));
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const name of signals) process.once(name, abort);
  return {
    signal: controller.signal,
    release: () => {
      for (const name of signals) process.removeListener(name, abort);
    },
  };
}

/** Owns what commands need of the process: services on demand, and the server; main.ts fills it. */
import type { Services } from '../useCases/services.ts';

/** Where a command works. */
export interface Place {
  /** Data folder; the environment's or `.baton` when it is not given. */
  readonly dataDir?: string | undefined;
  /** Whether a data folder without a database is refused instead of made. */
  readonly existing?: boolean;
}

/** A server that has been started. */
export interface RunningServer<T> {
  readonly services: Services;
  /** What `prepare` gave. */
  readonly prepared: T;
  /** Address without a trailing slash, such as http://127.0.0.1:4000. */
  readonly url: string;
  /** Resolves when the server has ended for good. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** What work before serving is given. */
export interface Preparing {
  /** Aborts when the server cannot start. */
  readonly signal: AbortSignal;
  /** Tells that the database is at work for a while, so that this thread has time to load the API. */
  busy(this: void): void;
}

/** What main.ts hands to the program. */
export interface Runtime {
  readonly version: string;
  /**
   * Opens services for one command and closes them after it. With `worker`, runs are carried out by this process unless
   * another one serves the folder and does it already.
   */
  withServices<T>(
    place: Place & { readonly worker?: boolean },
    work: (services: Services, signal: AbortSignal) => Promise<T>,
  ): Promise<T>;
  /** Migrates and ends; refused on a folder that is served. */
  migrate(place: Place): Promise<readonly string[]>;
  /** Starts API and worker in this process; `prepare` works while the API is loaded, and nobody is served before it is done. */
  start<T>(
    place: Place & { readonly port?: number | undefined },
    prepare: (services: Services, preparing: Preparing) => Promise<T>,
  ): Promise<RunningServer<T>>;
  /** Runs a worker alone until the signal comes; needs DATABASE_URL. */
  work(): Promise<void>;
  /** Texts that front-end teams work from: the emitted schema, and the catalogue of error codes. */
  schemaFiles(): Promise<{ schema: string; errors: string }>;
}

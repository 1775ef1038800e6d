/** Owns what the embedded database's thread and its owner tell each other; apart from the thread's own file, so that the owner does not load PGlite. */
import type { EmbeddedLimits } from './limits.ts';

/** What the owner hands to the thread. */
export interface WorkerInput {
  /** The data folder of Postgres; made when it is missing. */
  folder: string;
  /** The path of the socket. */
  socket: string;
  /** Two Int32, the number of the batch that runs (0 when none does) and the bytes of its text; then the text. */
  watch: SharedArrayBuffer;
  limits: EmbeddedLimits;
}

/** What the thread tells its owner. */
export type WorkerNote = { kind: 'ready' } | { kind: 'broken'; message: string };

/** Bytes at the start of the shared buffer that hold the two numbers. */
export const WATCH_HEADER_BYTES = 8;
/** Bytes of a statement that the watchdog can name. */
export const WATCH_TEXT_BYTES = 200;

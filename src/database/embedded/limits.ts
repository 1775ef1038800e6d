/** Owns how long a client of the embedded database may wait, dawdle or compute: the timers that Postgres itself cannot run there. */

/** Limits in ms. */
export interface EmbeddedLimits {
  /** A client that waits longer than this for the backend gets 55P03. */
  readonly waitMs: number;
  /** A holder that is idle in a transaction for longer than this is rolled back and closed. */
  readonly idleInTransactionMs: number;
  /** A batch that runs for longer than this ends the database's thread, which is then opened again. */
  readonly batchMs: number;
  /** A folder whose owner lives is waited for this long while its socket does not answer, and then refused. */
  readonly silentOwnerMs: number;
}

/** The limits of every database outside tests. */
export const EMBEDDED_LIMITS: EmbeddedLimits = {
  waitMs: 10_000,
  idleInTransactionMs: 5_000,
  batchMs: 30_000,
  silentOwnerMs: 10_000,
};

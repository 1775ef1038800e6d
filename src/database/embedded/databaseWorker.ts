/** Owns the worker thread of the embedded database: PGlite with its extensions, the roles before the first client, the socket, the last checkpoint. */
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { vector } from '@electric-sql/pglite-pgvector';
import { toError } from '../../kernel/errors.ts';
import { bootstrapSql } from '../roles.ts';
import { createBackend, type BatchWatch, type RunProtocol } from './backend.ts';
import { serveWire } from './wireServer.ts';
import { WATCH_HEADER_BYTES, WATCH_TEXT_BYTES, type WorkerInput, type WorkerNote } from './workerNotes.ts';

/** What a client is told of the server's settings; every connection has the same. */
const FIXED_SETTINGS: readonly [string, string][] = [
  ['server_encoding', 'UTF8'],
  ['client_encoding', 'UTF8'],
  ['DateStyle', 'ISO, MDY'],
  ['IntervalStyle', 'postgres'],
  ['TimeZone', 'UTC'],
  ['integer_datetimes', 'on'],
  ['standard_conforming_strings', 'on'],
  ['is_superuser', 'off'],
];

const port = parentPort;
if (!port) throw new Error('databaseWorker.ts runs as a worker thread only');
const input = workerData as WorkerInput;
const tell = (note: WorkerNote): void => port.postMessage(note);

try {
  await serve();
} catch (error) {
  tell({ kind: 'broken', message: toError(error).message });
}

async function serve(): Promise<void> {
  const database = await PGlite.create({
    dataDir: input.folder,
    extensions: { vector, pg_trgm },
    // WAL is recycled in small steps, so that a reopened folder replays little; one session alone may sort and hash more in memory.
    postgresqlconf: ["timezone = 'UTC'", 'min_wal_size = 32MB', 'max_wal_size = 128MB', 'work_mem = 16MB'],
  });
  await database.exec(bootstrapSql({ embedded: true }));
  const version = await database.query<{ server_version: string }>('show server_version');
  const backend = createBackend(guardedRun(database), sharedWatch(input.watch), input.limits);
  const settings = new Map([['server_version', version.rows[0]?.server_version ?? ''], ...FIXED_SETTINGS]);
  const server = await serveWire(input.socket, backend, settings);
  const stop = async (): Promise<void> => {
    await server.close();
    backend.close();
    backend.asSuperuser('checkpoint');
    await database.close();
    port?.close();
  };
  port?.once('message', () => void stop());
  tell({ kind: 'ready' });
}

/** A trap inside the WebAssembly module leaves a backend that cannot be trusted: the owner is told and opens the folder anew. */
function guardedRun(database: PGlite): RunProtocol {
  return (bytes) => {
    try {
      return database.execProtocolRawSync(bytes);
    } catch (error) {
      tell({ kind: 'broken', message: toError(error).message });
      throw error;
    }
  };
}

function sharedWatch(shared: SharedArrayBuffer): BatchWatch {
  const numbers = new Int32Array(shared, 0, 2);
  const text = new Uint8Array(shared, WATCH_HEADER_BYTES);
  const encoder = new TextEncoder();
  let batch = 0;
  return {
    started(sql) {
      batch = (batch % 0x7fff_fffe) + 1;
      numbers[1] = encoder.encodeInto(sql.slice(0, WATCH_TEXT_BYTES), text).written;
      Atomics.store(numbers, 0, batch);
    },
    ended: () => void Atomics.store(numbers, 0, 0),
  };
}

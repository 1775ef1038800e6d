/** Owns uploaded files: streamed to the data folder, hashed on the way, found again by id, and removed once they were imported. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { UploadEntity, type UploadRow } from '../database/entities/workspace.ts';
import { AppError } from '../kernel/errors.ts';
import { newId } from '../kernel/ids.ts';
import { requireScope, type Caller } from './callers.ts';

/** Bytes read at a time. */
const READ_BYTES = 256 * 1024;

/** A stored upload. */
export interface StoredUpload {
  readonly id: string;
  readonly fileName: string;
  readonly sha256: string;
  readonly bytes: bigint;
}

/**
 * Stores a file and returns its id; nothing is kept of a file that breaks off or is too long.
 * @throws BAD_USER_INPUT over the limit; FORBIDDEN without imports:write
 */
export async function storeUpload(
  caller: Caller,
  upload: { fileName: string; bytes: AsyncIterable<Uint8Array>; limitBytes: number },
): Promise<StoredUpload> {
  requireScope(caller, 'imports:write');
  const id = newId();
  // Relative, so that the data folder can be moved.
  const relative = join('uploads', caller.workspaceId, id);
  const path = join(caller.services.dataDir, relative);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  try {
    const { sha256, bytes } = await writeHashed(path, upload.bytes, upload.limitBytes);
    const stored = {
      id,
      fileName: upload.fileName.toWellFormed().replaceAll('\u0000', '').slice(0, 255),
      sha256,
      bytes: BigInt(bytes),
    };
    await caller.inUnit('app', async ({ em }) => {
      em.create(UploadEntity, {
        ...stored,
        workspaceId: caller.workspaceId,
        path: relative,
        loadId: null,
        choicesSha256: null,
      });
    });
    return stored;
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

/** An upload that is being read. */
export interface OpenUpload extends AsyncDisposable {
  /** Its bytes, from the start each time. */
  readonly open: () => AsyncIterable<Uint8Array>;
}

/** An upload by id. @throws NOT_FOUND for an unknown or foreign id */
export async function findUpload(caller: Caller, id: string): Promise<UploadRow> {
  return (await caller.inUnit('app', ({ em }) => em.findOne(UploadEntity, { id }))) ?? missing();
}

/** Opens an upload. It stays readable until it is closed, whoever removes its file meanwhile. @throws NOT_FOUND when it was removed before */
export async function openUpload(caller: Caller, upload: UploadRow): Promise<OpenUpload> {
  const file = await open(join(caller.services.dataDir, upload.path)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return missing();
    throw error;
  });
  return { open: () => bytesOf(file), [Symbol.asyncDispose]: () => file.close() };
}

/** Notes by which load an upload was taken in, and with which choices, and removes its file. */
export async function consumeUpload(
  caller: Caller,
  upload: UploadRow,
  by: { loadId: string; choicesSha256: string },
): Promise<void> {
  await caller.inUnit('app', async ({ em }) => {
    await em.nativeUpdate(UploadEntity, { id: upload.id }, by);
  });
  await rm(join(caller.services.dataDir, upload.path), { force: true });
}

function missing(): never {
  throw new AppError('NOT_FOUND', 'There is no such upload.', {
    hint: 'Send the file to POST /uploads first; what is not imported within a day is removed.',
  });
}

/** Reads by position and not through a stream of the file, which would keep it open until somebody reads it to its end. */
async function* bytesOf(file: FileHandle): AsyncGenerator<Uint8Array> {
  for (let position = 0; ;) {
    const { bytesRead, buffer } = await file.read({ buffer: Buffer.allocUnsafe(READ_BYTES), position });
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

async function writeHashed(
  path: string,
  source: AsyncIterable<Uint8Array>,
  limitBytes: number,
): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  const measured = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      bytes += chunk.byteLength;
      if (bytes > limitBytes)
        throw new AppError('BAD_USER_INPUT', `The file is longer than ${limitBytes} bytes.`, {
          hint: 'Split it, or import it with the command line.',
        });
      hash.update(chunk);
      yield chunk;
    }
  };
  await pipeline(measured, createWriteStream(path, { mode: 0o600 }));
  if (bytes === 0) throw new AppError('BAD_USER_INPUT', 'The file is empty.');
  return { sha256: hash.digest('hex'), bytes };
}

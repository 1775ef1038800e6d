/** Owns uploaded files: streamed to the data folder, hashed on the way, found again by id. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { UploadEntity } from '../database/entities/workspace.ts';
import { AppError } from '../kernel/errors.ts';
import { newId } from '../kernel/ids.ts';
import { requireScope, type Caller } from './callers.ts';

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
  const folder = join(caller.services.dataDir, 'uploads', caller.workspaceId);
  const path = join(folder, id);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    const { sha256, bytes } = await writeHashed(path, upload.bytes, upload.limitBytes);
    const stored = { id, fileName: upload.fileName.slice(0, 255), sha256, bytes: BigInt(bytes) };
    await caller.inUnit('app', async ({ em }) => {
      em.create(UploadEntity, { ...stored, workspaceId: caller.workspaceId, path });
    });
    return stored;
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

/** Opens a stored upload again and again, from its start each time. @throws NOT_FOUND for an unknown or foreign id */
export async function openUpload(
  caller: Caller,
  id: string,
): Promise<{ fileName: string; open: () => AsyncIterable<Uint8Array> }> {
  const row = await caller.inUnit('app', ({ em }) => em.findOne(UploadEntity, { id }));
  if (!row)
    throw new AppError('NOT_FOUND', 'There is no such upload.', { hint: 'Send the file to POST /uploads first.' });
  return { fileName: row.fileName, open: () => createReadStream(row.path) };
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

/** Uploads leave nothing behind: their files go when they were imported, and after a day when they were not, never under an import. */
import { mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/kernel/clock.ts';
import { sweepUploads } from '../../src/orchestration/sweeps.ts';
import { callerOf, type Caller } from '../../src/useCases/callers.ts';
import { importUpload } from '../../src/useCases/imports.ts';
import type { Services } from '../../src/useCases/services.ts';
import { findUpload, openUpload, storeUpload } from '../../src/useCases/uploads.ts';
import { setClockOffset } from '../governance/house.ts';
import { useTestDatabase } from '../support/database.ts';

const database = useTestDatabase();
const CSV = 'date,channel,campaign,spend,currency,impressions,clicks\n2026-01-05,PAID_SEARCH,One,12.50,EUR,1000,40\n';

/** A caller of a new workspace, and the folder that its uploads lie in. */
async function uploader(dataDir = database().dataDir): Promise<{ caller: Caller; folder: string }> {
  const workspaceId = await database().addWorkspace();
  const services = {
    clock: systemClock,
    dataDir,
    owner: { checkpoint: async () => undefined },
    units: ({ workspaceId: id, principal }: Parameters<Services['units']>[0]) => database().units(id, principal),
  } as Services;
  const caller = callerOf(services, workspaceId, { kind: 'SYSTEM', service: 'test' });
  return { caller, folder: join(dataDir, 'uploads', workspaceId) };
}

async function upload(caller: Caller, text: string): Promise<string> {
  const bytes = (async function* () {
    yield Buffer.from(text);
  })();
  return (await storeUpload(caller, { fileName: 'a.csv', bytes, limitBytes: 1000 })).id;
}

describe('an upload', () => {
  test('is read from a folder that was moved, kept after a dry run, and its file gone once it was imported', async () => {
    const { caller } = await uploader();
    const id = await upload(caller, CSV);
    const moved = join(database().dataDir, 'moved');
    await mkdir(moved);
    await rename(join(database().dataDir, 'uploads'), join(moved, 'uploads'));
    const there = { ...caller, services: { ...caller.services, dataDir: moved } };
    const folder = join(moved, 'uploads', caller.workspaceId);
    expect((await importUpload(there, id, { dryRun: true })).status).toBe('DRY_RUN');
    expect(await readdir(folder)).toEqual([id]);
    const loaded = await importUpload(there, id, {});
    expect(loaded).toMatchObject({ status: 'LOADED', rows: { added: 1 } });
    expect(await readdir(folder)).toEqual([]);
    expect(await importUpload(there, id, {})).toMatchObject({ status: 'UNCHANGED', sameAs: loaded.load });
    await expect(importUpload(there, id, { locale: 'de-DE' })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      hint: expect.stringMatching(/Upload the file again/),
    });
  });

  test('that nobody imports is swept after a day, but an import that reads it reads it to the end', async () => {
    const { caller, folder } = await uploader();
    const sweep = (): Promise<void> =>
      sweepUploads(
        { units: ({ workspaceId }) => database().units(workspaceId), dataDir: database().dataDir },
        caller.workspaceId,
      );
    const id = await upload(caller, CSV);
    await sweep();
    expect(await readFile(join(folder, id), 'utf8')).toBe(CSV);
    await using open = await openUpload(caller, await findUpload(caller, id));
    await setClockOffset(database(), '24 hours 1 second');
    await sweep();
    expect(await readdir(folder)).toEqual([]);
    for (let pass = 0; pass < 2; pass += 1) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of open.open()) chunks.push(chunk);
      expect(Buffer.concat(chunks).toString()).toBe(CSV);
    }
    await expect(importUpload(caller, id, {})).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await sweep();
  });
});

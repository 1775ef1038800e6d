/** Owns the file channel: each approved action becomes one file in a folder, for people or programs that carry it out. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChannelOutcome, ChannelPort, ChannelRequest } from '../domain/channel.ts';
import { canonicalJson } from '../kernel/canonicalJson.ts';

/** A channel that writes to `folder/<workspace>/<key>.json`; the key is the file's name, so the same action is one file. */
export function fileChannel(folder: string): ChannelPort {
  const pathOf = (request: ChannelRequest): string =>
    join(folder, request.workspaceId, `${request.idempotencyKey}.json`);
  const known = async (request: ChannelRequest): Promise<ChannelOutcome | null> => {
    const text = await readFile(pathOf(request), 'utf8').catch(() => null);
    return text === null ? null : doneIn(pathOf(request));
  };
  return {
    name: 'file',
    accepts: (action) => action.kind !== 'strategy.activate' && action.kind !== 'import.personal',
    reconcile: known,
    send: async (request) => {
      const before = await known(request);
      if (before) return before;
      const path = pathOf(request);
      await mkdir(join(folder, request.workspaceId), { recursive: true, mode: 0o700 });
      const { changeSetId, digest, action, idempotencyKey } = request;
      // Written whole under another name first: a file that is there is complete.
      await writeFile(`${path}.part`, `${canonicalJson({ idempotencyKey, changeSetId, digest, action })}\n`, {
        mode: 0o600,
      });
      await rename(`${path}.part`, path);
      return doneIn(path);
    },
  };
}

function doneIn(path: string): ChannelOutcome {
  return { status: 'DONE', reference: path.split('/').at(-1) ?? path, detail: `Written to ${path}.` };
}

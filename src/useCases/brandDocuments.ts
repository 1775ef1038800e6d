/** Owns bringing brand material into memory and finding it again. */
import { readFile, readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { brandDocumentAdd, type BrandDocumentAdded } from '../memory/brandMemory.ts';
import { brandDocumentForget, brandDocuments } from '../memory/brandDocuments.ts';
import { mediaTypeOf } from '../memory/documentText.ts';
import { memorySearchFor, type MemoryKind } from '../memory/search.ts';
import type { MemoryHit } from '../domain/memory.ts';
import { refusedText, textLimits } from '../domain/text.ts';
import { done, refused, type Outcome } from '../domain/userErrors.ts';
import { AppError, toError } from '../kernel/errors.ts';
import { requirePerson, requireScope, type Caller } from './callers.ts';
import type { Services } from './services.ts';

export { brandDocuments };
export type { BrandDocument } from '../memory/brandDocuments.ts';
export type { BrandDocumentAdded } from '../memory/brandMemory.ts';

/** Milliseconds that embedding one document may take. */
const EMBED_TIMEOUT_MS = 60_000;
/** Milliseconds that one search may take. */
const SEARCH_TIMEOUT_MS = 10_000;
const READABLE = /\.(?:md|markdown|txt|html?)$/i;

/** Adds a Markdown text of the team's own. @throws BAD_USER_INPUT, FORBIDDEN without memory:write */
export function addBrandText(
  caller: Caller,
  document: { source: string; title: string; markdown: string },
): Promise<BrandDocumentAdded> {
  requireScope(caller, 'memory:write');
  const { source, title, markdown } = document;
  const limit = textLimits.name;
  const unreadable = refusedText({ title: { text: title, limit }, source: { text: source, limit: textLimits.reason } });
  if (unreadable) throw new AppError('BAD_USER_INPUT', unreadable.errors.map(({ message }) => message).join(' '));
  return brandDocumentAdd(toolsOf(caller, EMBED_TIMEOUT_MS), {
    source,
    title,
    mediaType: 'text/markdown',
    content: markdown,
  });
}

/** Adds one file of the team's own. @throws BAD_USER_INPUT for a kind that is not read; FORBIDDEN without memory:write */
export function addBrandBytes(
  caller: Caller,
  file: { source: string; bytes: Uint8Array; title?: string },
): Promise<BrandDocumentAdded> {
  requireScope(caller, 'memory:write');
  const title = file.title === undefined ? {} : { title: file.title };
  return brandDocumentAdd(toolsOf(caller, EMBED_TIMEOUT_MS), {
    source: file.source,
    mediaType: mediaTypeOf(file.source),
    content: file.bytes,
    ...title,
  });
}

/**
 * Adds files and folders; folders are walked. A stop comes between two files: those that were added stay.
 * @throws BAD_USER_INPUT for a path that does not exist or holds nothing to read; CANCELLED when the signal aborts
 */
export async function addBrandPaths(
  caller: Caller,
  paths: readonly string[],
  { tell, signal }: { tell: (done: number, total: number) => void; signal?: AbortSignal },
): Promise<BrandDocumentAdded[]> {
  const files = (await Promise.all(paths.map(filesAt))).flat();
  if (files.length === 0)
    throw new AppError('BAD_USER_INPUT', `Nothing to read in ${paths.join(', ')}.`, {
      hint: 'Give Markdown, text or HTML files, or folders with them.',
    });
  const added: BrandDocumentAdded[] = [];
  for (const [index, file] of files.entries()) {
    if (signal?.aborted)
      throw new AppError('CANCELLED', `The import was stopped: ${index} of ${files.length} files were read.`, {
        hint: 'Run the same command again: files that were read do not count twice.',
      });
    tell(index, files.length);
    added.push(await addBrandBytes(caller, { source: file.name, bytes: await readFile(file.path) }));
  }
  return added;
}

/** Forgets a document with its passages and rules; claims that it stated stay. @throws FORBIDDEN for callers that are no person */
export async function forgetBrandDocument(
  caller: Caller,
  documentId: string,
): Promise<Outcome<{ documentId: string }>> {
  requirePerson(caller);
  const gone = await caller.inUnit('app', (unit) => brandDocumentForget(unit, documentId));
  return gone ? done({ documentId }) : refused('NOT_FOUND', 'There is no such document.', 'documentId');
}

/** Searches brand memory, learnings and playbooks. @throws BAD_USER_INPUT for an empty query; FORBIDDEN without memory:read; CANCELLED when the signal aborts */
export function searchMemory(
  caller: Caller,
  query: { text: string; limit?: number; kinds?: readonly MemoryKind[] },
  signal?: AbortSignal,
): Promise<MemoryHit[]> {
  requireScope(caller, 'memory:read');
  return memorySearchFor(caller.services.embedder).search(toolsOf(caller, SEARCH_TIMEOUT_MS, signal), query);
}

function toolsOf(
  caller: Caller,
  timeoutMs: number,
  stop?: AbortSignal,
): { inUnit: Caller['inUnit']; embedder: Services['embedder']; signal: AbortSignal } {
  const limit = AbortSignal.timeout(timeoutMs);
  const signal = stop ? AbortSignal.any([limit, stop]) : limit;
  return { inUnit: caller.inUnit, embedder: caller.services.embedder, signal };
}

async function filesAt(path: string): Promise<{ path: string; name: string }[]> {
  const found = await stat(path).catch((error: unknown) => {
    throw new AppError('BAD_USER_INPUT', `${path} cannot be read: ${toError(error).message}.`, { cause: error });
  });
  if (found.isFile()) return [{ path, name: path.split('/').at(-1) ?? path }];
  const names = await readdir(path, { recursive: true });
  return names
    .filter((name) => READABLE.test(name))
    .sort()
    .map((name) => ({ path: join(path, name), name: relative('.', join(path, name)) }));
}

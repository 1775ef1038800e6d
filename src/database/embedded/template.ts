/** Owns template data folders: one a version of PGlite and schema, kept in the user's cache, copied to make a new database in no time. */
import { constants } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256Hex } from '../../kernel/canonicalJson.ts';
import { systemClock } from '../../kernel/clock.ts';

/** Templates that stay in the cache; the one used longest ago goes first. A template takes about 40 MB. */
const KEPT_TEMPLATES = 4;
const PREFIX = 'template-';
const HALF_PREFIX = 'building-';
/** A half-built template that is older than this was left by a process that died, in ms. */
const HALF_LIMIT_MS = 600_000;

/** Fills an empty folder with a database that is closed again afterwards. */
export type BuildDatabase = (folder: string) => Promise<void>;

/** The name of the template for these parts, such as versions and digests. */
export async function templateName(parts: readonly string[]): Promise<string> {
  const versions = await Promise.all(['@electric-sql/pglite', '@electric-sql/pglite-pgvector'].map(installedVersion));
  return PREFIX + sha256Hex(JSON.stringify([...versions, process.platform, ...parts])).slice(0, 20);
}

/**
 * Makes `target` a copy of the template, which is built first when the cache lacks it. The target appears at once or not at all.
 * @param cacheDir folder of the templates; by default `.cache/baton` of the home folder, or of the temporary folder where that cannot be written
 */
export async function copyFromTemplate(
  name: string,
  target: string,
  build: BuildDatabase,
  cacheDir?: string,
): Promise<void> {
  const cache = cacheDir ?? (await defaultCacheDir());
  await mkdir(cache, { recursive: true, mode: 0o700 });
  const template = join(cache, name);
  if (!(await isThere(template))) await buildTemplate(cache, template, build);
  const half = `${target}.new`;
  await rm(half, { recursive: true, force: true });
  await cp(template, half, { recursive: true, mode: constants.COPYFILE_FICLONE });
  await rename(half, target);
  const now = systemClock.now();
  await utimes(template, now, now).catch(() => undefined);
}

async function buildTemplate(cache: string, template: string, build: BuildDatabase): Promise<void> {
  const half = await mkdtemp(join(cache, HALF_PREFIX));
  try {
    await build(half);
    // Another process may have built the same meanwhile; either is as good.
    await rename(half, template).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(half, { recursive: true, force: true });
  }
  await dropOldTemplates(cache, template);
}

async function dropOldTemplates(cache: string, keep: string): Promise<void> {
  const aged = await Promise.all(
    (await readdir(cache)).map(async (name) => {
      const found = await stat(join(cache, name)).catch(() => undefined);
      return { name, path: join(cache, name), usedMs: found?.mtimeMs ?? 0 };
    }),
  );
  const templates = aged
    .filter(({ name, path }) => name.startsWith(PREFIX) && path !== keep)
    .sort((a, b) => b.usedMs - a.usedMs);
  const deadBefore = systemClock.now().getTime() - HALF_LIMIT_MS;
  const dead = aged.filter(({ name, usedMs }) => name.startsWith(HALF_PREFIX) && usedMs < deadBefore);
  const old = [...templates.slice(KEPT_TEMPLATES - 1), ...dead];
  await Promise.all(old.map(({ path }) => rm(path, { recursive: true, force: true }).catch(() => undefined)));
}

/** A folder that belongs to this user alone. */
async function defaultCacheDir(): Promise<string> {
  const uid = process.getuid?.() ?? 0;
  for (const folder of [join(homedir(), '.cache', 'baton'), join(tmpdir(), `baton-cache-${uid}`)]) {
    const made = await mkdir(folder, { recursive: true, mode: 0o700 }).then(
      () => stat(folder),
      () => undefined,
    );
    if (made && made.uid === uid && (made.mode & 0o022) === 0) return folder;
  }
  return mkdtemp(join(tmpdir(), 'baton-cache-'));
}

async function installedVersion(name: string): Promise<string> {
  const entry = new URL(import.meta.resolve(name));
  const manifest = entry.href.slice(0, entry.href.indexOf(`/${name}/`) + name.length + 2);
  const { version } = JSON.parse(await readFile(new URL(`${manifest}package.json`), 'utf8')) as { version: string };
  return `${name}@${version}`;
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

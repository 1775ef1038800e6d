/** Claim: imports run one way, and what is fenced into a folder stays there. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const source = join(root, 'src');

const BASE = ['kernel', 'domain'];
const FACTS = [...BASE, 'database'];
const ROOMS_BELOW_AGENTS = ['brain', 'compliance', 'models', 'metrics', 'memory', 'outcomes'];
const ALL_BELOW = [
  ...FACTS,
  'brain',
  'compliance',
  'models',
  'simulator',
  'audit',
  'metrics',
  'memory',
  'connectors',
  'governance',
  'outcomes',
  'agents',
  'orchestration',
];

/** The import table: what each folder may import beside itself. */
const mayImport: Record<string, string[]> = {
  kernel: [],
  domain: ['kernel'],
  brain: BASE,
  compliance: BASE,
  models: BASE,
  database: BASE,
  simulator: [...BASE, 'brain'],
  audit: FACTS,
  metrics: FACTS,
  memory: [...FACTS, 'models', 'audit'],
  connectors: [...FACTS, 'simulator'],
  governance: [...FACTS, 'audit'],
  outcomes: [...FACTS, 'brain', 'metrics'],
  agents: [...BASE, ...ROOMS_BELOW_AGENTS],
  orchestration: ALL_BELOW.filter((room) => room !== 'orchestration'),
  useCases: ALL_BELOW,
  api: ['useCases', ...BASE],
  cli: ['useCases', ...BASE],
  evals: ['useCases', ...BASE, 'brain', 'simulator', 'compliance'],
};

/** Text that may stand only in the folders named. */
const fences: { what: string; pattern: RegExp; only: string[] }[] = [
  { what: 'graphql', pattern: /from '(?:graphql|type-graphql)(?:\/[^']*)?'/, only: ['api'] },
  { what: '@langchain', pattern: /from '(?:@langchain\/|langchain)/, only: ['models', 'agents', 'orchestration'] },
  { what: 'process.env', pattern: /\bprocess\.env\b/, only: ['config.ts', 'cli/baton.mjs'] },
  { what: 'the clock or Math.random', pattern: /\bDate\.now\(|\bnew Date\(|\bMath\.random\(/, only: ['kernel'] },
  {
    what: 'SQL text',
    pattern: /[`'"]\s*(?:select\s[\s\S]{0,400}?\sfrom\s|insert into\s|update\s+\w+\s+set\s|delete from\s)/i,
    only: ['database', 'audit', 'metrics', 'memory', 'connectors', 'governance', 'outcomes', 'orchestration'],
  },
  {
    what: 'a connection past the session',
    pattern: /\.getConnection\(|\.getKysely\(|new (?:pg\.)?Pool\(/,
    only: ['database'],
  },
];

function filesUnder(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return name === 'bench' && folder === join(root, 'evals') ? [] : filesUnder(path);
    return /\.(?:ts|mjs)$/.test(name) ? [path] : [];
  });
}

const files = [...filesUnder(source), ...filesUnder(join(root, 'evals'))].map((path) => ({
  path,
  name: path.startsWith(source) ? relative(source, path) : relative(root, path),
  text: readFileSync(path, 'utf8'),
}));

const roomOf = (name: string): string => (name.includes('/') ? (name.split('/')[0] ?? '') : 'main');

function importsOf(file: { path: string; text: string }): string[] {
  const specifiers = [...file.text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'|new URL\('(\.[^']+\.ts)'/g)];
  return specifiers.map((match) => resolve(dirname(file.path), match[1] ?? match[2] ?? ''));
}

describe('the house', () => {
  it('has every file in a room that the design names', () => {
    const rooms = new Set(files.map((file) => roomOf(file.name)));
    expect([...rooms].filter((room) => room !== 'main' && !(room in mayImport))).toEqual([]);
    expect(
      files
        .filter((file) => roomOf(file.name) === 'main')
        .map((file) => file.name)
        .sort(),
    ).toEqual(['composition.ts', 'config.ts', 'main.ts']);
  });

  it('imports one way', () => {
    const broken = files
      .filter((file) => roomOf(file.name) !== 'main')
      .flatMap((file) => {
        const room = roomOf(file.name);
        const allowed = new Set([room, ...(mayImport[room] ?? [])]);
        return importsOf(file)
          .map((target) => (target.startsWith(source) ? relative(source, target) : relative(root, target)))
          .filter((target) => /^[a-zA-Z]+\//.test(target) && !/^(?:schema|migrations)\//.test(target))
          .filter((target) => !allowed.has(roomOf(target)) && !(room === 'cli' && roomOf(target) === 'evals'))
          .map((target) => `${file.name} imports ${target}`);
      });
    expect(broken).toEqual([]);
  });

  it('never imports main.ts', () => {
    const entry = 'cli/baton.mjs';
    const importers = files
      .filter((file) => file.name !== entry && importsOf(file).includes(join(source, 'main.ts')))
      .map((file) => file.name);
    expect(importers).toEqual([]);
  });

  it.each(fences)('keeps $what where it belongs', ({ pattern, only }) => {
    const outside = files
      .filter((file) => !only.some((place) => file.name === place || file.name.startsWith(`${place}/`)))
      .filter((file) => pattern.test(withoutComments(file.text)))
      .map((file) => file.name);
    expect(outside).toEqual([]);
  });

  it('has no file past 300 lines', () => {
    expect(files.filter((file) => file.text.split('\n').length > 301).map((file) => file.name)).toEqual([]);
  });

  it('says in the first lines of each file what it owns', () => {
    expect(files.filter((file) => !/^(?:#!.*\n)?(?:\/\*\*|\/\/)/.test(file.text)).map((file) => file.name)).toEqual([]);
  });

  it('has no default export and no barrel', () => {
    expect(files.filter((file) => /^export default|^export \* from/m.test(file.text)).map((file) => file.name)).toEqual(
      [],
    );
  });
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}

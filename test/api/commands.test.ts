/** Claim: a command that is asked wrongly says so at once, on standard error, with exit 2, and leaves nothing behind. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand, type CommandResult } from '../support/server.ts';

let folder = '';
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'baton-commands-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

const baton = (...args: string[]): Promise<CommandResult> => runCommand(args, { cwd: folder });

describe('a command that cannot work', () => {
  it.each([
    ['an id that is none', ['run', 'follow', 'nope'], /"nope" is not an id; `baton run list` shows them/],
    ['another', ['approvals', 'show', 'nope'], /`baton approvals list` shows them/],
    ['a load that is none', ['import', 'undo', 'nope'], /`baton import list` shows them/],
    [
      'a file that is not there',
      ['audit', 'verify', '--file', '/nope.jsonl'],
      /\/nope\.jsonl cannot be read: there is no/,
    ],
    ['a folder without data', ['workspace', 'list'], /holds no data of Baton/],
    ['a folder that cannot be', ['migrate', '--data-dir', '/proc/nope'], /\/proc\/nope cannot be written/],
    ['nobody to ask', ['demo', '--approve', 'ask'], /needs a terminal, or answers[^]*--approve all[^]*baton approvals/],
  ])('says so: %s', async (_what, args, message) => {
    const { code, stdout, stderr } = await baton(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect(existsSync(join(folder, '.baton'))).toBe(false);
  });

  it('makes the folder that a schema is to stand in', async () => {
    expect((await baton('schema', '--out', 'made/schema')).code).toBe(0);
    expect(existsSync(join(folder, 'made/schema/ERRORS.md'))).toBe(true);
  });

  it.each(['workspace', 'run', 'import', 'approvals', 'metrics', 'memory', 'compliance', 'audit'])(
    'has an example in the help of %s',
    async (group) => expect((await baton(group, '--help')).stdout).toContain('Example:\n  baton'),
  );
});

describe('a reader that goes away', () => {
  it('does not end a command in the middle', async () => {
    const { code, stderr } = await runCommand(['--help'], { cwd: folder, readerGone: true });
    expect([code, stderr]).toEqual([0, '']);
  });
});

describe('names from outside', () => {
  it('reach the terminal with their controls written out, and JSON in a form that reads back the same', async () => {
    const name = 'Esc\u001b[31mred\u0007bell\u202egnp\u009b';
    const rows = [1, 2].map((day) => `2026-01-0${day},PAID_SEARCH,${name},10,5,EUR`).join('\n');
    await writeFile(join(folder, 'esc.csv'), `date,channel,campaign,spend,clicks,currency\n${rows}\n`);
    const question = { metrics: ['SPEND'], dimensions: ['CAMPAIGN'], from: '2026-01-01', to: '2026-01-31' };
    await writeFile(join(folder, 'question.json'), JSON.stringify(question));
    expect((await baton('import', 'performance', 'esc.csv')).code).toBe(0);
    const shown = await baton('metrics', 'query', 'question.json');
    expect(shown.stdout).toContain(String.raw`Esc\x1b[31mred\x07bell\u202egnp\x9b`);
    const json = await baton('metrics', 'query', 'question.json', '--format', 'json');
    expect(json.stdout).not.toMatch(/(?!\n)[\p{Cc}\u202e]/u);
    expect(JSON.parse(json.stdout)).toMatchObject({ rows: [[expect.anything(), name, '20.00']] });
    const csv = await baton('metrics', 'query', 'question.json', '--format', 'csv');
    expect(csv.stdout).not.toMatch(/(?![\r\n])[\p{Cc}\u202e]/u);
  });
});

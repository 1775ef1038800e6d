/** Claim: before a run works, whoever starts it is told which gates nobody can decide, and may start it all the same;
 * and where a folder has two workspaces, an id or a person names the one that is meant. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { addDays } from '../../src/kernel/calendar.ts';
import { useServer } from '../support/server.ts';

const server = useServer();
interface Warning {
  code: string;
  message: string;
}

it('a workspace with one admin starts a run, sees its plan, and reads which gates wait for people it has not got', async () => {
  const at = server();
  const today = new Date().toISOString().slice(0, 10);
  const [from, to] = [addDays(today, 7), addDays(today, 97)];
  const csv = join(at.dataDir, 'solo.csv');
  const days = Array.from({ length: 60 }, (_, n) => `${addDays(today, n - 61)},Paid search,100,20`);
  await writeFile(csv, ['date,channel,spend,conversions', ...days].join('\n'));
  const place = ['--workspace', 'solo'];
  const made = await at.command('workspace', 'create', 'solo', '--admin', 'boss@solo.example', '--currency', 'EUR');
  expect(made.code, made.stderr).toBe(0);
  const imported = await at.command('import', 'performance', csv, '--currency', 'EUR', ...place);
  expect(imported.code, imported.stderr).toBe(0);

  const goal = ['--kpi', 'CONVERSIONS', '--target', '900', '--from', from, '--to', to, '--budget', '9000'];
  const started = await at.command('run', 'start', ...goal, ...place);
  expect(started.code, started.stderr).toBe(0);
  expect(started.stdout).toContain('Warning: Nobody can decide the gate STRATEGY_CHANGE');
  expect(started.stdout).toContain('Warning: Nobody can decide the gate BUDGET_SHIFT');
  expect(started.stdout).toContain('Queued run');

  const token = (await at.command('token', '--as', 'boss@solo.example', ...place)).stdout.trim();
  const input = { kpi: 'CONVERSIONS', target: 900, from, to, budget: { minor: '900000', currency: 'EUR' } };
  const { data } = await at.operation<{ runStart: { run: { id: string }; warnings: Warning[] } }>(
    'runStart',
    { input },
    token,
  );
  const warnings = data?.runStart.warnings ?? [];
  expect(new Set(warnings.map((warning) => warning.code))).toEqual(new Set(['GATE_UNSTAFFED']));
  expect(warnings.map((warning) => / gate (\w+)/.exec(warning.message)?.[1])).toEqual([
    'STRATEGY_CHANGE',
    'BUDGET_SHIFT',
    'SAFE_STOP',
  ]);
  const response = await fetch(`${at.url}/graphql/stream`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream', 'content-type': 'application/json' },
    body: JSON.stringify({
      query: 'subscription($id: ID!) { runEvents(runId: $id) { type message } }',
      variables: { id: data?.runStart.run.id },
    }),
  });
  let text = '';
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString();
    if (text.includes('RUN_WAITING') || text.includes('RUN_FAILED')) break;
  }
  expect(text.match(/GATE_UNSTAFFED/g)).toHaveLength(3);
  expect(text).toContain('PLAN_PROPOSED');
  expect(text).toContain('RUN_WAITING');
});

it('a workspace with the people for its gates is told of nothing', async () => {
  const at = server();
  const today = new Date().toISOString().slice(0, 10);
  const input = { kpi: 'PIPELINE', target: 1, from: addDays(today, 7), to: addDays(today, 97) };
  const { data } = await at.operation<{ runStart: { warnings: Warning[]; userErrors: Warning[] } }>('runStart', {
    input: { ...input, budget: { minor: '100000', currency: 'EUR' } },
  });
  expect(data?.runStart).toMatchObject({ warnings: [], userErrors: [] });
});

it('an id or a person names the workspace, and a printed command names it where there are two', async () => {
  const at = server();
  const unclear = await at.command('run', 'list');
  expect([unclear.code, unclear.stderr]).toEqual([2, expect.stringContaining('Several workspaces are here')]);
  expect(await at.command('token', '--as', 'Boss@solo.example')).toMatchObject({ code: 0, stderr: '' });

  const listed = await at.command('import', 'list', '--workspace', 'solo', '--json');
  const [load] = JSON.parse(listed.stdout) as { id: string }[];
  const goal = ['--kpi', 'CONVERSIONS', '--target', '900', '--from', '2099-01-01', '--to', '2099-03-01'];
  const started = await at.command('run', 'start', ...goal, '--budget', '9000', '--workspace', 'solo');
  const [, run = ''] = /npx baton run follow (\S+) --workspace solo`/.exec(started.stdout) ?? [];
  expect(await at.command('run', 'cancel', run)).toMatchObject({ code: 0, stdout: `Asked run ${run} to stop.\n` });
  const undone = await at.command('import', 'undo', load?.id ?? '');
  expect([undone.code, undone.stdout]).toEqual([0, expect.stringContaining(`Took back load ${load?.id}`)]);
}, 60_000);

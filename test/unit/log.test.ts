/** Claim: no secret reaches a log line in clear, wherever in it a field stands. */
import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const log = pathToFileURL(resolve(import.meta.dirname, '../../src/kernel/log.ts')).href;

/** The lines that a program writes with the log of production. */
function linesOf(program: string): Record<string, unknown>[] {
  const script = `import { createLog } from ${JSON.stringify(log)}; const log = createLog('info'); ${program}`;
  const ended = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
  expect(ended.status, ended.stderr).toBe(0);
  const lines = ended.stderr.split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('secrets are masked at any depth: in objects, lists, errors and their causes, and in text', () => {
  const lines = linesOf(`
    log.info({ request: { options: { headers: { Authorization: 'Bearer s3cr3t-s3cr3t', accept: 'text/csv' } } } }, 'nested');
    log.info({ tries: [{ at: 1, apiKey: 's3cr3t' }, [{ password: 's3cr3t' }]], rawHeaders: ['authorization', 'Bearer s3cr3t-s3cr3t'] }, 'list');
    const cause = Object.assign(new Error('refused'), { response: { headers: new Headers({ 'x-api-key': 's3cr3t', 'set-cookie': 's3cr3t', server: 'shop' }) } });
    log.warn({ err: new Error('The channel refused.', { cause }) }, 'cause');
    log.warn(new Error('postgres://someone:s3cr3t@127.0.0.1/shop with Bearer s3cr3t-s3cr3t'));
    const ring = { client_secret: 's3cr3t', kept: 12n }; ring.ring = ring;
    log.info(ring, 'Bearer s3cr3t-s3cr3t');
  `);
  expect(JSON.stringify(lines)).not.toContain('s3cr3t');
  const [nested, list, cause, text, ring] = lines;
  expect(nested).toMatchObject({
    request: { options: { headers: { Authorization: '[masked]', accept: 'text/csv' } } },
    msg: 'nested',
  });
  expect(list).toMatchObject({
    tries: [{ at: 1, apiKey: '[masked]' }, [{ password: '[masked]' }]],
    rawHeaders: ['authorization', 'Bearer [masked]'],
  });
  expect(cause).toMatchObject({
    err: {
      type: 'Error',
      message: 'The channel refused.',
      stack: expect.stringContaining('The channel refused.'),
      cause: {
        message: 'refused',
        response: { headers: { 'x-api-key': '[masked]', 'set-cookie': '[masked]', server: 'shop' } },
      },
    },
  });
  expect(text).toMatchObject({ msg: 'postgres://someone:[masked]@127.0.0.1/shop with Bearer [masked]' });
  expect(ring).toMatchObject({ client_secret: '[masked]', kept: '12', ring: '[circular]', msg: 'Bearer [masked]' });
});

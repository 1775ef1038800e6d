/** Claim: an action stays with the channel that it was first sent through, across restarts with another configuration. */
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { channelPorts } from '../../src/connectors/channels.ts';
import { executeChangeSet, type ExecutionResult } from '../../src/governance/execution.ts';
import { fixedClock } from '../../src/kernel/clock.ts';
import { useTestDatabase } from '../support/database.ts';
import { buildHouse } from './house.ts';

const database = useTestDatabase();

/** A receiver that acts on every POST and never answers it; asked with GET it says what it did. */
async function hangingReceiver(): Promise<{ url: string; posts: string[] }> {
  const posts: string[] = [];
  const server = createServer((message, response) => {
    const id = new URL(message.url ?? '', 'http://receiver').searchParams.get('id') ?? '';
    if (message.method === 'POST') posts.push(String(message.headers['webhook-id']));
    else if (posts.includes(id)) response.end(JSON.stringify({ id, status: 'DONE', reference: 'buyer-7' }));
    else response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, posts };
}

test('an action that went to a webhook goes to no file and to no other address, and is asked for once the webhook is back', async () => {
  const house = await buildHouse(database());
  const folder = await mkdtemp(join(tmpdir(), 'baton-outbox-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const [first, other] = [await hangingReceiver(), await hangingReceiver()];
  const change = await house.submit([house.budgetMove('alpha', 500)]);
  await house.approveAll(change);
  const execute = (url: string | null): Promise<ExecutionResult> => {
    const webhook = url
      ? { url, secret: 'a secret', clock: fixedClock('2026-11-23T10:00:00Z'), allowPrivate: true }
      : null;
    const channels = channelPorts({ units: () => house.executor, folder, webhook });
    const signal = new AbortController().signal;
    return executeChangeSet({ inUnit: house.executor, channels, signal, sendTimeoutMs: 300 }, change.id);
  };

  expect((await execute(first.url)).effects[0]).toMatchObject({ status: 'UNKNOWN', attempts: 1 });
  for (const elsewhere of [null, other.url]) {
    const { change: after, effects } = await execute(elsewhere);
    expect(after.state).toBe('EXECUTION_UNKNOWN');
    expect(effects[0]).toMatchObject({ status: 'UNKNOWN', channel: expect.stringMatching(/^webhook:127\.0\.0\.1:/) });
    expect(effects[0]?.outcome).toMatch(/Configure that channel as it was .* the same WEBHOOK_URL/);
  }
  expect([other.posts, await readdir(folder)]).toEqual([[], []]);
  expect(await execute(first.url)).toMatchObject({
    change: { state: 'EXECUTED' },
    effects: [{ status: 'DONE', reference: 'buyer-7' }],
  });
  expect(first.posts).toHaveLength(1);
});

test('an action of a workspace without a market goes to a file where there is no webhook', async () => {
  const house = await buildHouse(database());
  const folder = await mkdtemp(join(tmpdir(), 'baton-outbox-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const change = await house.submit([house.budgetMove('alpha', 500)]);
  await house.approveAll(change);
  const channels = channelPorts({ units: () => house.executor, folder, webhook: null });
  const result = await executeChangeSet(
    { inUnit: house.executor, channels, signal: new AbortController().signal },
    change.id,
  );
  expect(result.effects).toMatchObject([{ status: 'DONE', channel: 'file' }]);
  expect(await readdir(join(folder, house.workspaceId))).toEqual([`${result.effects[0]?.idempotencyKey}.json`]);
});

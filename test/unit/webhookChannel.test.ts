/** Claim: the webhook channel signs what it sends, repeats it under the same id, never follows a redirect, and reaches no inner address. */
import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { isPublic, pinPublicAddress } from '../../src/connectors/addressGuard.ts';
import { webhookChannel } from '../../src/connectors/webhookChannel.ts';
import type { ChannelRequest } from '../../src/domain/channel.ts';
import { fixedClock } from '../../src/kernel/clock.ts';

const secret = 'a secret of the receiver';
const request: ChannelRequest = {
  workspaceId: '01890000-0000-7000-8000-000000000001',
  effectId: '01890000-0000-7000-8000-000000000002',
  idempotencyKey: 'baton-key-1',
  changeSetId: '01890000-0000-7000-8000-000000000003',
  digest: 'd'.repeat(64),
  action: { kind: 'campaign.pause', target: { type: 'campaign', id: 'c1', name: 'Brand' } },
};
const signal = AbortSignal.timeout(10_000);

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** What a receiver says: a status, or a status with what it says of the id. */
type Said = number | readonly [status: number, body: unknown];

/** A receiver that answers with the next of the given, the last one for ever. */
async function receiver(
  ...answers: Said[]
): Promise<{ url: string; seen: { message: IncomingMessage; body: string }[] }> {
  const seen: { message: IncomingMessage; body: string }[] = [];
  server = createServer((message, response) => void answer(message, response));
  const answer = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    seen.push({ message, body: await text(message) });
    const said = answers[Math.min(seen.length, answers.length) - 1] ?? 200;
    const [status, answered] = typeof said === 'number' ? [said, { reference: 'buyer-7' }] : said;
    response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end(JSON.stringify(answered));
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, seen };
}

const channelTo = (url: string) =>
  webhookChannel({ url, secret, clock: fixedClock('2026-11-23T10:00:00Z'), allowPrivate: true, pauseMs: 1 });

describe('sending', () => {
  it('posts one signed CloudEvent and takes the reference of the answer', async () => {
    const { url, seen } = await receiver(200);
    expect(await channelTo(url).send(request, signal)).toMatchObject({ status: 'DONE', reference: 'buyer-7' });
    const { message, body } = seen[0]!;
    const signed = createHmac('sha256', secret)
      .update(`baton-key-1.${message.headers['webhook-timestamp'] as string}.${body}`)
      .digest('base64');
    expect(message.headers['webhook-signature']).toBe(`v1,${signed}`);
    expect(JSON.parse(body)).toMatchObject({
      specversion: '1.0',
      id: 'baton-key-1',
      data: { digest: request.digest, action: request.action },
    });
  });

  it('tries a busy receiver again under the same id, at most three times', async () => {
    const { url, seen } = await receiver(503, 429, 200);
    expect(await channelTo(url).send(request, signal)).toMatchObject({ status: 'DONE' });
    expect(seen.map(({ message }) => message.headers['webhook-id'])).toEqual([
      'baton-key-1',
      'baton-key-1',
      'baton-key-1',
    ]);
  });

  it('says UNKNOWN of a receiver that stays busy, and REFUSED of one that says no', async () => {
    const busy = await receiver(503);
    expect(await channelTo(busy.url).send(request, signal)).toMatchObject({ status: 'UNKNOWN' });
    expect(busy.seen).toHaveLength(3);
    const no = await receiver(422);
    expect(await channelTo(no.url).send(request, signal)).toMatchObject({ status: 'REFUSED' });
    expect(no.seen).toHaveLength(1);
  });

  it('follows no redirect', async () => {
    const { url, seen } = await receiver(302);
    expect(await channelTo(url).send(request, signal)).toMatchObject({ status: 'REFUSED' });
    expect(seen).toHaveLength(1);
  });

  it('never calls an action refused that an earlier try may have carried out: the receiver is asked', async () => {
    const id = request.idempotencyKey;
    const outcomeOf = async (...answers: Said[]) => channelTo((await receiver(...answers)).url).send(request, signal);
    expect(await outcomeOf(502, 409, [200, { id, status: 'DONE', reference: 'buyer-8' }])).toMatchObject({
      status: 'DONE',
      reference: 'buyer-8',
    });
    expect(await outcomeOf(502, 409, [200, {}])).toMatchObject({ status: 'UNKNOWN' });
    expect(await outcomeOf(502, 422, [200, { id, status: 'PENDING' }])).toMatchObject({ status: 'UNKNOWN' });
    expect(await outcomeOf(502, 422, 503)).toMatchObject({ status: 'UNKNOWN' });
    expect(await outcomeOf(502, 422, 404)).toMatchObject({ status: 'REFUSED' });
    expect(await outcomeOf(409, [200, { id, status: 'DONE' }])).toMatchObject({ status: 'DONE', reference: id });
    expect(await outcomeOf(409, 404)).toMatchObject({ status: 'UNKNOWN' });
    expect(await outcomeOf(524, 501, 599)).toMatchObject({ status: 'UNKNOWN' });
  });

  it('asks what became of an id, and takes only an answer that names the id and its outcome', async () => {
    const id = request.idempotencyKey;
    const known = await receiver([200, { id, status: 'DONE', reference: 'buyer-7' }]);
    expect(await channelTo(known.url).reconcile(request, signal)).toMatchObject({
      status: 'DONE',
      reference: 'buyer-7',
    });
    expect(known.seen[0]?.message).toMatchObject({ method: 'GET', url: '/hook?id=baton-key-1' });
    const told = async (said: Said) => channelTo((await receiver(said)).url).reconcile(request, signal);
    expect(await told(404)).toBeNull();
    expect(await told([200, { id, status: 'REFUSED', detail: 'no such campaign' }])).toMatchObject({
      status: 'REFUSED',
      detail: expect.stringContaining('no such campaign'),
    });
    for (const said of [{}, null, 'DONE', { id: 'another', status: 'DONE' }, { id }, { id, status: 'FINE' }]) {
      expect(await told([200, said])).toMatchObject({ status: 'UNKNOWN' });
    }
    expect(await told([202, { id, status: 'DONE' }])).toMatchObject({ status: 'UNKNOWN' });
  });

  it('keeps of what the receiver says only text that can be stored, and all of a sign that is more than one byte', async () => {
    const id = request.idempotencyKey;
    const said = { id, status: 'DONE', reference: `b"${'ü'.repeat(300)}\u0000`, detail: 'a\u0000\ud800b' };
    const asked = await channelTo((await receiver([200, said])).url).reconcile(request, signal);
    expect(asked).toMatchObject({ status: 'DONE', reference: `b"${'ü'.repeat(198)}` });
    expect(asked?.detail).toContain('a\ufffdb');
    const sent = await channelTo((await receiver([200, said])).url).send(request, signal);
    expect(sent).toMatchObject({ status: 'DONE', reference: `b"${'ü'.repeat(198)}` });
  });

  it('is named after its address, whatever key its query holds', () => {
    const name = (url: string): string => channelTo(url).name;
    expect(name('https://hooks.example.com/a?key=1')).toBe(name('https://hooks.example.com/a?key=2'));
    expect(name('https://hooks.example.com/a')).not.toBe(name('https://hooks.example.com/b'));
    expect(name('https://hooks.example.com/a')).toMatch(/^webhook:hooks\.example\.com:[0-9a-f]{8}$/);
  });
});

describe('the address guard', () => {
  const inner = [
    'http://127.0.0.1/',
    'http://localhost/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0177.0.0.1/',
    'http://127.1/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://10.0.0.8/',
    'http://172.16.4.1/',
    'http://192.168.1.1/',
    'http://169.254.169.254/',
    'http://[fe80::1]/',
    'http://[fc00::1]/',
    'http://0.0.0.0/',
    'http://100.64.0.1/',
    'http://224.0.0.1/',
    'http://198.18.0.1/',
    'http://[::ffff:a9fe:a9fe]/',
  ];
  it.each(inner)('refuses %s', async (address) => {
    await expect(pinPublicAddress(new URL(address))).rejects.toThrow(/no address that actions may be sent to/);
  });

  it('refuses other schemes, other ports, and addresses with a password', async () => {
    for (const address of ['ftp://192.0.2.1/', 'https://192.0.2.1:8443/', 'https://user:pass@192.0.2.1/']) {
      await expect(pinPublicAddress(new URL(address))).rejects.toThrow();
    }
  });

  it('tells public addresses from inner ones', () => {
    expect(['8.8.8.8', '2606:4700::1111'].map(isPublic)).toEqual([true, true]);
    expect(['::ffff:10.0.0.1', 'not an address'].map(isPublic)).toEqual([false, false]);
  });
});

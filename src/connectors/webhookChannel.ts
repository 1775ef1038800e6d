/**
 * Owns the webhook channel: each approved action is one signed CloudEvent to an address of the team's own.
 * The receiver answers 2xx when the action is carried out and must carry out an id once; asked with GET and the id, it says what became of it.
 */
import { createHmac } from 'node:crypto';
import { Agent, request as send } from 'undici';
import type { ChannelOutcome, ChannelPort, ChannelRequest } from '../domain/channel.ts';
import { canonicalJson } from '../kernel/canonicalJson.ts';
import type { Clock } from '../kernel/clock.ts';
import { AppError, toError } from '../kernel/errors.ts';
import { delay } from '../kernel/waiting.ts';
import { pinPublicAddress } from './addressGuard.ts';

/** Where and how actions are sent. */
export interface WebhookOptions {
  readonly url: string;
  /** Key of the signature; the receiver holds the same. */
  readonly secret: string;
  readonly clock: Clock;
  /** Whether an address of an inner network is allowed. @default false */
  readonly allowPrivate?: boolean;
  /** First pause before another try, ms; it doubles. @default 250 */
  readonly pauseMs?: number;
}

/** Tries of one send; the same id each time, so that the receiver carries it out once. */
const MAX_TRIES = 3;
const FIRST_PAUSE_MS = 250;
/** Bytes of an answer that are read. */
const ANSWER_LIMIT_BYTES = 64 * 1024;
/** Answers after which trying again can help. */
const BUSY = new Set([408, 425, 429, 500, 502, 503, 504]);

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** A channel that sends to one address. */
export function webhookChannel(options: WebhookOptions): ChannelPort {
  return {
    name: 'webhook',
    accepts: (action) => action.kind !== 'strategy.activate' && action.kind !== 'import.personal',
    send: (request, signal) => sendWithRetries(options, request, signal),
    reconcile: async (request, signal) => {
      const url = new URL(options.url);
      url.searchParams.set('id', request.idempotencyKey);
      const answer = await call(options, { url, method: 'GET', id: request.idempotencyKey, body: '' }, signal);
      if (answer.status === 404) return null;
      return answer.status < 300
        ? done(answer, request)
        : { status: 'UNKNOWN', detail: `Asked for the id, the receiver answered ${answer.status}.` };
    },
  };
}

async function sendWithRetries(
  options: WebhookOptions,
  request: ChannelRequest,
  signal: AbortSignal,
): Promise<ChannelOutcome> {
  const body = canonicalJson(eventOf(request, options.clock.now().toISOString()));
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await sendOnce(options, { request, body }, signal);
    if (outcome.status !== 'UNKNOWN' || attempt === MAX_TRIES) return outcome;
    await delay((options.pauseMs ?? FIRST_PAUSE_MS) * 2 ** (attempt - 1), signal);
  }
}

async function sendOnce(
  options: WebhookOptions,
  { request, body }: { request: ChannelRequest; body: string },
  signal: AbortSignal,
): Promise<ChannelOutcome> {
  try {
    const message = { url: new URL(options.url), method: 'POST' as const, id: request.idempotencyKey, body };
    const answer = await call(options, message, signal);
    if (answer.status < 300) return done(answer, request);
    const detail = `The receiver answered ${answer.status}.`;
    return BUSY.has(answer.status) ? { status: 'UNKNOWN', detail } : { status: 'REFUSED', detail };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof AppError) return { status: 'REFUSED', detail: error.message };
    return { status: 'UNKNOWN', detail: `The receiver could not be reached: ${toError(error).message}.` };
  }
}

/** One signed call to the address that was checked; redirects are not followed. */
async function call(
  options: WebhookOptions,
  message: { url: URL; method: 'GET' | 'POST'; id: string; body: string },
  signal: AbortSignal,
): Promise<Answer> {
  const { url, method, id, body } = message;
  const { lookup } = await pinPublicAddress(url, { allowPrivate: options.allowPrivate ?? false });
  const dispatcher = new Agent({ connect: { lookup }, pipelining: 0 });
  try {
    const headers = { 'content-type': 'application/cloudevents+json', ...signatureOf(options, id, body) };
    const response = await send(url, { method, headers, signal, dispatcher, ...(method === 'POST' ? { body } : {}) });
    return { status: response.statusCode, body: await textOf(response.body) };
  } finally {
    await dispatcher.close();
  }
}

/** Headers of the Standard Webhooks scheme: HMAC-SHA256 over `id.timestamp.body`. */
function signatureOf({ secret, clock }: WebhookOptions, id: string, body: string): Record<string, string> {
  const timestamp = String(Math.floor(clock.now().getTime() / 1000));
  const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}

/** CloudEvents 1.0, structured mode. */
function eventOf({ workspaceId, idempotencyKey, changeSetId, digest, action }: ChannelRequest, time: string): object {
  return {
    specversion: '1.0',
    id: idempotencyKey,
    source: `urn:baton:workspace:${workspaceId}`,
    type: 'dev.baton.effect.requested.v1',
    subject: changeSetId,
    time,
    datacontenttype: 'application/json',
    data: { changeSetId, digest, action },
  };
}

function done(answer: Answer, request: ChannelRequest): ChannelOutcome {
  const reference = /"reference"\s*:\s*"([^"]{1,200})"/.exec(answer.body)?.[1] ?? request.idempotencyKey;
  return { status: 'DONE', reference, detail: `The receiver answered ${answer.status}.` };
}

async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const chunk of body) {
    text += chunk.toString('utf8');
    if (text.length > ANSWER_LIMIT_BYTES) break;
  }
  return text;
}

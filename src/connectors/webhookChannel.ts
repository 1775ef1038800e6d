/**
 * Owns the webhook channel: each approved action is one signed CloudEvent to an address of the team's own.
 * The receiver answers a POST with 2xx when the action is carried out, and carries out an id once. It answers `GET ?id=ID` with 200 and
 * `{"id": ID, "status": "DONE" | "REFUSED" | "PENDING", "reference"?: text, "detail"?: text}`, or with 404 when it has never seen the id.
 */
import { createHmac } from 'node:crypto';
import { Agent, request as send } from 'undici';
import { z } from 'zod';
import type { ChannelOutcome, ChannelPort, ChannelRequest } from '../domain/channel.ts';
import { withoutControls } from '../domain/text.ts';
import { canonicalJson, sha256Hex } from '../kernel/canonicalJson.ts';
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
/** Answers below 500 that leave it open whether the action was or will be carried out. */
const BUSY = new Set([408, 425, 429]);
/** The receiver knows the id already. */
const DUPLICATE = 409;

/** Text of the receiver: cut, and without characters that no database keeps, since its outcome must be recorded in any case. */
const said = (limit: number) =>
  z
    .string()
    .transform((text) => withoutControls(text).slice(0, limit).toWellFormed())
    .optional();
const REFERENCE = said(200);

/** What the receiver says of an id when it is asked. */
const answerShape = z.object({
  id: z.string(),
  status: z.enum(['DONE', 'REFUSED', 'PENDING']),
  reference: REFERENCE,
  detail: said(1000),
});
/** What it may say when it has carried an action out. */
const receiptShape = z.object({ reference: REFERENCE });

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** A channel that sends to one address; its name tells the address, so that an action is never asked for at another. */
export function webhookChannel(options: WebhookOptions): ChannelPort {
  return {
    name: nameOf(options.url),
    accepts: (action) => action.kind !== 'strategy.activate' && action.kind !== 'import.personal',
    send: (request, signal) => sendWithRetries(options, request, signal),
    reconcile: (request, signal) => ask(options, request, signal),
  };
}

/** The host, for people, and a digest of the address without its query, which may hold a key that changes. */
function nameOf(address: string): string {
  const { host, origin, pathname } = new URL(address);
  return `webhook:${host}:${sha256Hex(origin + pathname).slice(0, 8)}`;
}

/** What became of an id; null when the receiver has never seen it. Only an answer that names the id and its outcome counts. */
async function ask(
  options: WebhookOptions,
  request: ChannelRequest,
  signal: AbortSignal,
): Promise<ChannelOutcome | null> {
  const id = request.idempotencyKey;
  const url = new URL(options.url);
  url.searchParams.set('id', id);
  const answer = await call(options, { url, method: 'GET', id, body: '' }, signal);
  if (answer.status === 404) return null;
  const answered = `Asked for the id, the receiver answered ${answer.status}`;
  const told = answer.status === 200 ? answerShape.safeParse(parseJson(answer.body)).data : undefined;
  if (told?.id !== id)
    return {
      status: 'UNKNOWN',
      detail: `${answered} without naming the id and its status (DONE, REFUSED or PENDING).`,
    };
  const detail = `${answered}: ${told.status}${told.detail ? `, ${told.detail}` : ''}.`;
  if (told.status === 'DONE') return { status: 'DONE', reference: told.reference ?? id, detail };
  return { status: told.status === 'REFUSED' ? 'REFUSED' : 'UNKNOWN', detail };
}

async function sendWithRetries(
  options: WebhookOptions,
  request: ChannelRequest,
  signal: AbortSignal,
): Promise<ChannelOutcome> {
  const body = canonicalJson(eventOf(request, options.clock.now().toISOString()));
  let unsure = false;
  for (let attempt = 1; ; attempt += 1) {
    const { outcome, duplicate } = await sendOnce(options, { request, body }, signal);
    if (outcome.status === 'REFUSED' && (unsure || duplicate))
      return settleRefusal(options, { request, refusal: outcome, duplicate }, signal);
    if (outcome.status !== 'UNKNOWN' || attempt === MAX_TRIES) return outcome;
    unsure = true;
    await delay((options.pauseMs ?? FIRST_PAUSE_MS) * 2 ** (attempt - 1), signal);
  }
}

/** A no after a try that may have arrived says nothing of that try: the receiver is asked. */
async function settleRefusal(
  options: WebhookOptions,
  { request, refusal, duplicate }: { request: ChannelRequest; refusal: ChannelOutcome; duplicate: boolean },
  signal: AbortSignal,
): Promise<ChannelOutcome> {
  try {
    const told = await ask(options, request, signal);
    if (told) return { ...told, detail: `${refusal.detail} ${told.detail}` };
    if (!duplicate) return refusal;
    return { status: 'UNKNOWN', detail: `${refusal.detail} Asked for the id, it says that it has never seen it.` };
  } catch (error) {
    signal.throwIfAborted();
    return {
      status: 'UNKNOWN',
      detail: `${refusal.detail} An earlier try may have arrived, and the receiver could not be asked: ${toError(error).message}.`,
    };
  }
}

async function sendOnce(
  options: WebhookOptions,
  { request, body }: { request: ChannelRequest; body: string },
  signal: AbortSignal,
): Promise<{ outcome: ChannelOutcome; duplicate: boolean }> {
  const result = (outcome: ChannelOutcome, duplicate = false) => ({ outcome, duplicate });
  try {
    const message = { url: new URL(options.url), method: 'POST' as const, id: request.idempotencyKey, body };
    const answer = await call(options, message, signal);
    if (answer.status < 300) return result(done(answer, request));
    const detail = `The receiver answered ${answer.status}.`;
    if (answer.status >= 500 || BUSY.has(answer.status)) return result({ status: 'UNKNOWN', detail });
    return result({ status: 'REFUSED', detail }, answer.status === DUPLICATE);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof AppError) return result({ status: 'REFUSED', detail: error.message });
    return result({ status: 'UNKNOWN', detail: `The receiver could not be reached: ${toError(error).message}.` });
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
  const receipt = receiptShape.safeParse(parseJson(answer.body)).data;
  return {
    status: 'DONE',
    reference: receipt?.reference || request.idempotencyKey,
    detail: `The receiver answered ${answer.status}.`,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > ANSWER_LIMIT_BYTES) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}

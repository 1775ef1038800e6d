/** Owns the bytes of the Postgres wire protocol (version 3.0): reading a client's messages and building a server's. No I/O, no state of a session. */

/** The largest single message that a client may send, in bytes. */
export const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

/** The most bytes that a client may send up to one Sync. */
export const MAX_BATCH_BYTES = 128 * 1024 * 1024;

/** Request codes that take the place of a protocol version in a first message. */
export const SSL_REQUEST = 80_877_103;
/** Asks for GSSAPI encryption. */
export const GSS_REQUEST = 80_877_104;
/** Asks to cancel what another connection does. */
export const CANCEL_REQUEST = 80_877_102;

/** Transaction status of ReadyForQuery: idle, in a transaction, in a failed transaction. */
export type TransactionStatus = 'I' | 'T' | 'E';

/** One message as it came, its header included; `type` is empty for a first message, which has no type byte. */
export interface Message {
  type: string;
  bytes: Buffer;
}

/** One notification on its way to listeners. */
export interface Notification {
  channel: string;
  bytes: Buffer;
}

/** What a backend answered: `rest` without notifications, and the status of the last ReadyForQuery, if there was one. */
export interface Answer {
  rest: Buffer;
  notifications: Notification[];
  status: TransactionStatus | undefined;
}

/** Fields of an ErrorResponse. */
export interface WireError {
  severity: 'ERROR' | 'FATAL';
  /** SQLSTATE, five characters. */
  code: string;
  message: string;
  hint?: string;
}

/** A client broke the protocol or a limit of it; its connection cannot go on. */
export class ProtocolViolation extends Error {}

/** Cuts a byte stream into messages; holds at most one unfinished message. */
export class MessageReader {
  #chunks: Buffer[] = [];
  #size = 0;
  #started = false;

  /** Tells that the start-up message was taken, so that the next messages carry a type byte. */
  markStarted(): void {
    this.#started = true;
  }

  /** Takes bytes from the socket. */
  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
  }

  /** The next whole message, or nothing until more bytes come. @throws ProtocolViolation for an impossible or too large length. */
  next(): Message | undefined {
    const header = this.#started ? 5 : 4;
    if (this.#size < header) return undefined;
    const head = this.#gather(header);
    const length = head.readInt32BE(header - 4) + header - 4;
    if (length < header || (!this.#started && length < 8))
      throw new ProtocolViolation(`a message of ${length} bytes is impossible`);
    const limit = this.#started ? MAX_MESSAGE_BYTES : 10_000;
    if (length > limit) throw new ProtocolViolation(`a message of ${length} bytes is over the limit of ${limit} bytes`);
    if (this.#size < length) return undefined;
    const all = this.#gather(length);
    const bytes = all.subarray(0, length);
    this.#chunks[0] = all.subarray(length);
    this.#size -= length;
    return { type: this.#started ? String.fromCharCode(bytes.readUInt8(0)) : '', bytes };
  }

  /** The first chunk, made long enough by joining what follows. */
  #gather(bytes: number): Buffer {
    const first = this.#chunks[0];
    if (first && first.length >= bytes) return first;
    const joined = Buffer.concat(this.#chunks);
    this.#chunks = [joined];
    return joined;
  }
}

/** Takes a backend's answer apart. */
export function readAnswer(bytes: Uint8Array): Answer {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept: Buffer[] = [];
  const notifications: Notification[] = [];
  let status: TransactionStatus | undefined;
  let from = 0;
  let at = 0;
  while (at < buffer.length) {
    const end = at + 1 + buffer.readInt32BE(at + 1);
    const type = buffer[at];
    if (type === 0x41) {
      if (at > from) kept.push(buffer.subarray(from, at));
      notifications.push({ channel: cString(buffer, at + 9), bytes: buffer.subarray(at, end) });
      from = end;
    } else if (type === 0x5a) {
      status = String.fromCharCode(buffer.readUInt8(at + 5)) as TransactionStatus;
    }
    at = end;
  }
  const tail = buffer.subarray(from);
  return { rest: kept.length === 0 ? tail : Buffer.concat([...kept, tail]), notifications, status };
}

/** The parameters of a start-up message, such as user and database. */
export function startupParameters(message: Buffer): Map<string, string> {
  const parts = message.subarray(8).toString('utf8').split('\0');
  const parameters = new Map<string, string>();
  for (let i = 0; i + 1 < parts.length; i += 2) {
    const name = parts[i];
    if (name) parameters.set(name, parts[i + 1] ?? '');
  }
  return parameters;
}

/** The SQL text of a Query or Parse message, and the statement's name, which is empty for an unnamed one. */
export function statementOf(message: Message): { name: string; sql: string } {
  const name = message.type === 'P' ? cString(message.bytes, 5) : '';
  const start = message.type === 'P' ? 6 + Buffer.byteLength(name) : 5;
  return { name, sql: cString(message.bytes, start) };
}

/** A simple query. */
export function queryMessage(sql: string): Buffer {
  return serverMessage('Q', Buffer.from(`${sql}\0`));
}

/** A message with its type byte and length. */
export function serverMessage(type: string, body: Buffer): Buffer {
  const message = Buffer.allocUnsafe(5 + body.length);
  message.write(type, 0, 'latin1');
  message.writeInt32BE(4 + body.length, 1);
  body.copy(message, 5);
  return message;
}

/** ReadyForQuery. */
export function readyForQuery(status: TransactionStatus): Buffer {
  return serverMessage('Z', Buffer.from(status));
}

/** ErrorResponse. */
export function errorResponse(error: WireError): Buffer {
  const fields = [`S${error.severity}`, `V${error.severity}`, `C${error.code}`, `M${error.message}`];
  if (error.hint) fields.push(`H${error.hint}`);
  return serverMessage('E', Buffer.from(`${fields.join('\0')}\0\0`));
}

/** What a server says after a good start-up message: no password asked, its settings, the key for a cancel, ready. */
export function greeting(parameters: ReadonlyMap<string, string>, key: { processId: number; secret: number }): Buffer {
  const authenticated = serverMessage('R', Buffer.alloc(4));
  const statuses = [...parameters].map(([name, value]) => serverMessage('S', Buffer.from(`${name}\0${value}\0`)));
  const keyData = Buffer.alloc(8);
  keyData.writeInt32BE(key.processId, 0);
  keyData.writeInt32BE(key.secret, 4);
  return Buffer.concat([authenticated, ...statuses, serverMessage('K', keyData), readyForQuery('I')]);
}

/** Tells a client of a later minor version that 3.0 is spoken and none of its extra options is known. */
export function negotiateVersion(): Buffer {
  return serverMessage('v', Buffer.alloc(8));
}

function cString(buffer: Buffer, from: number): string {
  const end = buffer.indexOf(0, from);
  return buffer.toString('utf8', from, end < 0 ? buffer.length : end);
}

/**
 * Owns one client's connection to the embedded database: greets it, holds the backend for its transaction, runs its batches one after the
 * other, answers.
 */
import type { Socket } from 'node:net';
import { toError } from '../../kernel/errors.ts';
import { WaitRefused, type Backend, type Client, type Tenure } from './backend.ts';
import { BatchCollector, type Batch } from './batch.ts';
import {
  CANCEL_REQUEST,
  errorResponse,
  greeting,
  GSS_REQUEST,
  MessageReader,
  negotiateVersion,
  ProtocolViolation,
  queryMessage,
  readyForQuery,
  SSL_REQUEST,
  startupParameters,
  type Answer,
  type Message,
  type Notification,
  type WireError,
} from './protocol.ts';
import { NAMED_STATEMENT_REFUSAL } from './refusedStatements.ts';
import { judgeStartup } from './startup.ts';

/** A client has this long to finish its start-up message, in ms. */
const STARTUP_LIMIT_MS = 10_000;
/** A client that leaves more than this unread is closed, in bytes; a result being written does not count until it is done. */
const UNREAD_NOTIFICATION_LIMIT_BYTES = 16 * 1024 * 1024;

/** What a connection needs of its server. */
export interface ConnectionHost {
  readonly backend: Backend;
  readonly settings: ReadonlyMap<string, string>;
  cancel(processId: number, secret: number): void;
  notify(notifications: readonly Notification[]): void;
  /** Whether any connection still listens to the channel. */
  stillListened(channel: string): boolean;
}

/** One client. */
export class Connection {
  /** Channels that this client listens to. */
  readonly channels = new Set<string>();
  readonly #socket: Socket;
  readonly #host: ConnectionHost;
  readonly #key: { processId: number; secret: number };
  readonly #reader = new MessageReader();
  readonly #collector = new BatchCollector();
  readonly #startupTimer: NodeJS.Timeout;
  #client: Client | undefined;
  #tenure: Tenure | undefined;
  #skipUntilSync = false;
  #unlistened: string[] = [];
  #queue: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(socket: Socket, host: ConnectionHost, key: { processId: number; secret: number }) {
    this.#socket = socket;
    this.#host = host;
    this.#key = key;
    this.#startupTimer = setTimeout(() => socket.destroy(), STARTUP_LIMIT_MS);
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#onClose());
  }

  /** Ends the wait of this client when the secret is its own. */
  cancelWith(secret: number): void {
    if (secret === this.#key.secret && this.#client) this.#host.backend.cancel(this.#client);
  }

  /** Writes bytes that the client did not ask for; a client that never reads is closed. */
  send(bytes: Buffer): void {
    if (this.#closed || !this.#socket.writable) return;
    if (this.#socket.writableLength > UNREAD_NOTIFICATION_LIMIT_BYTES) this.#socket.destroy();
    else this.#socket.write(bytes);
  }

  /** Tells the client that the database stops, and closes. */
  stop(): void {
    this.#fail({ severity: 'FATAL', code: '57P01', message: 'the embedded database stops' });
  }

  #read(chunk: Buffer): void {
    this.#reader.push(chunk);
    try {
      for (let message = this.#reader.next(); message && !this.#closed; message = this.#reader.next()) {
        if (message.type === '') this.#greet(message.bytes);
        else this.#collect(message);
      }
    } catch (error) {
      if (!(error instanceof ProtocolViolation)) throw error;
      this.#fail({
        severity: 'FATAL',
        code: '08P01',
        message: error.message,
        hint: 'Send the data in smaller statements.',
      });
    }
  }

  #greet(message: Buffer): void {
    const code = message.readInt32BE(4);
    if (code === SSL_REQUEST || code === GSS_REQUEST) {
      this.#socket.write('N');
      return;
    }
    clearTimeout(this.#startupTimer);
    if (code === CANCEL_REQUEST && message.length >= 16) {
      this.#host.cancel(message.readInt32BE(8), message.readInt32BE(12));
      this.#socket.end();
      return;
    }
    if (code >> 16 !== 3) throw new ProtocolViolation(`protocol ${code >> 16}.${code & 0xffff} is not spoken here`);
    const parameters = startupParameters(message);
    const error = judgeStartup(parameters);
    if (error) {
      this.#fail(error);
      return;
    }
    const user = parameters.get('user') ?? '';
    const program = parameters.get('application_name');
    this.#client = { user, label: program ? `${user} (${program})` : user, onIdleTooLong: () => this.#onIdleTooLong() };
    this.#reader.markStarted();
    if ((code & 0xffff) !== 0) this.#socket.write(negotiateVersion());
    const own = new Map([...this.#host.settings, ['session_authorization', user], ['application_name', program ?? '']]);
    this.#socket.write(greeting(own, this.#key));
  }

  #collect(message: Message): void {
    if (message.type === 'X') {
      this.#enqueue(async () => void this.#socket.end());
      return;
    }
    // Copy data has no place here, because COPY FROM STDIN is refused; Postgres ignores it outside a copy as well.
    if (message.type === 'c' || message.type === 'd' || message.type === 'f') return;
    const batch = this.#collector.add(message);
    if (!batch) return;
    this.#enqueue(() => this.#run(batch));
  }

  #enqueue(work: () => Promise<void>): void {
    // Reading stops meanwhile, so that a client cannot pile up batches without end.
    this.#socket.pause();
    this.#queue = this.#queue
      .then(async () => (this.#closed ? undefined : work()))
      .catch((error: unknown) => this.#fail({ severity: 'FATAL', code: 'XX000', message: toError(error).message }))
      .then(() => void this.#socket.resume());
  }

  async #run(batch: Batch): Promise<void> {
    if (this.#skipUntilSync) {
      if (batch.flush) return;
      this.#skipUntilSync = false;
      return this.#write(readyForQuery(this.#tenure ? 'E' : 'I'));
    }
    if (batch.refusal) return this.#refuse({ severity: 'ERROR', code: '0A000', ...batch.refusal }, batch);
    if (!this.#tenure) {
      // Without its own Parse it would run whatever statement another connection left unnamed.
      if (batch.needsEarlierParse)
        return this.#refuse({ severity: 'ERROR', code: '0A000', ...NAMED_STATEMENT_REFUSAL }, batch);
      const refused = await this.#acquire();
      if (refused) return this.#refuse({ severity: 'ERROR', code: refused.code, message: refused.message }, batch);
      if (!this.#tenure) return;
    }
    const answer = this.#tenure.run(batch.bytes, batch.sql);
    await this.#settle(answer, batch);
  }

  /** Takes the backend; gives the refusal when the wait was too long. */
  async #acquire(): Promise<WaitRefused | undefined> {
    if (!this.#client) throw new ProtocolViolation('a query came before the start-up message');
    try {
      const tenure = await this.#host.backend.acquire(this.#client);
      if (this.#closed) tenure.release();
      else this.#tenure = tenure;
      return undefined;
    } catch (error) {
      if (error instanceof WaitRefused) return error;
      throw error;
    }
  }

  async #settle(answer: Answer, batch: Batch): Promise<void> {
    this.#follow(batch);
    if (answer.status === 'I') {
      for (const channel of this.#unlistened.splice(0)) {
        // One session listens for all, so a channel that others still want is listened to again.
        if (this.#host.stillListened(channel))
          this.#tenure?.run(queryMessage(`listen "${channel.replaceAll('"', '""')}"`), 'listen');
      }
      this.#tenure?.release();
      this.#tenure = undefined;
    }
    const written = this.#write(answer.rest);
    if (answer.notifications.length > 0) this.#host.notify(answer.notifications);
    await written;
  }

  /** Keeps which channels this client listens to; what it left is listened to again once its transaction ends. */
  #follow({ listen, unlisten }: Batch): void {
    for (const channel of listen) this.channels.add(channel);
    for (const channel of unlisten.includes('*') ? [...this.channels] : unlisten) {
      this.channels.delete(channel);
      this.#unlistened.push(channel);
    }
  }

  /** Answers a batch that does not run. Inside a transaction the transaction fails, as it does on a server. */
  #refuse(error: WireError, batch: Batch): Promise<void> {
    if (this.#tenure)
      this.#tenure.run(queryMessage('do $$ begin raise exception using errcode = $e$0A000$e$; end $$'), 'refusal');
    if (batch.flush) {
      this.#skipUntilSync = true;
      return this.#write(errorResponse(error));
    }
    return this.#write(Buffer.concat([errorResponse(error), readyForQuery(this.#tenure ? 'E' : 'I')]));
  }

  /** Writes, and waits for a slow reader; resolves as well when the client goes away. */
  #write(bytes: Buffer): Promise<void> {
    if (this.#closed || bytes.length === 0 || this.#socket.write(bytes)) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        this.#socket.off('drain', done).off('close', done);
        resolve();
      };
      this.#socket.on('drain', done).on('close', done);
    });
  }

  #fail(error: WireError): void {
    if (this.#closed) return;
    this.#socket.end(errorResponse(error), () => this.#socket.destroy());
    this.#onClose();
  }

  #onIdleTooLong(): void {
    this.#tenure = undefined;
    this.#fail({
      severity: 'FATAL',
      code: '25P03',
      message: 'terminating connection: idle in a transaction for more than 5 s',
      hint: 'Keep model calls, channel calls and other waiting outside transactions.',
    });
  }

  #onClose(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#startupTimer);
    this.channels.clear();
    if (this.#client) this.#host.backend.cancel(this.#client);
    this.#tenure?.release();
    this.#tenure = undefined;
  }
}

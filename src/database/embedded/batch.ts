/** Owns batches: everything that a client sends up to a Query, a Sync or a Flush, judged before it may run. No I/O. */
import { MAX_BATCH_BYTES, ProtocolViolation, statementOf, type Message } from './protocol.ts';
import { judgeStatement, NAMED_STATEMENT_REFUSAL, type Refusal } from './refusedStatements.ts';

/** Message types that end a batch: Query, Sync, Flush, FunctionCall. */
const LAST_TYPES = 'QSHF';

/** What the backend runs without a break. */
export interface Batch {
  bytes: Buffer;
  /** The first statement's text, shortened, for messages. */
  sql: string;
  refusal: Refusal | undefined;
  /** Ends with a Flush: no ReadyForQuery follows yet. */
  flush: boolean;
  /** Binds before it parses, so it needs what an earlier batch of the same tenure parsed. */
  needsEarlierParse: boolean;
  /** Channels that its LISTEN and UNLISTEN statements name; `*` for all. */
  listen: string[];
  unlisten: string[];
}

/** Collects one client's messages. */
export class BatchCollector {
  #messages: Message[] = [];
  #bytes = 0;

  /** Takes a message; gives the batch that it ends, if it ends one. @throws ProtocolViolation when a batch grows too large */
  add(message: Message): Batch | undefined {
    this.#messages.push(message);
    this.#bytes += message.bytes.length;
    if (this.#bytes > MAX_BATCH_BYTES) {
      throw new ProtocolViolation(`a batch is over the limit of ${MAX_BATCH_BYTES} bytes`);
    }
    if (!LAST_TYPES.includes(message.type)) return undefined;
    const batch = batchOf(this.#messages);
    this.#messages = [];
    this.#bytes = 0;
    return batch;
  }
}

function batchOf(messages: readonly Message[]): Batch {
  const batch: Batch = {
    bytes: Buffer.concat(messages.map(({ bytes }) => bytes)),
    sql: '',
    refusal: undefined,
    flush: messages.at(-1)?.type === 'H',
    needsEarlierParse: false,
    listen: [],
    unlisten: [],
  };
  let parsed = false;
  for (const message of messages) {
    if (message.type === 'B' && !parsed) batch.needsEarlierParse = true;
    if (message.type !== 'P' && message.type !== 'Q') continue;
    parsed = true;
    const { name, sql } = statementOf(message);
    const verdict = judgeStatement(sql);
    batch.sql ||= sql.slice(0, 200);
    batch.refusal ??= name === '' ? verdict.refusal : NAMED_STATEMENT_REFUSAL;
    batch.listen.push(...verdict.listen);
    batch.unlisten.push(...verdict.unlisten);
  }
  return batch;
}

/** Owns subscriptions over WebSocket (graphql-transport-ws): who may connect, how many, how fast, and when one is closed. */
import { makeHandler, type Extra } from 'graphql-ws/use/@fastify/websocket';
import type { Context as SocketContext } from 'graphql-ws';
import type { FastifyInstance } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { Clock } from '../kernel/clock.ts';
import { toError } from '../kernel/errors.ts';
import type { Logger } from '../kernel/log.ts';
import { principalId } from '../domain/principal.ts';
import type { Caller } from '../useCases/callers.ts';
import { contextFor } from './context.ts';
import { formatError } from './errorFormat.ts';
import type { Budgets } from './limits/cost.ts';
import { prepareOperation } from './preparedOperation.ts';

/** Milliseconds in which a client must send its token. */
const INIT_TIMEOUT_MS = 3000;
const CONNECTIONS_PER_PRINCIPAL = 5;
const CONNECTIONS_PER_WORKSPACE = 50;
const CONNECTIONS_PER_PROCESS = 1000;
const SUBSCRIPTIONS_PER_SOCKET = 10;
const STARTS_PER_MINUTE = 100;
/** Bytes that may wait for a slow reader before it is closed. */
const BUFFERED_BYTES_LIMIT = 1_000_000;
/** How often a socket's token is checked again, in ms. */
const RECHECK_MS = 60_000;
const KEEP_ALIVE_MS = 12_000;

/** Close codes of the graphql-transport-ws protocol, and 4429 for limits. */
const FORBIDDEN = 4403;
const TOO_MANY = 4429;

interface SocketState {
  caller?: Caller;
  token?: string;
  counted?: boolean;
  open: Set<string>;
  starts: number[];
  recheck?: NodeJS.Timeout;
}
type State = Extra & { state?: SocketState };

/** Serves subscriptions on `/graphql` over WebSocket. */
export function serveSockets(options: {
  app: FastifyInstance;
  schema: GraphQLSchema;
  budgets: Budgets;
  log: Logger;
  clock: Clock;
  authenticate: (token: string) => Promise<Caller>;
}): void {
  const { app, schema, budgets, log, clock, authenticate } = options;
  const counts = connectionCounts();

  const handler = makeHandler<{ Authorization?: unknown; authorization?: unknown }, { state?: SocketState }>(
    {
      schema,
      connectionInitWaitTimeout: INIT_TIMEOUT_MS,
      onConnect: async (context) => {
        const extra = context.extra;
        const state: SocketState = { open: new Set(), starts: [] };
        extra.state = state;
        const token = bearerOf(context.connectionParams);
        if (token === undefined) return false;
        const caller = await authenticate(token).catch(() => undefined);
        if (!caller) return false;
        Object.assign(state, { caller, token });
        if (!counts.add(caller)) {
          extra.socket.close(TOO_MANY, 'Too many connections');
          return false;
        }
        state.counted = true;
        state.recheck = setInterval(() => void recheck(extra, authenticate), RECHECK_MS).unref();
        return true;
      },
      onSubscribe: async (context, id, payload) => {
        const extra = context.extra;
        const state = extra.state;
        if (!state?.caller || !mayStart(state, clock.now().getTime())) {
          extra.socket.close(TOO_MANY, 'Too many subscriptions');
          return [];
        }
        state.open.add(id);
        return prepareOperation(schema, budgets, contextFor(state.caller), payload);
      },
      onNext: (context, _id, _payload, _args, result) => {
        const { socket } = context.extra;
        if (socket.bufferedAmount > BUFFERED_BYTES_LIMIT) socket.close(TOO_MANY, 'Reading too slowly');
        const { errors, data = null } = result;
        return errors ? { data, errors: errors.map((error) => formatError(error.toJSON(), error, log)) } : { data };
      },
      onComplete: (context, id) => void context.extra.state?.open.delete(id),
      onError: (_context, _id, _payload, errors) => errors.map((error) => formatError(error.toJSON(), error, log)),
      onClose: (context: SocketContext<Record<string, unknown>, Extra>) => {
        const state = (context.extra as State).state;
        clearInterval(state?.recheck);
        if (state?.counted && state.caller) counts.remove(state.caller);
      },
    },
    KEEP_ALIVE_MS,
  );
  app.register(async (scope) => {
    scope.get('/graphql/socket', { websocket: true }, (socket, request) => {
      socket.on('error', (error: unknown) => log.debug({ err: toError(error) }, 'a socket failed'));
      void handler.call(scope, socket, request);
    });
  });
}

async function recheck(extra: State, authenticate: (token: string) => Promise<Caller>): Promise<void> {
  const token = extra.state?.token;
  if (token === undefined) return;
  await authenticate(token).catch(() => extra.socket.close(FORBIDDEN, 'The token no longer holds'));
}

function mayStart(state: SocketState, nowMs: number): boolean {
  state.starts = state.starts.filter((at) => at > nowMs - 60_000);
  state.starts.push(nowMs);
  return state.open.size < SUBSCRIPTIONS_PER_SOCKET && state.starts.length <= STARTS_PER_MINUTE;
}

function bearerOf(params: Record<string, unknown> | undefined): string | undefined {
  const value = params?.['Authorization'] ?? params?.['authorization'];
  return typeof value === 'string' ? /^Bearer (\S+)$/.exec(value)?.[1] : undefined;
}

function connectionCounts(): { add(caller: Caller): boolean; remove(caller: Caller): void } {
  const counts = new Map<string, number>();
  const keys = (caller: Caller): [string, number][] => [
    [`p:${caller.workspaceId}:${principalId(caller.principal)}`, CONNECTIONS_PER_PRINCIPAL],
    [`w:${caller.workspaceId}`, CONNECTIONS_PER_WORKSPACE],
    ['all', CONNECTIONS_PER_PROCESS],
  ];
  return {
    add: (caller) => {
      if (keys(caller).some(([key, limit]) => (counts.get(key) ?? 0) >= limit)) return false;
      for (const [key] of keys(caller)) counts.set(key, (counts.get(key) ?? 0) + 1);
      return true;
    },
    remove: (caller) => {
      for (const [key] of keys(caller)) counts.set(key, Math.max(0, (counts.get(key) ?? 0) - 1));
    },
  };
}

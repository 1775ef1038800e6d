/** Owns subscriptions over WebSocket (graphql-transport-ws): who may connect, how many, how fast, and when one is closed. */
import { makeHandler, type Extra } from 'graphql-ws/use/@fastify/websocket';
import type { Context as SocketContext } from 'graphql-ws';
import type { FastifyInstance } from 'fastify';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import type { Clock } from '../kernel/clock.ts';
import { AppError, toError } from '../kernel/errors.ts';
import type { Logger } from '../kernel/log.ts';
import type { Caller } from '../useCases/callers.ts';
import { contextFor } from './context.ts';
import { formatError } from './errorFormat.ts';
import { callerCounts } from './limits/callerCounts.ts';
import type { Budgets } from './limits/cost.ts';
import { prepareOperation } from './preparedOperation.ts';

/** Milliseconds in which a client must send its token. */
const INIT_TIMEOUT_MS = 3000;
const CONNECTIONS_PER_PRINCIPAL = 5;
const CONNECTIONS_PER_WORKSPACE = 50;
const CONNECTIONS_PER_PROCESS = 1000;
const SUBSCRIPTIONS_PER_SOCKET = 10;
const STARTS_PER_MINUTE = 100;
/** Bytes that may wait for a slow reader before its socket is ended. */
const BUFFERED_BYTES_LIMIT = 1_000_000;
/** How often a socket's token is checked again, in ms; and before an event, unless it was within the second. */
const RECHECK_MS = 60_000;
const EVENT_RECHECK_MS = 1000;
const KEEP_ALIVE_MS = 12_000;

/** Close codes of the graphql-transport-ws protocol, and 4429 for limits. */
const FORBIDDEN = 4403;
const TOO_MANY = 4429;
/** Close code of WebSocket itself for a server that is full. */
const TRY_LATER = 1013;

interface SocketState {
  caller?: Caller;
  token?: string;
  counted?: boolean;
  checkedAtMs: number;
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
  const counts = callerCounts({
    perPrincipal: CONNECTIONS_PER_PRINCIPAL,
    perWorkspace: CONNECTIONS_PER_WORKSPACE,
    inAll: CONNECTIONS_PER_PROCESS,
  });

  /** Whether the token still holds; closes the socket when it does not. Asks again only when the last answer is old. */
  const stillHolds = async ({ state, socket }: State, freshMs: number): Promise<boolean> => {
    if (!state?.token) return false;
    const nowMs = clock.now().getTime();
    if (nowMs - state.checkedAtMs < freshMs) return true;
    state.checkedAtMs = nowMs;
    const holds = await authenticate(state.token).then(
      () => true,
      (error: unknown) => !(error instanceof AppError && error.code === 'UNAUTHENTICATED'),
    );
    if (!holds) socket.close(FORBIDDEN, 'The token no longer holds');
    return holds;
  };

  const handler = makeHandler<{ Authorization?: unknown; authorization?: unknown }, { state?: SocketState }>(
    {
      schema,
      connectionInitWaitTimeout: INIT_TIMEOUT_MS,
      onConnect: async (context) => {
        const extra = context.extra;
        const state: SocketState = { checkedAtMs: clock.now().getTime(), starts: [] };
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
        state.recheck = setInterval(() => void stillHolds(extra, RECHECK_MS / 2), RECHECK_MS).unref();
        return true;
      },
      onSubscribe: async (context, _id, payload) => {
        const extra = context.extra;
        const state = extra.state;
        if (!state?.caller || !mayStart(state, clock.now().getTime())) {
          extra.socket.close(TOO_MANY, 'Too many operations');
          return [tooMany('operations a minute', STARTS_PER_MINUTE)];
        }
        if (Object.keys(context.subscriptions).length > SUBSCRIPTIONS_PER_SOCKET)
          return [tooMany('operations at a time on one socket', SUBSCRIPTIONS_PER_SOCKET)];
        const caller = contextFor(state.caller, () => stillHolds(extra, EVENT_RECHECK_MS));
        return prepareOperation(schema, budgets, caller, payload);
      },
      onNext: (context, _id, _payload, _args, result) => {
        const { socket } = context.extra;
        // A reader that does not read would not read a closing frame either.
        if (socket.bufferedAmount > BUFFERED_BYTES_LIMIT) socket.terminate();
        const { errors, data = null } = result;
        return errors ? { data, errors: errors.map((error) => formatError(error.toJSON(), error, log)) } : { data };
      },
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
      // Counts those that have not said yet who they are.
      if (scope.websocketServer.clients.size > CONNECTIONS_PER_PROCESS) return socket.close(TRY_LATER, 'Full');
      void handler.call(scope, socket, request);
    });
  });
}

function tooMany(what: string, allowed: number): GraphQLError {
  return new GraphQLError(`More than ${allowed} ${what}.`, {
    extensions: { code: 'RATE_LIMITED', limit: what, found: allowed + 1, allowed },
  });
}

function mayStart(state: SocketState, nowMs: number): boolean {
  state.starts = state.starts.filter((at) => at > nowMs - 60_000);
  state.starts.push(nowMs);
  return state.starts.length <= STARTS_PER_MINUTE;
}

function bearerOf(params: Record<string, unknown> | undefined): string | undefined {
  const value = params?.['Authorization'] ?? params?.['authorization'];
  return typeof value === 'string' ? /^Bearer (\S+)$/.exec(value)?.[1] : undefined;
}

/** Owns subscriptions over server-sent events, for clients whose proxies cut sockets: POST /graphql/stream. */
import type { Response } from 'graphql-sse';
import { createHandler } from 'graphql-sse/lib/use/fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import {
  GraphQLError,
  subscribe,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql';
import { monotonicMs } from '../kernel/clock.ts';
import { AppError, toError } from '../kernel/errors.ts';
import type { Logger } from '../kernel/log.ts';
import type { Caller } from '../useCases/callers.ts';
import { contextFor, type ApiContext } from './context.ts';
import { formatError } from './errorFormat.ts';
import { callerCounts } from './limits/callerCounts.ts';
import type { Budgets } from './limits/cost.ts';
import { prepareOperation } from './preparedOperation.ts';

const STREAMS_PER_PRINCIPAL = 10;
const STREAMS_PER_WORKSPACE = 100;
const STREAMS_PER_PROCESS = 1000;
/** A token is asked about again before an event, unless it was within this long, in ms. */
const RECHECK_MS = 1000;

/** The library asks for a record; ours is one without saying so. */
type StreamContext = ApiContext & Record<PropertyKey, unknown>;

/** Serves operations as event streams; each stream is a request of its own and needs a token. */
export function serveEventStreams(options: {
  app: FastifyInstance;
  schema: GraphQLSchema;
  budgets: Budgets;
  log: Logger;
  callerOfRequest: (request: FastifyRequest) => Promise<Caller | null>;
}): void {
  const { app, schema, budgets, log, callerOfRequest } = options;
  const callers = new WeakMap<FastifyRequest, Caller>();
  const counts = callerCounts({
    perPrincipal: STREAMS_PER_PRINCIPAL,
    perWorkspace: STREAMS_PER_WORKSPACE,
    inAll: STREAMS_PER_PROCESS,
  });
  const shown = (result: ExecutionResult): ExecutionResult =>
    // The library prints what it is given as JSON: formatted errors go in the place of the thrown ones.
    result.errors
      ? { ...result, errors: shownErrors(result.errors, log) as unknown as readonly GraphQLError[] }
      : result;

  const handler = createHandler<StreamContext>({
    schema,
    // No token for a shared connection: every operation is its own stream.
    authenticate: () => null,
    onSubscribe: async (request, params) => {
      const caller = callers.get(request.raw) ?? null;
      let checkedAtMs = monotonicMs();
      const stillHolds = async (): Promise<boolean> => {
        if (monotonicMs() - checkedAtMs < RECHECK_MS) return true;
        checkedAtMs = monotonicMs();
        return callerOfRequest(request.raw).then(
          () => true,
          (error: unknown) => !(error instanceof AppError && error.code === 'UNAUTHENTICATED'),
        );
      };
      const prepared = await prepareOperation(schema, budgets, contextFor(caller, stillHolds), {
        query: params.query,
        operationName: params.operationName,
        variables: params.variables,
      });
      return isRefusal(prepared)
        ? refusal(shownErrors(prepared, log))
        : (prepared as ExecutionArgs & { contextValue: StreamContext });
    },
    subscribe: async (args) => {
      const events = await subscribe(args);
      return Symbol.asyncIterator in events ? endingInErrors(events) : events;
    },
    onNext: (_context, _request, result) => shown(result as ExecutionResult),
  });
  app.post('/graphql/stream', async (request, reply) => {
    const caller = await callerOfRequest(request);
    if (!caller) throw new AppError('UNAUTHENTICATED', 'No token was sent.');
    if (!counts.add(caller))
      throw new AppError('RATE_LIMITED', `${STREAMS_PER_PRINCIPAL} streams are open already.`, {
        hint: 'Close one, or follow several over one socket.',
      });
    callers.set(request, caller);
    reply.raw.once('close', () => counts.remove(caller));
    return handler(request, reply);
  });
}

/** An operation that is refused before it starts: no stream, the errors as JSON. */
function refusal(errors: readonly GraphQLFormattedError[]): Response {
  const limited = errors.some((error) => error.extensions?.['code'] === 'RATE_LIMITED');
  const [status, statusText] = limited ? [429, 'Too Many Requests'] : [400, 'Bad Request'];
  return [
    JSON.stringify({ errors }),
    { status, statusText, headers: { 'content-type': 'application/json; charset=utf-8' } },
  ];
}

/** Results whose source may fail: the failure is the last result, where the library would cut the connection. */
function endingInErrors(
  results: AsyncGenerator<ExecutionResult, void, void>,
): AsyncGenerator<ExecutionResult, void, void> {
  let failed = false;
  const guarded: AsyncGenerator<ExecutionResult, void, void> = {
    [Symbol.asyncIterator]: () => guarded,
    [Symbol.asyncDispose]: async () => void (await guarded.return()),
    next: async () => {
      if (failed) return { done: true, value: undefined };
      try {
        return await results.next();
      } catch (error) {
        failed = true;
        const originalError = toError(error);
        return { done: false, value: { errors: [new GraphQLError(originalError.message, { originalError })] } };
      }
    },
    return: () => results.return(),
    throw: (error) => results.throw(error),
  };
  return guarded;
}

function shownErrors(errors: readonly GraphQLError[], log: Logger): readonly GraphQLFormattedError[] {
  return errors.map((error) => formatError(error.toJSON(), error, log));
}

function isRefusal(prepared: ExecutionArgs | readonly GraphQLError[]): prepared is readonly GraphQLError[] {
  return Array.isArray(prepared);
}

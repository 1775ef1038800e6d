/** Owns subscriptions over server-sent events, for clients whose proxies cut sockets: POST /graphql/stream. */
import { createHandler } from 'graphql-sse/lib/use/fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ExecutionArgs, ExecutionResult, GraphQLError, GraphQLSchema } from 'graphql';
import { monotonicMs } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
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
    result.errors ? { ...result, errors: shownErrors(result.errors, log) } : result;

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
        ? { errors: shownErrors(prepared, log) }
        : (prepared as ExecutionArgs & { contextValue: StreamContext });
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

function shownErrors(errors: readonly GraphQLError[], log: Logger): readonly GraphQLError[] {
  return errors.map((error) => formatError(error.toJSON(), error, log)) as unknown as readonly GraphQLError[];
}

function isRefusal(prepared: ExecutionArgs | readonly GraphQLError[]): prepared is readonly GraphQLError[] {
  return Array.isArray(prepared);
}

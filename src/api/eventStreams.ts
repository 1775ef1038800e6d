/** Owns subscriptions over server-sent events, for clients whose proxies cut sockets: POST /graphql/stream. */
import { createHandler } from 'graphql-sse/lib/use/fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ExecutionArgs, GraphQLError, GraphQLSchema } from 'graphql';
import { contextFor, type ApiContext } from './context.ts';
import type { Budgets } from './limits/cost.ts';
import { prepareOperation } from './preparedOperation.ts';
import type { Caller } from '../useCases/callers.ts';

/** The library asks for a record; ours is one without saying so. */
type StreamContext = ApiContext & Record<PropertyKey, unknown>;

/** Serves operations as event streams; each stream is a request of its own and needs a token. */
export function serveEventStreams(options: {
  app: FastifyInstance;
  schema: GraphQLSchema;
  budgets: Budgets;
  callerOfRequest: (request: FastifyRequest) => Promise<Caller | null>;
}): void {
  const { app, schema, budgets, callerOfRequest } = options;
  const handler = createHandler<StreamContext>({
    schema,
    // No token for a shared connection: every operation is its own stream.
    authenticate: () => null,
    onSubscribe: async (request, params) => {
      const context: ApiContext = contextFor(await callerOfRequest(request.raw));
      const prepared = await prepareOperation(schema, budgets, context, {
        query: params.query,
        operationName: params.operationName,
        variables: params.variables,
      });
      return isRefusal(prepared) ? { errors: prepared } : (prepared as ExecutionArgs & { contextValue: StreamContext });
    },
  });
  app.post('/graphql/stream', async (request, reply) => handler(request, reply));
}

function isRefusal(prepared: ExecutionArgs | readonly GraphQLError[]): prepared is readonly GraphQLError[] {
  return Array.isArray(prepared);
}

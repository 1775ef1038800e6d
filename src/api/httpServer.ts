/** Owns the HTTP face: GraphQL, sockets, event streams, uploads, metrics for BI, health, the explorer. */
import { fastifyApolloHandler } from '@as-integrations/fastify';
import cors from '@fastify/cors';
import websocket from '@fastify/websocket';
import { fastify, type FastifyInstance, type FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import { AppError } from '../kernel/errors.ts';
import type { Caller } from '../useCases/callers.ts';
import { authenticate } from '../useCases/authentication.ts';
import type { Services } from '../useCases/services.ts';
import { apolloServer } from './apollo.ts';
import { contextFor } from './context.ts';
import { serveEventStreams } from './eventStreams.ts';
import { serveExplorer } from './explorer.ts';
import { serveHealth, type Readiness } from './health.ts';
import { memoryBudgets } from './limits/cost.ts';
import { chargeRequest } from './operationGuard.ts';
import { serveMetricFiles } from './metricFiles.ts';
import { apiSchema } from './schema.ts';
import { serveSockets } from './sockets.ts';
import { serveUploads } from './uploads.ts';

/** Bytes of one GraphQL request. */
export const BODY_LIMIT_BYTES = 256 * 1024;
/** Milliseconds in which a request must have arrived whole: an upload of 512 MB over a slow line. */
const REQUEST_TIMEOUT_MS = 600_000;
/** Milliseconds in which its headers must have arrived. */
const HEADERS_TIMEOUT_MS = 10_000;
/** Headers that a browser's script may read besides the usual ones. */
const EXPOSED_HEADERS = ['etag', 'retry-after', 'x-next-cursor'];
/** Bytes of one socket frame. */
const SOCKET_FRAME_LIMIT_BYTES = 64 * 1024;

/** HTTP status of each code that REST routes answer with. */
const STATUS: Readonly<Record<string, number>> = {
  BAD_USER_INPUT: 400,
  GRAIN_TOO_FINE: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  RATE_LIMITED: 429,
};

/** Settings of the HTTP face. */
export interface HttpOptions {
  readonly corsOrigins: readonly string[];
  readonly introspection: boolean;
  readonly readiness: Readiness;
}

/** Builds the server; the caller listens and closes. */
export async function httpServer(services: Services, options: HttpOptions): Promise<FastifyInstance> {
  const app = fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    connectionTimeout: 0,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
  });
  app.server.headersTimeout = HEADERS_TIMEOUT_MS;
  app.setErrorHandler((error, _request, reply) => sendError(services, error, reply));
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({
      error: {
        code: 'NOT_FOUND',
        message: 'There is nothing at this address.',
        hint: 'GraphQL is at /graphql, the explorer at /explorer.',
      },
    }),
  );
  if (options.corsOrigins.length > 0)
    await app.register(cors, { origin: [...options.corsOrigins], exposedHeaders: EXPOSED_HEADERS });
  await app.register(websocket, { options: { maxPayload: SOCKET_FRAME_LIMIT_BYTES, perMessageDeflate: false } });

  const schema = await apiSchema();
  const budgets = memoryBudgets();
  const authenticateToken = (token: string): Promise<Caller> => authenticate(services, token);
  const callerOfRequest = async (request: FastifyRequest): Promise<Caller | null> => {
    const header = request.headers.authorization;
    if (header === undefined) return null;
    const token = /^Bearer (\S+)$/.exec(header)?.[1];
    if (token === undefined) throw new AppError('UNAUTHENTICATED', 'The Authorization header is not `Bearer TOKEN`.');
    return authenticateToken(token);
  };

  const apollo = apolloServer({ app, schema, budgets, log: services.log, introspection: options.introspection });
  await apollo.start();
  app.addHook('onClose', () => apollo.stop());
  app.route({
    url: '/graphql',
    method: ['GET', 'POST', 'OPTIONS'],
    handler: fastifyApolloHandler(apollo, {
      context: async (request) => contextFor(await callerOfRequest(request).catch(refuseRequest)),
    }),
  });
  serveSockets({ app, schema, budgets, log: services.log, clock: services.clock, authenticate: authenticateToken });
  serveEventStreams({ app, schema, budgets, log: services.log, callerOfRequest });
  const admit = async (request: FastifyRequest, points: number): Promise<Caller> =>
    chargeRequest(budgets, await callerOfRequest(request), points);
  serveUploads(app, admit);
  serveMetricFiles(app, admit);
  serveHealth(app, options.readiness);
  serveExplorer(app);
  return app;
}

/** A refused token as the answer of the graph: Apollo would call it a fault of the server. */
function refuseRequest(error: unknown): never {
  if (!(error instanceof AppError) || error.code !== 'UNAUTHENTICATED') throw error;
  const hint = error.hint === undefined ? {} : { hint: error.hint };
  throw new GraphQLError(error.message, { extensions: { code: error.code, ...hint, http: { status: 401 } } });
}

function sendError(
  services: Services,
  error: unknown,
  reply: { code(status: number): { send(body: unknown): unknown } },
): unknown {
  if (error instanceof AppError && STATUS[error.code] !== undefined) {
    return reply
      .code(STATUS[error.code] ?? 400)
      .send({ error: { code: error.code, message: error.message, ...(error.hint ? { hint: error.hint } : {}) } });
  }
  const status =
    typeof error === 'object' && error !== null && 'statusCode' in error && typeof error.statusCode === 'number'
      ? error.statusCode
      : 500;
  if (status >= 500) {
    services.log.error({ err: error }, 'a request failed');
    return reply.code(500).send({ error: { code: 'INTERNAL', message: 'Something went wrong inside.' } });
  }
  const tooLong = status === 413;
  const message = tooLong ? `The request is longer than ${BODY_LIMIT_BYTES} bytes.` : 'The request could not be read.';
  return reply.code(status).send({ error: { code: 'BAD_USER_INPUT', message } });
}

/** Owns health and process metrics: /health/live, /health/ready, /internal/metrics (Prometheus text). */
import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Registry } from 'prom-client';

/** Answers whether the process can do work now; names what is missing when it cannot. */
export type Readiness = () => Promise<{ ready: boolean; checks: Record<string, string> }>;

/** Serves health and metrics; neither tells anything of a workspace. */
export function serveHealth(app: FastifyInstance, readiness: Readiness): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'baton_' });
  app.get('/health/live', async () => ({ status: 'live' }));
  app.get('/health/ready', async (_request, reply) => {
    const { ready, checks } = await readiness();
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready', checks });
  });
  app.get('/internal/metrics', async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
}

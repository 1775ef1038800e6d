/** Owns /metrics.csv and /metrics.json: the metric query for BI tools, at a fixed path with an ETag. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { sha256Hex } from '../kernel/canonicalJson.ts';
import { AppError } from '../kernel/errors.ts';
import { requireScope, type Caller } from '../useCases/callers.ts';
import { answerMetrics, metricsCsv, metricsObjects } from '../useCases/metrics.ts';
import type { MetricResult } from '../domain/metrics.ts';

/** Rows of one page; the header `x-next-cursor` tells where the next begins. */
const PAGE_ROWS = 10_000;
/** Points that a page costs its caller. */
const PAGE_POINTS = 20;

type Parameters = Record<string, string | undefined>;

/** Serves both files; parameters are metrics, dimensions, grain, from, to, cursor and one for each dimension to filter by. */
export function serveMetricFiles(
  app: FastifyInstance,
  admit: (request: FastifyRequest, points: number) => Promise<Caller>,
): void {
  const forms = { '/metrics.csv': csvForm, '/metrics.json': jsonForm };
  for (const [path, form] of Object.entries(forms)) {
    app.get<{ Querystring: Parameters }>(path, async (request, reply) => {
      const caller = await admit(request, PAGE_POINTS);
      requireScope(caller, 'metrics:read');
      const offset = cursorOffset(request.query['cursor']);
      const result = await caller.inUnit('app', (unit) => answerMetrics(unit, queryOf(request.query, offset)));
      const { body, type } = form(result);
      const etag = `"${sha256Hex(body)}"`;
      if (result.hasMore) reply.header('x-next-cursor', String(offset + PAGE_ROWS));
      reply.header('etag', etag).header('cache-control', 'private, no-cache');
      if (request.headers['if-none-match']?.split(/,\s*/).some((known) => known.replace(/^W\//, '') === etag))
        return reply.code(304).send();
      return reply.type(type).send(body);
    });
  }
}

function csvForm(result: MetricResult): { body: string; type: string } {
  return { body: metricsCsv(result), type: 'text/csv; charset=utf-8' };
}

function jsonForm(result: MetricResult): { body: string; type: string } {
  return { body: JSON.stringify(metricsObjects(result)), type: 'application/json; charset=utf-8' };
}

function queryOf(parameters: Parameters, offset: number): unknown {
  const list = (name: string): string[] | undefined =>
    parameters[name]?.split(',').map((part) => part.trim().toUpperCase());
  const filters = ['CHANNEL', 'CAMPAIGN', 'AUDIENCE', 'MESSAGE', 'GEO', 'SOURCE'].flatMap((dimension) => {
    const values = parameters[dimension.toLowerCase()]?.split(',');
    return values ? [{ dimension, in: values }] : [];
  });
  return {
    metrics: list('metrics') ?? ['SPEND', 'IMPRESSIONS', 'CLICKS', 'CONVERSIONS', 'REVENUE'],
    dimensions: list('dimensions') ?? ['CHANNEL'],
    grain: parameters['grain']?.toUpperCase() ?? 'DAY',
    from: parameters['from'],
    to: parameters['to'],
    filters,
    limit: PAGE_ROWS,
    offset,
  };
}

function cursorOffset(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  if (/^\d{1,9}$/.test(cursor)) return Number(cursor);
  throw new AppError('BAD_USER_INPUT', `"${cursor.slice(0, 40)}" is not a cursor.`, {
    hint: 'Pass the header x-next-cursor of the page before.',
  });
}

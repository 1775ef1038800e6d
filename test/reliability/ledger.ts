/** Owns a ledger and a memory for runs under test, over the real tables. */
import type { ForecastLedger, PerformanceMemory, ScoredForecast } from '../../src/orchestration/measurementPorts.ts';
import { forecastSchema } from '../../src/domain/recommendations.ts';
import type { UnitOfWork } from '../../src/domain/unit.ts';

async function scored(unit: UnitOfWork, forecastId: string): Promise<ScoredForecast> {
  const rows = await unit.em.execute<{ recommendation_id: string; observed: number; forecast: unknown }[]>(
    "select f.recommendation_id, f.observed, r.card -> 'forecast' as forecast from forecast f join recommendation r on r.id = f.recommendation_id where f.id = ?::uuid",
    [forecastId],
  );
  const row = rows[0];
  if (!row) throw new Error('No such forecast.');
  return { forecastId, recommendationId: row.recommendation_id, forecast: forecastSchema.parse(row.forecast), observed: row.observed, inside80: true, tier: 'OBSERVED' };
}

/** A ledger in which 90 comes of every forecast. */
export const testLedger: ForecastLedger = {
  async register(unit, { id, runId, goalId, recommendationId, forecast }) {
    await unit.em.execute(
      `insert into forecast (id, workspace_id, run_id, goal_id, recommendation_id, evidence_id, kpi, unit, quantity, mean, intervals, method, from_day, to_day, due_on)
       values (?::uuid, ?::uuid, ?::uuid, ?::uuid, ?::uuid, ?::uuid, ?, ?, ?, ?, ?::jsonb, ?, ?::date, ?::date, ?::date) on conflict (id) do nothing`,
      [
        id, unit.workspace.id, runId, goalId, recommendationId, forecast.evidenceId, forecast.kpi, forecast.unit, forecast.quantity, forecast.mean,
        JSON.stringify(forecast.intervals), forecast.method, forecast.from, forecast.to, forecast.to,
      ],
    );
    return { dueOn: forecast.to };
  },
  async collect(unit, forecastId) {
    await unit.em.execute('update forecast set observed = 90 where id = ?::uuid', [forecastId]);
    return { observed: 90 };
  },
  async score(unit, forecastId) {
    await unit.em.execute("update forecast set state = 'SCORED', scored_at = now() where id = ?::uuid", [forecastId]);
    return scored(unit, forecastId);
  },
  record: async () => ({ scored: 1, coverage80: 1 }),
};

/** A memory that keeps learnings with a vector of one. */
export const testMemory: PerformanceMemory = {
  async write(inUnit, { id, runId, learning, learnedOn }) {
    await inUnit('app', (unit) =>
      unit.em.execute(
        `insert into learning (id, workspace_id, status, content, text, recommendation_id, forecast_id, run_id, embedding_model, embedding, learned_on)
         values (?::uuid, ?::uuid, 'OBSERVATION', ?::jsonb, ?, ?::uuid, ?::uuid, ?::uuid, 'none', '[1]'::vector, ?::date) on conflict do nothing`,
        [id, unit.workspace.id, JSON.stringify(learning), learning.statement, learning.recommendationId, learning.forecastId, runId, learnedOn],
      ),
    );
  },
};

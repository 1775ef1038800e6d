/** Owns a memory for runs under test, over the real table. */
import type { PerformanceMemory } from '../../src/orchestration/measurementPorts.ts';

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

/** Owns the nodes of a measurement run; every figure in what they write is read from the ledger. */
import { kpiWords, raised } from '../../agents/labels.ts';
import { addDays } from '../../kernel/calendar.ts';
import { derivedId } from '../../kernel/ids.ts';
import { learningPrepare, learningStore } from '../../memory/performanceMemory.ts';
import { recordOfKind } from '../../outcomes/ledger.ts';
import { collectOutcome, scoreForecast, type ScoredForecast } from '../../outcomes/measurement.ts';
import { recommendationSchema, type Recommendation } from '../../domain/recommendations.ts';
import type { UnitOfWork } from '../../domain/unit.ts';
import { appendEvent } from '../events.ts';
import { comparisonText, followUpOf, learningOf, scoreEvidence, shown } from '../followUp.ts';
import { loadWorkspaceFacts } from '../goalContext.ts';
import { storeEvidence } from '../results.ts';
import { MEASURABLE } from '../measurable.ts';
import { moveGoalStage, succeedRun } from '../runs.ts';
import { readMeasurementState } from '../state.ts';
import type { RunWork } from '../services.ts';
import { storeCard } from './decide.ts';

/** Days for which a follow-up card stands. */
const FOLLOW_UP_DAYS = 28;

/** Makes the node that records what happened over each forecast's horizon; those without data wait for a later run. */
export function collectNode(work: RunWork) {
  return async (raw: unknown): Promise<{ forecastIds: readonly string[] }> => {
    const state = readMeasurementState(raw);
    return work.inUnit('app', async (unit) => {
      const { businessDate } = await loadWorkspaceFacts(unit);
      const due = await unit.em.execute<{ id: string }[]>(
        `select f.id from forecast f where f.run_id = ?::uuid and f.due_on <= ?::date and ${MEASURABLE} order by f.due_on, f.id`,
        [state.parentRunId, businessDate],
      );
      const forecastIds: string[] = [];
      for (const { id } of due) if (await collectOutcome(unit, id)) forecastIds.push(id);
      return { forecastIds };
    });
  };
}

/** Makes the node that scores what was collected. */
export function scoreNode(work: RunWork) {
  return async (raw: unknown): Promise<object> => {
    const { runId, forecastIds } = readMeasurementState(raw);
    for (const id of forecastIds) {
      await work.inUnit('app', async (unit) => {
        const scored = await scoreForecast(unit, id);
        const { kpi, mean, unit: kpiUnit } = scored.forecast;
        await appendEvent(unit, runId, {
          type: 'FORECAST_SCORED',
          message: `${raised(kpiWords(kpi))}: ${shown(scored.observed, kpiUnit)} came where ${shown(mean, kpiUnit)} was forecast${verdictText(scored)}.`,
          data: {
            forecastId: id,
            recommendationId: scored.recommendationId,
            kpi,
            expected: mean,
            observed: scored.observed,
            inside80: scored.inside80,
            agrees80: scored.score.agrees80,
          },
          once: true,
        });
      });
    }
    return {};
  };
}

/** The verdict behind a scored forecast, with the error that it was reached under. */
function verdictText(scored: ScoredForecast): string {
  if (scored.inside80 === null) return '';
  const unsure =
    scored.score.agrees80 && scored.score.tellsFromNothing === false
      ? '; the comparison cannot tell it apart from the forecast nor from no effect'
      : scored.score.agrees80 && !scored.inside80
        ? '; it agrees with the forecast only with the error of the comparison'
        : '';
  const place = `, ${scored.inside80 ? 'inside' : 'outside'} the forecast\u2019s own 80% interval${unsure}`;
  return `${place}${comparisonText(scored)}`;
}

/** Makes the node that writes one learning for each scored forecast of a card. */
export function learnNode(work: RunWork) {
  return async (raw: unknown): Promise<{ learningIds: readonly string[] }> => {
    const { runId, forecastIds } = readMeasurementState(raw);
    const learningIds: string[] = [];
    for (const forecastId of forecastIds) {
      const found = await work.inUnit('app', async (unit) => {
        const measured = await measuredCard(unit, forecastId);
        return measured && { ...measured, facts: await loadWorkspaceFacts(unit) };
      });
      if (!found) continue;
      const learning = learningOf(found.card, found.scored, found.recommendationId);
      const prepared = await learningPrepare(work.services.embedder, learning, work.signal);
      const learningId = await work.inUnit('app', async (unit) => {
        const { id } = await learningStore(unit, prepared, { learnedOn: found.facts.businessDate, runId });
        const data = { learningId: id, forecastId, recommendationId: found.recommendationId };
        await appendEvent(unit, runId, { type: 'LEARNING_WRITTEN', message: learning.statement, data, once: true });
        return id;
      });
      learningIds.push(learningId);
    }
    return { learningIds };
  };
}

/** Makes the node that puts a follow-up card beside each learning, and ends the run. */
export function followUpNode(work: RunWork) {
  return async (raw: unknown): Promise<object> => {
    const { runId, goalId, forecastIds, learningIds } = readMeasurementState(raw);
    await work.inUnit('app', async (unit) => {
      const { businessDate } = await loadWorkspaceFacts(unit);
      for (const forecastId of forecastIds) {
        const measured = await measuredCard(unit, forecastId);
        const learningId = await learningIdOf(unit, forecastId);
        if (!measured || learningId === null) continue;
        const evidence = scoreEvidence(runId, measured.scored, businessDate);
        await storeEvidence(unit, runId, evidence, work.services.version);
        const { scored, coverage80, notToldApart } = await recordOfKind(unit, measured.card.verb);
        const card = followUpOf(measured.card, measured.scored, {
          learningId,
          evidenceId: evidence.id,
          asOf: businessDate,
          expiresOn: addDays(businessDate, FOLLOW_UP_DAYS),
          record: { scored, coverage80, notToldApart },
        });
        await storeCard(unit, {
          runId,
          goalId,
          artifactId: null,
          card: { id: derivedId('followUp', runId, forecastId), card },
          setAside: false,
        });
      }
      await moveGoalStage(unit, goalId, 'OPTIMIZE');
      const n = forecastIds.length;
      await succeedRun(
        unit,
        runId,
        n === 0
          ? 'No forecast is due that the data covers.'
          : `Measured: ${n} forecasts scored, ${learningIds.length} learnings written.`,
      );
    });
    return {};
  };
}

/** What the forecast taught; null where it taught nothing. */
async function learningIdOf(unit: UnitOfWork, forecastId: string): Promise<string | null> {
  const rows = await unit.em.execute<{ id: string }[]>('select id from learning where forecast_id = ?::uuid', [
    forecastId,
  ]);
  return rows[0]?.id ?? null;
}

/** A scored forecast with the card that it was made for; null where it stands alone. */
async function measuredCard(
  unit: UnitOfWork,
  forecastId: string,
): Promise<{ card: Recommendation; scored: ScoredForecast; recommendationId: string } | null> {
  const scored = await scoreForecast(unit, forecastId);
  if (scored.recommendationId === null) return null;
  const rows = await unit.em.execute<{ card: unknown }[]>('select card from recommendation where id = ?::uuid', [
    scored.recommendationId,
  ]);
  return rows[0]
    ? { card: recommendationSchema.parse(rows[0].card), scored, recommendationId: scored.recommendationId }
    : null;
}

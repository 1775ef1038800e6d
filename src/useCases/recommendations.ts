/** Owns reading cards and the forecasts they stand on, and the scores that evaluators give them. */
import {
  ForecastEntity,
  RecommendationEntity,
  RecommendationScoreEntity,
  type ForecastRow,
  type RecommendationRow,
} from '../database/entities/recommendation.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import { refusedText, textLimits } from '../domain/text.ts';
import { done, refused, type Outcome } from '../domain/userErrors.ts';
import { groupBy, keyBy } from '../kernel/grouping.ts';
import { newId } from '../kernel/ids.ts';
import { requireScope, type Caller } from './callers.ts';
import { pageRows, type PageRequest } from './pages.ts';

export type RecommendationView = RecommendationRow;
export type ForecastView = ForecastRow;

/** Cards, newest first; of one run when it is named. */
export function listRecommendations(
  unit: UnitOfWork,
  page: PageRequest,
  runId?: string,
): Promise<RecommendationView[]> {
  return pageRows(unit, RecommendationEntity, {
    time: 'createdAt',
    page,
    ...(runId === undefined ? {} : { where: { runId } }),
  });
}

/** Cards by id. */
export async function recommendationsById(
  { em }: UnitOfWork,
  ids: readonly string[],
): Promise<Map<string, RecommendationView>> {
  return keyBy(await em.find(RecommendationEntity, { id: { $in: [...ids] } }), (card) => card.id);
}

/** Cards of runs, in the order in which they should be read. */
export async function recommendationsOfRuns(
  { em }: UnitOfWork,
  runIds: readonly string[],
): Promise<Map<string, RecommendationView[]>> {
  return groupBy(
    await em.find(
      RecommendationEntity,
      { runId: { $in: [...runIds] } },
      { orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] },
    ),
    (card) => card.runId,
  );
}

/** Forecasts of the ledger, newest first. */
export function listForecasts(unit: UnitOfWork, page: PageRequest): Promise<ForecastView[]> {
  return pageRows(unit, ForecastEntity, { time: 'createdAt', page });
}

/** The ledger entries of cards. */
export async function forecastsOfRecommendations(
  { em }: UnitOfWork,
  ids: readonly string[],
): Promise<Map<string, ForecastView[]>> {
  return groupBy(
    await em.find(ForecastEntity, { recommendationId: { $in: [...ids] } }),
    (forecast) => forecast.recommendationId ?? '',
  );
}

/** A score of one evaluator for one card; the same evaluator and metric again replaces it. */
export interface ScoreInput {
  readonly recommendationId: string;
  readonly evaluator: string;
  readonly metric: string;
  readonly value: number;
}

/** Stores an evaluator's score beside those of others. @throws FORBIDDEN without recommendations:score */
export function scoreRecommendation(caller: Caller, input: ScoreInput): Promise<Outcome<{ recommendationId: string }>> {
  requireScope(caller, 'recommendations:score');
  if (!Number.isFinite(input.value))
    return Promise.resolve(refused('INVALID', 'value is not a finite number.', 'value'));
  const unreadable = refusedText({
    evaluator: { text: input.evaluator, limit: textLimits.name },
    metric: { text: input.metric, limit: textLimits.name },
  });
  if (unreadable) return Promise.resolve(unreadable);
  return caller.inUnit('app', async ({ em, clock, workspace }) => {
    const card = await em.findOne(RecommendationEntity, { id: input.recommendationId });
    if (!card) return refused('NOT_FOUND', 'There is no such recommendation.', 'recommendationId');
    const { recommendationId, evaluator, metric, value } = input;
    const known = await em.findOne(RecommendationScoreEntity, { recommendationId, evaluator, metric });
    if (known) known.value = value;
    else
      em.create(RecommendationScoreEntity, {
        id: newId(),
        workspaceId: workspace.id,
        recommendationId,
        evaluator,
        metric,
        value,
        createdAt: clock.now(),
      });
    await em.flush();
    return done({ recommendationId });
  });
}

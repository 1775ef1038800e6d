/** Owns each forecast of a run beside what came, with its verdict by its own interval and by the one with the error of the comparison. */
import { judgedInterval } from '../../outcomes/score.ts';
import type { RecommendationView, ForecastView } from '../recommendations.ts';

/** A forecast beside what came. */
export interface MeasuredForecast {
  readonly recommendationId: string;
  readonly card: string;
  readonly forecast: ForecastView;
  /** The 80 % interval with the error of the comparison; null where the forecast has none. */
  readonly judged: { readonly lower: number; readonly upper: number } | null;
  /**
   * INSIDE the forecast's own 80 % interval; NOT_TOLD_APART outside it and inside `judged`; OUTSIDE both; null while it is not scored.
   */
  readonly verdict: 'INSIDE' | 'NOT_TOLD_APART' | 'OUTSIDE' | null;
}

/** Forecasts of cards, in the order of the cards. */
export function measuredForecasts(
  cards: readonly { readonly card: RecommendationView; readonly forecasts: readonly ForecastView[] }[],
): MeasuredForecast[] {
  return cards.flatMap(({ card, forecasts }) =>
    forecasts.map((forecast) => {
      const interval = forecast.intervals.find((one) => one.level === 0.8);
      const sd = forecast.quantity === 'DELTA' ? (forecast.baselineSd ?? 0) : 0;
      const judged = interval ? judgedInterval(interval, forecast.mean, sd) : null;
      return {
        recommendationId: card.id,
        card: `${card.verb} ${card.targetName}`,
        forecast,
        judged: judged && { lower: judged.lower, upper: judged.upper },
        verdict: verdictOf(forecast.score),
      };
    }),
  );
}

function verdictOf(score: ForecastView['score']): MeasuredForecast['verdict'] {
  if (typeof score?.['inside80'] !== 'boolean') return null;
  if (score['inside80']) return 'INSIDE';
  return score['agrees80'] === true ? 'NOT_TOLD_APART' : 'OUTSIDE';
}

/** Owns each forecast of a run beside what came, with the interval that its verdict was given with. */
import { judgedInterval } from '../../outcomes/score.ts';
import type { RecommendationView, ForecastView } from '../recommendations.ts';

/** A forecast beside what came. */
export interface MeasuredForecast {
  readonly recommendationId: string;
  readonly card: string;
  readonly forecast: ForecastView;
  /** The 80 % interval with the error of the comparison; null where the forecast has none. */
  readonly judged: { readonly lower: number; readonly upper: number } | null;
  /** Whether the outcome lies in that interval; null while it is not scored. */
  readonly inside: boolean | null;
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
      const inside = forecast.score?.['inside80'];
      return {
        recommendationId: card.id,
        card: `${card.verb} ${card.targetName}`,
        forecast,
        judged: judged && { lower: judged.lower, upper: judged.upper },
        inside: typeof inside === 'boolean' ? inside : null,
      };
    }),
  );
}

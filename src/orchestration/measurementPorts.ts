/** Owns what a run needs of the forecast ledger and of performance memory; main.ts fills it from those folders. */
import type { Forecast, Recommendation, Verb } from '../domain/recommendations.ts';
import type { Learning } from '../domain/learnings.ts';
import type { InUnit, UnitOfWork } from '../domain/unit.ts';

/** A forecast on its way into the ledger; `id` is the same in every try. */
export interface ForecastEntry {
  readonly id: string;
  readonly runId: string;
  readonly goalId: string;
  readonly recommendationId: string;
  readonly forecast: Forecast;
}

/** A forecast that was held against what happened. */
export interface ScoredForecast {
  readonly forecastId: string;
  readonly recommendationId: string | null;
  readonly forecast: Forecast;
  readonly observed: number;
  /** Whether the observed value lies inside the 80 % interval; null where there is none. */
  readonly inside80: boolean | null;
  /** Tier of the evidence that the forecast stood on. */
  readonly tier: string;
}

/** The ledger of every forecast that was ever shown. */
export interface ForecastLedger {
  /** Registers a forecast with the day on which it is due; registering it again changes nothing. */
  register(unit: UnitOfWork, entry: ForecastEntry): Promise<{ dueOn: string }>;
  /** Records what happened over a forecast's horizon; null while the data does not cover it. Collecting again changes nothing. */
  collect(unit: UnitOfWork, forecastId: string): Promise<{ observed: number } | null>;
  /** Scores a collected forecast; scoring again gives the same. */
  score(unit: UnitOfWork, forecastId: string): Promise<ScoredForecast>;
  /** How advice of this kind has done so far. */
  record(unit: UnitOfWork, verb: Verb): Promise<Recommendation['record']>;
}

/** What a learning is written from. */
export interface LearningEntry {
  readonly id: string;
  readonly runId: string;
  readonly learning: Learning;
  readonly learnedOn: string;
}

/** Memory of what finished decisions taught. */
export interface PerformanceMemory {
  /** Embeds outside any unit, then stores; writing the same id again changes nothing. */
  write(inUnit: InUnit, entry: LearningEntry, signal: AbortSignal): Promise<void>;
}

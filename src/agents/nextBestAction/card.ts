/** Owns the making of one card: the fields that every card has, its forecast over the common horizon, and amounts as actions write them. */
import type { Action, ActionMoney } from '../../domain/actions.ts';
import type { EvidenceTier, Figure } from '../../domain/evidence.ts';
import type { Forecast, Recommendation, Verb } from '../../domain/recommendations.ts';
import { normalCdf, normalQuantile } from '../../brain/distributions.ts';
import { addDays } from '../../kernel/calendar.ts';
import { microsFromUnits, minorFromMicros } from '../../kernel/money.ts';
import type { SpecialistContext } from '../contract.ts';
import { kpiUnit } from '../labels.ts';

/** Days over which the effect of a card is forecast and later measured. */
export const HORIZON_DAYS = 28;
/** Weeks of the horizon. */
export const HORIZON_WEEKS = HORIZON_DAYS / 7;
/** Days for which a card stands before its figures are too old. */
const EXPIRY_DAYS = 14;
/** Levels of the nested intervals. */
const LEVELS = [0.5, 0.8, 0.95] as const;

/** A card before its rationale is written, with what its proposal needs. */
export interface DraftCard {
  readonly verb: Verb;
  readonly target: Recommendation['target'];
  readonly question: string;
  readonly action: string;
  readonly actions: readonly Action[];
  /** Changes that would belong to it and are left out, because another card stops what they change. */
  readonly withheld?: readonly Action[];
  readonly forecast: Forecast | null;
  readonly counterfactual: string;
  readonly figures: readonly Figure[];
  readonly evidence: Recommendation['evidence'];
  readonly identified: boolean;
  readonly reasons: readonly string[];
  readonly assumptions: readonly string[];
  readonly alternatives: Recommendation['rejectedAlternatives'];
  readonly dissent: Recommendation['dissent'];
  readonly risks: readonly string[];
  readonly guardrails: readonly string[];
  readonly reversibility: Recommendation['reversibility'];
  readonly costOfDelayPerWeek: number | null;
  /** Learnings that the card rests on, beside those that are recalled for it. */
  readonly cites?: readonly string[];
  /** What happens when people say no. */
  readonly ifRejected: string;
  /** Reasons in words that the rationale is built from, each with numbers of the figures alone. */
  readonly because: readonly string[];
}

/** A card with everything but its words. */
export function cardOf(
  context: SpecialistContext,
  draft: DraftCard,
  known: { rationale: string; citedLearningIds: readonly string[]; record: Recommendation['record'] },
): Recommendation {
  return {
    question: draft.question,
    verb: draft.verb,
    target: draft.target,
    action: draft.action,
    actions: [...draft.actions],
    forecast: draft.forecast,
    counterfactual: draft.counterfactual,
    rationale: known.rationale,
    figures: [...draft.figures],
    evidence: [...draft.evidence],
    identified: draft.identified,
    identifiabilityReasons: [...draft.reasons],
    assumptions: [...draft.assumptions],
    rejectedAlternatives: [...draft.alternatives],
    dissent: [...draft.dissent],
    risks: [...draft.risks],
    guardrails: [...draft.guardrails],
    reversibility: draft.reversibility,
    costOfDelayPerWeek: draft.costOfDelayPerWeek,
    citedLearningIds: [...new Set([...(draft.cites ?? []), ...known.citedLearningIds])],
    expiresOn: addDays(context.workspace.businessDate, EXPIRY_DAYS),
    record: known.record,
  };
}

/** Days of a forecast: the horizon that begins on the business date, the first day without data. */
export function horizonOf(context: SpecialistContext): { from: string; to: string } {
  return { from: context.workspace.businessDate, to: addDays(context.workspace.businessDate, HORIZON_DAYS - 1) };
}

/** A forecast of a change with normal intervals. */
export function normalForecast(
  context: SpecialistContext,
  given: { mean: number; sd: number; method: string; evidenceId: string },
): Forecast {
  const { mean, sd } = given;
  return {
    ...forecastFrame(context, given),
    mean,
    intervals: LEVELS.map((level) => ({
      level,
      lower: mean - normalQuantile((1 + level) / 2) * sd,
      upper: mean + normalQuantile((1 + level) / 2) * sd,
    })),
    probabilityOfGain: sd > 0 ? normalCdf(mean / sd) : mean > 0 ? 1 : 0,
  };
}

/** What every forecast of a card has in common. */
export function forecastFrame(
  context: SpecialistContext,
  given: { method: string; evidenceId: string },
): Pick<Forecast, 'kpi' | 'unit' | 'quantity' | 'horizonDays' | 'from' | 'to' | 'method' | 'evidenceId'> {
  return {
    kpi: context.goal.kpi,
    unit: kpiUnit(context.goal),
    quantity: 'DELTA',
    horizonDays: HORIZON_DAYS,
    ...horizonOf(context),
    method: given.method,
    evidenceId: given.evidenceId,
  };
}

/** An amount in currency units as actions write it. */
export function moneyOf(units: number, currency: string): ActionMoney {
  return { minor: minorFromMicros(microsFromUnits(Math.max(0, units)), currency).toString(), currency };
}

/** One entry of a card's evidence list. */
export function evidenceEntry(given: {
  evidenceId: string;
  tier: EvidenceTier;
  asOf: string;
  summary: string;
}): Recommendation['evidence'][number] {
  return given;
}

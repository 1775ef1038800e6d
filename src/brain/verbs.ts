/** Owns the rules that turn evidence into a verb: SCALE, HOLD, PAUSE, REVISE or TEST, with the reasons in words. */
import { probabilityAbove } from './statistics.ts';
import { marginalOf, responseOf } from './responseCurve.ts';
import type { ChannelDraws, ChannelFit, ResponseFit } from './responseTypes.ts';
import { valueOfTest, type TestValue } from './testValue.ts';

/** A verb of this file; moving money between channels (SHIFT) is an allocation's verb. */
export type ChannelVerb = 'SCALE' | 'HOLD' | 'PAUSE' | 'REVISE' | 'TEST';

/** Limits of the rules. */
export const VERB_RULES = {
  scaleStep: 1.2,
  scaleProbability: 0.9,
  gainProbability: 0.8,
  pauseProbability: 0.9,
  fatigueProbability: 0.9,
  messageLoss: 0.02,
} as const;

/** What is known of a channel or campaign apart from its response. */
export interface VerbContext {
  /** A launch or learning window is running: nothing is paused in it. */
  readonly protectedWindow?: boolean;
  /** P(slope of the creative's response < 0); see fatigue.ts. */
  readonly fatigueProbability?: number;
  /** Expected relative loss of keeping the running message instead of the best one; see message.ts. */
  readonly messageLoss?: number;
}

/** Probabilities that the rules read. */
export interface VerbEvidence {
  readonly identified: boolean;
  /** Why it is not, in words. */
  readonly identificationReasons: readonly string[];
  /** Marginal return below which another unit of spend does not pay; null when no value is known. */
  readonly hurdle: number | null;
  /** P(marginal return at +20 % > hurdle), P(marginal return now < hurdle), P(the +20 % pays for itself). */
  readonly probabilityScalePays: number;
  readonly probabilityBelowHurdle: number;
  readonly probabilityOfGain: number;
  /** P(return of all the spend < hurdle): only then is the whole of it better saved. */
  readonly probabilityLosesOverall: number;
  readonly test: TestValue | null;
  readonly context: VerbContext;
}

/** A verb with what speaks for it. */
export interface VerbDecision {
  readonly verb: ChannelVerb;
  readonly reasons: readonly string[];
}

/** A channel's verb with the evidence behind it. */
export interface ChannelVerdict extends VerbDecision {
  readonly channel: string;
  readonly evidence: VerbEvidence;
}

/** Periods for which a test's result guides spend: a year of weeks. */
const DECISION_PERIODS = 52;

const percent = (value: number): string => `${Math.round(100 * value)}%`;
/** A marginal return in three digits: it may be orders a EUR or leads a EUR. */
const figure = (value: number): string => String(Number(value.toPrecision(3)));

/**
 * Marginal return that pays: 1 / (value of a KPI unit x margin); for a revenue KPI the value is 1. Null when neither is known, or one is
 * not positive.
 */
export function hurdleOf(options: { valuePerKpi?: number; margin?: number; revenueKpi?: boolean }): number | null {
  const value = options.valuePerKpi ?? (options.revenueKpi ? 1 : undefined);
  const margin = options.margin ?? 1;
  return value !== undefined && value > 0 && margin > 0 ? 1 / (value * margin) : null;
}

/** Verbs of all channels of a fit. `hurdle` from `hurdleOf`; contexts by channel; `periods` is how long what a test teaches is used. @default 52 */
export function channelVerbs(
  fit: ResponseFit,
  options: { hurdle: number | null; contexts?: Readonly<Record<string, VerbContext>>; periods?: number },
): ChannelVerdict[] {
  return fit.channels.map((channel, m) => {
    const evidence = evidenceOf(fit, {
      channel,
      m,
      hurdle: options.hurdle,
      context: options.contexts?.[channel.channel] ?? {},
      periods: options.periods ?? DECISION_PERIODS,
    });
    return { channel: channel.channel, ...decideVerb(channel.channel, evidence), evidence };
  });
}

/** The rules themselves, for a channel, campaign or message that `name` names. */
export function decideVerb(name: string, evidence: VerbEvidence): VerbDecision {
  const { hurdle, context } = evidence;
  const revise = reviseReasons(name, context);
  if (revise.length > 0) return { verb: 'REVISE', reasons: revise };
  if (!evidence.identified) return abstain(name, evidence, evidence.identificationReasons);
  if (hurdle === null)
    return abstain(name, evidence, [
      `No value of a KPI unit is known, so it cannot be said whether more of ${name} pays.`,
    ]);
  if (
    evidence.probabilityScalePays >= VERB_RULES.scaleProbability &&
    evidence.probabilityOfGain >= VERB_RULES.gainProbability
  ) {
    return {
      verb: 'SCALE',
      reasons: [
        `At 20% more spend the marginal return of ${name} stays above ${figure(hurdle)} with a probability of ${percent(evidence.probabilityScalePays)}.`,
        `The extra spend pays for itself with a probability of ${percent(evidence.probabilityOfGain)}.`,
      ],
    };
  }
  if (evidence.probabilityBelowHurdle >= VERB_RULES.pauseProbability) {
    const reason = `The marginal return of ${name} is below ${figure(hurdle)} with a probability of ${percent(evidence.probabilityBelowHurdle)}.`;
    if (evidence.probabilityLosesOverall < VERB_RULES.pauseProbability) {
      const whole = `Its spend as a whole loses with a probability of ${percent(evidence.probabilityLosesOverall)} only: move its last part elsewhere, do not pause it.`;
      return { verb: 'HOLD', reasons: [reason, whole] };
    }
    if (context.protectedWindow)
      return { verb: 'HOLD', reasons: [reason, 'A launch or learning window is running, so it is not paused now.'] };
    return { verb: 'PAUSE', reasons: [reason] };
  }
  const undecided = `Its marginal return lies on either side of ${figure(hurdle)}: above with ${percent(evidence.probabilityScalePays)} at 20% more spend, below now with ${percent(evidence.probabilityBelowHurdle)}.`;
  return abstain(name, evidence, [undecided]);
}

function reviseReasons(name: string, context: VerbContext): string[] {
  const reasons: string[] = [];
  if ((context.fatigueProbability ?? 0) >= VERB_RULES.fatigueProbability) {
    reasons.push(
      `The creative of ${name} wears out: its response falls with exposure with a probability of ${percent(context.fatigueProbability ?? 0)}.`,
    );
  }
  if ((context.messageLoss ?? 0) > VERB_RULES.messageLoss) {
    reasons.push(
      `Keeping the present message of ${name} is expected to lose ${percent(context.messageLoss ?? 0)} against the best one.`,
    );
  }
  return reasons;
}

/** TEST when a test is worth more than it costs, else HOLD; the reason that stands in the way comes first. */
function abstain(name: string, evidence: VerbEvidence, reasons: readonly string[]): VerbDecision {
  const test = evidence.test;
  if (test && test.evsi > test.cost) {
    return {
      verb: 'TEST',
      reasons: [
        ...reasons,
        `A test of ${name} is expected to be worth ${test.evsi.toFixed(0)} over the horizon and to cost ${test.cost.toFixed(0)}.`,
      ],
    };
  }
  const worth = test
    ? [`A test is expected to be worth ${test.evsi.toFixed(0)}, less than its cost of ${test.cost.toFixed(0)}.`]
    : [];
  return { verb: 'HOLD', reasons: [...reasons, ...worth] };
}

function evidenceOf(
  fit: ResponseFit,
  input: { channel: ChannelFit; m: number; hurdle: number | null; context: VerbContext; periods: number },
): VerbEvidence {
  const { channel, hurdle, context, periods } = input;
  const { identified } = channel;
  const draws = fit.draws[input.m];
  const base = { identified, identificationReasons: channel.reasons.map((reason) => reason.text), hurdle, context };
  if (!draws || draws.currentSpend <= 0 || hurdle === null) return { ...base, ...NOTHING_KNOWN };
  const { residualSd } = fit.diagnostics;
  return {
    ...base,
    ...chancesOf(draws, hurdle),
    test: valueOfTest(draws, { hurdle, periods, residualSd, identified }),
  };
}

type Chances = Pick<
  VerbEvidence,
  'probabilityScalePays' | 'probabilityBelowHurdle' | 'probabilityOfGain' | 'probabilityLosesOverall'
>;

const NOTHING_KNOWN: Chances & { test: null } = {
  probabilityScalePays: 0.5,
  probabilityBelowHurdle: 0.5,
  probabilityOfGain: 0.5,
  probabilityLosesOverall: 0.5,
  test: null,
};

/** The probabilities of the rules, as shares of the draws. */
function chancesOf(draws: ChannelDraws, hurdle: number): Chances {
  const above = (bound: number, value: (j: number) => number): number =>
    probabilityAbove(
      draws.effect.map((_, j) => value(j)),
      bound,
    );
  const scaled = VERB_RULES.scaleStep;
  const cost = (spend: number): number => hurdle * spend;
  const { currentSpend } = draws;
  return {
    probabilityScalePays: above(hurdle, (j) => marginalOf(draws, j, scaled)),
    probabilityBelowHurdle: 1 - above(hurdle, (j) => marginalOf(draws, j, 1)),
    probabilityOfGain: above(
      cost(currentSpend * (scaled - 1)),
      (j) => responseOf(draws, j, scaled) - responseOf(draws, j, 1),
    ),
    probabilityLosesOverall: 1 - above(cost(currentSpend), (j) => responseOf(draws, j, 1)),
  };
}

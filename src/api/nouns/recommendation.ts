/** Owns recommendation cards in the schema, with evidence, rejected alternatives and the ledger entry behind each. */
import {
  Arg,
  Args,
  Ctx,
  Field,
  FieldResolver,
  Float,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import type { Figure } from '../../domain/evidence.ts';
import {
  forecastsOfRecommendations,
  listRecommendations,
  recommendationsById,
  scoreRecommendation,
  type ForecastView,
  type RecommendationView,
} from '../../useCases/recommendations.ts';
import { evidenceById, type EvidenceView } from '../../useCases/runs.ts';
import { connectionOf, connectionTypes, PageArgs, pageCost, pageOf, type Connection } from '../connections.ts';
import { loadOne, mutate, readWith, readerIn, type ApiContext } from '../context.ts';
import { fromGlobalId, toGlobalId } from '../globalIds.ts';
import { DayScalar, EvidenceTierEnum, InstantScalar, UserError, VerbEnum } from '../scalars.ts';
import { EvidenceType } from './artifact.ts';
import { ForecastType } from './forecast.ts';

@ObjectType('Figure', { description: 'A number with its source.' })
export class FigureType {
  @Field(() => String, { description: 'What it is.' })
  label!: string;

  @Field(() => Float, { description: 'Value.' })
  value!: number;

  @Field(() => String, { description: 'COUNT, SHARE, RATIO, DAYS, a currency code or KPI.' })
  unit!: string;

  @Field(() => Float, { nullable: true, description: 'Lower end of its interval.' })
  lower!: number | null;

  @Field(() => Float, { nullable: true, description: 'Upper end of its interval.' })
  upper!: number | null;

  @Field(() => String, { description: 'Where it stands in the output of its evidence.' })
  path!: string;
}

@ObjectType('CardEvidence', { description: 'What a card rests on.' })
export class CardEvidenceType {
  @Field(() => EvidenceTierEnum, { description: 'Strength of support.' })
  tier!: keyof typeof EvidenceTierEnum;

  @Field(() => DayScalar, { description: 'Last day that its rows reach.' })
  asOf!: string;

  @Field(() => String, { description: 'In one sentence.' })
  summary!: string;
}

@ObjectType('RejectedAlternative', { description: 'What was considered and not chosen.' })
export class RejectedAlternativeType {
  @Field(() => String, { description: 'The alternative.' })
  alternative!: string;

  @Field(() => Float, { description: 'Its score.' })
  score!: number;

  @Field(() => String, { description: 'Unit of the score.' })
  unit!: string;

  @Field(() => String, { description: 'Why not.' })
  reason!: string;
}

@ObjectType('Dissent', { description: 'A specialist that sees it otherwise.' })
export class DissentType {
  @Field(() => String, { description: 'Who.' })
  specialist!: string;

  @Field(() => String, { description: 'What they say.' })
  view!: string;
}

@ObjectType('AdviceRecord', { description: 'How this kind of advice has done so far.' })
export class AdviceRecordType {
  @Field(() => Int, { description: 'Outcomes scored.' })
  scored!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Share of outcomes inside the forecasts\u2019 own 80 % interval; null before any.',
  })
  coverage80!: number | null;

  @Field(() => Int, {
    description: 'Outcomes outside it that agree with it only once the error of the comparison is allowed for.',
  })
  notToldApart!: number;
}

@ObjectType('Recommendation', {
  description: 'A card: one thing to do, with everything a person needs to agree or not.',
})
export class RecommendationType {
  @Field(() => VerbEnum, { description: 'What it recommends.' })
  verb!: RecommendationView['verb'];

  @Field(() => String, { description: 'What it is about: campaign, channel, audience or message.' })
  targetType!: string;

  @Field(() => String, { description: 'Name of the target.' })
  targetName!: string;

  @Field(() => String, { description: 'OPEN, PROPOSED, APPROVED, REJECTED, EXECUTED, EXPIRED or SUPERSEDED.' })
  status!: string;

  @Field(() => String, { description: 'SHA-256 of the card.' })
  digest!: string;

  @Field(() => DayScalar, { description: 'Last day it may be acted on.' })
  expiresOn!: string;

  @Field(() => InstantScalar, { description: 'When it was made.' })
  createdAt!: Date;
}

@InputType({ description: 'A score for a card by one evaluator.' })
export class RecommendationScoreInput {
  @Field(() => ID, { description: 'The card.' })
  recommendationId!: string;

  @Field(() => String, { description: 'Who scores; scores of several stand side by side.' })
  evaluator!: string;

  @Field(() => String, { description: 'What is scored, such as regret.' })
  metric!: string;

  @Field(() => Float, { description: 'The score.' })
  value!: number;
}

@ObjectType({ description: 'The card, or what to mend.' })
export class RecommendationPayload {
  @Field(() => RecommendationType, { nullable: true, description: 'The card; null when there is something to mend.' })
  recommendation!: RecommendationView | null;

  @Field(() => [UserError], { description: 'What to mend; empty when it worked.' })
  userErrors!: readonly UserError[];
}

const { Connection: RecommendationConnection } = connectionTypes('Recommendation', RecommendationType);

@Resolver(() => RecommendationType)
export class RecommendationResolver {
  @Query(() => RecommendationConnection, { nullable: true, description: 'Cards, newest first.', complexity: pageCost })
  async recommendations(
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: ApiContext,
    @Arg('runId', () => ID, { nullable: true, description: 'Only of this run.' }) runId?: string | null,
  ): Promise<Connection<RecommendationView>> {
    const page = pageOf(args);
    const rows = await readWith(context, 'runs:read', (unit) =>
      listRecommendations(unit, page, runId ? fromGlobalId('Run', runId) : undefined),
    );
    return connectionOf(page, rows, (card) => ({ at: card.createdAt.toISOString(), id: card.id }));
  }

  @Query(() => RecommendationType, {
    nullable: true,
    description: 'One card; null when this workspace has none of that id.',
  })
  async recommendation(
    @Arg('id', () => ID, { description: 'Global id of the card.' }) id: string,
    @Ctx() context: ApiContext,
  ): Promise<RecommendationView | null> {
    readerIn(context, 'runs:read');
    return (await loadOne(context, 'recommendation', fromGlobalId('Recommendation', id), recommendationsById)) ?? null;
  }

  @Mutation(() => RecommendationPayload, {
    description: 'Stores the score of an evaluator; the same evaluator and metric again replaces it.',
  })
  async recommendationScore(
    @Arg('input', () => RecommendationScoreInput) input: RecommendationScoreInput,
    @Ctx() context: ApiContext,
  ): Promise<RecommendationPayload> {
    const { evaluator, metric, value } = input;
    const id = fromGlobalId('Recommendation', input.recommendationId);
    const outcome = await mutate(context, (caller) =>
      scoreRecommendation(caller, { recommendationId: id, evaluator, metric, value }),
    );
    if (!outcome.ok) return { recommendation: null, userErrors: outcome.errors };
    return {
      recommendation: (await loadOne(context, 'recommendation', id, recommendationsById)) ?? null,
      userErrors: [],
    };
  }

  @FieldResolver(() => ID, { description: 'Global id.' })
  id(@Root() card: RecommendationView): string {
    return toGlobalId('Recommendation', card.id);
  }

  @FieldResolver(() => String, { description: 'The question it answers.' })
  question(@Root() { card }: RecommendationView): string {
    return card.question;
  }

  @FieldResolver(() => String, { description: 'What to do, with size and cap.' })
  action(@Root() { card }: RecommendationView): string {
    return card.action;
  }

  @FieldResolver(() => String, { description: 'Why, in words; each number in it is one of the figures.' })
  rationale(@Root() { card }: RecommendationView): string {
    return card.rationale;
  }

  @FieldResolver(() => String, { description: 'What it is compared with.' })
  counterfactual(@Root() { card }: RecommendationView): string {
    return card.counterfactual;
  }

  @FieldResolver(() => [FigureType], { description: 'Figures of the rationale, each with its source.' })
  figures(@Root() { card }: RecommendationView): Figure[] {
    return card.figures;
  }

  @FieldResolver(() => Boolean, { description: 'Whether the effect can be told from the data at all.' })
  identified(@Root() { card }: RecommendationView): boolean {
    return card.identified;
  }

  @FieldResolver(() => [String], { description: 'Why it is not identified, or what nearly spoilt it.' })
  identifiabilityReasons(@Root() { card }: RecommendationView): string[] {
    return card.identifiabilityReasons;
  }

  @FieldResolver(() => [CardEvidenceType], { description: 'What it rests on, with tier and date.' })
  support(@Root() { card }: RecommendationView): CardEvidenceType[] {
    return card.evidence;
  }

  @FieldResolver(() => [EvidenceType], { description: 'The stored computations themselves.' })
  async evidence(@Root() { card }: RecommendationView, @Ctx() context: ApiContext): Promise<EvidenceView[]> {
    const found = await Promise.all(
      card.evidence.map(({ evidenceId }) => loadOne(context, 'evidence', evidenceId, evidenceById)),
    );
    return found.filter((evidence) => evidence !== undefined);
  }

  @FieldResolver(() => [RejectedAlternativeType], { description: 'What was considered and not chosen, with scores.' })
  rejectedAlternatives(@Root() { card }: RecommendationView): RejectedAlternativeType[] {
    return card.rejectedAlternatives;
  }

  @FieldResolver(() => [DissentType], { description: 'Specialists that see it otherwise.' })
  dissent(@Root() { card }: RecommendationView): DissentType[] {
    return card.dissent;
  }

  @FieldResolver(() => [String], { description: 'What must hold for it to work.' })
  assumptions(@Root() { card }: RecommendationView): string[] {
    return card.assumptions;
  }

  @FieldResolver(() => [String], { description: 'What could go wrong.' })
  risks(@Root() { card }: RecommendationView): string[] {
    return card.risks;
  }

  @FieldResolver(() => String, { description: 'REVERSIBLE, COSTLY or IRREVERSIBLE.' })
  reversibility(@Root() { card }: RecommendationView): string {
    return card.reversibility;
  }

  @FieldResolver(() => Float, { nullable: true, description: 'KPI expected to be lost for each week of waiting.' })
  costOfDelayPerWeek(@Root() { card }: RecommendationView): number | null {
    return card.costOfDelayPerWeek;
  }

  @FieldResolver(() => AdviceRecordType, { description: 'How this kind of advice has done so far.' })
  record(@Root() { card }: RecommendationView): AdviceRecordType {
    return card.record;
  }

  @FieldResolver(() => [ForecastType], { name: 'forecasts', description: 'Its entries in the forecast ledger.' })
  async ledger(@Root() card: RecommendationView, @Ctx() context: ApiContext): Promise<ForecastView[]> {
    return (await loadOne(context, 'forecastsOfRecommendation', card.id, forecastsOfRecommendations)) ?? [];
  }
}

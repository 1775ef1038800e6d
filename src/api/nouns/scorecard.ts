/** Owns the scorecard in the schema: productivity and precision, on the same decisions. */
import { Ctx, Field, FieldResolver, Float, ID, Int, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { scorecard, type Scorecard } from '../../useCases/learnings.ts';
import { readWith, type ApiContext } from '../context.ts';
import { toGlobalId } from '../globalIds.ts';
import { GateEnum } from '../scalars.ts';

type Decision = Scorecard['decisions'][number];

@ObjectType({ description: 'How a duration is spread, in hours.' })
export class HoursSpread {
  @Field(() => Int, { description: 'How many were measured.' })
  n!: number;

  @Field(() => Float, { nullable: true, description: 'Median; null where nothing was measured.' })
  p50!: number | null;

  @Field(() => Float, { nullable: true, description: 'Nine of ten took no longer.' })
  p90!: number | null;
}

@ObjectType({ description: 'How long verdicts of one gate took, in hours.' })
export class GateLatency extends HoursSpread {
  @Field(() => GateEnum, { description: 'Gate.' })
  gate!: string;
}

@ObjectType({ description: 'How fast and how cleanly decisions were made.' })
export class Productivity {
  @Field(() => HoursSpread, { description: 'From the start of a run in the queue to its end, people included.' })
  cycleTime!: HoursSpread;

  @Field(() => HoursSpread, { description: 'From the request of an approval to a verdict.' })
  approvalLatency!: HoursSpread;

  @Field(() => [GateLatency], { description: 'The same, by gate.' })
  approvalLatencyByGate!: readonly GateLatency[];

  @Field(() => Float, { nullable: true, description: 'Change sets approved as first proposed, by all approved.' })
  firstPassApproval!: number | null;

  @Field(() => Float, { nullable: true, description: 'Change sets sent back at least once, by all decided.' })
  reworkRate!: number | null;

  @Field(() => Float, { nullable: true, description: 'Mean number of revisions of what was decided.' })
  meanRounds!: number | null;
}

@ObjectType({ description: 'How right the forecasts were.' })
export class Precision {
  @Field(() => Int, { description: 'Forecasts scored.' })
  scored!: number;

  @Field(() => Float, { nullable: true, description: 'Share inside the 50 % interval.' })
  coverage50!: number | null;

  @Field(() => Float, { nullable: true, description: 'Share inside the 80 % interval.' })
  coverage80!: number | null;

  @Field(() => Float, { nullable: true, description: 'Share inside the 95 % interval.' })
  coverage95!: number | null;

  @Field(() => Float, { nullable: true, description: 'Mean absolute error by the larger of observed and forecast.' })
  meanAbsoluteErrorShare!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: '1 less the absolute errors by those of a forecast without a model; below 0 the models did harm.',
  })
  forecastSkill!: number | null;

  @Field(() => Float, { nullable: true, description: 'Brier score of the probabilities of gain; 0 is perfect.' })
  brier!: number | null;
}

@ObjectType('DecisionScore', { description: 'One decided change set: what was forecast for it, and what came.' })
export class DecisionScoreType {
  @Field(() => String, { description: 'State of the change set.' })
  state!: string;

  @Field(() => Int, { description: 'Revisions.' })
  rounds!: number;

  @Field(() => Float, { nullable: true, description: 'Hours from the first request to the last verdict.' })
  latencyHours!: number | null;

  @Field(() => Float, { nullable: true, description: 'Mean of its forecast; null where it has none.' })
  expected!: number | null;

  @Field(() => Float, { nullable: true, description: 'What came; null before it was scored.' })
  observed!: number | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether what came lay inside the forecast\u2019s own 80 % interval.',
  })
  inside80!: boolean | null;
}

@ObjectType('Scorecard', { description: 'Productivity and precision of the same decisions.' })
export class ScorecardType {
  @Field(() => Productivity, { description: 'How fast and how cleanly.' })
  productivity!: Productivity;

  @Field(() => Precision, { description: 'How right.' })
  precision!: Precision;

  @Field(() => [DecisionScoreType], { description: 'The decisions, newest first; at most 200.' })
  decisions!: readonly DecisionScoreType[];
}

@Resolver(() => ScorecardType)
export class ScorecardResolver {
  @Query(() => ScorecardType, {
    nullable: true,
    description: 'How fast and how right the decisions of this workspace were.',
    complexity: 50,
  })
  scorecard(@Ctx() context: ApiContext): Promise<Scorecard> {
    return readWith(context, 'runs:read', scorecard);
  }
}

@Resolver(() => DecisionScoreType)
export class DecisionScoreResolver {
  @FieldResolver(() => ID, { description: 'Global id of the change set.' })
  changeSetId(@Root() decision: Decision): string {
    return toGlobalId('ChangeSet', decision.changeSetId);
  }

  @FieldResolver(() => ID, { nullable: true, description: 'Global id of the card; null where a person proposed it.' })
  recommendationId(@Root() { recommendationId }: Decision): string | null {
    return recommendationId === null ? null : toGlobalId('Recommendation', recommendationId);
  }

  @FieldResolver(() => ID, { nullable: true, description: 'Global id of the forecast; null where it has none.' })
  forecastId(@Root() { forecastId }: Decision): string | null {
    return forecastId === null ? null : toGlobalId('Forecast', forecastId);
  }
}

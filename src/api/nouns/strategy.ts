/** Owns strategies in the schema: versioned, one active a market. */
import { Arg, Ctx, Field, FieldResolver, Float, ID, Int, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { microsFromMinor } from '../../kernel/money.ts';
import { activeStrategy, strategyVersions, type StrategyView } from '../../useCases/strategies.ts';
import { read, readWith, type ApiContext } from '../context.ts';
import { toGlobalId } from '../globalIds.ts';
import { DayScalar, InstantScalar, Money, moneyOf } from '../scalars.ts';

@ObjectType('StrategyObjective', { description: 'One objective: a KPI from a baseline to a target by a date.' })
export class StrategyObjectiveType {
  @Field(() => String, { description: 'KPI it serves.' })
  kpi!: string;

  @Field(() => String, { description: 'How it is measured.' })
  metric!: string;

  @Field(() => Float, { description: 'Where it stands.' })
  baseline!: number;

  @Field(() => Float, { description: 'Where it should get.' })
  target!: number;

  @Field(() => DayScalar, { description: 'By when.' })
  date!: string;
}

@ObjectType('StrategyPersona', { description: 'Someone the strategy speaks to.' })
export class StrategyPersonaType {
  @Field(() => String, { description: 'Name.' })
  name!: string;

  @Field(() => String, { description: 'What they need.' })
  need!: string;

  @Field(() => String, { description: 'What makes them act.' })
  trigger!: string;
}

@ObjectType('ChannelMixRange', { description: 'Share of budget that a channel may take, 0 to 1.' })
export class ChannelMixRangeType {
  @Field(() => String, { description: 'Channel key.' })
  channel!: string;

  @Field(() => Float, { description: 'At least.' })
  minShare!: number;

  @Field(() => Float, { description: 'At most.' })
  maxShare!: number;
}

@ObjectType('Strategy', {
  description: 'One version of a market strategy: what goals, briefs and plans are built from.',
})
export class StrategyType {
  @Field(() => String, { description: 'Market.' })
  market!: string;

  @Field(() => Int, { description: 'Counts from 1.' })
  version!: number;

  @Field(() => String, { description: 'DRAFT, ACTIVE or RETIRED; one is ACTIVE a market.' })
  status!: string;

  @Field(() => String, { description: 'SHA-256 of its canonical JSON.' })
  digest!: string;

  @Field(() => InstantScalar, { nullable: true, description: 'When it became active.' })
  activatedAt!: Date | null;
}

@Resolver(() => StrategyType)
export class StrategyResolver {
  @Query(() => StrategyType, {
    nullable: true,
    description: 'The active strategy of a market; null where none is active.',
  })
  strategy(
    @Ctx() context: ApiContext,
    @Arg('market', () => String, { defaultValue: 'ALL', description: 'Market. Default: ALL.' }) market: string,
  ): Promise<StrategyView | null> {
    return readWith(context, 'runs:read', (unit) => activeStrategy(unit, market));
  }

  @FieldResolver(() => ID, { description: 'Global id.' })
  id(@Root() strategy: StrategyView): string {
    return toGlobalId('Strategy', strategy.id);
  }

  @FieldResolver(() => String, { description: 'Title.' })
  title(@Root() strategy: StrategyView): string {
    return strategy.document.title;
  }

  @FieldResolver(() => String, { description: 'What the brand stands for, against what.' })
  positioning(@Root() strategy: StrategyView): string {
    return strategy.document.positioning;
  }

  @FieldResolver(() => [StrategyObjectiveType], { description: 'What is to be reached.' })
  objectives(@Root() strategy: StrategyView): StrategyObjectiveType[] {
    return strategy.document.objectives;
  }

  @FieldResolver(() => [StrategyPersonaType], { description: 'Who it speaks to.' })
  personas(@Root() strategy: StrategyView): StrategyPersonaType[] {
    return strategy.document.personas;
  }

  @FieldResolver(() => [String], { description: 'What is offered.' })
  offers(@Root() strategy: StrategyView): string[] {
    return strategy.document.offers;
  }

  @FieldResolver(() => [String], {
    description:
      'Where the personas and offers of a drafted version come from, and what is missing and would fill it; empty once people have written them.',
  })
  draftNotes(@Root() strategy: StrategyView): string[] {
    return strategy.document.draftNotes;
  }

  @FieldResolver(() => [ChannelMixRangeType], { description: 'Ranges of the channel mix.' })
  channelMix(@Root() strategy: StrategyView): ChannelMixRangeType[] {
    return strategy.document.channelMix;
  }

  @FieldResolver(() => Money, { description: 'Budget a quarter.' })
  budgetEnvelope(@Root() strategy: StrategyView): Money {
    const { minor, currency } = strategy.document.budgetEnvelope;
    return moneyOf(microsFromMinor(BigInt(minor), currency), currency);
  }

  @FieldResolver(() => [String], { description: 'What is out of bounds.' })
  exclusions(@Root() strategy: StrategyView): string[] {
    return strategy.document.exclusions;
  }

  @FieldResolver(() => [StrategyType], { description: 'All versions of this market, newest first; at most 50.' })
  versions(@Root() strategy: StrategyView, @Ctx() context: ApiContext): Promise<StrategyView[]> {
    return read(context, (unit) => strategyVersions(unit, strategy.market));
  }
}

/** Owns goals in the schema. */
import { Args, Arg, Ctx, Field, FieldResolver, Float, ID, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { goalsById, listGoals, type GoalView } from '../../useCases/runs.ts';
import { connectionOf, connectionTypes, PageArgs, pageCost, pageOf, type Connection } from '../connections.ts';
import { loadOne, readWith, readerIn, type ApiContext } from '../context.ts';
import { fromGlobalId, toGlobalId } from '../globalIds.ts';
import { DayScalar, GoalKpiEnum, InstantScalar, Money, moneyOf } from '../scalars.ts';

@ObjectType('Goal', {
  description: 'What a team wants: a KPI, a target, a window and a budget. It carries the whole lifecycle.',
})
export class GoalType {
  @Field(() => GoalKpiEnum, { description: 'The KPI that counts.' })
  kpi!: GoalView['kpi'];

  @Field(() => Float, { description: 'Target over the window: a count, or currency units for REVENUE and PIPELINE.' })
  target!: number;

  @Field(() => DayScalar, { description: 'First day of the window.' })
  fromDay!: string;

  @Field(() => DayScalar, { description: 'Last day of the window, counted.' })
  toDay!: string;

  @Field(() => String, { description: 'Market whose strategy it builds on.' })
  market!: string;

  @Field(() => String, { description: 'What is wanted, in the words it was stated with.' })
  text!: string;

  @Field(() => [String], { description: 'What must hold.' })
  constraints!: string[];

  @Field(() => String, { description: 'Where it stands: PLAN, EXECUTE, MEASURE, OPTIMIZE or CLOSED.' })
  stage!: string;

  @Field(() => InstantScalar, { description: 'When it was stated.' })
  createdAt!: Date;
}

const { Connection: GoalConnection } = connectionTypes('Goal', GoalType);

@Resolver(() => GoalType)
export class GoalResolver {
  @Query(() => GoalConnection, { nullable: true, description: 'Goals, newest first.', complexity: pageCost })
  async goals(@Args(() => PageArgs) args: PageArgs, @Ctx() context: ApiContext): Promise<Connection<GoalView>> {
    const page = pageOf(args);
    const rows = await readWith(context, 'runs:read', (unit) => listGoals(unit, page));
    return connectionOf(page, rows, (goal) => ({ at: goal.createdAt.toISOString(), id: goal.id }));
  }

  @Query(() => GoalType, { nullable: true, description: 'One goal; null when this workspace has none of that id.' })
  async goal(
    @Arg('id', () => ID, { description: 'Global id of the goal.' }) id: string,
    @Ctx() context: ApiContext,
  ): Promise<GoalView | null> {
    readerIn(context, 'runs:read');
    return (await loadOne(context, 'goal', fromGlobalId('Goal', id), goalsById)) ?? null;
  }

  @FieldResolver(() => ID, { description: 'Global id.' })
  id(@Root() goal: GoalView): string {
    return toGlobalId('Goal', goal.id);
  }

  @FieldResolver(() => Money, { description: 'Budget over the window.' })
  budget(@Root() goal: GoalView): Money {
    return moneyOf(goal.budgetMicros, goal.currency);
  }
}

/** Owns forecasts of the ledger in the schema: what was said, and later what came of it. */
import { Args, Ctx, Field, FieldResolver, Float, ID, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { listForecasts, type ForecastView } from '../../useCases/recommendations.ts';
import { connectionOf, connectionTypes, PageArgs, pageCost, pageOf, type Connection } from '../connections.ts';
import { readWith, type ApiContext } from '../context.ts';
import { toGlobalId } from '../globalIds.ts';
import { DayScalar, InstantScalar } from '../scalars.ts';

@ObjectType('ForecastInterval', { description: 'An interval at a level.' })
export class ForecastIntervalType {
  @Field(() => Float, { description: 'Level, such as 0.8.' })
  level!: number;

  @Field(() => Float, { description: 'Lower end, in the unit of the forecast.' })
  lower!: number;

  @Field(() => Float, { description: 'Upper end.' })
  upper!: number;
}

@ObjectType('Forecast', { description: 'A forecast of the ledger: what was said, and later what came of it.' })
export class ForecastType {
  @Field(() => String, { description: 'KPI.' })
  kpi!: string;

  @Field(() => String, { description: 'COUNT, or a currency code.' })
  unit!: string;

  @Field(() => String, { description: 'DELTA against doing nothing, or LEVEL of the KPI over the window.' })
  quantity!: string;

  @Field(() => Float, { description: 'Mean.' })
  mean!: number;

  @Field(() => [ForecastIntervalType], { description: 'Intervals at 50, 80 and 95 %.' })
  intervals!: ForecastIntervalType[];

  @Field(() => Float, { nullable: true, description: 'Probability of being better than doing nothing.' })
  probabilityOfGain!: number | null;

  @Field(() => String, { description: 'How it was made.' })
  method!: string;

  @Field(() => DayScalar, { description: 'First day of its window.' })
  fromDay!: string;

  @Field(() => DayScalar, { description: 'Last day of its window.' })
  toDay!: string;

  @Field(() => DayScalar, { description: 'When it is scored.' })
  dueOn!: string;

  @Field(() => String, { description: 'OPEN, SCORED, NEVER_DUE or SUPERSEDED.' })
  state!: string;

  @Field(() => Float, { nullable: true, description: 'What happened; null before it is due.' })
  observed!: number | null;

  @Field(() => InstantScalar, { description: 'When it was registered.' })
  createdAt!: Date;
}

const { Connection: ForecastConnection } = connectionTypes('Forecast', ForecastType);

@Resolver(() => ForecastType)
export class ForecastResolver {
  @Query(() => ForecastConnection, {
    nullable: true,
    description: 'Forecasts of the ledger, newest first.',
    complexity: pageCost,
  })
  async forecasts(@Args(() => PageArgs) args: PageArgs, @Ctx() context: ApiContext): Promise<Connection<ForecastView>> {
    const page = pageOf(args);
    const rows = await readWith(context, 'runs:read', (unit) => listForecasts(unit, page));
    return connectionOf(page, rows, (forecast) => ({ at: forecast.createdAt.toISOString(), id: forecast.id }));
  }

  @FieldResolver(() => ID, { description: 'Global id.' })
  id(@Root() forecast: ForecastView): string {
    return toGlobalId('Forecast', forecast.id);
  }
}

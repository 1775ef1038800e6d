/** Owns the forecast that an approval shows: what the card said, before anything is registered in the ledger. */
import { Field, Float, Int, ObjectType } from 'type-graphql';
import { DayScalar } from '../scalars.ts';
import { ForecastIntervalType } from './forecast.ts';

@ObjectType('ApprovalForecast', { description: 'What the change is expected to do to the KPI.' })
export class ApprovalForecastType {
  @Field(() => String, { description: 'KPI.' })
  kpi!: string;

  @Field(() => String, { description: 'COUNT, or a currency code.' })
  unit!: string;

  @Field(() => String, { description: 'DELTA against doing nothing, or LEVEL over the window.' })
  quantity!: string;

  @Field(() => Float, { description: 'Mean.' })
  mean!: number;

  @Field(() => [ForecastIntervalType], { description: 'Intervals at 50, 80 and 95 %.' })
  intervals!: ForecastIntervalType[];

  @Field(() => Float, { nullable: true, description: 'Probability of being better than doing nothing.' })
  probabilityOfGain!: number | null;

  @Field(() => Int, { description: 'Days it looks ahead.' })
  horizonDays!: number;

  @Field(() => DayScalar, { description: 'First day.' })
  from!: string;

  @Field(() => DayScalar, { description: 'Last day.' })
  to!: string;

  @Field(() => String, { description: 'How it was made.' })
  method!: string;
}

/** Owns the performance block that campaigns, audiences and messages share in the schema. */
import { ArgsType, Field, Float, ObjectType } from 'type-graphql';
import { microsFromDecimal } from '../../kernel/money.ts';
import { AppError } from '../../kernel/errors.ts';
import type { MetricName } from '../../domain/metrics.ts';
import { performanceOf, type PerformanceView } from '../../useCases/campaigns.ts';
import { loadOne, type ApiContext } from '../context.ts';
import { BigIntScalar, DayScalar, Money, moneyOf } from '../scalars.ts';

@ObjectType({ description: 'What an entity did over a window; null where no source knows, which is not zero.' })
export class Performance {
  @Field(() => DayScalar, { description: 'First day.' })
  from!: string;

  @Field(() => DayScalar, { description: 'Last day, counted.' })
  to!: string;

  @Field(() => Money, { nullable: true, description: 'Spend of the ad platforms.' })
  spend!: Money | null;

  @Field(() => BigIntScalar, { nullable: true, description: 'Times shown.' })
  impressions!: bigint | null;

  @Field(() => BigIntScalar, { nullable: true, description: 'Clicks.' })
  clicks!: bigint | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Conversions by the source of record (CRM before analytics before platform).',
  })
  conversions!: number | null;

  @Field(() => BigIntScalar, { nullable: true, description: 'Leads that meet the fit bar.' })
  qualifiedLeads!: bigint | null;

  @Field(() => Money, { nullable: true, description: 'Value of open deals that came of it.' })
  pipeline!: Money | null;

  @Field(() => Money, { nullable: true, description: 'Revenue by the source of record.' })
  revenue!: Money | null;

  @Field(() => Float, { nullable: true, description: 'Clicks over impressions.' })
  ctr!: number | null;

  @Field(() => Float, { nullable: true, description: 'Conversions over clicks.' })
  cvr!: number | null;

  @Field(() => Float, { nullable: true, description: 'Spend over conversions, in currency units.' })
  cpa!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Revenue over spend. Attributed, not incremental: never a reason to move budget on its own.',
  })
  roas!: number | null;
}

/** Which days a performance block covers. */
@ArgsType()
export class WindowArgs {
  @Field(() => DayScalar, { nullable: true, description: 'First day. Default: 28 days back.' })
  from?: string | null;

  @Field(() => DayScalar, { nullable: true, description: 'Last day, counted. Default: the business date.' })
  to?: string | null;
}

/** Loads the block of one entity together with those of its siblings: one query for the whole list. */
export async function performanceFor(
  context: ApiContext,
  dimension: 'CAMPAIGN' | 'AUDIENCE' | 'MESSAGE',
  id: string,
  args: WindowArgs,
): Promise<Performance | null> {
  if (((args.from ?? null) === null) !== ((args.to ?? null) === null)) {
    throw new AppError('BAD_USER_INPUT', 'Give both from and to, or neither.');
  }
  const key = `performance:${dimension}:${args.from ?? ''}:${args.to ?? ''}`;
  const window = args.from && args.to ? { from: args.from, to: args.to } : null;
  const view = await loadOne(context, key, id, (unit, ids) => performanceOf(unit, dimension, ids, window));
  return view ? performanceType(view) : null;
}

function performanceType(view: PerformanceView): Performance {
  const text = (name: MetricName): string | null =>
    view.values[name] === null || view.values[name] === undefined ? null : String(view.values[name]);
  const count = (name: MetricName): bigint | null =>
    text(name) === null ? null : BigInt(text(name)?.split('.')[0] ?? '0');
  const number = (name: MetricName): number | null => (text(name) === null ? null : Number(text(name)));
  const money = (name: MetricName): Money | null => {
    const amount = text(name);
    return amount === null ? null : moneyOf(microsFromDecimal(amount), view.currency);
  };
  return {
    from: view.from,
    to: view.to,
    spend: money('SPEND'),
    impressions: count('IMPRESSIONS'),
    clicks: count('CLICKS'),
    conversions: number('CONVERSIONS'),
    qualifiedLeads: count('QUALIFIED_LEADS'),
    pipeline: money('PIPELINE'),
    revenue: money('REVENUE'),
    ctr: number('CTR'),
    cvr: number('CVR'),
    cpa: number('CPA'),
    roas: number('ROAS'),
  };
}

/** Owns metric queries in the schema: columns and rows, as BI tools want them. */
import { Arg, Ctx, Field, InputType, Int, ObjectType, Query, registerEnumType, Resolver } from 'type-graphql';
import type { MetricResult } from '../../domain/metrics.ts';
import { answerMetrics, metricCatalogue } from '../../useCases/metrics.ts';
import { readWith, type ApiContext } from '../context.ts';
import { DayScalar, JsonScalar, MetricDimensionEnum, MetricGrainEnum, MetricNameEnum } from '../scalars.ts';

const MetricColumnKind = { PERIOD: 'PERIOD', DIMENSION: 'DIMENSION', METRIC: 'METRIC' } as const;
registerEnumType(MetricColumnKind, {
  name: 'MetricColumnKind',
  description: 'Whether a column is a period, a dimension or a value.',
});

@InputType({ description: 'Keeps rows whose dimension is one of the values.' })
export class MetricFilterInput {
  @Field(() => MetricDimensionEnum, { description: 'Dimension to filter by.' })
  dimension!: keyof typeof MetricDimensionEnum;

  @Field(() => [String], { description: 'Values to keep: channel keys, names or ids.' })
  in!: string[];
}

@InputType({ description: 'Order of the rows.' })
export class MetricOrderInput {
  @Field(() => MetricNameEnum, { description: 'Metric to sort by.' })
  metric!: keyof typeof MetricNameEnum;

  @Field(() => Boolean, { defaultValue: true, description: 'Largest first.' })
  descending!: boolean;
}

@InputType({ description: 'What to compute, by what, over which days.' })
export class MetricQueryInput {
  @Field(() => [MetricNameEnum], { description: 'One to twelve metrics.' })
  metrics!: (keyof typeof MetricNameEnum)[];

  @Field(() => [MetricDimensionEnum], { nullable: true, description: 'Up to three dimensions. Default: none.' })
  dimensions?: (keyof typeof MetricDimensionEnum)[] | null;

  @Field(() => DayScalar, { description: 'First day.' })
  from!: string;

  @Field(() => DayScalar, { description: 'Last day, counted.' })
  to!: string;

  @Field(() => MetricGrainEnum, { nullable: true, description: 'Length of a period. Default: TOTAL.' })
  grain?: keyof typeof MetricGrainEnum | null;

  @Field(() => [MetricFilterInput], { nullable: true, description: 'Up to six filters, all of which must hold.' })
  filters?: MetricFilterInput[] | null;

  @Field(() => MetricOrderInput, { nullable: true, description: 'Order. Default: by period and dimensions.' })
  orderBy?: MetricOrderInput | null;

  @Field(() => Int, { nullable: true, description: 'Rows at the most, up to 50,000. Default: 1,000.' })
  limit?: number | null;

  @Field(() => Int, { nullable: true, description: 'Rows to skip. Default: 0.' })
  offset?: number | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether to compute totals over all rows. Default: false.' })
  includeTotals?: boolean | null;
}

@ObjectType('MetricColumn', { description: 'A column of a metric result.' })
export class MetricColumnType {
  @Field(() => String, { description: 'Name.' })
  name!: string;

  @Field(() => MetricColumnKind, { description: 'What it holds.' })
  kind!: keyof typeof MetricColumnKind;

  @Field(() => String, { description: 'DAY, TEXT, COUNT, SHARE, RATIO, or a currency code.' })
  unit!: string;
}

@ObjectType('MetricFreshness', { description: 'How far the facts reach.' })
export class MetricFreshnessType {
  @Field(() => DayScalar, { nullable: true, description: 'Last day that any fact reaches.' })
  loadedThrough!: string | null;

  @Field(() => String, { nullable: true, description: 'Kind of source that conversions and revenue come from.' })
  outcomeSource!: string | null;
}

@ObjectType('MetricResult', {
  description: 'Rows in column order. Sums are exact decimal text, ratios are numbers, null is not known.',
})
export class MetricResultType {
  @Field(() => [MetricColumnType], { description: 'Columns, in the order of the cells.' })
  columns!: readonly MetricColumnType[];

  @Field(() => [[JsonScalar]], { nullable: 'items', description: 'Rows; each has one cell a column.' })
  rows!: readonly (readonly unknown[])[];

  @Field(() => [JsonScalar], {
    nullable: 'itemsAndList',
    description: 'Totals over all rows, ratios recomputed; null unless asked for.',
  })
  totals!: readonly unknown[] | null;

  @Field(() => Boolean, { description: 'Whether more rows follow; raise offset.' })
  hasMore!: boolean;

  @Field(() => String, { description: 'Currency of all money (ISO 4217).' })
  currency!: string;

  @Field(() => String, { description: 'Time zone of the days (IANA).' })
  timeZone!: string;

  @Field(() => MetricFreshnessType, { description: 'How far the facts reach.' })
  freshness!: MetricFreshnessType;
}

@ObjectType('MetricDefinition', { description: 'A metric of the catalogue.' })
export class MetricDefinitionType {
  @Field(() => MetricNameEnum, { description: 'Name.' })
  name!: keyof typeof MetricNameEnum;

  @Field(() => String, { description: 'Label for people.' })
  label!: string;

  @Field(() => String, { description: 'What it means and how it is computed.' })
  description!: string;

  @Field(() => String, { description: 'COUNT, SHARE, RATIO or MONEY (the reporting currency of the workspace).' })
  unit!: string;
}

@Resolver()
export class MetricResolver {
  @Query(() => MetricResultType, {
    nullable: true,
    description: 'Metrics by period and dimensions.',
    complexity: metricCost,
  })
  async metrics(
    @Arg('query', () => MetricQueryInput) query: MetricQueryInput,
    @Ctx() context: ApiContext,
  ): Promise<MetricResult> {
    const given = Object.fromEntries(
      Object.entries(query).filter(([, value]) => value !== null && value !== undefined),
    );
    return readWith(context, 'metrics:read', (unit) => answerMetrics(unit, given));
  }

  @Query(() => [MetricDefinitionType], { nullable: true, description: 'Every metric with its meaning.' })
  metricCatalogue(): readonly MetricDefinitionType[] {
    return metricCatalogue();
  }
}

/** Rows times measures over 50. */
function metricCost({ args }: { args: { query?: { limit?: number | null; metrics?: unknown[] } } }): number {
  return 1 + Math.ceil(((args.query?.limit ?? 1000) * (args.query?.metrics?.length ?? 1)) / 50);
}

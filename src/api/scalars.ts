/** Owns the scalars, enums and small shared types of the schema. */
import { GraphQLScalarType, Kind } from 'graphql';
import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { isDay } from '../kernel/calendar.ts';
import { parseInstant } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import { currencyExponent, minorFromMicros } from '../kernel/money.ts';
import { evidenceTiers } from '../domain/evidence.ts';
import { gates } from '../domain/gates.ts';
import { goalKpis } from '../domain/goals.ts';
import { metricDimensions, metricGrains, metricNames } from '../domain/metrics.ts';
import { personRoles } from '../domain/principal.ts';
import { verbs } from '../domain/recommendations.ts';
import { runEventTypes } from '../domain/runEvents.ts';
import { runStatuses, specialists, stages, taskStatuses } from '../domain/specialists.ts';
import { userErrorCodes } from '../domain/userErrors.ts';

/** Whole numbers of any size, as decimal text on the wire. */
export const BigIntScalar = new GraphQLScalarType<bigint, string>({
  name: 'BigInt',
  description: 'A whole number of any size, as decimal text: GraphQL Int ends at 2,147,483,647.',
  serialize: (value) => String(value),
  parseValue: (value) => wholeNumber(value),
  parseLiteral: (node) => wholeNumber(node.kind === Kind.INT || node.kind === Kind.STRING ? node.value : undefined),
});

/** A calendar day. */
export const DayScalar = new GraphQLScalarType<string, string>({
  name: 'Day',
  description: 'A calendar day without a time zone, as 2026-01-31 (ISO 8601).',
  serialize: (value) => String(value),
  parseValue: (value) => calendarDay(value),
  parseLiteral: (node) => calendarDay(node.kind === Kind.STRING ? node.value : undefined),
});

/** An instant. */
export const InstantScalar = new GraphQLScalarType<Date | string, string>({
  name: 'Instant',
  description: 'A moment in UTC, as 2026-01-31T09:00:00.000Z (ISO 8601).',
  serialize: (value) => (value instanceof Date ? value.toISOString() : String(value)),
  parseValue: (value) => parseInstant(String(value)),
  parseLiteral: (node) => parseInstant(node.kind === Kind.STRING ? node.value : ''),
});

/** Plain JSON, only where nobody decides on it: the content of an artifact, the input and output of evidence, cells of a table. */
export const JsonScalar = new GraphQLScalarType<unknown, unknown>({
  name: 'JSON',
  description: 'Plain JSON. Only for reading, and never in anything that a person decides on.',
  serialize: (value) => value,
});

/** An enum of the schema from a list of values, so that the two never differ. */
function enumOf<const T extends string>(name: string, values: readonly T[], description: string): Record<T, T> {
  const object = Object.fromEntries(values.map((value) => [value, value])) as Record<T, T>;
  registerEnumType(object, { name, description });
  return object;
}

export const RunStatusEnum = enumOf(
  'RunStatus',
  runStatuses,
  'Where a run stands; SUCCEEDED, FAILED and CANCELLED never change again.',
);
export const TaskStatusEnum = enumOf('TaskStatus', taskStatuses, 'Where a task of a plan stands.');
export const SpecialistEnum = enumOf('Specialist', specialists, 'The nine specialists.');
export const StageEnum = enumOf('Stage', stages, 'Stages of a goal: plan, execute, measure, optimise.');
export const RunEventTypeEnum = enumOf(
  'RunEventType',
  runEventTypes,
  'What happened in a run; the last three end the stream.',
);
export const GateEnum = enumOf('Gate', gates, 'Areas that need a person; SAFE_STOP is the one-click pause.');
export const PersonRoleEnum = enumOf('PersonRole', personRoles, 'Roles of people in a workspace.');
export const GoalKpiEnum = enumOf('GoalKpi', goalKpis, 'KPIs that a goal can be set on.');
export const VerbEnum = enumOf(
  'RecommendationVerb',
  verbs,
  'What a card recommends; PAUSE stops, REDUCE cuts a part, SHIFT moves budget between several targets.',
);
export const EvidenceTierEnum = enumOf(
  'EvidenceTier',
  evidenceTiers,
  'Strength of support, strongest first; a screening fit counts as OBSERVED.',
);
export const MetricNameEnum = enumOf(
  'MetricName',
  metricNames,
  'Metrics of the catalogue; ratios are recomputed from their parts at every level.',
);
export const MetricDimensionEnum = enumOf(
  'MetricDimension',
  metricDimensions,
  'What metrics can be grouped and filtered by.',
);
export const MetricGrainEnum = enumOf(
  'MetricGrain',
  metricGrains,
  'Length of a period; weeks are ISO weeks, TOTAL is the whole window.',
);
export const UserErrorCodeEnum = enumOf(
  'UserErrorCode',
  userErrorCodes,
  'What there is to mend; schema/ERRORS.md is the catalogue.',
);

@ObjectType({ description: 'One thing to mend before the mutation can do its work; nothing was changed.' })
export class UserError {
  @Field(() => UserErrorCodeEnum, { description: 'What kind of thing it is.' })
  code!: keyof typeof UserErrorCodeEnum;

  @Field(() => String, { description: 'What was found, and what to do, for people.' })
  message!: string;

  @Field(() => [String], { description: 'Path to the input field; empty when it is about the whole.' })
  path!: readonly string[];
}

@ObjectType({ description: 'An amount of money in whole minor units.' })
export class Money {
  @Field(() => BigIntScalar, { description: 'Whole minor units, such as cents for EUR.' })
  minor!: bigint;

  @Field(() => String, { description: 'ISO 4217 code.' })
  currency!: string;

  @Field(() => Int, { description: 'Digits after the decimal sign: 2 for EUR, 0 for JPY.' })
  exponent!: number;
}

/** Money for the wire from micros. */
export function moneyOf(micros: bigint, currency: string): Money {
  return { minor: minorFromMicros(micros, currency), currency, exponent: currencyExponent(currency) };
}

function wholeNumber(value: unknown): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  if (typeof value === 'string' && /^-?\d{1,30}$/.test(value)) return BigInt(value);
  throw new AppError('BAD_USER_INPUT', `${JSON.stringify(value)} is not a whole number.`, {
    hint: 'Send it as decimal text, such as "120000".',
  });
}

function calendarDay(value: unknown): string {
  if (typeof value === 'string' && isDay(value)) return value;
  throw new AppError('BAD_USER_INPUT', `${JSON.stringify(value)} is not a day.`, { hint: 'Write it as "2026-01-31".' });
}

/** Owns runs in the schema: the type, its tasks, artifacts and events, starting, cancelling and following one. */
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
  Subscription,
} from 'type-graphql';
import { AppError } from '../../kernel/errors.ts';
import { microsFromMinor } from '../../kernel/money.ts';
import type { RunEvent } from '../../domain/runEvents.ts';
import type { Outcome } from '../../domain/userErrors.ts';
import {
  artifactsOfRuns,
  cancelRun,
  goalsById,
  listRuns,
  runsById,
  runsOfGoals,
  startRun,
  tasksOfRuns,
  type ArtifactView,
  type GoalView,
  type RunView,
  type TaskView,
} from '../../useCases/runs.ts';
import { connectionOf, connectionTypes, PageArgs, pageCost, pageOf, type Connection } from '../connections.ts';
import { eventsFor, loadOne, mutate, readWith, readerIn, type ApiContext } from '../context.ts';
import { fromGlobalId, toGlobalId } from '../globalIds.ts';
import {
  BigIntScalar,
  DayScalar,
  GoalKpiEnum,
  InstantScalar,
  RunEventTypeEnum,
  RunStatusEnum,
  UserError,
} from '../scalars.ts';
import { ArtifactType } from './artifact.ts';
import { GoalType } from './goal.ts';
import { TaskType } from './task.ts';

@ObjectType('Run', {
  description: 'One walk of the graph for a goal: a plan-and-execute run, or the measurement run that follows it.',
})
export class RunType {
  @Field(() => String, { description: 'PLAN_AND_EXECUTE or MEASUREMENT.' })
  kind!: string;

  @Field(() => RunStatusEnum, { description: 'Where the run stands.' })
  status!: RunView['status'];

  @Field(() => BigIntScalar, {
    description:
      'Number of its newest event, read together with the rest: pass it as `after` to runEvents and nothing is missed.',
  })
  lastSeq!: bigint;

  @Field(() => Int, { description: 'How often its specialists asked a language model; a run has a cap.' })
  modelCalls!: number;

  @Field(() => BigIntScalar, { description: 'Tokens of those calls, in and out, of failed tries too.' })
  modelTokens!: bigint;

  @Field(() => String, {
    nullable: true,
    description: 'SHA-256 of the plan as it was validated; null before the plan stands.',
  })
  planDigest!: string | null;

  @Field(() => InstantScalar, { description: 'When it was asked for.' })
  queuedAt!: Date;

  @Field(() => InstantScalar, { nullable: true, description: 'When a worker began.' })
  startedAt!: Date | null;

  @Field(() => InstantScalar, { nullable: true, description: 'When it ended; null while it goes on.' })
  endedAt!: Date | null;
}

@ObjectType('RunFailure', { description: 'Why a run failed, and what to do.' })
export class RunFailureType {
  @Field(() => String, { description: 'Stable code.' })
  code!: string;

  @Field(() => String, { description: 'What was tried and found.' })
  message!: string;

  @Field(() => String, { nullable: true, description: 'What to do about it.' })
  hint!: string | null;
}

@ObjectType('RunEvent', { description: 'One thing that happened in a run; `seq` counts from 1 without a gap.' })
export class RunEventType {
  @Field(() => Int, { description: 'Position in the run; pass the last one seen as `after` to go on.' })
  seq!: number;

  @Field(() => RunEventTypeEnum, { description: 'What happened.' })
  type!: RunEvent['type'];

  @Field(() => InstantScalar, { description: 'When.' })
  at!: string;

  @Field(() => String, { description: 'One sentence for people.' })
  message!: string;
}

@InputType({ description: 'An amount of money in whole minor units.' })
export class MoneyInput {
  @Field(() => BigIntScalar, { description: 'Whole minor units, such as cents for EUR.' })
  minor!: bigint;

  @Field(() => String, { description: 'ISO 4217 code; the reporting currency of the workspace.' })
  currency!: string;
}

@InputType({ description: 'A goal to plan for.' })
export class RunStartInput {
  @Field(() => GoalKpiEnum, { description: 'The KPI that counts.' })
  kpi!: keyof typeof GoalKpiEnum;

  @Field(() => Float, { description: 'Target over the window: a count, or currency units for REVENUE and PIPELINE.' })
  target!: number;

  @Field(() => DayScalar, { description: 'First day; today (business date) or later.' })
  from!: string;

  @Field(() => DayScalar, { description: 'Last day, counted.' })
  to!: string;

  @Field(() => MoneyInput, { description: 'Budget over the window.' })
  budget!: MoneyInput;

  @Field(() => String, { nullable: true, description: 'What is wanted, in words; the only text a plan is made from.' })
  text?: string | null;

  @Field(() => String, { nullable: true, description: 'Market of the strategy to build on. Default: ALL.' })
  market?: string | null;

  @Field(() => [String], { nullable: true, description: 'What must hold, in words; at most 20.' })
  constraints?: string[] | null;

  @Field(() => ID, { nullable: true, description: 'The same key with the same input starts one run only.' })
  idempotencyKey?: string | null;
}

@InputType({ description: 'Which run to stop.' })
export class RunCancelInput {
  @Field(() => ID, { description: 'The run.' })
  runId!: string;
}

@ObjectType({ description: 'The run, or what to mend.' })
export class RunPayload {
  @Field(() => RunType, { nullable: true, description: 'The run; null when there is something to mend.' })
  run!: RunView | null;

  @Field(() => [UserError], { description: 'What to mend; empty when it worked.' })
  userErrors!: readonly UserError[];

  @Field(() => [UserError], { description: 'What will stand in its way later: a gate that nobody can decide.' })
  warnings!: readonly UserError[];
}

const { Connection: RunConnection } = connectionTypes('Run', RunType);

@Resolver(() => RunType)
export class RunResolver {
  @Query(() => RunConnection, { nullable: true, description: 'Runs, newest first.', complexity: pageCost })
  async runs(@Args(() => PageArgs) args: PageArgs, @Ctx() context: ApiContext): Promise<Connection<RunView>> {
    const page = pageOf(args);
    const rows = await readWith(context, 'runs:read', (unit) => listRuns(unit, page));
    return connectionOf(page, rows, (run) => ({ at: run.queuedAt.toISOString(), id: run.id }));
  }

  @Query(() => RunType, { nullable: true, description: 'One run; null when this workspace has none of that id.' })
  async run(
    @Arg('id', () => ID, { description: 'Global id of the run.' }) id: string,
    @Ctx() context: ApiContext,
  ): Promise<RunView | null> {
    readerIn(context, 'runs:read');
    return (await loadOne(context, 'run', fromGlobalId('Run', id), runsById)) ?? null;
  }

  @FieldResolver(() => ID, { description: 'Global id.' })
  id(@Root() run: RunView): string {
    return toGlobalId('Run', run.id);
  }

  @FieldResolver(() => GoalType, { nullable: true, description: 'The goal it works for.' })
  goal(@Root() run: RunView, @Ctx() context: ApiContext): Promise<GoalView | undefined> {
    return loadOne(context, 'goal', run.goalId, goalsById);
  }

  @FieldResolver(() => RunFailureType, { nullable: true, description: 'Why it failed; null unless it did.' })
  failure(@Root() run: RunView): RunFailureType | null {
    return run.failure ?? null;
  }

  @FieldResolver(() => [TaskType], { description: 'Tasks of the plan, in order; at most 24.' })
  async tasks(@Root() run: RunView, @Ctx() context: ApiContext): Promise<TaskView[]> {
    return (await loadOne(context, 'tasksOfRun', run.id, tasksOfRuns)) ?? [];
  }

  @FieldResolver(() => [ArtifactType], { description: 'What its specialists left, oldest first.' })
  async artifacts(@Root() run: RunView, @Ctx() context: ApiContext): Promise<ArtifactView[]> {
    return (await loadOne(context, 'artifactsOfRun', run.id, artifactsOfRuns)) ?? [];
  }

  @Mutation(() => RunPayload, {
    description: 'States a goal and starts its run. Follow it with the subscription runEvents.',
    complexity: 100,
  })
  async runStart(
    @Arg('input', () => RunStartInput) input: RunStartInput,
    @Ctx() context: ApiContext,
  ): Promise<RunPayload> {
    const { idempotencyKey, budget, market, text, constraints, ...goal } = input;
    const optional = {
      ...(market ? { market } : {}),
      ...(text ? { text } : {}),
      ...(constraints ? { constraints } : {}),
    };
    const budgetMicros = microsFromMinor(budget.minor, budget.currency);
    const outcome = await mutate(context, (caller) =>
      startRun(
        caller,
        { ...goal, ...optional, budgetMicros, currency: budget.currency },
        { idempotencyKey: idempotencyKey ?? null },
      ),
    );
    return this.#payload(context, outcome, outcome.ok ? outcome.value.warnings : []);
  }

  @Mutation(() => RunPayload, {
    description: 'Stops a run: work ends within seconds, and what was executed stays executed.',
  })
  async runCancel(
    @Arg('input', () => RunCancelInput) input: RunCancelInput,
    @Ctx() context: ApiContext,
  ): Promise<RunPayload> {
    const outcome = await mutate(context, (caller) => cancelRun(caller, fromGlobalId('Run', input.runId)));
    return this.#payload(context, outcome);
  }

  @Subscription(() => RunEventType, {
    description: 'Events of a run after a cursor: the past first, then live; ends after the terminal event.',
    subscribe: ({ args, context }: { args: Record<string, unknown>; context: ApiContext }) =>
      followRunFor(context, String(args['runId']), Number(args['after'] ?? 0)),
  })
  runEvents(
    @Root() event: RunEvent,
    @Arg('runId', () => ID, { description: 'The run to follow.' }) _runId: string,
    @Arg('after', () => Int, {
      nullable: true,
      description: 'Number of the last event already seen. Default: 0, from the start.',
    })
    _after?: number,
  ): RunEvent {
    return event;
  }

  async #payload(
    context: ApiContext,
    outcome: Outcome<{ readonly runId: string }>,
    warnings: readonly UserError[] = [],
  ): Promise<RunPayload> {
    const run = outcome.ok ? await loadOne(context, 'run', outcome.value.runId, runsById) : undefined;
    return { run: run ?? null, userErrors: outcome.ok ? [] : outcome.errors, warnings };
  }
}

/** The field of goals that leads to runs; it stands here so that goals need not know runs. */
@Resolver(() => GoalType)
export class GoalRunsResolver {
  @FieldResolver(() => [RunType], {
    description: 'Its runs, newest first: planning runs and the measurement runs that follow them; at most 50.',
  })
  async runs(@Root() goal: GoalView, @Ctx() context: ApiContext): Promise<RunView[]> {
    return (await loadOne(context, 'runsOfGoal', goal.id, runsOfGoals)) ?? [];
  }
}

function followRunFor(context: ApiContext, globalId: string, after: number): AsyncIterable<RunEvent> {
  if (!Number.isInteger(after) || after < 0)
    throw new AppError('BAD_USER_INPUT', `after is ${after}; it is the number of an event, 0 or more.`);
  const { services, workspaceId, principal } = readerIn(context, 'runs:read');
  return eventsFor(context, services.followRun({ workspaceId, principal }, fromGlobalId('Run', globalId), after));
}

/** Owns approvals in the schema: the inbox, one approval with everything needed to decide, opening, deciding, following. */
import {
  Arg,
  Args,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  registerEnumType,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import { AppError } from '../../kernel/errors.ts';
import type { Forecast } from '../../domain/recommendations.ts';
import {
  approvalCounts,
  approvalDetail,
  approvalInbox,
  approvalsHead,
  approvalStates,
  changeSetsById,
  decideApproval,
  followApprovals,
  loadApproval,
  openForDecision,
  type ApprovalCounts,
  type ApprovalDetail,
  type ApprovalEvent,
  type ApprovalRow,
  type ApprovalState,
  type ChangeSetRow,
  type DecisionRow,
  type DiffRow,
  type VerdictKind,
} from '../../useCases/approvals.ts';
import { connectionOf, connectionTypes, PageArgs, pageCost, pageOf, type Connection } from '../connections.ts';
import { callerIn, loadOne, mutate, read, type ApiContext } from '../context.ts';
import { fromGlobalId, toGlobalId } from '../globalIds.ts';
import { BigIntScalar, GateEnum, InstantScalar, PersonRoleEnum, UserError } from '../scalars.ts';
import { ChangeDiff } from './changeDiff.ts';
import { ChangeSetType } from './changeSet.ts';
import { ApprovalForecastType } from './approvalForecast.ts';

const ApprovalStateEnum = Object.fromEntries(approvalStates.map((state) => [state, state])) as Record<
  ApprovalState,
  ApprovalState
>;
registerEnumType(ApprovalStateEnum, { name: 'ApprovalState', description: 'State of one gate of one revision.' });
const VerdictEnum = { APPROVE: 'APPROVE', REJECT: 'REJECT', REQUEST_CHANGES: 'REQUEST_CHANGES' } as const;
registerEnumType(VerdictEnum, {
  name: 'Verdict',
  description: 'What a person says; one REJECT is a veto, REQUEST_CHANGES sends it back without one.',
});

@ObjectType('GateSeat', { description: 'So many distinct people of that role must agree.' })
export class GateSeatType {
  @Field(() => PersonRoleEnum, { description: 'Role.' })
  role!: keyof typeof PersonRoleEnum;

  @Field(() => Int, { description: 'How many.' })
  count!: number;
}

@ObjectType('Decision', { description: "One person's verdict on one approval, on one digest." })
export class DecisionType {
  @Field(() => String, { description: 'Who.' })
  email!: string;

  @Field(() => GateEnum, { description: 'Gate.' })
  gate!: keyof typeof GateEnum;

  @Field(() => Int, { description: 'Revision it was said of.' })
  revision!: number;

  @Field(() => VerdictEnum, { description: 'What they said.' })
  verdict!: VerdictKind;

  @Field(() => String, { description: 'Why.' })
  reason!: string;

  @Field(() => BigIntScalar, {
    nullable: true,
    description: 'Milliseconds between opening and deciding, measured by the server.',
  })
  viewedMs!: number | null;

  @Field(() => InstantScalar, { description: 'When.' })
  decidedAt!: string;

  @Field(() => InstantScalar, { description: 'Until when it counts.' })
  validUntil!: string;
}

@ObjectType('Approval', { description: 'One gate of one revision of one change set: what a person sees in the inbox.' })
export class ApprovalType {
  @Field(() => GateEnum, { description: 'The gate.' })
  gate!: keyof typeof GateEnum;

  @Field(() => ApprovalStateEnum, { description: 'Where it stands; a deadline counts at reading time.' })
  state!: ApprovalState;

  @Field(() => String, { description: 'Title of the change set.' })
  title!: string;

  @Field(() => Int, { description: 'Revision to name in the verdict.' })
  revision!: number;

  @Field(() => String, { description: 'Digest to name in the verdict.' })
  digest!: string;

  @Field(() => [GateSeatType], { description: 'Who must agree.' })
  seats!: readonly GateSeatType[];

  @Field(() => Int, { description: 'People who agreed so far.' })
  approvals!: number;

  @Field(() => InstantScalar, { description: 'When the request lapses; never an approval.' })
  decideBy!: string;

  @Field(() => InstantScalar, { description: 'When it was asked for.' })
  createdAt!: string;
}

@ObjectType('ApprovalGateCount', { description: 'How much waits at a gate.' })
export class ApprovalGateCountType {
  @Field(() => GateEnum, { description: 'The gate.' })
  gate!: keyof typeof GateEnum;

  @Field(() => Int, { description: 'Approvals that wait.' })
  pending!: number;
}

@ObjectType('ApprovalCounts', { description: 'How much waits.' })
export class ApprovalCountsType {
  @Field(() => Int, { description: 'All that wait.' })
  pending!: number;

  @Field(() => Int, { description: 'Those that you may decide.' })
  mine!: number;

  @Field(() => Int, { description: 'Due within a day.' })
  dueSoon!: number;

  @Field(() => [ApprovalGateCountType], { description: 'By gate.' })
  byGate!: readonly ApprovalGateCountType[];
}

@ObjectType('ApprovalEvent', {
  description: 'One thing that happened to an approval; `seq` counts from 1 without a gap in each workspace.',
})
export class ApprovalEventType {
  @Field(() => Int, { description: 'Position; pass the last one seen as `after` to go on.' })
  seq!: number;

  @Field(() => String, {
    description:
      'REQUESTED, DECIDED, APPROVED, REJECTED, CHANGES_REQUESTED, EXPIRED, VOIDED, REOPENED or SEATS_RAISED.',
  })
  type!: string;

  @Field(() => InstantScalar, { description: 'When.' })
  at!: string;
}

@InputType({ description: 'Which approval is being looked at.' })
export class ApprovalOpenInput {
  @Field(() => ID, { description: 'The approval.' })
  approvalId!: string;
}

@ObjectType({ description: 'The view session to name in the verdict.' })
export class ApprovalOpenPayload {
  @Field(() => ID, { nullable: true, description: 'View session.' })
  viewSessionId!: string | null;

  @Field(() => ApprovalType, { nullable: true, description: 'The approval as it stands now.' })
  approval!: ApprovalRow | null;

  @Field(() => [UserError], { description: 'What to mend; empty when it worked.' })
  userErrors!: readonly UserError[];
}

@InputType({ description: "One person's verdict; revision and digest name the exact bytes that were looked at." })
export class ApprovalDecideInput {
  @Field(() => ID, { description: 'The approval.' })
  approvalId!: string;

  @Field(() => VerdictEnum, { description: 'The verdict.' })
  verdict!: VerdictKind;

  @Field(() => String, { defaultValue: '', description: 'Why; compulsory unless it is APPROVE.' })
  reason!: string;

  @Field(() => Int, { description: 'Revision that was looked at.' })
  revision!: number;

  @Field(() => String, { description: 'Digest that was looked at.' })
  digest!: string;

  @Field(() => ID, { description: 'From approvalOpen.' })
  viewSessionId!: string;

  @Field(() => ID, { nullable: true, description: 'The same key with the same input decides once.' })
  idempotencyKey?: string | null;
}

@ObjectType({ description: 'The approval, or why the verdict was not taken.' })
export class ApprovalPayload {
  @Field(() => ApprovalType, {
    nullable: true,
    description: 'The approval as it stands now; null when the verdict was not taken.',
  })
  approval!: ApprovalRow | null;

  @Field(() => [UserError], { description: 'Why it was not taken; empty when it was.' })
  userErrors!: readonly UserError[];
}

const { Connection: ApprovalConnection } = connectionTypes('Approval', ApprovalType);

@Resolver(() => ApprovalType)
export class ApprovalResolver {
  @Query(() => ApprovalConnection, { nullable: true, description: 'Approvals, newest first.', complexity: pageCost })
  async approvals(
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: ApiContext,
    @Arg('states', () => [ApprovalStateEnum], { nullable: true, description: 'Only in these states.' }) states?:
      | ApprovalState[]
      | null,
    @Arg('mine', () => Boolean, { defaultValue: false, description: 'Only those that you may decide now.' })
    mine?: boolean,
    @Arg('runId', () => ID, { nullable: true, description: 'Only of this run.' }) runId?: string | null,
  ): Promise<Connection<ApprovalRow>> {
    const page = pageOf(args);
    const { principal } = callerIn(context);
    const filter = {
      limit: page.first + 1,
      ...(page.after ? { after: page.after } : {}),
      ...(states ? { states } : {}),
      ...(mine && principal.kind === 'PERSON' ? { forMember: principal.memberId } : {}),
      ...(runId ? { runId: fromGlobalId('Run', runId) } : {}),
    };
    return connectionOf(page, await read(context, (unit) => approvalInbox(unit, filter)), (row) => ({
      at: row.createdAt,
      id: row.id,
    }));
  }

  @Query(() => ApprovalType, {
    nullable: true,
    description: 'One approval; an error when this workspace has none of that id.',
  })
  approval(
    @Arg('id', () => ID, { description: 'Global id of the approval.' }) id: string,
    @Ctx() context: ApiContext,
  ): Promise<ApprovalRow> {
    return read(context, (unit) => loadApproval(unit, fromGlobalId('Approval', id)));
  }

  @Query(() => ApprovalCountsType, { nullable: true, description: 'How much waits, for a badge.' })
  approvalCounts(@Ctx() context: ApiContext): Promise<ApprovalCounts> {
    const { principal } = callerIn(context);
    return read(context, (unit) => approvalCounts(unit, principal.kind === 'PERSON' ? principal.memberId : null));
  }

  @Query(() => Int, {
    nullable: true,
    description: 'Number of the newest approval event; pass it as `after` to approvalEvents and nothing is missed.',
  })
  approvalsHead(@Ctx() context: ApiContext): Promise<number> {
    return read(context, approvalsHead);
  }

  @FieldResolver(() => ID, { description: 'Global id.' })
  id(@Root() approval: ApprovalRow): string {
    return toGlobalId('Approval', approval.id);
  }

  @FieldResolver(() => ChangeSetType, { nullable: true, description: 'The change set.' })
  changeSet(@Root() approval: ApprovalRow, @Ctx() context: ApiContext): Promise<ChangeSetRow | undefined> {
    return loadOne(context, 'changeSet', approval.changeSetId, changeSetsById);
  }

  @FieldResolver(() => [ChangeDiff], { description: 'The lines that the people of this gate decide on.' })
  async diff(@Root() approval: ApprovalRow, @Ctx() context: ApiContext): Promise<readonly DiffRow[]> {
    return (await detailOf(context, approval.id)).diff;
  }

  @FieldResolver(() => ApprovalForecastType, {
    nullable: true,
    description: 'What the change is expected to do; null without a card.',
  })
  async forecast(@Root() approval: ApprovalRow, @Ctx() context: ApiContext): Promise<Forecast | null> {
    return (await detailOf(context, approval.id)).forecast;
  }

  @FieldResolver(() => [DecisionType], { description: 'Verdicts on the change set, oldest first, all revisions.' })
  async decisions(@Root() approval: ApprovalRow, @Ctx() context: ApiContext): Promise<readonly DecisionRow[]> {
    return (await detailOf(context, approval.id)).decisions;
  }

  @Mutation(() => ApprovalOpenPayload, {
    description: 'Says that you look at an approval now; view time is measured from here.',
  })
  async approvalOpen(
    @Arg('input', () => ApprovalOpenInput) input: ApprovalOpenInput,
    @Ctx() context: ApiContext,
  ): Promise<ApprovalOpenPayload> {
    const id = fromGlobalId('Approval', input.approvalId);
    const { viewSessionId } = await mutate(context, (caller) => openForDecision(caller, id));
    return {
      viewSessionId: toGlobalId('ViewSession', viewSessionId),
      approval: await read(context, (unit) => loadApproval(unit, id)),
      userErrors: [],
    };
  }

  @Mutation(() => ApprovalPayload, {
    description: 'Gives your verdict. Only people can; tokens and agents never.',
    complexity: 10,
  })
  async approvalDecide(
    @Arg('input', () => ApprovalDecideInput) input: ApprovalDecideInput,
    @Ctx() context: ApiContext,
  ): Promise<ApprovalPayload> {
    const { idempotencyKey, verdict, reason, revision, digest } = input;
    const id = fromGlobalId('Approval', input.approvalId);
    const decision = {
      approvalId: id,
      verdict,
      reason,
      revision,
      digest,
      viewSessionId: fromGlobalId('ViewSession', input.viewSessionId),
    };
    const outcome = await mutate(context, (caller) => decideApproval(caller, decision, idempotencyKey ?? null));
    if (!outcome.ok) return { approval: null, userErrors: outcome.errors };
    return { approval: await read(context, (unit) => loadApproval(unit, id)), userErrors: [] };
  }

  @Subscription(() => ApprovalEventType, {
    description: 'What happens to approvals, after a cursor: the past first, then live.',
    subscribe: ({ args, context }: { args: Record<string, unknown>; context: ApiContext }) =>
      followFrom(context, Number(args['after'] ?? 0)),
  })
  approvalEvents(
    @Root() event: ApprovalEvent,
    @Arg('after', () => Int, {
      nullable: true,
      description: 'Number of the last event already seen. Default: 0, from the start.',
    })
    _after?: number,
  ): ApprovalEvent {
    return event;
  }
}

@Resolver(() => ApprovalEventType)
export class ApprovalEventResolver {
  @FieldResolver(() => ApprovalType, { nullable: true, description: 'The approval as it stands now.' })
  approval(@Root() event: ApprovalEvent, @Ctx() context: ApiContext): Promise<ApprovalRow> {
    return read(context, (unit) => loadApproval(unit, event.approvalId));
  }
}

function followFrom(context: ApiContext, after: number): AsyncIterable<ApprovalEvent> {
  if (!Number.isInteger(after) || after < 0)
    throw new AppError('BAD_USER_INPUT', `after is ${after}; it is the number of an event, 0 or more.`);
  return followApprovals(callerIn(context), after);
}

async function detailOf(context: ApiContext, id: string): Promise<ApprovalDetail> {
  const detail = await loadOne(context, 'approvalDetail', id, async (unit, ids) => {
    const found = new Map<string, ApprovalDetail>();
    for (const one of ids) found.set(one, await approvalDetail(unit, one));
    return found;
  });
  if (!detail) throw new AppError('NOT_FOUND', 'There is no such approval.');
  return detail;
}

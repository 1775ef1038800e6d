/** Owns approvals in the schema: the inbox, and one approval with everything needed to decide. */
import {
  Arg,
  Args,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Int,
  ObjectType,
  Query,
  registerEnumType,
  Resolver,
  Root,
} from 'type-graphql';
import type { Forecast } from '../../domain/recommendations.ts';
import {
  approvalCounts,
  approvalInbox,
  approvalsHead,
  approvalStates,
  loadApproval,
  type ApprovalCounts,
  type ApprovalRow,
  type ApprovalState,
  type ChangeSetRow,
  type DecisionRow,
  type DiffRow,
} from '../../useCases/approvals.ts';
import { changeOf, decisionsOfChange, diffOfChange, forecastOfCard } from '../changeLoads.ts';
import { connectionOf, connectionTypes, PageArgs, pageCost, pageOf, type Connection } from '../connections.ts';
import { callerIn, readWith, type ApiContext } from '../context.ts';
import { fromGlobalId, toGlobalId } from '../globalIds.ts';
import { GateEnum, InstantScalar, PersonRoleEnum } from '../scalars.ts';
import { ChangeDiff } from './changeDiff.ts';
import { ChangeSetType } from './changeSet.ts';
import { ApprovalForecastType } from './approvalForecast.ts';
import { DecisionType } from './verdict.ts';

const ApprovalStateEnum = Object.fromEntries(approvalStates.map((state) => [state, state])) as Record<
  ApprovalState,
  ApprovalState
>;
registerEnumType(ApprovalStateEnum, { name: 'ApprovalState', description: 'State of one gate of one revision.' });
@ObjectType('GateSeat', { description: 'So many distinct people of that role must agree.' })
export class GateSeatType {
  @Field(() => PersonRoleEnum, { description: 'Role.' })
  role!: keyof typeof PersonRoleEnum;

  @Field(() => Int, { description: 'How many.' })
  count!: number;
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
    return connectionOf(page, await readWith(context, 'runs:read', (unit) => approvalInbox(unit, filter)), (row) => ({
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
    return readWith(context, 'runs:read', (unit) => loadApproval(unit, fromGlobalId('Approval', id)));
  }

  @Query(() => ApprovalCountsType, { nullable: true, description: 'How much waits, for a badge.' })
  approvalCounts(@Ctx() context: ApiContext): Promise<ApprovalCounts> {
    const { principal } = callerIn(context);
    return readWith(context, 'runs:read', (unit) =>
      approvalCounts(unit, principal.kind === 'PERSON' ? principal.memberId : null),
    );
  }

  @Query(() => Int, {
    nullable: true,
    description: 'Number of the newest approval event; pass it as `after` to approvalEvents and nothing is missed.',
  })
  approvalsHead(@Ctx() context: ApiContext): Promise<number> {
    return readWith(context, 'runs:read', approvalsHead);
  }

  @FieldResolver(() => ID, { description: 'Global id.' })
  id(@Root() approval: ApprovalRow): string {
    return toGlobalId('Approval', approval.id);
  }

  @FieldResolver(() => ChangeSetType, { nullable: true, description: 'The change set.' })
  changeSet(@Root() approval: ApprovalRow, @Ctx() context: ApiContext): Promise<ChangeSetRow | undefined> {
    return changeOf(context, approval.changeSetId);
  }

  @FieldResolver(() => [ChangeDiff], { description: 'The lines that the people of this gate decide on.' })
  async diff(@Root() approval: ApprovalRow, @Ctx() context: ApiContext): Promise<readonly DiffRow[]> {
    return (await diffOfChange(context, approval.changeSetId)).filter((row) => row.gate === approval.gate);
  }

  @FieldResolver(() => ApprovalForecastType, {
    nullable: true,
    description: 'What the change is expected to do; null without a card.',
  })
  forecast(@Root() approval: ApprovalRow, @Ctx() context: ApiContext): Promise<Forecast | null> {
    return forecastOfCard(context, approval.recommendationId);
  }

  @FieldResolver(() => [DecisionType], { description: 'Verdicts on the change set, oldest first, all revisions.' })
  decisions(@Root() approval: ApprovalRow, @Ctx() context: ApiContext): Promise<readonly DecisionRow[]> {
    return decisionsOfChange(context, approval.changeSetId);
  }
}

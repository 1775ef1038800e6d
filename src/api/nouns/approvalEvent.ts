/** Owns following approvals in the schema. */
import { Arg, Ctx, Field, FieldResolver, Int, ObjectType, Resolver, Root, Subscription } from 'type-graphql';
import { AppError } from '../../kernel/errors.ts';
import { followApprovals, loadApproval, type ApprovalEvent, type ApprovalRow } from '../../useCases/approvals.ts';
import { eventsFor, read, readerIn, type ApiContext } from '../context.ts';
import { InstantScalar } from '../scalars.ts';
import { ApprovalType } from './approval.ts';

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

@Resolver(() => ApprovalEventType)
export class ApprovalEventResolver {
  @FieldResolver(() => ApprovalType, { nullable: true, description: 'The approval as it stands now.' })
  approval(@Root() event: ApprovalEvent, @Ctx() context: ApiContext): Promise<ApprovalRow> {
    return read(context, (unit) => loadApproval(unit, event.approvalId));
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

function followFrom(context: ApiContext, after: number): AsyncIterable<ApprovalEvent> {
  if (!Number.isInteger(after) || after < 0)
    throw new AppError('BAD_USER_INPUT', `after is ${after}; it is the number of an event, 0 or more.`);
  return eventsFor(context, followApprovals(readerIn(context, 'runs:read'), after));
}

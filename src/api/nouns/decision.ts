/** Owns verdicts in the schema: opening an approval to look at it, deciding it, and what people said. */
import { Arg, Ctx, Field, ID, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import {
  decideApproval,
  loadApproval,
  openForDecision,
  type ApprovalRow,
  type VerdictKind,
} from '../../useCases/approvals.ts';
import { mutate, read, type ApiContext } from '../context.ts';
import { fromGlobalId, toGlobalId } from '../globalIds.ts';
import { UserError } from '../scalars.ts';
import { ApprovalType } from './approval.ts';
import { VerdictEnum } from './verdict.ts';

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

@Resolver()
export class DecisionResolver {
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
}

/** Owns the one-click stop in the schema. */
import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { ChangeSetRow } from '../../useCases/approvals.ts';
import { stopCampaign } from '../../useCases/safeStop.ts';
import { changeOf } from '../changeLoads.ts';
import { mutate, type ApiContext } from '../context.ts';
import { fromGlobalId } from '../globalIds.ts';
import { UserError } from '../scalars.ts';
import { ChangeSetType } from './changeSet.ts';

@InputType({ description: 'A campaign to pause at once.' })
export class SafeStopInput {
  @Field(() => ID, { description: 'The campaign.' })
  campaignId!: string;

  @Field(() => String, { description: 'Why it must stop now.' })
  reason!: string;
}

@ObjectType({ description: 'The change set that records the stop, or what to mend.' })
export class SafeStopPayload {
  @Field(() => ChangeSetType, { nullable: true, description: 'Approved by the click itself; a worker carries it out.' })
  changeSet!: ChangeSetRow | null;

  @Field(() => [UserError], { description: 'What to mend; empty when it worked.' })
  userErrors!: readonly UserError[];
}

@Resolver()
export class SafeStopResolver {
  @Mutation(() => SafeStopPayload, {
    description: 'Pauses a campaign at once: the click of one operator is enough. Resuming needs a budget owner.',
  })
  async safeStop(
    @Arg('input', () => SafeStopInput) input: SafeStopInput,
    @Ctx() context: ApiContext,
  ): Promise<SafeStopPayload> {
    const campaignId = fromGlobalId('Campaign', input.campaignId);
    const outcome = await mutate(context, (caller) => stopCampaign(caller, { campaignId, reason: input.reason }));
    if (!outcome.ok) return { changeSet: null, userErrors: outcome.errors };
    const changeSet = await changeOf(context, outcome.value.changeSetId);
    return { changeSet: changeSet ?? null, userErrors: [] };
  }
}

/** Owns campaigns in the schema. */
import { Arg, Args, Ctx, Field, FieldResolver, ID, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { campaignsById, listCampaigns, type CampaignView } from '../../useCases/campaigns.ts';
import { connectionOf, connectionTypes, PageArgs, pageCost, pageOf, type Connection } from '../connections.ts';
import { loadOne, readWith, readerIn, type ApiContext } from '../context.ts';
import { fromGlobalId, toGlobalId } from '../globalIds.ts';
import { DayScalar, Money, moneyOf } from '../scalars.ts';
import { Performance, performanceFor, WindowArgs } from './performance.ts';

@ObjectType('Budget', { description: 'The budget in force of a campaign.' })
export class BudgetType {
  @Field(() => Money, { description: 'Amount a period.' })
  amount!: Money;

  @Field(() => String, { description: 'DAY or WEEK.' })
  period!: string;

  @Field(() => String, { description: 'APPROVED when people agreed to it, OBSERVED when an import found it.' })
  status!: string;

  @Field(() => DayScalar, { description: 'First day it holds.' })
  validFrom!: string;
}

@ObjectType('Campaign', { description: 'A campaign on a channel. It changes only by an approved change set.' })
export class CampaignType {
  @Field(() => String, { description: 'Name as the platform gives it.' })
  name!: string;

  @Field(() => String, { description: 'Channel key, such as PAID_SEARCH.' })
  channel!: string;

  @Field(() => String, { description: 'OBSERVED by an import, or ACTIVE, PAUSED, ENDED by an executed change.' })
  status!: string;

  @Field(() => String, {
    nullable: true,
    description: 'ACTIVE, PAUSED or ENDED, as the newest import of its platform says; null where none says.',
  })
  reportedStatus!: string | null;

  @Field(() => String, { nullable: true, description: 'What it is for.' })
  objective!: string | null;

  @Field(() => String, { description: 'Market.' })
  market!: string;

  @Field(() => DayScalar, { nullable: true, description: 'First day it ran.' })
  launchedOn!: string | null;
}

const { Connection: CampaignConnection } = connectionTypes('Campaign', CampaignType);

@Resolver(() => CampaignType)
export class CampaignResolver {
  @Query(() => CampaignConnection, { nullable: true, description: 'Campaigns, newest first.', complexity: pageCost })
  async campaigns(
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: ApiContext,
    @Arg('channel', () => String, { nullable: true, description: 'Only of this channel key.' }) channel?: string | null,
  ): Promise<Connection<CampaignView>> {
    const page = pageOf(args);
    const rows = await readWith(context, 'metrics:read', (unit) => listCampaigns(unit, page, channel ?? undefined));
    return connectionOf(page, rows, (campaign) => ({ at: campaign.createdAt.toISOString(), id: campaign.id }));
  }

  @Query(() => CampaignType, {
    nullable: true,
    description: 'One campaign; null when this workspace has none of that id.',
  })
  async campaign(
    @Arg('id', () => ID, { description: 'Global id of the campaign.' }) id: string,
    @Ctx() context: ApiContext,
  ): Promise<CampaignView | null> {
    readerIn(context, 'metrics:read');
    return (await loadOne(context, 'campaign', fromGlobalId('Campaign', id), campaignsById)) ?? null;
  }

  @FieldResolver(() => ID, { description: 'Global id.' })
  id(@Root() campaign: CampaignView): string {
    return toGlobalId('Campaign', campaign.id);
  }

  @FieldResolver(() => BudgetType, { nullable: true, description: 'The budget in force; null where none is known.' })
  budget(@Root() { budgetInForce: budget }: CampaignView): BudgetType | null {
    return budget
      ? {
          amount: moneyOf(BigInt(budget.amountMicros), budget.currency),
          period: budget.period,
          status: budget.status,
          validFrom: budget.validFrom,
        }
      : null;
  }

  @FieldResolver(() => Performance, { nullable: true, description: 'What it did over a window; null without rows.' })
  performance(
    @Root() campaign: CampaignView,
    @Args(() => WindowArgs) args: WindowArgs,
    @Ctx() context: ApiContext,
  ): Promise<Performance | null> {
    return performanceFor(context, 'CAMPAIGN', campaign.id, args);
  }
}

/** Owns audiences and messages in the schema: who is spoken to, and with what. */
import { Args, Ctx, Field, FieldResolver, ID, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { listAudiences, listMessages, type AudienceView, type MessageView } from '../../useCases/campaigns.ts';
import { connectionOf, connectionTypes, PageArgs, pageCost, pageOf, type Connection } from '../connections.ts';
import { readWith, type ApiContext } from '../context.ts';
import { toGlobalId } from '../globalIds.ts';
import { Performance, performanceFor, WindowArgs } from './performance.ts';

@ObjectType('Audience', { description: 'An audience. Its definition changes only by an approved change set.' })
export class AudienceType {
  @Field(() => String, { description: 'Name.' })
  name!: string;

  @Field(() => String, { description: 'OBSERVED by an import, or ACTIVE, RETIRED by an executed change.' })
  status!: string;

  @Field(() => String, { nullable: true, description: 'Segment that sparse counts shrink to.' })
  parentName!: string | null;
}

@ObjectType('Message', { description: 'A message (creative) with its copy where it is known.' })
export class MessageType {
  @Field(() => String, { description: 'Name.' })
  name!: string;

  @Field(() => String, { description: 'OBSERVED, DRAFT, ACTIVE or RETIRED.' })
  status!: string;

  @Field(() => String, { nullable: true, description: 'Channel key.' })
  channel!: string | null;

  @Field(() => String, { nullable: true, description: 'Headline.' })
  headline!: string | null;

  @Field(() => String, { nullable: true, description: 'Body text.' })
  body!: string | null;

  @Field(() => String, { nullable: true, description: 'Call to action.' })
  callToAction!: string | null;

  @Field(() => String, { description: 'Language (BCP 47).' })
  language!: string;
}

const { Connection: AudienceConnection } = connectionTypes('Audience', AudienceType);
const { Connection: MessageConnection } = connectionTypes('Message', MessageType);

@Resolver(() => AudienceType)
export class AudienceResolver {
  @Query(() => AudienceConnection, { nullable: true, description: 'Audiences, newest first.', complexity: pageCost })
  async audiences(@Args(() => PageArgs) args: PageArgs, @Ctx() context: ApiContext): Promise<Connection<AudienceView>> {
    const page = pageOf(args);
    const rows = await readWith(context, 'metrics:read', (unit) => listAudiences(unit, page));
    return connectionOf(page, rows, (audience) => ({ at: audience.createdAt.toISOString(), id: audience.id }));
  }

  @FieldResolver(() => ID, { description: 'Global id.' })
  id(@Root() audience: AudienceView): string {
    return toGlobalId('Audience', audience.id);
  }

  @FieldResolver(() => Performance, { nullable: true, description: 'What it did over a window; null without rows.' })
  performance(
    @Root() audience: AudienceView,
    @Args(() => WindowArgs) args: WindowArgs,
    @Ctx() context: ApiContext,
  ): Promise<Performance | null> {
    return performanceFor(context, 'AUDIENCE', audience.id, args);
  }
}

@Resolver(() => MessageType)
export class MessageResolver {
  @Query(() => MessageConnection, { nullable: true, description: 'Messages, newest first.', complexity: pageCost })
  async messages(@Args(() => PageArgs) args: PageArgs, @Ctx() context: ApiContext): Promise<Connection<MessageView>> {
    const page = pageOf(args);
    const rows = await readWith(context, 'metrics:read', (unit) => listMessages(unit, page));
    return connectionOf(page, rows, (message) => ({ at: message.createdAt.toISOString(), id: message.id }));
  }

  @FieldResolver(() => ID, { description: 'Global id.' })
  id(@Root() message: MessageView): string {
    return toGlobalId('Message', message.id);
  }

  @FieldResolver(() => Performance, { nullable: true, description: 'What it did over a window; null without rows.' })
  performance(
    @Root() message: MessageView,
    @Args(() => WindowArgs) args: WindowArgs,
    @Ctx() context: ApiContext,
  ): Promise<Performance | null> {
    return performanceFor(context, 'MESSAGE', message.id, args);
  }
}

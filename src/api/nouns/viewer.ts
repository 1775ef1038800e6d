/** Owns who is asking, in which workspace, and its members, in the schema. */
import { Ctx, Field, FieldResolver, ID, Int, ObjectType, Query, Resolver, Root } from 'type-graphql';
import type { Principal } from '../../domain/principal.ts';
import type { MemberWithRoles } from '../../useCases/authentication.ts';
import { requirePerson } from '../../useCases/callers.ts';
import { currentWorkspace, listMembers, type WorkspaceView } from '../../useCases/workspaces.ts';
import { callerIn, read, type ApiContext } from '../context.ts';
import { toGlobalId } from '../globalIds.ts';
import { DayScalar, PersonRoleEnum } from '../scalars.ts';

@ObjectType('Workspace', { description: 'The tenant: every row belongs to one, and nobody sees into another.' })
export class WorkspaceType {
  @Field(() => String, { description: 'Short name, as commands take it.' })
  name!: string;

  @Field(() => String, { description: 'Title for people.' })
  title!: string;

  @Field(() => String, { description: 'IANA time zone.' })
  timeZone!: string;

  @Field(() => Int, { description: 'First day of the week for people, 1 is Monday; metrics use ISO weeks.' })
  firstWeekday!: number;

  @Field(() => String, { description: 'Reporting currency (ISO 4217).' })
  currency!: string;

  @Field(() => String, { description: 'Industry; regulated ones fire more gates.' })
  industry!: string;

  @Field(() => Boolean, { description: 'Whether it is a demo on a simulated market.' })
  isDemo!: boolean;
}

@ObjectType('Viewer', { description: 'Who is asking.' })
export class ViewerType {
  @Field(() => String, { description: 'PERSON or TOKEN.' })
  kind!: string;
}

@ObjectType('Member', { description: 'A person in the workspace.' })
export class MemberType {
  @Field(() => String, { description: 'Address.' })
  email!: string;

  @Field(() => Boolean, { description: 'Whether they may sign in.' })
  active!: boolean;

  @Field(() => [PersonRoleEnum], { description: 'Roles they hold.' })
  roles!: readonly (keyof typeof PersonRoleEnum)[];
}

@Resolver(() => ViewerType)
export class ViewerResolver {
  @Query(() => ViewerType, { nullable: true, description: 'Who is asking; an error without a token.' })
  viewer(@Ctx() context: ApiContext): Principal {
    return callerIn(context).principal;
  }

  @Query(() => [MemberType], { nullable: true, description: 'Members with their roles, by address; for people only.' })
  async members(@Ctx() context: ApiContext): Promise<MemberWithRoles[]> {
    requirePerson(callerIn(context));
    return read(context, listMembers);
  }

  @FieldResolver(() => String, { nullable: true, description: 'Address of a person; null for a token.' })
  email(@Root() principal: Principal): string | null {
    return principal.kind === 'PERSON' ? principal.email : null;
  }

  @FieldResolver(() => [PersonRoleEnum], { description: 'Roles of a person; empty for a token.' })
  roles(@Root() principal: Principal): readonly string[] {
    return principal.kind === 'PERSON' ? principal.roles : [];
  }

  @FieldResolver(() => [String], { description: 'Scopes of a token; empty for a person.' })
  scopes(@Root() principal: Principal): readonly string[] {
    return principal.kind === 'TOKEN' ? principal.scopes : [];
  }

  @FieldResolver(() => WorkspaceType, { description: 'The workspace of the token.' })
  workspace(@Ctx() context: ApiContext): Promise<WorkspaceView> {
    return read(context, currentWorkspace);
  }
}

@Resolver(() => WorkspaceType)
export class WorkspaceResolver {
  @FieldResolver(() => ID, { description: 'Global id.' })
  id(@Root() workspace: WorkspaceView): string {
    return toGlobalId('Workspace', workspace.id);
  }

  @FieldResolver(() => DayScalar, {
    description: 'Business date: today in its time zone, or the day that a demo market has reached.',
  })
  businessDate(@Root() workspace: WorkspaceView): string {
    return workspace.today;
  }
}

@Resolver(() => MemberType)
export class MemberResolver {
  @FieldResolver(() => ID, { description: 'Global id.' })
  id(@Root() member: MemberWithRoles): string {
    return toGlobalId('Member', member.id);
  }
}

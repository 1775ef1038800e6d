/** Owns API tokens in the schema: for BI tools and scripts. */
import { Arg, Ctx, Field, ID, InputType, Int, Mutation, ObjectType, registerEnumType, Resolver } from 'type-graphql';
import { tokenScopes, type TokenScope } from '../../domain/principal.ts';
import { createApiToken, revokeApiToken } from '../../useCases/apiTokens.ts';
import { mutate, type ApiContext } from '../context.ts';
import { fromGlobalId, toGlobalId } from '../globalIds.ts';
import { InstantScalar, UserError } from '../scalars.ts';

/** Scopes as GraphQL can name them: `metrics:read` is METRICS_READ. */
const TokenScopeEnum = Object.fromEntries(
  tokenScopes.map((scope) => [scope.replace(':', '_').toUpperCase(), scope]),
) as Record<string, TokenScope>;
registerEnumType(TokenScopeEnum, {
  name: 'TokenScope',
  description: 'What a token may do. Deciding has no scope: only people decide.',
});

@InputType({ description: 'A token to make.' })
export class ApiTokenCreateInput {
  @Field(() => String, { description: 'Name to tell it apart by.' })
  name!: string;

  @Field(() => [TokenScopeEnum], { description: 'What it may do.' })
  scopes!: TokenScope[];

  @Field(() => Int, { defaultValue: 90, description: 'Days that it holds, 1 to 366.' })
  validDays!: number;
}

@ObjectType({ description: 'The token, shown this once; or what to mend.' })
export class ApiTokenCreatePayload {
  @Field(() => ID, { nullable: true, description: 'Global id, to revoke it by.' })
  tokenId!: string | null;

  @Field(() => String, { nullable: true, description: 'The token itself: keep it now, it is never shown again.' })
  token!: string | null;

  @Field(() => InstantScalar, { nullable: true, description: 'When it ends.' })
  expiresAt!: Date | null;

  @Field(() => [UserError], { description: 'What to mend; empty when it worked.' })
  userErrors!: readonly UserError[];
}

@InputType({ description: 'A token to end.' })
export class ApiTokenRevokeInput {
  @Field(() => ID, { description: 'The token.' })
  tokenId!: string;
}

@ObjectType({ description: 'The ended token, or what to mend.' })
export class ApiTokenRevokePayload {
  @Field(() => ID, { nullable: true, description: 'Global id of the ended token.' })
  tokenId!: string | null;

  @Field(() => [UserError], { description: 'What to mend; empty when it worked.' })
  userErrors!: readonly UserError[];
}

@Resolver()
export class ApiTokenResolver {
  @Mutation(() => ApiTokenCreatePayload, { description: 'Makes an API token; admins only.' })
  async apiTokenCreate(
    @Arg('input', () => ApiTokenCreateInput) input: ApiTokenCreateInput,
    @Ctx() context: ApiContext,
  ): Promise<ApiTokenCreatePayload> {
    const outcome = await mutate(context, (caller) => createApiToken(caller, input));
    if (!outcome.ok) return { tokenId: null, token: null, expiresAt: null, userErrors: outcome.errors };
    const { id, token, expiresAt } = outcome.value;
    return { tokenId: toGlobalId('ApiToken', id), token, expiresAt, userErrors: [] };
  }

  @Mutation(() => ApiTokenRevokePayload, { description: 'Ends an API token at once; admins only.' })
  async apiTokenRevoke(
    @Arg('input', () => ApiTokenRevokeInput) input: ApiTokenRevokeInput,
    @Ctx() context: ApiContext,
  ): Promise<ApiTokenRevokePayload> {
    const outcome = await mutate(context, (caller) => revokeApiToken(caller, fromGlobalId('ApiToken', input.tokenId)));
    return outcome.ok ? { tokenId: input.tokenId, userErrors: [] } : { tokenId: null, userErrors: outcome.errors };
  }
}

/** Owns who acts: people with roles, API tokens with scopes, agents, and the system itself. */

/** Roles of people in a workspace. */
export const personRoles = [
  'STRATEGIST',
  'STRATEGY_OWNER',
  'AUDIENCE_OWNER',
  'BUDGET_OWNER',
  'FINANCE',
  'COMPLIANCE',
  'BRAND_OWNER',
  'PRIVACY_OFFICER',
  'OPERATOR',
  'ADMIN',
  'ANALYST',
] as const;
export type PersonRole = (typeof personRoles)[number];

/** Scopes of API tokens. Deciding has none: only people decide. */
export const tokenScopes = [
  'metrics:read',
  'runs:read',
  'runs:write',
  'imports:write',
  'memory:read',
  'memory:write',
  'recommendations:score',
  'audit:read',
] as const;
export type TokenScope = (typeof tokenScopes)[number];

/** Who acts. `onBehalfOf` of an agent is the member whose goal it works on. */
export type Principal =
  | {
      readonly kind: 'PERSON';
      readonly memberId: string;
      readonly email: string;
      readonly roles: readonly PersonRole[];
      readonly signedInAt: string;
    }
  | { readonly kind: 'TOKEN'; readonly tokenId: string; readonly scopes: readonly TokenScope[] }
  | { readonly kind: 'AGENT'; readonly agent: string; readonly runId: string; readonly onBehalfOf: string }
  | { readonly kind: 'SYSTEM'; readonly service: string };

/** The id that an audit event names for a principal. */
export function principalId(principal: Principal): string {
  switch (principal.kind) {
    case 'PERSON':
      return principal.memberId;
    case 'TOKEN':
      return principal.tokenId;
    case 'AGENT':
      return principal.agent;
    case 'SYSTEM':
      return principal.service;
  }
}

/** Owns who calls a use case and what they may do; every use case asks here first. */
import type { PersonRole, Principal, TokenScope } from '../domain/principal.ts';
import type { InUnit } from '../domain/unit.ts';
import { AppError } from '../kernel/errors.ts';
import type { Services } from './services.ts';

/** One authenticated caller in one workspace. */
export interface Caller {
  readonly services: Services;
  readonly workspaceId: string;
  readonly principal: Principal;
  readonly inUnit: InUnit;
}

/** A person who calls; what the deciding use cases need. */
export type PersonCaller = Caller & { readonly principal: Extract<Principal, { kind: 'PERSON' }> };

/** Binds a principal to its workspace's units. */
export function callerOf(services: Services, workspaceId: string, principal: Principal): Caller {
  return { services, workspaceId, principal, inUnit: services.units({ workspaceId, principal }) };
}

/** The program itself, for jobs and seeding. */
export function systemCaller(services: Services, workspaceId: string, service: string): Caller {
  return callerOf(services, workspaceId, { kind: 'SYSTEM', service });
}

/** @throws FORBIDDEN when the caller is no person, or holds none of the roles (any role when none is named) */
export function requirePerson(caller: Caller, ...roles: PersonRole[]): asserts caller is PersonCaller {
  const { principal } = caller;
  if (principal.kind !== 'PERSON') {
    throw new AppError('FORBIDDEN', 'Only a person may do this; an API token cannot.', {
      hint: 'Use the token of `baton token --as EMAIL`.',
    });
  }
  if (roles.length > 0 && !principal.roles.some((role) => roles.includes(role))) {
    throw new AppError(
      'FORBIDDEN',
      `This needs one of the roles ${roles.join(', ')}; ${principal.email} holds ${principal.roles.join(', ') || 'none'}.`,
    );
  }
}

/** Lets people and the program pass, and an API token only with the scope. @throws FORBIDDEN otherwise */
export function requireScope(caller: Caller, scope: TokenScope): void {
  const { principal } = caller;
  if (principal.kind === 'AGENT') throw new AppError('FORBIDDEN', 'An agent never calls the API.');
  if (principal.kind === 'TOKEN' && !principal.scopes.includes(scope)) {
    throw new AppError(
      'FORBIDDEN',
      `This token lacks the scope ${scope}; it has ${principal.scopes.join(', ') || 'none'}.`,
    );
  }
}

/** The member on whose behalf work is done. @throws FORBIDDEN for tokens and the program, which own no goal */
export function memberIdOf(caller: Caller): string {
  requirePerson(caller);
  return caller.principal.memberId;
}

/** Owns API tokens: made by an admin, shown once, stored as a digest, revoked at once, and void when
 * their maker leaves or is no admin any more. No token can ever decide an approval. */
import { randomBytes } from 'node:crypto';
import { auditAppend } from '../audit/events.ts';
import { ApiTokenEntity } from '../database/entities/member.ts';
import { tokenScopes, type TokenScope } from '../domain/principal.ts';
import { refusedText, textLimits } from '../domain/text.ts';
import { done, refused, type Outcome } from '../domain/userErrors.ts';
import { sha256Hex } from '../kernel/canonicalJson.ts';
import { addMs } from '../kernel/clock.ts';
import { newId } from '../kernel/ids.ts';
import { TOKEN_MAKER_ROLE } from './authentication.ts';
import { requirePerson, type Caller } from './callers.ts';

const SECRET_BYTES = 32;
/** Days that a token may hold. */
const MAX_DAYS = 366;
const MS_PER_DAY = 86_400_000;

/** A new token; the secret is shown here and never again. */
export interface NewApiToken {
  readonly id: string;
  readonly token: string;
  readonly expiresAt: Date;
}

/** Makes a token with scopes. @throws FORBIDDEN for anyone but an admin */
export function createApiToken(
  caller: Caller,
  input: { name: string; scopes: readonly TokenScope[]; validDays: number },
): Promise<Outcome<NewApiToken>> {
  requirePerson(caller, TOKEN_MAKER_ROLE);
  const { memberId } = caller.principal;
  const unreadable = refusedText({ name: { text: input.name, limit: textLimits.name } });
  if (unreadable) return Promise.resolve(unreadable);
  if (input.name.trim() === '')
    return Promise.resolve(refused('REQUIRED', 'Give the token a name, so that it can be told apart later.', 'name'));
  if (input.scopes.length === 0)
    return Promise.resolve(refused('REQUIRED', `Name at least one scope: ${tokenScopes.join(', ')}.`, 'scopes'));
  if (input.validDays < 1 || input.validDays > MAX_DAYS)
    return Promise.resolve(
      refused('OUT_OF_RANGE', `validDays is ${input.validDays}; 1 to ${MAX_DAYS} are allowed.`, 'validDays'),
    );
  const token = `baton_${caller.workspaceId}_${randomBytes(SECRET_BYTES).toString('base64url')}`;
  return caller.inUnit('app', async (unit) => {
    const { em, clock, workspace } = unit;
    const id = newId();
    const expiresAt = addMs(clock.now(), input.validDays * MS_PER_DAY);
    em.create(ApiTokenEntity, {
      id,
      workspaceId: workspace.id,
      name: input.name,
      secretSha256: sha256Hex(token),
      scopes: [...input.scopes],
      createdBy: memberId,
      createdAt: clock.now(),
      expiresAt,
      revokedAt: null,
    });
    await em.flush();
    await auditAppend(unit, {
      type: 'api_token.created',
      subject: { type: 'api_token', id },
      outcome: input.scopes.join(','),
    });
    return done({ id, token, expiresAt });
  });
}

/** Ends a token at once. @throws FORBIDDEN for anyone but an admin */
export function revokeApiToken(caller: Caller, tokenId: string): Promise<Outcome<{ id: string }>> {
  requirePerson(caller, TOKEN_MAKER_ROLE);
  return caller.inUnit('app', async (unit) => {
    const row = await unit.em.findOne(ApiTokenEntity, { id: tokenId });
    if (!row) return refused('NOT_FOUND', 'There is no such token.', 'tokenId');
    if (row.revokedAt) return refused('ALREADY_DONE', 'The token was revoked before.', 'tokenId');
    row.revokedAt = unit.clock.now();
    await unit.em.flush();
    await auditAppend(unit, {
      type: 'api_token.revoked',
      subject: { type: 'api_token', id: tokenId },
      outcome: 'REVOKED',
    });
    return done({ id: tokenId });
  });
}

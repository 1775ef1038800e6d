/** Claim: who calls is judged anew each time, and what is sent twice under one key is done once. */
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../src/kernel/clock.ts';
import { createApiToken } from '../../src/useCases/apiTokens.ts';
import { decideApproval } from '../../src/useCases/approvals.ts';
import { authenticate } from '../../src/useCases/authentication.ts';
import { callerOf } from '../../src/useCases/callers.ts';
import { remoteIdentity } from '../../src/useCases/identity.ts';
import type { Services } from '../../src/useCases/services.ts';
import { useTestDatabase } from '../support/database.ts';
import { asOwner, buildHouse } from './house.ts';

const database = useTestDatabase();

/** The part of the services that these use cases touch. */
function services(): Services {
  const at = database();
  return {
    clock: systemClock,
    units: ({ workspaceId, principal }: Parameters<Services['units']>[0]) => at.units(workspaceId, principal),
  } as Services;
}

describe('an API token', () => {
  test('holds no longer than its maker may make tokens', async () => {
    const house = await buildHouse(database());
    const make = async (n: 0 | 1): Promise<string> => {
      const made = await createApiToken(callerOf(services(), house.workspaceId, house.person('ADMIN', n)), {
        name: 'reader',
        scopes: ['metrics:read'],
        validDays: 1,
      });
      if (!made.ok) throw new Error(made.errors[0]?.message);
      expect((await authenticate(services(), made.value.token)).principal.kind).toBe('TOKEN');
      return made.value.token;
    };
    const ofLeaver = await make(0);
    const ofDemoted = await make(1);
    await asOwner(
      database(),
      house.workspaceId,
      ['update member set active = false where id = $1', [house.person('ADMIN', 0).memberId]],
      ["update member_role set role = 'ANALYST' where member_id = $1", [house.person('ADMIN', 1).memberId]],
    );
    await expect(authenticate(services(), ofLeaver)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      message: expect.stringMatching(/left the workspace/),
    });
    await expect(authenticate(services(), ofDemoted)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      message: expect.stringMatching(/no ADMIN any more/),
    });
  });
});

describe('an idempotency key', () => {
  test('keeps the answer and no refusal: a mended input may use it again, another input may not', async () => {
    const house = await buildHouse(database());
    const change = await house.submit([house.budgetMove('alpha', 10)]);
    const approval = (await house.approvals(change.id))[0]!;
    const owner = callerOf(services(), house.workspaceId, house.person('BUDGET_OWNER'));
    const verdict = {
      approvalId: approval.id,
      verdict: 'REJECT' as const,
      reason: '',
      revision: approval.revision,
      digest: approval.digest,
    };
    expect(await decideApproval(owner, verdict, 'k')).toMatchObject({
      ok: false,
      errors: [{ code: 'REASON_REQUIRED' }],
    });
    const mended = { ...verdict, reason: 'Too early in the quarter.' };
    const first = await decideApproval(owner, mended, 'k');
    expect(first.ok).toBe(true);
    expect(await decideApproval(owner, mended, 'k')).toEqual(first);
    await expect(decideApproval(owner, { ...mended, reason: 'Another.' }, 'k')).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'The idempotency key "k" was used before with another input.',
    });
    const other = callerOf(services(), house.workspaceId, house.person('BUDGET_OWNER', 1));
    await expect(decideApproval(other, mended, 'k')).rejects.toThrow('by somebody else');
  });
});

describe('the token of an outside issuer', () => {
  test('tells the sign-in time where the issuer does, and its own age where not', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256' }] };
    const issuer = createServer((_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(keys));
    });
    await new Promise<void>((ready) => issuer.listen(0, '127.0.0.1', ready));
    onTestFinished(() => void issuer.close());
    const { port } = issuer.address() as { port: number };
    const identity = remoteIdentity(
      { issuer: 'outside', audience: 'baton', jwksUrl: `http://127.0.0.1:${port}/` },
      systemClock,
    );
    const now = Math.floor(systemClock.now().getTime() / 1000);
    const signedInAt = async (claims: Record<string, unknown>): Promise<string> => {
      const token = await new SignJWT({ workspace: 'w', email: 'a@demo.example', ...claims })
        .setProtectedHeader({ alg: 'ES256', kid: 'k' })
        .setIssuer('outside')
        .setAudience('baton')
        .setIssuedAt(now)
        .setExpirationTime(now + 60)
        .sign(privateKey);
      return (await identity.verify(token)).signedInAt;
    };
    expect(Date.parse(await signedInAt({ auth_time: now - 3600 }))).toBe((now - 3600) * 1000);
    expect(Date.parse(await signedInAt({}))).toBe(now * 1000);
  });
});

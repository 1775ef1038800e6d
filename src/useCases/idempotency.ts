/**
 * Owns idempotency keys: the same key with the same input gives the first answer again; with another input it is refused.
 * A refusal is not kept: it changed nothing, so whoever mends the input may send it under the same key.
 */
import { principalId } from '../domain/principal.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import { characterFault } from '../domain/text.ts';
import type { Outcome } from '../domain/userErrors.ts';
import { IdempotencyKeyEntity } from '../database/entities/workspace.ts';
import { holdName } from '../database/namedLock.ts';
import { digestOf } from '../kernel/canonicalJson.ts';
import { AppError } from '../kernel/errors.ts';

/** Longest key, in characters. */
const KEY_LIMIT = 200;

/**
 * Runs the work once for a key, inside the caller's unit; what it gives must be plain JSON. Two at once under one key go one after the other.
 * @throws BAD_USER_INPUT for an empty or overlong key; CONFLICT when the key was used with another input or by another principal
 */
export async function once<T>(
  unit: UnitOfWork,
  request: { mutation: string; key: string | null; input: unknown },
  work: () => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const { mutation, key, input } = request;
  if (key === null) return work();
  if (key.trim() === '' || key.length > KEY_LIMIT || characterFault(key) !== null)
    throw new AppError('BAD_USER_INPUT', `The idempotency key has ${key.length} characters.`, {
      hint: `Give 1 to ${KEY_LIMIT} printable characters, or leave the key out.`,
    });
  const inputSha256 = digestOf(input);
  const principal = principalId(unit.principal);
  await holdName(unit, `idempotency:${mutation}:${key}`);
  const known = await unit.em.findOne(IdempotencyKeyEntity, { workspaceId: unit.workspace.id, mutation, key });
  if (known) {
    const difference =
      known.principalId !== principal
        ? 'by somebody else'
        : known.inputSha256 !== inputSha256
          ? 'with another input'
          : null;
    if (difference === null) return known.response as Outcome<T>;
    throw new AppError('CONFLICT', `The idempotency key "${key}" was used before ${difference}.`, {
      hint: 'Make a new key for a new request.',
    });
  }
  const outcome = await work();
  if (!outcome.ok) return outcome;
  unit.em.create(IdempotencyKeyEntity, {
    workspaceId: unit.workspace.id,
    mutation,
    key,
    principalId: principal,
    inputSha256,
    response: outcome,
  });
  await unit.em.flush();
  return outcome;
}

/** Owns idempotency keys: the same key with the same input gives the first answer again; with another input it is refused. */
import { principalId } from '../domain/principal.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import { IdempotencyKeyEntity } from '../database/entities/workspace.ts';
import { digestOf } from '../kernel/canonicalJson.ts';
import { AppError } from '../kernel/errors.ts';

/** Longest key, in characters. */
const KEY_LIMIT = 200;

/**
 * Runs the work once for a key, inside the caller's unit; `answer` must be plain JSON.
 * @throws BAD_USER_INPUT for an empty or overlong key; CONFLICT when the key was used with another input or by another principal
 */
export async function once<T>(
  unit: UnitOfWork,
  request: { mutation: string; key: string | null; input: unknown },
  work: () => Promise<T>,
): Promise<T> {
  const { mutation, key, input } = request;
  if (key === null) return work();
  if (key.trim() === '' || key.length > KEY_LIMIT || key.includes('\u0000'))
    throw new AppError('BAD_USER_INPUT', `The idempotency key has ${key.length} characters.`, {
      hint: `Give 1 to ${KEY_LIMIT} printable characters, or leave the key out.`,
    });
  const inputSha256 = digestOf(input);
  const principal = principalId(unit.principal);
  const known = await unit.em.findOne(IdempotencyKeyEntity, { workspaceId: unit.workspace.id, mutation, key });
  if (known) {
    if (known.inputSha256 === inputSha256 && known.principalId === principal) return known.response as T;
    throw new AppError('CONFLICT', `The idempotency key "${key}" was used before with another input.`, {
      hint: 'Make a new key for a new request.',
    });
  }
  const response = await work();
  unit.em.create(IdempotencyKeyEntity, {
    workspaceId: unit.workspace.id,
    mutation,
    key,
    principalId: principal,
    inputSha256,
    response: response as object,
  });
  await unit.em.flush();
  return response;
}

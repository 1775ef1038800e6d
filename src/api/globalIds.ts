/** Owns global ids: `base64url("Type:uuid")`. Nothing else encodes or decodes them, and no database id leaves. */
import { AppError } from '../kernel/errors.ts';
import { isId } from '../kernel/ids.ts';

/** The global id of a row. */
export function toGlobalId(type: string, id: string): string {
  return Buffer.from(`${type}:${id}`).toString('base64url');
}

/** The type and row id of a global id. @throws BAD_USER_INPUT when it is malformed */
export function parseGlobalId(globalId: string): { type: string; id: string } {
  const match = /^([A-Z][A-Za-z]+):(.+)$/.exec(Buffer.from(globalId, 'base64url').toString('utf8'));
  if (!match?.[1] || !match[2] || !isId(match[2]) || toGlobalId(match[1], match[2]) !== globalId) {
    throw new AppError('BAD_USER_INPUT', `"${globalId.slice(0, 80)}" is not an id.`, {
      hint: 'Pass an id exactly as a field `id` gave it.',
    });
  }
  return { type: match[1], id: match[2] };
}

/** The row id of a global id of one type. @throws BAD_USER_INPUT when it is malformed or of another type */
export function fromGlobalId(type: string, globalId: string): string {
  const parsed = parseGlobalId(globalId);
  if (parsed.type !== type) {
    throw new AppError('BAD_USER_INPUT', `This is the id of a ${parsed.type}; the id of a ${type} is needed.`);
  }
  return parsed.id;
}

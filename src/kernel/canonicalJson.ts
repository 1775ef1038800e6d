/** Owns canonical bytes: RFC 8785 JSON and the SHA-256 digests that approvals and artifacts are addressed by. */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { AppError } from './errors.ts';

/** The RFC 8785 text of a plain JSON value. @throws INTERNAL for a value that JSON cannot hold. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new AppError('INTERNAL', 'A value without a JSON form cannot be made canonical.');
  return text;
}

/** SHA-256 as 64 lower-case hexadecimal digits. */
export function sha256Hex(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** SHA-256 over the canonical JSON of a value. */
export function digestOf(value: unknown): string {
  return sha256Hex(canonicalJson(value));
}

/** Owns identifiers: time-ordered UUIDs for rows, and the check that a string is one. */
import { createHash } from 'node:crypto';
import { v7, validate } from 'uuid';

/** A new time-ordered identifier (UUID version 7, RFC 9562). */
export function newId(): string {
  return v7();
}

/** Whether the text has the form of a UUID. */
export function isId(text: string): boolean {
  return validate(text);
}

/** A UUID (version 8, RFC 9562) that is always the same for the same parts; used where a retry must name the same row. */
export function derivedId(...parts: string[]): string {
  const bytes = createHash('sha256').update(JSON.stringify(parts)).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

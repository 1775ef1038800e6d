/** Owns the column kinds that every entity is built from: how each Postgres type reads in JavaScript. Holds no table. */
import { Type, p } from '@mikro-orm/core';

/** A vector as pgvector writes it, read as 32-bit floats. */
class VectorType extends Type<Float32Array, string> {
  override convertToDatabaseValue(value: Float32Array): string {
    return `[${value.join(',')}]`;
  }

  override convertToJSValue(value: string | Float32Array): Float32Array {
    return typeof value === 'string' ? Float32Array.from(JSON.parse(value) as number[]) : value;
  }

  override getColumnType(): string {
    return 'vector';
  }
}

/** Primary key: a UUID that the caller makes with `newId()`. */
export const id = () => p.uuid().primary();
/** The workspace that owns the row; row-level security compares it with the session. */
export const workspaceId = () => p.uuid();
/** A calendar day, `YYYY-MM-DD` text. */
export const day = () => p.date().columnType('date');
/** An instant, `Date`. */
export const instant = () => p.datetime().columnType('timestamptz');
/** When the row was made; the database sets it. */
export const createdAt = () => p.datetime().columnType('timestamptz').defaultRaw('now()');
/** A 64-bit float, `number`. */
export const double = () => p.double().$type<number>();
/** A 64-bit whole number, `bigint`: counts, and money in micros. */
export const whole = () => p.bigint();
/** `text[]`, `string[]`. */
export const textList = () => p.array().columnType('text[]');
/** `uuid[]`, `string[]`. */
export const idList = () => p.array().columnType('uuid[]');
/** `jsonb`; parse it with its zod schema before use. */
export const json = <T = unknown>() => p.json<T>();
/** An embedding, `Float32Array`; vectors of different models are never compared. */
export const vector = () => p.type(VectorType);

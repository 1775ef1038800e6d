/** Owns the text form of a vector as pgvector reads it. */

/** A vector as `[0.1,0.2]`, seven significant digits: what a 32-bit float holds. */
export function vectorText(vector: Float32Array): string {
  return `[${Array.from(vector, (value) => Number(value.toPrecision(7))).join(',')}]`;
}

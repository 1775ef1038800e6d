/** Owns the check of a model's answer against the JSON Schema that it was asked for. */
import { z } from 'zod';

/** Characters of a fault list that are told to a model or put in an error. */
const FAULTS_LIMIT = 900;

/** The value as the schema keeps it, or what is wrong with it in words. */
export type CheckedAnswer =
  | { readonly ok: true; readonly json: unknown }
  | { readonly ok: false; readonly kind: 'EMPTY' | 'NO_JSON' | 'SCHEMA'; readonly faults: string };

/** Parses text as one JSON value and checks it; a Markdown fence around it is forgiven. */
export function readAnswer(text: string, schema: Readonly<Record<string, unknown>>): CheckedAnswer {
  const bare = text
    .trim()
    .replace(/^```(?:json)?\s*\n?/i, '')
    .replace(/\n?```$/, '');
  if (bare === '') return { ok: false, kind: 'EMPTY', faults: 'The answer was empty.' };
  let value: unknown;
  try {
    value = JSON.parse(bare);
  } catch {
    return {
      ok: false,
      kind: 'NO_JSON',
      faults: `The answer was no JSON; it began with ${JSON.stringify(bare.slice(0, 80))}.`,
    };
  }
  return checkAnswer(value, schema);
}

/** Checks a value against a JSON Schema. */
export function checkAnswer(value: unknown, schema: Readonly<Record<string, unknown>>): CheckedAnswer {
  const result = z.fromJSONSchema(schema).safeParse(value);
  if (result.success) return { ok: true, json: result.data };
  return { ok: false, kind: 'SCHEMA', faults: z.prettifyError(result.error).slice(0, FAULTS_LIMIT) };
}

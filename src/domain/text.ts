/** Owns what counts as text of people at every door: well-formed, without the character zero, and not endless. */
import { z } from 'zod';
import { refused, type UserError } from './userErrors.ts';

/** Characters that each kind of text may have. */
export const textLimits = { name: 200, reason: 2000, wish: 4000, cell: 1200 } as const;

/** Control characters but line ends and tabs, and marks that turn the direction of text: they change how other text is shown. */
export const CONTROLS = /(?![\n\t])[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Text without them, for documents and files. */
export function withoutControls(text: string): string {
  return text.replace(CONTROLS, '');
}

/** What is wrong with the characters of a text, or null: the database keeps neither a character zero nor half a character. */
export function characterFault(text: string): string | null {
  if (text.includes('\u0000')) return 'it holds a character zero, which no text has.';
  return text.isWellFormed() ? null : 'it holds half a character (a lone surrogate): send it as valid Unicode.';
}

/** Text of people, of at most `limit` characters. */
export const writtenText = (limit: number) =>
  z
    .string()
    .max(limit, `at most ${limit} characters are taken.`)
    .superRefine((text, context) => {
      const fault = characterFault(text);
      if (fault !== null) context.addIssue({ code: 'custom', message: fault });
    });

/** The refusal of the first input field whose text is none that is taken, or null. */
export function refusedText(
  fields: Readonly<Record<string, { text: string; limit: number }>>,
): { readonly ok: false; readonly errors: readonly UserError[] } | null {
  for (const [name, { text, limit }] of Object.entries(fields)) {
    const parsed = writtenText(limit).safeParse(text);
    if (parsed.success) continue;
    const found = text.length > limit ? ` It has ${text.length}.` : '';
    return refused('INVALID', `${name}: ${parsed.error.issues[0]?.message ?? ''}${found}`, name);
  }
  return null;
}

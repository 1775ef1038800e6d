/**
 * Owns the reading of claims with their evidence out of brand material: tables with a claim and an evidence column, and
 * items of the form `Claim: ... Evidence: ... Market: ... Expires: ...`, and quotes followed by a paragraph that begins with `Evidence:`.
 */
import { isDay } from '../kernel/calendar.ts';
import type { DocumentText } from './documentText.ts';

/** A claim as a document states it. */
export interface StatedClaim {
  readonly text: string;
  /** Market code in upper case; `ALL` where none is named. */
  readonly market: string;
  readonly evidence: { readonly summary: string; readonly source: string; readonly expiresOn: string | null } | null;
}

/** Claims that one document may state. */
const CLAIM_LIMIT = 500;
const COLUMNS = {
  claim: /^(?:approved |substantiated )?(?:claims?|statements?|aussagen?|what we (?:can|may) say)\b/i,
  evidence: /^(?:evidence|proof|substantiation|beleg|nachweis|backed by|support)/i,
  source: /^(?:source|file|reference|quelle)/i,
  market: /^(?:markets?|region|country|markt)/i,
  expires: /^(?:expir|valid|until|good through|g\u00fcltig|ablauf)/i,
};
type Column = keyof typeof COLUMNS;

/** Claims of a document in order; the same text in the same market only once. */
export function statedClaims(document: DocumentText, documentSource: string): StatedClaim[] {
  const claims = new Map<string, StatedClaim>();
  for (const [index, block] of document.blocks.entries()) {
    if (block.kind !== 'TEXT') continue;
    const text = document.text.slice(block.start, block.end);
    const next = document.blocks[index + 1];
    const after = next?.kind === 'TEXT' ? document.text.slice(next.start, next.end) : '';
    for (const fields of text.startsWith('|')
      ? tableRows(text)
      : text.startsWith('>')
        ? quoteWithEvidence(text, after)
        : labelledItems(text)) {
      const claim = claimOf(fields, documentSource);
      if (claim && claims.size < CLAIM_LIMIT) claims.set(`${claim.market} ${claim.text}`, claim);
    }
  }
  return [...claims.values()];
}

type Fields = Partial<Record<Column, string>>;

function tableRows(table: string): Fields[] {
  const [head, ...rows] = table.split('\n').map(cellsOf);
  if (!head) return [];
  const columns = head.map((cell) => (Object.keys(COLUMNS) as Column[]).find((name) => COLUMNS[name].test(cell)));
  if (!columns.includes('claim')) return [];
  return rows
    .filter((cells) => cells.some((cell) => !/^:?-*:?$/.test(cell)))
    .map(
      (cells) =>
        Object.fromEntries(
          columns.flatMap((column, index) => (column ? [[column, cells[index] ?? '']] : [])),
        ) as Fields,
    );
}

function cellsOf(line: string): string[] {
  return line
    .trim()
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map(plain);
}

function labelledItems(text: string): Fields[] {
  if (!/\bclaim\s*:|\baussage\s*:/i.test(text)) return [];
  return text
    .split(/(?=\b(?:claim|aussage)\s*:)/i)
    .slice(1)
    .map((item) => {
      const parts = item.split(
        /\b(claim|aussage|evidence|proof|beleg|nachweis|source|quelle|markets?|markt|expires?(?: on)?|valid until|g\u00fcltig bis)\s*:/i,
      );
      const fields: Fields = {};
      for (let i = 1; i < parts.length; i += 2) {
        const column = (Object.keys(COLUMNS) as Column[]).find((name) => COLUMNS[name].test(parts[i] ?? ''));
        if (column) fields[column] = plain((parts[i + 1] ?? '').replace(/\n\s*[-*]\s*$/, '').replace(/[;,]\s*$/, ''));
      }
      return fields;
    });
}

/** A block quote is a claim when the next paragraph says what proves it. */
function quoteWithEvidence(quote: string, after: string): Fields[] {
  const evidence = /^(?:evidence|proof|substantiation|beleg|nachweis)\s*:\s*([\s\S]+)$/i.exec(
    after.replace(/\*\*|__/g, ''),
  )?.[1];
  if (evidence === undefined) return [];
  const [summary = ''] = evidence.split(/\n|(?<=[.;])\s(?=(?:valid|expires|no end|market|condition)\b)/i);
  const expires = /(?:expires?(?: on)?|valid until|g\u00fcltig bis)[:\s]+(\d{4}-\d{2}-\d{2})/i.exec(evidence)?.[1];
  const named = /\bmarkets?\s*:\s*([a-z]{2,3})\b/i.exec(evidence)?.[1] ?? '';
  return [
    {
      claim: plain(quote.replace(/^>\s?/gm, '')),
      evidence: plain(summary).replace(/\.$/, ''),
      expires: expires ?? '',
      market: named,
    },
  ];
}

function plain(text: string): string {
  return text
    .replace(/\*\*|__|`/g, '')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^["\u201c\u201e]([^"\u201c\u201d\u201e]+)["\u201d\u201c]\.?$/, '$1')
    .replace(/^\((.*)\)$/, '$1');
}

function claimOf(fields: Fields, documentSource: string): StatedClaim | undefined {
  const text = fields.claim?.replace(/\s*[-;]$/, '') ?? '';
  if (text.length < 6) return undefined;
  const summary = fields.evidence ?? '';
  const none = summary === '' || /^(?:none|no|n\/a|-|\u2013|keine?r?|missing|pending|tbd)\.?$/i.test(summary);
  const market = /^(?:[a-z]{2}|all)$/i.exec(fields.market?.trim() ?? '')?.[0].toUpperCase() ?? 'ALL';
  const day =
    /\d{4}-\d{2}-\d{2}/.exec(fields.expires ?? '')?.[0] ??
    /(?:expires?(?: on)?|until|bis)[:\s]+(\d{4}-\d{2}-\d{2})/i.exec(summary)?.[1];
  const expiresOn = day !== undefined && isDay(day) ? day : null;
  return { text, market, evidence: none ? null : { summary, source: fields.source ?? documentSource, expiresOn } };
}

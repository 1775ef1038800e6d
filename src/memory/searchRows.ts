/** Owns the loading of found rows with their provenance. */
import type { MemoryHit } from '../domain/memory.ts';
import type { UnitOfWork } from '../domain/unit.ts';

/** A hit by key (`B`, `L` or `P`, then the row's id) with its parts. */
export interface FusedHit {
  readonly key: string;
  readonly score: number;
  readonly parts: { readonly lexical: number; readonly semantic: number };
}

interface FoundRow {
  key: string;
  id: string;
  text: string;
  document_id: string;
  title: string;
  source: string;
  heading_path: string[];
  span_start: number;
  span_end: number;
  trust: MemoryHit['provenance']['trust'];
  added_at: string;
}

const KIND: Readonly<Record<string, MemoryHit['kind']>> = { B: 'BRAND', L: 'LEARNING', P: 'PLAYBOOK' };
const instant = (column: string): string => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** Hits in the order given; a row that is gone falls away. Learnings and playbooks are the workspace's own. */
export async function loadHits(unit: UnitOfWork, fused: readonly FusedHit[]): Promise<MemoryHit[]> {
  if (fused.length === 0) return [];
  const idsOf = (kind: string): string =>
    `{${fused
      .filter((hit) => hit.key.startsWith(kind))
      .map((hit) => hit.key.slice(1))
      .join(',')}}`;
  const rows = await unit.em.execute<FoundRow[]>(
    `select 'B' || c.id as key, c.id::text as id, c.text, d.id::text as document_id, d.title, d.source, to_jsonb(c.heading_path) as heading_path,
            c.span_start, c.span_end, d.trust, ${instant('d.added_at')} as added_at
       from brand_chunk c join brand_document d on d.id = c.document_id where c.id = any(?::uuid[])
     union all
     select 'L' || id, id::text, text, id::text, 'Learning of ' || learned_on, coalesce('forecast ' || forecast_id, 'learning'), '[]'::jsonb, 0, length(text), 'OWNED', ${instant('created_at')}
       from learning where id = any(?::uuid[])
     union all
     select 'P' || id, id::text, coalesce(content ->> 'rule', content::text), id::text, 'Playbook, version ' || version, 'playbook', '[]'::jsonb, 0, length(coalesce(content ->> 'rule', content::text)), 'OWNED', ${instant('created_at')}
       from playbook where id = any(?::uuid[])`,
    [idsOf('B'), idsOf('L'), idsOf('P')],
  );
  const byKey = new Map(rows.map((row) => [row.key, row]));
  return fused.flatMap((hit) => {
    const row = byKey.get(hit.key);
    return row ? [hitOf(hit, row)] : [];
  });
}

function hitOf(hit: FusedHit, row: FoundRow): MemoryHit {
  const { document_id: documentId, title, source, heading_path: headingPath, trust, added_at: addedAt } = row;
  const provenance = {
    documentId,
    title,
    source,
    headingPath,
    span: { start: row.span_start, end: row.span_end },
    trust,
    addedAt,
  };
  return {
    id: row.id,
    kind: KIND[hit.key.charAt(0)] ?? 'BRAND',
    text: row.text,
    score: hit.score,
    parts: hit.parts,
    provenance,
  };
}

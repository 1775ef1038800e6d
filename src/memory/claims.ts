/** Owns the rows of claims, their evidence, and the brand's rules, as the compliance reviewer reads them. */
import type { BrandRule, ClaimRecord } from '../domain/compliance.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import { parseDay } from '../kernel/calendar.ts';
import { sha256Hex } from '../kernel/canonicalJson.ts';
import { AppError } from '../kernel/errors.ts';
import { newId } from '../kernel/ids.ts';

/** A claim to keep. */
export interface NewClaim {
  readonly text: string;
  /** @default `ALL` */
  readonly market?: string;
  readonly documentId?: string | null;
}

/** What supports a claim. */
export interface NewClaimEvidence {
  readonly claimId: string;
  readonly summary: string;
  readonly source: string;
  /** SHA-256 of the supporting file; of summary and source where there is none. */
  readonly sha256?: string;
  /** Last day that it holds, or null. */
  readonly expiresOn?: string | null;
}

/** Keeps a claim; the same text in the same market is one claim. Gives its id. @throws BAD_USER_INPUT when it is empty */
export async function claimSave(unit: UnitOfWork, claim: NewClaim): Promise<string> {
  const text = claim.text.trim();
  if (text === '')
    throw new AppError('BAD_USER_INPUT', 'A claim without words cannot be kept.', {
      hint: 'Write the claim as copy would say it.',
    });
  const rows = await unit.em.execute<{ id: string }[]>(
    `insert into claim (id, workspace_id, text, market, document_id) values (?, ?, ?, ?, ?)
     on conflict (workspace_id, text, market) do update set document_id = coalesce(claim.document_id, excluded.document_id) returning id`,
    [newId(), unit.workspace.id, text, (claim.market ?? 'ALL').toUpperCase(), claim.documentId ?? null],
  );
  return rows[0]?.id ?? '';
}

/** Adds evidence to a claim; the same evidence is kept once. Gives its id. @throws NOT_FOUND for an unknown claim, BAD_USER_INPUT for no day */
export async function claimEvidenceAdd(unit: UnitOfWork, evidence: NewClaimEvidence): Promise<string> {
  const known = await unit.em.execute<{ id: string }[]>('select id from claim where id = ?::uuid', [evidence.claimId]);
  if (known.length === 0)
    throw new AppError('NOT_FOUND', `There is no claim ${evidence.claimId}.`, {
      hint: 'Save the claim first, then add evidence to it.',
    });
  const expiresOn = evidence.expiresOn == null ? null : parseDay(evidence.expiresOn);
  const sha256 = evidence.sha256 ?? sha256Hex(`${evidence.summary}\n${evidence.source}`);
  const rows = await unit.em.execute<{ id: string }[]>(
    `insert into claim_evidence (id, workspace_id, claim_id, summary, source, sha256, expires_on) values (?, ?, ?, ?, ?, ?, ?::date)
     on conflict (claim_id, sha256) do nothing returning id`,
    [newId(), unit.workspace.id, evidence.claimId, evidence.summary, evidence.source, sha256, expiresOn],
  );
  if (rows[0]) return rows[0].id;
  const same = await unit.em.execute<{ id: string }[]>(
    'select id from claim_evidence where claim_id = ?::uuid and sha256 = ?',
    [evidence.claimId, sha256],
  );
  return same[0]?.id ?? '';
}

/** Claims of the workspace with how much supports them and how long; evidence without an end outlasts any with one. */
export async function claimsOf(unit: UnitOfWork): Promise<ClaimRecord[]> {
  const rows = await unit.em.execute<
    { id: string; text: string; market: string; evidence: string; endless: string; expiresOn: string | null }[]
  >(
    `select c.id, c.text, c.market, count(e.id) as evidence, count(e.id) filter (where e.expires_on is null) as endless,
            to_char(max(e.expires_on), 'YYYY-MM-DD') as "expiresOn"
       from claim c left join claim_evidence e on e.claim_id = c.id group by c.id order by c.created_at, c.id`,
  );
  return rows.map(({ id, text, market, evidence, endless, expiresOn }) => ({
    id,
    text,
    market,
    evidenceCount: Number(evidence),
    expiresOn: Number(endless) > 0 ? null : expiresOn,
  }));
}

/** Rules that the workspace's own documents state, in the order of the documents. */
export async function brandRulesOf(unit: UnitOfWork): Promise<BrandRule[]> {
  return unit.em.execute<BrandRule[]>(
    `select r.id, r.enforcement, to_jsonb(r.banned_phrases) as "bannedPhrases", r.text, d.title as source
       from brand_rule r join brand_document d on d.id = r.document_id where d.trust = 'OWNED' order by d.added_at, d.id, r.id`,
  );
}

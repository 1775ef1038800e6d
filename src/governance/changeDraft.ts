/** Owns making the content of a change set's revision from what was proposed and from what the workspace holds now. Writes nothing. */
import type { Finding } from '../domain/compliance.ts';
import type { UnitOfWork } from '../domain/unit.ts';
import { AppError } from '../kernel/errors.ts';
import { basesOf, parseActions, type BaseRef, type ChangeContent } from './changeContent.ts';
import { personalDataOf, requiredGates } from './floor.ts';

/** What a revision is made from. */
export interface Draft {
  readonly id: string;
  readonly revision: number;
  readonly actions: readonly unknown[];
  readonly evidenceIds: readonly string[];
  readonly findings?: readonly Finding[] | null;
  readonly recommendationId: string | null;
}

/**
 * The content of a revision: actions parsed, gates by the floor, base versions and evidence digests as they are now.
 * @throws BAD_USER_INPUT for an unknown action, field or evidence
 */
export async function contentOf(unit: UnitOfWork, draft: Draft): Promise<ChangeContent> {
  const actions = parseActions(draft.actions);
  const rows = await unit.em.execute<
    { industry: string; policy: string; total: string | null; base: string | null; bases: BaseRef[] }[]
  >(
    `select w.industry, (select version from governance_policy order by published_at desc, version desc limit 1) as policy, money.total, money.base,
        (select coalesce(jsonb_agg(b.base || jsonb_build_object('version', base_version(b.base)) order by b.position), '[]')
           from jsonb_array_elements(?::jsonb) with ordinality b(base, position)) as bases
       from workspace w, budget_window(?::uuid, ?::jsonb) money where w.id = ?::uuid`,
    [JSON.stringify(basesOf(actions)), draft.id, JSON.stringify(actions), unit.workspace.id],
  );
  const facts = rows[0];
  if (!facts) throw new AppError('NOT_FOUND', `There is no workspace ${unit.workspace.id}.`);
  const minor = (value: string | null): bigint | null => (value === null ? null : BigInt(value));
  const gates = requiredGates(
    { actions, findings: draft.findings ?? null, personalData: personalDataOf(actions), industry: facts.industry },
    { totalMinor: minor(facts.total), baseMinor: minor(facts.base) },
  );
  return {
    workspace: unit.workspace.id,
    id: draft.id,
    revision: draft.revision,
    actions,
    baseRefs: facts.bases,
    evidence: await evidenceDigests(unit, draft.evidenceIds, draft.recommendationId),
    requiredGates: gates,
    policyVersion: facts.policy,
  };
}

/** Digests of the evidence and of the card, sorted by id. @throws BAD_USER_INPUT naming what is missing */
async function evidenceDigests(
  unit: UnitOfWork,
  evidenceIds: readonly string[],
  recommendationId: string | null,
): Promise<{ id: string; digest: string }[]> {
  const wanted = [...new Set([...evidenceIds, ...(recommendationId ? [recommendationId] : [])])].sort();
  if (wanted.length === 0) return [];
  const rows = await unit.em.execute<{ id: string; digest: string }[]>(
    `select id, output_digest as digest from evidence where id::text in (?) union all select id, digest from recommendation where id::text in (?)`,
    [wanted, wanted],
  );
  const digests = new Map(rows.map((row) => [row.id, row.digest]));
  return wanted.map((id) => {
    const digest = digests.get(id);
    if (digest === undefined)
      throw new AppError('BAD_USER_INPUT', `Evidence ${id} does not exist in this workspace.`, {
        hint: 'Store the evidence before the change set that rests on it.',
      });
    return { id, digest };
  });
}

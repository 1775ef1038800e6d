/** Owns the reading of playbooks: rules drawn from learnings. Writing one is a proposal behind a gate and not done here. */
import type { learningStatuses } from '../domain/learnings.ts';
import type { UnitOfWork } from '../domain/unit.ts';

/** A playbook rule as it is kept. */
export interface Playbook {
  readonly id: string;
  readonly version: number;
  readonly status: (typeof learningStatuses)[number];
  /** Rule, conditions, effect, counter-evidence, age, as they were written. */
  readonly content: Readonly<Record<string, unknown>>;
  readonly learningIds: readonly string[];
  readonly createdAt: string;
}

/** Playbooks of the workspace that are not retired, newest first. */
export async function playbooksOf(unit: UnitOfWork): Promise<Playbook[]> {
  return unit.em.execute<Playbook[]>(
    `select id, version, status, content, to_jsonb(learning_ids) as "learningIds", to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "createdAt"
       from playbook where status <> 'RETIRED' order by created_at desc, id desc`,
  );
}

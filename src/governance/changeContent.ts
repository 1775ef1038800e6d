/** Owns the exact bytes of a change set: what is hashed, what it stands on, and reading actions without losing a field. */
import { actionSchema, type Action } from '../domain/actions.ts';
import { canonicalJson, sha256Hex } from '../kernel/canonicalJson.ts';
import { AppError, assertNever } from '../kernel/errors.ts';
import type { RequiredGate } from './floor.ts';

/** Something that a change starts from: executed only while its version is still the same. */
export interface BaseRef {
  readonly entity: 'budget' | 'campaign' | 'audience' | 'message' | 'strategy';
  /** Type of the target for budgets (`campaign` or `channel`), else the entity. */
  readonly type: string;
  readonly id: string;
  readonly version: string;
}

/** The hashed content of one revision (governance specification, section 1.2). */
export interface ChangeContent {
  readonly workspace: string;
  readonly id: string;
  readonly revision: number;
  readonly actions: readonly Action[];
  readonly baseRefs: readonly BaseRef[];
  /** Evidence and the card it supports, by id with the digest of their bytes. */
  readonly evidence: readonly { readonly id: string; readonly digest: string }[];
  readonly requiredGates: readonly RequiredGate[];
  readonly policyVersion: string;
}

/** The RFC 8785 text of the content and its SHA-256. */
export function sealContent(content: ChangeContent): { canonical: string; digest: string } {
  const canonical = canonicalJson(content);
  return { canonical, digest: sha256Hex(canonical) };
}

/** Parses actions strictly: an unknown kind or field refuses the change instead of being dropped. @throws BAD_USER_INPUT */
export function parseActions(actions: readonly unknown[]): Action[] {
  if (actions.length === 0) throw new AppError('BAD_USER_INPUT', 'A change set needs at least one action.');
  return actions.map((action, index) => {
    const parsed = actionSchema.safeParse(action);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw new AppError(
        'BAD_USER_INPUT',
        `Action ${index + 1} cannot be read: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim(),
        {
          hint: 'Only the action kinds of the catalogue can be approved and executed.',
        },
      );
    }
    if (canonicalJson(parsed.data) !== canonicalJson(action)) {
      throw new AppError(
        'BAD_USER_INPUT',
        `Action ${index + 1} (${parsed.data.kind}) holds a field that its kind does not have.`,
        { hint: 'Leave out what the action kind does not name.' },
      );
    }
    return parsed.data;
  });
}

/** What a list of actions starts from, each base once, in order of appearance. */
export function basesOf(actions: readonly Action[]): Omit<BaseRef, 'version'>[] {
  const bases = actions.flatMap((action): Omit<BaseRef, 'version'>[] => {
    const { type, id } = action.target;
    switch (action.kind) {
      case 'budget.set':
      case 'budget.reduce':
        return [{ entity: 'budget', type, id }];
      case 'campaign.pause':
        return type === 'campaign' ? [{ entity: 'campaign', type, id }] : [];
      case 'campaign.resume':
        return [
          { entity: 'campaign', type, id },
          { entity: 'budget', type, id },
        ];
      case 'audience.define':
        return [{ entity: 'audience', type, id }];
      case 'message.publish':
        return [
          { entity: 'message', type, id },
          ...(action.replacesMessageId
            ? [{ entity: 'message' as const, type: 'message', id: action.replacesMessageId }]
            : []),
        ];
      case 'strategy.activate':
        return [{ entity: 'strategy', type: 'strategy', id: action.market }];
      case 'test.start':
      case 'import.personal':
        return [];
      default:
        return assertNever(action);
    }
  });
  return [...new Map(bases.map((base) => [`${base.entity}:${base.type}:${base.id}`, base])).values()];
}

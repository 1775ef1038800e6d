/** Owns the audience definition that is proposed: the known one, narrowed so that the audience gets no paid media, with every check a reviewer asks for. */
import type { Action } from '../../domain/actions.ts';
import type { AudienceDefinition, AudienceQuality } from '../../domain/artifacts/audienceInsight.ts';
import { addDays } from '../../kernel/calendar.ts';
import type { SpecialistContext } from '../contract.ts';
import type { AudienceFact } from '../tools.ts';

/** Days after which a definition has to be looked at again. */
const EXPIRY_DAYS = 180;
/** People below which an audience is too small to be told apart safely. */
const MINIMUM_SIZE = 1000;
/** Share that stays in the old definition, so that the change can be measured. */
const HOLDOUT_SHARE = 0.05;
const MINORS = /\b(?:teen|student|school|child|kid|young|gamer|under 18)\b/i;
const PROXIES =
  /\b(?:age|gender|women|men|mother|father|religio|ethnic|postcode|zip|neighbou?rhood|language|disab|income|health)\w*\b/i;

/** What a definition is made from. */
export interface DefinitionParts {
  readonly quality: AudienceQuality;
  readonly known: AudienceFact | null;
  readonly freshThrough: readonly { readonly source: string; readonly through: string }[];
}

/** The proposed definition: same people, excluded from paid media. */
export function definitionOf(
  context: SpecialistContext,
  { quality, known, freshThrough }: DefinitionParts,
): AudienceDefinition {
  const text = known ? textOf(known) : quality.name;
  const basis = basisOf(known);
  const exclusions = known ? stringIn(known, 'exclusions') : null;
  return {
    id: quality.id,
    version: (known?.version ?? 0) + 1,
    name: quality.name,
    purpose: 'Keep paid media away from people who click and do not qualify',
    includeRules: [text],
    excludeRules: [...(exclusions ? [exclusions] : []), 'Everyone in this audience is left out of paid campaigns'],
    attributes: [{ name: quality.name, sensitivity: 'NONE', basis }],
    lawfulBasis:
      basis === 'INFERRED'
        ? 'Not needed for leaving people out; the platform\u2019s inference is not read by us'
        : 'As on record for this audience; leaving people out adds no purpose',
    consentSource: 'Unchanged',
    dataSources: freshThrough.map((entry) => ({ source: entry.source, freshThrough: entry.through })),
    size: null,
    minimumSize: MINIMUM_SIZE,
    jurisdictions: [context.goal.market === 'ALL' ? context.workspace.market : context.goal.market],
    minorsCheck: MINORS.test(text)
      ? 'The wording may include people under 18: a person has to look.'
      : 'The wording does not point at people under 18.',
    protectedClassProxyCheck: PROXIES.test(text)
      ? 'The wording may stand in for a protected trait: a person has to look.'
      : 'No word of the definition stands in for a protected trait.',
    overlap: [],
    expectedQualifiedRate: quality.qualifiedRate,
    holdoutShare: HOLDOUT_SHARE,
    expiresOn: addDays(context.workspace.businessDate, EXPIRY_DAYS),
    approverRole: 'AUDIENCE_OWNER',
  };
}

/** The change of definition as an action; plain JSON. */
export function exclusionAction(parts: {
  quality: AudienceQuality;
  known: AudienceFact | null;
  definition: AudienceDefinition;
}): Action {
  const { quality, known, definition } = parts;
  return {
    kind: 'audience.define',
    target: { type: 'audience', id: quality.id, name: quality.name },
    before: known ? textOf(known) : null,
    after: `Left out of all paid campaigns: ${quality.name}`,
    definition: {
      ...known?.definition,
      excluded: true,
      scope: 'ALL_PAID_CAMPAIGNS',
      includeRules: definition.includeRules,
      excludeRules: definition.excludeRules,
      holdoutShare: definition.holdoutShare,
      expiresOn: definition.expiresOn,
    },
  };
}

function textOf(known: AudienceFact): string {
  return stringIn(known, 'description') ?? stringIn(known, 'rule') ?? known.name;
}

function basisOf(known: AudienceFact | null): AudienceDefinition['attributes'][number]['basis'] {
  const basis = known ? stringIn(known, 'basis') : null;
  return basis === 'DECLARED' || basis === 'OBSERVED' || basis === 'INFERRED' ? basis : 'UNKNOWN';
}

function stringIn(known: AudienceFact, key: string): string | null {
  const value = known.definition[key];
  return typeof value === 'string' && value !== '' ? value : null;
}

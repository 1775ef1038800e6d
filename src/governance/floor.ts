/** Owns the floor: which gates a change needs, and who must sit at each. Pure; the database holds the same floor a second time. */
import { actionGates, type Action, type ActionKind } from '../domain/actions.ts';
import { regulatedCategories, type Finding, type FindingCategory } from '../domain/compliance.ts';
import {
  BUDGET_FINANCE_SHARE,
  BUDGET_TWO_OWNERS_SHARE,
  gateFloor,
  sixGates,
  type Gate,
  type GateSeat,
} from '../domain/gates.ts';

/** What gates are decided on: facts of a change, never an opinion about it. */
export interface ChangeFacts {
  readonly actions: readonly { readonly kind: string }[];
  /** Findings of the compliance review; null where no review took place. */
  readonly findings: readonly Finding[] | null;
  /** Most sensitive data that the change touches. */
  readonly personalData: 'NONE' | 'PERSONAL' | 'SPECIAL';
  /** Industry of the workspace, such as `GENERAL` or `HEALTH`. */
  readonly industry: string;
}

/** Money that a change moves over the window of 30 days, in minor units; null where it cannot be told. */
export interface BudgetWindow {
  /** Absolute moves of this change and of the others in the window. */
  readonly totalMinor: bigint | null;
  /** The budget that the share is taken of. */
  readonly baseMinor: bigint | null;
}

/** One gate that a change must pass; part of the hashed bytes. */
export interface RequiredGate {
  readonly gate: Gate;
  readonly seats: readonly GateSeat[];
  readonly validHours: number;
}

/** Categories for which two compliance officers must agree (governance specification, section 1.5). */
const TWO_OFFICER_CATEGORIES: readonly FindingCategory[] = ['HEALTH', 'FINANCIAL', 'CHILDREN'];
/** Industries whose every publication is a regulated claim. */
const REGULATED_INDUSTRIES: readonly string[] = [
  'HEALTH',
  'PHARMA',
  'FINANCIAL',
  'FINANCE',
  'INSURANCE',
  'ALCOHOL',
  'GAMBLING',
  'TOBACCO',
  'CANNABIS',
];

/** Gates of a change, sorted by name: the union of what its actions and its facts ask for. An action of an unknown kind needs all six. */
export function gatesOf(facts: ChangeFacts): Gate[] {
  const needed = new Set<Gate>();
  for (const action of facts.actions) {
    for (const gate of isActionKind(action.kind) ? actionGates[action.kind] : sixGates) needed.add(gate);
  }
  if (makesRegulatedClaim(facts)) needed.add('REGULATED_CLAIM');
  if (facts.personalData !== 'NONE' || hasFinding(facts, ['PERSONAL_DATA'])) needed.add('PERSONAL_DATA');
  return [...needed].sort();
}

/** Gates of a change with the seats that its facts and its share of the budget ask for. */
export function requiredGates(facts: ChangeFacts, budget: BudgetWindow): RequiredGate[] {
  return gatesOf(facts).map((gate) => ({
    gate,
    seats: seatsFor(gate, facts, budget),
    validHours: gateFloor[gate].validHours,
  }));
}

/**
 * Seats of a gate: the floor, and more where the facts ask for more. The privacy officer whom an audience with personal data
 * needs sits at the PERSONAL_DATA gate, which then fires beside AUDIENCE_DEFINITION.
 */
export function seatsFor(gate: Gate, facts: ChangeFacts, budget: BudgetWindow): readonly GateSeat[] {
  if (gate === 'BUDGET_SHIFT') return budgetSeats(budget);
  if (gate === 'REGULATED_CLAIM' && hasFinding(facts, TWO_OFFICER_CATEGORIES))
    return [{ role: 'COMPLIANCE', count: 2 }];
  if (gate === 'PERSONAL_DATA' && facts.personalData === 'SPECIAL') return [{ role: 'PRIVACY_OFFICER', count: 2 }];
  return gateFloor[gate].seats;
}

/** Seats of BUDGET_SHIFT: over 10 % of the base two budget owners, over 25 % finance too; what cannot be told counts as over 25 %. */
export function budgetSeats({ totalMinor, baseMinor }: BudgetWindow): readonly GateSeat[] {
  const share = (part: number): boolean =>
    totalMinor === null || baseMinor === null || baseMinor <= 0n || totalMinor * 100n > baseMinor * BigInt(part * 100);
  return [
    { role: 'BUDGET_OWNER', count: share(BUDGET_TWO_OWNERS_SHARE) ? 2 : 1 },
    ...(share(BUDGET_FINANCE_SHARE) ? [{ role: 'FINANCE' as const, count: 1 }] : []),
  ];
}

/** How sensitive the data is that a list of actions names: an audience's attributes carry a class each. */
export function personalDataOf(actions: readonly Action[]): ChangeFacts['personalData'] {
  const classes = actions.flatMap((action) =>
    action.kind === 'audience.define' ? sensitivities(action.definition) : [],
  );
  if (classes.includes('SPECIAL') || classes.includes('CHILDREN')) return 'SPECIAL';
  return classes.includes('PERSONAL') ? 'PERSONAL' : 'NONE';
}

/** Every `sensitivity` that stands anywhere in an audience's definition, in upper case. */
function sensitivities(value: unknown): string[] {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'sensitivity' && typeof inner === 'string' ? [inner.toUpperCase()] : sensitivities(inner),
  );
}

function makesRegulatedClaim(facts: ChangeFacts): boolean {
  const publishes = facts.actions.some((action) => action.kind === 'message.publish');
  if (publishes && (facts.findings === null || REGULATED_INDUSTRIES.includes(facts.industry))) return true;
  return hasFinding(facts, regulatedCategories);
}

function hasFinding(facts: ChangeFacts, categories: readonly FindingCategory[]): boolean {
  return (facts.findings ?? []).some((finding) => finding.severity !== 'INFO' && categories.includes(finding.category));
}

function isActionKind(kind: string): kind is ActionKind {
  return Object.hasOwn(actionGates, kind);
}

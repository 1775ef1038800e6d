/** Owns the six gates, the two beside them, and the floor: who must agree, how many, for how long (governance specification, section 1.5). */
import type { PersonRole } from './principal.ts';

/** Areas that always need a person; SAFE_STOP is the one-click pause, POLICY_CHANGE guards the rules themselves. */
export const gates = [
  'STRATEGY_CHANGE',
  'AUDIENCE_DEFINITION',
  'BUDGET_SHIFT',
  'REGULATED_CLAIM',
  'BRAND_CRITICAL',
  'PERSONAL_DATA',
  'POLICY_CHANGE',
  'SAFE_STOP',
] as const;
export type Gate = (typeof gates)[number];

/** All six gates that an unclassifiable change needs. */
export const sixGates: readonly Gate[] = [
  'STRATEGY_CHANGE',
  'AUDIENCE_DEFINITION',
  'BUDGET_SHIFT',
  'REGULATED_CLAIM',
  'BRAND_CRITICAL',
  'PERSONAL_DATA',
];

/** Seats of a gate: that many distinct people of that role. */
export interface GateSeat {
  readonly role: PersonRole;
  readonly count: number;
}

/** What a gate asks at the least; policy may ask more and never less. */
export interface GateRule {
  readonly gate: Gate;
  readonly seats: readonly GateSeat[];
  /** Hours from submission in which to decide, and from a verdict in which it counts. */
  readonly validHours: number;
  readonly proposerMayDecide: boolean;
}

const HOURS_PER_DAY = 24;

/** The floor, one rule a gate; facts of a change set can add seats (`seatsFor` in governance). */
export const gateFloor: Readonly<Record<Gate, GateRule>> = {
  STRATEGY_CHANGE: {
    gate: 'STRATEGY_CHANGE',
    seats: [{ role: 'STRATEGY_OWNER', count: 1 }],
    validHours: 7 * HOURS_PER_DAY,
    proposerMayDecide: false,
  },
  AUDIENCE_DEFINITION: {
    gate: 'AUDIENCE_DEFINITION',
    seats: [{ role: 'AUDIENCE_OWNER', count: 1 }],
    validHours: 7 * HOURS_PER_DAY,
    proposerMayDecide: false,
  },
  BUDGET_SHIFT: {
    gate: 'BUDGET_SHIFT',
    seats: [{ role: 'BUDGET_OWNER', count: 1 }],
    validHours: 72,
    proposerMayDecide: false,
  },
  REGULATED_CLAIM: {
    gate: 'REGULATED_CLAIM',
    seats: [{ role: 'COMPLIANCE', count: 1 }],
    validHours: 30 * HOURS_PER_DAY,
    proposerMayDecide: false,
  },
  BRAND_CRITICAL: {
    gate: 'BRAND_CRITICAL',
    seats: [{ role: 'BRAND_OWNER', count: 1 }],
    validHours: 14 * HOURS_PER_DAY,
    proposerMayDecide: false,
  },
  PERSONAL_DATA: {
    gate: 'PERSONAL_DATA',
    seats: [{ role: 'PRIVACY_OFFICER', count: 1 }],
    validHours: 7 * HOURS_PER_DAY,
    proposerMayDecide: false,
  },
  POLICY_CHANGE: {
    gate: 'POLICY_CHANGE',
    seats: [
      { role: 'COMPLIANCE', count: 1 },
      { role: 'ADMIN', count: 1 },
    ],
    validHours: 72,
    proposerMayDecide: false,
  },
  SAFE_STOP: { gate: 'SAFE_STOP', seats: [{ role: 'OPERATOR', count: 1 }], validHours: 72, proposerMayDecide: true },
};

/** Days over which budget moves are added up, so that splitting a shift changes nothing. */
export const BUDGET_WINDOW_DAYS = 30;
/** Share of the window's base budget above which two budget owners must agree. */
export const BUDGET_TWO_OWNERS_SHARE = 0.1;
/** Share above which finance must agree as well. */
export const BUDGET_FINANCE_SHARE = 0.25;

/** Owns a second, independent statement of the gate rules as a small model, and random walks through it. Knows no SQL. */
import * as fc from 'fast-check';
import type { VerdictKind } from '../../src/governance/approvals.ts';
import type { DecisionOutcome } from '../../src/governance/decisions.ts';

/** Gates that the walked change needs. */
export const GATES = ['AUDIENCE_DEFINITION', 'BRAND_CRITICAL', 'PERSONAL_DATA'] as const;
/** One of them. */
export type GateName = (typeof GATES)[number];
/** Role that each gate seats. */
export const ROLE_OF = {
  AUDIENCE_DEFINITION: 'AUDIENCE_OWNER',
  BRAND_CRITICAL: 'BRAND_OWNER',
  PERSONAL_DATA: 'PRIVACY_OFFICER',
} as const;
const NEEDED = { AUDIENCE_DEFINITION: 1, BRAND_CRITICAL: 1, PERSONAL_DATA: 2 } as const;
const VALID_HOURS = { AUDIENCE_DEFINITION: 168, BRAND_CRITICAL: 336, PERSONAL_DATA: 168 } as const;
/** Who may sit where; the last is the one whom the agent works for and holds every role. */
export const PEOPLE: readonly (readonly GateName[])[] = [
  ['AUDIENCE_DEFINITION'],
  ['AUDIENCE_DEFINITION', 'BRAND_CRITICAL'],
  ['BRAND_CRITICAL', 'PERSONAL_DATA'],
  ['PERSONAL_DATA'],
  ['PERSONAL_DATA'],
  GATES,
];
/** Index of the person whom the agent works for. */
export const SELF = PEOPLE.length - 1;

/** One step of a random walk. */
export type Step =
  | {
      readonly do: 'decide';
      readonly person: number;
      readonly gate: GateName;
      readonly verdict: VerdictKind;
      readonly stale: boolean;
    }
  | { readonly do: 'tick'; readonly hours: number }
  | { readonly do: 'revise'; readonly editor: number | null }
  | { readonly do: 'role'; readonly person: number; readonly gate: GateName; readonly held: boolean }
  | { readonly do: 'withdraw' }
  | { readonly do: 'policy' }
  | { readonly do: 'execute' };

const person = fc.nat({ max: PEOPLE.length - 1 });
const gate = fc.constantFrom(...GATES);
/** Approvals by people who hold a seat: without them the success branch is hardly ever reached. */
const approval = fc
  .constantFrom(...PEOPLE.slice(0, SELF).flatMap((held, index) => held.map((name) => [index, name] as const)))
  .map(([index, name]): Step => ({ do: 'decide', person: index, gate: name, verdict: 'APPROVE', stale: false }));
const anyVerdict = fc.record({
  do: fc.constant('decide' as const),
  person,
  gate,
  verdict: fc.constantFrom<VerdictKind>('APPROVE', 'APPROVE', 'APPROVE', 'REJECT', 'REQUEST_CHANGES'),
  stale: fc.nat({ max: 5 }).map((n) => n === 0),
});

const anything: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: approval },
  { weight: 3, arbitrary: anyVerdict },
  { weight: 2, arbitrary: fc.constant<Step>({ do: 'execute' }) },
  { weight: 3, arbitrary: fc.constantFrom(50, 100, 200).map((hours): Step => ({ do: 'tick', hours })) },
  {
    weight: 2,
    arbitrary: fc.option(fc.nat({ max: 2 }), { nil: null }).map((editor): Step => ({ do: 'revise', editor })),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('role' as const), person, gate, held: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'withdraw' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'policy' }) },
);
const approve = (index: number, name: GateName): Step => ({
  do: 'decide',
  person: index,
  gate: name,
  verdict: 'APPROVE',
  stale: false,
});
/** One way to fill every seat. */
const ENOUGH: readonly Step[] = [
  approve(0, 'AUDIENCE_DEFINITION'),
  approve(1, 'BRAND_CRITICAL'),
  approve(3, 'PERSONAL_DATA'),
  approve(4, 'PERSONAL_DATA'),
];

/**
 * Random walks: most of the approvals that are needed, in any order, with up to five other steps somewhere between them and an
 * execution at the end. Without that bias the success branch is hardly ever reached.
 */
export const walks: fc.Arbitrary<Step[]> = fc
  .record({
    needed: fc.shuffledSubarray([...ENOUGH], { minLength: 3 }),
    between: fc.array(fc.tuple(fc.nat(), anything), { maxLength: 5 }),
  })
  .map(({ needed, between }) => {
    const steps = [...needed];
    for (const [at, step] of between) steps.splice(at % (steps.length + 1), 0, step);
    return [...steps, { do: 'execute' }, { do: 'execute' }];
  });

/** Walks that random ones reach too seldom; each ends where one rule alone decides. */
export const hardWalks: readonly Step[][] = [
  [...ENOUGH, { do: 'execute' }],
  [...ENOUGH, { do: 'tick', hours: 200 }, { do: 'execute' }],
  [...ENOUGH.slice(1), { do: 'tick', hours: 200 }, approve(0, 'AUDIENCE_DEFINITION')],
  [
    { do: 'decide', person: 2, gate: 'PERSONAL_DATA', verdict: 'REQUEST_CHANGES', stale: false },
    approve(0, 'AUDIENCE_DEFINITION'),
  ],
  [
    ...ENOUGH,
    { do: 'role', person: 3, gate: 'PERSONAL_DATA', held: false },
    { do: 'execute' },
    approve(2, 'PERSONAL_DATA'),
    { do: 'execute' },
  ],
  [...ENOUGH, { do: 'policy' }, { do: 'execute' }],
  [...ENOUGH.slice(0, 3), { do: 'revise', editor: null }, ...ENOUGH.slice(3), { do: 'execute' }],
  [...ENOUGH.slice(1), { do: 'revise', editor: 0 }, ...ENOUGH, approve(1, 'AUDIENCE_DEFINITION')],
  [
    ...ENOUGH,
    { do: 'execute' },
    { do: 'decide', person: 2, gate: 'BRAND_CRITICAL', verdict: 'REJECT', stale: false },
    { do: 'revise', editor: null },
    { do: 'withdraw' },
  ],
  [
    ...ENOUGH.slice(1),
    { do: 'decide', person: 0, gate: 'AUDIENCE_DEFINITION', verdict: 'REJECT', stale: false },
    approve(1, 'AUDIENCE_DEFINITION'),
  ],
];

interface Vote {
  readonly person: number;
  readonly gate: GateName;
  readonly verdict: VerdictKind;
  readonly until: number;
}
type State = 'NEEDS_APPROVAL' | 'APPROVED' | 'EXECUTED' | 'REJECTED' | 'EXPIRED' | 'SUPERSEDED' | 'WITHDRAWN';

/** What the rules say must happen; knows nothing of SQL. */
export class Model {
  now = 0;
  revision = 1;
  submittedAt = 0;
  state: State = 'NEEDS_APPROVAL';
  policyMoved = false;
  votes: Vote[] = [];
  editors = new Set<number>();
  held = PEOPLE.map((gates) => new Set<GateName>(gates));

  filled(name: GateName): boolean {
    const people = this.votes.filter(
      (vote) =>
        vote.gate === name && vote.verdict === 'APPROVE' && vote.until > this.now && this.held[vote.person]?.has(name),
    );
    return new Set(people.map((vote) => vote.person)).size >= NEEDED[name];
  }

  /** Gates that were filled when somebody last approved them stay settled until execution looks again. */
  settled = new Set<GateName>();

  decide(step: Extract<Step, { do: 'decide' }>): DecisionOutcome {
    const mine = this.votes.filter((vote) => vote.person === step.person);
    if (mine.some((vote) => vote.gate === step.gate)) return 'ALREADY_DECIDED';
    if (step.stale) return 'STALE_DIGEST';
    if (this.state === 'REJECTED') return 'VETOED';
    if (this.state === 'EXPIRED') return 'EXPIRED';
    if (this.state !== 'NEEDS_APPROVAL') return 'SETTLED';
    if (step.person === SELF || this.editors.has(step.person)) return 'SELF_APPROVAL';
    if (!this.held[step.person]?.has(step.gate)) return 'NOT_ELIGIBLE';
    if (GATES.some((name) => !this.settled.has(name) && this.submittedAt + VALID_HOURS[name] <= this.now)) {
      this.state = 'EXPIRED';
      return 'EXPIRED';
    }
    if (step.verdict === 'APPROVE' && mine.some((vote) => vote.verdict === 'APPROVE')) return 'ONE_GATE_PER_PERSON';
    if (step.verdict === 'APPROVE' && this.votes.some((vote) => vote.verdict === 'REQUEST_CHANGES')) return 'VETOED';
    this.votes.push({
      person: step.person,
      gate: step.gate,
      verdict: step.verdict,
      until: this.now + VALID_HOURS[step.gate],
    });
    if (step.verdict === 'REJECT') this.state = 'REJECTED';
    if (step.verdict === 'REQUEST_CHANGES') this.settled.delete(step.gate);
    if (step.verdict === 'APPROVE') {
      if (this.filled(step.gate)) this.settled.add(step.gate);
      if (GATES.every((name) => this.filled(name))) this.state = 'APPROVED';
    }
    return 'OK';
  }

  revise(editor: number | null): boolean {
    if (this.state !== 'NEEDS_APPROVAL' && this.state !== 'APPROVED') return false;
    if (editor !== null) this.editors.add(editor);
    this.revision += 1;
    this.submittedAt = this.now;
    this.votes = [];
    this.settled.clear();
    this.state = 'NEEDS_APPROVAL';
    this.policyMoved = false;
    return true;
  }

  withdraw(): boolean {
    if (this.state !== 'NEEDS_APPROVAL' && this.state !== 'APPROVED') return false;
    this.state = 'WITHDRAWN';
    return true;
  }

  execute(): State {
    if (this.state !== 'APPROVED') return this.state;
    const lapsed = this.votes.some((vote) => vote.verdict === 'APPROVE' && vote.until <= this.now);
    if (this.policyMoved || this.votes.some((vote) => vote.verdict !== 'APPROVE')) this.state = 'SUPERSEDED';
    else if (lapsed) this.state = 'EXPIRED';
    else if (GATES.every((name) => this.filled(name))) this.state = 'EXECUTED';
    else {
      this.state = 'NEEDS_APPROVAL';
      for (const name of GATES) if (!this.filled(name)) this.settled.delete(name);
    }
    return this.state;
  }
}

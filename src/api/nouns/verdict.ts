/** Owns what one person said of one approval, in the schema. */
import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { VerdictKind } from '../../useCases/approvals.ts';
import { BigIntScalar, GateEnum, InstantScalar } from '../scalars.ts';

/** Verdicts that a person can give. */
export const VerdictEnum = { APPROVE: 'APPROVE', REJECT: 'REJECT', REQUEST_CHANGES: 'REQUEST_CHANGES' } as const;
registerEnumType(VerdictEnum, {
  name: 'Verdict',
  description: 'What a person says; one REJECT is a veto, REQUEST_CHANGES sends it back without one.',
});

@ObjectType('Decision', { description: "One person's verdict on one approval, on one digest." })
export class DecisionType {
  @Field(() => String, { description: 'Who.' })
  email!: string;

  @Field(() => GateEnum, { description: 'Gate.' })
  gate!: keyof typeof GateEnum;

  @Field(() => Int, { description: 'Revision it was said of.' })
  revision!: number;

  @Field(() => VerdictEnum, { description: 'What they said.' })
  verdict!: VerdictKind;

  @Field(() => String, { description: 'Why.' })
  reason!: string;

  @Field(() => BigIntScalar, {
    nullable: true,
    description: 'Milliseconds between opening and deciding, measured by the server.',
  })
  viewedMs!: number | null;

  @Field(() => InstantScalar, { description: 'When.' })
  decidedAt!: string;

  @Field(() => InstantScalar, { description: 'Until when it counts.' })
  validUntil!: string;
}
